//! Figures of requests: each with its key, its heading and its meaning, the same in every summary, breakdown and format.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::group_by::GroupBy;
use crate::account::{CostKind, Sums};
use crate::calendar::Zone;
use crate::caveat::Code;
use crate::money::{Currency, Money};
use crate::report::text::plural;
use crate::report::{Caveat, Cell, Column, Fact, Table};
use crate::simulation::{Record, Totals};

/// A figure that is read from totals.
struct Figure {
    key: &'static str,
    heading: &'static str,
    value: fn(&Totals) -> Cell,
}

const fn figure(key: &'static str, heading: &'static str, value: fn(&Totals) -> Cell) -> Figure {
    Figure { key, heading, value }
}

/// All figures, in the order of columns.
const FIGURES: &[Figure] = &[
    figure("requests", "requests", |totals| Cell::Count(totals.requests)),
    figure("requests_simulated", "simulated", |totals| Cell::Count(totals.simulated)),
    figure("requests_reported", "hits reported", |totals| Cell::Count(totals.account.reported)),
    figure("requests_billed", "hits known", |totals| Cell::Count(totals.account.requests)),
    figure("prompt_tokens", "prompt tokens", |totals| known(totals.prompted, totals.prompt_tokens)),
    figure("prompt_tokens_simulated", "simulated tokens", |totals| Cell::Count(totals.simulated_tokens)),
    figure("prompt_tokens_reported", "reported tokens", |totals| Cell::count(totals.agreement.prompt_tokens_reported)),
    figure("prompt_tokens_billed", "prompt tokens", |totals| {
        known(totals.account.counted, totals.account.prompt_tokens)
    }),
    figure("hit_tokens_predicted", "predicted hits", |totals| known(totals.simulated, totals.hit_tokens)),
    figure("hit_tokens_min", "hits at least", |totals| known(totals.simulated, totals.hit_tokens_min)),
    figure("hit_tokens_max", "hits at most", |totals| known(totals.simulated, totals.hit_tokens_max)),
    figure("hit_ratio_predicted", "hit ratio", |totals| Cell::ratio(totals.hit_ratio())),
    figure("hit_tokens_reported", "reported hits", |totals| {
        known(totals.agreement.hits_reported, totals.agreement.hit_tokens_reported)
    }),
    figure("hit_ratio_reported", "reported ratio", |totals| Cell::ratio(totals.agreement.rated.ratio())),
    figure("hit_tokens_billed", "hit tokens", |totals| known(totals.account.requests, totals.account.hit_tokens)),
    figure("hit_ratio_billed", "hit ratio", |totals| Cell::ratio(totals.account.hit_ratio())),
    figure("hit_ratio_billed_min", "ratio at least", |totals| {
        Cell::ratio(totals.account.hit_ratio_range().map(|(least, _)| least))
    }),
    figure("hit_ratio_billed_max", "ratio at most", |totals| {
        Cell::ratio(totals.account.hit_ratio_range().map(|(_, most)| most))
    }),
    figure("request_hit_ratio", "mean ratio", |totals| Cell::ratio(totals.request_hit_ratio())),
    figure("block_hit_ratio", "block ratio", |totals| Cell::ratio(totals.block_hit_ratio())),
    figure("written_tokens_predicted", "predicted writes", |totals| Cell::count(totals.written_tokens_predicted)),
    figure("written_tokens_reported", "written tokens", |totals| Cell::count(totals.written_tokens_reported)),
    figure("output_tokens", "output tokens", |totals| known(totals.answered, totals.output_tokens)),
    figure("ledger", "ledger", |totals| {
        Cell::Map(totals.ledger.buckets().map(|(name, tokens)| (name, known(totals.simulated, tokens))).into())
    }),
    figure("diverged", "diverged", |totals| known(totals.simulated, totals.ledger.diverged)),
    figure("lost", "lost", |totals| Cell::count(totals.agreement.lost)),
    figure("unexplained", "unexplained", |totals| Cell::count(totals.agreement.unexplained)),
    figure("hits_compared", "hits compared", |totals| Cell::Count(totals.agreement.compared)),
    figure("hits_equal", "hits equal", |totals| Cell::Count(totals.agreement.hits_equal)),
    figure("counts_reported", "counts compared", |totals| Cell::Count(totals.agreement.counted)),
    figure("counts_equal", "counts equal", |totals| Cell::Count(totals.agreement.count_equal)),
    figure("estimated", "estimated", |totals| Cell::Count(totals.agreement.estimated)),
    figure("usage_contradictions", "contradictions", |totals| Cell::Count(totals.agreement.contradictions)),
    figure("requests_priced_predicted", "priced, predicted", |totals| priced(totals, CostKind::Predicted)),
    figure("requests_priced_reported", "priced, reported", |totals| priced(totals, CostKind::Reported)),
    figure("requests_priced_billed", "priced", |totals| priced(totals, CostKind::Billed)),
    figure("input_cost_predicted", "predicted input", |totals| input(totals, CostKind::Predicted)),
    figure("input_cost_reported", "reported input", |totals| input(totals, CostKind::Reported)),
    figure("input_cost_billed", "input", |totals| input(totals, CostKind::Billed)),
    figure("input_cost_without_cache", "input without cache", |totals| input(totals, CostKind::WithoutCache)),
    figure("input_cost_best", "best input", |totals| input(totals, CostKind::Best)),
    figure("output_cost", "output", |totals| money(totals, Sums::output_cost)),
    figure("cost_predicted", "predicted cost", |totals| cost(totals, CostKind::Predicted)),
    figure("cost_reported", "reported cost", |totals| cost(totals, CostKind::Reported)),
    figure("cost_billed", "cost", |totals| cost(totals, CostKind::Billed)),
    figure("cost_billed_min", "cost at least", |totals| money(totals, |sums| Some(sums.bounds()?.0))),
    figure("cost_billed_max", "cost at most", |totals| money(totals, |sums| Some(sums.bounds()?.1))),
    figure("requests_logged_cost", "with a logged cost", |totals| Cell::Count(totals.logged.requests)),
    figure("cost_logged", "logged cost", |totals| Cell::money(totals.logged.cost)),
    figure("storage_cost", "storage", |totals| Cell::money(totals.storage.cost())),
    figure("cost_without_cache", "without cache", |totals| cost(totals, CostKind::WithoutCache)),
    figure("cost_best", "best", |totals| cost(totals, CostKind::Best)),
    figure("saved", "saved", |totals| money(totals, Sums::saved)),
    figure("saved_ratio", "saved, share", |totals| Cell::ratio(totals.account.sums().and_then(Sums::saved_ratio))),
    figure("still_to_save", "still to save", |totals| money(totals, Sums::still_to_save)),
    figure("price_per_million_input", "per million input", |totals| money(totals, Sums::price_per_million)),
    figure("web_searches", "web searches", |totals| Cell::Count(totals.account.web_searches)),
    figure("search_fees", "search fees", |totals| money(totals, Sums::search_fees)),
    figure("currency", "currency", |totals| Cell::text(totals.account.sums().map(|sums| sums.currency().to_string()))),
];

