//! Jinja, by minijinja's own parser; a text that it refuses is cut at its tags, all of them unknown.

mod bound;
mod constants;
mod cutting;
mod expression;
mod inserting;
mod library;
mod loops;
#[cfg(test)]
mod tests;

use std::iter;

use minijinja::machinery::ast::Expr;
use minijinja::machinery::parse_expr;

use super::tag::{Tag, cut_at};
use crate::nesting;
use crate::template::beside::Beside;
use crate::template::{Fragment, Passage, UnreadReason};
use bound::Bound;
use library::Parsed;

pub(super) use library::named_in;

/// Tells whether a text has tags of Jinja: `{% word`, or `{{ expression }}` that begins with a name.
pub(super) fn has_tags(text: &str) -> bool {
    let last = text.rfind("%}").unwrap_or(0);
    let is_statement = |(start, _): (usize, &str)| {
        let inner = text[start + 2..].trim_start_matches(['-', '+']).trim_start();
        inner.starts_with(|letter: char| letter.is_alphabetic()) && start < last
    };
    text.match_indices("{%").any(is_statement) || opened(text).any(|(start, end)| is_expression(&text[start..end]))
}

/// The insides of pairs of braces without others in them, by where they start and end.
fn opened(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut ends = text.match_indices("}}").map(|(end, _)| end).peekable();
    let mut starts = text.match_indices("{{").map(|(start, _)| start + 2).peekable();
    iter::from_fn(move || {
        loop {
            let start = starts.next()?;
            while ends.next_if(|end| *end < start).is_some() {}
            let end = *ends.peek()?;
            if starts.peek().is_none_or(|next| *next > end) {
                return Some((start, end));
            }
        }
    })
}

fn is_expression(inner: &str) -> bool {
    let inner = inner.trim_matches('-').trim();
    inner.starts_with(|letter: char| letter.is_alphabetic() || "_'\"(".contains(letter)) && expression(inner).is_some()
}

/// An expression, unless it is none or nests too deep.
fn expression(inner: &str) -> Option<Expr<'_>> {
    if nesting::is_too_deep(inner) { None } else { parse_expr(inner).ok() }
}

/// The number of blocks that a line opens and closes.
pub(super) fn blocks(line: &str) -> (usize, usize) {
    let words = line
        .match_indices("{%")
        .map(|(start, _)| super::tag::name(line[start + 2..].trim_start_matches(['-', '+', ' '])));
    let words: Vec<&str> = words.collect();
    let opens = |word: &&&str| ["if", "for", "macro", "call", "filter", "with", "block", "raw"].contains(*word);
    (words.iter().filter(opens).count(), words.iter().filter(|word| word.starts_with("end")).count())
}

/// Cuts a text, with the files beside it that it inserts.
pub(super) fn cut(passage: &Passage, beside: &Beside) -> Vec<Fragment> {
    match Parsed::new(&passage.text) {
        Some(parsed) => cutting::cut(passage, &parsed, &library::library(beside)),
        None => cut_at(passage, tags(&passage.text)),
    }
}

/// The tags of a text that is not Jinja's to the letter.
fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    // Behind the last end of its kind none is looked for: a file of beginnings alone would be read once for each.
    let last_ends = ["}}", "%}", "#}"].map(|close| (close, text.rfind(close).unwrap_or(0)));
    let end_behind = |start: usize, close: &str| {
        let (_, last) = last_ends.iter().find(|(known, _)| *known == close)?;
        if start <= *last { text[start..].find(close).map(|found| start + found + close.len()) } else { None }
    };
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let close = ["{{}}", "{%%}", "{##}"].into_iter().find(|pair| text[start..].starts_with(&pair[..2]));
        let end = close.and_then(|pair| end_behind(start + 2, &pair[2..]));
        at = match (close, end) {
            (Some("{##}"), Some(end)) => {
                tags.push(Tag::nothing(start, end));
                end
            }
            // It does not end before the next begins.
            (Some("{{}}"), Some(end)) if text[start + 2..end - 2].contains("{{") => start + 2,
            (_, Some(end)) => {
                let inner = text[start + 2..end - 2].trim_matches('-').trim();
                // A statement that the parser does not know may do anything with the text around it.
                tags.push(if text[start..].starts_with("{%") || nesting::is_too_deep(inner) {
                    Tag::unread(start, end, UnreadReason::Computed)
                } else {
                    Tag::value(
                        start,
                        end,
                        expression(inner)
                            .map(|expression| expression::names(&expression, &Bound::default()))
                            .unwrap_or_default(),
                    )
                });
                end
            }
            (_, None) => start + 1,
        };
    }
    tags
}
