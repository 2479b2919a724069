//! The requests that a person asks about: the others are replayed, since they warm the cache, and not summed.

use std::cell::OnceCell;

use crate::money::Decimal;
use crate::time::Timestamp;

/// A period of time; without its ends all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    /// The first instant in it.
    pub(crate) since: Option<Timestamp>,
    /// The first instant behind it.
    pub(crate) until: Option<Timestamp>,
}

impl Period {
    /// No end was named.
    pub(crate) fn is_all(self) -> bool {
        self == Self::default()
    }

    /// A request of that time lies in it; one without a time only in all of time.
    pub(crate) fn holds(self, time: Option<Timestamp>) -> bool {
        let Some(time) = time else { return self.is_all() };
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }
}

/// A share of a log's requests that stand first in the order of replay.
#[derive(Clone, Debug)]
pub(crate) struct FirstShare {
    share: Decimal,
    /// The requests that it is; known once all are counted.
    calls: OnceCell<u64>,
}

impl FirstShare {
    /// A share of requests that are not counted yet.
    pub(crate) fn new(share: Decimal) -> Self {
        Self { share, calls: OnceCell::new() }
    }

    /// Takes note of the number of all requests. The share of an odd number is rounded down: half of five requests are two.
    pub(crate) fn count(&self, all: u64) {
        self.calls.get_or_init(|| u64::try_from((Decimal::from(all) * self.share).floor()).unwrap_or(all));
    }

    /// True if the number of all requests is not known yet.
    pub(crate) fn is_uncounted(&self) -> bool {
        self.calls.get().is_none()
    }
}

/// Tells of request after request, in the order of replay, whether it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct AskedPeriod {
    period: Period,
    /// Requests that are still to be left out as the first ones.
    first: u64,
}

impl AskedPeriod {
    /// All requests of a period but the first ones of the log.
    pub(crate) fn new(period: Period, first: Option<&FirstShare>) -> Self {
        Self { period, first: first.and_then(|first| first.calls.get().copied()).unwrap_or(0) }
    }

    /// True if the next request is one of the first, which are left out.
    pub(crate) fn is_among_first(&mut self) -> bool {
        let is_first = self.first > 0;
        self.first = self.first.saturating_sub(1);
        is_first
    }

    /// The next request, which has that time, is asked for.
    pub(crate) fn takes(&mut self, time: Option<Timestamp>) -> bool {
        !self.is_among_first() && self.period.holds(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn a_first_share_is_rounded_down_and_stands_before_all_others() {
        let asked = |share: &str, all: u64| {
            let first = FirstShare::new(share.parse().unwrap());
            first.count(all);
            let mut asked = AskedPeriod::new(Period::default(), Some(&first));
            (0..all).map(|_| asked.takes(None)).collect::<Vec<_>>()
        };
        assert_eq!(asked("0.5", 5), [false, false, true, true, true]);
        assert_eq!(asked("0", 2), [true, true]);
        assert_eq!(asked("0.999", 3), [false, false, true]);
    }

    #[test]
    fn a_period_holds_its_beginning_and_not_its_end() {
        let period = Period { since: time::parse("2026-04-05"), until: time::parse("2026-04-06") };
        let holds = |text| period.holds(time::parse(text));
        assert!(holds("2026-04-05T00:00:00Z") && holds("2026-04-05T23:59:59.999Z"));
        assert!(!holds("2026-04-04T23:59:59Z") && !holds("2026-04-06T00:00:00Z"));
        assert!(!period.holds(None) && Period::default().holds(None));
    }
}
