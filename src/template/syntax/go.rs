//! Go's text/template: `{{ .Date }}`, `{{ range .Items }} … {{ end }}`, `{{- … -}}`, `{{/* comment */}}`.
//!
//! The text that a block repeats or leaves out is not known: from its tag on, anything may follow.

use super::tag::{Tag, cut_at, name, next_between, one_name};
use crate::template::{Fragment, Passage, UnreadReason};

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, tags(&passage.text))
}

fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some((start, end)) = next_between(text, at, "{{", "}}") {
        let written = &text[start + 2..end - 2];
        // A dash beside a space strips the white space around the tag.
        let begin = if written.starts_with("- ") { at + text[at..start].trim_end().len() } else { start };
        let stop = if written.ends_with(" -") { text.len() - text[end..].trim_start().len() } else { end };
        let inner = written.strip_prefix('-').unwrap_or(written);
        let inner = inner.strip_suffix('-').unwrap_or(inner).trim();
        tags.push(match inner.split_whitespace().next().unwrap_or_default() {
            "end" | "else" | "break" | "continue" => Tag::nothing(begin, stop),
            "template" | "block" | "define" => Tag::unread(begin, stop, UnreadReason::Include),
            word if word.starts_with("/*") => Tag::nothing(begin, stop),
            _ => Tag::value(begin, stop, names(inner)),
        });
        at = stop;
    }
    tags
}

/// The field or variable of a plain value; none for calls and blocks.
fn names(inner: &str) -> Vec<String> {
    let own = name(inner.trim_start_matches(['.', '$']));
    let is_plain =
        inner.starts_with(['.', '$']) && inner.chars().all(|letter| letter.is_alphanumeric() || "._$".contains(letter));
    if is_plain { one_name(own) } else { Vec::new() }
}
