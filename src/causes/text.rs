//! Two versions of a text: the stretches that differ, and what kind of difference each is.

use std::collections::HashMap;
use std::ops::Range;

use super::came_beside::{apart, invisible_apart, paragraphs_apart};
use super::key_order::is_key_order;
use super::moved_lines;
use super::strays::{joined, without_strays};
use super::value::{Surroundings, ValueKind};
use crate::list_diff::{Algorithm, DiffOp, list_diff};

/// A stretch that differs, as bytes of both texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

impl Stretch {
    /// The same of texts before which others stand, of so many bytes.
    fn shifted(self, before_old: usize, before_new: usize) -> Self {
        Self {
            old: self.old.start + before_old..self.old.end + before_old,
            new: self.new.start + before_new..self.new.end + before_new,
        }
    }
}

/// The kind of a difference between two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TextChange {
    /// In line endings alone.
    LineEndings,
    /// In white space and invisible characters alone.
    Whitespace,
    /// In the order of the keys of JSON alone.
    KeyOrder,
    /// In the order of lines alone.
    Reordered,
    /// The same of examples.
    ExamplesReordered,
    /// In a value.
    Value(ValueKind),
    /// In text that only one side has, or in wording.
    Wording,
}

/// Bytes up to which texts are compared by words; longer ones are compared by lines first, and lines that differ by words.
const FEW_BYTES: usize = 1_000;

/// Words that are compared one by one; longer texts differ as a whole.
const MOST_WORDS: usize = 4_000;

/// Words from which on texts of other words are not compared one by one: that would take long, and say nothing.
const FEW_WORDS: usize = 200;

/// Words up to which a stretch may be a value.
pub(super) const VALUE_WORDS: usize = 14;

/// The stretches in which two texts differ, in order.
pub(super) fn stretches(old: &str, new: &str) -> Vec<Stretch> {
    let (start, end) = common_ends(old, new);
    let differing = |text: &str| text.len() - start - end;
    if differing(old) == 0 && differing(new) == 0 {
        return Vec::new();
    }
    let is_short = differing(old).max(differing(new)) <= FEW_BYTES;
    let found = by_lines(old, new, at_lines(old, (start, end)), is_short);
    found.unwrap_or_else(|| {
        let (ours, theirs) = (start..old.len() - end, start..new.len() - end);
        whole(between(old, new, &Stretch { old: ours, new: theirs }), old, new)
    })
}

/// The bytes that two texts begin and end with alike, cut back to where lines begin and end.
fn at_lines(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    let behind = &text[text.len() - end..];
    (text[..start].rfind('\n').map_or(0, |at| at + 1), behind.find('\n').map_or(0, |at| end - at - 1))
}

/// Stretches of a text with those that belong together as one, without the words that both sides of one begin or end with.
fn whole(stretches: Vec<Stretch>, old: &str, new: &str) -> Vec<Stretch> {
    let found = without_strays(joined(stretches, old, new), old, new);
    let found = found.into_iter().map(|stretch| without_common_words(&stretch, old, new));
    let found = found.flat_map(|stretch| match &apart(stretch, old, new)[..] {
        [whole] => vec![whole.clone()],
        parts => parts.iter().map(|part| without_common_words(part, old, new)).collect(),
    });
    let mut ends = (0, 0);
    let found = found.map(|stretch| {
        let stretch = from_line_start(stretch, ends, old, new);
        ends = (stretch.old.end, stretch.new.end);
        stretch
    });
    let found = found.flat_map(|stretch| paragraphs_apart(stretch, old, new));
    let found = found.flat_map(|stretch| invisible_apart(stretch, old, new));
    found.flat_map(|stretch| without_blanks(stretch, old, new)).collect()
}

