//! Lines that came beside a change within a line: `left: 92` and then `left: 91` with a new line behind it are two changes.

use std::ops::Range;

use super::text::{Stretch, VALUE_WORDS, is_invisible, visible, word_count};
use super::value::{Surroundings, ValueKind};

/// Words up to which a part of a line is told from lines beside it; longer ones may be documents of one line and of several.
const FEW: usize = 28;

/// Words of paragraphs that come at once up to which values are looked for among them; longer ones may be a document.
const MOST: usize = 150;

/// Bytes with which two lines begin from which on they are versions of one.
const LABEL: usize = 4;

/// A stretch, or the two that it is made of: a change within a line, and lines that came or went behind or before that.
pub(super) fn apart(stretch: Stretch, old: &str, new: &str) -> Vec<Stretch> {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let is_longer = match (ours.contains('\n'), theirs.contains('\n')) {
        (false, true) => true,
        (true, false) => false,
        _ => return vec![stretch],
    };
    let (line, lines) = if is_longer { (ours, theirs) } else { (theirs, ours) };
    let starts = starts_a_line(old, stretch.old.start) && starts_a_line(new, stretch.new.start);
    let ends = ends_a_line(old, stretch.old.end) && ends_a_line(new, stretch.new.end);
    let whole = starts && ends;
    // Of whole lines the one that begins alike is the one that changed.
    let is_like = |other: Option<&str>| {
        let same = line.bytes().zip(other.unwrap_or_default().bytes()).take_while(|(one, other)| one == other).count();
        if same < LABEL { 0 } else { same }
    };
    let (first, last) = (is_like(lines.split('\n').next()), is_like(lines.rsplit('\n').next()));
    let ends = ends && (!starts || first > last);
    let at = match (starts, ends) {
        (_, true) => lines.find('\n').map(|end| lines[..end].trim_end_matches('\r').len()),
        (true, false) if !whole || last > 0 => lines.rfind('\n').map(|end| end + 1),
        _ => None,
    };
    let Some(at) = at else { return vec![stretch] };
    let (part, rest) = if ends { lines.split_at(at) } else { (&lines[at..], &lines[..at]) };
    let is_part = |text: &str| !text.trim().is_empty() && word_count(text) <= FEW;
    if !is_part(line) || !is_part(part) || rest.trim().is_empty() {
        return vec![stretch];
    }
    // The side of one line is all in the change within the line, before the others or behind them.
    let cut = |range: &Range<usize>, is_long: bool| {
        let middle = range.start
            + if is_long {
                at
            } else if ends {
                range.len()
            } else {
                0
            };
        (range.start..middle, middle..range.end)
    };
    let ((first, behind), (other, other_behind)) = (cut(&stretch.old, !is_longer), cut(&stretch.new, is_longer));
    vec![Stretch { old: first, new: other }, Stretch { old: behind, new: other_behind }]
}

/// The stretches that several paragraphs which came at once, or went, are made of: values are none of the text beside them.
pub(super) fn paragraphs_apart(stretch: Stretch, old: &str, new: &str) -> Vec<Stretch> {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let text = match (ours.trim().is_empty(), theirs.trim().is_empty()) {
        (true, false) => theirs,
        (false, true) => ours,
        _ => return vec![stretch],
    };
    if !text.trim().contains("\n\n") || word_count(text) > MOST {
        return vec![stretch];
    }
    // Blank lines belong to the paragraph before them, unless the first one begins with one.
    let offset = if text.starts_with('\n') { 0 } else { 2 };
    let ends = text.match_indices("\n\n").map(|(at, _)| at + offset).filter(|at| *at > 0 && *at < text.len());
    let ends: Vec<usize> = ends.chain([text.len()]).collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    let paragraphs: Vec<Range<usize>> = starts.zip(ends.iter().copied()).map(|(start, end)| start..end).collect();
    let is_value = |range: &Range<usize>| is_value(text[range.clone()].trim());
    // Text without a value between two of them is one part.
    let parts = paragraphs.chunk_by(|one, other| !is_value(one) && !is_value(other));
    let ends: Vec<usize> = parts.filter_map(|part| part.last()).map(|last| last.end).collect();
    let (mut cut, mut from) = (Vec::new(), 0);
    for end in ends {
        let part = |range: &Range<usize>, is_text: bool| match (is_text, from) {
            (true, _) => range.start + from..range.start + end,
            (false, 0) => range.clone(),
            (false, _) => range.end..range.end,
        };
        cut.push(Stretch {
            old: part(&stretch.old, std::ptr::eq(text, ours)),
            new: part(&stretch.new, std::ptr::eq(text, theirs)),
        });
        from = end;
    }
    cut
}

