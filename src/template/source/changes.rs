//! Methods that make another text of a text: in another case, a part of it, several times. A text that they make of what is not known
//! letter by letter is named as one that is not read.

use std::ops::Range;

use super::code::Call;
use super::content::Content;
use super::list::List;
use super::value::{TextValue, Value};
use super::walk::Walk;
use crate::template::{Fragment, Passage, Placeholder, UnreadReason};

/// The letters below which words beside a value are what stands where it is missing.
const FEW_LETTERS: usize = 20;

/// Methods that give a text which is not worked out.
const GIVING: &[&str] = &[
    "title",
    "titlecase",
    "casefold",
    "ljust",
    "rjust",
    "center",
    "zfill",
    "expandtabs",
    "translate",
    "padStart",
    "padEnd",
    "PadLeft",
    "PadRight",
    "normalize",
    "Normalize",
    "Insert",
    "Remove",
    "replaceFirst",
    "tr",
    "squeeze",
    "substr",
    "substring",
    "Substring",
    "subSequence",
    "slice",
    "truncate",
    "replace",
    "replaceAll",
    "replace_all",
    "Replace",
    "gsub",
    "sub",
    "strip",
    "lstrip",
    "rstrip",
    "trim",
    "Trim",
    "TrimStart",
    "TrimEnd",
];

/// The most copies of a text that are worked out.
const MOST_COPIES: usize = 1_000;

/// Tells whether a call makes one blank of each run of white space: `text.replace(/\s+/g, " ")`.
fn collapses(call: &Call, pattern: Option<&str>) -> bool {
    let is_blank = call.arguments.get(1).is_some_and(|by| by.value.literal() == Some(" "));
    is_blank && matches!(pattern, Some(r"/\s+/g" | r"/\s+/gm" | r"/\s+/"))
}

impl Walk<'_> {
    /// The text that a method makes of a text; `None` if it makes none.
    pub(super) fn changed(&mut self, text: TextValue, call: &Call, name: &str, span: &Range<usize>) -> Option<Value> {
        let mut text = text;
        let first = call.arguments.first().map(|first| self.written(&first.value.span));
        let copies =
            first.as_deref().and_then(|first| first.parse::<usize>().ok()).filter(|copies| *copies <= MOST_COPIES);
        let literal = call.arguments.first().and_then(|first| first.value.literal());
        match (name, literal) {
            ("lower" | "toLowerCase" | "ToLower" | "ToLowerInvariant" | "downcase" | "toLocaleLowerCase", _) => {
                text.content.change(|content| by_letter(content, |letter| letter.to_lowercase().collect()));
            }
            ("upper" | "toUpperCase" | "ToUpper" | "ToUpperInvariant" | "upcase" | "toLocaleUpperCase", _) => {
                text.content.change(|content| by_letter(content, |letter| letter.to_uppercase().collect()));
            }
            ("replace" | "replaceAll" | "gsub", _) if collapses(call, first.as_deref()) => {
                text.content.change(super::text::collapsed);
            }
            ("swapcase", _) => text.content.change(|content| by_letter(content, swapped)),
            ("capitalize", _) => text.content.change(|content| {
                let mut is_first = true;
                by_letter(content, |letter| {
                    if std::mem::take(&mut is_first) {
                        letter.to_uppercase().collect()
                    } else {
                        letter.to_lowercase().collect()
                    }
                })
            }),
            ("*" | "repeat", _) if copies.is_some() => {
                let once = std::mem::take(&mut text.content);
                for _ in 0..copies.unwrap_or(0) {
                    text.content.append(once.clone());
                }
            }
            ("[]" | "slice", _) if part(&text.content, first.as_deref(), name, call.arguments.len()).is_some() => {
                text.content = part(&text.content, first.as_deref(), name, call.arguments.len()).unwrap_or_default();
            }
            ("removeprefix" | "delete_prefix", Some(start)) => {
                text.content.change(|content| without(content, start, true));
            }
            ("removesuffix" | "delete_suffix", Some(end)) => {
                text.content.change(|content| without(content, end, false));
            }
            ("split" | "splitlines" | "lines", _) => return split(&text.content, name, literal, call.arguments.len()),
            ("*" | "repeat" | "[]" | "removeprefix" | "removesuffix", _) => self.not_followed(&mut text, span),
            (name, _) if GIVING.contains(&name) => self.not_followed(&mut text, span),
            _ => return None,
        }
        Some(Value::Text(text.changed()))
    }

    /// Notes that code changes a text in a way which is not worked out: it stays as it was, and what rests on it is unknown.
    pub(super) fn not_followed(&self, text: &mut TextValue, span: &Range<usize>) {
        let class = Some(text.content.class());
        let is_of_values = letters(text.content.iter()) < FEW_LETTERS && text.content.has_values()
            || !text.content.iter().any(has_text);
        let (written, unread) = (self.written(span), (!is_of_values).then_some(UnreadReason::Computed));
        // A value stays one, whatever becomes of it.
        if is_of_values {
            text.content = Content::default();
        }
        text.content.push(Fragment::Value(Placeholder {
            written,
            names: Vec::new(),
            span: span.clone(),
            unread,
            class,
        }));
    }
}

