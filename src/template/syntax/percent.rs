//! Python's `%(name)s` and `%s`, Ruby's `%<name>s` and `%{name}`.

use std::ops::Range;

use super::tag::{Tag, cut_at, one_name};
use crate::template::{Fragment, Passage};

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let tag = |(range, name): (Range<usize>, Option<String>)| match name {
        None => Tag::text(range.start, range.end, "%"),
        Some(name) => Tag::value(range.start, range.end, one_name(&name)),
    };
    cut_at(passage, percents(&passage.text).into_iter().map(tag).collect())
}

/// The bytes of `%s`, `%(name)s` and `%%` in a text, with the name where there is one; `None` where it is an escaped sign.
pub(in crate::template) fn percents(text: &str) -> Vec<(Range<usize>, Option<String>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('%').map(|found| at + found) {
        let rest = &text[start + 1..];
        at = start + 1;
        if rest.starts_with('%') {
            found.push((start..start + 2, None));
            at = start + 2;
            continue;
        }
        // Python's `%(name)s`, Ruby's `%<name>s` and `%{name}`.
        let within =
            |open, close| rest.strip_prefix(open).and_then(|rest: &str| rest.split_once(close)).map(|(name, _)| name);
        let name = within('(', ')').or_else(|| within('<', '>'));
        let is_name = |name: &&str| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if let Some(name) = within('{', '}').filter(is_name) {
            at = start + name.len() + 3;
            found.push((start..at, Some(name.to_owned())));
            continue;
        }
        let skipped = name.map_or(0, |name| name.len() + 2);
        let flags = rest[skipped..].find(|letter: char| !"-+ #0123456789.*".contains(letter)).unwrap_or(0);
        let kind = rest[skipped + flags..].chars().next().filter(|kind| "sdifgexXrcauoGvq".contains(*kind));
        if kind.is_some() && !(flags > 0 && rest[skipped..].starts_with(' ')) {
            let end = start + 1 + skipped + flags + 1;
            found.push((start..end, Some(name.unwrap_or_default().to_owned())));
            at = end;
        }
    }
    found
}

/// Tells whether a text has `%s` or the like where no program shows that it fills them: not behind a number, nor at the start of a word.
pub(in crate::template) fn has_directives(text: &str) -> bool {
    percents(text).into_iter().any(|(range, name)| {
        let is_apart = !text[..range.start].ends_with(|letter: char| letter.is_ascii_digit())
            && !text[range.end..].starts_with(|letter: char| letter.is_alphanumeric());
        name.is_some() && is_apart
    })
}

/// Tells whether a text has Ruby's `%<name>s`, which nothing else writes.
pub(in crate::template) fn has_named(text: &str) -> bool {
    percents(text).into_iter().any(|(range, name)| name.is_some() && text[range].starts_with("%<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_told_from_placeholders() {
        let names: Vec<_> = percents("100% of %s, %(name)s, 5%% and %.2f").into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, [Some(String::new()), Some("name".into()), None, Some(String::new())]);
    }

    #[test]
    fn prose_has_no_directives() {
        for text in ["Be 100% sure.", "Save 50%d of it", "a %sign", "100%, 20%.", "Use %%s."] {
            assert!(!has_directives(text), "{text}");
        }
        assert!(has_directives("Answer %s in %v."));
        assert!(has_named("Ask for %<name>s.") && !has_named("Ask for %s."));
    }
}