/// A number of tokens, where any request has one.
fn known(requests: u64, tokens: u64) -> Cell {
    Cell::count((requests > 0).then_some(tokens))
}

fn priced(totals: &Totals, kind: CostKind) -> Cell {
    Cell::Count(totals.account.priced(kind))
}

/// An amount where there is one currency.
fn money(totals: &Totals, of: fn(&Sums) -> Option<Money>) -> Cell {
    Cell::money(totals.account.sums().and_then(of))
}

fn cost(totals: &Totals, kind: CostKind) -> Cell {
    Cell::money(totals.account.sums().and_then(|sums| sums.cost(kind)))
}

fn input(totals: &Totals, kind: CostKind) -> Cell {
    Cell::money(totals.account.sums().and_then(|sums| sums.input_cost(kind)))
}

/// The cost of storing explicit caches, where a log names any.
pub(crate) fn storage(totals: &Totals) -> Fact {
    let storage = &totals.storage;
    let caches = plural(storage.caches(), "explicit cache");
    let aside = match storage.cost() {
        Some(_) => format!(
            "besides the costs: {caches} of {} in total, kept at least from the first use to the last",
            plural(storage.tokens(), "token")
        ),
        None => format!("unknown: a time or a price of {caches} is not known"),
    };
    fact(totals, "storage_cost", "storage").aside(aside).only_if(storage.caches() > 0)
}

/// A figure as a fact for people.
pub(crate) fn fact(totals: &Totals, key: &'static str, label: &'static str) -> Fact {
    let figure = FIGURES.iter().find(|figure| figure.key == key);
    debug_assert!(figure.is_some(), "no figure is called {key}");
    Fact::new(key, label, figure.map_or(Cell::Unknown, |figure| (figure.value)(totals)))
}

