//! Claude Code's session files (`~/.claude/projects/*/*.jsonl`): lines that hang together by `parentUuid`. A compaction is a new
//! root, so that what came before it is no part of later requests.
//!
//! The system prompt and the tools are not in the file, so that prompts are too short by the same text each. One answer spans
//! several lines with the same `message.id`, one for each block; its usage is the last line's. All sessions are taken to share a
//! cache, as those of one account do; `--scope /sessionId` keeps them apart.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::api::Api;
use super::format::{LogFormat, Memory};
use super::json::{instant, items, text};
use super::{Exchange, Message, Place, Request, Response, Usage, anthropic};
use crate::time::Timestamp;

/// A line of a session.
pub(super) struct ClaudeCode;

/// The sessions of one file.
#[derive(Default)]
pub(super) struct Sessions {
    turns: HashMap<String, Turn>,
    open: Option<Answer>,
}

/// A line of the conversation.
struct Turn {
    parent: Option<String>,
    messages: Vec<Message>,
    time: Option<Timestamp>,
}

/// An answer whose lines are still coming.
struct Answer {
    place: Place,
    id: String,
    parent: Option<String>,
    last: Value,
    blocks: Vec<Value>,
}

impl LogFormat for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn about(&self) -> &'static str {
        "Claude Code's session files; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are counted too short")
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.get(key).is_some();
        has("sessionId") && has("type") && (has("uuid") || has("leafUuid") || has("messageId"))
            || line["type"] == "summary" && has("leafUuid")
    }

    fn read(&self, line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String> {
        let place = memory.place;
        let sessions = &mut memory.claude_code;
        if !matches!(line["type"].as_str(), Some("user" | "assistant" | "system" | "attachment")) {
            return Ok(Vec::new());
        }
        let uuid = text(&line, &["/uuid"]).ok_or("no `uuid`")?;
        let turn = Turn {
            parent: text(&line, &["/parentUuid"]),
            messages: messages(&line),
            time: instant(&line, &["/timestamp"]),
        };
        let finished = sessions.advance(line, place, turn.parent.clone());
        sessions.turns.insert(uuid, turn);
        Ok(finished.into_iter().collect())
    }
}

/// What a line adds to the conversation.
fn messages(line: &Value) -> Vec<Message> {
    let content = line.pointer("/message/content");
    match (line["type"].as_str(), content) {
        (Some("user"), Some(content)) => anthropic::turn("user", content),
        (Some("assistant"), Some(content)) => {
            vec![anthropic::answer(&items(Some(content)).cloned().collect::<Vec<_>>())]
        }
        _ => Vec::new(),
    }
}

impl Sessions {
    /// Takes up a line; gives the answer that it shows to be complete.
    fn advance(&mut self, line: Value, place: Place, parent: Option<String>) -> Option<Exchange> {
        let id = (line["type"] == "assistant").then(|| text(&line, &["/message/id", "/requestId", "/uuid"])).flatten();
        if let Some(open) = self.open.as_mut().filter(|open| id.as_ref() == Some(&open.id)) {
            open.blocks.extend(items(line.pointer("/message/content")).cloned());
            open.last = line;
            return None;
        }
        let finished = self.finish();
        if let Some(id) = id.filter(|_| line.pointer("/message/model").is_none_or(|model| model != "<synthetic>")) {
            let blocks = items(line.pointer("/message/content")).cloned().collect();
            self.open = Some(Answer { place, id, parent, last: line, blocks });
        }
        finished
    }

    /// The open answer as an exchange.
    pub(super) fn finish(&mut self) -> Option<Exchange> {
        let Answer { place, parent, last, blocks, .. } = self.open.take()?;
        let (messages, asked) = self.chain(parent.as_deref());
        if messages.is_empty() {
            return None;
        }
        let model = text(&last, &["/message/model"]);
        let message = json!({"content": blocks, "id": last.pointer("/message/id"), "model": &model});
        let end = instant(&last, &["/timestamp"]);
        Some(Exchange {
            place,
            id: text(&last, &["/requestId", "/message/id"]),
            time: asked.or(end),
            end_time: end,
            host: Some("api.anthropic.com".into()),
            request: Request { model, input: messages.into(), ..Request::default() },
            response: anthropic::Messages.response(&message).ok().map(|response| Response { id: None, ..response }),
            usage: last.pointer("/message/usage").map(Usage::from_json).unwrap_or_default(),
            format: Some(ClaudeCode.name()),
            api: Some(anthropic::Messages.name()),
            ..Exchange::default()
        })
    }

    /// All messages up to a line, the oldest first, and when that line was written.
    fn chain(&self, last: Option<&str>) -> (Vec<Message>, Option<Timestamp>) {
        let mut turns: Vec<&Turn> = Vec::new();
        let mut next = last;
        while let Some(turn) = next.and_then(|uuid| self.turns.get(uuid)) {
            turns.push(turn);
            next = turn.parent.as_deref();
            // A file that names itself its own ancestor has no beginning.
            if turns.len() > self.turns.len() {
                break;
            }
        }
        let asked = turns.first().and_then(|turn| turn.time);
        let mut messages: Vec<Message> = Vec::new();
        for message in turns.into_iter().rev().flat_map(|turn| turn.messages.iter().cloned()) {
            match messages.last_mut() {
                // The lines of one answer are one message.
                Some(last) if last.role == "assistant" && message.role == "assistant" => join(last, message),
                _ => messages.push(message),
            }
        }
        (messages, asked)
    }
}

fn join(first: &mut Message, second: Message) {
    let is_empty = |message: &Message| {
        message.content.as_ref().is_none_or(|content| content.texts().0.iter().all(|text| text.is_empty()))
    };
    if is_empty(first) && second.content.is_some() {
        first.content = second.content;
    }
    first.reasoning_content = first.reasoning_content.take().or(second.reasoning_content);
    first.tool_calls.extend(second.tool_calls);
}
