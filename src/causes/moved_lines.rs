//! Lines that two texts have in another order, among differences of other kinds.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::key_order::json_parts;
use super::text::{Stretch, TextChange, floor};
use super::value::ValueKind;

/// Bytes from which on a line is told from others by its text.
const TELLING: usize = 12;

/// Items from which on a line is a list.
const LIST: usize = 3;

/// Stretches up to which each list is told by itself.
const MOST: usize = 64;

/// Letters of the longest word before the number of an item: `Example`, `Question`.
const LONGEST_WORD: usize = 12;

/// Bytes of the longest label of a line.
const LONGEST_LABEL: usize = 24;

/// The stretches that only bring lines into another order, and what is reordered.
pub(super) struct MovedLines {
    /// Of each stretch.
    changes: Vec<Option<TextChange>>,
}

impl MovedLines {
    /// Stretches that moved, of two texts with these, each with the kind of its value; `is_key_order` tells which only have the keys of
    /// JSON in another order.
    pub(super) fn new(
        old: &str,
        new: &str,
        stretches: &[(&Stretch, Option<ValueKind>)],
        is_key_order: &[bool],
    ) -> Option<Self> {
        let may_move = |(_, value): &(&Stretch, _)| !matches!(value, Some(ValueKind::Time | ValueKind::Counter));
        let all: Vec<bool> = stretches.iter().map(may_move).collect();
        let found = |is_moved: Vec<bool>| {
            let moved = stretches.iter().zip(&is_moved).filter(|(_, is_moved)| **is_moved);
            let moved: Vec<&Stretch> = moved.map(|((stretch, _), _)| *stretch).collect();
            let all = moved_together(old, new, &moved)?;
            let mut each = changes_by_list(old, new, &moved, all).into_iter();
            let changes = is_moved.iter().map(|is_moved| if *is_moved { each.next() } else { None }).collect();
            Some(Self { changes })
        };
        found(all.clone()).or_else(|| {
            let lines = KnownLines::new(old, new, stretches.iter().map(|(stretch, _)| *stretch));
            let may = all.into_iter().zip(is_key_order).map(|(may, is_key_order)| may && !is_key_order);
            let moved = stretches.iter().zip(may);
            found(moved.map(|((stretch, _), may)| may && lines.are_moved(old, new, stretch)).collect())
        })
    }

    /// The change of one of the stretches, if it is moved.
    pub(super) fn change(&self, index: usize) -> Option<TextChange> {
        self.changes[index]
    }
}

/// Lines in which two texts differ, each with the times that it stands in the old one and in the new one.
struct KnownLines<'a>(HashMap<Cow<'a, str>, (usize, usize)>);

impl<'a> KnownLines<'a> {
    fn new<'s>(old: &'a str, new: &'a str, stretches: impl Iterator<Item = &'s Stretch> + Clone) -> Self {
        let mut lines: HashMap<Cow<'_, str>, (usize, usize)> = HashMap::new();
        let (ours, theirs) = whole_lines(old, new, stretches);
        all_lines(&ours).for_each(|line| lines.entry(identity(line)).or_default().0 += 1);
        all_lines(&theirs).for_each(|line| lines.entry(identity(line)).or_default().1 += 1);
        Self(lines)
    }

    /// A line stands on both sides as often; a blank one too.
    fn is_moved(&self, line: &str) -> bool {
        self.0.get(&identity(line)).is_some_and(|(ours, theirs)| *ours > 0 && ours == theirs)
    }

    /// All lines of a stretch stand on the other side as well.
    fn are_moved(&self, old: &str, new: &str, stretch: &Stretch) -> bool {
        let (ours, theirs) = whole_lines(old, new, [stretch].into_iter());
        all_lines(&ours).chain(all_lines(&theirs)).all(|line| self.is_moved(line))
    }
}

/// The text by which a line is known again: one of JSON by its keys and values in whatever order, and so a list.
fn identity(line: &str) -> Cow<'_, str> {
    let line = line.trim();
    if line.contains('{') && line.contains("\":") { Cow::Owned(json_parts(line).join("\0")) } else { listed(line) }
}

/// A line without the number of its item: `Example 3: …`, `3. …`. Items that change places are numbered anew.
fn unnumbered(line: &str) -> &str {
    let word = line.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(0);
    let number = line[word..].trim_start_matches([' ', '#']);
    let rest = number.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_number = (1..=3).contains(&(number.len() - rest.len())) && word <= LONGEST_WORD;
    rest.strip_prefix(['.', ':', ')']).filter(|_| is_number).map_or(line, str::trim_start)
}

