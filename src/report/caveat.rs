//! Caveats in words.

use std::cmp::Reverse;

use super::text::plural;
use super::{Cell, Column, Report, Table};

/// Notes of one kind that people read; of more, the last of these counts the others.
const MOST_OF_A_KIND: usize = 3;

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

    /// The same by their kinds, of which the first notes are those about the most requests, and a sentence counts what is more than a few.
    pub(super) fn main_notes(&self) -> Vec<String> {
        let mut kinds: Vec<(&str, Vec<&Caveat>)> = Vec::new();
        for caveat in self.caveats.iter().filter(|caveat| caveat.note.is_some()) {
            match kinds.iter_mut().find(|(code, _)| *code == caveat.code) {
                Some((_, kind)) => kind.push(caveat),
                None => kinds.push((caveat.code, vec![caveat])),
            }
        }
        let mut notes = Vec::new();
        for (code, mut kind) in kinds {
            let mut more = Vec::new();
            if kind.len() > MOST_OF_A_KIND {
                kind.sort_by_key(|caveat| Reverse(caveat.requests));
                more = kind.split_off(MOST_OF_A_KIND - 1);
            }
            for note in kind.into_iter().filter_map(|caveat| caveat.note.clone()) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
            if !more.is_empty() {
                let requests: u64 = more.iter().filter_map(|caveat| caveat.requests).sum();
                let on = if requests > 0 { format!(", on {}", plural(requests, "request")) } else { String::new() };
                let those = plural(more.len() as u64, "more note");
                notes.push(format!("{those} of this kind ({code}){on}: --format json has each"));
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
