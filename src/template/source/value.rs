//! Values of expressions as far as they are text for a model: texts with the values in them, messages, lists of both.

use std::ops::Range;

use crate::document::SourceMap;
use crate::template::{Choice, Fragment, Passage, Placeholder};

/// The number of a use of text, in the order in which they are found.
pub(super) type SiteId = usize;

/// The value of an expression.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(TextValue),
    Message(Part),
    /// Messages, and the site of the variable that they come from.
    Messages(Vec<Part>, Option<SiteId>),
    List(Vec<Value>, Option<SiteId>),
    /// Not text, or not known.
    Unknown,
}

/// A message, or a text that its call will make one.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Its role, where the code says it.
    pub(super) role: Option<String>,
    pub(super) text: TextValue,
}

/// A text that code puts together.
#[derive(Clone, Debug, Default)]
pub(super) struct TextValue {
    pub(super) content: Vec<Fragment>,
    /// Words stand in literals of its own.
    pub(super) has_own_words: bool,
    /// Values stand in it beside the texts of variables, whose own values do not count.
    pub(super) has_own_values: bool,
    /// The bytes of the file from the first to the last of its own literals.
    pub(super) own: Option<Range<usize>>,
    /// The sites of the variables whose texts are a part of it.
    pub(super) inserted: Vec<SiteId>,
    /// The site of the variable that it is as a whole.
    pub(super) alias: Option<SiteId>,
    /// The placeholders in its literals are known to be filled.
    pub(super) is_filled: bool,
    /// The placeholders that code replaces in it, as written: others of their shape are filled elsewhere.
    pub(super) replaced: Vec<String>,
}

impl TextValue {
    pub(super) fn literal(passage: Passage) -> Self {
        let has_own_words = passage.text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3;
        let own = passage.map.at(0)..passage.map.at(passage.text.len().saturating_sub(1)) + 1;
        Self {
            own: has_own_words.then_some(own),
            content: vec![Fragment::Text(passage)],
            has_own_words,
            ..Self::default()
        }
    }

    pub(super) fn placeholder(value: Placeholder) -> Self {
        Self { content: vec![Fragment::Value(value)], has_own_values: true, ..Self::default() }
    }

    /// Appends a text; one that a variable holds is inserted.
    pub(super) fn append(&mut self, other: Self) {
        self.content.extend(other.content);
        self.is_filled |= other.is_filled;
        for written in other.replaced {
            if !self.replaced.contains(&written) {
                self.replaced.push(written);
            }
        }
        if let Some(site) = other.alias {
            self.inserted.push(site);
        } else {
            self.has_own_words |= other.has_own_words;
            self.has_own_values |= other.has_own_values;
            self.own = around(self.own.take(), other.own);
            self.inserted.extend(other.inserted);
        }
    }

    /// Appends a piece of its own literals.
    pub(super) fn push(&mut self, passage: Passage) {
        if !passage.text.is_empty() {
            self.content.push(Fragment::Text(passage));
        }
    }

    /// The text of a variable, as a use of the variable's.
    pub(super) fn of_variable(self, site: SiteId) -> Self {
        let own = Self { has_own_words: false, has_own_values: false, own: None, inserted: Vec::new(), ..self };
        Self { alias: Some(site), ..own }
    }

    /// The same text as one of its own, which begins with the variable's that it was.
    pub(super) fn detached(self) -> Self {
        match self.alias {
            Some(site) => Self { alias: None, inserted: vec![site], ..self.of_variable(site) },
            None => self,
        }
    }

    /// Text of a variable as a whole, with nothing beside it that tells or changes.
    pub(super) fn only_variable(&self) -> Option<SiteId> {
        match self.inserted.as_slice() {
            [only] if !self.has_own_words && !self.has_own_values => Some(*only),
            _ => None,
        }
    }

    /// One of several texts.
    pub(super) fn choice(written: String, span: Range<usize>, branches: Vec<Self>) -> Self {
        let mut whole = Self::default();
        let mut contents = Vec::new();
        for mut branch in branches {
            contents.push(std::mem::take(&mut branch.content));
            whole.append(branch);
        }
        whole.content = vec![Fragment::Choice(Choice::new(written, contents, span))];
        whole
    }

    /// The words of a literal begin it: its text is not made of values alone.
    pub(super) fn has_words(&self) -> bool {
        self.has_own_words || !self.inserted.is_empty() || self.alias.is_some()
    }
}

/// The texts of a list behind each other; `None` if none is one.
pub(super) fn joined(items: &[Value], separator: &str) -> Option<TextValue> {
    let mut whole = TextValue::default();
    let mut is_first = true;
    for item in items {
        let Value::Text(text) = item else { continue };
        if !is_first && !separator.is_empty() {
            let at = first_byte(&text.content).unwrap_or(0);
            let map = SourceMap::verbatim(at);
            let text = separator.to_owned();
            whole.content.push(Fragment::Text(Passage { text, map }));
        }
        whole.append(text.clone());
        is_first = false;
    }
    whole.has_words().then_some(whole)
}

/// The first byte of the file of some fragments.
pub(super) fn first_byte(fragments: &[Fragment]) -> Option<usize> {
    fragments.iter().find_map(|fragment| match fragment {
        Fragment::Text(passage) => (!passage.text.is_empty()).then(|| passage.map.at(0)),
        Fragment::Value(value) => Some(value.span.start),
        Fragment::Choice(choice) => choice.branches.iter().find_map(|branch| first_byte(branch)),
    })
}

/// The bytes from the beginning of the first of two ranges to the end of the last.
pub(super) fn around(one: Option<Range<usize>>, other: Option<Range<usize>>) -> Option<Range<usize>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.start.min(other.start)..one.end.max(other.end)),
        (one, other) => one.or(other),
    }
}

/// The text of some fragments with a mark in place of each value, the first branch of each choice.
pub(super) fn plain(fragments: &[Fragment], value: &str, text: &mut String) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => text.push_str(&passage.text),
            Fragment::Value(_) => text.push_str(value),
            Fragment::Choice(choice) => {
                let usual = choice.branches.iter().find(|branch| !branch.is_empty());
                plain(usual.map_or(&[], Vec::as_slice), value, text);
            }
        }
    }
}
