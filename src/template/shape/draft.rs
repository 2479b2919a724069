//! Shapes as the list holds them, and templates as they give them: before their texts are cut.

use std::ops::Range;

use crate::document::{self, Node, Scalar};
use crate::source::SourceText;
use crate::template::{Beside, Certainty, Passage, ReadBeside, Syntax, Template, TemplateMessage, Unread, unread};

/// A way to keep templates.
pub(super) struct Shape {
    /// Its name.
    pub(super) name: &'static str,
    pub(super) read: fn(&ShapeInput<'_>) -> Option<Vec<Draft>>,
}

/// A file as shapes see it.
pub(super) struct ShapeInput<'a> {
    pub(super) source: &'a SourceText,
    /// Its documents, where it is in a notation for such.
    pub(super) documents: Vec<Node>,
}

/// A template before its texts are cut.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) messages: Vec<DraftMessage>,
    pub(super) tools: Vec<Node>,
    /// The syntax, where the shape says it.
    pub(super) syntax: Option<Syntax>,
    /// The constructs outside its messages that are not read.
    pub(super) unread: Vec<Unread>,
    /// The model that the file names for it.
    pub(super) model: Option<String>,
}

pub(super) struct DraftMessage {
    pub(super) role: String,
    pub(super) passages: Vec<Passage>,
    pub(super) at: usize,
}

impl Draft {
    pub(super) fn from_messages(messages: Vec<DraftMessage>) -> Self {
        Self { messages, ..Self::default() }
    }

    pub(super) fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(super) fn with(mut self, syntax: Syntax) -> Self {
        self.syntax = Some(syntax);
        self
    }

    /// The template; `beside` reads the files that its texts insert.
    pub(super) fn cut(self, beside: ReadBeside<'_>) -> Template {
        let texts = self.messages.iter().flat_map(|message| &message.passages).map(|passage| passage.text.as_str());
        let texts: Vec<&str> = texts.collect();
        let syntax = self.syntax.unwrap_or_else(|| Syntax::detect(&texts));
        let beside = Beside::collect(texts, |text, _| syntax.named_in(text), beside);
        let messages = self.messages.into_iter().map(|message| TemplateMessage {
            end: message.passages.last().map_or(message.at, |passage| passage.map.at(passage.text.len())),
            role: message.role,
            raw: message.passages.iter().map(|passage| passage.text.as_str()).collect(),
            map: map(&message.passages),
            content: message.passages.into_iter().flat_map(|passage| syntax.cut_beside(passage, &beside)).collect(),
            at: message.at,
            beside: beside.clone(),
        });
        let mut template = Template {
            name: self.name,
            messages: messages.collect(),
            tools: self.tools,
            syntax,
            unread: self.unread,
            is_role_known: true,
            model: self.model,
            certainty: Certainty::Shown,
        };
        template.unread.extend(unread_of(&template, self.syntax.is_none()));
        template
    }
}

/// The constructs of a template that are not read; those of other syntaxes only if the syntax was guessed.
fn unread_of(template: &Template, is_guessed: bool) -> Vec<Unread> {
    let mut found = unread::Found::default();
    let tools = template.tool_fragments();
    for content in template.messages.iter().map(|message| &message.content).chain([&tools]) {
        unread::named(content, &mut found);
        // A text that is sent as it is written has no tags.
        if is_guessed || template.syntax != Syntax::Plain {
            unread::unclosed(content, template.syntax, &mut found);
        }
        if is_guessed {
            unread::in_texts(content, template.syntax, &mut found);
        }
    }
    found.in_order()
}

/// The place where the bytes of some passages stand, one behind the other.
fn map(passages: &[Passage]) -> document::SourceMap {
    let (mut map, mut length) = (document::SourceMap::default(), 0);
    for passage in passages {
        map.append(length, &passage.map);
        length += passage.text.len();
    }
    map
}

impl DraftMessage {
    pub(super) fn new(role: &str, scalar: &Scalar) -> Self {
        Self { role: role.to_owned(), at: scalar.map.at(0), passages: vec![Passage::from_scalar(scalar)] }
    }
}

impl Passage {
    pub(super) fn from_scalar(scalar: &Scalar) -> Self {
        Self { text: scalar.text.clone(), map: scalar.map.clone() }
    }

    /// These bytes of a file, as they stand.
    pub(super) fn verbatim(source: &SourceText, range: Range<usize>) -> Self {
        Self { text: source.text()[range.clone()].to_owned(), map: document::SourceMap::verbatim(range.start) }
    }
}

/// The messages of a text between marks of roles, each a role with the bytes of its mark; what stands before the first mark is of the
/// role `first`, if it is anything. White space around a message is no part of it.
pub(super) fn cut_at_roles(
    source: &SourceText,
    body: Range<usize>,
    marks: &[(&str, usize, usize)],
    first: &str,
) -> Vec<DraftMessage> {
    let ends = marks.iter().map(|(_, start, _)| *start).chain([body.end]);
    let starts = [(first, body.start)].into_iter().chain(marks.iter().map(|(role, _, end)| (*role, *end)));
    let bodies = starts.zip(ends).map(|((role, start), end)| {
        let text = &source.text()[start..end];
        let from = start + text.len() - text.trim_start().len();
        let until = (start + text.trim_end().len()).max(from);
        DraftMessage { role: role.into(), passages: vec![Passage::verbatim(source, from..until)], at: from }
    });
    let is_told = |(index, message): &(usize, DraftMessage)| *index > 0 || !message.passages[0].text.is_empty();
    bodies.enumerate().filter(is_told).map(|(_, message)| message).collect()
}

/// The role that a word means.
pub(super) fn role(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "system" => "system",
        "developer" => "developer",
        "user" | "human" => "user",
        "assistant" | "ai" | "model" | "bot" => "assistant",
        "tool" | "function" => "tool",
        _ => return None,
    })
}
