//! The report of a trend: a sentence for each change, the series with its sparkline, the changes.

use std::ops::Range;

use super::changes::{Change, changes};
use crate::calendar::{Unit, Zone};
use crate::causes::FoundRequest;
use crate::caveat::Code;
use crate::report::text::{bar, percent, plural};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::Totals;
use crate::time::Timestamp;
use crate::workspace::figures;
use crate::workspace::logs::{Logs, NotesOn};

/// Marks of a sparkline, from nothing to all.
const MARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Periods that can prove a change at the least: of eleven too many orders show one half against the other.
const ENOUGH: usize = 12;

/// Marks of a sparkline at most.
const WIDTH: usize = 60;

/// A period in which requests were made.
pub(super) struct TrendPeriod {
    label: String,
    ends: (Timestamp, Timestamp),
    /// Its requests, by their index.
    pub(super) calls: Range<usize>,
    totals: Totals,
}

pub(super) fn build(mut calls: Vec<FoundRequest>, logs: Logs, unit: Unit, zone: &Zone) -> Report {
    let all = calls.len();
    calls.retain(|call| call.record.replayed_at.is_some());
    calls.sort_by_key(|call| call.record.replayed_at);
    let untimed = (all - calls.len()) as u64;
    let periods = periods(&calls, unit, zone);
    let changes = changes(&periods, &calls);
    let mut totals = Totals::default();
    for call in &calls {
        totals.add(&call.record);
    }
    let shown = [("requests", "requests"), ("hit_ratio_billed", "hit ratio"), ("cost_billed", "cost")];
    let mut summary: Vec<Fact> = shown.iter().map(|(key, label)| figures::fact(&totals, key, label)).collect();
    summary.push(Fact::new("sparkline", "hit ratio over time", Cell::Text(sparkline(&periods))));
    let mut caveats = logs.caveats(NotesOn::Costs);
    caveats.extend(figures::several_currencies(&totals));
    caveats.extend((untimed > 0).then(|| Code::InNoPeriod.caveat(Some(untimed), &[])));
    Report {
        command: "trend",
        summary,
        tables: [series(&periods, &changes, unit)].into_iter().chain(table(&changes, &calls, &logs, zone)).collect(),
        entries: entries(&periods, &changes, &calls, &logs),
        sentences: sentences(&changes, &calls, &logs, zone, (&periods, unit)),
        caveats,
        about: Some(logs.about()),
        log: logs.only_file(),
        skipped: logs.faults.skipped,
        ..Report::default()
    }
}

/// The periods of requests that stand in the order of time.
fn periods(calls: &[FoundRequest], unit: Unit, zone: &Zone) -> Vec<TrendPeriod> {
    let mut periods: Vec<TrendPeriod> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let Some(time) = call.record.replayed_at else { continue };
        if periods.last().is_none_or(|period| time >= period.ends.1) {
            let Some(ends) = unit.around(time, zone) else { continue };
            let label = unit.label(time, zone);
            periods.push(TrendPeriod { label, ends, calls: index..index, totals: Totals::default() });
        }
        if let Some(period) = periods.last_mut() {
            period.calls.end = index + 1;
            period.totals.add(&call.record);
        }
    }
    periods
}

/// A mark for each period, or for several where there are more than fit; a blank where no hits are known.
fn sparkline(periods: &[TrendPeriod]) -> String {
    let several = periods.len().div_ceil(WIDTH).max(1);
    let mark = |periods: &[TrendPeriod]| {
        let sum = |of: fn(&Totals) -> u64| periods.iter().map(|period| of(&period.totals)).sum::<u64>();
        let hits =
            crate::number::ratio(sum(|totals| totals.account.hit_tokens), sum(|totals| totals.account.prompt_tokens));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 7")]
        hits.map_or(' ', |hits| MARKS[(hits * 7.0).round().clamp(0.0, 7.0) as usize])
    };
    periods.chunks(several).map(mark).collect()
}

fn series(periods: &[TrendPeriod], changes: &[Change], unit: Unit) -> Table {
    let columns = [
        Column::new(unit.name(), unit.name()),
        Column::new("requests", "requests"),
        Column::new("prompt_tokens_billed", "prompt tokens"),
        Column::new("hit_ratio_billed", "hit ratio"),
        Column::new("cost_billed", "cost"),
        Column::new("bar", "0 to 100 %"),
    ];
    // The period in which a change lies, with its cause.
    let change = |period: &TrendPeriod| {
        let change = changes.iter().find(|change| period.calls.contains(&change.first))?;
        let arrow = if change.after < change.before { "▼" } else { "▲" };
        Some(change.cause.map_or_else(|| arrow.to_owned(), |cause| format!("{arrow} {}", cause.code())))
    };
    let columns = columns.into_iter().chain((!changes.is_empty()).then(|| Column::new("change", "change")));
    let row = |period: &TrendPeriod| {
        let figure = |key| figures::fact(&period.totals, key, "").value;
        let keys = ["requests", "prompt_tokens_billed", "hit_ratio_billed", "cost_billed"];
        let bar = period.totals.account.hit_ratio().map(|ratio| bar(ratio, 10));
        let cells = [Cell::Text(period.label.clone())].into_iter().chain(keys.map(figure)).chain([Cell::text(bar)]);
        cells.chain((!changes.is_empty()).then(|| Cell::text(change(period)))).collect()
    };
    Table {
        key: "periods",
        title: format!("by {}", unit.name()),
        columns: columns.collect(),
        rows: periods.iter().map(row).collect(),
    }
}

