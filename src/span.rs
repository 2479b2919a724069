//! The span of a log, and what thirty days of the same traffic would cost.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::money::{Decimal, Money};
use crate::time::{SignedDuration, Timestamp};

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

const DAY_IN_MICROSECONDS: i64 = 86_400_000_000;

/// Spans shorter than this say nothing of a month.
const LEAST: SignedDuration = SignedDuration::from_hours(24);

/// From the first start of a request to the last.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    #[serde(with = "crate::time::as_text")]
    first: Option<Timestamp>,
    #[serde(with = "crate::time::as_text")]
    last: Option<Timestamp>,
    /// Requests with a time.
    requests: u64,
    /// The ends of the period that was asked for, as far as the log reaches them.
    #[serde(with = "crate::time::as_text")]
    since: Option<Timestamp>,
    #[serde(with = "crate::time::as_text")]
    until: Option<Timestamp>,
}

impl Span {
    /// Takes note of a request's start.
    pub fn add(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = self.last.max(Some(time));
        self.requests += 1;
    }

    /// The same of a period with these ends, of a log whose requests lie between those times. A named end counts if the log reaches it:
    /// requests lie beyond it, or within a day of it. A period that begins years before the log is no longer than the log.
    #[must_use]
    pub fn within(
        self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        log: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        let Some((first, last)) = log.or(self.ends()) else { return self };
        Self {
            since: since.filter(|since| first.duration_since(*since) < LEAST),
            until: until.filter(|until| until.duration_since(last) < LEAST),
            ..self
        }
    }

    /// The named ends, and in place of one that is not named the start of the first request or of the last.
    fn ends(self) -> Option<(Timestamp, Timestamp)> {
        Some((self.since.or(self.first)?, self.until.or(self.last)?)).filter(|_| self.requests > 0)
    }

    /// Start of the last request.
    pub fn last(self) -> Option<Timestamp> {
        self.last
    }

    /// From the one end to the other; `None` where no request has a time, or all have the same.
    fn length(self) -> Option<SignedDuration> {
        self.ends().map(|(first, last)| last.duration_since(first)).filter(SignedDuration::is_positive)
    }

    /// The microseconds that the requests stand for. A named period's are its own; without names they are as many intervals as there are
    /// requests, half of one before the first and half behind the last.
    fn covered(self) -> Option<Decimal> {
        let halves_outside = u64::from(self.since.is_none()) + u64::from(self.until.is_none());
        let halves = self.requests.checked_mul(2)?;
        let between = Some(halves.saturating_sub(halves_outside)).filter(|between| *between > 0)?;
        let length = Decimal::from(self.length()?.as_micros());
        length.checked_mul(Decimal::from(halves))?.checked_div(Decimal::from(between))
    }

    /// The time that is scaled to thirty days, in words: `2 days, the period that is named`, `5.25 days`.
    pub fn scaled_from(self) -> Option<String> {
        let days = self.covered()?.checked_div(Decimal::from(DAY_IN_MICROSECONDS))?.round_dp(2).normalize();
        let unit = if days == Decimal::ONE { "day" } else { "days" };
        let named = if self.since.is_some() && self.until.is_some() { ", the period that is named" } else { "" };
        Some(format!("{days} {unit}{named}"))
    }

    /// Money of the span over thirty days, to nine decimals: an extrapolation, which has no last one.
    pub fn monthly(self, money: Option<Money>) -> Option<Money> {
        let Money { amount, currency } = money.filter(|_| self.missing().is_none())?;
        let monthly = amount.checked_mul(Decimal::from(MONTH.as_micros()))?.checked_div(self.covered()?)?;
        Some(Money::new(monthly.round_dp(9), currency))
    }

    /// Requests of the span over thirty days.
    pub fn monthly_count(self, requests: u64) -> Option<Decimal> {
        let covered = self.covered().filter(|_| self.missing().is_none())?;
        Decimal::from(requests).checked_mul(Decimal::from(MONTH.as_micros()))?.checked_div(covered)
    }

    /// Explains the lack of a monthly figure, if there is none.
    pub fn missing(self) -> Option<String> {
        match (self.ends(), self.length()) {
            (None, _) => Some("no request has a time".into()),
            (Some(_), None) => Some("all requests have the same time".into()),
            (Some(_), Some(length)) if length < LEAST => {
                let what = if self.since.or(self.until).is_some() { "the period is" } else { "the log spans" };
                Some(format!("{what} {self}, and less than a day says nothing of a month"))
            }
            (Some(_), Some(_)) => None,
        }
    }

