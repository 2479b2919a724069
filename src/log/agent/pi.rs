//! Sessions of pi (`~/.pi/agent/sessions/…/*.jsonl`): entries that hang together by `parentId`, a header first.
//!
//! An assistant's message is one call, its counts in pi's own names: `input` leaves out what was read from the cache and written to
//! it, and `cost` is what pi reckons. Shape: `packages/coding-agent/docs/session.md` of its repository, version 3, 2026-11.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::agent::conversation::{Conversation, text_of, tool_call};
use crate::log::agent::given::GivenAnswers;
use crate::log::body::envelope::in_session;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::reason::Reason;

/// An entry of a session.
pub(crate) struct Pi;

/// The conversation up to each entry of the session that is read.
#[derive(Default)]
pub(crate) struct PiReader {
    session: Option<String>,
    up_to: HashMap<String, Conversation>,
    given: GivenAnswers,
}

impl LogFormat for Pi {
    fn name(&self) -> &'static str {
        "pi"
    }

    fn about(&self) -> &'static str {
        "pi's session files; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        const OTHERS: [&str; 9] = [
            "model_change",
            "thinking_level_change",
            "compaction",
            "branch_summary",
            "custom",
            "custom_message",
            "label",
            "session_info",
            "leaf",
        ];
        let has = |key: &str| line.field(key).is_some();
        match line["type"].as_str() {
            Some("session") => has("version") && has("cwd") && has("id"),
            Some("message") => has("parentId") && line["message"].field("role").is_some(),
            Some(kind) => OTHERS.contains(&kind) && has("parentId"),
            None => false,
        }
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(PiReader::default())
    }
}

impl FormatReader for PiReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        // A header begins a session, whose ids have nothing to do with those before.
        if line["type"] == "session" {
            (self.session, self.up_to) = (text(&line, &["/id"]), HashMap::new());
            return Ok(Vec::new());
        }
        // A session branches when the user goes back, so that each entry continues its parent, not the line before it.
        let parent = text(&line, &["/parentId"]).and_then(|parent| self.up_to.get(&parent));
        let mut conversation = parent.cloned().unwrap_or_default();
        let said = &line["message"];
        let mut found = Vec::new();
        match (line["type"].as_str(), said["role"].as_str()) {
            (Some("message"), Some("assistant")) => {
                let exchange = conversation.answer(outside(&line), answer(said))?;
                let exchange = in_session(exchange, self.session.as_deref());
                let id = text(said, &["/responseId"]).or_else(|| text(&line, &["/id"]));
                // A fork begins with the entries of the session that it was forked from.
                let marks = [&line["id"], &line["timestamp"], &said["usage"]];
                if exchange.usage.known() > 0 && !self.given.has(&marks, context) {
                    found.push(Exchange { id, ..exchange });
                }
            }
            (Some("message"), Some("toolResult")) => conversation
                .say(json!({"role": "tool", "tool_call_id": said["toolCallId"], "content": text_of(&said["content"])})),
            (Some("message"), Some(_)) => {
                conversation.say(json!({"role": "user", "content": text_of(&said["content"])}));
            }
            // From here on the model is fed the summary in place of all messages before.
            (Some("compaction" | "branch_summary"), _) => {
                conversation = Conversation::default();
                conversation.say(json!({"role": "user", "content": line["summary"]}));
            }
            _ => {}
        }
        if let Some(id) = text(&line, &["/id"]) {
            self.up_to.insert(id, conversation);
        }
        Ok(found)
    }

    fn next_of_source(&mut self, _: &mut LineContext) -> Option<Exchange> {
        (self.session, self.up_to) = (None, HashMap::new());
        None
    }
}

/// Model, seller, times and counts of an assistant's entry: the message has the time of its beginning, the entry that of its end.
fn outside(line: &Value) -> Value {
    let said = &line["message"];
    let start = said.field("timestamp").unwrap_or(&line["timestamp"]);
    json!({"model": said["model"], "provider": said["provider"], "usage": said["usage"], "timestamp": start,
        "end_time": line["timestamp"], "status": (said["stopReason"] == "error").then_some("error")})
}

fn answer(said: &Value) -> Value {
    let calls = items(said.field("content")).filter(|part| part["type"] == "toolCall");
    let calls: Vec<Value> = calls.map(|part| tool_call(&part["id"], &part["name"], &part["arguments"])).collect();
    json!({"role": "assistant", "content": text_of(&said["content"]), "tool_calls": calls})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_call_that_holds_what_its_branch_said() {
        let said = |id: &str, parent: &str, message: Value| json!({"type": "message", "id": id, "parentId": parent, "timestamp": "2026-04-07T08:00:05Z", "message": message});
        let usage = json!({"input": 40, "output": 9, "cacheRead": 60, "cacheWrite": 3, "totalTokens": 112, "cost": {"total": 0.5}});
        let answer = json!({"role": "assistant", "provider": "anthropic", "model": "claude-haiku-4-5", "usage": usage,
            "content": [{"type": "text", "text": "Blue."}]});
        let (mut reader, mut context) = (PiReader::default(), LineContext::default());
        let mut read = |line: Value| {
            assert!(Pi.recognises(&line), "{line}");
            reader.line(line, &mut context).unwrap()
        };
        assert!(read(json!({"type": "session", "version": 3, "id": "s", "cwd": "/yard"})).is_empty());
        assert!(
            read(said("a", "", json!({"role": "user", "content": [{"type": "text", "text": "Which hull?"}]})))
                .is_empty()
        );
        let copied = said("b", "a", answer.clone());
        let first = read(copied.clone()).remove(0);
        let other = read(said("c", "a", answer)).remove(0);
        assert_eq!(
            (first.request.messages().len(), other.request.messages().len()),
            (1, 1),
            "a branch begins at its parent"
        );
        assert_eq!((first.usage.prompt_tokens, first.usage.hit_tokens), (Some(103), Some(60)));
        assert_eq!(first.usage.logged_cost.unwrap().to_string(), "0.5");
        assert_eq!((first.seller, first.session_name.as_deref()), (Some("anthropic"), Some("s")));
        assert!(read(json!({"type": "session", "version": 3, "id": "fork", "cwd": "/yard"})).is_empty());
        assert!(read(copied).is_empty(), "a fork has a copy of it");
    }
}
