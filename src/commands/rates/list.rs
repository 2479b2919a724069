//! The card as a table.

use std::sync::Arc;

use anyhow::bail;

use super::RatesArgs;
use crate::caveat::Code;
use crate::commands::Outcome;
use crate::exchange::{ModelName, seller_name};
use crate::money::Currency;
use crate::rates::{PriceList, RateCard, Row, Surcharge, stale};
use crate::report::text::{plural, thousands};
use crate::report::{Caveat, Cell, Fact, Report, Table};
use crate::time::Timestamp;
use crate::workspace::boundary::NamedBy;
use crate::workspace::destination::Destination;
use crate::workspace::output::render;
use crate::workspace::prices;
use crate::workspace::rate_card;

pub(super) fn run(args: &RatesArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let own = args.rates.as_deref().map(|file| rate_card::read(file, NamedBy::Person)).transpose()?;
    let card = &*own.map_or_else(RateCard::builtin, Arc::new);
    let known = args.model.as_deref().map(|model| known_name(model, card));
    let rows: Vec<_> = card.all_rows().filter(|(list, row)| args.wants(known.as_deref(), list, row)).collect();
    if rows.is_empty() {
        bail!("{}", nothing(args, card));
    }
    let cells = rows.iter().flat_map(|(list, row)| shown(args, card, list, row)).collect();
    let report = Report {
        command: "rates",
        summary: vec![
            Fact::hidden("rows", Cell::Count(rows.len() as u64)),
            Fact::hidden("retrieved", Cell::text(card.retrieved().map(|day| day.to_string()))),
        ],
        tables: vec![Table {
            key: "prices",
            title: "prices per million tokens".into(),
            columns: prices::columns(),
            rows: cells,
        }],
        caveats: resolved(args, known.as_deref()).into_iter().chain(caveats(args, card, &rows)).collect(),
        ..Report::default()
    };
    render(&report, args.format, out)?;
    Ok(Outcome::Done)
}

/// The most exact of the names of a model that the card knows; else the model as it was asked for.
fn known_name(model: &str, card: &RateCard) -> String {
    let is_known = |name: &String| card.all_rows().any(|(_, row)| row.is_of(name));
    ModelName::new(model).names.into_iter().find(is_known).unwrap_or_else(|| model.to_owned())
}

/// Says by which name a model is listed, where that is another.
fn resolved(args: &RatesArgs, known: Option<&str>) -> Option<Caveat> {
    let (asked, known) = (args.model.as_deref()?, known?);
    (asked != known).then(|| Code::ListedAs.caveat(None, &[("asked", asked), ("known", known)]))
}

impl RatesArgs {
    fn wants(&self, model: Option<&str>, list: &PriceList, row: &Row) -> bool {
        model.is_none_or(|model| row.is_of(model))
            && self.at.is_none_or(|at| row.covers(at))
            && self.currency.is_none_or(|currency| currency == list.currency)
            && self
                .provider
                .as_deref()
                .is_none_or(|provider| seller_name(provider).eq_ignore_ascii_case(seller_name(&list.provider)))
    }
}

/// A row for each of its periods, or for the one of the time asked for.
fn shown(args: &RatesArgs, card: &RateCard, list: &PriceList, row: &Row) -> Vec<Vec<Cell>> {
    let now = args.at.and_then(|at| card.period(row, at));
    let periods = prices::of_row(row).into_iter().filter(|(_, period)| now.is_none() || *period == now);
    periods.map(|(prices, period)| prices::cells(list, row, prices, period)).collect()
}

