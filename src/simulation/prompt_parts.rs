//! Parts of a prompt by their purpose: system text, each tool by name, history, reasoning, documents, the question, each in tokens.
//!
//! The prompt was laid out and tokenised once; its marks say where each part begins. Nothing is tokenised again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::RequestPart;
use super::tools::{shown_name, tool_names};
use crate::counting::{Counted, Stretch};
use crate::exchange::{Content, Exchange, Input, Message, Part as ContentPart, Request};
use crate::prompt::Origin;

/// The purpose of a stretch of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PartKind {
    /// Tokens of the provider's template: the start of the prompt, and what asks for the answer.
    Template,
    /// Instructions: system and developer messages.
    System,
    /// Text around the definitions of tools.
    ToolFrame,
    /// The definition of the tool of that name.
    Tool(String),
    /// The text that sets the reasoning effort.
    Effort,
    /// The response format.
    ResponseFormat,
    /// Messages of the user before the last answer.
    EarlierQuestions,
    /// Answers that are sent back, with the calls in them.
    Answers,
    /// Results of tools.
    ToolResults,
    /// Reasoning that is sent back.
    Reasoning,
    /// Documents between tags such as `<document>`, images and files.
    Documents,
    /// Messages of the user behind the last answer.
    Question,
    /// A prompt that is one text.
    Text,
    /// Prompts of the rounds that the provider added to the request: results of its own tools, and what it thought.
    LaterRounds,
}

/// The parts of one prompt, and what its answers say of its tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptParts {
    /// The parts in order, each with its tokens.
    pub parts: Vec<(PartKind, u64)>,
    /// The tools that the answer calls.
    pub called: BTreeSet<String>,
    /// The tools that the answers in the prompt call.
    pub called_before: BTreeSet<String>,
    /// An answer is in the log, so that a tool which none calls is known as such.
    pub has_answers: bool,
}

/// Tags between which documents stand.
const TAGS: [(&str, &str); 6] = [
    ("<document", "</document>"),
    ("<documents", "</documents>"),
    ("<context", "</context>"),
    ("<file", "</file>"),
    ("<source", "</source>"),
    ("<search_results", "</search_results>"),
];

impl PartKind {
    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Template => "template".into(),
            Self::System => "system text".into(),
            Self::ToolFrame => "text around tools".into(),
            Self::Tool(name) => format!("tool {name}"),
            Self::Effort => "reasoning effort".into(),
            Self::ResponseFormat => "response format".into(),
            Self::EarlierQuestions => "earlier questions".into(),
            Self::Answers => "answers sent back".into(),
            Self::ToolResults => "results of tools".into(),
            Self::Reasoning => "reasoning".into(),
            Self::Documents => "documents".into(),
            Self::Question => "the question".into(),
            Self::Text => "text".into(),
            Self::LaterRounds => "later rounds of the provider".into(),
        }
    }
}

impl PromptParts {
    /// The parts of a counted prompt.
    pub(super) fn new(exchange: &Exchange, counted: &Counted) -> Self {
        let request = &exchange.request;
        let documents = |origin, bytes| match origin {
            Origin::Message(index) => {
                request.messages().get(index).map_or_else(Vec::new, |message| documents_of(message, bytes))
            }
            _ => Vec::new(),
        };
        let stretches = counted.stretches(&documents);
        let names = tool_names(request, tools_written(&stretches));
        let mut parts: Vec<(PartKind, u64)> = Vec::new();
        for Stretch { origin, tokens, is_document } in stretches {
            let kind = if is_document { PartKind::Documents } else { kind(request, origin, &names) };
            match parts.last_mut() {
                Some((last, sum)) if *last == kind => *sum += tokens,
                _ => parts.push((kind, tokens)),
            }
        }
        let answer = exchange.response.as_ref().and_then(|response| response.message.as_ref());
        let names =
            |message: &Message| message.tool_calls.iter().map(|call| shown_name(&call.name)).collect::<Vec<_>>();
        let answers = || request.messages().iter().filter(|message| message.role == "assistant");
        Self {
            parts,
            called: answer.map(names).into_iter().flatten().collect(),
            called_before: answers().flat_map(|message| names(message)).collect(),
            has_answers: answer.is_some() || answers().next().is_some(),
        }
    }
}

