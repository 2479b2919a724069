//! Go's text/template: `{{ .Date }}`, `{{ if .Admin }} … {{ else }} … {{ end }}`, `{{ range .Items }} … {{ end }}`, `{{- … -}}`,
//! `{{/* comment */}}`.
//!
//! Blocks that do not close are cut at their tags: from the first on, anything may follow.

use super::blocks::{Opening, Part, nested};
use super::tag::{Tag, cut_at, name, next_between, one_name};
use crate::template::fences::Fences;
use crate::template::{Fragment, Passage, UnreadReason};

/// Tells whether a text has values as Go's templates write them, such as `{{ .Name }}`.
pub(in crate::template) fn has_fields(text: &str) -> bool {
    let is_field = |(start, _): (usize, &str)| {
        let inner = text[start + 2..].trim_start_matches('-').trim_start();
        inner.strip_prefix('.').is_some_and(|inner| inner.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    text.match_indices("{{").any(is_field)
}

/// Tells whether a text is one of Go's templates: it has a value as they write it, `{{.name}}`, and all that stands in doubled braces is theirs.
/// Commands have their own formats: `docker ps --format '{{.Names}}'`.
pub(super) fn is_whole(text: &str) -> bool {
    const STATEMENTS: [&str; 9] = ["if", "else", "end", "range", "with", "define", "template", "block", "/*"];
    let fences = Fences::new(text);
    let mut has_field = false;
    for tag in tags(text) {
        let before = text[..tag.start].trim_end_matches(['\'', '"', '`']);
        let is_format =
            before.ends_with("format=") || before.trim_end().ends_with("--format") || before.ends_with("-f ");
        let is_field = tag.inner.starts_with('.');
        if !is_field && !STATEMENTS.iter().any(|statement| tag.word().starts_with(statement)) {
            return false;
        }
        has_field |= is_field && !is_format && !fences.contains(tag.start);
    }
    has_field
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

    fn part(self) -> Part {
        let condition = self.inner[self.word().len()..].trim();
        match self.word() {
            "range" => {
                // `range $i, $item := .Items`.
                let (bound, over) = condition.split_once(":=").unwrap_or(("", condition));
                let binds = bound.split(',').map(|name| name.trim().trim_start_matches('$').to_owned());
                Part::Open(Opening {
                    is_loop: true,
                    condition: over.trim().to_owned(),
                    shown: Some(condition.to_owned()),
                    names: names(over.trim()),
                    binds: binds.filter(|name| !name.is_empty()).collect(),
                    ..Opening::default()
                })
            }
            "if" | "with" => {
                let names = names(condition);
                Part::Open(Opening { condition: condition.to_owned(), names, ..Opening::default() })
            }
            "else" => {
                let other = ["if ", "with "].into_iter().find_map(|word| condition.strip_prefix(word));
                Part::Else(other.map(|other| other.trim().to_owned()))
            }
            "end" => Part::Close,
            _ => Part::Piece(self.flat()),
        }
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

/// The fragments of a text whose blocks all close.
fn blocks(passage: &Passage) -> Option<Vec<Fragment>> {
    let parts = tags(&passage.text).into_iter().map(|tag| (tag.start..tag.end, tag.part()));
    nested(passage, parts.collect())
}

/// The field or variable of a plain value; none for calls and blocks.
fn names(inner: &str) -> Vec<String> {
    let own = name(inner.trim_start_matches(['.', '$']));
    let is_plain =
        inner.starts_with(['.', '$']) && inner.chars().all(|letter| letter.is_alphanumeric() || "._$".contains(letter));
    if is_plain { one_name(own) } else { Vec::new() }
}
