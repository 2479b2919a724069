//! Directives: what a person says of a text in a comment beside it.

use std::collections::BTreeMap;

use crate::source::SourceText;

/// The words of a person: `cachecheck: prompt` or `cachecheck: not-prompt` in a comment on the line of a text or above it.
pub(super) struct Directives<'a> {
    source: &'a SourceText,
    by_line: BTreeMap<u64, bool>,
}

impl<'a> Directives<'a> {
    pub(super) fn new(source: &'a SourceText) -> Self {
        let mut by_line = BTreeMap::new();
        for (at, mark) in source.text().match_indices("cachecheck:") {
            let line = source.line_at(at);
            let Some(range) = source.line(line).filter(|_| !by_line.contains_key(&line)) else { continue };
            let is_comment = source.text()[range.start..at].trim_end().ends_with(['#', '/', '*']);
            let word = source.text()[at + mark.len()..range.end].split_whitespace().next();
            let told = match word.filter(|_| is_comment) {
                Some("prompt") => Some(true),
                Some("not-prompt") => Some(false),
                _ => None,
            };
            by_line.insert(line, told);
        }
        let told = by_line.into_iter().filter_map(|(line, told)| Some((line, told?)));
        Self { source, by_line: told.collect() }
    }

    pub(super) fn of_text_at(&self, at: usize) -> Option<bool> {
        if self.by_line.is_empty() {
            return None;
        }
        let line = self.source.line_at(at);
        let told = |line: u64| self.by_line.get(&line).copied();
        // Two lines above it only if the text begins on a line of its own.
        let begins_alone = || {
            let above = self.source.line(line.saturating_sub(1))?;
            Some(self.source.text()[above].trim_end().ends_with(['(', '=', '[', '`']))
        };
        let two_above = || told(line.saturating_sub(2)).filter(|_| begins_alone() == Some(true));
        told(line).or_else(|| told(line.saturating_sub(1))).or_else(two_above)
    }
}