/// A line with the items of its list sorted, if it has one of at least three: `Tools: read, grep, edit`.
fn listed(line: &str) -> Cow<'_, str> {
    let start = line.find([':', '=', '[', '(']).map_or(0, |at| at + 1);
    let is_mark = |letter: char| letter.is_whitespace() || "[](){}.;".contains(letter);
    let items = || line[start..].split(',').map(|item| item.trim_matches(is_mark));
    if items().nth(LIST - 1).is_none() {
        return Cow::Borrowed(line);
    }
    let mut items: Vec<&str> = items().collect();
    items.sort_unstable();
    let words: Vec<&str> = line[..start].split_whitespace().collect();
    Cow::Owned(format!("{}\0{}", words.join(" "), items.join("\0")))
}

fn all_lines<'a>(texts: &[&'a str]) -> impl Iterator<Item = &'a str> {
    texts.iter().flat_map(|text| text.lines())
}

/// Divides whole lines that differ, given as stretches, so that those which only moved are stretches of their own; `None` where none
/// moved, or nothing else differs. With each part comes whether it moved.
pub(super) fn divided(old: &str, new: &str, lines: &[Stretch]) -> Option<Vec<(Stretch, bool)>> {
    let known = KnownLines::new(old, new, lines.iter());
    let is_moved = |line: &str| line.trim().len() >= TELLING && known.is_moved(line);
    let are_blanks_moved = known.is_moved("");
    let mut parts = Vec::new();
    for stretch in lines {
        let (before, after) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
        let (ours, theirs) = with_equal_blanks((before, around(before, is_moved)), (after, around(after, is_moved)));
        let (from, to) = (stretch.old.start, stretch.new.start);
        let part = |ours: Range<usize>, theirs: Range<usize>| Stretch {
            old: from + ours.start..from + ours.end,
            new: to + theirs.start..to + theirs.end,
        };
        let rest = |part: Stretch| {
            let is_blank = old[part.old.clone()].trim().is_empty() && new[part.new.clone()].trim().is_empty();
            (part, is_blank && are_blanks_moved)
        };
        parts.push(rest(part(0..ours.start, 0..theirs.start)));
        parts.push((part(ours.clone(), theirs.clone()), true));
        parts.push(rest(part(ours.end..stretch.old.len(), theirs.end..stretch.new.len())));
    }
    parts.retain(|(part, _)| !part.old.is_empty() || !part.new.is_empty());
    let has_telling = known.0.iter().any(|(line, (ours, theirs))| line.len() >= TELLING && *ours > 0 && ours == theirs);
    // Lines that stay where they are, with what stands in them in another order, are told apart as well.
    let are_in_place = || parts.len() > 1 && parts.iter().all(|(part, _)| is_in_place(old, new, part));
    (has_telling && (parts.iter().any(|(_, is_moved)| !is_moved) || are_in_place())).then_some(parts)
}

/// One line on both sides, of which only the parts have moved.
fn is_in_place(old: &str, new: &str, stretch: &Stretch) -> bool {
    let (ours, theirs) = (old[stretch.old.clone()].trim(), new[stretch.new.clone()].trim());
    !ours.contains('\n') && !theirs.contains('\n') && identity(ours) == identity(theirs)
}

/// The bytes from the first line that is moved to the last, with the blank lines around them; an empty range at the end if none is.
fn around(text: &str, is_moved: impl Fn(&str) -> bool) -> Range<usize> {
    let (mut at, mut told, mut found) = (0, 0, None);
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let (start, is_blank) = (at, line.trim().is_empty());
        at += line.len();
        if is_moved(line) {
            found = Some(found.map_or(told, |range: Range<usize>| range.start)..at);
            is_open = true;
        } else if let Some(range) = found.as_mut().filter(|range| is_blank && is_open && range.end == start) {
            range.end = at;
        } else {
            is_open = false;
        }
        if !is_blank {
            told = at;
        }
    }
    found.unwrap_or(text.len()..text.len())
}

/// Two ranges of lines without the blank lines at their ends that they do not have alike: those came beside other text.
fn with_equal_blanks(
    (old, ours): (&str, Range<usize>),
    (new, theirs): (&str, Range<usize>),
) -> (Range<usize>, Range<usize>) {
    let before = |text: &str, range: &Range<usize>| {
        let text = &text[range.clone()];
        text[..text.len() - text.trim_start().len()].rfind('\n').map_or(0, |end| end + 1)
    };
    let behind = |text: &str, range: &Range<usize>| {
        let text = &text[range.clone()];
        let end = text.trim_end().len();
        text[end..].find('\n').map_or(0, |at| text.len() - end - at - 1)
    };
    if ours.is_empty() || theirs.is_empty() {
        // Lines of which none stand here on the other side leave the blank lines to the text beside them.
        let alone = |text: &str, range: Range<usize>| {
            let start = if range.start > 0 { range.start + before(text, &range) } else { range.start };
            let end = if range.end < text.len() { range.end - behind(text, &range) } else { range.end };
            if range.is_empty() { range } else { start..end }
        };
        return (alone(old, ours), alone(new, theirs));
    }
    let cut = |(one, other): (usize, usize), (first, second): (&str, &str)| {
        if first == second { (0, 0) } else { (one, other) }
    };
    let starts = (before(old, &ours), before(new, &theirs));
    let starts = cut(starts, (&old[ours.start..][..starts.0], &new[theirs.start..][..starts.1]));
    let ends = (behind(old, &ours), behind(new, &theirs));
    let ends = cut(ends, (&old[ours.end - ends.0..ours.end], &new[theirs.end - ends.1..theirs.end]));
    (ours.start + starts.0..ours.end - ends.0, theirs.start + starts.1..theirs.end - ends.1)
}