/// Lines that came or went as they stand, behind the stretch that ends here: where the next line begins with the same words, those may be taken
/// for the beginning of what came.
fn from_line_start(stretch: Stretch, (old_end, new_end): (usize, usize), old: &str, new: &str) -> Stretch {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let lines = match (ours.is_empty(), theirs.is_empty()) {
        (true, false) => theirs,
        (false, true) => ours,
        _ => return stretch,
    };
    let begun = lines.rfind('\n').map_or("", |end| &lines[end + 1..]);
    let before = |text: &str, range: &Range<usize>, end: usize| {
        let rest = text[..range.start].strip_suffix(begun)?;
        ((rest.is_empty() || rest.ends_with('\n')) && rest.len() >= end).then_some(rest.len())
    };
    let (Some(from), Some(to)) = (before(old, &stretch.old, old_end), before(new, &stretch.new, new_end)) else {
        return stretch;
    };
    Stretch { old: from..from + stretch.old.len(), new: to..to + stretch.new.len() }
}

/// Words that differ, and the blanks behind them if those differ too, or only one side has some before the end of its line.
fn without_blanks(stretch: Stretch, old: &str, new: &str) -> Vec<Stretch> {
    let blanks = |text: &str| text.len() - text.trim_end_matches([' ', '\t']).len();
    let (ours, theirs) = (blanks(&old[stretch.old.clone()]), blanks(&new[stretch.new.clone()]));
    let has_words = |ours, theirs| ours < stretch.old.len() && theirs < stretch.new.len();
    if ours > 0 && theirs > 0 && has_words(ours, theirs) {
        return divided_before_end(&stretch, (ours, theirs)).to_vec();
    }
    let space = |text: &str| text.len() - text.trim_end().len();
    let (ours, theirs) = (space(&old[stretch.old.clone()]), space(&new[stretch.new.clone()]));
    let ends_a_line = |text: &str, end: usize| text[end..].is_empty() || text[end..].starts_with(['\n', '\r']);
    let is_blank = |text: &str, range: &Range<usize>, space: usize| {
        let blank = &text[range.end - space..range.end];
        blank.starts_with([' ', '\t']) && (blank.ends_with('\n') || ends_a_line(text, range.end))
    };
    let is_left = match (ours, theirs) {
        (0, _) => is_blank(new, &stretch.new, theirs) && ends_a_line(old, stretch.old.end),
        (_, 0) => is_blank(old, &stretch.old, ours) && ends_a_line(new, stretch.new.end),
        _ => false,
    };
    if !is_left || !has_words(ours, theirs) {
        return vec![stretch];
    }
    let [words, blanks] = divided_before_end(&stretch, (ours, theirs));
    vec![without_common_words(&words, old, new), blanks]
}

/// A stretch, and so many bytes of both sides at its end.
fn divided_before_end(stretch: &Stretch, (ours, theirs): (usize, usize)) -> [Stretch; 2] {
    let (old, new) = (stretch.old.end - ours, stretch.new.end - theirs);
    let words = Stretch { old: stretch.old.start..old, new: stretch.new.start..new };
    [words, Stretch { old: old..stretch.old.end, new: new..stretch.new.end }]
}

/// The stretches of two texts between bytes that they begin and end with alike, by lines and then by words. Lines that moved among others
/// that differ are stretches of their own; `None` of a short text without such lines.
fn by_lines(old: &str, new: &str, (start, end): (usize, usize), is_short: bool) -> Option<Vec<Stretch>> {
    let (ours, theirs) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let lines: Vec<Stretch> =
        differing_lines(ours, theirs).into_iter().map(|stretch| stretch.shifted(start, start)).collect();
    let Some(parts) = moved_lines::divided(old, new, &lines) else {
        let found = || whole(lines.iter().flat_map(|lines| between(old, new, lines)).collect(), old, new);
        return (!is_short).then(found);
    };
    let runs = parts.chunk_by(|(_, one), (_, other)| one == other);
    let stretches = runs.flat_map(|run| match run {
        [(_, true), ..] => run.iter().map(|(part, _)| part.clone()).collect(),
        _ => whole(run.iter().flat_map(|(part, _)| between(old, new, part)).collect(), old, new),
    });
    Some(stretches.collect())
}

