//! The period that a person asks about: calls outside it are replayed, since they warm the cache, and not summed.

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

    /// A call of that time lies in it; one without a time only in all of time.
    pub(crate) fn holds(self, time: Option<Timestamp>) -> bool {
        let Some(time) = time else { return self.is_all() };
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn a_period_holds_its_beginning_and_not_its_end() {
        let period = Period { since: time::parse("2026-04-05"), until: time::parse("2026-04-06") };
        let holds = |text| period.holds(time::parse(text));
        assert!(holds("2026-04-05T00:00:00Z") && holds("2026-04-05T23:59:59.999Z"));
        assert!(!holds("2026-04-04T23:59:59Z") && !holds("2026-04-06T00:00:00Z"));
        assert!(!period.holds(None) && Period::default().holds(None));
    }
}
