//! Two versions of a text: the runs of lines that differ, what kind of change each is, and the text with some of them undone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cause::{CauseKind, ValueChange};
use super::{json, without_space};
use crate::causes::is_example;
use crate::list_diff::{Algorithm, DiffOp, list_diff};
use crate::template::class::ExpressionClass;
use crate::template::volatile::ValueKind;
use crate::template::{Fragment, Passage, Syntax};

/// Two texts, line by line.
pub(super) struct TextDiff<'a> {
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    hunks: Vec<Hunk>,
    syntax: Syntax,
}

/// A run of lines that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

impl<'a> TextDiff<'a> {
    pub(super) fn new(old: &'a str, new: &'a str, syntax: Syntax) -> Self {
        let (old, new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
        let operations = list_diff(Algorithm::Patience, &old, &new);
        let hunks = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
        let hunks = hunks.map(|operation| Hunk { old: operation.old_range(), new: operation.new_range() }).collect();
        Self { old, new, hunks, syntax }
    }

    /// The kinds of change that the first run may be, the surest first, each with the new text without it.
    pub(super) fn candidates(&self) -> Vec<(CauseKind, String)> {
        let differs = |hunk: &&Hunk| self.for_model(&self.old_text(hunk)) != self.for_model(&self.new_text(hunk));
        let Some(first) = self.hunks.iter().find(differs).or(self.hunks.first()) else { return Vec::new() };
        let mut found: Vec<(CauseKind, String)> = Vec::new();
        let mut add = |kind: Option<CauseKind>, without: &dyn Fn(&Hunk) -> bool| {
            if let Some(kind) = kind {
                found.push((kind, self.undone(without)));
            }
        };
        add(self.is_same(first, line_endings).then_some(CauseKind::LineEndings), &|hunk| {
            self.is_same(hunk, line_endings)
        });
        add(self.is_same(first, space).then_some(CauseKind::Whitespace), &|hunk| self.is_same(hunk, space));
        add(self.volatile(first), &|hunk| hunk == first || self.shares_values(first, hunk));
        add(self.reordered(first), &|hunk| hunk == first || self.shares_lines(first, hunk));
        add(self.key_order(first).then_some(CauseKind::KeyOrder), &|hunk| self.key_order(hunk));
        add(Some(self.edit(first)), &|hunk| hunk == first);
        // All of it, where undoing one part does not help.
        add(Some(self.edit(first)), &|_| true);
        found
    }

    /// A text without the white space within its expressions, which no model sees.
    fn for_model(&self, text: &str) -> String {
        let fragments = self.syntax.cut(Passage { text: text.to_owned(), ..Passage::default() });
        let shown = fragments.iter().map(|fragment| match fragment {
            Fragment::Text(passage) => passage.text.clone(),
            other => without_space(other.written()),
        });
        // A tag that a run of lines leaves open is cut nowhere.
        if fragments.iter().any(|fragment| matches!(fragment, Fragment::Choice(_))) {
            text.to_owned()
        } else {
            shown.collect()
        }
    }

    fn old_text(&self, hunk: &Hunk) -> String {
        self.old[hunk.old.clone()].concat()
    }

    fn new_text(&self, hunk: &Hunk) -> String {
        self.new[hunk.new.clone()].concat()
    }

    /// Tells whether both sides of a run are the same after something is taken away.
    fn is_same(&self, hunk: &Hunk, without: fn(&str) -> String) -> bool {
        without(&self.old_text(hunk)) == without(&self.new_text(hunk))
    }

    /// A value that came to the run, or left it.
    fn volatile(&self, hunk: &Hunk) -> Option<CauseKind> {
        let (ours, theirs) = (self.values(&self.old_text(hunk)), self.values(&self.new_text(hunk)));
        let came = theirs.iter().find(|value| !ours.contains(value));
        if came.is_some() && self.is_rewritten(hunk) {
            return None;
        }
        if let Some(came) = came {
            let was_there = self.values(&self.old.concat()).contains(came);
            let how = if was_there { ValueChange::Moved } else { ValueChange::Added };
            return Some(CauseKind::Volatile(ValueKind::guess(came), how));
        }
        if let Some(left) = ours.iter().find(|value| !theirs.contains(value)).filter(|_| !self.is_rewritten(hunk)) {
            let is_there = self.values(&self.new.concat()).contains(left);
            return Some(if is_there { CauseKind::VolatileMovedBack } else { CauseKind::VolatileRemoved });
        }
        // The same values, in another place of the same lines.
        let first = ours.first()?;
        let (before, after) = (self.old_text(hunk).find(first)?, self.new_text(hunk).find(first)?);
        match (before / 2 > after, after / 2 > before) {
            (true, _) => Some(CauseKind::Volatile(ValueKind::guess(first), ValueChange::Moved)),
            (_, true) => Some(CauseKind::VolatileMovedBack),
            _ => None,
        }
    }

    fn values(&self, text: &str) -> Vec<String> {
        let fragments = self.syntax.cut(Passage { text: text.to_owned(), ..Passage::default() });
        // A constant that stands elsewhere is no value.
        let is_constant = |fragment: &&Fragment| matches!(fragment, Fragment::Value(value) if value.class == Some(ExpressionClass::Stable));
        let differing = fragments.iter().filter(|fragment| !is_constant(fragment));
        let written = differing.map(Fragment::written).filter(|written| !written.is_empty());
        written.map(without_space).collect()
    }

    /// Tells whether less than half of the words between a run's values were kept: then it says something else, whatever values it has.
    fn is_rewritten(&self, hunk: &Hunk) -> bool {
        let (ours, theirs) = (self.words(&self.old_text(hunk)), self.words(&self.new_text(hunk)));
        let operations = list_diff(Algorithm::Myers, &ours, &theirs);
        let kept: usize = operations
            .iter()
            .map(|operation| match operation {
                DiffOp::Equal { len, .. } => *len,
                _ => 0,
            })
            .sum();
        kept * 2 < ours.len().min(theirs.len())
    }

    /// The words of the text between the values.
    fn words(&self, text: &str) -> Vec<String> {
        let fragments = self.syntax.cut(Passage { text: text.to_owned(), ..Passage::default() });
        let texts = fragments.iter().filter_map(|fragment| match fragment {
            Fragment::Text(passage) => Some(passage.text.as_str()),
            _ => None,
        });
        texts.flat_map(str::split_whitespace).map(str::to_owned).collect()
    }

    fn shares_values(&self, first: &Hunk, other: &Hunk) -> bool {
        let came = self.values(&self.new_text(first));
        self.values(&self.old_text(other)).iter().any(|value| came.contains(value))
    }

    /// Lines that stand elsewhere in the other text.
    fn reordered(&self, first: &Hunk) -> Option<CauseKind> {
        let is_moved = self.hunks.len() > 1 && self.hunks[1..].iter().any(|hunk| self.shares_lines(first, hunk));
        let swapped = counted(&self.old[first.old.clone()]) == counted(&self.new[first.new.clone()]);
        if !is_moved && (!swapped || first.old.is_empty()) {
            return None;
        }
        let text = format!("{}{}", self.old_text(first), self.new_text(first));
        Some(if is_example(&text) { CauseKind::ExamplesReordered } else { CauseKind::TextReordered })
    }

    /// Tells whether one run has on one side a line of some length that the other has on the other side.
    fn shares_lines(&self, first: &Hunk, other: &Hunk) -> bool {
        let shares = |ours: &[&str], theirs: &[&str]| {
            ours.iter().any(|line| line.trim().len() > 3 && theirs.iter().any(|other| other.trim() == line.trim()))
        };
        other != first
            && (shares(&self.old[first.old.clone()], &self.new[other.new.clone()])
                || shares(&self.new[first.new.clone()], &self.old[other.old.clone()]))
    }

    /// The same JSON with its keys in another order.
    fn key_order(&self, hunk: &Hunk) -> bool {
        let whole = |lines: &[&str], range: &Range<usize>| {
            let before: usize = lines[..range.start].iter().map(|line| line.len()).sum();
            // The lines that differ are a part of the value: it begins at most so many bytes before them.
            let text = lines.concat();
            text[..before].rfind(['{', '[']).and_then(|_| {
                text.match_indices(['{', '[']).filter(|(start, _)| *start <= before).find_map(|(start, _)| {
                    let (bytes, value) = json::embedded(&text[start..])?;
                    (bytes.start == 0 && start + bytes.end > before).then_some(value)
                })
            })
        };
        let around = whole(&self.old, &hunk.old).zip(whole(&self.new, &hunk.new));
        let within = || {
            let (ours, theirs) = (json::embedded(&self.old_text(hunk))?, json::embedded(&self.new_text(hunk))?);
            Some((ours.1, theirs.1))
        };
        let both = around.or_else(within);
        both.is_some_and(|(ours, theirs)| json::difference(&ours, &theirs) == json::Difference::KeyOrder)
    }

    /// The kind of change if none of the others fits.
    fn edit(&self, hunk: &Hunk) -> CauseKind {
        let (ours, theirs) = (self.old_text(hunk), self.new_text(hunk));
        let (at_old_end, at_new_end) = (hunk.old.end == self.old.len(), hunk.new.end == self.new.len());
        if at_old_end && at_new_end && theirs.trim_end().starts_with(ours.trim_end()) {
            CauseKind::Appended
        } else if at_old_end && at_new_end && ours.trim_end().starts_with(theirs.trim_end()) {
            CauseKind::Truncated
        } else if is_heading(&ours) && is_heading(&theirs) {
            CauseKind::HeadingChanged
        } else if ours.trim().is_empty() || is_within(&ours, &theirs) {
            CauseKind::TextInserted
        } else if theirs.trim().is_empty() || is_within(&theirs, &ours) {
            CauseKind::TextRemoved
        } else {
            CauseKind::TextReworded
        }
    }

    /// The new text with the old one's lines in the runs that `without` names.
    fn undone(&self, without: &dyn Fn(&Hunk) -> bool) -> String {
        let (mut text, mut at) = (String::new(), 0);
        for hunk in &self.hunks {
            text.extend(self.new[at..hunk.new.start].iter().copied());
            text.push_str(&if without(hunk) { self.old_text(hunk) } else { self.new_text(hunk) });
            at = hunk.new.end;
        }
        text.extend(self.new[at..].iter().copied());
        text
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn line_endings(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn space(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

fn counted<'a>(lines: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .for_each(|line| *counts.entry(line).or_default() += 1);
    counts
}

/// Tells whether the longer text is the shorter one with something put into it in one place.
fn is_within(short: &str, long: &str) -> bool {
    let (short, long) = (short.trim(), long.trim());
    let pairs = short.bytes().zip(long.bytes());
    let start = pairs.take_while(|(ours, theirs)| ours == theirs).count();
    let pairs = short.bytes().rev().zip(long.bytes().rev());
    let end = pairs.take_while(|(ours, theirs)| ours == theirs).count();
    short.len() < long.len() && start + end >= short.len()
}

/// A heading of Markdown.
fn is_heading(text: &str) -> bool {
    let line = text.trim();
    let is_one_line = !line.is_empty() && !line.contains('\n');
    is_one_line && (line.starts_with('#') || line.starts_with("**") && line.ends_with("**"))
}
