//! Texts of source code as one string: its values and choices between characters that Unicode keeps for a program's own use.
//!
//! A text in code is put together from literals that stand apart. As one string it can be compared and rearranged like the text of
//! any template, and cut into the same fragments again.

use std::ops::Range;

use crate::document::SourceMap;
use crate::template::class::ExpressionClass;
use crate::template::{Choice, Fragment, Passage, Placeholder};

const VALUE: char = '\u{FDD0}';
const VALUE_END: char = '\u{FDD1}';
const CHOICE: char = '\u{FDD2}';
const BRANCH: char = '\u{FDD3}';
const CHOICE_END: char = '\u{FDD4}';

/// The string of some fragments, and the places of its bytes.
pub(in crate::template) fn encode(fragments: &[Fragment]) -> Passage {
    let mut passage = Passage::default();
    write(fragments, &mut passage);
    passage
}

fn write(fragments: &[Fragment], passage: &mut Passage) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(text) => {
                passage.map.append(passage.text.len(), &text.map);
                passage.text.push_str(&text.text);
            }
            Fragment::Value(value) => {
                let mark = match value.class() {
                    ExpressionClass::Stable => 's',
                    ExpressionClass::Config => 'c',
                    ExpressionClass::Volatile => 'v',
                };
                push(passage, &format!("{VALUE}{mark}{}{VALUE_END}", one_line(&value.written)), value.span.start);
            }
            Fragment::Choice(choice) => {
                push(passage, &format!("{CHOICE}{}", one_line(&choice.written)), choice.span.start);
                for branch in &choice.branches {
                    push(passage, &BRANCH.to_string(), choice.span.start);
                    write(branch, passage);
                }
                push(passage, &CHOICE_END.to_string(), choice.span.end);
            }
        }
    }
}

/// An expression on one line, so that a line of the text is one of the string.
fn one_line(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push(passage: &mut Passage, text: &str, at: usize) {
    passage.map.append(passage.text.len(), &SourceMap::verbatim(at));
    passage.text.push_str(text);
}

/// Cuts such a string.
pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    fragments(passage, 0..passage.text.len(), 0)
}

fn fragments(passage: &Passage, range: Range<usize>, depth: usize) -> Vec<Fragment> {
    let (mut found, mut at) = (Vec::new(), range.start);
    let mut text_from = range.start;
    while let Some(start) = passage.text[at..range.end].find([VALUE, CHOICE]).map(|found| at + found) {
        let is_value = passage.text[start..].starts_with(VALUE);
        let end = if is_value {
            passage.text[start..range.end].find(VALUE_END).map(|end| start + end)
        } else {
            end_of(&passage.text, start, range.end)
        };
        let (Some(end), true) = (end, depth < 64) else { break };
        found.push(Fragment::Text(passage.slice(text_from..start)));
        let inner = start + VALUE.len_utf8()..end;
        let span = passage.map.at(start)..passage.map.at(start) + 1;
        found.push(if is_value { value(&passage.text[inner], span) } else { choice(passage, inner, span, depth) });
        at = end + VALUE_END.len_utf8();
        text_from = at;
    }
    found.push(Fragment::Text(passage.slice(text_from..range.end)));
    found.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    found
}

fn value(inner: &str, span: Range<usize>) -> Fragment {
    let class = match inner.chars().next() {
        Some('s') => ExpressionClass::Stable,
        Some('c') => ExpressionClass::Config,
        _ => ExpressionClass::Volatile,
    };
    let written = inner.get(1..).unwrap_or_default().to_owned();
    let names = vec![written.trim_matches(['{', '}']).to_owned()];
    Fragment::Value(Placeholder { written, names, span, unread: None, class: Some(class) })
}

fn choice(passage: &Passage, inner: Range<usize>, span: Range<usize>, depth: usize) -> Fragment {
    let (mut level, mut cuts) = (0, Vec::new());
    for (at, letter) in passage.text[inner.clone()].char_indices() {
        match letter {
            CHOICE => level += 1,
            CHOICE_END => level -= 1,
            BRANCH if level == 0 => cuts.push(inner.start + at),
            _ => {}
        }
    }
    let written = passage.text[inner.start..cuts.first().copied().unwrap_or(inner.end)].to_owned();
    let ends = cuts.iter().skip(1).copied().chain([inner.end]);
    let branches =
        cuts.iter().zip(ends).map(|(start, end)| fragments(passage, start + BRANCH.len_utf8()..end, depth + 1));
    Fragment::Choice(Choice::new(written, branches.collect(), span))
}

fn end_of(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut level = 0;
    for (at, letter) in text[start..end].char_indices() {
        match letter {
            CHOICE => level += 1,
            CHOICE_END if level == 1 => return Some(start + at),
            CHOICE_END => level -= 1,
            _ => {}
        }
    }
    None
}

/// The bytes of the values and choices of such a string, without those within choices.
pub(in crate::template) fn spans(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find([VALUE, CHOICE]).map(|found| at + found) {
        let is_value = text[start..].starts_with(VALUE);
        let end = if is_value {
            text[start..].find(VALUE_END).map(|end| start + end)
        } else {
            end_of(text, start, text.len())
        };
        let Some(end) = end else { break };
        at = end + VALUE_END.len_utf8();
        found.push(start..at);
    }
    found
}

/// Such a string as a person reads it: values and choices in braces.
pub(in crate::template) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            VALUE => {
                // Its class.
                letters.next();
                shown.push('{');
            }
            CHOICE => shown.push('{'),
            VALUE_END | CHOICE_END => shown.push('}'),
            BRANCH => shown.push_str(" | "),
            letter => shown.push(letter),
        }
    }
    shown
}

/// The choices that a line begins and ends.
pub(super) fn blocks(line: &str) -> (usize, usize) {
    (line.matches(CHOICE).count(), line.matches(CHOICE_END).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_cut_into_the_fragments_it_was_made_of() {
        let text = |text: &str| Fragment::Text(Passage { text: text.into(), map: SourceMap::verbatim(7) });
        let value = |written: &str| {
            let names = vec![written.to_owned()];
            let class = Some(ExpressionClass::Config);
            Fragment::Value(Placeholder { written: written.into(), names, span: 3..4, unread: None, class })
        };
        let inner = Choice::new("b".into(), vec![vec![value("y")], Vec::new()], 5..6);
        let branches = vec![vec![text("one "), Fragment::Choice(inner)], vec![text("two")]];
        let choice = Choice::new("a".into(), branches, 4..5);
        let all = vec![text("Hi "), value("x"), Fragment::Choice(choice), text(".\n")];
        let passage = encode(&all);
        assert_eq!(format!("{:?}", shape(&cut(&passage))), format!("{:?}", shape(&all)));
        assert_eq!(super::shown(&passage.text), "Hi {x}{a | one {b | {y} | } | two}.\n");
    }

    fn shape(fragments: &[Fragment]) -> Vec<String> {
        let one = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => passage.text.clone(),
            Fragment::Value(value) => format!("<{}>", value.written),
            Fragment::Choice(choice) => format!(
                "({}: {:?})",
                choice.written,
                choice.branches.iter().map(|branch| shape(branch)).collect::<Vec<_>>()
            ),
        };
        fragments.iter().map(one).collect()
    }
}
