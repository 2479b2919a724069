//! Events of GitHub Copilot's sessions: Copilot CLI's files (`~/.copilot/session-state/…/events.jsonl`), and what its SDK gives.
//!
//! The SDK's `assistant.usage` is one call. The files have none of them, only `session.shutdown` with the sums of each model since the
//! session was entered. Input is the whole prompt, and `cost` a multiplier of premium requests, not money (copilot-sdk 1160). Shape:
//! recorded files and the SDK's types, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place};
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::json::{at, text};
use crate::log::reason::Reason;

/// An event.
pub(crate) struct Copilot;

/// The session that is read.
#[derive(Default)]
pub(crate) struct CopilotReader {
    session: Option<String>,
    /// True if calls were told one by one since it was entered, which its end repeats.
    has_calls: bool,
    /// The first answer since then.
    answered: Option<Place>,
}

/// Reason why the answers of a session that has no end are not counted.
const UNCOUNTED: &str = "a session's answers from here on have no counts: they are written when it ends";

impl LogFormat for Copilot {
    fn name(&self) -> &'static str {
        "copilot"
    }

    fn about(&self) -> &'static str {
        "events of Copilot CLI's session files and of Copilot's SDK: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not in it, and a session's requests may be counted together: nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        const ROOMS: [&str; 10] = [
            "session",
            "user",
            "assistant",
            "tool",
            "subagent",
            "hook",
            "system",
            "skill",
            "permission",
            "external_tool",
        ];
        let is_named =
            line["type"].as_str().and_then(|kind| kind.split_once('.')).is_some_and(|(room, _)| ROOMS.contains(&room));
        is_named && line["data"].is_object() && line.field("id").is_some() && line.field("timestamp").is_some()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(CopilotReader::default())
    }
}

impl FormatReader for CopilotReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let data = &line["data"];
        match line["type"].as_str() {
            Some("session.start" | "session.resume") => {
                self.session = text(data, &["/sessionId"]).or_else(|| self.session.take());
                self.has_calls = false;
            }
            Some("assistant.message") => self.answered = self.answered.or(Some(context.place)),
            Some("assistant.usage") => {
                self.has_calls = true;
                // The event is there when the answer is.
                return Ok(vec![self.call(&data["model"], data, &line["timestamp"])?]);
            }
            Some("session.shutdown") if std::mem::take(&mut self.has_calls) => self.answered = None,
            Some("session.shutdown") => {
                self.answered = None;
                let mut found = Vec::new();
                for (model, told) in at(data, "/modelMetrics").and_then(Value::as_object).into_iter().flatten() {
                    let is_sum = at(told, "/requests/count").is_none_or(|count| *count != 1);
                    let read = self.call(&json!(model), &told["usage"], &line["timestamp"]).map(Some);
                    let exchange = context.named(|| model.clone(), read);
                    found.extend(exchange.map(|exchange| context.in_sum(exchange, is_sum)));
                }
                return Ok(found);
            }
            _ => {}
        }
        Ok(Vec::new())
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let Self { has_calls, answered, .. } = std::mem::take(self);
        if let Some(place) = answered.filter(|_| !has_calls) {
            context.remarks.push(Skip { place, reason: UNCOUNTED.into(), is_read: false });
        }
        None
    }
}

impl CopilotReader {
    fn call(&self, model: &Value, told: &Value, time: &Value) -> Result<Exchange, String> {
        let details = json!({"cached_tokens": told["cacheReadTokens"], "cache_write_tokens": told["cacheWriteTokens"]});
        let usage = json!({"prompt_tokens": told["inputTokens"], "completion_tokens": told["outputTokens"], "prompt_tokens_details": details});
        let outside = json!({"model": model, "provider": "github-copilot", "usage": usage, "timestamp": time});
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        Ok(in_session(exchange, self.session.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_end_counts_only_what_was_not_told_one_by_one() {
        let event = |kind: &str, data: Value| json!({"type": kind, "data": data, "id": "e", "timestamp": "2026-04-07T08:00:00Z", "parentId": null});
        let usage =
            json!({"inputTokens": 10_000, "outputTokens": 100, "cacheReadTokens": 8_000, "cacheWriteTokens": 1_500});
        let mut call = usage.clone();
        (call["model"], call["cost"]) = ("claude-sonnet-4.6".into(), 1.into());
        let ended = event(
            "session.shutdown",
            json!({"modelMetrics": {"claude-sonnet-4.6": {"requests": {"count": 9, "cost": 9}, "usage": usage}}}),
        );
        let begun = event("session.start", json!({"sessionId": "s"}));
        let (mut reader, mut context) = (CopilotReader::default(), LineContext::default());
        let mut read = |lines: &[Value]| {
            let found = lines.iter().flat_map(|line| {
                assert!(Copilot.recognises(line), "{line}");
                reader.line(line.clone(), &mut context).unwrap()
            });
            found
                .map(|call| (call.usage.prompt_tokens, call.usage.hit_tokens, call.usage.logged_cost))
                .collect::<Vec<_>>()
        };
        let expected = [(Some(10_000), Some(8_000), None)];
        assert_eq!(read(&[begun.clone(), ended.clone()]), expected);
        assert_eq!(read(&[begun, event("assistant.usage", call), ended]), expected);
        assert_eq!(context.remarks.len(), 1, "nine requests in one sum");
    }

    #[test]
    fn answers_behind_the_last_end_of_a_session_are_named() {
        let event = |kind: &str| json!({"type": kind, "data": {}, "id": "e", "timestamp": "2026-04-07T08:00:00Z"});
        let uncounted = |kinds: &[&str]| {
            let (mut reader, mut context) = (CopilotReader::default(), LineContext::default());
            for kind in kinds {
                reader.line(event(kind), &mut context).unwrap();
            }
            assert!(reader.next_of_source(&mut context).is_none());
            context.remarks.len()
        };
        assert_eq!(uncounted(&["session.start", "assistant.message", "session.shutdown"]), 0);
        assert_eq!(uncounted(&["assistant.message", "session.shutdown", "session.resume", "assistant.message"]), 1);
        assert_eq!(uncounted(&["assistant.message", "assistant.usage"]), 0);
    }
}
