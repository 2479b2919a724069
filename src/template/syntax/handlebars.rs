//! Handlebars and Mustache: `{{name}}`, `{{{name}}}`, `{{#each items}} … {{/each}}`, `{{> partial}}`, `{{! comment }}`.
//!
//! The text that a block repeats or leaves out is not known: from its tag on, anything may follow.

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
    cut_at(passage, tags(&passage.text))
}

/// All tags of a text.
fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        if start > 0 && text.as_bytes()[start - 1] == b'\\' {
            at = start + 2;
            continue;
        }
        let close = ["{{!--", "{{{", "{{"].into_iter().find(|open| text[start..].starts_with(open));
        let close = match close {
            Some("{{!--") => "--}}",
            Some("{{{") => "}}}",
            _ => "}}",
        };
        let Some(length) = text[start + 2..].find(close) else { break };
        let end = start + 2 + length + close.len();
        let inner = text[start..end].trim_matches(['{', '}', '~', ' ']);
        tags.push(if inner.starts_with(['!', '/']) {
            // The end of a block gives nothing, but as much of what follows as before it is known.
            Tag::nothing(start, end)
        } else if inner.starts_with('>') {
            Tag::unread(start, end, UnreadReason::Include)
        } else {
            Tag::value(start, end, names(inner))
        });
        at = end;
    }
    tags
}

/// The variable of a plain value; none for blocks, partials and helpers with arguments.
fn names(inner: &str) -> Vec<String> {
    let inner = inner.trim_start_matches(['&', ' ']);
    let name = name(inner.trim_start_matches("this.").trim_start_matches('@'));
    let rest = inner.trim_start_matches(|letter: char| letter.is_alphanumeric() || "_.-[]@/".contains(letter)).trim();
    if rest.is_empty() { one_name(name) } else { Vec::new() }
}