/// The lines in which two texts differ. A last line without an end is the same as one that others follow.
fn differing_lines(old: &str, new: &str) -> Vec<Stretch> {
    if old.is_empty() || new.is_empty() {
        return vec![Stretch { old: 0..old.len(), new: 0..new.len() }];
    }
    let ended = |text: &str| if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    let (ours, theirs) = (ended(old), ended(new));
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let mut found = diff(&lines(&ours), &lines(&theirs));
    let is_added = (ours.len() > old.len(), theirs.len() > new.len());
    match found.last_mut() {
        Some(last) if last.old.end == ours.len() && last.new.end == theirs.len() => {
            if last.old.start > old.len() || last.new.start > new.len() {
                // The line before has an end on one side alone: there it is a part of what follows.
                last.old.start -= 1;
                last.new.start -= 1;
            }
            (last.old.end, last.new.end) = (old.len(), new.len());
        }
        _ if is_added.0 != is_added.1 => {
            let end = |text: &str, is_added: bool| text.len() - usize::from(!is_added)..text.len();
            found.push(Stretch { old: end(old, is_added.0), new: end(new, is_added.1) });
        }
        _ => {}
    }
    found
}

/// The stretches within one, by words.
fn between(old: &str, new: &str, stretch: &Stretch) -> Vec<Stretch> {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let (start, end) = common_ends(ours, theirs);
    let within = by_words(&ours[start..ours.len() - end], &theirs[start..theirs.len() - end]);
    within.into_iter().map(|found| found.shifted(stretch.old.start + start, stretch.new.start + start)).collect()
}

fn by_words(old: &str, new: &str) -> Vec<Stretch> {
    let (ours, theirs) = (words(old), words(new));
    let most = ours.len().max(theirs.len());
    if most > MOST_WORDS || most > FEW_WORDS && have_little_in_common(&ours, &theirs) {
        return vec![Stretch { old: 0..old.len(), new: 0..new.len() }];
    }
    diff(&ours, &theirs)
}

/// Most words of two lists are in one of them alone, whatever their order; those of a short one that are all in the other are a part of it.
fn have_little_in_common(ours: &[&str], theirs: &[&str]) -> bool {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    let (mut before, mut now) = (0, 0);
    for (words, sign, all) in [(ours, 1, &mut before), (theirs, -1, &mut now)] {
        // Space stands between the words of any text.
        for word in words.iter().filter(|word| !word.starts_with(char::is_whitespace)) {
            *counts.entry(word).or_default() += sign;
            *all += 1;
        }
    }
    let differing: u64 = counts.values().map(|count| count.unsigned_abs()).sum();
    let common = (before + now - differing) / 2;
    let shorter = before.min(now);
    differing * 2 > before + now && (shorter == 0 || common * 4 < shorter * 3)
}

/// The bytes that two texts begin and end with alike, cut back to where words begin and end.
fn common_ends(old: &str, new: &str) -> (usize, usize) {
    let same = |(ours, theirs): &(u8, u8)| ours == theirs;
    let mut start = old.bytes().zip(new.bytes()).take_while(same).count();
    let is_between = |letter: char| letter.is_whitespace() || stands_alone(letter);
    let is_edge = |text: &str, at: usize| text.is_char_boundary(at) && (at == 0 || text[..at].ends_with(is_between));
    while !(is_edge(old, start) && is_edge(new, start)) {
        start -= 1;
    }
    let most = old.len().min(new.len()) - start;
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(same).count();
    let is_end = |text: &str, end: usize| {
        let at = text.len() - end;
        text.is_char_boundary(at) && (end == 0 || text[at..].starts_with(is_between))
    };
    while !(is_end(old, end) && is_end(new, end)) {
        end -= 1;
    }
    (start, end)
}

/// A letter or a mark of a script that is written without space between words, each of which is read as a word.
pub(super) fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff65}')
}

/// Words of a text as people count them: of scripts without space about three letters are one.
pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().count() + text.chars().filter(|letter| stands_alone(*letter)).count() / 3
}

