//! The report on logs: facts, breakdowns, the prices used, one sentence for the person who pays.

use std::collections::BTreeMap;

use super::invoice::InvoiceGap;
use super::logs::CostData;
use super::{CostArgs, sentence};
use crate::account::{Account, CostKind, Sums};
use crate::caveat::Code;
use crate::money::Money;
use crate::number::ratio;
use crate::rates::RateCard;
use crate::rates::{older, stale};
use crate::report::text::{plural, thousands};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::Totals;
use crate::workspace::logs::{Logs, NotesOn};
use crate::workspace::{figures, prices};

/// Columns of a breakdown, as people see them.
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

pub(super) fn build(
    gathered: &CostData,
    logs: Logs,
    card: &RateCard,
    args: &CostArgs,
    gap: Option<&InvoiceGap>,
) -> Report {
    let totals = gathered.tally.totals();
    let mut summary = tokens(totals);
    summary.extend(money(totals));
    if args.monthly {
        summary.extend(monthly(gathered));
    }
    summary.extend(figures::hidden(totals, &summary));
    summary.extend(gap.map(InvoiceGap::fact));
    let mut caveats = logs.caveats(NotesOn::BestCost);
    caveats.extend(age(gathered, card).map(|age| Code::OldPrices.because(&age)));
    let by_hits = gathered.by_hits.table("by_hits", "by where the hits come from".into(), COLUMNS);
    let (by, left_out) = gathered.tally.by(COLUMNS);
    caveats.extend(left_out);
    let by_currency = gathered.tally.by_currency(COLUMNS).map(|table| with_months(table, gathered, args.monthly));
    let tables = by.into_iter().chain([by_hits]).chain(by_currency);
    Report {
        command: "cost",
        summary,
        tables: gap.map(InvoiceGap::table).into_iter().chain(tables).chain([used(gathered)]).collect(),
        sentences: std::iter::once(sentence::summarize(gathered, &logs.caveats))
            .chain(gap.map(InvoiceGap::sentence))
            .collect(),
        caveats,
        about: Some(logs.about()),
        log: logs.only_file(),
        skipped: logs.faults.skipped,
        ..Report::default()
    }
}

fn tokens(totals: &Totals) -> Vec<Fact> {
    let account = &totals.account;
    let fact = |key, label| figures::fact(totals, key, label);
    let written = totals.written_tokens_reported.and_then(|written| ratio(written, account.prompt_tokens));
    vec![
        fact("requests", "requests").aside(sentence::hits_from(totals)),
        fact("prompt_tokens_billed", "prompt tokens"),
        fact("hit_tokens_billed", "hit tokens").aside(hit_share(account)),
        fact("written_tokens_reported", "written tokens").aside(share("of the prompt tokens", written)),
        fact("output_tokens", "output tokens"),
    ]
}

/// Costs; by currency they stand in a table.
fn money(totals: &Totals) -> Vec<Fact> {
    let account = &totals.account;
    let saved_ratio = account.sums().and_then(Sums::saved_ratio);
    let whole = format!(
        "of {} of {}, those whose hits or writes are not known too",
        thousands(account.bounded()),
        plural(totals.requests, "request")
    );
    let facts = [
        ("input_cost_billed", "input cost", String::new()),
        ("output_cost", "output cost", String::new()),
        ("cost_billed", "cost", partly(totals)),
        ("cost_billed_min", "cost at least", whole.clone()),
        ("cost_billed_max", "cost at most", whole),
        ("cost_logged", "cost as logged", logged(totals)),
        ("search_fees", "web searches", searches(account)),
        ("cost_without_cache", "without any cache", String::new()),
        ("cost_best", "with the best cache", "every token shared with an earlier request of the scope served".into()),
        ("saved", "saved by the cache", share("of the cost without", saved_ratio)),
        ("still_to_save", "still to save", "the cost minus the best".into()),
    ];
    let several = account.by_currency().len() > 1;
    let bounds = account.sums().and_then(Sums::bounds);
    let is_wanted = |key: &str| match key {
        "cost_billed_min" | "cost_billed_max" => bounds.is_some_and(|(least, most)| least != most),
        "cost_logged" => totals.logged.requests > 0,
        "search_fees" => account.web_searches > 0,
        _ => true,
    };
    let fact = |(key, label, aside): (&'static str, &'static str, String)| {
        figures::fact(totals, key, label).aside(aside).only_if(!several && is_wanted(key))
    };
    let mut facts: Vec<Fact> = facts.into_iter().map(fact).collect();
    let per_million = Fact::new(
        "price_per_million_input",
        "per million input tokens",
        Cell::exact(account.sums().and_then(Sums::price_per_million)),
    );
    facts.push(figures::storage(totals));
    facts.push(per_million.aside("effective, to six decimals").only_if(!several));
    facts
}

