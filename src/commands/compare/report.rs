//! The report of a comparison: a sentence, the sides, and the parts of the difference.

use anyhow::{Context, bail};

use super::steps::{self, DifferenceParts};
use super::{ComparedSides, words};
use crate::calendar::Zone;
use crate::caveat::Code;
use crate::decomposition::{Decomposition, Factor};
use crate::report::{Caveat, Cell, Column, Fact, Report, Skipped, Table};
use crate::workspace::figures;
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
pub(super) fn build(compared: &ComparedSides, mut logs: Vec<Logs>, zone: &Zone) -> anyhow::Result<Report> {
    let sides = &compared.sides;
    if sides.have_no_basis() {
        bail!(
            "one side reports hits that no known cache rule predicts, another reports none: reported hits are not comparable with predicted ones (--profile names a rule)"
        );
    }
    let found: Option<Vec<Decomposition>> = sides.steps().map(|step| step.decomposition()).collect();
    let found = found.filter(|found| !found.is_empty()).context(
        "no hit ratio on one side: its requests neither report hits nor fall under a known cache rule (--profile names one)",
    )?;
    let parts = DifferenceParts::of_steps(sides, &found);
    let mut caveats: Vec<Caveat> = logs.iter().flat_map(|logs| logs.caveats(NotesOn::Costs)).collect();
    caveats.extend(compared.left_out.iter().cloned());
    caveats.extend(sides.all().filter_map(|side| figures::several_currencies(&side.totals)));
    if sides.hides_provider() {
        caveats.push(Code::ProviderHidden.alone());
    } else if !sides.judges_provider() {
        caveats.push(Code::ProviderNotJudged.alone());
    }
    let sentences = steps::sentences(compared, &found, &logs, zone);
    let mut skipped = Skipped::default();
    logs.drain(..).for_each(|logs| skipped.append(logs.faults.skipped));
    Ok(Report {
        command: "compare",
        summary: summary(sides, &parts),
        tables: steps::table(compared, &found).into_iter().chain([table(&parts)]).collect(),
        entries: entries(compared, &found, &parts),
        sentences,
        caveats,
        skipped,
        ..Report::default()
    })
}

/// Figures of the first side and of the last.
fn summary(sides: &Sides, parts: &DifferenceParts) -> Vec<Fact> {
    let both = |(key, label): (&'static str, &'static str)| {
        let value = |side: &Side| figures::fact(&side.totals, key, label).value;
        let after = crate::report::shown(&value(sides.last()));
        Fact { aside: Some(format!("after: {after}")), ..Fact::new(key, label, value(&sides.first)) }
    };
    let difference = Fact::hidden("difference", Cell::Ratio(parts.difference()));
    SHOWN.map(both).into_iter().chain([difference]).collect()
}

/// The parts for people.
fn table(parts: &DifferenceParts) -> Table {
    let columns = [("factor", "factor"), ("hit_ratio", "hit ratio"), ("cost", "cost"), ("meaning", "what it is")];
    let row = |factor: &Factor| {
        let (ratio, cost) = parts.cells(*factor);
        vec![Cell::Text(factor.name().into()), ratio, cost, Cell::Text(words::meaning(*factor).into())]
    };
    Table {
        key: "parts",
        title: "why the hit ratio changed".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: Factor::ALL.iter().map(row).collect(),
    }
}

/// The same for scripts, with the sides; sides that have names also step by step.
fn entries(compared: &ComparedSides, found: &[Decomposition], parts: &DifferenceParts) -> Vec<(&'static str, Cell)> {
    let sides = &compared.sides;
    let ends = found.first().zip(found.last()).map(|(first, last)| (first.before, last.after));
    let (before, after) = ends.unwrap_or_default();
    let mut entries = vec![
        ("basis", Cell::Text(sides.basis_name().into())),
        ("before", side(&sides.first, None, before)),
        ("after", side(sides.last(), None, after)),
    ];
    entries.extend(difference(parts));
    if !compared.names.is_empty() {
        let names = compared.names.iter().zip(&compared.names[1..]);
        let steps = sides.steps().zip(found).zip(names).map(|((step, found), (old, new))| {
            let ends = [
                ("before", side(step.before, Some(old.as_str()), found.before)),
                ("after", side(step.after, Some(new.as_str()), found.after)),
            ];
            let parts = DifferenceParts::of_step(sides, step.after, found);
            Cell::Map(ends.into_iter().chain(difference(&parts)).collect())
        });
        entries.push(("steps", Cell::List(steps.collect())));
    }
    entries
}

/// All figures of a side, by its name if it has one.
fn side(side: &Side, name: Option<&str>, ratio: f64) -> Cell {
    let name = name.map(|name| ("value", Cell::Text(name.to_owned())));
    let figures = figures::hidden(&side.totals, &[]).into_iter().map(|fact| (fact.key, fact.value));
    Cell::Map(name.into_iter().chain(figures).chain([("hit_ratio", Cell::Ratio(ratio))]).collect())
}

/// The difference and its parts.
fn difference(parts: &DifferenceParts) -> [(&'static str, Cell); 2] {
    let part = |factor: &Factor| {
        let (ratio, cost) = parts.cells(*factor);
        Cell::Map(vec![("factor", Cell::Text(factor.name().into())), ("hit_ratio", ratio), ("cost", cost)])
    };
    let all = Cell::Map(vec![("hit_ratio", Cell::Ratio(parts.difference())), ("cost", Cell::money(parts.cost()))]);
    [("difference", all), ("parts", Cell::List(Factor::ALL.iter().map(part).collect()))]
}
