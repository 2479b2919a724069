//! Handlebars and Mustache: `{{name}}`, `{{{name}}}`, `{{#if a}} … {{else}} … {{/if}}`, `{{#each items}} … {{/each}}`, `{{^a}} … {{/a}}`,
//! `{{> partial}}`, `{{! comment }}`, `{{~ strip ~}}`.
//!
//! A tag of a block, a comment or a partial that is alone on its line takes the line with it. A block of a helper that is not known may give
//! anything from its tag on, and its text stands behind it. Blocks that do not close are cut at their tags in the same way.

use std::ops::Range;

use super::blocks::{Opening, Part, nested};
use super::tag::{Tag, cut_at, name, one_name};
use crate::template::{Fragment, Passage, UnreadReason};

/// Finds tags that Handlebars has and Jinja does not.
pub(super) fn has_blocks(text: &str) -> bool {
    let has = |mark: &str| {
        let mut at = text.match_indices(mark);
        at.any(|(start, _)| {
            text[start + mark.len()..].starts_with(|letter: char| letter.is_alphabetic() || letter == ' ')
        })
    };
    has("{{#") && has("{{/") || has("{{>") || has("{{role ") || text.contains("{{role \"")
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let tags = tags(&passage.text);
    blocks(passage, &tags).unwrap_or_else(|| {
        let flat = tags.iter().map(|tag| tag.flat(&passage.text));
        cut_at(passage, flat.collect())
    })
}

/// A tag as it is written.
struct Mustache<'t> {
    /// Its bytes with the white space that it takes with it.
    taken: Range<usize>,
    /// Its own bytes.
    own: Range<usize>,
    inner: &'t str,
}

impl Mustache<'_> {
    fn flat(&self, text: &str) -> Tag {
        let Range { start, end } = self.taken.clone();
        if text[self.own.clone()].starts_with('\\') || self.inner.starts_with(['!', '/']) {
            // The end of a block gives nothing, but as much of what follows as before it is known.
            Tag::nothing(start, end)
        } else if self.inner.starts_with('>') {
            Tag::unread(start, end, UnreadReason::Include)
        } else {
            Tag::value(start, end, names(self.inner))
        }
    }

    /// The helper or the variable of a block, behind its mark, and the rest.
    fn head(&self) -> (&str, &str) {
        let head = self.inner[1..].trim();
        head.split_once(char::is_whitespace).map_or((head, ""), |(word, rest)| (word, rest.trim()))
    }

    /// The head of a block that is known; `None` for one of another helper.
    fn opening(&self) -> Option<Opening> {
        let (word, rest) = self.head();
        let (given, bound) = rest.split_once(" as |").unwrap_or((rest, ""));
        let is_section = rest.is_empty();
        let condition = if is_section { word } else { given.trim() };
        let is_inverted = self.inner.starts_with('^');
        let is_loop = match word {
            "if" | "unless" | "with" if !is_section => false,
            "each" if !is_section => true,
            // A section of Mustache may be said of a list.
            _ if is_section => !is_inverted,
            _ => return None,
        };
        let binds = bound.trim_end_matches('|').split_whitespace().map(str::to_owned);
        Some(Opening {
            is_loop,
            condition: condition.to_owned(),
            is_negated: is_inverted || word == "unless",
            shown: Some(format!("{{{{{}}}}}", self.inner)),
            names: names(condition),
            binds: binds.collect(),
        })
    }
}

