//! `{name}` as Python's `str.format` and f-strings have it, and `${name}` as shells and JavaScript have it.
//!
//! A brace is a variable only around a name: JSON, CSS and code in a prompt stay text, and so does what stands in a code fence.

use super::{Tag, cut_at, name};
use crate::template::{Fragment, Passage};

/// Whether a text has variables in braces.
pub(super) fn has_names(text: &str) -> bool {
    tags(text).iter().any(|tag| tag.value.is_some())
}

/// Whether a text has variables in braces behind a dollar sign.
pub(super) fn has_dollars(text: &str) -> bool {
    !dollars(text).is_empty()
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, tags(&passage.text))
}

pub(super) fn cut_dollars(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, dollars(&passage.text))
}

/// The variables in braces; where there are any, doubled braces are escaped ones.
fn tags(text: &str) -> Vec<Tag> {
    let fences = fences(text);
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
        } else if !text[..start].ends_with('$') && !fences.iter().any(|fence| fence.contains(&start)) {
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

/// Whether a text ends in a command of LaTeX, whose arguments stand in braces.
fn is_latex(before: &str) -> bool {
    let word = before.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    (word.len() < before.len() && word.ends_with('\\')) || before.ends_with(['^', '_', '\\'])
}

fn dollars(text: &str) -> Vec<Tag> {
    let fences = fences(text);
    let tag = |(start, _): (usize, &str)| {
        let length = field(&text[start + 1..])?;
        let is_text = fences.iter().any(|fence| fence.contains(&start)) || text[..start].ends_with('$');
        (!is_text).then(|| Tag::value(start, start + 1 + length, vec![name(&text[start + 2..]).to_owned()]))
    };
    text.match_indices("${").filter_map(tag).collect()
}

/// The bytes of fenced code.
fn fences(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut fences, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            match open.take() {
                None => open = Some(at),
                Some(start) => fences.push(start..at),
            }
        }
        at += line.len();
    }
    fences
}