/// The letters and digits of all texts, of which a value has more: `(notes || 'none').slice(0, 500)` is a value.
fn letters<'f>(fragments: impl Iterator<Item = &'f Fragment>) -> usize {
    fragments
        .map(|fragment| match fragment {
            Fragment::Text(passage) => passage.text.chars().filter(|letter| letter.is_alphanumeric()).count(),
            Fragment::Value(_) => 0,
            Fragment::Choice(choice) => choice.branches.iter().map(|branch| letters(branch.iter())).sum(),
        })
        .sum()
}

/// Tells whether words stand in a fragment.
fn has_text(fragment: &Fragment) -> bool {
    match fragment {
        Fragment::Text(passage) => !passage.text.trim().is_empty(),
        Fragment::Value(_) => false,
        Fragment::Choice(choice) => choice.branches.iter().flatten().any(has_text),
    }
}

/// The text with other letters, which stand where the old ones do.
fn by_letter(fragments: Vec<Fragment>, mut change: impl FnMut(char) -> String) -> Vec<Fragment> {
    let mut changed = Vec::new();
    let mut open = |fragment: Fragment| match fragment {
        Fragment::Text(passage) => {
            let mut other = Passage::default();
            for (at, letter) in passage.text.char_indices() {
                other.map.append(other.text.len(), &passage.map.slice(at..at + letter.len_utf8()));
                other.text.push_str(&change(letter));
            }
            Fragment::Text(other)
        }
        other => other,
    };
    for fragment in fragments {
        changed.push(open(fragment));
    }
    changed
}

fn swapped(letter: char) -> String {
    if letter.is_uppercase() { letter.to_lowercase().collect() } else { letter.to_uppercase().collect() }
}

/// The only passage of a text without values.
fn only(content: &Content) -> Option<&Passage> {
    match content.first() {
        Some(Fragment::Text(passage)) if content.len() == 1 => Some(passage),
        _ => None,
    }
}

/// The letters between two numbers such as `8:20`; counted from the start, in a text of literals.
fn part(content: &Content, written: Option<&str>, name: &str, count: usize) -> Option<Content> {
    let passage = only(content)?;
    let (from, to) = match (written?.split_once(':'), name) {
        (Some((from, to)), "[]") => (from.trim(), to.trim()),
        (None, "slice") if count == 1 => (written?.trim(), ""),
        _ => return None,
    };
    let letters = passage.text.chars().count();
    let place = |number: &str, other: usize| match number {
        "" => Some(other),
        number => number.parse::<usize>().ok().map(|number| number.min(letters)),
    };
    let (from, to) = (place(from, 0)?, place(to, letters)?);
    let byte = |letter: usize| passage.text.char_indices().nth(letter).map_or(passage.text.len(), |(at, _)| at);
    // JavaScript counts in other units.
    if name == "slice" && !passage.text.is_ascii() {
        return None;
    }
    Some(Fragment::Text(passage.slice(byte(from)..byte(to.max(from)))).into())
}

/// The text without a literal that it may begin or end with.
fn without(mut fragments: Vec<Fragment>, literal: &str, is_start: bool) -> Vec<Fragment> {
    let edge = if is_start { fragments.first_mut() } else { fragments.last_mut() };
    if let Some(Fragment::Text(passage)) = edge {
        let len = passage.text.len();
        if is_start && passage.text.starts_with(literal) {
            *passage = passage.slice(literal.len()..len);
        } else if !is_start && passage.text.ends_with(literal) {
            *passage = passage.slice(0..len - literal.len());
        }
    }
    fragments
}

/// The parts of a text of literals.
fn split(content: &Content, name: &str, separator: Option<&str>, count: usize) -> Option<Value> {
    let passage = only(content)?;
    let parts: Vec<&str> = match (name, separator) {
        ("split", None) if count == 0 => passage.text.split_whitespace().collect(),
        ("split", Some(separator)) if count == 1 && !separator.is_empty() => passage.text.split(separator).collect(),
        ("splitlines" | "lines", None) if count == 0 => passage.text.lines().collect(),
        _ => return None,
    };
    let begin = passage.text.as_ptr() as usize;
    let one = |part: &str| {
        let at = part.as_ptr() as usize - begin;
        Value::Text(TextValue::literal(passage.slice(at..at + part.len())))
    };
    Some(Value::List(parts.into_iter().map(one).collect::<List>(), None))
}
