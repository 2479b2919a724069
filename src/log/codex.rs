//! Codex's session files (`~/.codex/sessions/…/rollout-*.jsonl`): `{"timestamp", "type", "payload"}` lines in order.
//!
//! A request is everything before the answer; it ends with the `token_count` event that follows. The tools are not in the file,
//! the instructions only in older versions. After a `compacted` line the conversation begins with what it says.
//!
//! The cache's owner is looked up where the session begins, then in the line of its turn, then in the last one of the request: what
//! `/payload/id` leads to is the session's name there, and an item's in most lines behind.

use serde_json::Value;

use super::format::{LogFormat, Memory};
use super::json::{instant, items, text};
use super::options::Owner;
use super::{Content, Exchange, Message, Place, Request, Response, Usage, responses};
use crate::time::Timestamp;

/// A line of a session.
pub(super) struct Codex;

/// The session of one file so far.
#[derive(Default)]
pub(super) struct Session {
    model: Option<String>,
    effort: Option<String>,
    messages: Vec<Message>,
    /// The answer that is being written.
    answer: Option<Answer>,
    /// When the last line was written.
    last: Option<Timestamp>,
    /// Whom the session's first line names, the line of its turn, and the last line of the conversation.
    owners: [Owner; 3],
}

/// An answer that has begun.
struct Answer {
    /// How many messages stood before it.
    before: usize,
    place: Place,
    asked: Option<Timestamp>,
    owner: Owner,
}

impl LogFormat for Codex {
    fn name(&self) -> &'static str {
        "codex"
    }

    fn about(&self) -> &'static str {
        "Codex's session files; the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the tools are not in the file: prompts are counted too short")
    }

    fn recognises(&self, line: &Value) -> bool {
        const TYPES: [&str; 5] = ["session_meta", "turn_context", "response_item", "event_msg", "compacted"];
        line.get("payload").is_some() && line["type"].as_str().is_some_and(|kind| TYPES.contains(&kind))
    }

    fn read(&self, line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String> {
        let (session, place, owner) = (&mut memory.codex, memory.place, memory.owner.clone());
        let (time, payload) = (instant(&line, &["/timestamp"]), &line["payload"]);
        let mut finished = None;
        match line["type"].as_str() {
            Some("session_meta") => session.begin(payload, owner),
            Some("turn_context") => {
                session.owners[1] = owner;
                session.model = text(payload, &["/model"]);
                session.effort = text(payload, &["/effort"]);
            }
            Some("response_item") => session.item(payload, place, owner),
            Some("compacted") => session.compact(payload),
            _ if payload["type"] == "token_count" => finished = session.finish(payload, time),
            _ => {}
        }
        session.last = time.or(session.last);
        Ok(finished.into_iter().collect())
    }
}

impl Session {
    fn begin(&mut self, meta: &Value, owner: Owner) {
        *self = Self::default();
        self.owners[0] = owner;
        if let Some(instructions) = text(meta, &["/instructions", "/base_instructions/text"]) {
            let content = Some(Content::Text(instructions));
            self.messages.push(Message { role: "system".into(), content, ..Message::default() });
        }
    }

    fn item(&mut self, item: &Value, place: Place, owner: Owner) {
        let is_answer = match item["type"].as_str() {
            Some("message") => item["role"] == "assistant",
            Some(kind) => kind == "reasoning" || kind.ends_with("_call"),
            None => false,
        };
        if is_answer && self.answer.is_none() {
            let [session, turn, request] = &self.owners;
            let owner = session.or(turn).or(request).or(&owner);
            self.answer = Some(Answer { before: self.messages.len(), place, asked: self.last, owner });
        }
        self.owners[2] = owner;
        // An answer begins a message of its own, whatever stands before it.
        responses::push(&mut self.messages, item);
    }

    fn compact(&mut self, payload: &Value) {
        self.messages.retain(|message| message.role == "system");
        if let Some(history) = payload.get("replacement_history").filter(|history| history.is_array()) {
            items(Some(history)).for_each(|item| responses::push(&mut self.messages, item));
        } else {
            let content = text(payload, &["/message"]).map(Content::Text);
            self.messages.push(Message { role: "user".into(), content, ..Message::default() });
        }
        self.answer = None;
    }

    /// The answer that a count of tokens closes; counts without an answer repeat the last.
    fn finish(&mut self, payload: &Value, time: Option<Timestamp>) -> Option<Exchange> {
        let usage = payload.pointer("/info/last_token_usage")?;
        let Answer { before, place, asked, owner } = self.answer.take()?;
        if before == 0 {
            return None;
        }
        // Results that were written before the count are no part of the answer.
        let answer = self.messages[before..].iter().find(|message| message.role == "assistant").cloned();
        Some(Exchange {
            place,
            time: asked.or(time),
            end_time: time,
            scope: owner.scope(None),
            request: Request {
                model: self.model.clone(),
                input: self.messages[..before].to_vec().into(),
                reasoning_effort: self.effort.clone(),
                ..Request::default()
            },
            response: Some(Response { message: answer, ..Response::default() }),
            usage: Usage::from_json(usage),
            format: Some(Codex.name()),
            ..Exchange::default()
        })
    }
}
