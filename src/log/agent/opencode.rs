//! Sessions of opencode: messages as it stores them (`storage/message/…/*.json`), and what `opencode export` writes.
//!
//! An answer's `tokens` leave out of `input` what was read from the cache and written to it, and out of `output` the reasoning. An
//! answer of several steps has one `step-finish` part for each call where the parts are there; the message alone has the last one's
//! counts. Shape: `packages/opencode/src/session/message-v2.ts` of its repository, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::agent::conversation::{Conversation, text_of, tool_call};
use crate::log::agent::given::GivenAnswers;
use crate::log::body::envelope::in_session;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, put, text};
use crate::log::reason::Reason;

/// A message, or an export of a session.
pub(crate) struct OpenCode;

/// The answers of all sessions: a fork has copies of them under new ids, with their times and counts.
#[derive(Default)]
pub(crate) struct OpenCodeReader {
    given: GivenAnswers,
}

impl LogFormat for OpenCode {
    fn name(&self) -> &'static str {
        "opencode"
    }

    fn about(&self) -> &'static str {
        "opencode's messages and exports; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_export = || items(line.field("messages")).next().is_some_and(|message| is_message(&message["info"]));
        is_message(line) || line.field("info").is_some() && is_export() || is_event(line)
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(OpenCodeReader::default())
    }
}

/// True if it is a message's record.
fn is_message(message: &Value) -> bool {
    message.field("sessionID").is_some() && message["role"].is_string() && message["time"].field("created").is_some()
}

/// True if it is an event of `opencode run --format json`.
fn is_event(line: &Value) -> bool {
    line.field("sessionID").is_some() && line["part"].field("messageID").is_some()
}

impl FormatReader for OpenCodeReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if is_event(&line) {
            let part = &line["part"];
            // Of what is printed during a run only the end of a step has counts; the texts are not tied to a request.
            let is_end = part["type"] == "step-finish";
            let outside = json!({"usage": part["tokens"], "cost": part["cost"], "timestamp": line["timestamp"]});
            let read =
                is_end.then(|| Conversation::default().answer(outside, json!({"role": "assistant"}))).transpose()?;
            return Ok(read.map(|exchange| of_session(exchange, &line)).into_iter().collect());
        }
        if is_message(&line) {
            let read = (line["role"] == "assistant")
                .then(|| Conversation::default().answer(outside(&line), answer(&line, &[])));
            // A message that was broken off has no counts and is no billed call as far as the file tells.
            let read = read.transpose()?.filter(|exchange| exchange.usage.known() > 0);
            let read = read.filter(|_| !self.given.has(&marks(&line, &line["tokens"]), context));
            let read = read.map(|exchange| Exchange { id: text(&line, &["/id"]), ..of_session(exchange, &line) });
            return Ok(read.into_iter().collect());
        }
        let mut conversation = Conversation::default();
        let mut found = Vec::new();
        for message in items(line.field("messages")) {
            let parts: Vec<&Value> = items(message.field("parts")).collect();
            if message["info"]["role"] == "assistant" {
                let steps = self.steps(&message["info"], &parts, &mut conversation, context);
                found.extend(steps.into_iter().map(|exchange| of_session(exchange, &message["info"])));
            } else {
                let texts: Vec<String> = parts.iter().map(|part| text_of(part)).collect();
                conversation.say(json!({"role": "user", "content": texts.join("\n")}));
            }
        }
        Ok(found)
    }
}

/// A call of the session that a message or an event names, be it read from a file of its own or from an export.
fn of_session(exchange: Exchange, said: &Value) -> Exchange {
    in_session(exchange, said["sessionID"].as_str())
}

impl OpenCodeReader {
    /// The calls of an answer: one for each step that ended, else one.
    fn steps(
        &mut self,
        info: &Value,
        parts: &[&Value],
        conversation: &mut Conversation,
        context: &mut LineContext,
    ) -> Vec<Exchange> {
        let ends: Vec<usize> = (0..parts.len()).filter(|&index| parts[index]["type"] == "step-finish").collect();
        let mut found = Vec::new();
        let mut from = 0;
        for (step, &end) in ends.iter().enumerate() {
            let mut outside = outside(info);
            put(&mut outside, "usage", parts[end]["tokens"].clone());
            put(&mut outside, "cost", parts[end]["cost"].clone());
            let read = conversation.answer(outside, answer(info, &parts[from..end])).map(Some);
            let id = text(info, &["/id"]).unwrap_or_default();
            let exchange = context.named(|| format!("message {id}, step {}", step + 1), read);
            let number = json!(step);
            let [start, ended, model, tokens] = marks(info, &parts[end]["tokens"]);
            let exchange = exchange.filter(|_| !self.given.has(&[start, ended, model, tokens, &number], context));
            found.extend(exchange.map(|exchange| Exchange { id: Some(format!("{id}/{}", step + 1)), ..exchange }));
            // Results stand at their calls and were sent with the request of the next step.
            for tool in parts[from..end].iter().filter(|part| part["type"] == "tool") {
                let result = text_of(&tool["state"]["output"]);
                conversation.say(json!({"role": "tool", "tool_call_id": tool["callID"], "content": result}));
            }
            from = end + 1;
        }
        if ends.is_empty() {
            let read = conversation.answer(outside(info), answer(info, parts)).map(Some);
            let id = text(info, &["/id"]);
            let exchange = context.named(|| format!("message {}", id.clone().unwrap_or_default()), read);
            let exchange = exchange.filter(|exchange| exchange.usage.known() > 0);
            let exchange = exchange.filter(|_| !self.given.has(&marks(info, &info["tokens"]), context));
            found.extend(exchange.map(|exchange| Exchange { id, ..exchange }));
        }
        found
    }
}

