//! The shapes that templates are kept in: which of a file's texts are messages, in which roles.
//!
//! A shape is recognised by the file's name and content; the first that recognises it reads it. What no shape knows is a text.

mod any;
mod baml;
mod chat;
mod crewai;
mod dify;
mod draft;
mod front_matter;
mod langchain;
mod mcp;
mod model;
mod n8n;
mod promptfoo;
mod swe_agent;
mod text;

use draft::{Draft, Shape, ShapeInput};

use super::source as code;
use super::{Beside, ReadBeside, Syntax, Template, TemplateFile, Unread, UnreadReason};
use crate::document::{self, Node, Notation};
use crate::source::SourceText;

/// All shapes, in the order in which they are tried.
const SHAPES: &[Shape] = &[
    front_matter::PROMPTY,
    front_matter::DOTPROMPT,
    front_matter::MARKDOWN,
    langchain::SHAPE,
    promptfoo::SHAPE,
    swe_agent::SHAPE,
    crewai::SHAPE,
    dify::SHAPE,
    n8n::SHAPE,
    mcp::SHAPE,
    baml::SHAPE,
    chat::SHAPE,
    any::SHAPE,
    text::SHAPE,
];

/// Reads a file by the first shape that knows it.
pub(super) fn read(source: SourceText, syntax: Option<Syntax>, beside: ReadBeside<'_>) -> TemplateFile {
    if code::is_source(source.extension()) {
        let beside = code::beside(&source, beside);
        return code::read(source, &|_| None, beside);
    }
    let mut unread = Vec::new();
    let documents = documents(&source, &mut unread);
    let input = ShapeInput { source: &source, documents };
    let known = SHAPES.iter().find_map(|shape| {
        let drafts = (shape.read)(&input)?;
        (!drafts.is_empty()).then_some((shape.name, drafts))
    });
    let (shape, drafts) = known.unwrap_or((text::SHAPE.name, Vec::new()));
    let uncounted = input.documents.iter().find_map(uncounted).filter(|_| shape != text::SHAPE.name);
    let uncounted = uncounted.map(|at| source.place(at));
    // Documents of no known shape may speak of models in any sense.
    let is_known = shape != any::SHAPE.name && shape != mcp::SHAPE.name;
    let model = input.documents.first().filter(|_| is_known).and_then(model::named_in);
    let drafts = drafts.into_iter().map(|draft| Draft {
        syntax: syntax.or(draft.syntax).or_else(|| Syntax::of_file(source.label())),
        model: draft.model.or_else(|| model.clone()),
        unread: unread.iter().cloned().chain(draft.unread).collect(),
        ..draft
    });
    let templates: Vec<Template> = drafts.map(|draft| draft.cut(beside)).collect();
    let beside =
        Beside::of_all(templates.iter().flat_map(|template| &template.messages).map(|message| &message.beside));
    TemplateFile { source, shape, templates, uncounted, too_deep: None, beside }
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
