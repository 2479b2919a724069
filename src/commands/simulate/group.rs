//! Breakdowns of the totals, a row for each model, scope, profile, hour or day.

use std::collections::BTreeMap;

use super::summary::only;
use crate::commands::by::By;
use crate::report::{Cell, Column, Table};
use crate::simulation::{Record, Totals};

/// Totals by key.
pub(super) struct Groups {
    by: By,
    totals: BTreeMap<Option<String>, Totals>,
}

impl Groups {
    pub(super) fn new(by: By) -> Self {
        Self { by, totals: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, record: &Record) {
        self.totals.entry(self.by.key(record)).or_default().add(record);
    }

    pub(super) fn table(self) -> Table {
        let name = self.by.name();
        let columns = [
            (name, name),
            ("requests", "requests"),
            ("prompt_tokens", "prompt tokens"),
            ("hit_tokens", "predicted hits"),
            ("hit_ratio", "hit ratio"),
            ("hit_tokens_reported", "reported hits"),
            ("hit_ratio_reported", "reported ratio"),
            ("diverged", "diverged"),
            ("lost", "lost"),
            ("cost", "cost"),
            ("cost_reported", "reported cost"),
            ("cost_without_cache", "without cache"),
        ];
        Table {
            key: "by",
            title: format!("by {name}"),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: self.totals.iter().map(|(key, totals)| row(key.as_deref(), totals)).collect(),
        }
    }
}

fn row(key: Option<&str>, totals: &Totals) -> Vec<Cell> {
    let reported = totals.agreement.hits_reported > 0;
    let simulated = |tokens: u64| Cell::count((totals.simulated > 0).then_some(tokens));
    vec![
        Cell::text(key),
        Cell::Count(totals.requests),
        Cell::count((totals.prompted > 0).then_some(totals.prompt_tokens)),
        simulated(totals.hit_tokens),
        Cell::ratio(totals.hit_ratio()),
        Cell::count(reported.then_some(totals.agreement.hit_tokens_reported)),
        Cell::ratio(totals.agreement.rated.ratio()),
        simulated(totals.ledger.diverged),
        Cell::count(totals.agreement.lost),
        Cell::money(only(&totals.cost)),
        Cell::money(only(&totals.cost_reported)),
        Cell::money(only(&totals.cost_without_cache)),
    ]
}
