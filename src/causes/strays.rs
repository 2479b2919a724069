//! Strays: stretches that belong together, as the words that two documents happen to have at the same places show.

use std::ops::Range;

use super::text::{Stretch, VALUE_WORDS, trimmed, value_kind, visible, word_count};
use super::value::ValueKind;

/// Bytes of unchanged text between stretches of one region.
const STRAY: usize = 160;

/// Bytes of unchanged text on one line between two stretches of a document.
const BESIDE: usize = 24;

/// Bytes of a paragraph that came or went from which on a value beside it is none of it.
const PARAGRAPH: usize = 80;

/// Bytes that differ in a region from which on it may be a document.
const DOCUMENT: usize = 120;

/// Stretches with so little between them that they are one: a few letters of one value, or stray words of another document.
pub(super) fn joined(stretches: Vec<Stretch>, old: &str, new: &str) -> Vec<Stretch> {
    let length = |stretch: &Stretch| stretch.old.len().max(stretch.new.len());
    let mut joined: Vec<Stretch> = Vec::new();
    for next in stretches {
        let mut next = next;
        while let Some(last) = joined.last() {
            let between = &new[last.new.end..next.new.start];
            let is_stray = between.len() < 200 && between.len() * 2 < length(last).min(length(&next));
            // Words in another order behind JSON are no part of it.
            let is_json = |stretch: &Stretch| new[stretch.new.clone()].contains("\":");
            let is_stray = is_stray && !(between.contains("\n\n") && is_json(last) != is_json(&next));
            let is_beside = between.len() <= 12 && !between.trim_end_matches(' ').contains('\n');
            if !(is_beside || is_stray) || are_apart(last, &next, (old, new)) {
                break;
            }
            next = Stretch { old: last.old.start..next.old.end, new: last.new.start..next.new.end };
            joined.pop();
        }
        joined.push(next);
    }
    joined
}

/// Stretches of which a region is full, as one: another document has some words of the first at the same places.
pub(super) fn without_strays(stretches: Vec<Stretch>, old: &str, new: &str) -> Vec<Stretch> {
    let mut regions: Vec<Vec<Stretch>> = Vec::new();
    let is_near =
        |last: &Stretch, next: &Stretch| next.new.start - last.new.end < STRAY && !are_apart(last, next, (old, new));
    for next in stretches {
        match regions.last_mut() {
            Some(region) if region.last().is_some_and(|last| is_near(last, &next)) => {
                region.push(next);
            }
            _ => regions.push(vec![next]),
        }
    }
    let whole = |region: &[Stretch]| {
        let [first, .., last] = region else { return None };
        let all = Stretch { old: first.old.start..last.old.end, new: first.new.start..last.new.end };
        let differing = region.iter().map(|stretch| stretch.old.len().max(stretch.new.len())).sum::<usize>();
        // Text that came or went whole beside a small change is no other document: that has stray words on both sides.
        let (gone, came) =
            region.iter().fold((0, 0), |(gone, came), next| (gone + next.old.len(), came + next.new.len()));
        let is_full = gone * 3 >= all.old.len() && came * 3 >= all.new.len();
        let between = &new[first.new.end..last.new.start];
        let is_one = region.len() >= 3 || between.len() < BESIDE && !between.contains('\n');
        let is_document =
            is_one && is_full && differing >= DOCUMENT && word_count(&new[all.new.clone()]) > 2 * VALUE_WORDS;
        is_document.then_some(all)
    };
    let cut = |mut region: Vec<Stretch>| {
        let first =
            region.first().filter(|first| region.len() > 1 && is_value_of_line(first, &region[1], (old, new))).cloned();
        let rest = first.as_ref().map_or(region.clone(), |_| region.split_off(1));
        first.into_iter().chain(whole(&rest).map_or(rest, |all| vec![all])).collect::<Vec<_>>()
    };
    regions.into_iter().flat_map(cut).collect()
}

/// A value in a line that is the same besides, before other differences on later lines: no part of a document.
fn is_value_of_line(stretch: &Stretch, next: &Stretch, (old, new): (&str, &str)) -> bool {
    new[stretch.new.end..next.new.start].contains('\n') && is_labelled_value(stretch, (old, new))
}