fn caveats(args: &RatesArgs, card: &RateCard, rows: &[(&PriceList, &Row)]) -> Vec<Caveat> {
    let undated = rows.iter().filter(|(_, row)| row.valid_from.is_none()).count() as u64;
    let all = plural(rows.len() as u64, "row");
    let undated = (undated > 0)
        .then(|| Code::UndatedPrices.caveat(Some(undated), &[("undated", &thousands(undated)), ("all", &all)]));
    let used: Vec<_> = rows.iter().filter_map(|(_, row)| row.schedule()).collect();
    let schedules = card.schedules().filter(|(name, _)| used.contains(name));
    let hours = schedules.map(|(name, schedule)| {
        let holidays = card.holidays_known_until(schedule).map_or_else(String::new, |last| {
            format!("; after {last} a peak hour may turn out off-peak, as the public holidays are not known yet")
        });
        Code::ScheduleHours.caveat(None, &[("name", name), ("reason", &format!("{}{holidays}", schedule.source))])
    });
    let of_row = |code: Code, row: &Row, words: &Option<String>| {
        Some(code.because(&format!("{}: {}", row.models[0], words.as_ref()?)))
    };
    let noted = rows.iter().filter_map(|(_, row)| of_row(Code::PriceNote, row, &row.note));
    let doubted = rows.iter().filter_map(|(_, row)| of_row(Code::UncertainPrice, row, &row.doubt));
    let age = stale(card, args.at).map(|age| Code::OldPrices.because(&age));
    let noted = noted.chain(doubted).chain(surcharges(card, rows));
    undated.into_iter().chain(hours).chain(noted).chain(age).collect()
}

/// The factors on prices of rows by region.
fn surcharges(card: &RateCard, rows: &[(&PriceList, &Row)]) -> Vec<Caveat> {
    let sentence = |surcharge: &Surcharge| {
        let of_list = |list: &PriceList| seller_name(&list.provider) == seller_name(&surcharge.provider);
        let is_its = |(list, row): &&(&PriceList, &Row)| of_list(list) && surcharge.is_of(row);
        let (list, row) = rows.iter().find(is_its)?;
        let factor = surcharge.factor.normalize();
        let (region, source) = (&surcharge.region, &surcharge.source);
        let (model, provider) = (&row.models[0], &list.provider);
        Some(Code::Surcharge.because(&format!(
            "{factor} times these prices for {model} of {provider} in the region `{region}`: {source}"
        )))
    };
    card.all_surcharges().filter_map(sentence).collect()
}

/// Explains an empty table: for one model the answer of a price query, which names the gap.
fn nothing(args: &RatesArgs, card: &RateCard) -> String {
    let Some(model) = args.model.as_deref() else {
        return "no row of the card is for that provider, currency and time; `cachecheck rates` lists all".into();
    };
    let known = card.all_rows().any(|(_, row)| row.is_of(model));
    if known {
        let at = args.at.map_or_else(String::new, |at: Timestamp| format!(" at {at}"));
        let currency = args.currency.map_or_else(String::new, |currency: Currency| format!("{currency} "));
        return format!("no {currency}price for {model}{at}; `cachecheck rates {model}` lists what there is");
    }
    let is_seller = |(list, _): (&PriceList, &Row)| seller_name(&list.provider).eq_ignore_ascii_case(model);
    if card.all_rows().any(is_seller) {
        return format!("{model} is a provider and no model: `cachecheck rates --provider {model}` lists its prices");
    }
    let similar = similar(model, card);
    let hint = if similar.is_empty() { String::new() } else { format!("; similar names: {}", similar.join(", ")) };
    format!("{model} is not in the card{hint}; `cachecheck rates` lists all")
}

/// Up to five names that contain the name, or that it contains: those that begin with it first, and the shortest of them.
fn similar(model: &str, card: &RateCard) -> Vec<String> {
    let wanted = model.to_ascii_lowercase();
    let names = card.all_rows().flat_map(|(_, row)| row.models.iter().map(|name| name.as_str().to_owned()));
    let mut similar: Vec<String> = names
        .filter(|name| {
            let name = name.to_ascii_lowercase();
            name.contains(&wanted) || wanted.contains(name.trim_end_matches('*'))
        })
        .collect();
    similar.sort_unstable_by_key(|name| (!name.to_ascii_lowercase().starts_with(&wanted), name.len(), name.clone()));
    similar.dedup();
    similar.truncate(5);
    similar
}