/// The fragments of a text whose blocks all close.
fn blocks(passage: &Passage, tags: &[Mustache<'_>]) -> Option<Vec<Fragment>> {
    let (mut parts, mut open) = (Vec::new(), Vec::new());
    for tag in tags {
        let flat = || Part::Piece(tag.flat(&passage.text));
        let is_else = || ["else", "^"].contains(&tag.inner) || tag.inner.starts_with("else ");
        let part = if tag.inner.starts_with(['#', '^']) && tag.inner.len() > 1 {
            let opening = tag.opening();
            open.push((tag.head().0, opening.is_some()));
            opening.map_or_else(flat, Part::Open)
        } else if let Some(name) = tag.inner.strip_prefix('/') {
            let (opened, is_known) = open.pop()?;
            if opened != name.trim() {
                return None;
            }
            if is_known { Part::Close } else { flat() }
        } else if is_else() && open.last().is_some_and(|(_, is_known)| *is_known) {
            let other = tag.inner.strip_prefix("else ").map(str::trim);
            match other.map(|other| other.split_once(' ')) {
                Some(Some(("if", condition))) => Part::Else(Some(condition.trim().to_owned())),
                // Another helper: which branch is taken is not known.
                Some(_) => return None,
                None => Part::Else(None),
            }
        } else {
            flat()
        };
        parts.push((tag.taken.clone(), part));
    }
    nested(passage, parts)
}

/// All tags of a text, and the backslashes that make text of some.
fn tags(text: &str) -> Vec<Mustache<'_>> {
    let (mut tags, mut at, mut taken) = (Vec::new(), 0, 0);
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        if start > taken && text.as_bytes()[start - 1] == b'\\' {
            tags.push(Mustache { taken: start - 1..start, own: start - 1..start, inner: "" });
            (at, taken) = (start + 2, start);
            continue;
        }
        let close = ["{{!--", "{{~!--", "{{{", "{{"].into_iter().find(|open| text[start..].starts_with(open));
        let close = match close {
            Some("{{!--" | "{{~!--") => ["--}}", "--~}}"].as_slice(),
            Some("{{{") => &["}}}"],
            _ => &["}}"],
        };
        let ends = close.iter().filter_map(|close| Some(start + 2 + text[start + 2..].find(close)? + close.len()));
        let Some(end) = ends.min() else { break };
        let inner = text[start..end].trim_matches(['{', '}', '~', ' ', '\n']);
        let own = start..end;
        tags.push(Mustache { taken: taken_with(text, taken, &own, inner), own, inner });
        taken = tags.last().map_or(end, |tag| tag.taken.end);
        at = taken.max(end);
    }
    tags
}

/// The bytes of a tag with the white space that it strips, or the line that it is alone on; none before `from`.
fn taken_with(text: &str, from: usize, own: &Range<usize>, inner: &str) -> Range<usize> {
    let written = &text[own.clone()];
    let (before, behind) = (&text[from..own.start], &text[own.end..]);
    let is_of_blocks = inner.starts_with(['#', '^', '/', '!', '>']) || inner == "else" || inner.starts_with("else ");
    let line = text[..own.start].rfind('\n').map_or(0, |at| at + 1);
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let rest = &behind[blanks(behind)..];
    let ends = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end)).map(str::len);
    let ends = ends.or(rest.is_empty().then_some(0));
    let is_alone = is_of_blocks && text[line..own.start].trim_matches([' ', '\t']).is_empty() && ends.is_some();
    let start = match () {
        () if written.starts_with("{{~") => from + before.trim_end().len(),
        () if is_alone => line.max(from),
        () => own.start,
    };
    let end = match ends.filter(|_| is_alone) {
        _ if written.ends_with("~}}") => text.len() - behind.trim_start().len(),
        Some(end) => own.end + blanks(behind) + end,
        None => own.end,
    };
    start..end
}

/// The variable of a plain value; none for blocks, partials and helpers with arguments.
fn names(inner: &str) -> Vec<String> {
    let inner = inner.trim_start_matches(['&', ' ']);
    let name = name(inner.trim_start_matches("this.").trim_start_matches('@'));
    let rest = inner.trim_start_matches(|letter: char| letter.is_alphanumeric() || "_.-[]@/".contains(letter)).trim();
    if rest.is_empty() { one_name(name) } else { Vec::new() }
}
