//! The text of a template in fragments: passages, values and choices.

use std::collections::BTreeMap;
use std::ops::Range;

use super::class::ExpressionClass;
use super::condition::Condition;
use crate::document::SourceMap;

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// Text that is the same in each request.
    Text(Passage),
    /// The value of a variable or an expression.
    Value(Placeholder),
    /// One of several, as a condition decides or a loop repeats.
    Choice(Choice),
}

/// Text, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// Its text.
    pub text: String,
    /// The places of its bytes in the file.
    pub map: SourceMap,
}

/// A place where a value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// It as written, such as `{{ user.name }}`.
    pub written: String,
    /// The variables it is made of; none where that is not known.
    pub names: Vec<String>,
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Reason why its text is not read, if it inserts one that stands elsewhere.
    pub unread: Option<UnreadReason>,
    /// The class of its value, where code tells it.
    pub class: Option<ExpressionClass>,
}

/// A place where one of several texts goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its beginning as written, such as `{% if admin %}`.
    pub written: String,
    /// The texts, the first of them the usual one.
    pub branches: Vec<Vec<Fragment>>,
    /// The conditions of all branches but the last, which is taken where none of them holds.
    pub conditions: Vec<Condition>,
    /// The variables that decide; none where that is not known.
    pub names: Vec<String>,
    /// The variables that a loop binds.
    pub binds: Vec<String>,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// Variables that have the same value in each request, by name, with that value where it is known.
pub type Constants = BTreeMap<String, Option<String>>;

/// The reason why a construct is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadReason {
    /// It looks like a variable of another syntax.
    OtherSyntax,
    /// Its braces are not closed.
    Unclosed,
    /// It inserts another file.
    Include,
    /// It inserts a constant of another source file.
    Elsewhere,
    /// It inserts a text that is put together elsewhere in the template: by a macro, a filter, an expression.
    Computed,
    /// From here on the template makes more text than is worked out.
    TooLarge,
    /// It stands in the front matter, which some programs send as a part of the prompt.
    FrontMatter,
    /// The file is not the document that its name says it is, and was read as plain text.
    NoDocument(String),
}

impl Passage {
    /// The part of the passage in these bytes of its text.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        Self { text: self.text[range.clone()].to_owned(), map: self.map.slice(range) }
    }

    /// The bytes of the file that these bytes of the text were written as.
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.map.at(range.start);
        let last = range.end.saturating_sub(1).max(range.start);
        start..self.map.at(last).max(start) + 1
    }
}

impl Fragment {
    /// Tells whether it may differ from request to request.
    pub fn is_volatile(&self, constants: &Constants) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Value(value) => value.constant(constants).is_none(),
            Self::Choice(choice) => choice
                .constant(constants)
                .is_none_or(|(branch, within)| branch.iter().any(|fragment| fragment.is_volatile(&within))),
        }
    }
}

impl Choice {
    /// One of several texts; `written` is all that is known of what decides.
    pub fn new(written: String, branches: Vec<Vec<Fragment>>, span: Range<usize>) -> Self {
        let conditions = Condition::of_branches(&written, branches.len());
        Self { written, branches, conditions, names: Vec::new(), binds: Vec::new(), span }
    }

    /// The branch that is taken in each request and what is constant within; `None` where that may differ. Of a value that is not
    /// known the first branch stands for the one that is taken.
    pub(super) fn constant(&self, constants: &Constants) -> Option<(&[Fragment], Constants)> {
        if self.names.is_empty() || !self.names.iter().all(|name| constants.contains_key(name)) {
            return None;
        }
        let is_false = |value: &str| ["", "0", "false", "False", "none", "None"].contains(&value);
        let value = self.names.first().and_then(|name| constants.get(name)).and_then(Option::as_deref);
        let index = usize::from(self.names.len() == 1 && value.is_some_and(is_false));
        let mut within = constants.clone();
        within.extend(self.binds.iter().map(|name| (name.clone(), None)));
        Some((self.branches.get(index).map_or(&[], Vec::as_slice), within))
    }
}

impl Placeholder {
    /// The value it has in each request; `None` where it may differ. What is constant and not known stands as it is written.
    pub fn constant(&self, constants: &Constants) -> Option<String> {
        if self.class == Some(ExpressionClass::Stable) {
            return Some(self.written.clone());
        }
        let known = |name: &String| constants.contains_key(name);
        if self.names.is_empty() || !self.names.iter().all(known) {
            return None;
        }
        let value = self.variable().and_then(|name| constants.get(name).cloned().flatten());
        Some(value.unwrap_or_else(|| self.written.clone()))
    }

    /// The variable that it is, where it is one and no expression on it.
    pub fn variable(&self) -> Option<&str> {
        let inner = self.written.trim_matches(|letter: char| "{}$<%>=-@ ".contains(letter));
        self.names.first().map(String::as_str).filter(|name| *name == inner)
    }
}
