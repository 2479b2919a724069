//! Likeness of texts to what no model is asked with: code, pages, queries, addresses, lists of names.

use super::patterns::{CJK, CODE_LINE, CODE_START, OPENING, PLACEHOLDER_END, PLACEHOLDER_LINE};
use super::words;

/// The word that stands for a value.
pub(super) const VALUE: &str = "…";

/// The bytes of the longest word of a person, an address or a path.
const LONGEST_WORD: usize = 300;

/// Tells whether a text is code, a page, a query or an address.
pub(super) fn looks_like_code(text: &str, is_named: bool) -> bool {
    // A key, a picture.
    let is_data = text.split_whitespace().any(|word| word.len() > LONGEST_WORD && word.is_ascii());
    if is_data || CODE_START.is_match(text) {
        return true;
    }
    let of_patterns = |line: &str| ["\\b", "(?:", "\\s+", "\\w+", "[^"].iter().any(|mark| line.contains(mark));
    let (mut words, mut all) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(60) {
        all += 1;
        words += usize::from(of_patterns(line) || is_phrase(line));
    }
    // A list of words or patterns that a program looks for.
    if all > 1 && words * 10 > all * 8 && !text.contains(VALUE) {
        return true;
    }
    if is_named || OPENING.is_match(text) || text.contains("ou are ") {
        return false;
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(60).collect();
    let is_code = |line: &&&str| {
        let is_open = line.ends_with('}') && PLACEHOLDER_END.is_match(line);
        let is_marked = line.ends_with([';', '{', '}']) && !is_open || CODE_LINE.is_match(line);
        is_marked && !PLACEHOLDER_LINE.is_match(line) && !is_section_tag(line)
    };
    let code = lines.iter().filter(is_code).count();
    // A list of names. Tags and the values between them tell nothing.
    let is_place = |line: &str| line == VALUE || PLACEHOLDER_LINE.is_match(line);
    let told: Vec<&&str> = lines.iter().filter(|line| !is_section_tag(line) && !is_place(line)).collect();
    let has_sections = told.len() + 3 < lines.len() || lines.iter().filter(|line| is_place(line)).count() > 1;
    // Chinese and Japanese have no blanks between words.
    let is_dense = |line: &str| CJK.find_iter(line).nth(5).is_some();
    let short = told.iter().filter(|line| line.split_whitespace().count() < 3 && !is_dense(line)).count();
    let is_of_words =
        lines.len() > 1 && lines.iter().all(|line| !line.contains(' ') && !is_dense(line)) && !has_sections;
    if is_of_words || told.len() > 4 && short * 10 > told.len() * 8 {
        return true;
    }
    let spaces = text.split_whitespace().count();
    code * 10 > lines.len() * 5 && lines.len() > 1 || spaces < 2 && !is_dense(text)
}

/// Tells whether a line is a word or two in small letters without a mark: no sentence, no heading.
fn is_phrase(line: &str) -> bool {
    let line = line.trim();
    line.split_whitespace().nth(2).is_none()
        && line.chars().all(|letter| letter.is_lowercase() || letter == ' ' || letter == '\'')
}

/// Tells whether a line is one tag around a part of a prompt, such as `<trajectory>`, and no element of a page.
pub(super) fn is_section_tag(line: &str) -> bool {
    let name = line.strip_prefix('<').and_then(|line| line.strip_suffix('>')).unwrap_or_default();
    let name = name.strip_prefix('/').unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_- ".contains(letter));
    is_name && !words::has(words::ELEMENTS, &name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_no_prompt() {
        assert!(looks_like_code("SELECT a\nFROM b", false));
        assert!(looks_like_code("<html><p>You are here</p></html>", false));
        assert!(looks_like_code("https://example.com/you/are", false));
        assert!(!looks_like_code("Select the best answer from the list.", false));
    }
}
