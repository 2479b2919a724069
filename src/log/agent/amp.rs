//! Threads of Amp (`~/.local/share/amp/threads/T-*.json`): a document of messages, of which each answer has the counts of its call.
//!
//! `inputTokens` leaves out what was read and written, `totalInputTokens` is the whole prompt. The ledger beside the messages repeats
//! input and output alone. Shape: as ccusage 1145 tells of it, 2026-11; no recorded
//! thread was at hand.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::agent::conversation::{Conversation, text_of, tool_call};
use crate::log::body::envelope::in_session;
use crate::log::body::told_by_total::Told;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::reason::Reason;

/// A thread.
pub(crate) struct Amp;

impl LogFormat for Amp {
    fn name(&self) -> &'static str {
        "amp"
    }

    fn about(&self) -> &'static str {
        "Amp's threads; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_named = line["id"].as_str().is_some_and(|id| id.starts_with("T-"));
        is_named && line["v"].is_number() && line["messages"].is_array()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Amp {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let mut conversation = Conversation::default();
        let mut found = Vec::new();
        let session = text(&line, &["/id"]);
        for message in items(line.field("messages")) {
            if message["role"] != "assistant" {
                for said in said(message) {
                    conversation.say(said);
                }
                continue;
            }
            let id = text(message, &["/messageId"]).unwrap_or_default();
            let read = conversation.answer(outside(&message["usage"]), answer(message)).map(Some);
            let exchange = context.named(|| format!("message {id}"), read);
            // Without counts an answer is no billed call as far as the file tells; its text stays in the conversation.
            let exchange = exchange.filter(|exchange| exchange.usage.known() > 0);
            found.extend(exchange.map(|exchange| in_session(exchange, session.as_deref())));
        }
        if found.is_empty() && items(line.pointer("/usageLedger/events")).next().is_some() {
            return Err("a thread whose messages have no usage: its ledger does not tell what was cached".into());
        }
        Ok(found)
    }
}

/// Model, time and counts of an answer.
fn outside(usage: &Value) -> Value {
    let (read, written) = (&usage["cacheReadInputTokens"], &usage["cacheCreationInputTokens"]);
    let is_whole = usage["totalInputTokens"].is_u64();
    let input = if is_whole { &usage["totalInputTokens"] } else { &usage["inputTokens"] };
    let told = Told { input, output: &usage["outputTokens"], read, written, total: &Value::Null };
    json!({"model": usage["model"], "usage": told.usage(is_whole), "timestamp": usage["timestamp"]})
}

fn answer(message: &Value) -> Value {
    let calls = items(message.field("content")).filter(|part| part["type"] == "tool_use");
    let calls: Vec<Value> = calls.map(|part| tool_call(&part["id"], &part["name"], &part["input"])).collect();
    json!({"role": "assistant", "content": text_of(&message["content"]), "tool_calls": calls})
}

/// A message of the user, with the results of tools as messages of their own.
fn said(message: &Value) -> Vec<Value> {
    let results = items(message.field("content")).filter(|part| part["type"] == "tool_result");
    let result =
        |part: &Value| json!({"role": "tool", "tool_call_id": part["toolUseID"], "content": part["run"].to_string()});
    let mut all: Vec<Value> = results.map(result).collect();
    let text = text_of(&message["content"]);
    if !text.is_empty() || all.is_empty() {
        all.push(json!({"role": "user", "content": text}));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(usage: &Value) -> Value {
        json!({"v": 12, "id": "T-1", "messages": [{"role": "user", "messageId": 0, "content": [{"type": "text", "text": "Which hull?"}]},
            {"role": "assistant", "messageId": 1, "content": [{"type": "text", "text": "Blue."}], "usage": usage}],
            "usageLedger": {"events": [{"tokens": {"input": 12, "output": 50}}]}})
    }

    #[test]
    fn the_prompt_is_whole_whichever_of_its_counts_is_there() {
        let mut usage = json!({"model": "claude-sonnet-5", "inputTokens": 12, "outputTokens": 50, "cacheReadInputTokens": 2_000,
            "cacheCreationInputTokens": 6_000, "totalInputTokens": 8_012});
        for _ in 0..2 {
            let found = Amp.line(thread(&usage), &mut LineContext::default()).unwrap();
            let read = &found[0].usage;
            assert_eq!([read.prompt_tokens, read.hit_tokens, read.output_tokens], [Some(8_012), Some(2_000), Some(50)]);
            assert_eq!(read.written.map(|written| written.total()), Some(6_000));
            usage.as_object_mut().unwrap().remove("totalInputTokens");
        }
        let refused = Amp.line(thread(&Value::Null), &mut LineContext::default()).unwrap_err();
        assert!(refused.to_string().contains("ledger"), "a ledger alone leaves out the cache");
    }
}
