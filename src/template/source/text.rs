//! Methods that languages have for texts, done to a text with values in it: stripping, unindenting, replacing, filling.

use std::collections::BTreeSet;

use crate::template::{Choice, Condition, Fragment, Passage, Placeholder};

/// Strips white space from one end or both; a value at the start keeps its own.
pub(super) fn strip(fragments: Vec<Fragment>, start: bool, end: bool) -> Vec<Fragment> {
    strip_by(fragments, &char::is_whitespace, start, end)
}

/// Strips letters from one end or both.
pub(super) fn strip_by(
    mut fragments: Vec<Fragment>,
    is_stripped: &dyn Fn(char) -> bool,
    start: bool,
    end: bool,
) -> Vec<Fragment> {
    let within = |fragment: Option<&mut Fragment>, start: bool, end: bool| {
        if let Some(Fragment::Choice(choice)) = fragment {
            for branch in &mut choice.branches {
                *branch = strip_by(std::mem::take(branch), is_stripped, start, end);
            }
        }
    };
    if start {
        let is_only = fragments.len() == 1;
        within(fragments.first_mut(), true, end && is_only);
    }
    if end && !(start && fragments.len() == 1) {
        within(fragments.last_mut(), false, true);
    }
    while let Some(Fragment::Text(passage)) = fragments.first_mut().filter(|_| start) {
        let kept = passage.text.len() - passage.text.trim_start_matches(is_stripped).len();
        *passage = passage.slice(kept..passage.text.len());
        if !passage.text.is_empty() || fragments.len() == 1 {
            break;
        }
        fragments.remove(0);
    }
    while let Some(Fragment::Text(passage)) = fragments.last_mut().filter(|_| end) {
        *passage = passage.slice(0..passage.text.trim_end_matches(is_stripped).len());
        if !passage.text.is_empty() || fragments.len() == 1 {
            break;
        }
        fragments.pop();
    }
    if end {
        strip_before(&mut fragments, is_stripped);
    }
    fragments
}

/// Strips the end of a text that ends in values: where nothing is left of them, the white space before them goes, too, and stands with them.
fn strip_before(fragments: &mut Vec<Fragment>, is_stripped: &dyn Fn(char) -> bool) {
    /// Marks a value whose end is stripped.
    const MARK: &str = ".strip()";
    let count = fragments.iter().rev().take_while(|fragment| may_be_blank(fragment, is_stripped)).count();
    let mut values = fragments.split_off(fragments.len() - count);
    if let Some(Fragment::Value(last)) = values.last_mut().filter(|_| count > 0)
        && !last.written.ends_with(MARK)
    {
        last.written.push_str(MARK);
    }
    let first = values.iter().find_map(|fragment| match fragment {
        Fragment::Value(value) => Some((value.written.clone(), value.span.clone())),
        Fragment::Choice(choice) => Some((choice.written.clone(), choice.span.clone())),
        Fragment::Text(_) => None,
    });
    let (Some((written, span)), Some(Fragment::Text(passage))) = (first, fragments.last_mut()) else {
        return fragments.append(&mut values);
    };
    let (kept, length) = (passage.text.trim_end_matches(is_stripped).len(), passage.text.len());
    if kept == length {
        return fragments.append(&mut values);
    }
    values.insert(0, Fragment::Text(passage.slice(kept..length)));
    *passage = passage.slice(0..kept);
    // Blank is something else than missing: what decides on the values within decides nothing here.
    let conditions = vec![Condition::Fact(format!("something is left of {written}"))];
    let choice = Choice { conditions, ..Choice::new(written, vec![values, Vec::new()], span) };
    fragments.push(Fragment::Choice(choice));
}

/// Tells whether nothing but letters that are stripped may stand in place of a fragment.
fn may_be_blank(fragment: &Fragment, is_stripped: &dyn Fn(char) -> bool) -> bool {
    match fragment {
        Fragment::Text(passage) => passage.text.chars().all(is_stripped),
        Fragment::Value(value) => value.unread.is_none(),
        Fragment::Choice(choice) => {
            choice.branches.iter().any(|branch| branch.iter().all(|inner| may_be_blank(inner, is_stripped)))
        }
    }
}

/// The placeholder that a pattern with one group finds.
pub(super) fn mark_of_pattern(pattern: &str) -> Option<String> {
    let (open, rest) = pattern.split_once('(')?;
    let (group, close) = rest.rsplit_once(')')?;
    let plain = |side: &str| side.replace("\\s*", "").replace("\\s+", "").replace(['\\', '[', ']'], "");
    let (open, close) = (plain(open), plain(close));
    let is_mark = |side: &str| !side.is_empty() && side.chars().all(|letter| "{}$<>%@#_".contains(letter));
    (is_mark(&open) && is_mark(&close) && !group.contains(['(', '|'])).then(|| format!("{open}x{close}"))
}