/// A paragraph that is a value with the words before it.
fn is_value(paragraph: &str) -> bool {
    let value = Surroundings { lines: paragraph, start: 0, end: paragraph.len(), before: "" };
    let kind = || ValueKind::guess(value);
    if word_count(paragraph) <= VALUE_WORDS {
        !paragraph.is_empty() && !matches!(kind(), ValueKind::Words | ValueKind::Number)
    } else {
        kind() == ValueKind::Environment
    }
}

/// A stretch, or the two that it is made of: text that came or went, and a letter that nobody sees before what stays.
pub(super) fn invisible_apart(stretch: Stretch, old: &str, new: &str) -> Vec<Stretch> {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let bare = |text: &str| text.trim_start_matches(is_invisible).len();
    // The bytes at the end that are the same but for such letters before them.
    let end = |long: &str, short: &str| {
        let same = bare(short);
        let start =
            long.len().checked_sub(same).filter(|start| *start > 0 && same > 0 && long.is_char_boundary(*start))?;
        let (rest, word) = long.split_at(start);
        let before = rest.trim_end_matches(is_invisible);
        let differs = rest.len() - before.len() != short.len() - same;
        (short.ends_with(word) && differs && !before.trim().is_empty()).then_some(long.len() - before.len())
    };
    // The last word alone, where other text differs before it on both sides.
    let last = |text: &str| text.len() - text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (ours_last, theirs_last) = (last(ours), last(theirs));
    let words = (&ours[ours.len() - ours_last..], &theirs[theirs.len() - theirs_last..]);
    let is_word = bare(words.0) > 0 && words.0 != words.1 && visible(words.0).eq(visible(words.1));
    let (ours_end, theirs_end) = match (end(theirs, ours), end(ours, theirs)) {
        (Some(end), _) => (ours.len(), end),
        (_, Some(end)) => (end, theirs.len()),
        _ if is_word && (ours_last, theirs_last) != (ours.len(), theirs.len()) => (ours_last, theirs_last),
        _ => return vec![stretch],
    };
    let (middle, other) = (stretch.old.end - ours_end, stretch.new.end - theirs_end);
    let Stretch { old, new } = stretch;
    vec![
        Stretch { old: old.start..middle, new: new.start..other },
        Stretch { old: middle..old.end, new: other..new.end },
    ]
}

fn starts_a_line(text: &str, at: usize) -> bool {
    at == 0 || text[..at].ends_with('\n')
}

fn ends_a_line(text: &str, at: usize) -> bool {
    at == text.len() || text[at..].starts_with(['\n', '\r'])
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
    fn lines_beside_a_value_are_a_change_of_their_own() {
        let rules = "Be brief, be polite, and never guess what a customer means.\n".repeat(3);
        let (old, new) = (format!("Left: 92\n\n{rules}"), format!("Left: 91\n\nIt is 10:05 now.\n\n{rules}"));
        assert_eq!(told(&old, &new), [("92", "91"), ("", "\n\nIt is 10:05 now.")]);
        assert_eq!(told(&new, &old), [("91", "92"), ("\n\nIt is 10:05 now.", "")]);
        let (old, new) = (format!("Anna is here.\n{rules}"), format!("A new rule.\nBert is here.\n{rules}"));
        assert_eq!(told(&old, &new), [("", "A new rule.\n"), ("Anna", "Bert")]);
    }

    #[test]
    fn lines_in_place_of_lines_are_one_change() {
        let (old, new) = ("Notes:\none\n\nThe end of it.", "Notes:\ntwo\nthree\n\nThe end of it.");
        assert_eq!(told(old, new).len(), 1);
    }
}
