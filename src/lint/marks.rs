//! Marks for a cache in documents: where a request says up to which place it is to be kept.

use std::ops::Range;

use super::context::{LintContext, LintedPrompt};
use crate::document::{self, Node, Notation};
use crate::time::{SignedDuration, parse_duration};

/// The keys under which APIs have them: Anthropic and those who imitate it, OpenAI, Bedrock.
const KEYS: [&str; 3] = ["cache_control", "prompt_cache_breakpoint", "cachePoint"];

/// A mark.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The bytes of its key in the file.
    pub(super) span: Range<usize>,
    /// The part of a request that it stands at.
    pub(super) at: Marked,
    /// The lifetime that it asks for.
    pub(super) lifetime: Option<SignedDuration>,
    /// Its text is empty.
    pub(super) is_on_nothing: bool,
}

/// The part of a request that a mark stands at, in the order of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Marked {
    /// A tool.
    Tool,
    /// A text.
    Text,
    /// The whole request, so that the provider chooses the place.
    Request,
}

impl LintContext<'_> {
    /// The prompts with marks, each with its own in the order of a prompt.
    pub(super) fn marks(&self) -> Vec<(&LintedPrompt<'_>, Vec<Mark>)> {
        let marks = self.all_marks();
        let owner = |mark: &Mark| {
            let starts = |prompt: &LintedPrompt<'_>| {
                prompt.template.messages.first().is_some_and(|first| first.at <= mark.span.start)
            };
            self.prompts.iter().rposition(starts).unwrap_or(0)
        };
        let of_prompt = |(index, prompt)| {
            let mut own: Vec<Mark> = marks.iter().filter(|mark| owner(mark) == index).cloned().collect();
            own.sort_by_key(|mark| (mark.at, mark.span.start));
            (prompt, own)
        };
        self.prompts.iter().enumerate().map(of_prompt).filter(|(_, marks)| !marks.is_empty()).collect()
    }

    fn all_marks(&self) -> Vec<Mark> {
        let (text, mut marks) = (self.file.source.text(), Vec::new());
        let notation = match self.file.source.extension() {
            "yaml" | "yml" => Notation::Yaml,
            "json" => Notation::Json,
            _ => return marks,
        };
        if KEYS.iter().any(|key| text.contains(key)) {
            for document in document::read(text, notation).unwrap_or_default() {
                gather(&document, Marked::Text, &mut marks);
            }
        }
        marks
    }
}

fn gather(node: &Node, at: Marked, marks: &mut Vec<Mark>) {
    for entry in node.entries() {
        let key = entry.key.text.as_str();
        let is_map = !entry.value.entries().is_empty();
        if KEYS.contains(&key) && is_map {
            let start = entry.key.map.at(0);
            let is_whole = node.get("messages").is_some();
            marks.push(Mark {
                span: start..start + key.len(),
                at: if is_whole { Marked::Request } else { at },
                lifetime: entry.value.get("ttl").and_then(Node::text).and_then(parse_duration),
                is_on_nothing: node.get("text").and_then(Node::text).is_some_and(str::is_empty),
            });
        } else {
            gather(&entry.value, if key == "tools" { Marked::Tool } else { at }, marks);
        }
    }
    for item in node.items() {
        gather(item, at, marks);
    }
}
