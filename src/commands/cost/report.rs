//! The report on logs: facts, breakdowns, the prices used, one sentence for the person who pays.

use std::collections::BTreeMap;

use super::Args;
use super::logs::Gathered;
use crate::account::{CostKind, Sums};
use crate::caveat::{Caveats, Code};
use crate::commands::{figures, prices};
use crate::money::Money;
use crate::number::ratio;
use crate::rates::RateCard;
use crate::rates::stale;
use crate::report::text::{amounts, plural};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::Totals;
use crate::workspace::logs::Logs;

/// What people see of a breakdown.
const COLUMNS: &[&str] = &[
    "requests",
    "requests_reported",
    "requests_billed",
    "prompt_tokens_billed",
    "hit_tokens_billed",
    "hit_ratio_billed",
    "input_cost_billed",
    "output_cost",
    "cost_billed",
    "cost_without_cache",
    "cost_best",
    "saved",
    "price_per_million_input",
];

pub(super) fn of(gathered: &Gathered, logs: Logs, card: &RateCard, args: &Args) -> Report {
    let totals = gathered.tally.totals();
    let mut summary = tokens(totals);
    summary.extend(money(totals));
    if args.monthly {
        summary.extend(monthly(gathered));
    }
    summary.extend(figures::hidden(totals, &summary));
    let mut notes = logs.notes(true);
    notes.extend(stale(card, gathered.span.last()));
    let by_hits = gathered.by_hits.table("by_hits", "by where the hits come from".into(), COLUMNS);
    let by_currency = gathered.tally.by_currency(COLUMNS).map(|table| with_months(table, gathered, args.monthly));
    let tables = gathered.tally.by(COLUMNS).into_iter().chain([by_hits]).chain(by_currency);
    Report {
        command: "cost",
        summary,
        tables: tables.chain([used(gathered)]).collect(),
        sentences: vec![sentence(totals, bound_of_best(&logs.caveats))],
        notes,
        caveats: Some(logs.caveats_table()),
        skipped: logs.skipped,
        ..Report::default()
    }
}

fn tokens(totals: &Totals) -> Vec<Fact> {
    let account = &totals.account;
    let fact = |key, label| figures::fact(totals, key, label);
    let written = totals.written_tokens_reported.and_then(|written| ratio(written, account.prompt_tokens));
    vec![
        fact("requests", "requests").aside(hits_from(totals)),
        fact("prompt_tokens_billed", "prompt tokens"),
        fact("hit_tokens_billed", "hit tokens").aside(share("of the prompt tokens", account.hit_ratio())),
        fact("written_tokens_reported", "written tokens").aside(share("of the prompt tokens", written)),
        fact("output_tokens", "output tokens"),
    ]
}

/// Costs; by currency they stand in a table.
fn money(totals: &Totals) -> Vec<Fact> {
    let account = &totals.account;
    let saved_ratio = account.sums().and_then(Sums::saved_ratio);
    let facts = [
        ("input_cost_billed", "input cost", String::new()),
        ("output_cost", "output cost", String::new()),
        ("cost_billed", "cost", partly(totals)),
        ("cost_without_cache", "without any cache", String::new()),
        ("cost_best", "with the best cache", "every token shared with an earlier request of the scope served".into()),
        ("saved", "saved by the cache", share("of the cost without", saved_ratio)),
        ("still_to_save", "still to save", "cost less the best".into()),
    ];
    let several = account.by_currency().len() > 1;
    let fact = |(key, label, aside)| figures::fact(totals, key, label).aside(aside).only_if(!several);
    let mut facts: Vec<Fact> = facts.into_iter().map(fact).collect();
    let per_million = Fact::new(
        "price_per_million_input",
        "per million input tokens",
        Cell::exact(account.sums().and_then(Sums::price_per_million)),
    );
    facts.push(per_million.aside("effective, to six decimals").only_if(!several));
    facts
}

fn monthly(gathered: &Gathered) -> Vec<Fact> {
    let span = gathered.span;
    let aside = span.missing().map_or_else(|| format!("scaled from {span}"), |why| format!("unknown: {why}"));
    let account = &gathered.tally.totals().account;
    let several = account.by_currency().len() > 1;
    let mut facts: Vec<Fact> = MONTHLY
        .iter()
        .map(|(key, label, of)| Fact::new(key, label, Cell::money(span.monthly(account.sums().and_then(of)))))
        .map(|fact| fact.only_if(!several))
        .collect();
    facts[0].aside = Some(aside);
    facts
}

