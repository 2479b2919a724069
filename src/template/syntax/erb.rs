//! Ruby's ERB, and EJS, which is written alike: `<%= name %>`. From a tag of code on, anything may follow.

use super::tag::{Tag, cut_at, name, next_between, one_name};
use crate::template::{Fragment, Passage};

/// Tells whether a text has such tags.
pub(super) fn has_tags(text: &str) -> bool {
    text.find("<%").is_some_and(|start| text[start + 2..].contains("%>"))
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let text = passage.text.as_str();
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some((start, end)) = next_between(text, at, "<%", "%>") {
        let inner = &text[start + 2..end - 2];
        tags.push(match inner.chars().next() {
            Some('#') => Tag::nothing(start, end),
            Some('%') => Tag::text(start, start + 3, "<%"),
            _ => Tag::value(start, end, names(inner)),
        });
        at = tags.last().map_or(end, |tag| tag.end);
    }
    cut_at(passage, tags)
}

/// The variable that an output tag names; none for code.
fn names(inner: &str) -> Vec<String> {
    let Some(output) = inner.strip_prefix(['=', '-']) else { return Vec::new() };
    let output = output.trim_start().trim_start_matches('@');
    one_name(name(output))
}
