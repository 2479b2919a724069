//! Files of templates, their templates, and the messages of those.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::Beside;
use super::class;
use super::fragment::{Fragment, Passage};
use super::syntax::Syntax;
use super::unread::Unread;
use crate::caveat::Code;
use crate::document::{Node, SourceMap};
use crate::report::Caveat;
use crate::source::{Place, SourceText};

/// A file and the templates in it, at least one.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// The file.
    pub source: SourceText,
    /// The shape that was recognised.
    pub shape: &'static str,
    /// Its templates.
    pub templates: Vec<Template>,
    /// The first place of calls, media or files of their own, which are not counted.
    pub uncounted: Option<Place>,
    /// The first place of code that lies too deep in other code to be read.
    pub too_deep: Option<Place>,
    /// The files that it inserts or imports from.
    pub beside: Beside,
}

/// The certainty with which a text is a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// Something shows that a model is given it, or a person named it.
    #[default]
    Shown,
    /// It reads like a prompt or has the name of one, and nothing shows more: it is listed, and no rule speaks of it.
    Perhaps,
}

impl Certainty {
    /// Its name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Perhaps => "perhaps",
        }
    }
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
    /// The model that its file names for it.
    pub model: Option<String>,
    /// The certainty with which it is one.
    pub certainty: Certainty,
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
    /// The files that its text inserts.
    pub beside: Beside,
}

/// Templates of a file as the earlier versions of a later one's.
#[derive(Debug, Default)]
pub struct Counterparts<'a> {
    by_name: BTreeMap<Option<&'a str>, &'a Template>,
    /// Those that are no longer there, by what they said.
    by_text: BTreeMap<Vec<(&'a str, &'a str)>, Vec<&'a Template>>,
    gone: Vec<&'a Template>,
    /// The only one that is no longer there, for the only one that is new.
    only: Option<&'a Template>,
}

impl<'a> Counterparts<'a> {
    /// The earlier version of a template: the one of its name, else one that is no longer there and said the same, else the only
    /// one that is no longer there for the only one that is new.
    pub fn earlier(&self, template: &Template) -> Option<&'a Template> {
        let named = self.by_name.get(&template.name.as_deref()).copied();
        let alike = || self.by_text.get(&template.said())?.iter().copied().find(|old| old.says_the_same(template));
        named.or_else(alike).or(self.only)
    }

    /// The templates of whose names the later file has none.
    pub fn gone(&self) -> &[&'a Template] {
        &self.gone
    }
}

impl TemplateFile {
    /// Its templates as the earlier versions of those of a later file.
    pub fn counterparts<'a>(&'a self, later: &Self) -> Counterparts<'a> {
        let names = |file: &Self| file.templates.iter().map(|template| template.name.clone()).collect();
        let (had, has): (BTreeSet<Option<String>>, BTreeSet<Option<String>>) = (names(self), names(later));
        let mut found = Counterparts::default();
        for template in &self.templates {
            found.by_name.entry(template.name.as_deref()).or_insert(template);
            if !has.contains(&template.name) {
                found.gone.push(template);
                found.by_text.entry(template.said()).or_default().push(template);
            }
        }
        let new = later.templates.iter().filter(|template| !had.contains(&template.name)).count();
        found.only = found.gone.first().copied().filter(|_| found.gone.len() == 1 && new == 1);
        found
    }

    /// The caveat of parts that are not counted.
    pub fn uncounted_caveat(&self) -> Option<Caveat> {
        let place = self.uncounted.as_ref()?.to_string();
        Some(Code::UncountedParts.caveat(None, &[("place", &place)]))
    }

    /// The caveat of code that is not read.
    pub fn too_deep_caveat(&self) -> Option<Caveat> {
        let place = self.too_deep.as_ref()?.to_string();
        Some(Code::TooDeep.caveat(None, &[("place", &place)]))
    }

    /// A construct that is not read, with its place.
    pub fn unread_note(&self, unread: &Unread) -> String {
        format!("{}: {}", self.place(unread.span.start), unread.describe())
    }

    /// Tells whether it is anything that a model is told: a document without texts, or one that cannot be read as such, is a setting,
    /// and to count its tokens would be to invent a prompt.
    pub fn holds_prompts(&self) -> bool {
        let is_document = matches!(self.source.extension(), "yaml" | "yml" | "json" | "toml");
        !(is_document && self.shape == "text")
    }

    /// Tells whether it was read whole and is no prompt.
    pub fn is_setting(&self) -> bool {
        !self.holds_prompts() && self.templates.iter().all(|template| template.unread.is_empty())
    }

    /// The name of a template in reports: its file's, and behind it its own where it has one.
    pub fn name_of(&self, template: &Template) -> String {
        let path = self.source.label();
        template.name.as_deref().map_or_else(|| path.to_owned(), |name| format!("{path}#{name}"))
    }

    /// The constructs of a template that are not read, with their places.
    pub fn unread(&self, template: &Template) -> Vec<(Place, String)> {
        template.unread.iter().map(|unread| (self.place(unread.span.start), unread.describe())).collect()
    }

    /// The place of a byte.
    pub fn place(&self, byte: usize) -> Place {
        self.source.place(byte)
    }
}

impl TemplateMessage {
    /// The message saying something else; its places mean nothing.
    #[must_use]
    pub fn saying(&self, raw: String, syntax: Syntax) -> Self {
        let map = SourceMap::verbatim(0);
        let content = syntax.cut_beside(Passage { text: raw.clone(), map: map.clone() }, &self.beside);
        Self { raw, map, content, ..self.clone() }
    }
}

impl Template {
    /// The texts of all tool definitions, cut at their variables.
    pub fn tool_fragments(&self) -> Vec<Fragment> {
        let mut found = Vec::new();
        self.tools.iter().for_each(|tool| texts(tool, self.syntax, &mut found));
        found
    }

    /// The roles and texts of its messages.
    fn said(&self) -> Vec<(&str, &str)> {
        self.messages.iter().map(|message| (message.role.as_str(), message.raw.as_str())).collect()
    }

    /// Tells whether both have the same messages.
    fn says_the_same(&self, other: &Self) -> bool {
        let beside = |message: &TemplateMessage| message.beside.clone();
        self.said() == other.said() && self.messages.iter().map(beside).eq(other.messages.iter().map(beside))
    }

    /// The same with the values fixed that are the same for a deployment; `None` if it has none.
    #[must_use]
    pub fn configured(&self) -> Option<Self> {
        let mut fixed = self.clone();
        let mut is_any = false;
        for message in &mut fixed.messages {
            is_any |= class::decide(&mut message.content);
            is_any |= class::fix(&mut message.content);
        }
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
