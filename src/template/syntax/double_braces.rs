//! Doubled braces around one value each, as workflow tools have them: Dify's `{{#node.field#}}`, n8n's `{{ $json.field }}`,
//! Semantic Kernel's `{{$name}}` and `{{plugin.function $name}}`.

use super::tag::{Tag, cut_at, name, next_between, one_name};
use crate::template::{Fragment, Passage};

/// Tells whether a text has a value of a node as Dify writes it: `{{#node.field#}}`, `{{#context#}}`.
pub(super) fn has_nodes(text: &str) -> bool {
    has(text, |inner| {
        let own = inner.strip_prefix('#').and_then(|inner| inner.strip_suffix('#')).unwrap_or_default();
        !own.is_empty() && own.chars().all(|letter| letter.is_alphanumeric() || "._-".contains(letter))
    })
}

/// Tells whether doubled braces in a text are escaped ones around an object of JSON: `{{ "key": … }}`.
pub(in crate::template) fn have_objects(text: &str) -> bool {
    let is_object = |(at, _): (usize, &str)| {
        let inner = text[at + 2..].trim_start();
        let Some(key) = inner.strip_prefix(['"', '\'']) else { return false };
        let key = key.trim_start_matches(|letter: char| letter.is_alphanumeric() || "_- ".contains(letter));
        key.strip_prefix(['"', '\'']).is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    text.match_indices("{{").any(is_object)
}

/// Tells whether a text has a value as n8n alone writes it: `{{ $json.field }}`, `{{ $now }}`, `{{ $('Node').item.json.field }}`.
pub(super) fn has_expressions(text: &str) -> bool {
    let is_known = |inner: &str| {
        let inner = inner.trim();
        let (own, rest) = inner.strip_prefix('$').map(|own| own.split_at(name(own).len())).unwrap_or_default();
        let is_name = ["json", "now", "today", "node", "vars", "execution", "workflow", "fromAI"].contains(&own);
        // Semantic Kernel's `{{$input}}` has no member.
        let is_member = own == "input" && rest.starts_with('.') || own.is_empty() && rest.starts_with("('");
        is_name && (rest.is_empty() || rest.starts_with(['.', '[', '('])) || is_member
    };
    has(text, is_known)
}

/// Tells whether a text has a value as Semantic Kernel writes it: `{{$name}}`.
pub(super) fn has_dollars(text: &str) -> bool {
    has(text, |inner| {
        let inner = inner.trim();
        inner.strip_prefix('$').is_some_and(|own| !own.is_empty() && name(own) == own)
    })
}

/// Tells whether doubled braces of a text have such an inside.
fn has(text: &str, is_such: impl Fn(&str) -> bool) -> bool {
    let mut at = 0;
    while let Some((start, end)) = next_between(text, at, "{{", "}}") {
        if is_such(&text[start + 2..end - 2]) {
            return true;
        }
        at = end;
    }
    false
}

pub(super) fn dify(passage: &Passage) -> Vec<Fragment> {
    cut(passage, |inner| {
        let own = inner.strip_prefix('#').and_then(|inner| inner.strip_suffix('#')).unwrap_or(inner);
        let is_name = !own.is_empty() && own.chars().all(|letter| letter.is_alphanumeric() || "._-".contains(letter));
        is_name.then(|| own.rsplit('.').next().unwrap_or(own).to_owned())
    })
}

pub(super) fn n8n(passage: &Passage) -> Vec<Fragment> {
    cut(passage, |inner| Some(name(inner.rsplit(['.', '$']).next().unwrap_or_default()).to_owned()))
}

pub(super) fn semantic_kernel(passage: &Passage) -> Vec<Fragment> {
    cut(passage, |inner| {
        let is_value = inner.starts_with(|letter: char| letter == '$' || letter.is_alphabetic());
        is_value.then(|| name(inner.strip_prefix('$').unwrap_or_default()).to_owned())
    })
}

/// Cuts a text at pairs of doubled braces; `named` gives the name of the value in one, an empty one if it has none, `None` if it is text.
fn cut(passage: &Passage, named: impl Fn(&str) -> Option<String>) -> Vec<Fragment> {
    let (text, mut tags, mut at) = (passage.text.as_str(), Vec::new(), 0);
    while let Some((start, end)) = next_between(text, at, "{{", "}}") {
        if let Some(own) = named(text[start + 2..end - 2].trim()) {
            tags.push(Tag::value(start, end, one_name(&own)));
        }
        at = end;
    }
    cut_at(passage, tags)
}
