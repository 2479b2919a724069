//! Sessions of Gemini CLI (`~/.gemini/tmp/…/chats/session-*.json`): a document of messages, or since 2026 one line for each.
//!
//! An answer's `tokens` are Gemini's counts under short names: `input` is the whole prompt but for that of its tools, `output` leaves
//! out the thoughts. A line with the id of an earlier one takes its place. Shape: `chatRecordingService.ts` of its repository, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields, Place};
use crate::log::agent::conversation::{Conversation, text_of, tool_call};
use crate::log::body::envelope::in_session;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::options::Owner;
use crate::log::reason::Reason;

/// A session, or a line of one.
pub(crate) struct GeminiCli;

/// The messages of a session that is written line by line, in their order.
#[derive(Default)]
pub(crate) struct GeminiCliReader {
    /// The session's name, and the owner that its first line names.
    session: (Option<String>, Owner),
    messages: Vec<(Place, Owner, Value)>,
    read: Option<std::vec::IntoIter<Exchange>>,
}

/// The short names, and those of Gemini's API.
const COUNTERS: [(&str, &str); 8] = [
    ("input", "promptTokenCount"),
    ("output", "candidatesTokenCount"),
    // The same two in the statistics of a run.
    ("prompt", "promptTokenCount"),
    ("candidates", "candidatesTokenCount"),
    ("cached", "cachedContentTokenCount"),
    ("thoughts", "thoughtsTokenCount"),
    ("tool", "toolUsePromptTokenCount"),
    ("total", "totalTokenCount"),
];

impl LogFormat for GeminiCli {
    fn name(&self) -> &'static str {
        "gemini-cli"
    }

    fn about(&self) -> &'static str {
        "Gemini CLI's session files; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        let is_message = || {
            let kind = line["type"].as_str().unwrap_or_default();
            let is_said = kind == "gemini" || ["user", "info", "error", "warning"].contains(&kind) && has("content");
            is_said && has("id") && has("timestamp") && !has("parentId") && !has("sessionId") && !has("message")
        };
        has("sessionId") && has("projectHash") || has("$set") || has("$rewindTo") || is_message()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(GeminiCliReader::default())
    }
}

impl FormatReader for GeminiCliReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if let Some(messages) = line.field("messages").filter(|messages| messages.is_array()) {
            let placed = items(Some(messages)).map(|message| (None, message));
            return Ok(calls(placed, text(&line, &["/sessionId"]).as_deref(), context));
        }
        if line.field("sessionId").is_some() {
            self.session = (text(&line, &["/sessionId"]), context.owner.clone());
        }
        // The user went back to an earlier message: those behind it are no longer part of the conversation.
        if let Some(id) = text(&line, &["/$rewindTo"]) {
            let kept = self.messages.iter().position(|(.., message)| message["id"] == id.as_str());
            self.messages.truncate(kept.map_or(self.messages.len(), |kept| kept + 1));
        }
        if line.field("id").is_some() && line.field("type").is_some() {
            // A message is written again when its counts or the results of its tools have come: the last writing is whole.
            match self.messages.iter_mut().find(|(.., known)| known["id"] == line["id"]) {
                Some((.., known)) => *known = line,
                None => self.messages.push((context.place, context.owner.clone(), line)),
            }
        }
        Ok(Vec::new())
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let messages = std::mem::take(&mut self.messages);
        let (session, of_session) = &self.session;
        let read = self.read.get_or_insert_with(|| {
            let placed = messages.iter().map(|(place, owner, said)| (Some((*place, owner.or(of_session))), said));
            let mut read = calls(placed, session.as_deref(), context);
            for exchange in &mut read {
                exchange.format = Some(GeminiCli.name());
            }
            read.into_iter()
        });
        let next = read.next();
        if next.is_none() {
            *self = Self::default();
        }
        next
    }
}

