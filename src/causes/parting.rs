//! Partings: the texts of two requests around the place where they first differ.

use super::message;
use super::text;
use super::tools;
use crate::exchange::{Exchange, Input};

/// The texts around the first difference of two requests, the stretch that differs between `«` and `»`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// As the earlier request has it.
    pub old: String,
    /// As the later one has it.
    pub new: String,
}

/// Letters that are shown before and behind a difference.
const AROUND: usize = 60;

/// Letters of a difference that are shown.
const SHOWN: usize = 200;

/// The first part in which two requests differ, with its texts there; `None` where the later one only goes on.
pub fn parting(old: &Exchange, new: &Exchange) -> Option<Parting> {
    let (ours, theirs) = (parts(old), parts(new));
    let at = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
    let at = at.or_else(|| (ours.len() > theirs.len()).then_some(theirs.len()))?;
    let part = |parts: &[String]| parts.get(at).cloned().unwrap_or_default();
    let (ours, theirs) = (part(&ours), part(&theirs));
    let stretches = text::stretches(&ours, &theirs);
    let first = stretches.first()?;
    Some(Parting { old: marked(&ours, first.old.clone()), new: marked(&theirs, first.new.clone()) })
}

/// The texts of a request in an order in which providers read them: instructions, tools, messages.
fn parts(exchange: &Exchange) -> Vec<String> {
    let tool = |tool| format!("{} {tool}", tools::name(tool));
    let tools = exchange.request.tools.iter().map(tool);
    if let Input::Text(text) = &exchange.request.input {
        return tools.chain([text.clone()]).collect();
    }
    let messages = exchange.request.messages();
    let instructions = messages.iter().take_while(|message| message.is_system()).count();
    let text = |message: &std::sync::Arc<crate::exchange::Message>| {
        let calls = message.tool_calls.iter().map(|call| format!("{} {}", call.name, call.arguments));
        let reasoning = message.reasoning_content.iter().cloned();
        reasoning.chain([message::text(message).into_owned()]).chain(calls).collect::<Vec<_>>().join("\n")
    };
    let (before, behind) = messages.split_at(instructions);
    before.iter().map(text).chain(tools).chain(behind.iter().map(text)).collect()
}

/// A stretch between marks, with some of the text around it.
fn marked(text: &str, range: std::ops::Range<usize>) -> String {
    let before: Vec<char> = text[..range.start].chars().rev().take(AROUND).collect();
    let before: String = before.into_iter().rev().collect();
    let inner = &text[range.clone()];
    let shown: String = inner.chars().take(SHOWN).collect();
    let more = if shown.len() < inner.len() { "…" } else { "" };
    let behind: String = text[range.end..].chars().take(AROUND).collect();
    format!("{before}«{shown}{more}»{behind}")
}
