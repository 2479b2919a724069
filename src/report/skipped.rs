//! Lines that were passed over and lines of which something is to be said, by their reasons: every reason is named with how often
//! and where it holds, however many lines there are.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::text::{plural, thousands};

/// The number of lines that are kept, each with its reason.
const LISTED: usize = 1000;

/// The largest number of kinds of reasons.
const KINDS: usize = 100;

/// The number of places that are shown for each kind.
const SHOWN: usize = 5;

/// The lines that were skipped, and those that were read with a remark.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Skipped {
    /// Lines that were not read.
    pub passed_over: SkippedLines,
    /// Lines that were read.
    pub remarked: SkippedLines,
}

/// Lines and their reasons.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SkippedLines {
    /// All of them.
    pub count: u64,
    /// The first of them: a thousand at most.
    pub first: Vec<SkippedLine>,
    /// The kinds of their reasons, in the order in which they came up: a hundred at most.
    pub kinds: Vec<SkipKind>,
    #[serde(skip)]
    by_pattern: HashMap<String, usize>,
}

/// A line that was passed over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SkippedLine {
    /// The source as the user named it.
    pub source: String,
    /// The line, from 1; `None` where it is the source as a whole.
    pub line: Option<u64>,
    /// The reason, for people.
    pub reason: String,
}

/// Lines whose reasons differ in numbers and ids at most.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SkipKind {
    /// The first of them.
    pub first: SkippedLine,
    /// All of them.
    pub count: u64,
    /// The places of the next ones.
    others: Vec<String>,
}

impl Skipped {
    /// Takes up the lines of another log.
    pub fn append(&mut self, other: Self) {
        self.passed_over.append(other.passed_over);
        self.remarked.append(other.remarked);
    }
}

impl SkippedLines {
    /// Takes up lines that were gathered elsewhere.
    fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = LISTED - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
        for kind in other.kinds {
            let pattern = pattern(&kind.first.reason);
            match self.by_pattern.get(&pattern) {
                Some(index) => self.kinds[*index].append(kind),
                None if self.kinds.len() < KINDS => {
                    self.by_pattern.insert(pattern, self.kinds.len());
                    self.kinds.push(kind);
                }
                None => {}
            }
        }
    }

    /// Takes up a line.
    pub fn add(&mut self, line: SkippedLine) {
        self.count += 1;
        if self.first.len() < LISTED {
            self.first.push(line.clone());
        }
        let pattern = pattern(&line.reason);
        match self.by_pattern.get(&pattern) {
            Some(index) => self.kinds[*index].add(&line),
            None if self.kinds.len() < KINDS => {
                self.by_pattern.insert(pattern, self.kinds.len());
                self.kinds.push(SkipKind { first: line, count: 1, others: Vec::new() });
            }
            None => {}
        }
    }

    /// The reasons in words, each with the first places where it holds.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.kinds.iter().map(SkipKind::words).collect();
        let rest = self.count - self.kinds.iter().map(|kind| kind.count).sum::<u64>();
        if rest > 0 {
            words.push(format!("… and {} for other reasons", plural(rest, "line")));
        }
        words
    }

    /// Every line with its reason, as far as they were kept.
    pub fn all(&self) -> Vec<String> {
        let line = |line: &SkippedLine| format!("{}: {}", line.place(), line.reason);
        let mut words: Vec<String> = self.first.iter().map(line).collect();
        let rest = self.count - self.first.len() as u64;
        if rest > 0 {
            words.push(format!("… and {} more", plural(rest, "line")));
        }
        words
    }
}

impl SkipKind {
    fn append(&mut self, other: Self) {
        self.count += other.count;
        let places = std::iter::once(other.first.shown()).chain(other.others);
        self.others.extend(places.take(SHOWN.saturating_sub(1 + self.others.len())));
    }

    fn add(&mut self, line: &SkippedLine) {
        self.count += 1;
        if self.others.len() + 1 < SHOWN {
            self.others.push(line.shown());
        }
    }

    fn words(&self) -> String {
        let first = format!("{}: {}", self.first.place(), self.first.reason);
        if self.others.is_empty() {
            return first;
        }
        let others = self.count - 1;
        let ending = if others > self.others.len() as u64 { ", …" } else { "" };
        format!("{first} ({} more of this kind: {}{ending})", thousands(others), self.others.join(", "))
    }
}