/// All of these stretches together only bring lines into another order: of examples, if they look like such.
fn moved_together(old: &str, new: &str, moved: &[&Stretch]) -> Option<TextChange> {
    // Stretches are cut at words: whole lines tell whether they only moved.
    let (ours, theirs) = whole_lines(old, new, moved.iter().copied());
    let found = same_lines(&ours, &theirs).or_else(|| same_items(old, new, moved))?;
    // The tags and headings around examples stay where they are.
    let around = moved.first().map_or(0, |stretch| stretch.old.start);
    let before = &old[floor(old, around.saturating_sub(200))..around];
    Some(if before.to_lowercase().contains("example") { TextChange::ExamplesReordered } else { found })
}

/// The change of each of these stretches: lists of which the lines change places within each of them are told by themselves; `all` is that of
/// all of them together.
fn changes_by_list(old: &str, new: &str, moved: &[&Stretch], all: TextChange) -> Vec<TextChange> {
    if moved.len() > MOST {
        return vec![all; moved.len()];
    }
    let mut changes = Vec::with_capacity(moved.len());
    while changes.len() < moved.len() {
        let rest = &moved[changes.len()..];
        let list = (1..=rest.len()).find_map(|count| Some((count, moved_together(old, new, &rest[..count])?)));
        let (count, change) = list.unwrap_or((rest.len(), all));
        changes.extend(std::iter::repeat_n(change, count));
    }
    changes
}

/// The lines of both texts in which stretches stand, each once.
pub(super) fn whole_lines<'a, 's>(
    old: &'a str,
    new: &'a str,
    stretches: impl Iterator<Item = &'s Stretch>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for stretch in stretches {
        // Lines that came or went whole have no part of the line behind them.
        let is_whole = are_lines(old, &stretch.old) && are_lines(new, &stretch.new);
        add_lines(old, &stretch.old, is_whole, &mut ours);
        add_lines(new, &stretch.new, is_whole, &mut theirs);
    }
    let texts = |text: &'a str, lines: Vec<Range<usize>>| lines.into_iter().map(|range| &text[range]).collect();
    (texts(old, ours), texts(new, theirs))
}

fn are_lines(text: &str, range: &Range<usize>) -> bool {
    let is_edge = |at: usize| at == 0 || text[..at].ends_with('\n');
    is_edge(range.start) && (is_edge(range.end) || range.end == text.len())
}

fn add_lines(text: &str, range: &Range<usize>, is_whole: bool, lines: &mut Vec<Range<usize>>) {
    let first = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |end| range.end + end + 1);
    let (first, end) = if is_whole { (range.start, range.end) } else { (first, end) };
    match lines.last_mut() {
        Some(last) if first < last.end => last.end = last.end.max(end),
        _ => lines.push(first..end),
    }
}

/// The stretches bring the items of one list into another order, which stands within a line, as where a line is a whole prompt.
fn same_items(old: &str, new: &str, moved: &[&Stretch]) -> Option<TextChange> {
    let (first, last) = (moved.first()?, moved.last()?);
    let sorted = |text: &str| {
        let mut items: Vec<String> = text.split(',').map(|item| item.trim().to_owned()).collect();
        items.sort_unstable();
        items
    };
    let (ours, theirs) = (&old[first.old.start..last.old.end], &new[first.new.start..last.new.end]);
    let is_in_a_line = !ours.contains('\n') && !theirs.contains('\n');
    let is_list = is_in_a_line && ours.matches(',').count() + 1 >= LIST;
    (is_list && ours != theirs && sorted(ours) == sorted(theirs)).then_some(TextChange::Reordered)
}

fn same_lines(old: &[&str], new: &[&str]) -> Option<TextChange> {
    let sorted = |texts: &[&str]| {
        let mut lines: Vec<String> = texts
            .iter()
            .flat_map(|text| text.lines())
            .map(|line| listed(unnumbered(line.trim())).into_owned())
            .filter(|line| !line.is_empty())
            .collect();
        lines.sort_unstable();
        lines
    };
    let ours = sorted(old);
    // One line may move past others; brackets and blank lines tell nothing.
    let is_told = ours.len() >= 2 && old != new || ours.iter().any(|line| line.len() >= TELLING);
    if !is_told || ours != sorted(new) {
        return None;
    }
    let is_example = is_example(&old.concat()) || are_labelled(old);
    Some(if is_example { TextChange::ExamplesReordered } else { TextChange::Reordered })
}

