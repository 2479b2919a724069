//! Go's text/template: `{{ .Date }}`, `{{ if .Admin }} … {{ else }} … {{ end }}`, `{{ range .Items }} … {{ end }}`, `{{- … -}}`,
//! `{{/* comment */}}`.
//!
//! Blocks that do not close are cut at their tags: from the first on, anything may follow.

use std::ops::Range;

use super::tag::{Tag, cut_at, name, next_between, one_name};
use crate::template::condition::{Condition, ELSE_IF};
use crate::template::{Choice, Fragment, Passage, UnreadReason};

/// The most blocks within each other, and fragments of a text, that are read as blocks: a loop stands there once and twice.
const DEEPEST: usize = 32;
const MOST_FRAGMENTS: usize = 5_000;

/// Tells whether a text has values as Go's templates write them, such as `{{ .Name }}`.
pub(in crate::template) fn has_fields(text: &str) -> bool {
    let is_field = |(start, _): (usize, &str)| {
        let inner = text[start + 2..].trim_start_matches('-').trim_start();
        inner.strip_prefix('.').is_some_and(|inner| inner.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    text.match_indices("{{").any(is_field)
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    blocks(passage).unwrap_or_else(|| cut_at(passage, tags(&passage.text).into_iter().map(Written::flat).collect()))
}

/// A tag as it is written.
struct Written<'t> {
    /// Its bytes with the white space that it strips, and its inside.
    start: usize,
    end: usize,
    inner: &'t str,
}

impl Written<'_> {
    fn word(&self) -> &str {
        self.inner.split_whitespace().next().unwrap_or_default()
    }

    fn flat(self) -> Tag {
        match self.word() {
            "end" | "else" | "break" | "continue" => Tag::nothing(self.start, self.end),
            "template" | "block" | "define" => Tag::unread(self.start, self.end, UnreadReason::Include),
            word if word.starts_with("/*") => Tag::nothing(self.start, self.end),
            _ => Tag::value(self.start, self.end, names(self.inner)),
        }
    }
}

fn tags(text: &str) -> Vec<Written<'_>> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some((start, end)) = next_between(text, at, "{{", "}}") {
        let written = &text[start + 2..end - 2];
        // A dash beside a space strips the white space around the tag.
        let begin = if written.starts_with("- ") { at + text[at..start].trim_end().len() } else { start };
        let stop = if written.ends_with(" -") { text.len() - text[end..].trim_start().len() } else { end };
        let inner = written.strip_prefix('-').unwrap_or(written);
        let inner = inner.strip_suffix('-').unwrap_or(inner).trim();
        tags.push(Written { start: begin, end: stop, inner });
        at = stop;
    }
    tags
}

/// A block that is open, or the whole text.
#[derive(Default)]
struct Block {
    is_loop: bool,
    /// Its conditions in a row; of a loop what it runs over.
    conditions: Vec<String>,
    has_else: bool,
    branches: Vec<Vec<Fragment>>,
    open: Vec<Fragment>,
    at: usize,
}

impl Block {
    fn close(mut self, span: Range<usize>) -> Choice {
        self.branches.push(self.open);
        if !self.has_else {
            self.branches.push(Vec::new());
        }
        let written = self.conditions.join(ELSE_IF);
        let over = self.conditions.first().map(String::as_str).unwrap_or_default();
        // `range $i, $item := .Items`.
        let (bound, over) = over.split_once(":=").unwrap_or(("", over));
        let deciding = if self.conditions.len() == 1 { names(over.trim()) } else { Vec::new() };
        if !self.is_loop {
            return Choice { names: deciding, ..Choice::new(written, self.branches, span) };
        }
        let twice = self.branches[0].iter().chain(&self.branches[0]).cloned().collect();
        self.branches.push(twice);
        let binds = bound.split(',').map(|name| name.trim().trim_start_matches('$').to_owned());
        Choice {
            conditions: Condition::of_loop(over.trim()),
            names: deciding,
            binds: binds.filter(|name| !name.is_empty()).collect(),
            ..Choice::new(written, self.branches, span)
        }
    }
}

/// The fragments of a text whose blocks all close.
fn blocks(passage: &Passage) -> Option<Vec<Fragment>> {
    let (mut around, mut at, mut count) = (Vec::<Block>::new(), 0, 0);
    let mut block = Block::default();
    for tag in tags(&passage.text) {
        block.open.extend(text(passage, at..tag.start));
        at = tag.end;
        let condition = tag.inner[tag.word().len()..].trim();
        match tag.word() {
            word @ ("if" | "with" | "range") if around.len() < DEEPEST => {
                let conditions = vec![condition.to_owned()];
                let inner = Block { is_loop: word == "range", conditions, at: tag.start, ..Block::default() };
                around.push(std::mem::replace(&mut block, inner));
            }
            "else" if !around.is_empty() && !block.has_else => {
                let ended = std::mem::take(&mut block.open);
                block.branches.push(ended);
                let words = ["if ", "with "].into_iter().find_map(|word| condition.strip_prefix(word));
                match words.filter(|_| !block.is_loop) {
                    Some(other) => block.conditions.push(other.trim().to_owned()),
                    None => block.has_else = true,
                }
            }
            "end" => {
                let closed = std::mem::replace(&mut block, around.pop()?);
                let span = passage.span(closed.at..tag.end);
                let choice = closed.close(span);
                count += choice.branches.iter().map(Vec::len).sum::<usize>();
                block.open.push(Fragment::Choice(choice));
            }
            "if" | "with" | "range" | "else" => return None,
            _ => {
                let own = Tag { start: 0, end: tag.end - tag.start, ..tag.flat() };
                let cut = cut_at(&passage.slice(at - own.end..at), vec![own]);
                block.open.extend(cut.into_iter().filter(|fragment| matches!(fragment, Fragment::Value(_))));
            }
        }
        if count > MOST_FRAGMENTS {
            return None;
        }
    }
    block.open.extend(text(passage, at..passage.text.len()));
    around.is_empty().then_some(block.open)
}

fn text(passage: &Passage, range: Range<usize>) -> Option<Fragment> {
    (!range.is_empty()).then(|| Fragment::Text(passage.slice(range)))
}

/// The field or variable of a plain value; none for calls and blocks.
fn names(inner: &str) -> Vec<String> {
    let own = name(inner.trim_start_matches(['.', '$']));
    let is_plain =
        inner.starts_with(['.', '$']) && inner.chars().all(|letter| letter.is_alphanumeric() || "._$".contains(letter));
    if is_plain { one_name(own) } else { Vec::new() }
}
