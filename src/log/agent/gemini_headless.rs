//! The output of `gemini -p … --output-format json`: an answer with statistics of the run, in which each model's requests are summed.
//!
//! Shape: `uiTelemetry.ts` of its repository (`SessionMetrics`), 2026-11.

use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, text};
use crate::log::reason::{Reason, SUM};

/// A run.
pub(crate) struct GeminiHeadless;

impl LogFormat for GeminiHeadless {
    fn name(&self) -> &'static str {
        "gemini-headless"
    }

    fn about(&self) -> &'static str {
        "output of gemini -p --output-format json: the counts of a run"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not in it, and the requests of a run are counted together: nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        at(line, "/stats/models").is_some_and(Value::is_object)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

/// The names of the statistics, and those of Gemini's API.
const COUNTERS: [(&str, &str); 6] = [
    ("prompt", "promptTokenCount"),
    ("candidates", "candidatesTokenCount"),
    ("cached", "cachedContentTokenCount"),
    ("thoughts", "thoughtsTokenCount"),
    ("tool", "toolUsePromptTokenCount"),
    ("total", "totalTokenCount"),
];

impl FormatReader for GeminiHeadless {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let session = text(&line, &["/session_id"]);
        let mut found = Vec::new();
        for (model, told) in at(&line, "/stats/models").and_then(Value::as_object).into_iter().flatten() {
            let counts =
                COUNTERS.iter().filter_map(|(from, to)| Some(((*to).to_owned(), told["tokens"].get(*from)?.clone())));
            let usage: serde_json::Map<String, Value> = counts.collect();
            if at(told, "/api/totalRequests").is_none_or(|requests| *requests != 1) {
                context.remark(SUM);
            }
            let outside = json!({"model": model, "usage": usage});
            let read = Envelope { outside, ..Envelope::default() }.usage_only().map(Some);
            let exchange = context.named(|| model.clone(), read);
            found.extend(exchange.map(|exchange| in_session(exchange, session.as_deref())));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_tells_the_sum_of_each_models_requests() {
        let tokens =
            json!({"prompt": 24_939, "candidates": 20, "total": 25_113, "cached": 21_263, "thoughts": 154, "tool": 0});
        let line = json!({"session_id": "s", "response": "Blue.", "stats": {"models": {"gemini-2.5-pro": {"api": {"totalRequests": 2}, "tokens": tokens}}}});
        assert!(GeminiHeadless.recognises(&line));
        let mut context = LineContext::default();
        let found = GeminiHeadless.line(line, &mut context).unwrap();
        let usage = &found[0].usage;
        assert_eq!(
            [usage.prompt_tokens, usage.hit_tokens, usage.output_tokens],
            [Some(24_939), Some(21_263), Some(174)]
        );
        assert_eq!(context.remarks.len(), 1);
    }
}
