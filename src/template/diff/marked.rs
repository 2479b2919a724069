//! Two lines in one, what differs in them marked: `the [-old-]{+new+} words`.

use std::ops::Range;

use crate::list_diff::{Algorithm, DiffOp, diff_ratio, list_diff};

/// Characters of equal text shown on each side of a difference.
const AROUND: usize = 32;

/// Characters of each side of a difference that are shown.
const LONGEST: usize = 60;

/// The share that two lines must have in common for their words to be compared.
const ALIKE: f32 = 0.5;

/// Two lines in one, around their first difference.
pub fn marked(old: &str, new: &str) -> String {
    if old.trim() == new.trim() && old != new {
        let ends = |text: &str| {
            let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len().max(1));
            (text[..start].to_owned(), text.get(end..).unwrap_or_default().trim_end_matches('\n').to_owned())
        };
        let ((before, behind), (start, end)) = (ends(old), ends(new));
        let shown = |gone: &str, came: &str| if gone == came { String::new() } else { differing(gone, came) };
        return format!("{}{}{}", shown(&before, &start), middle_out(new.trim(), true), shown(&behind, &end));
    }
    if let Some(shown) = put_in(old.trim(), new.trim()) {
        return shown;
    }
    let (ours, theirs) = (words(old.trim()), words(new.trim()));
    let operations = list_diff(Algorithm::Patience, &ours, &theirs);
    let is_part = |one: &str, other: &str| !one.is_empty() && other.contains(one);
    let alike = diff_ratio(&operations, ours.len(), theirs.len()) >= ALIKE;
    if !alike && !is_part(old.trim(), new.trim()) && !is_part(new.trim(), old.trim()) {
        return differing(old.trim(), new.trim());
    }
    let mut shown = String::new();
    for operation in operations {
        let (gone, came) = (ours[operation.old_range()].concat(), theirs[operation.new_range()].concat());
        if let DiffOp::Equal { .. } = operation {
            shown.push_str(&middle_out(&gone, shown.is_empty()));
        } else {
            shown.push_str(&differing(&gone, &came));
        }
        if shown.chars().count() > 4 * LONGEST {
            shown.push('…');
            break;
        }
    }
    shown
}

/// Two texts in one, if one of them is the other with something put into it in one place: the first line with words of what was put in, and
/// what stands beside it on that line. `None` for two other texts, and where one is empty.
pub(super) fn put_in(old: &str, new: &str) -> Option<String> {
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    let (short, long) = if old.len() < new.len() { (old, new) } else { (new, old) };
    let piece = inserted(short, long).filter(|_| !short.is_empty())?;
    let mut at = piece.start;
    let line = long[piece.clone()].split_inclusive('\n').find(|line| {
        at += line.len();
        has_words(line)
    })?;
    let (start, end) = (at - line.len(), at - (line.len() - line.trim_end_matches('\n').len()));
    let before = long[..start].rsplit('\n').next().filter(|_| start == piece.start).unwrap_or_default();
    let after = long[end..].split('\n').next().filter(|_| end == piece.end).unwrap_or_default();
    let after = if after.chars().count() > 2 * AROUND { cut(after, AROUND) } else { after.to_owned() };
    let put = long[start..end].to_owned();
    let shown = if short == old { differing("", &put) } else { differing(&put, "") };
    Some(format!("{}{shown}{after}", middle_out(before, true)))
}