/// Words and what stands between them, in order.
pub(super) fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start) = (Vec::new(), 0);
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let kind = (letter.is_whitespace(), stands_alone(letter));
        // Each line end stands alone, so that lines stay lines.
        let is_line_end = match letter {
            '\n' => !text[start..at].ends_with('\r'),
            '\r' => text[at..].starts_with("\r\n"),
            _ => false,
        };
        if before.is_some_and(|before| before != kind || kind.1) || is_line_end && at > start {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(kind);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

fn diff(old: &[&str], new: &[&str]) -> Vec<Stretch> {
    let starts = |parts: &[&str]| {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(parts.iter().map(|part| {
            at += part.len();
            at
        }));
        starts
    };
    let (ours, theirs) = (starts(old), starts(new));
    let operations = list_diff(Algorithm::Patience, old, new);
    let differing = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    let ranges = differing.map(|operation| (operation.old_range(), operation.new_range()));
    ranges
        .map(|(old, new)| Stretch { old: ours[old.start]..ours[old.end], new: theirs[new.start]..theirs[new.end] })
        .collect()
}

/// A stretch without the words that both sides begin or end with, of which one side may be left empty.
fn without_common_words(stretch: &Stretch, old: &str, new: &str) -> Stretch {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let (before, behind) = (words(ours), words(theirs));
    let same = |(ours, theirs): &(&&str, &&str)| ours == theirs;
    let length = |words: &[&str]| words.iter().map(|word| word.len()).sum::<usize>();
    let first = before.iter().zip(&behind).take_while(same).count();
    let (rest, other) = (&before[first..], &behind[first..]);
    let last = rest.iter().rev().zip(other.iter().rev()).take_while(same).count();
    let (start, end) = (length(&before[..first]), length(&rest[rest.len() - last..]));
    Stretch {
        old: stretch.old.start + start..stretch.old.end - end,
        new: stretch.new.start + start..stretch.new.end - end,
    }
}

/// Tells whether either side is longer than a value.
pub(super) fn is_long(old: &str, new: &str) -> bool {
    word_count(old).max(word_count(new)) > VALUE_WORDS
}

/// The kind of one of the stretches, which has a value of such a kind; `moved` says that all of them only bring lines into another
/// order.
pub(super) fn kind(
    old: &str,
    new: &str,
    (stretch, value): (&Stretch, Option<ValueKind>),
    moved: Option<TextChange>,
) -> TextChange {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    if ours.replace('\r', "") == theirs.replace('\r', "")
        || ours.replace("\r\n", "\n").replace('\r', "\n") == theirs.replace("\r\n", "\n").replace('\r', "\n")
    {
        return TextChange::LineEndings;
    }
    if visible(ours).eq(visible(theirs)) {
        return TextChange::Whitespace;
    }
    if let Some(moved) = moved.filter(|_| !matches!(value, Some(ValueKind::Time | ValueKind::Counter))) {
        return moved;
    }
    if is_key_order(ours, theirs) {
        return TextChange::KeyOrder;
    }
    value.map_or(TextChange::Wording, TextChange::Value)
}

/// The kind of the values on both sides, if both are short enough to be values; words are values only in place of words.
pub(super) fn value_kind(old: &str, new: &str, stretch: &Stretch) -> Option<ValueKind> {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let one_sided = ours.trim().is_empty() || theirs.trim().is_empty();
    let is_short = |text: &str| word_count(text) <= VALUE_WORDS;
    if !is_short(ours) || !is_short(theirs) {
        return of_list(old, new, stretch);
    }
    let trimmed = trimmed(old, new, stretch);
    let sides = [(old, &trimmed.old, ours), (new, &trimmed.new, theirs)];
    let kinds = sides.into_iter().filter(|(.., side)| !side.trim().is_empty());
    let kinds: Vec<ValueKind> = kinds.map(|(text, range, _)| ValueKind::guess(surroundings(text, range))).collect();
    let kind = match kinds[..] {
        [one] => one,
        [one, other] if one == other => one,
        // The surer of both sides: a time beside a number is a time. Words are a value in place of words alone.
        [one, other] => {
            if one.max(other) == ValueKind::Words {
                ValueKind::Words
            } else {
                one.min(other)
            }
        }
        _ => return None,
    };
    if kind == ValueKind::Words && are_same_but_for_digits(ours, theirs) {
        return Some(ValueKind::Number);
    }
    (!(one_sided && kind == ValueKind::Words)).then_some(kind)
}

/// Measures, as of the weather: numbers among words that stay.
fn are_same_but_for_digits(ours: &str, theirs: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|letter: char| letter.is_ascii_digit()).map(str::to_owned).filter(|word| !word.is_empty()).collect()
    };
    ours.contains(|letter: char| letter.is_ascii_digit()) && ours != theirs && words(ours) == words(theirs)
}

