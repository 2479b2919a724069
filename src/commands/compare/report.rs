//! The report of a comparison: one sentence, the two sides, and the parts of the difference.

use anyhow::Context;

use super::words;
use crate::calendar::Zone;
use crate::caveat::Code;
use crate::commands::figures;
use crate::decomposition::{Basis, Decomposition, Factor};
use crate::money::{Decimal, Money};
use crate::report::{Caveat, Cell, Column, Fact, Report, Skipped, Table};
use crate::workspace::logs::{Logs, NotesOn};
use crate::workspace::sides::{Side, Sides};

/// Figures of each side that people see.
const SHOWN: [(&str, &str); 6] = [
    ("requests", "requests"),
    ("prompt_tokens_billed", "prompt tokens"),
    ("hit_ratio_billed", "hit ratio"),
    ("hit_ratio_predicted", "predicted hit ratio"),
    ("cost_billed", "cost"),
    ("cost_without_cache", "cost without cache"),
];

/// The whole of a comparison.
pub(super) fn build(sides: &Sides, mut logs: Vec<Logs>, zone: &Zone) -> anyhow::Result<Report> {
    let decomposition = sides.decomposition().context(
        "no hit ratio on one side: its calls neither report hits nor fall under a known cache rule (--profile names one)",
    )?;
    let sentence = words::sentence(sides, &decomposition, &logs, zone);
    let summary = SHOWN.map(|(key, label)| both(sides, key, label)).into_iter().chain(ratio(&decomposition)).collect();
    let mut caveats: Vec<Caveat> = logs.iter().flat_map(|logs| logs.caveats(NotesOn::Costs)).collect();
    if sides.hides_provider() {
        caveats.push(Code::ProviderHidden.alone());
    } else if !sides.judges_provider() {
        caveats.push(Code::ProviderNotJudged.alone());
    }
    let mut skipped = Skipped::default();
    logs.drain(..).for_each(|logs| skipped.append(logs.faults.skipped));
    Ok(Report {
        command: "compare",
        summary,
        tables: vec![table(sides, &decomposition)],
        entries: entries(sides, &decomposition),
        sentences: vec![sentence],
        caveats,
        skipped,
        ..Report::default()
    })
}

/// A figure of both sides: before, and after beside it.
fn both(sides: &Sides, key: &'static str, label: &'static str) -> Fact {
    let value = |side: &Side| figures::fact(&side.totals, key, label).value;
    let after = crate::report::shown(&value(&sides.after));
    Fact { aside: Some(format!("after: {after}")), ..Fact::new(key, label, value(&sides.before)) }
}

fn ratio(decomposition: &Decomposition) -> [Fact; 1] {
    [Fact::hidden("difference", Cell::Ratio(decomposition.difference()))]
}

/// The parts for people.
fn table(sides: &Sides, decomposition: &Decomposition) -> Table {
    let columns = [("factor", "factor"), ("hit_ratio", "hit ratio"), ("cost", "cost"), ("meaning", "what it is")];
    let row = |factor: &Factor| {
        let (ratio, cost) = part(sides, decomposition, *factor);
        vec![Cell::Text(factor.name().into()), ratio, cost, Cell::Text(words::meaning(*factor).into())]
    };
    Table {
        key: "parts",
        title: "why the hit ratio moved".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: Factor::ALL.iter().map(row).collect(),
    }
}

/// The same for scripts, with the two sides.
fn entries(sides: &Sides, decomposition: &Decomposition) -> Vec<(&'static str, Cell)> {
    let side = |side: &Side, ratio: f64| {
        let mut figures: Vec<(&'static str, Cell)> =
            figures::hidden(&side.totals, &[]).into_iter().map(|fact| (fact.key, fact.value)).collect();
        figures.push(("hit_ratio", Cell::Ratio(ratio)));
        Cell::Map(figures)
    };
    let parts = Factor::ALL.iter().map(|factor| {
        let (ratio, cost) = part(sides, decomposition, *factor);
        Cell::Map(vec![("factor", Cell::Text(factor.name().into())), ("hit_ratio", ratio), ("cost", cost)])
    });
    let difference = decomposition.difference();
    let difference = vec![("hit_ratio", Cell::Ratio(difference)), ("cost", cost_of(sides, difference))];
    let basis = match sides.basis() {
        Basis::Billed if sides.judges_provider() || sides.hides_provider() => "reported",
        Basis::Billed | Basis::Predicted => "predicted",
    };
    vec![
        ("basis", Cell::Text(basis.into())),
        ("before", side(&sides.before, decomposition.before)),
        ("after", side(&sides.after, decomposition.after)),
        ("difference", Cell::Map(difference)),
        ("parts", Cell::List(parts.collect())),
    ]
}

/// The part of a factor, in points and in money.
fn part(sides: &Sides, decomposition: &Decomposition, factor: Factor) -> (Cell, Cell) {
    let ratio = match factor {
        Factor::Provider if sides.hides_provider() => return (Cell::Unknown, Cell::Unknown),
        Factor::Rest if sides.hides_provider() => decomposition.part(factor) + decomposition.part(Factor::Provider),
        _ => decomposition.part(factor),
    };
    (Cell::Ratio(ratio), cost_of(sides, ratio))
}

/// Money that a change of the hit ratio costs at the prompts and prices after; more hits cost less.
fn cost_of(sides: &Sides, ratio: f64) -> Cell {
    let cost = sides.after.spread().and_then(|spread| {
        let points = Decimal::from_f64_retain(ratio)?.round_dp(6);
        Some(Money::new(-points.checked_mul(spread.amount)?, spread.currency))
    });
    Cell::money(cost)
}
