//! Commands of Claude Code: `$ARGUMENTS`, `$1`, ``!`command` `` and `@file`.

use std::sync::LazyLock;

use regex::Regex;

use super::tag::{Tag, cut_at};
use crate::template::{Fragment, Passage, UnreadReason};

static PLACES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)\$ARGUMENTS(?:\[\d+\])?|\$\d\b|!`[^`\n]+`|(?:^|\s)(@[\w~./-]*[\w/])").ok());

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let tag = |captures: regex::Captures<'_>| {
        // A file that is named is inserted.
        if let Some(file) = captures.get(1) {
            return Some(Tag::unread(file.start(), file.end(), UnreadReason::Include));
        }
        let whole = captures.get(0)?;
        let names = if whole.as_str().starts_with('$') { vec![whole.as_str()[1..].to_owned()] } else { Vec::new() };
        Some(Tag::value(whole.start(), whole.end(), names))
    };
    let found = PLACES.iter().flat_map(|places| places.captures_iter(&passage.text));
    cut_at(passage, found.filter_map(tag).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pattern_is_one() {
        assert!(super::PLACES.is_some());
    }
}
