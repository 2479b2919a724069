//! Two lines in one, what differs in them marked: `the [-old-]{+new+} words`.

use crate::list_diff::{Algorithm, DiffOp, diff_ratio, list_diff};

/// Characters of equal text shown on each side of a difference.
const AROUND: usize = 32;

/// Characters of each side of a difference that are shown.
const LONGEST: usize = 60;

/// The share that two lines must have in common for their words to be compared.
const ALIKE: f32 = 0.5;

/// Two lines in one, around their first difference.
pub fn marked(old: &str, new: &str) -> String {
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
        if at > start && (in_space || !is_word) && !(in_space && letter.is_whitespace()) {
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
        let long = "word ".repeat(50);
        assert!(marked(&format!("{long}a"), &format!("{long}b")).starts_with('…'));
    }
}
