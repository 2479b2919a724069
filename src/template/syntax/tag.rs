//! Tags: places in a text at which something else goes, and cutting texts at them.

use crate::template::fragment::{Fragment, Passage, Placeholder, UnreadReason};

/// A place in a text at which it is not text: what goes there, and its bytes.
pub(super) struct Tag {
    pub(super) start: usize,
    pub(super) end: usize,
    /// `None` where nothing goes there, as for a comment.
    pub(super) value: Option<Vec<String>>,
    /// The text it stands for, as for an escaped brace.
    pub(super) text: Option<&'static str>,
    /// Reason why the text that goes there is not read, if it stands elsewhere.
    pub(super) unread: Option<UnreadReason>,
}

impl Tag {
    pub(super) fn value(start: usize, end: usize, names: Vec<String>) -> Self {
        Self { start, end, value: Some(names), text: None, unread: None }
    }

    pub(super) fn nothing(start: usize, end: usize) -> Self {
        Self { start, end, value: None, text: None, unread: None }
    }

    pub(super) fn text(start: usize, end: usize, text: &'static str) -> Self {
        Self { start, end, value: None, text: Some(text), unread: None }
    }

    pub(super) fn unread(start: usize, end: usize, reason: UnreadReason) -> Self {
        Self { unread: Some(reason), ..Self::value(start, end, Vec::new()) }
    }
}

/// Cuts a text at tags, which stand in order.
pub(super) fn cut_at(passage: &Passage, tags: Vec<Tag>) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut at = 0;
    for tag in tags {
        fragments.push(Fragment::Text(passage.slice(at..tag.start)));
        let span = passage.span(tag.start..tag.end);
        if let Some(text) = tag.text {
            let map = crate::document::SourceMap::verbatim(span.start);
            fragments.push(Fragment::Text(Passage { text: text.to_owned(), map }));
        } else if let Some(names) = tag.value {
            let written = passage.text[tag.start..tag.end].to_owned();
            fragments.push(Fragment::Value(Placeholder { written, names, span, unread: tag.unread, class: None }));
        }
        at = tag.end;
    }
    fragments.push(Fragment::Text(passage.slice(at..passage.text.len())));
    fragments
}

/// The bytes of the next tag from `at` on, its marks included; `None` if none is opened or closed.
pub(super) fn next_between(text: &str, at: usize, open: &str, close: &str) -> Option<(usize, usize)> {
    let start = at + text[at..].find(open)?;
    let inner = start + open.len();
    Some((start, inner + text[inner..].find(close)? + close.len()))
}

/// The variables of a value that has a name, or has none.
pub(super) fn one_name(name: &str) -> Vec<String> {
    Some(name).filter(|name| !name.is_empty()).map(str::to_owned).into_iter().collect()
}

/// The name at a text's beginning: letters, digits and underscores, no digit first.
pub(super) fn name(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    if text.starts_with(|letter: char| letter.is_ascii_digit()) { "" } else { &text[..end] }
}