/// Many lines may be the state of a repository.
fn of_list(old: &str, new: &str, stretch: &Stretch) -> Option<ValueKind> {
    let sides = [(old, &stretch.old), (new, &stretch.new)];
    let mut kinds = sides.into_iter().filter(|(text, range)| !text[(*range).clone()].trim().is_empty());
    kinds
        .all(|(text, range)| ValueKind::guess(surroundings(text, range)) == ValueKind::Environment)
        .then_some(ValueKind::Environment)
}

/// A stretch without the letters that both sides begin and end with, up to the edges of words.
pub(super) fn trimmed(old: &str, new: &str, stretch: &Stretch) -> Stretch {
    let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
    let is_inner = |letter: char| letter.is_alphanumeric() || "_.:-/@+".contains(letter);
    let start: usize = {
        let same = ours.chars().zip(theirs.chars()).take_while(|(ours, theirs)| ours == theirs);
        let same: Vec<char> = same.map(|(letter, _)| letter).collect();
        let keep = same.iter().rposition(|letter| !is_inner(*letter)).map_or(0, |at| at + 1);
        same[..keep].iter().map(|letter| letter.len_utf8()).sum()
    };
    let (ours, theirs) = (&ours[start..], &theirs[start..]);
    let end: usize = {
        let same = ours.chars().rev().zip(theirs.chars().rev()).take_while(|(ours, theirs)| ours == theirs);
        let same: Vec<char> = same.map(|(letter, _)| letter).collect();
        let keep = same.iter().rposition(|letter| !is_inner(*letter)).map_or(0, |at| at + 1);
        same[..keep].iter().map(|letter| letter.len_utf8()).sum()
    };
    Stretch {
        old: stretch.old.start + start..stretch.old.end - end,
        new: stretch.new.start + start..stretch.new.end - end,
    }
}

/// The lines around a stretch and some before them.
fn surroundings<'a>(text: &'a str, range: &Range<usize>) -> Surroundings<'a> {
    let first = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
    let last = text[range.end..].find('\n').map_or(text.len(), |end| range.end + end);
    // A line may be a whole prompt: what is far away tells nothing.
    let first = floor(text, first.max(range.start.saturating_sub(120)));
    let last = floor(text, last.min(range.end + 60)).max(range.end);
    let before = floor(text, first.saturating_sub(400));
    Surroundings {
        lines: &text[first..last],
        start: range.start - first,
        end: range.end - first,
        before: &text[before..first],
    }
}

pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The letters that a reader sees.
pub(super) fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| !letter.is_whitespace() && !is_invisible(*letter))
}

/// A letter that nobody sees, and that is no space.
pub(super) fn is_invisible(letter: char) -> bool {
    "\u{feff}\u{200b}\u{200c}\u{200d}\u{2060}\u{ad}".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_paragraph_that_comes_or_goes_is_one_stretch() {
        let rules = "Be brief, be polite, and never guess what a customer means.\n\n".repeat(30);
        let (short, long) = (format!("{rules}Say so."), format!("{rules}Say so.\n\nAsk again if a date is missing."));
        for (old, new) in [(&long, &short), (&short, &long)] {
            let found = stretches(old, new);
            let [stretch] = &found[..] else { panic!("{found:?}") };
            assert_eq!(format!("{}{}", &old[stretch.old.clone()], &new[stretch.new.clone()]), long[short.len()..]);
        }
    }

    #[test]
    fn lines_without_their_differences_are_those_of_the_other_text() {
        let texts = ["a", "a\n", "a\nb", "a\n\nb", "b", "\nb\n", "a\nb\nc", "c\n\na\n", ""];
        for (old, new) in texts.iter().flat_map(|old| texts.map(|new| (*old, new))) {
            let (mut merged, mut at) = (String::new(), 0);
            for Stretch { old: ours, new: theirs } in differing_lines(old, new) {
                merged += &new[at..theirs.start];
                merged += &old[ours];
                at = theirs.end;
            }
            assert_eq!(merged + &new[at..], old, "{old:?} {new:?}");
        }
    }
}
