//! Templates: prompts as people keep them in files, text and variables, with the place of every character.
//!
//! A file is told by its name and content to be of a *shape* (a chat in YAML, a Prompty file, a plain text …), which says what its
//! messages are; their texts are cut by a *syntax* (Jinja, Handlebars, `{name}` …) into fragments. What values a variable takes is
//! not known here.

pub mod class;
pub mod diff;
mod fill;
mod layout;
mod log_match;
mod prefix;
mod shape;
mod source;
mod syntax;
#[cfg(test)]
mod tests;
mod unread;
pub mod volatile;

use std::collections::BTreeMap;
use std::ops::Range;

pub use fill::{Filled, PROBES, Position, Probe, USUAL, first_difference};
pub use layout::{LaidOut, Layout};
pub use log_match::LogMatch;
pub use prefix::{PrefixEnd, Renderings, StablePrefix, common_tokens};
pub use shape::SHAPES;
pub use source::is_source;
pub use syntax::Syntax;
pub use unread::{Unread, UnreadReason};

use class::ExpressionClass;

use crate::document::{Node, SourceMap};
use crate::source::{Place, SourceText};

/// A file and the templates in it, at least one.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// The file.
    pub source: SourceText,
    /// The shape it was told to be of.
    pub shape: &'static str,
    /// Its templates.
    pub templates: Vec<Template>,
    /// Notes on how it was read.
    pub notes: Vec<String>,
}

/// One prompt: what a request is made from.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Its name within the file, where that holds several.
    pub name: Option<String>,
    /// Its messages, in order.
    pub messages: Vec<TemplateMessage>,
    /// Its tool definitions, in order.
    pub tools: Vec<Node>,
    /// The syntax of its variables.
    pub syntax: Syntax,
    /// The constructs that are not read, in the order of their kinds.
    pub unread: Vec<Unread>,
    /// The value that holds it says what the roles of its messages are.
    pub is_role_known: bool,
}

/// A message of a template.
#[derive(Clone, Debug)]
pub struct TemplateMessage {
    /// `system`, `user`, `assistant`, … as sent.
    pub role: String,
    /// Its text as written.
    pub raw: String,
    /// The places of its bytes in the file.
    pub map: SourceMap,
    /// Its text, cut at its variables.
    pub content: Vec<Fragment>,
    /// The byte of the file at which it begins.
    pub at: usize,
    /// The byte of the file at which it ends.
    pub end: usize,
}

/// A part of a message.
#[derive(Clone, Debug)]
pub enum Fragment {
    /// Text that is the same in each request.
    Text(Passage),
    /// The value of a variable or an expression.
    Value(Placeholder),
    /// One of several, as a condition decides or a loop repeats.
    Choice(Choice),
}

/// Text, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// Its text.
    pub text: String,
    /// The places of its bytes in the file.
    pub map: SourceMap,
}

/// A place where a value goes.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its beginning as written, such as `{% if admin %}`.
    pub written: String,
    /// The texts, the first of them the usual one.
    pub branches: Vec<Vec<Fragment>>,
    /// The variables that decide; none where that is not known.
    pub names: Vec<String>,
    /// The variables that a loop binds.
    pub binds: Vec<String>,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// Variables that have the same value in each request, by name, with that value where it is known.
pub type Constants = BTreeMap<String, Option<String>>;

impl TemplateFile {
    /// Reads a file, whatever it is: what has no known shape is a text.
    pub fn read(source: SourceText) -> Self {
        shape::read(source, None)
    }

    /// Reads a file whose variables are written in this syntax, whatever it looks like.
    pub fn read_as(source: SourceText, syntax: Option<Syntax>) -> Self {
        shape::read(source, syntax)
    }

    /// The template of that name; the only one, where each side has one.
    pub fn named(&self, name: Option<&str>) -> Option<&Template> {
        self.templates.iter().find(|template| template.name.as_deref() == name)
    }

    /// The earlier version of a template: the one of its name, else one that is no longer there and said the same, else the only
    /// one that is no longer there for the only one that is new.
    pub fn counterpart(&self, later: &Self, template: &Template) -> Option<&Template> {
        let is_only_new = later.lacking(self).count() == 1;
        let only_gone = || self.lacking(later).next().filter(|_| is_only_new && self.lacking(later).count() == 1);
        let says_the_same = |old: &&Template| old.says_the_same(template);
        self.named(template.name.as_deref()).or_else(|| self.lacking(later).find(says_the_same)).or_else(only_gone)
    }

    /// The templates of whose names another version has none.
    pub fn lacking<'a, 'b>(&'a self, other: &'b Self) -> impl Iterator<Item = &'a Template> + use<'a, 'b> {
        self.templates.iter().filter(move |template| other.named(template.name.as_deref()).is_none())
    }

    /// A construct that is not read, with its place.
    pub fn unread_note(&self, unread: &Unread) -> String {
        format!("{}: {}", self.place(unread.span.start), unread.describe())
    }

    /// The place of a byte.
    pub fn place(&self, byte: usize) -> Place {
        self.source.place(byte)
    }
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
    /// The branch that is taken in each request and what is constant within; `None` where that may differ. Of a value that is not
    /// known the first branch stands for the one that is taken.
    fn constant(&self, constants: &Constants) -> Option<(&[Fragment], Constants)> {
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

impl TemplateMessage {
    /// The message saying something else; its places mean nothing.
    #[must_use]
    pub fn saying(&self, raw: String, syntax: Syntax) -> Self {
        let map = SourceMap::verbatim(0);
        let content = syntax.cut(Passage { text: raw.clone(), map: map.clone() });
        Self { role: self.role.clone(), content, raw, map, at: self.at, end: self.end }
    }
}

impl Template {
    /// The texts of all tool definitions, cut at their variables.
    pub fn tool_fragments(&self) -> Vec<Fragment> {
        let mut found = Vec::new();
        self.tools.iter().for_each(|tool| texts(tool, self.syntax, &mut found));
        found
    }

    /// Tells whether both have the same messages.
    fn says_the_same(&self, other: &Self) -> bool {
        let said = |message: &TemplateMessage| (message.role.clone(), message.raw.clone());
        self.messages.iter().map(said).eq(other.messages.iter().map(said))
    }

    /// The same with the values fixed that are the same for a deployment; `None` if it has none.
    #[must_use]
    pub fn configured(&self) -> Option<Self> {
        let mut fixed = self.clone();
        let mut is_any = false;
        fixed.messages.iter_mut().for_each(|message| is_any |= class::fix(&mut message.content));
        is_any.then_some(fixed)
    }

    /// The values and choices of all messages in the order in which they are written, what stands inside choices too.
    pub fn volatile(&self) -> Vec<&Fragment> {
        let mut found = Vec::new();
        self.messages.iter().for_each(|message| collect(&message.content, &mut found));
        found
    }
}

fn texts(node: &Node, syntax: Syntax, found: &mut Vec<Fragment>) {
    if let Some(scalar) = node.scalar() {
        found.extend(syntax.cut(Passage { text: scalar.text.clone(), map: scalar.map.clone() }));
    }
    node.items().iter().for_each(|item| texts(item, syntax, found));
    node.entries().iter().for_each(|entry| texts(&entry.value, syntax, found));
}

fn collect<'a>(fragments: &'a [Fragment], found: &mut Vec<&'a Fragment>) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(_) => {}
            Fragment::Value(_) => found.push(fragment),
            Fragment::Choice(choice) => {
                found.push(fragment);
                choice.branches.iter().for_each(|branch| collect(branch, found));
            }
        }
    }
}