/// The bytes of the longer text that are not in the shorter one; of the places that tell it equally well the one where a person would cut.
fn inserted(short: &str, long: &str) -> Option<Range<usize>> {
    let length = long.len().checked_sub(short.len()).filter(|length| *length > 0)?;
    let start = short.bytes().zip(long.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
    let end = short.bytes().rev().zip(long.bytes().rev()).take_while(|(ours, theirs)| ours == theirs).count();
    let starts = short.len().checked_sub(end).filter(|first| *first <= start)?..=start;
    let is_border = |start: &usize| long.is_char_boundary(*start) && long.is_char_boundary(start + length);
    let ranked = starts.filter(is_border).map(|start| (border(long, &(start..start + length)), start));
    let (rank, start) = ranked.max()?;
    (rank > 0).then_some(start..start + length)
}

/// The rank of a piece to cut out: lines, sentences, words, a word with the space before it, signs; none for a part of a word.
fn border(long: &str, piece: &Range<usize>) -> u8 {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let (before, within, after) = (&long[..piece.start], &long[piece.clone()], &long[piece.end..]);
    let (last, first) = (before.chars().next_back(), within.chars().next());
    let cuts_word =
        is_word(last) && is_word(first) || is_word(within.chars().next_back()) && is_word(after.chars().next());
    match last {
        _ if cuts_word => 0,
        None | Some('\n') => 5,
        Some(last) if last.is_whitespace() && before.trim_end().ends_with(['.', '!', '?', ':']) => 4,
        Some(last) if last.is_whitespace() => 3,
        _ if first.is_some_and(char::is_whitespace) => 2,
        _ => 1,
    }
}

/// The removed text and the added text.
fn differing(gone: &str, came: &str) -> String {
    let sides = [(gone, ("[-", "-]")), (came, ("{+", "+}"))];
    let there = sides.into_iter().filter(|(text, _)| !text.is_empty());
    there.map(|(text, marks)| format!("{}{}{}", marks.0, cut(text, LONGEST), marks.1)).collect()
}

/// Words with the space behind them.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut in_space = false;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        // An expression is the same whatever stands behind it.
        let is_behind_value = letter.is_whitespace() && text[..at].ends_with('}');
        if at > start && (in_space || !is_word) && (is_behind_value || !(in_space && letter.is_whitespace())) {
            words.push(&text[start..at]);
            start = at;
        }
        in_space = !is_word;
    }
    words.push(&text[start..]);
    words
}

/// Equal text, shortened in its middle, or at its beginning where nothing stands before it.
fn middle_out(text: &str, is_first: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (limit, length) = (if is_first { AROUND } else { 2 * AROUND }, letters.len());
    if length <= limit {
        return text.to_owned();
    }
    let end: String = letters[length - AROUND..].iter().collect();
    let start: String = if is_first { String::new() } else { letters[..AROUND].iter().collect() };
    format!("{start}…{end}")
}

fn cut(text: &str, longest: usize) -> String {
    let short: String = text.chars().take(longest).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_marked() {
        assert_eq!(marked("You are Bob, a clerk.", "You are Alice, a clerk."), "You are [-Bob-]{+Alice+}, a clerk.");
        assert_eq!(marked("same", "same {{ now }}"), "same{+ {{ now }}+}");
        assert_eq!(marked("Be kind. Be brief.", "Be kind. Be calm. Be brief."), "Be kind. {+Be calm. +}Be brief.");
        assert_eq!(marked("the old shop", "the shop"), "the [-old -]shop");
        assert_eq!(marked("in {{a}}.", "in {{a}} now."), "in {{a}}{+ now+}.");
        assert_eq!(marked("- Be brief.", "- Be brief.  "), "- Be brief.{+  +}");
        assert_eq!(marked("\ta", "  a"), "[-\t-]{+  +}a");
        let long = "word ".repeat(50);
        assert!(marked(&format!("{long}a"), &format!("{long}b")).starts_with('…'));
    }

    #[test]
    fn an_insertion_of_lines_is_shown_by_its_first_line() {
        let old = "</tools>{name || style | Use the name.}";
        let new = "</tools>\n\n<pictures>\nDraw what is asked for.\n</pictures>\n{name || style | Use the name.}";
        assert_eq!(put_in(old, new).as_deref(), Some("{+<pictures>+}"));
        assert_eq!(put_in(new, old).as_deref(), Some("[-<pictures>-]"));
        assert_eq!(put_in("a\nb", "a\nc\nd"), None);
        assert_eq!(put_in("", "a"), None);
        assert_eq!(put_in("Grüße, Übung", "Grüße, Überaus Übung").as_deref(), Some("Grüße, {+Überaus +}Übung"));
    }
}
