//! The calendar: hours, days, weeks and months of a time zone, by their names and their ends.
//!
//! The database of time zones is in the program, so that the same log has the same days on every machine.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan, Zoned};

use crate::time::{self, Timestamp};

/// A time zone, UTC unless another one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// From one full hour to the next.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday, counted as ISO 8601 does.
    Week,
    /// A month of the year.
    Month,
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// Reads `Europe/Berlin`, `UTC` or `+02:00`.
impl FromStr for Zone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let zone = DateTimeParser::new().parse_time_zone(name);
        zone.map(Self).map_err(|_| "a time zone looks like Europe/Berlin, America/New_York, UTC or +02:00".into())
    }
}

impl Zone {
    /// Reads an instant as [`time::parse`] does; a date, and a time without a zone, are taken as of this one.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let Ok(civil) = text.trim().parse::<DateTime>() else { return time::parse(text) };
        // A text with an offset is a civil time with something behind it, and says for itself.
        if let Ok(instant) = text.trim().parse::<Timestamp>() {
            return Some(instant);
        }
        self.instant(civil)
    }

    /// An instant as people of this zone write it.
    pub fn write(&self, time: Timestamp) -> String {
        if self.is_utc() { time.to_string() } else { self.local(time).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string() }
    }

    fn is_utc(&self) -> bool {
        self.0 == TimeZone::UTC
    }

    fn local(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.0.clone())
    }

    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        self.0.to_ambiguous_timestamp(civil).compatible().ok()
    }
}

impl Unit {
    /// Its name as a column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The name of the unit that an instant lies in; in a trace whose times count from its own start, the number of it.
    pub fn label(self, time: Timestamp, zone: &Zone) -> String {
        if time::is_relative(time) {
            return format!("{} {:04}", self.name(), time.as_second() / self.seconds() + 1);
        }
        let format = match self {
            Self::Hour if zone.is_utc() => "%Y-%m-%dT%HZ",
            Self::Hour => "%Y-%m-%dT%H%:z",
            Self::Day => "%Y-%m-%d",
            Self::Week => "%G-W%V",
            Self::Month => "%Y-%m",
        };
        zone.local(time).strftime(format).to_string()
    }

    /// The instants at which the unit begins in which a time lies, and at which the next one does. `None` at the end of time.
    pub fn around(self, time: Timestamp, zone: &Zone) -> Option<(Timestamp, Timestamp)> {
        if time::is_relative(time) {
            let start = time.as_second().div_euclid(self.seconds()) * self.seconds();
            let instant = |second| Timestamp::from_second(second).ok();
            return Some((instant(start)?, instant(start + self.seconds())?));
        }
        if self == Self::Hour {
            return hour_around(time, zone);
        }
        let date = zone.local(time).date();
        let (first, span): (_, Span) = match self {
            Self::Hour | Self::Day => (date, 1.day()),
            Self::Week => (date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()?, 1.week()),
            Self::Month => (date.first_of_month(), 1.month()),
        };
        let midnight = |date: jiff::civil::Date| zone.instant(date.at(0, 0, 0, 0));
        Some((midnight(first)?, midnight(first.checked_add(span).ok()?)?))
    }

    /// Its usual length, which a trace without dates counts by.
    fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
            Self::Month => 30 * 86_400,
        }
    }
}

/// The full hours around a time: where the clocks change, an hour is as long as any other.
fn hour_around(time: Timestamp, zone: &Zone) -> Option<(Timestamp, Timestamp)> {
    let zoned = zone.local(time);
    let since = i64::from(zoned.minute()) * 60 + i64::from(zoned.second());
    let start = Timestamp::from_second(time.as_second().checked_sub(since)?).ok()?;
    Some((start, start.checked_add(1.hour()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        time::parse(text).unwrap()
    }

    #[test]
    fn a_date_begins_at_midnight_of_the_zone() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.read("2026-04-05").unwrap(), at("2026-04-04T22:00:00Z"));
        assert_eq!(berlin.read("2026-01-05T08:30").unwrap(), at("2026-01-05T07:30:00Z"));
        assert_eq!(berlin.read("2026-04-05T00:00:00Z").unwrap(), at("2026-04-05"), "an offset says for itself");
        assert_eq!(berlin.read("2026-04-05T00:00:00-05:00").unwrap(), at("2026-04-05T05:00:00Z"));
        assert_eq!(Zone::default().read("2026-04-05"), time::parse("2026-04-05"));
        assert_eq!(berlin.read("1775347200").unwrap(), at("2026-04-05"));
        assert_eq!(berlin.read("yesterday"), None);
    }

    #[test]
    fn zones_have_names_and_offsets() {
        assert_eq!(zone("UTC"), Zone::default());
        assert_eq!(zone("+02:00").read("2026-04-05").unwrap(), at("2026-04-04T22:00:00Z"));
        for name in ["", "Berlin", "Mars/Olympus", "25:00"] {
            assert!(name.parse::<Zone>().is_err(), "{name}");
        }
    }

    #[test]
    fn units_are_named_in_the_zone() {
        let time = at("2026-03-31T23:30:00Z");
        let names = |zone: &Zone| [Unit::Hour, Unit::Day, Unit::Week, Unit::Month].map(|unit| unit.label(time, zone));
        assert_eq!(names(&Zone::default()), ["2026-03-31T23Z", "2026-03-31", "2026-W14", "2026-03"]);
        assert_eq!(names(&zone("Europe/Berlin")), ["2026-04-01T01+02:00", "2026-04-01", "2026-W14", "2026-04"]);
        assert_eq!(Unit::Hour.label(Timestamp::from_second(7200).unwrap(), &zone("Europe/Berlin")), "hour 0003");
    }

    #[test]
    fn a_unit_holds_the_time_that_it_is_around() {
        let berlin = zone("Europe/Berlin");
        let around =
            |unit: Unit, text| unit.around(at(text), &berlin).map(|(from, to)| [from, to].map(|end| end.to_string()));
        let ends = |from: &str, to: &str| Some([from.to_owned(), to.to_owned()]);
        // The clocks change on the 29th: that day has 23 hours.
        assert_eq!(around(Unit::Day, "2026-03-29T12:00:00Z"), ends("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
        assert_eq!(around(Unit::Hour, "2026-03-29T00:59:59Z"), ends("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"));
        assert_eq!(around(Unit::Week, "2026-03-29T12:00:00Z"), ends("2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"));
        assert_eq!(around(Unit::Month, "2026-03-29T12:00:00Z"), ends("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"));
        let kathmandu = zone("Asia/Kathmandu");
        let (from, to) = Unit::Hour.around(at("2026-03-29T12:00:00Z"), &kathmandu).unwrap();
        assert_eq!([from, to].map(|end| end.to_string()), ["2026-03-29T11:15:00Z", "2026-03-29T12:15:00Z"]);
    }
}
