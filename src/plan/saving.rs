//! Savings: the calls of a log as they are beside the same calls with a change.

use crate::account::Bill;
use crate::money::Money;
use crate::simulation::Record;

/// The least, the most likely and the most that calls cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// If as much hits as the rule leaves possible.
    pub least: Money,
    /// If as much hits as is most likely.
    pub likely: Money,
    /// If as little hits as the rule leaves possible.
    pub most: Money,
}

/// A change beside what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Calls that have a price with the change and without it.
    pub calls: u64,
    /// Tokens that come from the cache with the change, less those that do without it.
    pub tokens: i64,
    /// The cost of these calls as they are.
    pub now: Amounts,
    /// Their cost with the change.
    pub then: Amounts,
}

impl Amounts {
    /// The cost of a call by what its rule predicts; `None` where there is no prediction or no price.
    pub(super) fn of_bill(record: &Record) -> Option<Self> {
        let (bill, prediction) = (&record.bill, record.prediction?);
        let cost = |hits| Some(Bill::cost_with(bill, hits, None)?.total());
        let likely = bill.predicted.as_ref()?.cost?.total();
        let (least, most) = (cost(prediction.hit_tokens_max)?, cost(prediction.hit_tokens_min)?);
        // Writes may cost more than misses, so that more hits are not always cheaper.
        let (least, most) = if most.amount < least.amount { (most, least) } else { (least, most) };
        let least = if likely.amount < least.amount { likely } else { least };
        let most = if likely.amount > most.amount { likely } else { most };
        Some(Self { least, likely, most })
    }

    fn plus(self, other: Self) -> Option<Self> {
        let sum = |one: Money, other: Money| (one + other).ok();
        Some(Self {
            least: sum(self.least, other.least)?,
            likely: sum(self.likely, other.likely)?,
            most: sum(self.most, other.most)?,
        })
    }
}

impl Saving {
    /// Compares pairs of a call as it is and as it would be; `None` where no pair has two prices, or they are in several currencies.
    pub(super) fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a Record, &'a Record)>) -> Option<Self> {
        let mut sum: Option<Self> = None;
        for (before, after) in pairs {
            let Some((now, then)) = Amounts::of_bill(before).zip(Amounts::of_bill(after)) else { continue };
            let hits = |record: &Record| record.prediction.map_or(0, |prediction| prediction.hit_tokens.cast_signed());
            let tokens = hits(after) - hits(before);
            sum = Some(match sum {
                None => Self { calls: 1, tokens, now, then },
                Some(sum) => Self {
                    calls: sum.calls + 1,
                    tokens: sum.tokens + tokens,
                    now: sum.now.plus(now)?,
                    then: sum.then.plus(then)?,
                },
            });
        }
        sum
    }

    /// The most likely cost that is saved; below zero where the change costs more.
    pub fn saved(&self) -> Option<Money> {
        (self.now.likely - self.then.likely).ok()
    }

    /// True if it saves whatever the rules leave open.
    pub fn is_sure(&self) -> bool {
        self.then.most.amount < self.now.least.amount
    }
}
