//! The output of `gemini -p … --output-format json` and `stream-json`: an answer with statistics of the run, in which each model's
//! requests are summed.
//!
//! Shapes: `uiTelemetry.ts` (`SessionMetrics`) and `output/types.ts` (`StreamStats`, from memory) of its repository, 2026-11. The second leaves
//! thoughts to the total, and names the model in its first line where it has no sums by model.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::agent::gemini_cli;
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::body::usage::tokens;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, text};
use crate::log::reason::Reason;

/// A run, or a line of one.
pub(crate) struct GeminiHeadless;

/// Names that the first line of a run gives.
#[derive(Default)]
pub(crate) struct GeminiHeadlessReader {
    session: Option<String>,
    model: Option<String>,
}

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
        const SAID: [&str; 5] = ["type", "timestamp", "role", "content", "delta"];
        let has = |key: &str| line.field(key).is_some();
        let is_event = || match line["type"].as_str() {
            Some("init") => has("session_id") && has("model"),
            Some("result") => has("status") && line["stats"].field("input_tokens").is_some(),
            Some("message") => {
                has("timestamp")
                    && line.as_object().is_some_and(|line| line.keys().all(|key| SAID.contains(&key.as_str())))
            }
            Some("tool_use" | "tool_result") => has("tool_id") && has("timestamp"),
            _ => false,
        };
        at(line, "/stats/models").is_some_and(Value::is_object) || is_event()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(GeminiHeadlessReader::default())
    }
}

impl FormatReader for GeminiHeadlessReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let stats = &line["stats"];
        if line["type"] == "init" {
            (self.session, self.model) = (text(&line, &["/session_id"]), text(&line, &["/model"]));
        }
        let session = text(&line, &["/session_id"]).or_else(|| self.session.clone());
        let by_model = stats.field("models").and_then(Value::as_object).filter(|models| !models.is_empty());
        let whole = || stats.field("input_tokens").is_some().then(|| (self.model.clone(), stats));
        let sums: Vec<(Option<String>, &Value)> = match by_model {
            Some(models) => models.iter().map(|(model, told)| (Some(model.clone()), told)).collect(),
            None => whole().into_iter().collect(),
        };
        let mut found = Vec::new();
        for (model, told) in sums {
            let is_sum = at(told, "/api/totalRequests").is_none_or(|requests| *requests != 1);
            let outside = json!({"model": model, "usage": usage(told), "end_time": line["timestamp"]});
            let read = Envelope { outside, ..Envelope::default() }.usage_only().map(Some);
            let exchange = context.named(|| model.unwrap_or_default(), read);
            let exchange = exchange.map(|exchange| context.in_sum(exchange, is_sum));
            found.extend(exchange.map(|exchange| in_session(exchange, session.as_deref())));
        }
        Ok(found)
    }

    fn next_of_source(&mut self, _: &mut LineContext) -> Option<Exchange> {
        *self = Self::default();
        None
    }
}

/// The sum of a model's requests under the names of Gemini's API.
fn usage(told: &Value) -> Value {
    if let Some(sum) = told.field("tokens") {
        return gemini_cli::usage(sum);
    }
    let count = |name: &str| told.field(name).and_then(tokens);
    let (input, output, total) = (count("input_tokens"), count("output_tokens"), count("total_tokens"));
    let thoughts = total.zip(input).zip(output).and_then(|((total, input), output)| total.checked_sub(input + output));
    json!({"promptTokenCount": input, "candidatesTokenCount": output, "cachedContentTokenCount": count("cached"),
        "thoughtsTokenCount": thoughts, "totalTokenCount": total})
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
        let found = GeminiHeadlessReader::default().line(line, &mut context).unwrap();
        let usage = &found[0].usage;
        assert_eq!(
            [usage.prompt_tokens, usage.hit_tokens, usage.output_tokens],
            [Some(24_939), Some(21_263), Some(174)]
        );
        assert_eq!(context.remarks.len(), 1);
    }

    #[test]
    fn a_streamed_run_names_its_model_in_its_first_line() {
        let lines = [
            json!({"type": "init", "timestamp": "2026-04-07T08:00:00Z", "session_id": "s", "model": "gemini-2.5-pro"}),
            json!({"type": "message", "timestamp": "2026-04-07T08:00:01Z", "role": "assistant", "content": "Blue.", "delta": true}),
            json!({"type": "result", "timestamp": "2026-04-07T08:00:02Z", "status": "success", "stats": {"total_tokens": 25_113,
                "input_tokens": 24_939, "output_tokens": 20, "cached": 21_263, "input": 3_676, "tool_calls": 1}}),
        ];
        let (mut reader, mut context) = (GeminiHeadlessReader::default(), LineContext::default());
        let mut found = Vec::new();
        for line in lines {
            assert!(GeminiHeadless.recognises(&line), "{line}");
            found.extend(reader.line(line, &mut context).unwrap());
        }
        let usage = &found[0].usage;
        assert_eq!(
            [usage.prompt_tokens, usage.hit_tokens, usage.output_tokens],
            [Some(24_939), Some(21_263), Some(174)]
        );
        assert_eq!(found[0].request.model.as_deref(), Some("gemini-2.5-pro"));
    }
}
