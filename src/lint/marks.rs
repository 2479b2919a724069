//! Marks for a cache in documents and in source code: where a request says up to which place it is to be kept.

use std::collections::BTreeMap;
use std::ops::Range;

use super::context::{LintContext, LintedPrompt, Site};
use crate::document::{self, Node, Notation};
use crate::exchange::is_system;
use crate::template::{CodeMark, CodePart, code_marks, is_source};
use crate::time::{SignedDuration, parse_duration};

/// The keys under which APIs have them: Anthropic and those who imitate it, OpenAI, Bedrock, Vercel's AI SDK.
const KEYS: [&str; 4] = ["cache_control", "prompt_cache_breakpoint", "cachePoint", "cacheControl"];

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
    /// The first byte of the request that it is a part of, in source code.
    request: Option<usize>,
}

/// The part of a request that a mark stands at, in the order of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Marked {
    /// A tool.
    Tool,
    /// The instructions before all messages.
    System,
    /// A text.
    Text,
    /// The whole request, so that the provider chooses the place.
    Request,
    /// A place that the program chooses as it runs.
    Unknown,
}

impl Mark {
    /// True if it stands before a value of a prompt, or may: source code is not always in the order of its prompt.
    pub(super) fn may_be_before(&self, prompt: &LintedPrompt<'_>, site: &Site<'_>) -> bool {
        let is_in_system = is_system(prompt.role_of(site));
        let is_earlier = self.span.start < site.span.start;
        match (self.at, self.request) {
            (Marked::Tool | Marked::Unknown, _) => true,
            (Marked::Request, _) => false,
            (Marked::System, _) if !is_in_system => true,
            (Marked::Text, Some(_)) if is_in_system => false,
            // A text that stands outside of the request may be used anywhere in it.
            (_, Some(request)) => is_earlier || site.span.start < request,
            (_, None) => is_earlier,
        }
    }
}

impl LintContext<'_> {
    /// The prompts with marks, each with its own in the order of a prompt. In source code with several prompts a mark belongs to the only
    /// prompt that is written between the beginning of its request and its last mark; of one that is written elsewhere, where it is
    /// sent is known as the program runs.
    pub(super) fn marked_prompts(&self) -> Vec<(&LintedPrompt<'_>, Vec<Mark>)> {
        if is_source(self.file.source.extension()) && self.prompts.len() > 1 {
            return self
                .marked_requests()
                .into_iter()
                .filter_map(|marks| Some((self.only_prompt(&marks)?, marks)))
                .collect();
        }
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

    /// The prompt that is written within the request of these marks, if only one is.
    fn only_prompt(&self, marks: &[Mark]) -> Option<&LintedPrompt<'_>> {
        let request = marks.first()?.request?..marks.iter().map(|mark| mark.span.end).max()?;
        let is_within = |prompt: &&LintedPrompt<'_>| {
            prompt.template.messages.first().is_some_and(|first| request.contains(&first.at))
        };
        let mut within = self.prompts.iter().filter(is_within);
        within.next().filter(|_| within.next().is_none())
    }

    /// The marks of each request, in the order of a prompt.
    pub(super) fn marked_requests(&self) -> Vec<Vec<Mark>> {
        if !is_source(self.file.source.extension()) {
            return self.marked_prompts().into_iter().map(|(_, marks)| marks).collect();
        }
        let mut requests: BTreeMap<Option<usize>, Vec<Mark>> = BTreeMap::new();
        for mark in self.all_marks().into_iter().filter(|mark| mark.at != Marked::Unknown) {
            requests.entry(mark.request).or_default().push(mark);
        }
        let mut requests: Vec<Vec<Mark>> = requests.into_values().collect();
        for marks in &mut requests {
            marks.sort_by_key(|mark| (mark.at, mark.span.start));
        }
        requests
    }

    fn all_marks(&self) -> Vec<Mark> {
        let (text, mut marks) = (self.file.source.text(), Vec::new());
        if is_source(self.file.source.extension()) {
            return code_marks(&self.file.source).into_iter().map(Mark::from).collect();
        }
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

impl From<CodeMark> for Mark {
    fn from(mark: CodeMark) -> Self {
        let at = match mark.at {
            Some(CodePart::Tool) => Marked::Tool,
            Some(CodePart::System) => Marked::System,
            Some(CodePart::Text) => Marked::Text,
            Some(CodePart::Request) => Marked::Request,
            None => Marked::Unknown,
        };
        let lifetime = mark.lifetime.as_deref().and_then(parse_duration);
        Self { span: mark.span, at, lifetime, is_on_nothing: mark.is_on_nothing, request: Some(mark.request) }
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
                request: None,
            });
        } else {
            gather(&entry.value, if key == "tools" { Marked::Tool } else { at }, marks);
        }
    }
    for item in node.items() {
        gather(item, at, marks);
    }
}
