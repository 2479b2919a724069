//! Codex's session files (`~/.codex/sessions/…/rollout-*.jsonl`): `{"timestamp", "type", "payload"}` lines in order.
//!
//! A request is everything before the answer; it ends with the `token_count` event that follows. An answer that was interrupted has
//! none: it ends with what the user does next, and no usage is known of it. Newer versions write a `token_usage_record` as well: whichever
//! comes first is taken. The tools are not in the file, the instructions only in
//! older versions. After a `compacted` line the conversation begins with what it says.
//!
//! A session that is forked begins with a copy of the other, line by line and with new times. An answer counts once in a run, where
//! it was read first, and not at all in a file that says it is a fork or a subagent: what was copied was written at once, line upon line. It is known again by all items up to it and its counts, where one of the items has an id or the file says that
//! it is a fork; without either, two runs of the same words would be taken for one.
//!
//! The cache's owner is looked up where the session begins, then in the line of its turn, then in the last one of the request: what
//! `/payload/id` leads to is the session's name there, and an item's in most lines behind.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{
    Content, Exchange, FormatTraits, HasFields, Input, Message, Place, Request, Response, SessionMessages, Usage,
};
use crate::hash::{self, ByDigest};
use crate::log::body::api::Api as _;
use crate::log::body::envelope::in_session;
use crate::log::body::responses;
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::json::{instant, items, text};
use crate::log::options::Owner;
use crate::log::reason::Reason;
use crate::log::secret;
use crate::time::{SignedDuration, Timestamp};

/// A line of a session.
pub(crate) struct Codex;

/// The session of the source that is read, and the answers of all.
#[derive(Default)]
pub(crate) struct CodexReader {
    open: CodexSession,
    /// Answers that were given.
    given: Given,
}

/// The session of one file so far.
#[derive(Default)]
pub(crate) struct CodexSession {
    name: Option<String>,
    model: Option<String>,
    effort: Option<String>,
    /// The conversation up to the last answer, which requests share.
    messages: SessionMessages,
    /// The end of the conversation: the last answer, and the messages since.
    tail: Vec<Arc<Message>>,
    /// The answer that is being written.
    answer: Option<OpenAnswer>,
    /// Time of the last line.
    last: Option<Timestamp>,
    /// The owners that the session's first line, the line of its turn and the last line of the conversation name.
    owners: [Owner; 3],
    /// All items so far, in one digest.
    items: u128,
    /// True if no other session but a copy can have these items.
    is_unique: bool,
    /// True if a line said that a session begins.
    has_begun: bool,
    /// Time at which the session was forked from another, if it says so.
    forked: Option<Timestamp>,
    /// The lines at its beginning that were written at once.
    burst: Burst,
    /// The counts of the whole session by the last event that has them.
    total: Option<Value>,
}

/// Remark on an answer that a fork has from the session it copies.
const COPIED: &str = "an answer copied from the session that this one was forked from: it is counted there";

/// Answers by all items up to their end, and their counts.
type Given = HashSet<u128, ByDigest>;

/// An answer that has begun.
struct OpenAnswer {
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
        Some("the tools are not in the file: prompt counts are too low")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        const TYPES: [&str; 6] =
            ["session_meta", "turn_context", "response_item", "event_msg", "compacted", "token_usage_record"];
        let is_known = |kind: &str| TYPES.contains(&kind);
        // Newer versions have lines of more kinds, which say nothing of a call.
        let is_line = || line["payload"].is_object() && line.as_object().is_some_and(|line| line.len() == 3);
        line.field("payload").is_some()
            && line["type"]
                .as_str()
                .is_some_and(|kind| is_known(kind) || line.field("timestamp").is_some() && is_line())
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(CodexReader::default())
    }
}

impl FormatReader for CodexReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let Self { open: session, given } = self;
        let (place, owner) = (context.place, context.owner.clone());
        let (time, payload) = (instant(&line, &["/timestamp"]), &line["payload"]);
        let kind = line["type"].as_str();
        let finished = match kind {
            Some("token_usage_record") => session.recorded(payload, time, given),
            _ if payload["type"] == "token_count" => session.finish(payload, time, given),
            _ if ends_answer(kind, payload) => session.interrupt(given),
            _ => None,
        };
        match kind {
            Some("session_meta") => session.begin(payload, time, owner),
            Some("turn_context") => {
                session.owners[1] = owner;
                session.model = text(payload, &["/model"]);
                session.effort = text(payload, &["/effort"]);
            }
            Some("response_item") => session.item(payload, place, owner),
            Some("compacted") => session.compact(payload),
            _ => {}
        }
        session.last = time.or(session.last);
        if kind != Some("session_meta") {
            session.burst.follow(time);
        }
        let is_copy = |found: &Exchange| session.is_copy(found.end_time);
        if finished.as_ref().is_some_and(is_copy) {
            context.remarks.push(Skip { place, reason: COPIED.into(), is_read: true });
            return Ok(Vec::new());
        }
        Ok(finished.into_iter().collect())
    }

    /// The answer that a source ends with, if nothing closed it.
    fn next_of_source(&mut self, _: &mut LineContext) -> Option<Exchange> {
        std::mem::take(&mut self.open).interrupt(&mut self.given)
    }
}