/// The stretches of a prompt in their order, each tool by its name and each message by its number, with their tokens.
pub(super) fn named_stretches(request: &Request, counted: &Counted, names_tools: bool) -> Vec<(String, u64)> {
    let stretches = counted.stretches(&|_, _| Vec::new());
    let names = tool_names(request, tools_written(&stretches));
    let (mut parts, mut message): (Vec<(String, u64)>, String) = (Vec::new(), String::new());
    for Stretch { origin, tokens, .. } in stretches {
        let name = match origin {
            Origin::Reasoning => format!("reasoning of {message}"),
            Origin::Tool(number) => match names.get(number).filter(|_| names_tools) {
                Some(name) => format!("tool {name}"),
                None => format!("tool {}", number + 1),
            },
            origin => RequestPart::new(origin, request).to_string(),
        };
        if let Origin::Message(_) = origin {
            message.clone_from(&name);
        }
        match parts.last_mut() {
            Some((last, sum)) if *last == name => *sum += tokens,
            _ => parts.push((name, tokens)),
        }
    }
    parts
}

fn tools_written(stretches: &[Stretch]) -> usize {
    let written = stretches.iter().filter(|stretch| matches!(stretch.origin, Origin::Tool(_)));
    written.map(|stretch| stretch.origin).collect::<BTreeSet<_>>().len()
}

fn kind(request: &Request, origin: Origin, names: &[String]) -> PartKind {
    match origin {
        Origin::Start | Origin::Answer | Origin::Output => PartKind::Template,
        Origin::Effort => PartKind::Effort,
        Origin::Tools => PartKind::ToolFrame,
        Origin::Tool(number) => names.get(number).map_or(PartKind::ToolFrame, |name| PartKind::Tool(name.clone())),
        Origin::Format => PartKind::ResponseFormat,
        Origin::Reasoning => PartKind::Reasoning,
        Origin::Message(index) => of_message(request, index),
    }
}

fn of_message(request: &Request, index: usize) -> PartKind {
    if matches!(request.input, Input::Text(_)) {
        return PartKind::Text;
    }
    let messages = request.messages();
    match messages.get(index).map(|message| message.role.as_str()) {
        Some("system" | "developer") => PartKind::System,
        Some("assistant" | "model") => PartKind::Answers,
        Some("tool" | "function") => PartKind::ToolResults,
        _ if messages[(index + 1).min(messages.len())..].iter().any(|message| message.role == "assistant") => {
            PartKind::EarlierQuestions
        }
        _ => PartKind::Question,
    }
}

/// The documents of a message whose text stands in so many bytes of the prompt, as ranges of those; none where the prompt does not
/// have the text as it was sent.
fn documents_of(message: &Message, bytes: usize) -> Vec<std::ops::Range<usize>> {
    let texts: Vec<&str> = match &message.content {
        Some(Content::Text(text)) => vec![text],
        Some(Content::Parts(parts)) => parts
            .iter()
            .filter_map(|part| if let ContentPart::Text(text) = part { Some(&**text) } else { None })
            .collect(),
        None => return Vec::new(),
    };
    let Some(text) = texts.into_iter().find(|text| text.len() == bytes) else { return Vec::new() };
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (open, close) in TAGS {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start) {
            let is_tag = text[start + open.len()..].starts_with(['>', ' ', '\n']);
            let Some(end) = text[start..].find(close).map(|end| start + end + close.len()).filter(|_| is_tag) else {
                at = start + open.len();
                continue;
            };
            found.push(start..end);
            at = end;
        }
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found.dedup_by(|inner, outer| inner.start < outer.end);
    found
}