    /// Parts of a month that the span lacks: weekends, and as many nights as days. By UTC.
    pub fn lacks(self) -> Option<String> {
        let (first, last) = self.ends().filter(|_| self.missing().is_none())?;
        let hours = (0..=last.duration_since(first).as_hours().min(14 * 24)).filter_map(|hour| {
            let at = first.checked_add(SignedDuration::from_hours(hour)).ok()?;
            Some(at.as_second())
        });
        let (mut all, mut nights, mut weekends) = (0_u64, 0_u64, 0_u64);
        for second in hours {
            // The first of January 1970 was a Thursday.
            let weekday = (second.div_euclid(86_400) + 3).rem_euclid(7);
            let hour = second.rem_euclid(86_400) / 3600;
            all += 1;
            nights += u64::from(!(6..22).contains(&hour));
            weekends += u64::from(weekday >= 5);
        }
        match (weekends * 7 < all, nights * 4 < all) {
            (true, true) => Some("the span has fewer weekends and nights than a month (UTC)".into()),
            (true, false) => Some("the span has fewer weekends than a month (UTC)".into()),
            (false, true) => Some("the span has fewer nights than a month (UTC)".into()),
            (false, false) => None,
        }
    }
}

/// `2.4 days`, `5.0 hours`, `40 minutes`, `40 seconds`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.length().unwrap_or_default().as_secs_f64();
        match seconds {
            ..120.0 => write!(f, "{seconds:.0} seconds"),
            ..7200.0 => write!(f, "{:.0} minutes", seconds / 60.0),
            ..172_800.0 => write!(f, "{:.1} hours", seconds / 3600.0),
            _ => write!(f, "{:.1} days", seconds / 86_400.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn span(times: &[&str]) -> Span {
        let mut span = Span::default();
        for time in times {
            span.add(time.parse().ok());
        }
        span
    }

    #[test]
    fn a_month_is_thirty_days_of_the_same() {
        let one = Some(Money::new(Decimal::ONE, Currency::USD));
        let days = span(&["2026-05-04T00:00:00Z", "2026-05-01T00:00:00Z"]);
        assert_eq!(
            days.monthly(one).unwrap().to_string(),
            "$5.00",
            "two requests stand for two intervals of three days"
        );
        let daily = span(&["2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z"]);
        assert_eq!(daily.monthly(one).unwrap().to_string(), "$10.00", "a request a day");
        assert_eq!(days.to_string(), "3.0 days");
        assert_eq!(days.monthly(None), None);
    }

    #[test]
    fn a_named_period_is_its_own_length() {
        let one = Some(Money::new(Decimal::ONE, Currency::USD));
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let mornings =
            span(&["2026-03-12T08:00:00Z", "2026-03-12T10:00:00Z", "2026-03-13T08:00:00Z", "2026-03-13T10:00:00Z"]);
        let log = at("2026-03-01T08:00:00Z").zip(at("2026-03-20T10:00:00Z"));
        let within = |since: &str, until: &str| mornings.within(at(since), at(until), log);
        let two_days = within("2026-03-12T00:00:00Z", "2026-03-14T00:00:00Z");
        assert_eq!(two_days.monthly(one).unwrap().to_string(), "$15.00");
        assert_eq!(two_days.scaled_from().unwrap(), "2 days, the period that is named");
        // From Thursday on, half an interval behind the last of four requests: 34 hours of seven halves.
        let from = within("2026-03-12T00:00:00Z", "");
        assert_eq!(from.scaled_from().unwrap(), "1.62 days");
        // The log does not reach ends that are years away.
        let log = at("2026-03-12T08:00:00Z").zip(at("2026-03-13T10:00:00Z"));
        let forever = mornings.within(at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"), log);
        assert_eq!(forever.scaled_from(), mornings.scaled_from());
        assert_eq!(mornings.scaled_from().unwrap(), "1.44 days", "26 hours of three intervals, for four");
        let one_day =
            span(&["2026-03-12T08:00:00Z"]).within(at("2026-03-12T00:00:00Z"), at("2026-03-13T00:00:00Z"), None);
        assert_eq!(one_day.monthly(one).unwrap().to_string(), "$30.00");
    }

    #[test]
    fn no_span_no_month() {
        let one = Some(Money::new(Decimal::ONE, Currency::USD));
        assert_eq!(span(&[]).monthly(one), None);
        assert_eq!(span(&["2026-05-01T00:00:00Z"; 2]).monthly(one), None);
        assert!(span(&[]).missing().is_some() && span(&["2026-05-01T00:00:00Z"]).missing().is_some());
        let hours = span(&["2026-05-01T00:00:00Z", "2026-05-01T05:00:00Z"]);
        assert_eq!(hours.monthly(one), None);
        assert_eq!(hours.missing().unwrap(), "the log spans 5.0 hours, and less than a day says nothing of a month");
    }

    #[test]
    fn what_a_month_has_and_the_span_has_not_is_named() {
        let lacks = |times: [&str; 2]| span(&times).lacks().unwrap_or_default();
        assert!(
            lacks(["2026-05-04T00:00:00Z", "2026-05-07T00:00:00Z"]).contains("fewer weekends than"),
            "Monday to Thursday"
        );
        assert_eq!(lacks(["2026-05-04T00:00:00Z", "2026-05-11T00:00:00Z"]), "");
        assert!(lacks(["2026-05-04T08:00:00Z", "2026-05-05T20:00:00Z"]).contains("weekends and nights"));
    }
}
