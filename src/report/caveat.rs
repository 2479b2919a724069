//! Caveats in words.

use super::{Cell, Column, Report, Table};

/// A limit of an answer, which people read as a note and scripts by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caveat {
    /// The name of its kind, which stays the same where the sentence is worded anew.
    pub code: &'static str,
    /// Number of requests that it is about; `None` where it is about something else.
    pub requests: Option<u64>,
    /// The reason, where caveats of one kind have different ones.
    pub reason: Option<String>,
    /// The sentence.
    pub text: String,
    /// The first places that it is about.
    pub first: Vec<String>,
    /// The sentence as people read it, who may be told the first place too; `None` if it is about figures that only scripts get.
    pub note: Option<String>,
}

impl Report {
    /// The notes for people, each once.
    pub fn notes(&self) -> Vec<&str> {
        let mut notes: Vec<&str> = Vec::new();
        for note in self.caveats.iter().filter_map(|caveat| caveat.note.as_deref()) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    /// The caveats as rows for scripts.
    pub(super) fn caveats_table(&self) -> Table {
        let columns = ["code", "requests", "reason", "text", "first"];
        let row = |caveat: &Caveat| {
            vec![
                Cell::Text(caveat.code.into()),
                Cell::count(caveat.requests),
                Cell::text(caveat.reason.as_deref()),
                Cell::Text(caveat.text.clone()),
                Cell::List(caveat.first.iter().cloned().map(Cell::Text).collect()),
            ]
        };
        Table {
            key: "caveats",
            title: "caveats".into(),
            columns: columns.map(|key| Column::new(key, key)).into(),
            rows: self.caveats.iter().map(row).collect(),
        }
    }
}
