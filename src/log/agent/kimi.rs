//! Sessions of Kimi CLI (`~/.kimi/sessions/…/wire.jsonl`) and of Kimi Code, which took its place and writes other lines there.
//!
//! Kimi CLI tells the counts of a step in `StatusUpdate`, also within a `SubagentEvent`; neither names a model. Kimi Code's
//! `usage.record` of a turn is one call, that of a session repeats them in sum. `input_other` leaves out what was read and written.
//! Shapes: `wire/types.py` of kimi-cli, and recorded lines of Kimi Code, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::agent::given::GivenAnswers;
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, text};
use crate::log::reason::Reason;

/// A line of a session.
pub(crate) struct Kimi;

/// The answers of all sessions.
#[derive(Default)]
pub(crate) struct KimiReader {
    given: GivenAnswers,
}

impl LogFormat for Kimi {
    fn name(&self) -> &'static str {
        "kimi"
    }

    fn about(&self) -> &'static str {
        "session files of Kimi CLI and Kimi Code: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not read, and Kimi CLI names no model: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        // Kimi Code names its lines in two words.
        const ROOMS: [&str; 9] =
            ["usage", "turn", "session", "llm", "context", "tool", "agent", "config", "permission"];
        let has = |key: &str| line.field(key).is_some();
        let kind = line["type"].as_str().unwrap_or_default();
        let is_of_cli = line["message"]["type"].is_string()
            && line["message"]["payload"].is_object()
            && line["timestamp"].is_number();
        let is_header = kind == "metadata" && has("protocol_version");
        let is_of_code =
            || kind.split_once('.').is_some_and(|(room, _)| ROOMS.contains(&room)) && line["time"].is_number();
        is_of_cli || is_header || is_record(line) || is_of_code()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(KimiReader::default())
    }
}

fn is_record(line: &Value) -> bool {
    line["type"] == "usage.record" && line["usage"].field("inputOther").is_some()
}

impl FormatReader for KimiReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let (usage, marks, outside) = if is_record(&line) {
            if line.field("usageScope").is_some_and(|scope| scope == "session") {
                return Ok(Vec::new());
            }
            let usage = usage(&line["usage"], ["inputOther", "inputCacheRead", "inputCacheCreation"]);
            // A model stands behind the name of its service: `kimi-code/k3`.
            let model = text(&line, &["/model"]).map(|model| model.rsplit('/').next().unwrap_or_default().to_owned());
            (usage, [&line["time"], &line["usage"]], json!({"model": model, "timestamp": line["time"]}))
        } else {
            let Some(payload) = status(&line["message"]) else { return Ok(Vec::new()) };
            let usage = usage(&payload["token_usage"], ["input_other", "input_cache_read", "input_cache_creation"]);
            (usage, [&line["timestamp"], payload], json!({"timestamp": line["timestamp"], "id": payload["message_id"]}))
        };
        if self.given.has(&marks, context) {
            return Ok(Vec::new());
        }
        let mut outside = outside;
        outside["usage"] = usage;
        Ok(vec![Envelope { outside, ..Envelope::default() }.usage_only()?])
    }
}

/// The status in a message that has counts, or in the event of a subagent.
fn status(message: &Value) -> Option<&Value> {
    let event = if message["type"] == "SubagentEvent" { at(message, "/payload/event")? } else { message };
    let is_counted = event["type"] == "StatusUpdate" && event["payload"]["token_usage"].is_object();
    is_counted.then(|| &event["payload"])
}

fn usage(told: &Value, [other, read, written]: [&str; 3]) -> Value {
    json!({"input_tokens": told[other], "output_tokens": told["output"], "cache_read_input_tokens": told[read],
        "cache_creation_input_tokens": told[written]})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(lines: &[Value]) -> Vec<[Option<u64>; 3]> {
        let (mut reader, mut context) = (KimiReader::default(), LineContext::default());
        let read = |line: &Value| {
            assert!(Kimi.recognises(line), "{line}");
            reader.line(line.clone(), &mut context).unwrap()
        };
        let found = lines.iter().flat_map(read);
        found.map(|call| [call.usage.prompt_tokens, call.usage.hit_tokens, call.usage.output_tokens]).collect()
    }

    #[test]
    fn each_status_with_counts_is_a_call() {
        let update = |read: u64| {
            let usage =
                json!({"input_other": 1_562, "output": 263, "input_cache_read": read, "input_cache_creation": 0});
            json!({"type": "StatusUpdate", "payload": {"token_usage": usage, "message_id": "m"}})
        };
        let line = |time: f64, message: Value| json!({"timestamp": time, "message": message});
        let subagent = json!({"type": "SubagentEvent", "payload": {"event": update(512)}});
        let lines = [
            json!({"type": "metadata", "protocol_version": "1.2"}),
            line(1_775_548_800.1, json!({"type": "TurnBegin", "payload": {"user_input": "Which hull?"}})),
            line(1_775_548_801.1, update(6_144)),
            line(1_775_548_802.1, subagent),
            line(
                1_775_548_803.1,
                json!({"type": "StatusUpdate", "payload": {"context_usage": 0.1, "token_usage": null}}),
            ),
        ];
        assert_eq!(counts(&lines), [[Some(7_706), Some(6_144), Some(263)], [Some(2_074), Some(512), Some(263)]]);
    }

    #[test]
    fn a_record_of_a_session_repeats_those_of_its_turns() {
        let record = |scope: &str, time: u64| {
            let usage = json!({"inputOther": 879, "output": 561, "inputCacheRead": 27_136, "inputCacheCreation": 0});
            json!({"type": "usage.record", "model": "kimi-code/k3", "usage": usage, "usageScope": scope, "time": time})
        };
        let lines = [
            record("turn", 1_775_548_800_000),
            record("session", 1_775_548_801_000),
            json!({"type": "turn.prompt", "time": 1}),
        ];
        assert_eq!(counts(&lines), [[Some(28_015), Some(27_136), Some(561)]]);
    }
}