/// Nearly all lines have one of two labels or more, each of which comes again: `Message: …` and `Label: …`, as examples are written.
fn are_labelled(texts: &[&str]) -> bool {
    let (mut labels, mut all): (HashMap<&str, usize>, usize) = (HashMap::new(), 0);
    for line in all_lines(texts).map(str::trim).filter(|line| !line.is_empty()) {
        all += 1;
        if let Some((label, _)) = line.split_once(": ").filter(|(label, _)| label.len() <= LONGEST_LABEL) {
            *labels.entry(label).or_default() += 1;
        }
    }
    labels.retain(|_, times| *times > 1);
    labels.len() > 1 && labels.values().sum::<usize>() * 5 >= all * 4
}

/// Tells whether a text looks like examples for the model.
pub fn is_example(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "example",
        "input:",
        "output:",
        "q:",
        "a:",
        "user:",
        "assistant:",
        "question:",
        "answer:",
        "few-shot",
        "->",
        "→",
        "=>",
    ]
    .iter()
    .any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::text::stretches;

    /// The differences of two texts, each with what is moved of it.
    fn told(old: &str, new: &str) -> Vec<(String, String, bool)> {
        let found = stretches(old, new);
        let valued: Vec<(&Stretch, Option<ValueKind>)> = found.iter().map(|stretch| (stretch, None)).collect();
        let moved = MovedLines::new(old, new, &valued, &vec![false; valued.len()]);
        let is_moved = |index| moved.as_ref().is_some_and(|moved| moved.change(index).is_some());
        let texts = |(index, stretch): (usize, &Stretch)| {
            (old[stretch.old.clone()].to_owned(), new[stretch.new.clone()].to_owned(), is_moved(index))
        };
        found.iter().enumerate().map(texts).collect()
    }

    #[test]
    fn examples_in_another_order_are_told_from_a_document_right_before_them() {
        let rules = "Be brief, be polite, and never guess what a customer means.\n\n".repeat(20);
        let examples = [
            "Q: Where is my parcel?\nA: On its way.",
            "Q: Can I return it?\nA: Yes, you can.",
            "Q: Who are you?\nA: A bot.",
        ];
        let prompt = |document: &str, order: [usize; 3]| {
            let examples = order.map(|index| examples[index]).join("\n\n");
            format!("{rules}Article:\n{document}\n\nExamples:\n\n{examples}\n\n{rules}")
        };
        let one = "Parcels that weigh more than ten kilos are brought by two people, who ring twice and then leave a card at the door.";
        let other = "Whoever moves house tells the depot a week before, or the next delivery goes to the old address and comes back.";
        let (old, new) = (prompt(one, [0, 1, 2]), prompt(other, [2, 0, 1]));
        let found = told(&old, &new);
        let unmoved: Vec<_> = found.iter().filter(|(.., is_moved)| !is_moved).collect();
        assert_eq!(unmoved.len(), 1, "{found:?}");
        assert!(one.contains(&*unmoved[0].0) && other.contains(&*unmoved[0].1), "{found:?}");
        assert!(found.iter().any(|(.., is_moved)| *is_moved));
    }

    #[test]
    fn what_is_only_moved_is_moved_whole() {
        let lines = [
            "- the first rule of the house",
            "- the second rule, which is longer",
            "- the third rule",
            "- and a fourth one",
        ];
        let old = lines.join("\n") + "\n" + &"Text that stays. ".repeat(80);
        let new = [3, 0, 2, 1].map(|index| lines[index]).join("\n") + "\n" + &"Text that stays. ".repeat(80);
        assert!(told(&old, &new).iter().all(|(.., is_moved)| *is_moved));
    }

    #[test]
    fn two_lists_that_each_change_order_in_a_line_are_told_apart() {
        let rules = "Be brief, be polite, and never guess what a customer means.\n\n".repeat(20);
        let prompt = |record: &str, fields: &str| {
            format!("{rules}{{{record}}}\n\nFields that may be named: {fields}\n\n{rules}")
        };
        let old =
            prompt(r#""price": 12, "owner": "Anna", "shelf": 77, "grade": 9"#, "depth, berth, owner, price, shelf");
        let new =
            prompt(r#""shelf": 77, "grade": 9, "price": 12, "owner": "Anna""#, "shelf, price, owner, berth, depth");
        let found = stretches(&old, &new);
        assert!(
            found.iter().all(|stretch| !new[stretch.new.clone()].contains('\n') || stretch.new.len() < 90),
            "{found:?}"
        );
        assert!(found.len() > 1);
    }
}