/// An amount of some sums.
type Amount = fn(&Sums) -> Option<Money>;

/// What is scaled to thirty days.
const MONTHLY: [(&str, &str, Amount); 4] = [
    ("monthly_cost", "cost of 30 days", |sums| sums.cost(CostKind::Billed)),
    ("monthly_cost_without_cache", "30 days without any cache", |sums| sums.cost(CostKind::WithoutCache)),
    ("monthly_cost_best", "30 days with the best cache", |sums| sums.cost(CostKind::Best)),
    ("monthly_saved", "saved in 30 days", Sums::saved),
];

/// The sums by currency, with those of thirty days where they are asked for.
fn with_months(mut table: Table, gathered: &Gathered, is_wanted: bool) -> Table {
    if !is_wanted {
        return table;
    }
    let sums: BTreeMap<String, &Sums> =
        gathered.tally.totals().account.by_currency().map(|sums| (sums.currency().to_string(), sums)).collect();
    table.columns.extend(MONTHLY.iter().map(|(key, label, _)| Column::new(key, *label)));
    for row in &mut table.rows {
        let sums = if let Cell::Text(currency) = &row[0] { sums.get(currency) } else { None };
        let month = |of: &Amount| Cell::money(gathered.span.monthly(sums.and_then(|sums| of(sums))));
        row.extend(MONTHLY.iter().map(|(_, _, of)| month(of)));
    }
    table
}

/// The prices used, with the requests charged at each.
fn used(gathered: &Gathered) -> Table {
    let mut columns = vec![Column::new("requests", "requests")];
    columns.extend(prices::columns());
    let rows = gathered.prices.iter().map(|(quote, requests)| {
        let rate = &quote.rate;
        let mut row = vec![Cell::Count(*requests)];
        row.extend(prices::cells(&rate.list, &rate.row, &rate.prices, rate.period));
        row
    });
    Table { key: "prices", title: "prices used, per million tokens".into(), columns, rows: rows.collect() }
}

/// One sentence for the person who pays.
fn sentence(totals: &Totals, bound: &str) -> String {
    let account = &totals.account;
    let all = |of: &dyn Fn(&Sums) -> Option<Money>| account.by_currency().filter_map(of).collect::<Vec<Money>>();
    let costs = all(&|sums| sums.cost(CostKind::Billed));
    if costs.is_empty() {
        return format!("What {} cost is not known.", plural(totals.requests, "request"));
    }
    let without = all(&|sums| sums.cost(CostKind::WithoutCache));
    let best = all(&|sums| sums.cost(CostKind::Best));
    let mut sentence = format!("{} instead of {} without a cache", amounts(&costs), amounts(&without));
    if best.len() == costs.len() {
        sentence += &format!("; the best this traffic could reach is {bound}{}", amounts(&best));
    }
    format!("{sentence} ({}).", hits_from(totals))
}

/// The side of the best cost on which the true one is, as a word before it.
fn bound_of_best(caveats: &Caveats) -> &'static str {
    match (caveats.requests(Code::Redacted) > 0, caveats.requests(Code::BestIsBound) > 0) {
        (false, false) => "",
        (true, false) => "at most ",
        (false, true) => "at least ",
        (true, true) => "about ",
    }
}

fn hits_from(totals: &Totals) -> String {
    let account = &totals.account;
    let rest = totals.requests - account.requests;
    let parts = [
        (account.reported, "with hits as reported"),
        (account.simulated(), "with hits simulated"),
        (rest, "not counted"),
    ];
    let known = parts.into_iter().filter(|(requests, _)| *requests > 0);
    known.map(|(requests, what)| format!("{requests} {what}")).collect::<Vec<_>>().join(", ")
}

/// How many requests have a cost, where not all have.
fn partly(totals: &Totals) -> String {
    let priced = totals.account.priced(CostKind::Billed);
    if priced == totals.requests { String::new() } else { format!("of {priced} of {} requests", totals.requests) }
}

fn share(of: &str, ratio: Option<f64>) -> String {
    ratio.map_or_else(String::new, |ratio| format!("{} {of}", crate::report::shown(&Cell::Ratio(ratio))))
}
