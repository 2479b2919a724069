//! A curve: hits and cost of many exchanges at every lifetime or capacity, as sums of what each of them adds where.

use std::collections::BTreeMap;

use super::Record;
use crate::account::Bill;
use crate::cache::{NotAllAtOnce, Step};
use crate::exchange::Written;
use crate::money::{Currency, Decimal, Money};

/// The result of sweeping the limits for one exchange.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The parts served, each with the least limit at which it is served.
    pub steps: Result<Vec<Step>, NotAllAtOnce>,
    /// The profile's own limit; `None` where it has none.
    pub own: Option<u64>,
    /// Tokens in a block or unit.
    pub block_size: u64,
    /// The only limits that were replayed; `None` if every one is known.
    pub only: Option<Vec<u64>>,
}

/// The sum over exchanges.
#[derive(Debug, Default)]
pub struct Curve {
    /// Changes at a limit against all below it.
    changes: BTreeMap<u64, Change>,
    /// The same in money.
    costs: BTreeMap<Currency, CostCurve>,
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
}

/// The cost in one currency.
#[derive(Clone, Debug, Default)]
struct CostCurve {
    without_hits: Decimal,
    /// Costs that a limit adds to all below it.
    changes: BTreeMap<u64, Decimal>,
}

/// The sum at a limit and up to the next point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The least limit.
    pub from: u64,
    /// Tokens served.
    pub hit_tokens: u64,
    /// Blocks served.
    pub hit_blocks: u64,
    /// The cost of the exchanges with a price, one sum for each currency.
    pub costs: Vec<Money>,
}

impl Curve {
    /// Adds an exchange that was swept.
    pub fn add(&mut self, record: &Record, steps: &[Step]) {
        self.requests += 1;
        self.prompt_tokens += record.prompt_tokens.unwrap_or(0);
        self.add_costs(&record.bill, steps);
        let mut before = Step::default();
        for step in steps {
            let change = self.changes.entry(step.from).or_default();
            change.hit_tokens += step.hit_tokens.cast_signed() - before.hit_tokens.cast_signed();
            change.hit_blocks += step.hit_blocks.cast_signed() - before.hit_blocks.cast_signed();
            before = *step;
        }
    }

    fn add_costs(&mut self, bill: &Bill, steps: &[Step]) {
        let cost = |step: &Step| bill.cost_with(step.hit_tokens, step.written).map(|cost| cost.total());
        // A cache that keeps nothing is not written to.
        let nothing = Step {
            written: steps.first().and_then(|step| step.written).map(|_| Written::default()),
            ..Step::default()
        };
        let Some(mut before) = cost(&nothing) else { return };
        self.priced += 1;
        let curve = self.costs.entry(before.currency).or_default();
        curve.without_hits += before.amount;
        for step in steps {
            let Some(after) = cost(step) else { continue };
            *curve.changes.entry(step.from).or_default() += after.amount - before.amount;
            before = after;
        }
    }

    /// The points where it bends, the first at no limit at all: what a cache serves that keeps nothing.
    pub fn points(&self) -> Vec<Point> {
        let without_hits = self.costs.iter().map(|(currency, curve)| Money::new(curve.without_hits, *currency));
        let mut costs: Vec<Money> = without_hits.collect();
        let (mut tokens, mut blocks) = (0, 0);
        let mut points = vec![Point { from: 0, hit_tokens: 0, hit_blocks: 0, costs: costs.clone() }];
        for (from, change) in &self.changes {
            tokens += change.hit_tokens;
            blocks += change.hit_blocks;
            for (cost, curve) in costs.iter_mut().zip(self.costs.values()) {
                cost.amount += curve.changes.get(from).copied().unwrap_or_default();
            }
            let (hit_tokens, hit_blocks) = (tokens.unsigned_abs(), blocks.unsigned_abs());
            let point = Point { from: *from, hit_tokens, hit_blocks, costs: costs.clone() };
            match points.last_mut() {
                // A change at 0 holds from the start; a point like the one before it is no bend.
                Some(last) if point.from == 0 || last.is_same(&point) => *last = Point { from: last.from, ..point },
                _ => points.push(point),
            }
        }
        points
    }
}

impl Point {
    /// The point that holds at a limit, of points that begin at 0.
    pub fn at(points: &[Self], limit: u64) -> &Self {
        let index = points.partition_point(|point| point.from <= limit);
        &points[index.saturating_sub(1)]
    }

    /// The cost, where there is one currency.
    pub fn cost(&self) -> Option<Money> {
        self.costs.first().copied().filter(|_| self.costs.len() == 1)
    }

    /// Nothing but the limit differs.
    fn is_same(&self, other: &Self) -> bool {
        self.hit_tokens == other.hit_tokens && self.hit_blocks == other.hit_blocks && self.costs == other.costs
    }
}