/// True if a line is one that no answer goes on behind.
fn ends_answer(kind: Option<&str>, payload: &Value) -> bool {
    match kind {
        Some("session_meta" | "turn_context" | "compacted") => true,
        Some("response_item") => payload["type"] == "message" && payload["role"] == "user",
        _ => payload["type"] == "turn_aborted",
    }
}

/// Counts less those that were told before.
pub(super) fn beyond(total: &Value, before: Option<&Value>) -> Value {
    let counts = total.as_object().into_iter().flatten().filter_map(|(name, value)| {
        let known = before.and_then(|before| before.get(name)?.as_u64()).unwrap_or(0);
        Some((name.clone(), value.as_u64()?.saturating_sub(known).into()))
    });
    Value::Object(counts.collect())
}

/// Lines that follow each other quicker than any model answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Burst {
    /// No line has a time yet.
    #[default]
    Ahead,
    /// It goes on, its last line being of this time.
    Since(Timestamp),
    /// A line came later.
    Over,
}

/// The longest time between two lines that were written at once; an answer takes longer.
const AT_ONCE: SignedDuration = SignedDuration::from_millis(500);

impl Burst {
    /// Takes up the time of a line.
    fn follow(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        *self = match *self {
            Self::Ahead => Self::Since(time),
            Self::Since(last) if time.duration_since(last) < AT_ONCE => Self::Since(time),
            Self::Since(_) | Self::Over => Self::Over,
        };
    }
}

impl CodexSession {
    fn begin(&mut self, meta: &Value, time: Option<Timestamp>, owner: Owner) {
        // The session that a fork copies is named right behind its own.
        let parent = ["/forked_from_id", "/parent_thread_id", "/source/subagent/thread_spawn/parent_thread_id"];
        let is_named = text(meta, &parent).is_some();
        let is_of_parent = self.has_begun && self.items == 0;
        let is_fork = is_of_parent || is_named;
        let name = self.name.take().filter(|_| is_of_parent).or_else(|| text(meta, &["/id"]));
        let forked = if is_named { time } else { self.forked.filter(|_| self.items == 0) };
        *self = Self { name, has_begun: true, is_unique: is_fork, forked, ..Self::default() };
        self.owners[0] = owner;
        if let Some(instructions) = text(meta, &["/instructions", "/base_instructions/text"]) {
            let content = Some(Content::Text(instructions));
            self.tail.push(Message { role: "system".into(), content, ..Message::default() }.into());
        }
    }

    fn item(&mut self, item: &Value, place: Place, owner: Owner) {
        self.note(item);
        let is_answer = match item["type"].as_str() {
            Some("message") => item["role"] == "assistant",
            Some(kind) => kind == "reasoning" || kind.ends_with("_call"),
            None => false,
        };
        if is_answer && self.answer.is_none() {
            let [session, turn, request] = &self.owners;
            let owner = session.or(turn).or(request).or(&owner);
            self.answer = Some(OpenAnswer { place, asked: self.last, owner });
            // An answer begins a message of its own, whatever stands before it.
            self.settle();
        }
        self.owners[2] = owner;
        responses::push(&mut self.tail, item);
    }

    /// Makes the end of the conversation part of what requests share.
    fn settle(&mut self) {
        self.tail.iter_mut().for_each(secret::hide_in_message);
        self.messages.extend(self.tail.drain(..));
    }

    /// Takes up what tells this session from others.
    fn note(&mut self, item: &Value) {
        self.items = hash::chain(self.items, item.to_string().as_bytes());
        self.is_unique |= text(item, &["/id", "/call_id", "/encrypted_content"]).is_some();
    }