/// The calls of a session; an answer of the line form stands at its own line and has that line's owner.
fn calls<'a>(
    messages: impl Iterator<Item = (Option<(Place, Owner)>, &'a Value)>,
    session: Option<&str>,
    context: &mut LineContext,
) -> Vec<Exchange> {
    let mut conversation = Conversation::default();
    let mut found = Vec::new();
    let mut last = Value::Null;
    for (line, message) in messages {
        let said = text_of(&message["content"]);
        match message["type"].as_str() {
            Some("gemini") => {
                let read = conversation.answer(outside(message, &last), answer(message, &said)).map(Some);
                let id = || text(message, &["/id"]).unwrap_or_default();
                let exchange = context.named(|| format!("message {}", id()), read);
                // Without counts an answer is no billed call as far as the file tells; its text stays in the conversation.
                let exchange = exchange.filter(|exchange| exchange.usage.known() > 0);
                let exchange = exchange.map(|exchange| Exchange { id: Some(id()), ..in_session(exchange, session) });
                found.extend(exchange.map(|exchange| match line {
                    Some((place, owner)) => owner.name(Exchange { place, ..exchange }),
                    None => exchange,
                }));
                // Results stand at their call and were sent with the next request.
                for call in items(message.field("toolCalls")).filter(|call| !call["result"].is_null()) {
                    let result = call["result"].to_string();
                    conversation.say(json!({"role": "tool", "tool_call_id": call["id"], "content": result}));
                }
            }
            Some("user") => conversation.say(json!({"role": "user", "content": said})),
            _ => {}
        }
        last = message["timestamp"].clone();
    }
    found
}

/// Counts under the short names by those of Gemini's API.
pub(super) fn usage(tokens: &Value) -> Value {
    let named = |(from, to): &(&str, &str)| Some(((*to).to_owned(), tokens.get(*from)?.clone()));
    Value::Object(COUNTERS.iter().filter_map(named).collect())
}

fn outside(message: &Value, before: &Value) -> Value {
    // A message has the time at which it was complete; the call began when the message before it was.
    let start = if before.is_null() { &message["timestamp"] } else { before };
    json!({"model": message["model"], "usage": usage(&message["tokens"]), "timestamp": start, "end_time": message["timestamp"]})
}

fn answer(message: &Value, said: &str) -> Value {
    let calls = items(message.field("toolCalls"));
    let calls: Vec<Value> = calls.map(|call| tool_call(&call["id"], &call["name"], &call["args"])).collect();
    json!({"role": "assistant", "content": said, "tool_calls": calls})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> [Value; 2] {
        let tokens = json!({"input": 30, "output": 50, "cached": 20, "thoughts": 20, "tool": 900, "total": 1000});
        [
            json!({"id": "a", "timestamp": "2026-04-07T08:00:00Z", "type": "user", "content": [{"text": "Which hull?"}]}),
            json!({"id": "b", "timestamp": "2026-04-07T08:00:05Z", "type": "gemini", "content": "Blue.", "model": "gemini-2.5-pro",
                "tokens": tokens}),
        ]
    }

    fn counts(exchange: &Exchange) -> [Option<u64>; 3] {
        [exchange.usage.prompt_tokens, exchange.usage.hit_tokens, exchange.usage.output_tokens]
    }

    #[test]
    fn a_document_and_its_lines_hold_the_same_calls() {
        let document = json!({"sessionId": "s", "projectHash": "h", "messages": messages()});
        let whole = GeminiCliReader::default().line(document, &mut LineContext::default()).unwrap();
        assert_eq!((whole.len(), counts(&whole[0])), (1, [Some(930), Some(20), Some(70)]));
        let (mut reader, mut context) = (GeminiCliReader::default(), LineContext::default());
        let [user, answer] = messages();
        let mut early = answer.clone();
        early["tokens"] = Value::Null;
        for line in [json!({"sessionId": "s", "projectHash": "h"}), user, early, answer] {
            assert!(GeminiCli.recognises(&line), "{line}");
            assert!(reader.line(line, &mut context).unwrap().is_empty());
        }
        let found = reader.next_of_source(&mut context).unwrap();
        assert_eq!((counts(&found), found.request.messages().len()), (counts(&whole[0]), 1));
        assert!(reader.next_of_source(&mut context).is_none());
    }
}