/// A text without the letters of a set at its ends, as `strip("#")` has it.
pub(super) fn stripped(fragments: Vec<Fragment>, letters: Option<&str>, start: bool, end: bool) -> Vec<Fragment> {
    match letters {
        Some(letters) => strip_by(fragments, &|letter| letters.contains(letter), start, end),
        None => strip(fragments, start, end),
    }
}
/// Takes away the white space that all lines begin with, as `textwrap.dedent` does; lines of white space alone become empty.
pub(super) fn dedent(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut lines = Vec::new();
    let mut line = Some(String::new());
    indents(&fragments, &mut line, &mut lines);
    lines.extend(line.filter(|line| !line.is_empty()));
    let common = lines.iter().map(String::len).min().unwrap_or(0);
    let mut is_start = true;
    unindent(&mut fragments, common, &mut is_start);
    fragments
}

/// The indents of lines that hold more than white space; the open one in `line` while it is white space alone.
fn indents(fragments: &[Fragment], line: &mut Option<String>, lines: &mut Vec<String>) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => {
                for letter in passage.text.chars() {
                    match letter {
                        '\n' => *line = Some(String::new()),
                        ' ' | '\t' => line.iter_mut().for_each(|line| line.push(letter)),
                        _ => lines.extend(line.take()),
                    }
                }
            }
            Fragment::Value(_) => lines.extend(line.take()),
            Fragment::Choice(choice) => {
                lines.extend(line.take());
                choice.branches.iter().for_each(|branch| indents(branch, line, lines));
            }
        }
    }
}

fn unindent(fragments: &mut [Fragment], common: usize, is_start: &mut bool) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => *passage = unindented(passage, common, is_start),
            Fragment::Value(_) => *is_start = false,
            Fragment::Choice(choice) => {
                *is_start = false;
                choice.branches.iter_mut().for_each(|branch| unindent(branch, common, is_start));
            }
        }
    }
}

fn unindented(passage: &Passage, common: usize, is_start: &mut bool) -> Passage {
    let (mut kept, mut at) = (Passage::default(), 0);
    for line in passage.text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let dropped = match *is_start {
            true if line.trim().is_empty() && line.ends_with('\n') => indent,
            true => indent.min(common),
            false => 0,
        };
        push(&mut kept, passage, at + dropped..at + line.len());
        *is_start = line.ends_with('\n');
        at += line.len();
    }
    kept
}

fn push(kept: &mut Passage, passage: &Passage, range: std::ops::Range<usize>) {
    let part = passage.slice(range);
    if !part.text.is_empty() || kept.text.is_empty() {
        kept.map.append(kept.text.len(), &part.map);
        kept.text.push_str(&part.text);
    }
}

/// Makes one blank of each run of white space.
pub(super) fn collapsed(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let one = |passage: &Passage| {
        let (mut kept, mut at) = (Passage::default(), 0);
        for part in passage.text.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            push(&mut kept, passage, at..at + word.len());
            if word.len() < part.len() && !kept.text.ends_with(' ') {
                let blank = passage.slice(at + word.len()..at + part.len());
                kept.map.append(kept.text.len(), &blank.map);
                kept.text.push(' ');
            }
            at += part.len();
        }
        kept
    };
    let change = |fragment| match fragment {
        Fragment::Text(passage) => Fragment::Text(one(&passage)),
        Fragment::Choice(mut choice) => {
            for branch in &mut choice.branches {
                *branch = collapsed(std::mem::take(branch));
            }
            Fragment::Choice(choice)
        }
        value @ Fragment::Value(_) => value,
    };
    fragments.into_iter().map(change).collect()
}

/// Puts a value in place of the first so many occurrences of a literal.
pub(super) fn replace(fragments: Vec<Fragment>, wanted: &str, value: &[Fragment], most: usize) -> Vec<Fragment> {
    let (mut replaced, mut count) = (Vec::new(), 0);
    for fragment in fragments {
        let Fragment::Text(passage) = &fragment else {
            replaced.push(fragment);
            continue;
        };
        let mut at = 0;
        for (start, found) in passage.text.match_indices(wanted).take(most - count) {
            count += 1;
            replaced.push(Fragment::Text(passage.slice(at..start)));
            let span = passage.span(start..start + found.len());
            replaced.extend(value.iter().cloned().map(|fragment| at_place(fragment, found, &span)));
            at = start + found.len();
        }
        replaced.push(Fragment::Text(passage.slice(at..passage.text.len())));
    }
    replaced.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    replaced
}

/// Takes the placeholders for values that are written as one that code replaces, such as all `{{NAME}}` beside `{{DATE}}`.
pub(super) fn cut_alike(fragments: Vec<Fragment>, replaced: &str) -> Vec<Fragment> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let (Some(start), Some(end)) = (replaced.find(is_letter), replaced.rfind(is_letter)) else { return fragments };
    let name = &replaced[start..];
    let end = end + replaced[end..].chars().next().map_or(1, char::len_utf8);
    let (open, name, close) = (&replaced[..start], &name[..end - start], &replaced[end..]);
    let is_upper = !name.contains(char::is_lowercase);
    let is_mark = open.starts_with(['{', '$', '%', '[']) || is_upper && !open.is_empty();
    if !is_mark || close.is_empty() || !name.chars().all(is_letter) {
        return fragments;
    }
    let is_alike = |name: &str| {
        let is_name = name.starts_with(char::is_alphabetic) && name.chars().all(is_letter);
        is_name && (!is_upper || !name.contains(char::is_lowercase))
    };
    let cut = |fragment| match fragment {
        Fragment::Text(passage) => cut_between(&passage, open, close, is_alike),
        other => vec![other],
    };
    fragments.into_iter().flat_map(cut).collect()
}