fn table(changes: &[Change], calls: &[FoundRequest], logs: &Logs, zone: &Zone) -> Option<Table> {
    let columns = [
        ("at", "changed at"),
        ("before", "before"),
        ("after", "after"),
        ("p_value", "p"),
        ("first", "first request"),
        ("cause", "cause"),
    ];
    let row = |change: &Change| {
        let record = &calls[change.first].record;
        vec![
            Cell::text(record.replayed_at.map(|time| zone.write(time))),
            Cell::ratio(change.before),
            Cell::ratio(change.after),
            Cell::Text(format!("{:.3}", change.p_value)),
            Cell::Text(logs.short(record.place)),
            Cell::text(change.cause.map(crate::causes::CauseCode::code)),
        ]
    };
    let table = Table {
        key: "changes",
        title: "where the hit ratio changed".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: changes.iter().map(row).collect(),
    };
    Some(table).filter(|table| !table.rows.is_empty())
}

/// `series` and `changes` for scripts.
fn entries(
    periods: &[TrendPeriod],
    changes: &[Change],
    calls: &[FoundRequest],
    logs: &Logs,
) -> Vec<(&'static str, Cell)> {
    let time = |time: Timestamp| Cell::Text(time.to_string());
    let of_period = |period: &TrendPeriod| {
        let figure = |key| (key, figures::fact(&period.totals, key, "").value);
        let ends = [("from", time(period.ends.0)), ("to", time(period.ends.1))];
        Cell::Map(ends.into_iter().chain(["requests", "hit_ratio_billed", "cost_billed"].map(figure)).collect())
    };
    let place = |call: usize| {
        let place = calls[call].record.place;
        Cell::Map(vec![("source", Cell::Text(logs.source(place).to_owned())), ("line", Cell::Count(place.line))])
    };
    let of_change = |change: &Change| {
        Cell::Map(vec![
            ("at", calls[change.first].record.replayed_at.map_or(Cell::Unknown, time)),
            ("before", Cell::ratio(change.before)),
            ("after", Cell::ratio(change.after)),
            ("p_value", Cell::Ratio(change.p_value)),
            ("first", place(change.first)),
            ("worst", change.worst.map_or(Cell::Unknown, place)),
            ("cause", Cell::text(change.cause.map(crate::causes::CauseCode::code))),
        ])
    };
    vec![
        ("series", Cell::List(periods.iter().map(of_period).collect())),
        ("changes", Cell::List(changes.iter().map(of_change).collect())),
    ]
}

fn sentences(
    changes: &[Change],
    calls: &[FoundRequest],
    logs: &Logs,
    zone: &Zone,
    (periods, unit): (&[TrendPeriod], Unit),
) -> Vec<String> {
    let ratio = |ratio: Option<f64>| ratio.map_or_else(|| "unknown".to_owned(), percent);
    if changes.is_empty() {
        let mut ratios = periods.iter().filter_map(|period| period.totals.account.hit_ratio());
        let ends = match (ratios.clone().next(), ratios.next_back()) {
            (Some(first), Some(last)) if periods.len() > 1 => {
                format!(": it was {} in the first and {} in the last", percent(first), percent(last))
            }
            _ => String::new(),
        };
        let (few, way) = if periods.len() < ENOUGH {
            (
                format!(" ({ENOUGH} are the least)"),
                " `compare --split-at TIME` compares what was before and after a time.",
            )
        } else {
            (String::new(), "")
        };
        let those = plural(periods.len() as u64, unit.name());
        return vec![format!("No change of the hit ratio can be proven in {those} with requests{few}{ends}.{way}")];
    }
    let sentence = |change: &Change| {
        let record = &calls[change.first].record;
        let time = record.replayed_at.map(|time| zone.write(time)).unwrap_or_default();
        let why = match change.cause {
            None => String::new(),
            Some(cause) if change.after < change.before => format!(": {}", cause.what()),
            Some(cause) => format!(": this happens less often or no more: {}", cause.what()),
        };
        let first = logs.short(record.place);
        format!("{time}: {} → {} from {first} on{why}.", ratio(change.before), ratio(change.after))
    };
    changes.iter().map(sentence).collect()
}