    fn compact(&mut self, payload: &Value) {
        self.note(payload);
        self.settle();
        let system = |message: &&Arc<Message>| message.role == "system";
        self.messages = self.messages.so_far().as_slice().iter().filter(system).cloned().collect();
        if let Some(history) = payload.field("replacement_history").filter(|history| history.is_array()) {
            items(Some(history)).for_each(|item| responses::push(&mut self.tail, item));
        } else {
            let content = text(payload, &["/message"]).map(Content::Text);
            self.tail.push(Message { role: "user".into(), content, ..Message::default() }.into());
        }
    }

    /// True if an answer of that end was copied from the session that this one was forked from: what is copied was written at once, or
    /// has its own time before the fork.
    fn is_copy(&self, end: Option<Timestamp>) -> bool {
        let Some((forked, end)) = self.forked.zip(end) else { return false };
        end < forked || self.burst == Burst::Since(end)
    }

    /// The answer that a record of its usage closes.
    fn recorded(&mut self, payload: &Value, time: Option<Timestamp>, given: &mut Given) -> Option<Exchange> {
        let usage = payload.field("usage").filter(|usage| usage.is_object())?;
        let id = text(payload, &["/response_id"]);
        let name = hash::chain(self.items, id.as_deref().unwrap_or(&usage.to_string()).as_bytes());
        let exchange = self.close(Usage::from_json(usage), time, name, given)?;
        Some(Exchange { id, ..exchange })
    }

    /// The answer that a count of tokens closes; counts without an answer repeat the last, and so do those of no more tokens in all.
    fn finish(&mut self, payload: &Value, time: Option<Timestamp>, given: &mut Given) -> Option<Exchange> {
        let total = payload.pointer("/info/total_token_usage").filter(|total| total.is_object());
        if total.is_some() && total == self.total.as_ref() {
            return None;
        }
        // Versions of 2025 told the sum alone.
        let usage = payload.pointer("/info/last_token_usage").filter(|usage| usage.is_object()).cloned();
        let usage = usage.or_else(|| Some(beyond(total?, self.total.as_ref())))?;
        self.total = total.cloned();
        let name = hash::chain(self.items, usage.to_string().as_bytes());
        self.close(Usage::from_json(&usage), time, name, given)
    }

    /// The answer that is open, which nothing was counted of.
    fn interrupt(&mut self, given: &mut Given) -> Option<Exchange> {
        self.close(Usage::default(), self.last, self.items, given)
    }

    /// The open answer as an exchange; `None` where it was given before.
    fn close(&mut self, usage: Usage, time: Option<Timestamp>, name: u128, given: &mut Given) -> Option<Exchange> {
        let OpenAnswer { place, asked, owner } = self.answer.take()?;
        if self.messages.is_empty() || !given.insert(name) && self.is_unique {
            return None;
        }
        // Results that were written before the count are no part of the answer.
        let answer = self.tail.iter().find(|message| message.role == "assistant");
        let exchange = Exchange {
            place,
            time: asked.or(time),
            end_time: time,
            request: Request {
                model: self.model.clone(),
                input: Input::Messages(self.messages.so_far()),
                reasoning_effort: self.effort.clone(),
                ..Request::default()
            },
            response: Some(Response { message: answer.map(|answer| Message::clone(answer)), ..Response::default() }),
            usage,
            format: Some(Codex.name()),
            api: Some(responses::Responses.name()),
            ..Exchange::default()
        };
        Some(owner.name(in_session(exchange, self.name.as_deref())))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_in_memory_once_however_many_requests_hold_it() {
        let (mut sessions, mut context) = (CodexReader::default(), LineContext::default());
        let mut read = |kind: &str, payload: Value| {
            sessions.line(json!({"type": kind, "payload": payload}), &mut context).unwrap()
        };
        let said = |role: &str| json!({"type": "message", "role": role, "content": "text"});
        read("session_meta", json!({"instructions": "be brief"}));
        let mut requests = Vec::new();
        for turn in 0..20 {
            read("response_item", said("user"));
            read("response_item", said("assistant"));
            read("response_item", json!({"type": "function_call", "call_id": "c", "name": "shell"}));
            let counts = json!({"type": "token_count", "info": {"last_token_usage": {"input_tokens": turn}}});
            requests.extend(read("event_msg", counts));
            if turn == 9 {
                read("compacted", json!({"message": "so far"}));
            }
        }
        let kept: HashSet<_> = requests.iter().flat_map(|found| found.request.messages()).map(Arc::as_ptr).collect();
        // The instructions once, 19 messages to the tenth request, behind the summary 20 more.
        assert_eq!(kept.len(), 1 + 19 + 20);
        let roles = requests[10].request.messages().iter().map(|message| message.role.as_str());
        assert_eq!(roles.collect::<Vec<_>>(), ["system", "user", "user"]);
    }
}
