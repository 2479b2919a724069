//! Parts of a prompt by their purpose: system text, each tool by name, history, reasoning, documents, the question, each in tokens.
//!
//! The prompt was laid out and tokenised once; its marks say where each part begins. Nothing is tokenised again.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::tools::{shown_name, tool_names};
use super::{Record, RequestPart};
use crate::counting::{Counted, Stretch};
use crate::exchange::{Content, Exchange, Input, Message, Part as ContentPart, Request};
use crate::number::share;
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

/// The parts of one prompt by their kinds, and what its answers say of its tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptParts {
    /// Each kind once; what no log shows of the prompt has none.
    pub parts: Vec<BilledPart>,
    /// The tools that the answer calls.
    pub called: BTreeSet<String>,
    /// The tools that the answers in the prompt call.
    pub called_before: Arc<BTreeSet<String>>,
    /// An answer is in the log, so that a tool which none calls is known as such.
    pub has_answers: bool,
}

/// The tokens of a kind in one prompt, as it is billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledPart {
    /// The purpose; `None` for what no log shows.
    pub kind: Option<PartKind>,
    /// Its tokens.
    pub tokens: u64,
    /// Those of them that are billed as hits.
    pub hits: u64,
}

/// The parts of a prompt in their order, to which the next request of its conversation adds some.
#[derive(Clone, Debug, Default)]
pub(super) struct PartsInOrder {
    kinds: Vec<PartKind>,
    /// Each by the place of its kind, with its tokens.
    parts: Vec<(usize, u64)>,
    /// Tokens behind all messages, which ask for the answer.
    answer: u64,
    /// The first part behind the last answer: what the user says from there on is the question.
    question: usize,
    called: Arc<BTreeSet<String>>,
    has_answers: bool,
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

impl PartsInOrder {
    /// The parts of a counted prompt.
    pub(super) fn new(request: &Request, counted: &Counted) -> Self {
        let mut parts = Self::default();
        parts.answer = parts.add(request, counted, |_| true);
        parts
    }

    /// Adds messages that follow, of which a request of theirs alone was counted.
    pub(super) fn go_on(&mut self, request: &Request, counted: &Counted) {
        self.add(request, counted, |origin| matches!(origin, Origin::Message(_) | Origin::Reasoning));
    }

    /// Adds the parts of those origins; gives the tokens behind all of them that ask for the answer.
    fn add(&mut self, request: &Request, counted: &Counted, is_added: impl Fn(Origin) -> bool) -> u64 {
        let messages = request.messages();
        let documents = |origin, bytes| match origin {
            Origin::Message(index) => messages.get(index).map_or_else(Vec::new, |message| documents_of(message, bytes)),
            _ => Vec::new(),
        };
        let stretches = counted.stretches(&documents);
        let names = tool_names(request, tools_written(&stretches));
        let last_answer = messages.iter().rposition(|message| message.role == "assistant");
        if last_answer.is_some() {
            self.question = self.parts.len();
            self.has_answers = true;
        }
        let mut asking = 0;
        for Stretch { origin, tokens, is_document } in stretches.into_iter().filter(|stretch| is_added(stretch.origin))
        {
            if matches!(origin, Origin::Answer | Origin::Output) {
                asking += tokens;
                continue;
            }
            // Some templates ask for each answer of the history as for the next one.
            if asking > 0 {
                self.push(PartKind::Template, std::mem::take(&mut asking));
            }
            self.push(if is_document { PartKind::Documents } else { kind(request, origin, &names) }, tokens);
            if matches!(origin, Origin::Message(index) if last_answer.is_some_and(|last| index <= last)) {
                self.question = self.parts.len();
            }
        }
        let answers = messages.iter().filter(|message| message.role == "assistant");
        for name in answers.flat_map(|message| &message.tool_calls).map(|call| shown_name(&call.name)) {
            if !self.called.contains(&name) {
                Arc::make_mut(&mut self.called).insert(name);
            }
        }
        asking
    }