/// Marks of an answer or a step of it that a copy has as well.
fn marks<'a>(info: &'a Value, tokens: &'a Value) -> [&'a Value; 4] {
    [&info["time"]["created"], &info["time"]["completed"], &info["modelID"], tokens]
}

fn outside(info: &Value) -> Value {
    json!({"model": info["modelID"], "provider": info["providerID"], "usage": info["tokens"], "cost": info["cost"],
        "timestamp": info["time"]["created"], "end_time": info["time"]["completed"],
        "status": (!info["error"].is_null()).then_some("error")})
}

fn answer(info: &Value, parts: &[&Value]) -> Value {
    let tools = parts.iter().filter(|part| part["type"] == "tool");
    let calls: Vec<Value> =
        tools.map(|part| tool_call(&part["callID"], &part["tool"], &part["state"]["input"])).collect();
    let texts: Vec<String> = parts.iter().filter(|part| part["type"] == "text").map(|part| text_of(part)).collect();
    json!({"role": info["role"], "content": texts.join("\n"), "tool_calls": calls})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> Value {
        json!({"id": "msg_1", "sessionID": "ses_1", "role": "assistant", "modelID": "claude-haiku-4-5", "providerID": "anthropic",
            "cost": 0.5, "tokens": {"input": 40, "output": 5, "reasoning": 2, "cache": {"read": 60, "write": 3}},
            "time": {"created": 1_775_548_800_000_u64, "completed": 1_775_548_805_000_u64}})
    }

    fn read(line: Value) -> Vec<Exchange> {
        assert!(OpenCode.recognises(&line), "{line}");
        OpenCodeReader::default().line(line, &mut LineContext::default()).unwrap()
    }

    #[test]
    fn a_message_has_the_counts_of_one_call() {
        let found = read(info()).remove(0);
        let usage = &found.usage;
        assert_eq!([usage.prompt_tokens, usage.hit_tokens, usage.output_tokens], [Some(103), Some(60), Some(7)]);
        assert_eq!(usage.logged_cost.unwrap().to_string(), "0.5");
        assert_eq!(found.session_name.as_deref(), Some("ses_1"));
        assert_eq!(found.end_time.unwrap().duration_since(found.time.unwrap()).as_secs(), 5);
    }

    #[test]
    fn an_export_has_a_call_for_each_step() {
        let step = |input: u64| {
            json!({"type": "step-finish", "cost": 0.1, "tokens": {"input": input, "output": 1, "reasoning": 0,
            "cache": {"read": 0, "write": 0}}})
        };
        let user = json!({"info": {"id": "msg_0", "sessionID": "ses_1", "role": "user", "time": {"created": 1}},
            "parts": [{"type": "text", "text": "Which hull?"}]});
        let tool = json!({"type": "tool", "callID": "c", "tool": "ls", "state": {"input": {}, "output": "hull.txt"}});
        let line =
            json!({"info": {"id": "ses_1"}, "messages": [user, {"info": info(), "parts": [tool, step(10), step(20)]}]});
        let found = read(line);
        let seen: Vec<_> = found.iter().map(|call| (call.usage.prompt_tokens, call.request.messages().len())).collect();
        assert_eq!(seen, [(Some(10), 1), (Some(20), 3)]);
        // A message by itself is of the same session.
        assert!(found.iter().all(|call| call.session == read(info())[0].session && call.session.is_some()));
    }

    #[test]
    fn a_fork_has_copies_of_answers_under_new_ids() {
        let (mut reader, mut context) = (OpenCodeReader::default(), LineContext::default());
        let (first, mut copy, mut next) = (info(), info(), info());
        (copy["id"], copy["sessionID"]) = ("msg_2".into(), "ses_2".into());
        next["time"]["created"] = 1_775_548_810_000_u64.into();
        let read: Vec<usize> =
            [first, copy, next].into_iter().map(|line| reader.line(line, &mut context).unwrap().len()).collect();
        assert_eq!((read, context.remarks.len()), (vec![1, 0, 1], 1));
    }
}
