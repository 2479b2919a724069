//! `{name}` as Python's `str.format` and f-strings have it, and `${name}` as shells and JavaScript have it.
//!
//! A brace is a variable only around a name: JSON and CSS in a prompt stay text. What stands in a code fence does not tell that a text
//! has variables; in one that has, it is formatted like the rest.

use super::{Tag, cut_at, name};
use crate::template::unread::fences;
use crate::template::{Fragment, Passage};

/// Tells whether a text has variables in braces.
pub(super) fn has_names(text: &str) -> bool {
    let fences = fences(text);
    let is_told = |tag: &Tag| {
        let in_code = fences.iter().any(|fence| fence.contains(&tag.start));
        tag.value.is_some() && !in_code && !text[..tag.start].ends_with('$')
    };
    tags(text).iter().any(is_told)
}

/// Tells whether a text has variables in braces behind a dollar sign.
pub(super) fn has_dollars(text: &str) -> bool {
    let fences = fences(text);
    dollars(text).iter().any(|tag| !fences.iter().any(|fence| fence.contains(&tag.start)))
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, tags(&passage.text))
}

pub(super) fn cut_dollars(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, dollars(&passage.text))
}

/// The variables in braces; where there are any, doubled braces are escaped ones.
fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at, mut latex_end) = (Vec::new(), 0, 0);
    while let Some(start) = text[at..].find(['{', '}']).map(|found| at + found) {
        let rest = &text[start..];
        at = start + 1;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            tags.push(Tag::text(start, start + 2, if rest.starts_with('{') { "{" } else { "}" }));
            at = start + 2;
            continue;
        }
        let Some(length) = field(rest) else { continue };
        let end = start + length;
        if is_latex(&text[..start]) || latex_end == start && start > 0 {
            latex_end = end;
        } else {
            tags.push(Tag::value(start, end, vec![name(&rest[1..]).to_owned()]));
        }
        at = end;
    }
    if tags.iter().any(|tag| tag.value.is_some()) { tags } else { Vec::new() }
}

/// The length of `{name}`, `{name.part}`, `{name[0]}`, `{name!r}` or `{name:>10}`, where that stands here.
fn field(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(['{', '}', '\n', '"', ' '])?;
    let (field, name) = (&inner[..end], name(inner));
    let rest = field.strip_prefix(name)?;
    let is_spec = rest.is_empty() || rest.starts_with(['.', '[', '!', ':']) && rest.len() > 1;
    (inner[end..].starts_with('}') && !name.is_empty() && is_spec).then_some(end + 2)
}

/// Tells whether a text ends in a command of LaTeX, whose arguments stand in braces.
fn is_latex(before: &str) -> bool {
    let word = before.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    (word.len() < before.len() && word.ends_with('\\')) || before.ends_with(['^', '_', '\\'])
}

fn dollars(text: &str) -> Vec<Tag> {
    let tag = |(start, _): (usize, &str)| {
        let length = field(&text[start + 1..])?;
        let names = vec![name(&text[start + 2..]).to_owned()];
        (!text[..start].ends_with('$')).then(|| Tag::value(start, start + 1 + length, names))
    };
    text.match_indices("${").filter_map(tag).collect()
}
