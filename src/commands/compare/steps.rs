//! Steps of a comparison, from each side to the next: the parts of one and of all, the sentence on each, and the table of sides.

use super::{ComparedSides, words};
use crate::calendar::Zone;
use crate::decomposition::{Decomposition, Factor};
use crate::money::{Decimal, Money};
use crate::report::text::{capitalised, percent, plural, points, rounded};
use crate::report::{Cell, Column, Table};
use crate::workspace::figures;
use crate::workspace::logs::Logs;
use crate::workspace::sides::{Side, Sides};

/// Steps that have a sentence where there are many: those that cost or saved most.
const MOST_TOLD: usize = 3;

/// The parts of a difference, each with the money that it costs.
pub(super) struct DifferenceParts {
    parts: Vec<(Factor, f64, Option<Money>)>,
    /// The provider's part is not known: it is in the rest, or left out.
    lacks_provider: bool,
}

impl DifferenceParts {
    /// The parts of one step; its money is that of the prompts and prices after it.
    pub(super) fn of_step(sides: &Sides, after: &Side, decomposition: &Decomposition) -> Self {
        let hides_provider = sides.hides_provider();
        let part = |factor| match factor {
            Factor::Provider if hides_provider => 0.0,
            Factor::Rest if hides_provider => decomposition.part(factor) + decomposition.part(Factor::Provider),
            _ => decomposition.part(factor),
        };
        let parts = Factor::ALL.map(|factor| (factor, part(factor), cost(after, part(factor))));
        Self { parts: parts.into(), lacks_provider: !sides.judges_provider() }
    }

    /// The sums of all steps.
    pub(super) fn of_steps(sides: &Sides, found: &[Decomposition]) -> Self {
        let steps = sides.steps().zip(found).map(|(step, found)| Self::of_step(sides, step.after, found));
        let add = |sum: Self, step: Self| {
            let both = sum.parts.into_iter().zip(step.parts);
            let parts = both.map(|((factor, ratio, cost), (_, more, dearer))| {
                let cost = cost.zip(dearer).and_then(|(cost, dearer)| (cost + dearer).ok());
                (factor, ratio + more, cost)
            });
            Self { parts: parts.collect(), ..sum }
        };
        let nothing = Self { parts: Vec::new(), lacks_provider: !sides.judges_provider() };
        steps.reduce(add).unwrap_or(nothing)
    }

    /// The whole difference.
    pub(super) fn difference(&self) -> f64 {
        rounded(self.parts.iter().map(|(_, ratio, _)| ratio).sum())
    }

    /// Money that the whole difference costs.
    pub(super) fn cost(&self) -> Option<Money> {
        let costs: Option<Vec<Money>> = self.parts.iter().map(|(.., cost)| *cost).collect();
        Money::sum(costs?).ok().flatten()
    }

    /// A part in points and in money.
    pub(super) fn cells(&self, wanted: Factor) -> (Cell, Cell) {
        let part = self.parts.iter().find(|(factor, ..)| *factor == wanted);
        let part = part.filter(|_| wanted != Factor::Provider || !self.lacks_provider);
        part.map_or((Cell::Unknown, Cell::Unknown), |(_, ratio, cost)| (Cell::Points(*ratio), Cell::money(*cost)))
    }

    /// The parts in points; nothing of one that is not known.
    pub(super) fn ratios(&self) -> impl Iterator<Item = (Factor, f64)> {
        self.parts.iter().map(|(factor, ratio, _)| (*factor, *ratio))
    }

    /// The part that moved the hit ratio most.
    fn largest(&self) -> Option<(Factor, f64)> {
        self.ratios()
            .filter(|(_, ratio)| *ratio != 0.0)
            .max_by(|(_, one), (_, other)| one.abs().total_cmp(&other.abs()))
    }
}

/// Money that a change of the hit ratio costs at the prompts and prices after; more hits cost less.
fn cost(after: &Side, ratio: f64) -> Option<Money> {
    let spread = after.spread()?;
    let points = Decimal::from_f64_retain(ratio)?.round_dp(6);
    Some(Money::new(-points.checked_mul(spread.amount)?, spread.currency))
}

/// The sentences: one for each step, or for those that weigh most where there are many, in their order.
pub(super) fn sentences(compared: &ComparedSides, found: &[Decomposition], logs: &[Logs], zone: &Zone) -> Vec<String> {
    let names = |step: usize| compared.names.get(step..step + 2);
    let sentence = |(step, found): (usize, &Decomposition)| {
        let pair = compared.sides.steps().nth(step)?;
        let parts = DifferenceParts::of_step(&compared.sides, pair.after, found);
        let told = words::sentence(&pair, (found.before, found.after), &parts, logs, zone);
        Some(names(step).map_or_else(|| capitalised(&told), |names| format!("{}: {told}", names.join(" → "))))
    };
    let weight = |step: usize, found: &Decomposition| {
        let tokens = compared.sides.others.get(step).map_or(0, |side| side.totals.account.prompt_tokens);
        Decimal::from_f64_retain(found.difference().abs()).unwrap_or_default() * Decimal::from(tokens)
    };
    let mut steps: Vec<(usize, &Decomposition)> = found.iter().enumerate().collect();
    steps.sort_by(|(a, one), (b, other)| weight(*b, other).cmp(&weight(*a, one)).then(a.cmp(b)));
    steps.truncate(MOST_TOLD);
    steps.sort_by_key(|(step, _)| *step);
    let ends = found.first().zip(found.last()).filter(|_| found.len() > MOST_TOLD).map(|(first, last)| {
        let count = plural(compared.names.len() as u64, compared.what);
        let ends = [first.before, last.after].map(percent).join(" → ");
        format!("{count}, the first and the last: hit ratio {ends}. The {MOST_TOLD} steps that weigh most:")
    });
    ends.into_iter().chain(steps.into_iter().filter_map(sentence)).collect()
}

/// The sides of more than one step, each with the difference from the one before it and the largest part of that.
pub(super) fn table(compared: &ComparedSides, found: &[Decomposition]) -> Option<Table> {
    let sides = &compared.sides;
    let columns = [
        Column::new("value", compared.what),
        Column::new("requests", "requests"),
        Column::new("prompt_tokens_billed", "prompt tokens"),
        Column::new("hit_ratio", "hit ratio"),
        Column::new("difference", "from the one before"),
        Column::new("factor", "mostly"),
        Column::new("cost_billed", "cost"),
    ];
    let first = found.first().map(|found| found.before);
    let steps = [None].into_iter().chain(found.iter().map(Some));
    let row = |((name, side), found): ((&String, &Side), Option<&Decomposition>)| {
        let figure = |key| figures::fact(&side.totals, key, "").value;
        let largest = found.and_then(|found| DifferenceParts::of_step(sides, side, found).largest());
        vec![
            Cell::Text(name.clone()),
            figure("requests"),
            figure("prompt_tokens_billed"),
            Cell::ratio(found.map(|found| found.after).or(first)),
            found.map_or(Cell::Unknown, |found| Cell::Points(found.difference())),
            Cell::text(largest.map(|(factor, part)| format!("{} {}", factor.name(), points(part)))),
            figure("cost_billed"),
        ]
    };
    let rows: Vec<Vec<Cell>> = compared.names.iter().zip(sides.all()).zip(steps).map(row).collect();
    let title = format!("each {} and the one before it", compared.what);
    Some(Table { key: "values", title, columns: columns.into(), rows }).filter(|table| table.rows.len() > 2)
}