/// Two differences of different paragraphs, of which one is a value, or nothing that anybody sees.
fn are_apart(one: &Stretch, other: &Stretch, (old, new): (&str, &str)) -> bool {
    let is_value = |stretch| value_kind(old, new, stretch).is_some_and(|kind| kind != ValueKind::Words);
    let are_unseen = |stretch: &Stretch| {
        let ours = &old[stretch.old.clone()];
        !ours.trim().is_empty() && visible(ours).eq(visible(&new[stretch.new.clone()]))
    };
    // The text of a paragraph that came or went whole.
    let paragraph = |stretch: &Stretch, is_before: bool| {
        let sides = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
        let (("", text) | (text, "")) = sides else { return None };
        let is_whole = if is_before { text.ends_with("\n\n") } else { text.starts_with("\n\n") };
        Some(text.trim().len()).filter(|length| is_whole && *length > 0)
    };
    let is_other = |stretch| is_labelled_value(stretch, (old, new)) || are_unseen(stretch);
    let between = &new[one.new.end..other.new.start];
    between.contains("\n\n") && [one, other].into_iter().any(is_other)
        || has_border(with_blank_lines(new, one.new.end..other.new.start))
        || has_border(with_blank_lines(old, one.old.end..other.old.start))
        || paragraph(one, true).is_some_and(|length| is_value(one) || length >= PARAGRAPH && is_value(other))
        || paragraph(other, false).is_some() && is_value(other)
}

/// A part of a text with the blank lines around it.
fn with_blank_lines(text: &str, part: Range<usize>) -> &str {
    let before = if text[..part.start].ends_with("\n\n") { 2 } else { 0 };
    let behind = if text[part.end..].starts_with("\n\n") { 2 } else { 0 };
    &text[part.start - before..part.end + behind]
}

/// A tag on a line of its own that closes what stands before a blank line, or opens what stands behind one.
fn has_border(text: &str) -> bool {
    let is_tag = |line: &str, start: &str| {
        let name = line.trim().strip_prefix(start).and_then(|rest| rest.strip_suffix('>'));
        name.is_some_and(|name| name.starts_with(char::is_alphabetic) && !name.contains(['<', '>']))
    };
    text.match_indices("\n\n").any(|(at, blank)| {
        let (before, behind) = (&text[..at], &text[at + blank.len()..]);
        let last = before.rsplit('\n').next().unwrap_or_default();
        is_tag(last, "</") || is_tag(behind.split('\n').next().unwrap_or_default(), "<")
    })
}

/// A value behind words on its line.
fn is_labelled_value(stretch: &Stretch, (old, new): (&str, &str)) -> bool {
    let line = |text: &str, at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let has_label = |text: &str, range: &Range<usize>| {
        !text[range.clone()].contains('\n') && text[line(text, range.start)..range.start].trim().len() >= 3
    };
    let differing = trimmed(old, new, stretch);
    let is_labelled = has_label(old, &differing.old) && has_label(new, &differing.new);
    is_labelled && value_kind(old, new, stretch).is_some_and(|kind| kind != ValueKind::Words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::text::stretches;

    /// The differences of two texts.
    fn told<'a>(old: &'a str, new: &'a str) -> Vec<(&'a str, &'a str)> {
        let apart = |stretch: Stretch| (&old[stretch.old], &new[stretch.new]);
        stretches(old, new).into_iter().map(apart).collect()
    }

    #[test]
    fn a_value_in_a_paragraph_of_its_own_is_no_part_of_text_beside_it() {
        let rules = "Be brief, be polite, and never guess what a customer means.\n\n".repeat(3);
        let prompt =
            |name: &str, first: &str| format!("User: {name}\n\n{first} Ask again if a date is missing.\n\n{rules}");
        let (one, other) = ("You are the assistant of a ferry line.", "A harbour office has put you to work.");
        let (old, new) = (prompt("Anna Berg", one), prompt("Bert Holm", other));
        assert_eq!(told(&old, &new)[0], ("Anna Berg", "Bert Holm"));
        let (old, new) = (format!("src/a.py\n\n\u{feff}{rules}"), format!("src/b.py\n\n{rules}"));
        assert_eq!(told(&old, &new), [("src/a.py", "src/b.py"), ("\u{feff}Be", "Be")]);
    }

    #[test]
    fn tags_beside_blank_lines_are_borders_of_a_document() {
        assert!(has_border("\n\n<document>\n") && has_border("\n</document>\n\n"));
        assert!(!has_border("\n<document>\n") && !has_border("\n\nText with <b>tags</b>\n\n"));
    }
}
