//! Aider's analytics log (`--analytics-log FILE`): `message_send` is one message with its counts and cost.
//!
//! Hits are not counted; `cost` has them. `total_cost` is the session's so far. Shape: `show_usage_report` in `base_coder.py` of its
//! repository, version 0.86, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::reason::Reason;

/// An event.
pub(crate) struct Aider;

impl LogFormat for Aider {
    fn name(&self) -> &'static str {
        "aider"
    }

    fn about(&self) -> &'static str {
        "Aider's analytics log: counts and costs, none of what was cached"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("neither prompts nor hits are in it: tokens and costs are summed, nothing is simulated")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { names_provider_in_model: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        line["event"].is_string() && line["properties"].field("aider_version").is_some()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Aider {
    fn line(&mut self, line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let told = &line["properties"];
        if line["event"] != "message_send" || told.field("prompt_tokens").is_none() {
            return Ok(Vec::new());
        }
        let usage = json!({"prompt_tokens": told["prompt_tokens"], "completion_tokens": told["completion_tokens"]});
        // The event is written when the answer is there.
        let outside =
            json!({"model": told["main_model"], "usage": usage, "cost": told["cost"], "timestamp": line["time"]});
        Ok(vec![Envelope { outside, ..Envelope::default() }.usage_only()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_call_with_its_own_cost() {
        let event = |name: &str| {
            json!({"event": name, "time": 1_775_548_800, "properties": {"main_model": "anthropic/claude-sonnet-5", "prompt_tokens": 12_000,
                "completion_tokens": 300, "total_tokens": 12_300, "cost": 0.04, "total_cost": 0.9, "aider_version": "0.86.1"}})
        };
        let read = |name: &str| {
            assert!(Aider.recognises(&event(name)));
            Aider.line(event(name), &mut LineContext::default()).unwrap()
        };
        let call = read("message_send").remove(0);
        assert_eq!((call.usage.prompt_tokens, call.usage.hit_tokens), (Some(12_000), None));
        assert_eq!(call.usage.logged_cost.unwrap().to_string(), "0.04");
        assert!(read("launched").is_empty());
    }
}
