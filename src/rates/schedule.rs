//! Schedules: at which hours a price list charges its peak prices.
//!
//! A schedule speaks of local time at a fixed distance from UTC, so it does not know daylight saving; its windows are half
//! open, and a window lies within one local day. A holiday calendar knows the days of a span and nothing beyond it: a day
//! outside is taken for a working day and marked so, since most are. No provider documents which instant of a request
//! decides; the callers pass its start.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::text::{from_text, from_text_list, from_text_option, parsed};

/// Hours of the day and the week with prices of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// The distance of local time from UTC.
    #[serde(deserialize_with = "offset")]
    utc_offset: Offset,
    /// Document that publishes the hours, and its date.
    pub source: String,
    peak: Vec<Window>,
}

/// The one of a schedule's two prices that an instant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The dear hours.
    Peak,
    /// All other hours.
    OffPeak,
}

impl Period {
    /// The one of two that belongs to it.
    pub(super) fn choose<T>(self, peak: T, off_peak: T) -> T {
        match self {
            Self::Peak => peak,
            Self::OffPeak => off_peak,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.choose("peak", "off-peak"))
    }
}

/// A schedule's answer for an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) period: Period,
    /// The day is peak unless it is a holiday, and the calendar does not cover it.
    pub(super) holidays_unknown: bool,
}

impl Schedule {
    /// The period of an instant.
    pub(super) fn at(&self, at: Timestamp, calendars: &Calendars) -> Answer {
        let local = self.utc_offset.to_datetime(at);
        let (day, minute) = (local.date(), minute_of(local.hour(), local.minute()));
        let open = self.peak.iter().find(|window| window.open(day, minute, calendars));
        match open {
            Some(window) => Answer { period: Period::Peak, holidays_unknown: window.holidays_unknown(day, calendars) },
            None => Answer { period: Period::OffPeak, holidays_unknown: false },
        }
    }

    /// The peak hours that an instant lies in, from their begin to their end; `None` outside them.
    pub(super) fn peak(&self, at: Timestamp, calendars: &Calendars) -> Option<(Timestamp, Timestamp)> {
        let local = self.utc_offset.to_datetime(at);
        let (day, minute) = (local.date(), minute_of(local.hour(), local.minute()));
        let window = self.peak.iter().find(|window| window.open(day, minute, calendars))?;
        let hours = window.hours.iter().find(|hours| hours.holds(minute))?;
        let midnight = self.utc_offset.to_timestamp(day.to_datetime(Time::midnight())).ok()?;
        let end = |minutes: i16| midnight.checked_add(SignedDuration::from_mins(minutes.into())).ok();
        end(hours.from).zip(end(hours.until))
    }

    /// The calendars it refers to.
    pub(super) fn calendars(&self) -> impl Iterator<Item = &str> {
        self.peak.iter().filter_map(|window| window.not_on.as_deref())
    }
}

/// Peak hours from one date to another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    #[serde(deserialize_with = "from_text_list")]
    hours: Vec<Hours>,
    /// Empty: all seven.
    #[serde(default)]
    weekdays: Vec<Day>,
    /// The calendar whose holidays are off-peak.
    not_on: Option<String>,
    /// The first local date with these hours.
    #[serde(default, deserialize_with = "from_text_option")]
    from: Option<Date>,
    /// The first local date without them.
    #[serde(default, deserialize_with = "from_text_option")]
    until: Option<Date>,
}

impl Window {
    fn open(&self, day: Date, minute: i16, calendars: &Calendars) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day < until)
            && (self.weekdays.is_empty()
                || self.weekdays.iter().any(|&weekday| Weekday::from(weekday) == day.weekday()))
            && self.hours.iter().any(|hours| hours.holds(minute))
            && !self.calendar(calendars).is_some_and(|calendar| calendar.is_holiday(day))
    }

    fn holidays_unknown(&self, day: Date, calendars: &Calendars) -> bool {
        self.calendar(calendars).is_some_and(|calendar| !calendar.known.contains(day))
    }

    fn calendar<'a>(&self, calendars: &'a Calendars) -> Option<&'a Calendar> {
        self.not_on.as_ref().and_then(|name| calendars.get(name))
    }
}

/// Holiday calendars by name.
pub(super) type Calendars = BTreeMap<String, Calendar>;

/// The public holidays of a span of days.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The days of which the calendar knows whether they are holidays.
    #[serde(deserialize_with = "from_text")]
    known: Days,
    #[serde(deserialize_with = "from_text_list")]
    holidays: Vec<Days>,
    /// Document that publishes the holidays, and its date.
    pub source: String,
}

impl Calendar {
    /// The last day of which it knows whether it is a holiday.
    pub(super) fn last_known(&self) -> Date {
        self.known.last
    }

    fn is_holiday(&self, day: Date) -> bool {
        self.holidays.iter().any(|holidays| holidays.contains(day))
    }
}

/// Days from a first to a last one, both included: `2026-10-01..2026-10-07`, or a single one.
#[derive(Clone, Copy, Debug)]
struct Days {
    first: Date,
    last: Date,
}

impl Days {
    fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let days = Self { first: parsed(first)?, last: parsed(last)? };
        if days.first <= days.last { Ok(days) } else { Err(format!("`{text}` ends before it begins")) }
    }
}

/// Hours of a day, half open, in minutes since midnight: `09:00-12:00`.
#[derive(Clone, Copy, Debug)]
struct Hours {
    from: i16,
    until: i16,
}

impl Hours {
    fn holds(self, minute: i16) -> bool {
        self.from <= minute && minute < self.until
    }
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ends = text.split_once('-').and_then(|(from, until)| Some((clock(from)?, clock(until)?)));
        match ends {
            Some((from, until)) if from < until => Ok(Self { from, until }),
            _ => Err(format!("`{text}` is not a span of one day's hours such as 09:00-12:00")),
        }
    }
}

/// Minutes since midnight of `HH:MM`, up to `24:00`.
fn clock(text: &str) -> Option<i16> {
    let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5)?;
    let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok()?);
    let valid = minute < 60 && (hour < 24 || (hour == 24 && minute == 0));
    valid.then(|| i16::from(hour) * 60 + i16::from(minute))
}

fn minute_of(hour: i8, minute: i8) -> i16 {
    i16::from(hour) * 60 + i16::from(minute)
}

/// `+08:00`.
fn offset<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Offset, D::Error> {
    let text = String::deserialize(deserializer)?;
    let (sign, rest) = text.split_at_checked(1).unwrap_or_default();
    let minutes = clock(rest).map(i32::from);
    let offset = match (sign, minutes) {
        ("+", Some(minutes)) => Offset::from_seconds(minutes * 60).ok(),
        ("-", Some(minutes)) => Offset::from_seconds(-minutes * 60).ok(),
        _ => None,
    };
    offset.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a distance from UTC such as +08:00")))
}

/// A day of the week as cards write it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Mon => Self::Monday,
            Day::Tue => Self::Tuesday,
            Day::Wed => Self::Wednesday,
            Day::Thu => Self::Thursday,
            Day::Fri => Self::Friday,
            Day::Sat => Self::Saturday,
            Day::Sun => Self::Sunday,
        }
    }
}