fn monthly(gathered: &CostData) -> Vec<Fact> {
    let span = gathered.span;
    let scaled = || {
        let lacks = span.lacks().map_or_else(String::new, |lacks| format!(": {lacks}"));
        format!("scaled from {}{lacks}", span.scaled_from().unwrap_or_default())
    };
    let aside = span.missing().map_or_else(scaled, |why| format!("unknown: {why}"));
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

/// Amounts that are scaled to thirty days.
const MONTHLY: [(&str, &str, Amount); 4] = [
    ("monthly_cost", "cost of 30 days", |sums| sums.cost(CostKind::Billed)),
    ("monthly_cost_without_cache", "30 days without any cache", |sums| sums.cost(CostKind::WithoutCache)),
    ("monthly_cost_best", "30 days with the best cache", |sums| sums.cost(CostKind::Best)),
    ("monthly_saved", "saved in 30 days", Sums::saved),
];

/// The sums by currency, with those of thirty days where they are asked for.
fn with_months(mut table: Table, gathered: &CostData, is_wanted: bool) -> Table {
    if !is_wanted {
        return table;
    }
    let sums: BTreeMap<String, &Sums> =
        gathered.tally.totals().account.by_currency().map(|sums| (sums.currency().to_string(), sums)).collect();
    table.columns.extend(MONTHLY.iter().map(|(key, label, _)| Column::new(*key, *label)));
    for row in &mut table.rows {
        let sums = if let Cell::Text(currency) = &row[0] { sums.get(currency) } else { None };
        let month = |of: &Amount| Cell::money(gathered.span.monthly(sums.and_then(|sums| of(sums))));
        row.extend(MONTHLY.iter().map(|(_, _, of)| month(of)));
    }
    table
}

/// The prices used, with the requests charged at each.
fn used(gathered: &CostData) -> Table {
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

/// The searches that are charged beside the tokens.
fn searches(account: &Account) -> String {
    let searches = if account.web_searches == 1 { "search" } else { "searches" };
    format!("{} {searches}, charged besides the tokens and not in the cost", thousands(account.web_searches))
}

/// The number of requests with a cost, where not all have one.
fn partly(totals: &Totals) -> String {
    let priced = totals.account.priced(CostKind::Billed);
    if priced == totals.requests {
        String::new()
    } else {
        format!("of {} of {}", thousands(priced), plural(totals.requests, "request"))
    }
}

/// The share of hits in all prompt tokens, or between which bounds it lies.
fn hit_share(account: &Account) -> String {
    let shown = |ratio: f64| crate::report::shown(&Cell::Ratio(ratio));
    match (account.hit_ratio(), account.hit_ratio_range()) {
        (Some(ratio), _) => format!("{} of the prompt tokens", shown(ratio)),
        (None, Some((least, most))) => format!(
            "between {} and {} of the prompt tokens: the hits of {} of {} are not known",
            shown(least),
            shown(most),
            thousands(account.counted - account.requests),
            plural(account.counted, "request")
        ),
        (None, None) => String::new(),
    }
}

/// Ours beside the cost that the log tells.
fn logged(totals: &Totals) -> String {
    let logged = totals.logged;
    let requests = plural(logged.requests, "request");
    match logged.ours {
        Some(ours) if logged.compared == logged.requests => {
            format!("logged for {requests}; computed here for the same: {}", money_text(ours))
        }
        Some(ours) => {
            format!(
                "logged for {requests}; computed here for {} of them: {}",
                thousands(logged.compared),
                money_text(ours)
            )
        }
        None => format!("logged for {requests}"),
    }
}

fn money_text(amount: Money) -> String {
    crate::report::shown(&Cell::Money(amount))
}

/// The age of the prices that were used, against the log; without any that of the card.
fn age(gathered: &CostData, card: &RateCard) -> Option<String> {
    let last = gathered.span.last();
    let undated = gathered.prices.iter().filter(|(quote, _)| quote.rate.as_of.is_some());
    match undated.map(|(quote, _)| quote.rate.list.retrieved).min() {
        Some(oldest) => older(oldest, last?),
        None => stale(card, last),
    }
}

fn share(of: &str, ratio: Option<f64>) -> String {
    ratio.map_or_else(String::new, |ratio| format!("{} {of}", crate::report::shown(&Cell::Ratio(ratio))))
}
