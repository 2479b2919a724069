//! Logs of Cloudflare's AI Gateway (its API and Logpush): a model, and the tokens in and out.
//!
//! `cached` is the gateway's own cache of answers: such a call reached no provider and is passed over. What the provider's cache served
//! is not counted. Shape: Cloudflare's API reference "AI Gateway, list logs", 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::reason::Reason;

/// A log.
pub(crate) struct Cloudflare;

impl LogFormat for Cloudflare {
    fn name(&self) -> &'static str {
        "cloudflare"
    }

    fn about(&self) -> &'static str {
        "logs of Cloudflare's AI Gateway: counts only, none of what was cached"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("neither prompts nor hits are in it: tokens in and out are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        ["tokens_in", "tokens_out", "model", "provider"].iter().all(|key| line.field(key).is_some())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Cloudflare {
    fn line(&mut self, line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line["cached"] == true {
            return Ok(Vec::new());
        }
        let usage = json!({"prompt_tokens": line["tokens_in"], "completion_tokens": line["tokens_out"]});
        let outside = json!({"id": line["id"], "timestamp": line["created_at"], "provider": line["provider"], "model": line["model"],
            "usage": usage, "cost": line["cost"], "duration_ms": line["duration"], "status_code": line["status_code"],
            "status": (line["success"] == false).then_some("error")});
        Ok(vec![Envelope { outside, ..Envelope::default() }.usage_only()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_gateways_own_cache_is_no_call() {
        let log = |cached: bool| {
            json!({"id": "a", "created_at": "2026-04-07T08:00:00Z", "provider": "openai", "model": "gpt-4o", "cached": cached,
                "success": true, "tokens_in": 2_006, "tokens_out": 300, "cost": 0.008, "duration": 900, "status_code": 200})
        };
        assert!(Cloudflare.recognises(&log(false)));
        let read = |cached: bool| Cloudflare.line(log(cached), &mut LineContext::default()).unwrap();
        let call = read(false).remove(0);
        assert_eq!(
            [call.usage.prompt_tokens, call.usage.hit_tokens, call.usage.output_tokens],
            [Some(2_006), None, Some(300)]
        );
        assert!(call.time.is_some() && read(true).is_empty());
    }
}
