//! Savings: the requests of a log as they are beside the same requests with a change.

use super::token_range::TokenRange;
use crate::account::Bill;
use crate::money::{Money, fraction};
use crate::simulation::Record;

/// The least, the most likely and the most that requests cost.
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
    /// Requests that have a price with the change and without it.
    pub calls: u64,
    /// Tokens that come from the cache with the change, less those that do without it.
    pub tokens: i64,
    /// The cost of these requests as they are.
    pub now: Amounts,
    /// Their cost with the change.
    pub then: Amounts,
}

impl Amounts {
    /// The cost of a request by what its rule predicts; `None` where there is no prediction or no price.
    pub(super) fn of_bill(record: &Record) -> Option<Self> {
        Self::of_range(record, None)
    }

    /// The same for a prompt whose length is known within a range.
    pub(super) fn of_range(record: &Record, range: Option<&TokenRange>) -> Option<Self> {
        let (bill, prediction) = (&record.bill, record.prediction?);
        let cost = |hits| Bill::cost_with(bill, hits, None);
        let likely = bill.predicted.as_ref()?.cost?;
        // Writes may cost more than misses, so that more hits are not always cheaper.
        let costs = [likely, cost(prediction.hit_tokens_max)?, cost(prediction.hit_tokens_min)?];
        let least = costs.iter().min_by_key(|cost| cost.total().amount)?;
        let most = costs.iter().max_by_key(|cost| cost.total().amount)?;
        Some(Self {
            least: range.map_or(Some(least.total()), |range| range.least(least))?,
            likely: likely.total(),
            most: range.map_or(Some(most.total()), |range| range.most(most))?,
        })
    }

    /// The share of these amounts that lies below the other ones, if each may be anywhere in its range: the chance that a number drawn
    /// from the one is less than one drawn from the other.
    pub fn share_below(&self, other: &Self) -> f64 {
        let ends = |amounts: &Self| (fraction(amounts.least.amount), fraction(amounts.most.amount));
        let ((low, high), (other_low, other_high)) = (ends(self), ends(other));
        let width = other_high - other_low;
        if high <= low {
            let above = if width > 0.0 { (other_high - low) / width } else { f64::from(u8::from(low < other_high)) };
            return above.clamp(0.0, 1.0);
        }
        // The integral of the share of the other range that lies above.
        let integral = |at: f64| {
            let left = other_high - at.clamp(other_low, other_high);
            at.min(other_low) + if width > 0.0 { (width * width - left * left) / (2.0 * width) } else { 0.0 }
        };
        (integral(high) - integral(low)) / (high - low)
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
    /// Compares pairs of a request as it is and as it would be; `None` where no pair has two prices, or they are in several currencies.
    pub(super) fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a Record, &'a Record)>) -> Option<Self> {
        Self::of_costs(pairs.map(|(before, after)| (before, after, Amounts::of_bill(after))))
    }

    /// The same, each pair with what the request would cost.
    pub(super) fn of_costs<'a>(pairs: impl Iterator<Item = (&'a Record, &'a Record, Option<Amounts>)>) -> Option<Self> {
        let mut sum: Option<Self> = None;
        for (before, after, then) in pairs {
            let Some((now, then)) = Amounts::of_bill(before).zip(then) else { continue };
            let hits = |record: &Record| record.prediction.map_or(0, |prediction| prediction.hit_tokens.cast_signed());
            let one = Self { calls: 1, tokens: hits(after) - hits(before), now, then };
            sum = Some(match sum {
                None => one,
                Some(sum) => sum.plus(one)?,
            });
        }
        sum
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            calls: self.calls + other.calls,
            tokens: self.tokens + other.tokens,
            now: self.now.plus(other.now)?,
            then: self.then.plus(other.then)?,
        })
    }

    /// The same with the cost of requests that are added, whose hits are no gain; `None` where one of them has no price.
    pub(super) fn with_added(self, added: &[&Record]) -> Option<Self> {
        let then = added.iter().try_fold(self.then, |sum, record| sum.plus(Amounts::of_bill(record)?))?;
        Some(Self { then, ..self })
    }

    /// The most likely cost that is saved; below zero where the change costs more.
    pub fn saved(&self) -> Option<Money> {
        (self.now.likely - self.then.likely).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn between(least: i64, most: i64) -> Amounts {
        let money = |amount: i64| Money::new(amount.into(), Currency::USD);
        Amounts { least: money(least), likely: money(least), most: money(most) }
    }

    #[test]
    fn the_share_below_is_that_of_pairs_drawn_from_both_ranges() {
        let close = |one: Amounts, other: Amounts, share: f64| {
            assert!((one.share_below(&other) - share).abs() < 1e-12, "{one:?} {other:?}");
        };
        close(between(1, 2), between(3, 4), 1.0);
        close(between(3, 4), between(1, 2), 0.0);
        close(between(1, 3), between(1, 3), 0.5);
        close(between(1, 3), between(2, 2), 0.5);
        close(between(2, 2), between(1, 3), 0.5);
        // A quarter of the pairs has the one above 2 and the other below it; of those the half is in the wrong order, and all others right.
        close(between(1, 3), between(2, 4), 1.0 - 0.25 * 0.5);
        close(between(5, 5), between(5, 5), 0.0);
    }
}
