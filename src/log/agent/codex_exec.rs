//! The output of `codex exec --json`: the events of a thread, whose turns end with counts.
//!
//! A turn makes several requests where it calls tools, and `turn.completed` counts those of the whole thread so far, also where the thread was resumed
//! (codex 17539): a turn's own are those beyond the turn before. Neither model nor prompts are there. Shape: `exec_events.rs` of its
//! repository, 2026-11.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::agent::codex::beyond;
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::text;
use crate::log::reason::Reason;

/// An event of a thread.
pub(crate) struct CodexExec;

/// The thread that is read, and the counts of all threads so far.
#[derive(Default)]
pub(crate) struct CodexExecReader {
    thread: Option<String>,
    /// True if a tool was called in the turn, whose results the model was asked with again.
    has_tools: bool,
    counted: HashMap<Option<String>, Value>,
}

impl LogFormat for CodexExec {
    fn name(&self) -> &'static str {
        "codex-exec"
    }

    fn about(&self) -> &'static str {
        "output of codex exec --json: the counts of each turn"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts and models are not in it, and a turn's requests are counted together: nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        match line["type"].as_str() {
            Some("thread.started") => has("thread_id"),
            Some("turn.started") => true,
            Some("turn.completed") => has("usage"),
            Some("turn.failed") => has("error"),
            Some("item.started" | "item.updated" | "item.completed") => has("item"),
            _ => false,
        }
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(CodexExecReader::default())
    }
}

impl FormatReader for CodexExecReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        match line["type"].as_str() {
            Some("thread.started") => self.thread = text(&line, &["/thread_id"]),
            Some("turn.started") => self.has_tools = false,
            Some("item.completed") => {
                let kind = line["item"]["type"].as_str().unwrap_or_default();
                self.has_tools |= !["agent_message", "reasoning", "user_message", "error"].contains(&kind);
            }
            Some("turn.completed") => {
                let before = self.counted.insert(self.thread.clone(), line["usage"].clone());
                // A thread of the same name that counts less is another one.
                let has_grown = |before: &Value| {
                    before
                        .as_object()
                        .into_iter()
                        .flatten()
                        .all(|(name, count)| line["usage"][name].as_u64() >= count.as_u64())
                };
                let usage = beyond(&line["usage"], before.as_ref().filter(|before| has_grown(before)));
                let outside = json!({"usage": usage, "timestamp": line["timestamp"]});
                let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
                let exchange = in_session(exchange, self.thread.as_deref());
                return Ok(vec![context.in_sum(exchange, self.has_tools)]);
            }
            _ => {}
        }
        Ok(Vec::new())
    }

    fn next_of_source(&mut self, _: &mut LineContext) -> Option<Exchange> {
        self.thread = None;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_is_resumed_counts_on() {
        let begun = json!({"type": "thread.started", "thread_id": "t"});
        let ended = |input: u64, cached: u64, output: u64| json!({"type": "turn.completed", "usage": {"input_tokens": input, "cached_input_tokens": cached, "output_tokens": output}});
        let (mut reader, mut context) = (CodexExecReader::default(), LineContext::default());
        let mut found = Vec::new();
        let call = json!({"type": "item.completed", "item": {"id": "i", "type": "command_execution"}});
        for line in [
            begun.clone(),
            ended(16_504, 12_000, 20),
            begun,
            call,
            ended(85_681, 78_000, 40),
            json!({"type": "turn.started"}),
            ended(900, 0, 5),
        ] {
            assert!(CodexExec.recognises(&line));
            found.extend(reader.line(line, &mut context).unwrap());
        }
        let counts: Vec<_> = found.iter().map(|turn| (turn.usage.prompt_tokens, turn.usage.hit_tokens)).collect();
        assert_eq!(counts, [(Some(16_504), Some(12_000)), (Some(69_177), Some(66_000)), (Some(900), Some(0))]);
        assert_eq!(context.remarks.len(), 1, "a turn that called a tool is a sum");
    }
}
