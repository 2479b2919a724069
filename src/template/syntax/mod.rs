//! Notations of variables, and cutting texts at them.

mod braces;
pub(super) mod code;
mod erb;
mod handlebars;
mod jinja;

use super::{Fragment, Passage, UnreadReason};

/// A way to write variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// None: all of it is text.
    #[default]
    Plain,
    /// `{{ name }}`, `{% if … %}`.
    Jinja,
    /// `{{name}}`, `{{#if …}}`, `{{> partial}}`.
    Handlebars,
    /// `{name}`, as Python's `str.format` has it.
    Braces,
    /// `${name}`.
    Dollar,
    /// `<%= name %>`.
    Erb,
    /// A text that source code puts together.
    Code,
}

impl Syntax {
    /// All that a person can name.
    pub const ALL: [Self; 6] = [Self::Plain, Self::Jinja, Self::Handlebars, Self::Braces, Self::Dollar, Self::Erb];

    /// The syntax of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|syntax| syntax.name() == name)
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Jinja => "jinja",
            Self::Handlebars => "handlebars",
            Self::Braces => "braces",
            Self::Dollar => "dollar",
            Self::Erb => "erb",
            Self::Code => "code",
        }
    }

    /// The syntax of a template's texts, told by what stands in them.
    pub(super) fn detect(texts: &[&str]) -> Self {
        let any = |has: fn(&str) -> bool| texts.iter().any(|text| has(text));
        if any(handlebars::has_blocks) {
            Self::Handlebars
        } else if any(jinja::has_tags) {
            Self::Jinja
        } else if any(erb::has_tags) {
            Self::Erb
        } else if any(braces::has_names) {
            Self::Braces
        } else if any(braces::has_dollars) {
            Self::Dollar
        } else {
            Self::Plain
        }
    }

    /// Cuts a text into fragments.
    pub(super) fn cut(self, passage: Passage) -> Vec<Fragment> {
        let fragments = match self {
            Self::Plain => vec![Fragment::Text(passage)],
            Self::Jinja => jinja::cut(&passage),
            Self::Handlebars => handlebars::cut(&passage),
            Self::Braces => braces::cut(&passage),
            Self::Dollar => braces::cut_dollars(&passage),
            Self::Erb => erb::cut(&passage),
            Self::Code => code::cut(&passage),
        };
        let is_empty = |fragment: &Fragment| matches!(fragment, Fragment::Text(passage) if passage.text.is_empty());
        fragments.into_iter().filter(|fragment| !is_empty(fragment)).collect()
    }
}

impl Syntax {
    /// The number of blocks that a line opens and closes; `None` if the syntax does not tell.
    pub(super) fn blocks(self, line: &str) -> Option<(usize, usize)> {
        match self {
            Self::Plain | Self::Braces | Self::Dollar => Some((0, 0)),
            Self::Jinja => Some(jinja::blocks(line)),
            Self::Handlebars => Some((line.matches("{{#").count(), line.matches("{{/").count())),
            Self::Erb => None,
            Self::Code => Some(code::blocks(line)),
        }
    }
}

/// A place in a text at which it is not text: what goes there, and its bytes.
struct Tag {
    start: usize,
    end: usize,
    /// `None` where nothing goes there, as for a comment.
    value: Option<Vec<String>>,
    /// The text it stands for, as for an escaped brace.
    text: Option<&'static str>,
    /// Reason why the text that goes there is not read, if it stands elsewhere.
    unread: Option<UnreadReason>,
}

impl Tag {
    fn value(start: usize, end: usize, names: Vec<String>) -> Self {
        Self { start, end, value: Some(names), text: None, unread: None }
    }

    fn nothing(start: usize, end: usize) -> Self {
        Self { start, end, value: None, text: None, unread: None }
    }

    fn text(start: usize, end: usize, text: &'static str) -> Self {
        Self { start, end, value: None, text: Some(text), unread: None }
    }

    fn unread(start: usize, end: usize, reason: UnreadReason) -> Self {
        Self { unread: Some(reason), ..Self::value(start, end, Vec::new()) }
    }
}

/// Cuts a text at tags, which stand in order.
fn cut_at(passage: &Passage, tags: Vec<Tag>) -> Vec<Fragment> {
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
            fragments.push(Fragment::Value(super::Placeholder {
                written,
                names,
                span,
                unread: tag.unread,
                class: None,
            }));
        }
        at = tag.end;
    }
    fragments.push(Fragment::Text(passage.slice(at..passage.text.len())));
    fragments
}

/// The name at a text's beginning: letters, digits and underscores, no digit first.
fn name(text: &str) -> &str {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    if text.starts_with(|letter: char| letter.is_ascii_digit()) { "" } else { &text[..end] }
}
