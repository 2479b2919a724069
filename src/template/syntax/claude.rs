//! Commands of Claude Code: `$ARGUMENTS`, `$1`, ``!`command` `` and `@file`.

use std::sync::LazyLock;

use regex::Regex;

use super::tag::{Tag, cut_at};
use crate::template::fences::Fences;
use crate::template::{Fragment, Passage, UnreadReason};

/// The letters from which on a name in capitals alone is a file's: `@README`.
const SHORTEST_NAME_IN_CAPITALS: usize = 3;

static PLACES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)\$ARGUMENTS(?:\[\d+\])?|\$\d\b|!`[^`\n]+`|(?:^|\s)(@[\w~./-]*[\w/])").ok());

/// An amount of money with a point or two digits.
static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\d+[.,]\d|\$\d\d").ok());

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let fences = Fences::new(&passage.text);
    let tag = |captures: regex::Captures<'_>| {
        // A file that is named is inserted.
        if let Some(file) = captures.get(1) {
            // In code nothing is inserted.
            let line = passage.text[..file.start()].rsplit('\n').next().unwrap_or_default();
            let in_code = fences.contains(file.start()) || line.matches('`').count() % 2 == 1;
            let is_file = !in_code && names_a_file(&file.as_str()[1..]);
            return is_file.then(|| Tag::unread(file.start(), file.end(), UnreadReason::Include));
        }
        let whole = captures.get(0)?;
        if is_price(&passage.text, &whole) {
            return None;
        }
        let names = if whole.as_str().starts_with('$') { vec![whole.as_str()[1..].to_owned()] } else { Vec::new() };
        Some(Tag::value(whole.start(), whole.end(), names))
    };
    let found = PLACES.iter().flat_map(|places| places.captures_iter(&passage.text));
    cut_at(passage, found.filter_map(tag).collect())
}

/// Tells whether a word behind `@` is a file: it has a path, an ending or capitals. `@imports` is a word, `@anna` a person, `@scope/name` a
/// package.
fn names_a_file(name: &str) -> bool {
    let is_in_capitals = name.len() >= SHORTEST_NAME_IN_CAPITALS
        && name.bytes().all(|letter| letter.is_ascii_uppercase() || b"_-".contains(&letter));
    let is_path = name.starts_with('/') || name.matches('/').count() > 1;
    name.contains(['.', '~']) || is_path || is_in_capitals
}

/// Tells whether a dollar with a digit is an amount of money: digits follow a point or a comma, or no argument stands before it, as `$1` stands
/// before `$2`.
fn is_price(text: &str, place: &regex::Match<'_>) -> bool {
    let Some(digit @ '0'..='9') = place.as_str().strip_prefix('$').and_then(|rest| rest.chars().next()) else {
        return false;
    };
    let mut behind = text[place.end()..].chars();
    let is_amount = matches!(behind.next(), Some('.' | ',')) && behind.next().is_some_and(|next| next.is_ascii_digit());
    let is_alone = digit > '1' && !text.contains("$1") && !text.contains("$0");
    // A text that speaks of money does so everywhere.
    let is_of_money = || AMOUNT.as_ref().is_some_and(|amount| amount.is_match(text));
    is_amount || is_alone || is_of_money()
}

#[cfg(test)]
mod tests {
    use crate::document::SourceMap;
    use crate::template::{Fragment, Passage};

    fn values(text: &str) -> usize {
        let passage = Passage { text: text.into(), map: SourceMap::verbatim(0) };
        super::cut(&passage).iter().filter(|fragment| !matches!(fragment, Fragment::Text(_))).count()
    }

    #[test]
    fn prices_and_words_behind_an_at_are_text() {
        assert_eq!(values("A run costs $6.50, two cost $9. Ask @anna about @imports."), 0);
        assert_eq!(values("Compare $1 with $2, see @docs/rules.md and @README."), 4);
        assert_eq!(values("Pay $1,000 for $ARGUMENTS."), 1);
        assert_eq!(values("A fee of $5 to $20; pay $1 now."), 0);
        assert_eq!(values("Install @acme/fetch.\n```\nread @docs/rules.md\n```\nWrite `see @docs/rules.md` there."), 0);
    }

    #[test]
    fn the_pattern_is_one() {
        assert!(super::PLACES.is_some());
    }
}
