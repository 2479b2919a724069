//! The span of a log, and what thirty days of the same traffic would cost.

use std::fmt;

use crate::money::{Decimal, Money};
use crate::time::{SignedDuration, Timestamp};

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// From the first start of a request to the last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    ends: Option<(Timestamp, Timestamp)>,
}

impl Span {
    pub(super) fn add(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        let (first, last) = self.ends.unwrap_or((time, time));
        self.ends = Some((first.min(time), last.max(time)));
    }

    /// When the last request started.
    pub(super) fn last(self) -> Option<Timestamp> {
        self.ends.map(|(_, last)| last)
    }

    /// Its length; `None` where no request has a time, or all have the same.
    fn length(self) -> Option<SignedDuration> {
        self.ends.map(|(first, last)| last.duration_since(first)).filter(SignedDuration::is_positive)
    }

    /// Money of the span over thirty days, to six decimals: an extrapolation, which has no last one.
    pub(super) fn monthly(self, money: Option<Money>) -> Option<Money> {
        let Money { amount, currency } = money?;
        let micros = |span: SignedDuration| Decimal::from(span.as_micros());
        let monthly = amount.checked_mul(micros(MONTH))?.checked_div(micros(self.length()?))?;
        Some(Money::new(monthly.round_dp(6), currency))
    }

    /// Why there is no month to tell, if there is none.
    pub(super) fn missing(self) -> Option<&'static str> {
        match (self.ends, self.length()) {
            (None, _) => Some("no request has a time"),
            (Some(_), None) => Some("all requests have the same time"),
            (Some(_), Some(_)) => None,
        }
    }
}

/// `2.4 days`, `5.0 hours`, `40 seconds`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.length().unwrap_or_default().as_secs_f64();
        match seconds {
            ..7200.0 => write!(f, "{seconds:.0} seconds"),
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
        assert_eq!(days.monthly(one).unwrap().to_string(), "$10.00");
        assert_eq!(days.to_string(), "3.0 days");
        assert_eq!(days.monthly(None), None);
    }

    #[test]
    fn no_span_no_month() {
        let one = Some(Money::new(Decimal::ONE, Currency::USD));
        assert_eq!(span(&[]).monthly(one), None);
        assert_eq!(span(&["2026-05-01T00:00:00Z"; 2]).monthly(one), None);
        assert!(span(&[]).missing().is_some() && span(&["2026-05-01T00:00:00Z"]).missing().is_some());
    }
}
