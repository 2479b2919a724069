//! Reports: what a command found, as facts, tables and sentences, before anyone decided how it looks.
//!
//! A renderer is one small file and knows nothing of the command. Unknown is [`Cell::Unknown`], never zero.

mod caveat;
mod conclusion;
mod diagnostic;
mod finding;
mod format;
mod gate;
#[cfg(test)]
mod samples;
mod skipped;
pub mod text;
mod verdict_tables;
mod visible;

use std::borrow::Cow;

pub use caveat::Caveat;
pub use finding::{Finding, RuleDescription, Severity};
pub use format::{Format, Look, OF_FINDINGS, OF_TABLES, SCHEMA_VERSION, limits, render, wrapped};
pub use gate::{Gate, Policy, Verdict};
pub use skipped::{SkipKind, Skipped, SkippedLine, SkippedLines};
pub use visible::{visible, visible_json};

use crate::money::Money;
use crate::source::Place;

/// A value as people read it, for sentences.
pub fn shown(cell: &Cell) -> String {
    text::human(cell)
}

/// The result of a command.
#[derive(Debug, Default)]
pub struct Report {
    /// The command.
    pub command: &'static str,
    /// The logs that it is about, for pages that are passed on; `None` if they say so themselves.
    pub about: Option<String>,
    /// Facts of the whole, in reading order.
    pub summary: Vec<Fact>,
    /// Breakdowns.
    pub tables: Vec<Table>,
    /// Values for scripts beside the summary and the tables, under keys of their own.
    pub entries: Vec<(&'static str, Cell)>,
    /// The conclusions for a person.
    pub sentences: Vec<String>,
    /// The limits of the answer.
    pub caveats: Vec<Caveat>,
    /// The file that lines are of which are named by their numbers alone.
    pub log: Option<String>,
    /// The lines that were skipped.
    pub skipped: Skipped,
    /// The findings of rules, in reading order.
    pub findings: Vec<Finding>,
    /// The values that were held against a limit.
    pub gates: Vec<Gate>,
    /// The rules that were applied, those of gates too, for formats that explain them.
    pub rules: Vec<RuleDescription>,
    /// The policy by which findings and gates fail; `None` for a report without one.
    pub policy: Option<Policy>,
}

/// One fact of the summary.
#[derive(Debug)]
pub struct Fact {
    /// Its key in JSON.
    pub key: &'static str,
    /// Its name for people; `None` keeps it out of the table.
    pub label: Option<&'static str>,
    /// The value.
    pub value: Cell,
    /// A few words beside it.
    pub aside: Option<String>,
}

/// A table with typed columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its key in JSON.
    pub key: &'static str,
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its key in JSON and CSV.
    pub key: Cow<'static, str>,
    /// Its heading; empty keeps it out of what people see.
    pub title: String,
}

/// A value of a known kind.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A number of things more or less than before.
    Difference(i64),
    /// A number of bytes.
    Bytes(u64),
    /// A share, as a fraction of one.
    Ratio(f64),
    /// A difference of shares, as a fraction of one: people see points.
    Points(f64),
    /// An amount.
    Money(Money),
    /// An amount that people see to its last decimal, such as a price.
    Exact(Money),
    /// A place in a file.
    Place(Place),
    /// A map, in order.
    Map(Vec<(&'static str, Cell)>),
    /// A list.
    List(Vec<Cell>),
    /// Not known.
    Unknown,
}

impl Fact {
    /// A fact for people and scripts.
    pub fn new(key: &'static str, label: &'static str, value: Cell) -> Self {
        Self { key, label: Some(label), value, aside: None }
    }

    /// A fact for scripts.
    pub fn hidden(key: &'static str, value: Cell) -> Self {
        Self { key, label: None, value, aside: None }
    }

    /// For people only where `shown`.
    #[must_use]
    pub fn only_if(mut self, shown: bool) -> Self {
        self.label = self.label.filter(|_| shown);
        self
    }

    /// With a few words beside it.
    #[must_use]
    pub fn aside(mut self, words: impl Into<String>) -> Self {
        self.aside = Some(words.into());
        self
    }
}

impl Column {
    /// A column by key and heading.
    pub fn new(key: impl Into<Cow<'static, str>>, title: impl Into<String>) -> Self {
        Self { key: key.into(), title: title.into() }
    }

    /// A column for scripts, which people do not see.
    pub fn hidden(key: &'static str) -> Self {
        Self::new(key, "")
    }
}

impl Cell {
    /// A count, or unknown.
    pub fn count(value: Option<u64>) -> Self {
        value.map_or(Self::Unknown, Self::Count)
    }

    /// A ratio, or unknown.
    pub fn ratio(value: Option<f64>) -> Self {
        value.map_or(Self::Unknown, Self::Ratio)
    }

    /// A text, or unknown.
    pub fn text(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Unknown, |text| Self::Text(text.into()))
    }

    /// An amount to its last decimal, or unknown.
    pub fn exact(value: Option<Money>) -> Self {
        value.map_or(Self::Unknown, Self::Exact)
    }

    /// A place, or unknown.
    pub fn place(value: Option<Place>) -> Self {
        value.map_or(Self::Unknown, Self::Place)
    }

    /// An amount, or unknown.
    pub fn money(value: Option<Money>) -> Self {
        value.map_or(Self::Unknown, Self::Money)
    }
}