/// The reason why a cost has no sum, if requests are charged in several currencies.
pub(crate) fn several_currencies(totals: &Totals) -> Option<Caveat> {
    let names: Vec<String> = totals.account.by_currency().map(|sums| sums.currency().to_string()).collect();
    (names.len() > 1).then(|| Code::SeveralCurrencies.caveat(None, &[("reason", &names.join(" and "))]))
}

/// All figures that are not among the facts for people, for scripts.
pub(crate) fn hidden(totals: &Totals, shown: &[Fact]) -> Vec<Fact> {
    let others = FIGURES.iter().filter(|figure| shown.iter().all(|fact| fact.key != figure.key));
    others.map(|figure| Fact::hidden(figure.key, (figure.value)(totals))).collect()
}

/// Totals, and the same by currency.
#[derive(Default, Serialize, Deserialize)]
struct ByCurrency {
    all: Totals,
    #[serde(with = "crate::pairs")]
    by_currency: BTreeMap<Option<Currency>, Totals>,
}

impl ByCurrency {
    fn add(&mut self, record: &Record) {
        self.all.add(record);
        self.by_currency.entry(record.bill.currency()).or_default().add(record);
    }

    fn merge(&mut self, other: Self) {
        self.all.merge(other.all);
        for (currency, totals) in other.by_currency {
            self.by_currency.entry(currency).or_default().merge(totals);
        }
    }

    fn has_several_currencies(&self) -> bool {
        self.all.account.by_currency().len() > 1
    }
}

/// Totals by a key.
#[derive(Serialize, Deserialize)]
pub(crate) struct Breakdown {
    dimensions: Vec<String>,
    #[serde(with = "crate::pairs")]
    splits: BTreeMap<Vec<Option<String>>, ByCurrency>,
}

impl Breakdown {
    /// Nothing yet, by these dimensions.
    pub(crate) fn new(dimensions: Vec<String>) -> Self {
        Self { dimensions, splits: BTreeMap::new() }
    }

    /// Adds a record to the row that it belongs to, with a value for each dimension.
    pub(crate) fn add(&mut self, key: Vec<Option<String>>, record: &Record) {
        self.splits.entry(key).or_default().add(record);
    }

    /// One row for each key, or one for each of its currencies where it has several. People see the columns named, scripts all.
    pub(crate) fn table(&self, table_key: &'static str, title: String, shown: &[&str]) -> Table {
        let mut splits: Vec<(&Vec<Option<String>>, &ByCurrency)> = self.splits.iter().collect();
        splits.sort_by_cached_key(|(key, _)| natural(key));
        self.table_of(&splits, (table_key, title), shown)
    }