    fn push(&mut self, kind: PartKind, tokens: u64) {
        let is_apart = kind == PartKind::EarlierQuestions && self.question == self.parts.len();
        let kind = self.kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        match self.parts.last_mut().filter(|_| !is_apart) {
            Some((last, sum)) if *last == kind => *sum += tokens,
            _ => self.parts.push((kind, tokens)),
        }
    }

    /// The parts as the prompt of a record is billed: its first tokens are the hits.
    pub(super) fn billed(&self, exchange: &Exchange, record: &Record) -> PromptParts {
        let answer = exchange.response.as_ref().and_then(|response| response.message.as_ref());
        PromptParts {
            parts: self.billed_parts(record),
            called: answer.iter().flat_map(|message| &message.tool_calls).map(|call| shown_name(&call.name)).collect(),
            called_before: Arc::clone(&self.called),
            has_answers: self.has_answers || answer.is_some(),
        }
    }

    fn billed_parts(&self, record: &Record) -> Vec<BilledPart> {
        let counted = self.parts.iter().map(|(_, tokens)| tokens).sum::<u64>() + self.answer;
        let billed = record.bill.prompt_tokens.or(record.prompt_tokens).unwrap_or(counted);
        // Tokens of an agent's prompt that the log does not hold stand before those that it holds; other counts are estimates of all.
        let hidden = if record.known_in_part { billed.saturating_sub(counted) } else { 0 };
        let later = record.sent_tokens.map_or(0, |sent| billed.saturating_sub(sent)).min(billed - hidden);
        let known = billed - hidden - later;
        let mut hits = record.bill.billed().map_or(0, |(_, charge)| charge.usage.hit_tokens);
        let mut take = |tokens: u64| {
            let taken = hits.min(tokens);
            hits -= taken;
            taken
        };
        // Sums of tokens and of hits: those of each kind, the question's, the template's behind the messages.
        let (question, template) = (self.kinds.len(), self.kinds.len() + 1);
        let mut sums = vec![None; self.kinds.len() + 2];
        let mut billed = Vec::new();
        if hidden > 0 {
            billed.push(BilledPart { kind: None, tokens: hidden, hits: take(hidden) });
        }
        let asked = self.kinds.iter().position(|kind| *kind == PartKind::EarlierQuestions);
        let (mut ours, mut theirs) = (0, 0);
        let behind = (self.answer > 0).then_some((template, self.answer));
        for (number, (kind, tokens)) in self.parts.iter().copied().chain(behind).enumerate() {
            ours += tokens;
            let before = std::mem::replace(&mut theirs, share(known, ours, counted));
            let is_question = number >= self.question && Some(kind) == asked;
            let (tokens, hits) = sums[if is_question { question } else { kind }].get_or_insert((0, 0));
            *tokens += theirs - before;
            *hits += take(theirs - before);
        }
        let kinds = self.kinds.iter().cloned().chain([PartKind::Question, PartKind::Template]);
        for (kind, sum) in kinds.zip(sums) {
            let Some((tokens, hits)) = sum else { continue };
            match billed.iter_mut().find(|part| part.kind.as_ref() == Some(&kind)) {
                Some(part) => (part.tokens, part.hits) = (part.tokens + tokens, part.hits + hits),
                None => billed.push(BilledPart { kind: Some(kind), tokens, hits }),
            }
        }
        if later > 0 {
            billed.push(BilledPart { kind: Some(PartKind::LaterRounds), tokens: later, hits: take(later) });
        }
        billed
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
    match request.messages().get(index).map(|message| message.role.as_str()) {
        Some("system" | "developer") => PartKind::System,
        Some("assistant" | "model") => PartKind::Answers,
        Some("tool" | "function") => PartKind::ToolResults,
        _ => PartKind::EarlierQuestions,
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