/// Takes the placeholders for values that are written as any of those that code replaces. Of those that are written alike one is enough: code
/// may replace thousands.
pub(super) fn cut_alike_all(fragments: Vec<Fragment>, replaced: &[String]) -> Vec<Fragment> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let shape = |written: &String| {
        let start = written.find(is_letter)?;
        let end = written.rfind(is_letter)?;
        let is_name = written[start..end].chars().all(is_letter);
        let close = written[end..].trim_start_matches(is_letter);
        Some((written[..start].to_owned(), close.to_owned(), written.contains(char::is_lowercase), is_name))
    };
    let mut known = BTreeSet::new();
    let first = replaced.iter().filter(|written| known.insert(shape(written)));
    first.fold(fragments, |fragments, written| cut_alike(fragments, written))
}

/// Cuts a text at the names between two marks.
fn cut_between(passage: &Passage, open: &str, close: &str, is_name: impl Fn(&str) -> bool) -> Vec<Fragment> {
    let (text, mut at, mut from, mut found) = (passage.text.as_str(), 0, 0, Vec::new());
    while let Some(start) = text[from..].find(open).map(|start| from + start) {
        let begin = start + open.len();
        let Some(length) = text[begin..].find(close) else { break };
        let (name, end) = (&text[begin..begin + length], begin + length + close.len());
        // One of two braces is no mark of its own.
        let is_doubled = open == "{" && (text[..start].ends_with('{') || text[end..].starts_with('}'));
        if is_doubled || !is_name(name) {
            from = begin;
            continue;
        }
        found.push(Fragment::Text(passage.slice(at..start)));
        found.push(Fragment::Value(Placeholder {
            written: text[start..end].to_owned(),
            names: vec![name.to_owned()],
            span: passage.span(start..end),
            unread: None,
            class: None,
        }));
        (at, from) = (end, end);
    }
    found.push(Fragment::Text(passage.slice(at..text.len())));
    found.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    found
}

/// A value stands where its placeholder does.
fn at_place(fragment: Fragment, written: &str, span: &std::ops::Range<usize>) -> Fragment {
    match fragment {
        Fragment::Value(value) => {
            Fragment::Value(Placeholder { written: written.to_owned(), span: span.clone(), ..value })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SourceMap;
    use crate::template::source::value::plain;

    fn text(text: &str) -> Fragment {
        Fragment::Text(Passage { text: text.into(), map: SourceMap::verbatim(0) })
    }

    fn value(written: &str) -> Fragment {
        let names = vec![written.to_owned()];
        Fragment::Value(Placeholder { written: written.into(), names, span: 0..1, unread: None, class: None })
    }

    fn shown(fragments: &[Fragment]) -> String {
        let mut shown = String::new();
        plain(fragments, "•", &mut shown);
        shown
    }

    #[test]
    fn lines_lose_the_indent_that_all_have() {
        let fragments = vec![text("\n    You are\n      kind to "), value("x"), text(".\n   \n    Be "), value("y")];
        assert_eq!(shown(&dedent(fragments)), "\nYou are\n  kind to •.\n\nBe •");
    }

    #[test]
    fn white_space_is_stripped_up_to_a_value() {
        let fragments = vec![text("\n  Hi "), value("x"), text(" \n")];
        assert_eq!(shown(&strip(fragments, true, true)), "Hi •");
    }

    #[test]
    fn placeholders_that_are_written_alike_are_values_too() {
        let cut = |written: &str, replaced| shown(&cut_alike(vec![text(written)], replaced));
        assert_eq!(cut("On {{OS}} at {{DATE}}, not {{ this }}.", "{{DATE}}"), "On • at •, not {{ this }}.");
        assert_eq!(cut("{a} and {{b}} and {\"c\": 1}", "{a}"), "• and {{b}} and {\"c\": 1}");
        assert_eq!(cut("<task> <NAME>", "<DATE>"), "<task> •");
        assert_eq!(cut("one two", "one"), "one two");
    }

    #[test]
    fn a_literal_is_replaced_by_a_value() {
        let fragments = replace(vec![text("Hi {x}, {x}!")], "{x}", &[value("name")], usize::MAX);
        assert_eq!(shown(&fragments), "Hi •, •!");
        let first = replace(vec![text("{x}, {x}"), text("{x}")], "{x}", &[value("name")], 1);
        assert_eq!(shown(&first), "•, {x}{x}");
    }
}