    /// The same of the rows that cost most, or have the most prompt tokens where any has no price; and a note on those left out.
    pub(crate) fn top(
        &self,
        most: usize,
        (table_key, title): (&'static str, String),
        shown: &[&str],
    ) -> (Table, Option<Caveat>) {
        let mut splits: Vec<(&Vec<Option<String>>, &ByCurrency)> = self.splits.iter().collect();
        let cost = |split: &ByCurrency| Some(split.all.account.sums()?.cost(CostKind::Billed)?.amount);
        let are_priced = splits.iter().all(|(_, split)| cost(split).is_some());
        splits.sort_by_cached_key(|(key, split)| {
            let weight = cost(split).filter(|_| are_priced);
            (Reverse(weight), Reverse(split.all.account.prompt_tokens), natural(key))
        });
        let others = splits.split_off(most.min(splits.len()));
        let note = (!others.is_empty()).then(|| {
            let tokens: u64 = others.iter().map(|(_, split)| split.all.account.prompt_tokens).sum();
            let rows = plural(others.len() as u64, "more row");
            let tokens = plural(tokens, "prompt token");
            Code::RowsLeftOut
                .caveat(None, &[("rows", &rows), ("title", &title), ("tokens", &tokens), ("most", &most.to_string())])
        });
        (self.table_of(&splits, (table_key, title), shown), note)
    }

    fn table_of(
        &self,
        splits: &[(&Vec<Option<String>>, &ByCurrency)],
        (table_key, title): (&'static str, String),
        shown: &[&str],
    ) -> Table {
        let mut rows = Vec::new();
        for (key, split) in splits {
            if split.has_several_currencies() {
                rows.extend(split.by_currency.values().map(|totals| row(key, totals)));
            } else {
                rows.push(row(key, &split.all));
            }
        }
        let several = self.splits.values().any(ByCurrency::has_several_currencies);
        let is_shown = |key| shown.contains(&key) || (several && key == "currency");
        let columns = FIGURES.iter().map(|figure| column(figure, is_shown(figure.key)));
        let dimensions = self.dimensions.iter().map(|name| Column::new(name.clone(), name.clone()));
        let columns = dimensions.chain(columns).collect();
        Table { key: table_key, title, columns, rows }
    }
}

/// Numbers stand in the order of numbers, what is unknown before all.
fn natural(key: &[Option<String>]) -> Vec<Option<(u64, String)>> {
    let part = |text: &String| {
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let is_number = digits > 0 && text[digits..].chars().all(|letter| !letter.is_ascii_digit() && letter != '-')
            || text[digits..].starts_with(", ");
        let number = if is_number { text[..digits].parse().ok() } else { None };
        (number.unwrap_or(u64::MAX), text.clone())
    };
    key.iter().map(|text| text.as_ref().map(part)).collect()
}

fn row(key: &[Option<String>], totals: &Totals) -> Vec<Cell> {
    let figures = FIGURES.iter().map(|figure| (figure.value)(totals));
    key.iter().map(|value| Cell::text(value.as_deref())).chain(figures).collect()
}

fn column(figure: &Figure, is_shown: bool) -> Column {
    if is_shown { Column::new(figure.key, figure.heading) } else { Column::hidden(figure.key) }
}

/// The sums that every command over logs makes: of the whole, and of each group that was asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tally {
    whole: ByCurrency,
    /// The dimensions by which records are sorted into groups; none in sums that were read.
    #[serde(skip)]
    dimensions: Vec<GroupBy>,
    by: Option<Breakdown>,
    /// The most rows of the breakdown that are shown.
    top: Option<usize>,
    #[serde(skip)]
    zone: Zone,
}

impl Tally {
    /// Nothing yet, to be broken down by these dimensions, in the calendar of that zone, with so many rows at most.
    pub(crate) fn new(dimensions: &[GroupBy], top: Option<NonZeroUsize>, zone: Zone) -> Self {
        let by = (!dimensions.is_empty()).then(|| Breakdown::new(dimensions.iter().map(GroupBy::name).collect()));
        let (dimensions, top) = (dimensions.to_vec(), top.map(NonZeroUsize::get));
        Self { whole: ByCurrency::default(), dimensions, by, top, zone }
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, record: &Record) {
        self.whole.add(record);
        if let Some(breakdown) = &mut self.by {
            breakdown.add(GroupBy::key(&self.dimensions, record, &self.zone), record);
        }
    }

    /// Takes up the sums of other records by the same dimensions.
    pub(crate) fn merge(&mut self, other: Self) {
        self.whole.merge(other.whole);
        for (key, split) in other.by.into_iter().flat_map(|breakdown| breakdown.splits) {
            if let Some(breakdown) = &mut self.by {
                breakdown.splits.entry(key).or_default().merge(split);
            }
        }
    }

    /// The whole.
    pub(crate) fn totals(&self) -> &Totals {
        &self.whole.all
    }

    /// The breakdown that was asked for, all of it or the rows that cost most, and a note on those left out. People see the columns
    /// named.
    pub(crate) fn by(&self, shown: &[&str]) -> (Option<Table>, Option<Caveat>) {
        let Some(breakdown) = self.by.as_ref() else { return (None, None) };
        let title = format!("by {}", breakdown.dimensions.join(", "));
        match self.top {
            None => (Some(breakdown.table("by", title, shown)), None),
            Some(most) => {
                let (table, note) = breakdown.top(most, ("by", title), shown);
                (Some(table), note)
            }
        }
    }

    /// The sums by currency, where there are several.
    pub(crate) fn by_currency(&self, shown: &[&str]) -> Option<Table> {
        if !self.whole.has_several_currencies() {
            return None;
        }
        let figures = || FIGURES.iter().filter(|figure| figure.key != "currency");
        let columns = figures().map(|figure| column(figure, shown.contains(&figure.key)));
        let row = |(currency, totals): (&Option<Currency>, &Totals)| {
            let currency = Cell::text(currency.map(|currency| currency.to_string()));
            std::iter::once(currency).chain(figures().map(|figure| (figure.value)(totals))).collect()
        };
        Some(Table {
            key: "by_currency",
            title: "by currency".into(),
            columns: std::iter::once(Column::new("currency", "currency")).chain(columns).collect(),
            rows: self.whole.by_currency.iter().map(row).collect(),
        })
    }
}
