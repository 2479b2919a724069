//! Sentences: where long lines are cut, in any script.
//!
//! A sentence ends behind a full stop, a question or exclamation mark, or what other scripts have for them, with what closes behind
//! it, where a blank follows and then anything but a lower-case letter; behind `。` and its like at once. In doubt it goes on: behind
//! what may be an abbreviation or the number of a list, where a value or a number follows a full stop, and within braces. It never
//! goes beyond its line.
//!
//! `unicode-segmentation` was measured (2026-11): by its rules alone four of the texts in the test below are cut otherwise (behind
//! `Dr.`, behind a list's `1.`, within braces), and it takes four times as long.

use std::sync::LazyLock;

use regex::{Match, Regex};

/// Marks that no blank follows.
const AT_ONCE: [char; 5] = ['。', '！', '？', '｡', '︒'];

/// The longest word with a capital that may be an abbreviation: `Prof.`
const ABBREVIATION: usize = 4;

/// A text in sentences, each with the blanks or the end of the line behind it; a line's indentation stands alone where the line has
/// several.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<&str> {
    let (mut found, mut start) = (Vec::new(), 0);
    let mut seen = Seen::default();
    for mark in MARKS.find_iter(line) {
        seen.go_on(line, start, &mark);
        if ends(&line[start..mark.start()], &mark, &line[mark.end()..], &seen) && seen.braces <= 0 {
            let blanks = line[mark.end()..].len() - line[mark.end()..].trim_start().len();
            found.push(&line[start..mark.end() + blanks]);
            start = mark.end() + blanks;
        }
    }
    found.push(&line[start..]);
    let (indentation, first) = found[0].split_at(found[0].len() - found[0].trim_start().len());
    if found.len() > 1 && !indentation.is_empty() {
        found.splice(..1, [indentation, first]);
    }
    found
}

/// The parts of a line that decide at a mark, each looked at once however many marks there are.
#[derive(Default)]
struct Seen {
    to: usize,
    /// The braces that are open before the mark.
    braces: isize,
    /// The byte behind the last letter before it.
    letter: usize,
    has_letter: bool,
    /// The first letter, digit or beginning of a value behind it, and its byte.
    next: Option<char>,
    next_at: usize,
}

impl Seen {
    /// Goes on to a mark of a line in which a sentence begins at a byte.
    fn go_on(&mut self, line: &str, start: usize, mark: &Match<'_>) {
        for (at, letter) in line[self.to..mark.start()].char_indices() {
            match letter {
                '{' => self.braces += 1,
                '}' => self.braces -= 1,
                letter if letter.is_alphabetic() => self.letter = self.to + at + letter.len_utf8(),
                _ => {}
            }
        }
        self.to = mark.start();
        self.has_letter = self.letter > start;
        if self.next_at < mark.end() {
            let mut behind = line[mark.end()..].char_indices();
            let next = behind.find(|(_, letter)| letter.is_alphanumeric() || "{<$".contains(*letter));
            self.next = next.map(|(_, letter)| letter);
            self.next_at = next.map_or(usize::MAX, |(at, _)| mark.end() + at);
        }
    }
}

/// Tells whether a sentence ends at a mark.
fn ends(before: &str, mark: &Match<'_>, after: &str, seen: &Seen) -> bool {
    let Some(next) = seen.next.filter(|next| !next.is_lowercase() && seen.has_letter) else { return false };
    if mark.as_str().contains(AT_ONCE) {
        return true;
    }
    let is_stop = mark.as_str().starts_with(['.', '…']);
    after.starts_with(char::is_whitespace) && (!is_stop || next.is_alphabetic() && !is_abbreviated(before))
}

/// Tells whether the last word may be an abbreviation or a list's number: a letter, a short word with a capital, one or two digits.
fn is_abbreviated(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    if last.len() <= 2 && last.chars().all(|letter| letter.is_ascii_digit()) {
        return true;
    }
    let word = text.rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let is_capital = word.starts_with(char::is_uppercase) && word.chars().count() <= ABBREVIATION;
    is_capital || word.chars().count() == 1 && word.is_ascii()
}

/// The space between two sentences.
pub(super) fn gap(before: &str) -> &'static str {
    if before.is_empty() || before.ends_with(char::is_whitespace) || before.ends_with(AT_ONCE) { "" } else { " " }
}

static MARKS: LazyLock<Regex> =
    LazyLock::new(|| match Regex::new(r#"[\p{sb=STerm}\p{sb=ATerm}…]+[\p{Pe}\p{Pf}"'*_`]*"#) {
        Ok(marks) => marks,
        Err(error) => unreachable!("a constant that runs in tests: {error}"),
    });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_sentences() {
        let texts: [&[&str]; 11] = [
            &["Be kind. ", "Today is {{ today }}. ", "You help.\n", "Never guess!"],
            &["He said \"Stop now.\" ", "**Never** do!) ", "Why? ", "{{ reason }} is why."],
            &["  ", "Indented. ", "Twice."],
            &["  Indented once."],
            &["今天是{{ today }}。", "你是助手！", "请回答。"],
            &["आज {{ today }} है। ", "नम्र रहें।"],
            &["اليوم {{ today }}؟ ", "كن مهذبا."],
            &["Ask Dr. Miller of No. 5, e.g. {{ x }} or approx. 3.5 kg. or version 2. {{ y }} too"],
            &["Rules: 1. Be kind, etc. and so on. 2. Call {{ name }}."],
            &["{{ x | default('A. B') }} is {# a. B #} here. ", "Behind a stop. {{ y }} goes on."],
            &[""],
        ];
        for sentences_of in texts {
            let expected: Vec<&str> = sentences_of.iter().copied().filter(|text| !text.is_empty()).collect();
            assert_eq!(sentences(&sentences_of.concat()), expected);
        }
    }
}
