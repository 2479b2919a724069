//! Lines that came beside a change within a line: `left: 92` and then `left: 91` with a new line behind it are two changes.

use std::ops::Range;

use super::text::{Stretch, word_count};

/// Words up to which a part of a line is told from lines beside it; longer ones may be documents of one line and of several.
const FEW: usize = 28;

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
    let at = match (starts, ends) {
        (false, true) => lines.find('\n').map(|end| lines[..end].trim_end_matches('\r').len()),
        (true, false) => lines.rfind('\n').map(|end| end + 1),
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
