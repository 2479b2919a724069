//! Crossovers: the share of hits at which two models cost the same, if both were served that share of their prompts.
//!
//! The cost of a request is a straight line over its share of hits: through the cost that is predicted, at the share that is predicted,
//! and the cost if all of it were hits. So what misses costs on average what it costs now, written to the cache or not.

use crate::account::Bill;
use crate::money::{Decimal, Money, fraction};
use crate::simulation::Record;

/// The cost of requests without hits, and with nothing but hits.
#[derive(Clone, Copy, Debug)]
struct CostLine {
    none: Money,
    all: Money,
}

/// The shares of hits at which one model is cheaper than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossover {
    /// It is cheaper above this share.
    Above(f64),
    /// It is cheaper below this share.
    Below(f64),
    /// It is cheaper at any share.
    Always,
    /// It is cheaper at none.
    Never,
}

impl CostLine {
    fn of_record(record: &Record) -> Option<Self> {
        let bill = &record.bill;
        let charge = bill.predicted.as_ref()?;
        let (prompt, likely) = (charge.usage.prompt_tokens(), charge.cost?.total());
        let all = Bill::cost_with(bill, prompt, None)?.total();
        let missed = prompt - charge.usage.hit_tokens;
        let none = if missed == 0 {
            Bill::cost_with(bill, 0, None)?.total()
        } else {
            let miss = (likely - all).ok()?;
            (all + miss.times(Decimal::from(prompt) / Decimal::from(missed))).ok()?
        };
        Some(Self { none, all })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self { none: (self.none + other.none).ok()?, all: (self.all + other.all).ok()? })
    }
}

impl Crossover {
    /// The shares at which the requests as they would be are cheaper than as they are; `None` without prices in one currency.
    pub(super) fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a Record, &'a Record)>) -> Option<Self> {
        let mut sum: Option<(CostLine, CostLine)> = None;
        for (now, then) in pairs {
            let Some((now, then)) = CostLine::of_record(now).zip(CostLine::of_record(then)) else { continue };
            sum = Some(match sum {
                None => (now, then),
                Some((before, after)) => (before.plus(now)?, after.plus(then)?),
            });
        }
        let (now, then) = sum?;
        // Above zero where it is cheaper.
        let (at_none, at_all) = ((now.none - then.none).ok()?.amount, (now.all - then.all).ok()?.amount);
        let crossing = || fraction(at_none / (at_none - at_all));
        Some(match (at_none > Decimal::ZERO, at_all > Decimal::ZERO) {
            (true, true) => Self::Always,
            (false, false) => Self::Never,
            (true, false) => Self::Below(crossing()),
            (false, true) => Self::Above(crossing()),
        })
    }

    /// The share at which both cost the same, if there is one.
    pub fn share(self) -> Option<f64> {
        match self {
            Self::Above(share) | Self::Below(share) => Some(share),
            Self::Always | Self::Never => None,
        }
    }
}
