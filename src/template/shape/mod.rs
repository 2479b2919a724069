//! The shapes that templates are kept in: which of a file's texts are messages, in which roles.
//!
//! A shape is told by the file's name and content; the first that recognises it reads it. What no shape knows is a text.

mod any;
mod chat;
mod front_matter;
mod langchain;
mod promptfoo;
mod swe_agent;
mod text;

use super::source::Language;
use super::{Passage, Syntax, Template, TemplateFile, TemplateMessage, Unread, UnreadReason, unread};
use crate::document::{self, Node, Notation, Scalar};
use crate::source::SourceText;

/// A way to keep templates.
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// A description in a few words.
    pub about: &'static str,
    read: fn(&ShapeInput<'_>) -> Option<Vec<Draft>>,
}

/// All shapes, in the order in which they are tried.
pub const SHAPES: &[Shape] = &[
    front_matter::PROMPTY,
    front_matter::DOTPROMPT,
    front_matter::MARKDOWN,
    langchain::SHAPE,
    promptfoo::SHAPE,
    swe_agent::SHAPE,
    chat::SHAPE,
    any::SHAPE,
    text::SHAPE,
];

/// A file as shapes see it.
struct ShapeInput<'a> {
    source: &'a SourceText,
    /// Its documents, where it is in a notation for such.
    documents: Vec<Node>,
}

/// A template before its texts are cut.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    messages: Vec<DraftMessage>,
    tools: Vec<Node>,
    /// The syntax, where the shape says it.
    syntax: Option<Syntax>,
    /// The constructs outside its messages that are not read.
    unread: Vec<Unread>,
}

struct DraftMessage {
    role: String,
    passages: Vec<Passage>,
    at: usize,
}

/// Reads a file by the first shape that knows it.
pub(super) fn read(source: SourceText, syntax: Option<Syntax>) -> TemplateFile {
    if let Some(language) = Language::by_ending(source.extension()) {
        let templates = language.read(&source);
        return TemplateFile { source, shape: language.name, templates, notes: Vec::new() };
    }
    let (mut notes, mut unread) = (Vec::new(), Vec::new());
    let documents = documents(&source, &mut unread);
    let input = ShapeInput { source: &source, documents };
    let known = SHAPES.iter().find_map(|shape| {
        let drafts = (shape.read)(&input)?;
        (!drafts.is_empty()).then_some((shape.name, drafts))
    });
    let (shape, drafts) = known.unwrap_or((text::SHAPE.name, Vec::new()));
    if let Some(at) = input.documents.iter().find_map(uncounted).filter(|_| shape != text::SHAPE.name) {
        notes.push(format!("{}: calls, media and files of their own are not counted", source.place(at)));
    }
    let drafts = drafts.into_iter().map(|draft| Draft {
        syntax: syntax.or(draft.syntax),
        unread: unread.iter().cloned().chain(draft.unread).collect(),
        ..draft
    });
    let templates = drafts.map(Draft::cut).collect();
    TemplateFile { source, shape, templates, notes }
}

/// The documents of a file whose name says that it is one, and what is wrong with it where it is not.
fn documents(source: &SourceText, unread: &mut Vec<Unread>) -> Vec<Node> {
    let notations: &[Notation] = match source.extension() {
        "yaml" | "yml" => &[Notation::Yaml],
        "json" => &[Notation::Json, Notation::Yaml],
        "toml" => &[Notation::Toml],
        // Stdin and files without an extension.
        "" if source.text().trim_start().starts_with(['[', '{']) => &[Notation::Json],
        _ => &[],
    };
    let mut refusal = None;
    for notation in notations {
        match document::read(source.text(), *notation) {
            Ok(documents) => return documents,
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    if let Some(refusal) = refusal {
        let written = source.line(source.place(refusal.byte).line).map(|line| source.text()[line].trim().to_owned());
        let reason = format!("this is not valid {}: {}", source.extension().to_uppercase(), refusal.reason);
        unread.push(Unread {
            written: written.unwrap_or_default(),
            span: refusal.byte..refusal.byte,
            reason: UnreadReason::NoDocument(reason),
        });
    }
    Vec::new()
}

/// The first byte of a document with a part of prompts that no shape reads.
fn uncounted(node: &Node) -> Option<usize> {
    const KEYS: [&str; 5] = ["tool_calls", "function_call", "image_url", "input_audio", "template_path"];
    if node.text().is_some_and(|text| text.starts_with("file://")) {
        return Some(node.span.start);
    }
    let own = node.entries().iter().find(|entry| KEYS.contains(&entry.key.text.as_str()));
    let below = || node.entries().iter().map(|entry| &entry.value).chain(node.items()).find_map(uncounted);
    own.map(|entry| entry.key.map.at(0)).or_else(below)
}

impl Draft {
    fn from_messages(messages: Vec<DraftMessage>) -> Self {
        Self { messages, ..Self::default() }
    }

    fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn with(mut self, syntax: Syntax) -> Self {
        self.syntax = Some(syntax);
        self
    }

    fn cut(self) -> Template {
        let texts = self.messages.iter().flat_map(|message| &message.passages).map(|passage| passage.text.as_str());
        let texts: Vec<&str> = texts.collect();
        let syntax = self.syntax.unwrap_or_else(|| Syntax::detect(&texts));
        let messages = self.messages.into_iter().map(|message| TemplateMessage {
            end: message.passages.last().map_or(message.at, |passage| passage.map.at(passage.text.len())),
            role: message.role,
            raw: message.passages.iter().map(|passage| passage.text.as_str()).collect(),
            map: map(&message.passages),
            content: message.passages.into_iter().flat_map(|passage| syntax.cut(passage)).collect(),
            at: message.at,
        });
        let mut template = Template {
            name: self.name,
            messages: messages.collect(),
            tools: self.tools,
            syntax,
            unread: self.unread,
            is_role_known: true,
        };
        template.unread.extend(unread_of(&template, self.syntax.is_none()));
        template
    }
}

/// The constructs of a template that are not read; those of other syntaxes only if the syntax was guessed.
fn unread_of(template: &Template, is_guessed: bool) -> Vec<Unread> {
    let mut found = Vec::new();
    let tools = template.tool_fragments();
    for content in template.messages.iter().map(|message| &message.content).chain([&tools]) {
        unread::named(content, &mut found);
        if is_guessed {
            unread::in_texts(content, template.syntax, &mut found);
        }
    }
    found.sort_by_key(|unread| unread.span.start);
    found
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
    fn new(role: &str, scalar: &Scalar) -> Self {
        Self { role: role.to_owned(), at: scalar.map.at(0), passages: vec![Passage::from_scalar(scalar)] }
    }
}

impl Passage {
    fn from_scalar(scalar: &Scalar) -> Self {
        Self { text: scalar.text.clone(), map: scalar.map.clone() }
    }

    /// These bytes of a file, as they stand.
    fn verbatim(source: &SourceText, range: std::ops::Range<usize>) -> Self {
        Self { text: source.text()[range.clone()].to_owned(), map: document::SourceMap::verbatim(range.start) }
    }
}

/// The role that a word means.
fn role(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "system" => "system",
        "developer" => "developer",
        "user" | "human" => "user",
        "assistant" | "ai" | "model" | "bot" => "assistant",
        "tool" | "function" => "tool",
        _ => return None,
    })
}
