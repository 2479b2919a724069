//! A curve: hits and cost of many exchanges at every lifetime or capacity, as sums of what each of them adds where.

use std::collections::BTreeMap;

use super::{Pricing, Record};
use crate::cache::{NotAllAtOnce, Step};
use crate::money::{Currency, Decimal, Money};

/// What a sweep found of one exchange.
#[derive(Clone, Debug)]
pub struct Swept {
    /// What is served from which limit on.
    pub steps: Result<Vec<Step>, NotAllAtOnce>,
    /// The profile's own limit; `None` where it has none.
    pub own: Option<u64>,
    /// Tokens in a block or unit.
    pub block_size: u64,
}

/// The sum over exchanges.
#[derive(Debug, Default)]
pub struct Curve {
    /// What changes at a limit against all below it.
    changes: BTreeMap<u64, Change>,
    /// Without a single hit.
    cost: BTreeMap<Currency, Decimal>,
    /// Prompt tokens of the exchanges that were swept.
    pub prompt_tokens: u64,
    /// Exchanges that were swept.
    pub requests: u64,
    /// Exchanges with a price.
    pub priced: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Change {
    hit_tokens: i64,
    hit_blocks: i64,
    cost: Decimal,
}

/// The sum at a limit and up to the next point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The least limit.
    pub from: u64,
    /// Tokens served.
    pub hit_tokens: u64,
    /// Blocks served.
    pub hit_blocks: u64,
    /// What the exchanges with a price cost; `None` without any, or in several currencies.
    pub cost: Option<Money>,
}

impl Curve {
    /// Adds an exchange that was swept.
    pub fn add(&mut self, record: &Record, steps: &[Step], pricing: &Pricing) {
        self.requests += 1;
        self.prompt_tokens += record.prompt_tokens.unwrap_or(0);
        let hits = std::iter::once(0).chain(steps.iter().map(|step| step.hit_tokens));
        let costs = pricing.costs_with(record, hits);
        if let Some([without, ..]) = costs.as_deref() {
            self.priced += 1;
            *self.cost.entry(without.currency).or_default() += without.total().amount;
        }
        let mut before = Step::default();
        for (index, step) in steps.iter().enumerate() {
            let change = self.changes.entry(step.from).or_default();
            change.hit_tokens += step.hit_tokens.cast_signed() - before.hit_tokens.cast_signed();
            change.hit_blocks += step.hit_blocks.cast_signed() - before.hit_blocks.cast_signed();
            if let Some(costs) = &costs {
                change.cost += costs[index + 1].total().amount - costs[index].total().amount;
            }
            before = *step;
        }
    }

    /// What the exchanges with a price cost without a single hit; `None` without any, or in several currencies.
    pub fn cost_without_hits(&self) -> Option<Money> {
        match self.cost.iter().collect::<Vec<_>>()[..] {
            [(currency, amount)] => Some(Money::new(*amount, *currency)),
            _ => None,
        }
    }

    /// The points where it bends, the first at no limit at all: what a cache serves that keeps nothing.
    pub fn points(&self) -> Vec<Point> {
        let mut cost = self.cost_without_hits();
        let (mut tokens, mut blocks) = (0, 0);
        let mut points = vec![Point { from: 0, hit_tokens: 0, hit_blocks: 0, cost }];
        for (from, change) in &self.changes {
            tokens += change.hit_tokens;
            blocks += change.hit_blocks;
            cost = cost.map(|cost| Money::new(cost.amount + change.cost, cost.currency));
            let point =
                Point { from: *from, hit_tokens: tokens.unsigned_abs(), hit_blocks: blocks.unsigned_abs(), cost };
            match points.last_mut() {
                // What changes at 0 holds from the start; what changes nothing is no bend.
                Some(last) if point.from == 0 || *last == (Point { from: last.from, ..point }) => {
                    *last = Point { from: last.from, ..point };
                }
                _ => points.push(point),
            }
        }
        points
    }
}

impl Point {
    /// The point that holds at a limit, of points that begin at 0.
    pub fn at(points: &[Self], limit: u64) -> Self {
        let index = points.partition_point(|point| point.from <= limit);
        points[index.saturating_sub(1)]
    }
}
