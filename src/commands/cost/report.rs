//! The report on logs: facts, breakdowns, the prices used, one sentence for the person who pays.

use super::Args;
use super::logs::Gathered;
use super::tally::{Tally, ratio};
use crate::commands::prices;
use crate::money::Money;
use crate::rates::RateCard;
use crate::rates::stale;
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::HitBasis;
use crate::workspace::logs::Logs;

pub(super) fn of(gathered: &Gathered, logs: Logs, card: &RateCard, args: &Args) -> Report {
    let all = &gathered.all;
    let mut summary = tokens(all);
    summary.extend(money(all));
    if args.monthly {
        summary.extend(monthly(gathered));
    }
    let mut notes = logs.caveats.notes();
    notes.extend(gathered.doubts.notes());
    notes.extend(stale(card, gathered.span.last()));
    Report {
        command: "cost",
        summary,
        tables: args
            .by
            .map(|by| groups(by.name(), gathered))
            .into_iter()
            .chain([bases(gathered), used(gathered)])
            .collect(),
        sentences: vec![sentence(all, gathered.doubts.bound_of_best())],
        notes,
        skipped: logs.skipped,
        ..Report::default()
    }
}

fn tokens(all: &Tally) -> Vec<Fact> {
    let billed = |tokens: u64| Cell::count((all.billed() > 0).then_some(tokens));
    vec![
        Fact::new("requests", "requests", Cell::Count(all.requests)).aside(hits_from(all)),
        Fact::hidden("requests_billed", Cell::Count(all.billed())),
        Fact::hidden("requests_reported", Cell::Count(all.reported)),
        Fact::hidden("requests_simulated", Cell::Count(all.simulated)),
        Fact::new("prompt_tokens", "prompt tokens", billed(all.prompt_tokens)),
        Fact::new("hit_tokens", "hit tokens", billed(all.hit_tokens))
            .aside(share("of the prompt tokens", all.hit_ratio())),
        Fact::hidden("hit_ratio", Cell::ratio(all.hit_ratio())),
        Fact::new("written_tokens", "written tokens", billed(all.written_tokens))
            .aside(share("of the prompt tokens", ratio(all.written_tokens, all.prompt_tokens))),
        Fact::new("output_tokens", "output tokens", Cell::count(all.output_tokens())),
    ]
}

fn money(all: &Tally) -> Vec<Fact> {
    let without = all.without_cache();
    let saved_ratio = all.saved().zip(without).and_then(|(saved, without)| saved.share_of(&without));
    vec![
        Fact::new("input_cost", "input cost", Cell::money(all.input_cost())),
        Fact::new("output_cost", "output cost", Cell::money(all.output_cost())),
        Fact::new("cost", "cost", Cell::money(all.cost())).aside(partly(all)),
        Fact::new("cost_without_cache", "without any cache", Cell::money(without)),
        Fact::new("cost_best", "with the best cache", Cell::money(all.best()))
            .aside("every token shared with an earlier request of the scope served"),
        Fact::new("saved", "saved by the cache", Cell::money(all.saved()))
            .aside(share("of the cost without", saved_ratio)),
        Fact::hidden("saved_ratio", Cell::ratio(saved_ratio)),
        Fact::new("still_to_save", "still to save", Cell::money(all.still_to_save())).aside("cost less the best"),
        Fact::new("price_per_million_input", "per million input tokens", Cell::exact(all.price_per_million()))
            .aside("effective, to six decimals"),
        Fact::hidden("currency", Cell::text(all.cost().map(|cost| cost.currency.to_string()))),
    ]
}

fn monthly(gathered: &Gathered) -> Vec<Fact> {
    let Gathered { all, span, .. } = gathered;
    let aside = span.missing().map_or_else(|| format!("scaled from {span}"), |why| format!("unknown: {why}"));
    let scaled = |money: Option<Money>| Cell::money(span.monthly(money));
    vec![
        Fact::new("monthly_cost", "cost of 30 days", scaled(all.cost())).aside(aside),
        Fact::new("monthly_cost_without_cache", "30 days without any cache", scaled(all.without_cache())),
        Fact::new("monthly_cost_best", "30 days with the best cache", scaled(all.best())),
        Fact::new("monthly_saved", "saved in 30 days", scaled(all.saved())),
    ]
}

fn groups(name: &'static str, gathered: &Gathered) -> Table {
    let rows = gathered.groups.iter().map(|(key, tally)| tally.cells(key.as_deref())).collect();
    Table { key: "by", title: format!("by {name}"), columns: Tally::columns(name), rows }
}

fn bases(gathered: &Gathered) -> Table {
    let name = |basis: Option<HitBasis>| match basis {
        Some(HitBasis::Reported) => "as reported",
        Some(HitBasis::Simulated) => "simulated",
        None => "not counted",
    };
    let rows = gathered.by_basis.iter().map(|(basis, tally)| tally.cells(Some(name(*basis)))).collect();
    Table { key: "by_hits", title: "by where the hits come from".into(), columns: Tally::columns("hits"), rows }
}

/// The prices used, with the requests charged at each.
fn used(gathered: &Gathered) -> Table {
    let mut columns = vec![Column::new("requests", "requests")];
    columns.extend(prices::columns());
    let rows = gathered.prices.iter().map(|(quote, requests)| {
        let rate = &quote.rate;
        let mut row = vec![Cell::Count(*requests)];
        row.extend(prices::cells(rate.list, rate.row, rate.prices, rate.period));
        row
    });
    Table { key: "prices", title: "prices used, per million tokens".into(), columns, rows: rows.collect() }
}

/// One sentence for the person who pays.
fn sentence(all: &Tally, bound: &str) -> String {
    let Some((cost, without)) = all.cost().zip(all.without_cache()) else {
        return format!("What {} cost is not known.", crate::report::text::plural(all.requests, "request"));
    };
    let shown = |money: Money| crate::report::shown(&Cell::Money(money));
    let mut sentence = format!("{} instead of {} without a cache", shown(cost), shown(without));
    if let Some(best) = all.best() {
        sentence += &format!("; the best this traffic could reach is {bound}{}", shown(best));
    }
    format!("{sentence} ({}).", hits_from(all))
}

fn hits_from(all: &Tally) -> String {
    let rest = all.requests - all.billed();
    let parts = [(all.reported, "hits as reported"), (all.simulated, "hits simulated"), (rest, "not counted")];
    let told = parts.into_iter().filter(|(requests, _)| *requests > 0);
    told.map(|(requests, what)| format!("{requests} with {what}"))
        .collect::<Vec<_>>()
        .join(", ")
        .replace("with not", "not")
}

fn partly(all: &Tally) -> String {
    if all.billed() == all.requests {
        String::new()
    } else {
        format!("of {} of {} requests", all.billed(), all.requests)
    }
}

fn share(of: &str, ratio: Option<f64>) -> String {
    ratio.map_or_else(String::new, |ratio| format!("{} {of}", crate::report::shown(&Cell::Ratio(ratio))))
}