/// The common part of reasons of a kind: all but numbers and ids.
fn pattern(reason: &str) -> String {
    let words = reason.split_inclusive(|char: char| !char.is_ascii_alphanumeric());
    words.filter(|word| !word.contains(|char: char| char.is_ascii_digit())).collect()
}

/// The entry of the line that a reason is about, where that holds several: `span 00f1: …`.
fn entry(reason: &str) -> Option<&str> {
    let is_entry = |part: &&str| match part.split_once(' ') {
        Some((kind, id)) => {
            kind.chars().all(|char| char.is_ascii_alphabetic())
                && id.contains(|char: char| char.is_ascii_digit())
                && id.chars().all(|char| char.is_ascii_alphanumeric())
        }
        None => false,
    };
    reason.split(": ").find(is_entry)
}

impl SkippedLine {
    /// `source:line`, or the source alone.
    pub fn place(&self) -> String {
        self.line.map_or_else(|| self.source.clone(), |line| format!("{}:{line}", self.source))
    }

    /// Its place, and the entry of the line that the reason is about, if it names one.
    fn shown(&self) -> String {
        let entry = entry(&self.reason).map(|entry| format!(" ({entry})")).unwrap_or_default();
        self.place() + &entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(reasons: impl IntoIterator<Item = String>) -> SkippedLines {
        let mut lines = SkippedLines::default();
        for (index, reason) in reasons.into_iter().enumerate() {
            lines.add(SkippedLine { source: "a".into(), line: Some(index as u64 + 1), reason });
        }
        lines
    }

    #[test]
    fn every_reason_is_named_with_its_count_and_first_places() {
        let torn = (10..17).map(|column| format!("torn (column {column})"));
        let lines = lines(torn.chain(["no JSON".into()]));
        let expected =
            ["a:1: torn (column 10) (6 more of this kind: a:2, a:3, a:4, a:5, …)".to_owned(), "a:8: no JSON".into()];
        assert_eq!(lines.words(), expected);
        assert_eq!((lines.all().len(), lines.all()[6].as_str()), (8, "a:7: torn (column 16)"));
    }

    #[test]
    fn entries_of_one_line_are_of_one_kind_and_told_apart() {
        let spans = ["00f067aa0ba902b7", "b7ad6b7169203331"].map(|id| format!("span {id}: no model"));
        let lines = lines(spans.into_iter().chain(["the prompt is not known: entry 3: cut".into()]));
        let words = [
            "a:1: span 00f067aa0ba902b7: no model (1 more of this kind: a:2 (span b7ad6b7169203331))",
            "a:3: the prompt is not known: entry 3: cut",
        ];
        assert_eq!(lines.words(), words);
        assert_eq!(entry(&lines.first[2].reason), Some("entry 3"));
    }

    #[test]
    fn lines_that_were_gathered_elsewhere_read_as_if_they_were_added_here() {
        let spans: Vec<String> = (10..24).map(|span| format!("span 00f{span}: no model")).collect();
        let all = lines(spans.clone());
        for cut in 0..spans.len() {
            let mut parts = SkippedLines::default();
            for lines in [&all.first[..cut], &all.first[cut..]] {
                let mut part = SkippedLines::default();
                for line in lines {
                    part.add(line.clone());
                }
                parts.append(part);
            }
            assert_eq!((parts.words(), parts.all(), parts.count), (all.words(), all.all(), all.count), "{cut}");
        }
    }

    #[test]
    fn what_is_not_kept_is_counted() {
        // A reason without a digit, and another for each line.
        let name = |index: u32| format!("{index:b}").replace('0', "o").replace('1', "l");
        let lines = lines((0..1200).map(name));
        assert_eq!((lines.count, lines.words().len(), lines.all().len()), (1200, KINDS + 1, LISTED + 1));
        assert_eq!(lines.words().last().map(String::as_str), Some("… and 1,100 lines for other reasons"));
        assert_eq!(lines.all().last().map(String::as_str), Some("… and 200 lines more"));
    }
}
