//! Sessions of Qwen Code (`~/.qwen/projects/…/chats/*.jsonl`): records that hang together by `parentUuid`, their contents as Gemini
//! has them.
//!
//! A record of type `assistant` is one call, its counts in `usageMetadata`; records of telemetry repeat them. Shape:
//! `chatRecordingService.ts` of its repository, 2026-11; its first versions counted under Gemini CLI's short names.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::agent::conversation::{Conversation, tool_call};
use crate::log::agent::gemini_cli;
use crate::log::agent::given::GivenAnswers;
use crate::log::body::envelope::in_session;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::reason::Reason;

/// A record of a session.
pub(crate) struct QwenCode;

/// The conversation up to each record of the session that is read, and the time of each.
#[derive(Default)]
pub(crate) struct QwenCodeReader {
    up_to: HashMap<String, (Conversation, Value)>,
    given: GivenAnswers,
}

impl LogFormat for QwenCode {
    fn name(&self) -> &'static str {
        "qwen-code"
    }

    fn about(&self) -> &'static str {
        "Qwen Code's session files; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("uuid").is_some() && line.field("sessionId").is_some() && line["type"].is_string() && is_own(line)
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(QwenCodeReader::default())
    }
}

/// True if a record has what the lines of no other agent have, which may have the same ids.
pub(super) fn is_own(line: &Value) -> bool {
    line["message"]["parts"].is_array() || line["usageMetadata"].is_object() || line.field("systemPayload").is_some()
}

impl FormatReader for QwenCodeReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let before = text(&line, &["/parentUuid"]).and_then(|parent| self.up_to.get(&parent));
        let (mut conversation, asked) = before.cloned().unwrap_or_default();
        let mut found = Vec::new();
        match line["type"].as_str() {
            Some("assistant") => {
                let exchange = conversation.answer(outside(&line, asked), answer(&line["message"]))?;
                let is_call = exchange.usage.known() > 0;
                let marks = [&line["uuid"], &line["timestamp"], &line["usageMetadata"]];
                if is_call && !self.given.has(&marks, context) {
                    let exchange = in_session(exchange, line["sessionId"].as_str());
                    found.push(Exchange { id: text(&line, &["/uuid"]), ..exchange });
                }
            }
            Some("user" | "tool_result") => said(&line["message"]).into_iter().for_each(|said| conversation.say(said)),
            // From here on the model is fed the shortened history.
            Some("system") if line["subtype"] == "chat_compression" => {
                conversation = Conversation::default();
                let history = items(line.pointer("/systemPayload/compressedHistory"));
                history.flat_map(said).for_each(|said| conversation.say(said));
            }
            _ => {}
        }
        if let Some(uuid) = text(&line, &["/uuid"]) {
            self.up_to.insert(uuid, (conversation, line["timestamp"].clone()));
        }
        Ok(found)
    }

    fn next_of_source(&mut self, _: &mut LineContext) -> Option<Exchange> {
        self.up_to.clear();
        None
    }
}

/// Model, times and counts of an answer, which has the time of its end.
fn outside(line: &Value, asked: Value) -> Value {
    let told = &line["usageMetadata"];
    let usage = if told.field("promptTokenCount").is_some() { told.clone() } else { gemini_cli::usage(told) };
    let start = if asked.is_null() { line["timestamp"].clone() } else { asked };
    json!({"model": line["model"], "usage": usage, "timestamp": start, "end_time": line["timestamp"]})
}

fn texts(content: &Value) -> String {
    let parts = items(content.field("parts")).filter(|part| part["thought"] != true);
    parts.filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
}

fn answer(content: &Value) -> Value {
    let calls = items(content.field("parts")).filter_map(|part| part.field("functionCall"));
    let calls: Vec<Value> = calls.map(|call| tool_call(&call["id"], &call["name"], &call["args"])).collect();
    json!({"role": "assistant", "content": texts(content), "tool_calls": calls})
}

/// Messages of a content, the results of tools each by itself.
fn said(content: &Value) -> Vec<Value> {
    if content["role"] == "model" {
        return vec![answer(content)];
    }
    let results = items(content.field("parts")).filter_map(|part| part.field("functionResponse"));
    let result = |result: &Value| json!({"role": "tool", "tool_call_id": result["id"], "content": result["response"].to_string()});
    let mut all: Vec<Value> = results.map(result).collect();
    let text = texts(content);
    if !text.is_empty() || all.is_empty() {
        all.push(json!({"role": "user", "content": text}));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_call_once_whatever_telemetry_and_copies_repeat() {
        let record = |kind: &str, uuid: &str, parent: &str, more: Value| {
            let mut line = json!({"uuid": uuid, "parentUuid": parent, "sessionId": "s", "type": kind, "timestamp": "2026-04-07T08:00:05Z"});
            line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            line
        };
        let usage = json!({"promptTokenCount": 15_000, "cachedContentTokenCount": 12_800, "candidatesTokenCount": 200, "thoughtsTokenCount": 0});
        let said = |role: &str, text: &str| json!({"role": role, "parts": [{"text": text}]});
        let lines = [
            record("user", "u", "", json!({"message": said("user", "Which hull?")})),
            record(
                "assistant",
                "a",
                "u",
                json!({"message": said("model", "Blue."), "model": "qwen3-max", "usageMetadata": usage}),
            ),
            record(
                "system",
                "t",
                "a",
                json!({"subtype": "ui_telemetry", "systemPayload": {"uiEvent": {"input_token_count": 15_000}}}),
            ),
        ];
        let (mut session, mut context) = (QwenCodeReader::default(), LineContext::default());
        let mut found = Vec::new();
        for line in lines.iter().chain(&lines) {
            assert!(QwenCode.recognises(line), "{line}");
            found.extend(session.line(line.clone(), &mut context).unwrap());
        }
        assert_eq!((found.len(), context.remarks.len()), (1, 1));
        let usage = &found[0].usage;
        assert_eq!(
            [usage.prompt_tokens, usage.hit_tokens, usage.output_tokens],
            [Some(15_000), Some(12_800), Some(200)]
        );
        assert_eq!(found[0].request.messages().len(), 1);
    }
}
