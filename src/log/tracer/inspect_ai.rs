//! Inspect AI: its evaluation logs (`inspect log dump`), and the model events in them.
//!
//! A model event is a call, unless Inspect's own cache answered it. The sums of a sample and of the whole log repeat them. Input and
//! total are counted as each provider does. Shape: `inspect_ai/event/_model.py` and `model/_model_output.py`, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::body::told_by_total::Told;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, put, text};
use crate::log::reason::Reason;

/// A log, or an event of one.
pub(crate) struct InspectAi;

impl LogFormat for InspectAi {
    fn name(&self) -> &'static str {
        "inspect-ai"
    }

    fn about(&self) -> &'static str {
        "evaluation logs of Inspect AI and their events: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("texts are not read: reported counts are summed, nothing is simulated")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { names_provider_in_model: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_log = line["eval"].is_object() && line.field("version").is_some() && line.field("status").is_some();
        let is_call = line["event"] == "model" && line["output"].is_object();
        let is_event = line["event"].is_string() && line.field("working_start").is_some();
        is_log || is_call || is_event
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for InspectAi {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line.field("eval").is_none() {
            return Ok(call(&line).map(outside_only).transpose()?.into_iter().collect());
        }
        let mut events = Vec::new();
        for sample in items(line.field("samples")) {
            calls_within(sample.field("events"), &mut events);
        }
        if events.is_empty() {
            return Err("an evaluation log without the events of its samples: it has sums alone".into());
        }
        let read = events.into_iter().enumerate().filter_map(|(index, event)| {
            let read = outside_only(call(event)?).map(Some);
            context.named(|| format!("model event {}", index + 1), read)
        });
        Ok(read.collect())
    }
}

/// The model events of a list; older logs have lists within those of a subtask.
fn calls_within<'a>(list: Option<&'a Value>, into: &mut Vec<&'a Value>) {
    for event in items(list) {
        if event["event"] == "model" {
            into.push(event);
        }
        calls_within(event.field("events"), into);
    }
}

/// Model, times and counts of an event; `None` where it is no call.
fn call(event: &Value) -> Option<Value> {
    let (output, told) = (&event["output"], &event["output"]["usage"]);
    let has_failed = !event["error"].is_null() || !output["error"].is_null();
    if event["event"] != "model" || event["cache"] == "read" || told.is_null() && !has_failed {
        return None;
    }
    let model = text(event, &["/model"]).or_else(|| text(output, &["/model"]));
    let is_exclusive = model.as_deref().is_some_and(|model| model.starts_with("anthropic/"));
    let counts = Told {
        input: &told["input_tokens"],
        output: &told["output_tokens"],
        read: &told["input_tokens_cache_read"],
        written: &told["input_tokens_cache_write"],
        total: &told["total_tokens"],
    };
    let mut usage = counts.usage(!is_exclusive);
    if let Some(reasoning) = told.field("reasoning_tokens").filter(|tokens| tokens.is_u64()) {
        put(&mut usage, "reasoning_tokens", reasoning.clone());
    }
    Some(json!({"model": model, "usage": usage, "timestamp": event["timestamp"], "end_time": event["completed"],
        "status": has_failed.then_some("error"), "id": event["uuid"]}))
}

fn outside_only(outside: Value) -> Result<Exchange, String> {
    Envelope { outside, ..Envelope::default() }.usage_only()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_event_is_a_call_and_sums_are_none() {
        let usage = json!({"input_tokens": 12, "output_tokens": 50, "total_tokens": 8_062, "input_tokens_cache_write": 6_000,
            "input_tokens_cache_read": 2_000});
        let event = json!({"event": "model", "timestamp": "2026-04-07T08:00:00+00:00", "model": "anthropic/claude-sonnet-5",
            "output": {"usage": usage}});
        let mut cached = event.clone();
        cached["cache"] = "read".into();
        let log = |events: Value| {
            json!({"version": 2, "status": "success", "eval": {}, "stats": {"model_usage": {"m": usage}},
            "samples": [{"events": events, "model_usage": {"m": usage}}]})
        };
        let line = log(json!([event, {"event": "subtask", "events": [event, cached]}]));
        assert!(InspectAi.recognises(&line) && InspectAi.recognises(&event));
        let mut context = LineContext::default();
        for found in [InspectAi.line(line, &mut context).unwrap(), InspectAi.line(event.clone(), &mut context).unwrap()]
        {
            let call = &found[0];
            assert_eq!((call.usage.prompt_tokens, call.usage.hit_tokens), (Some(8_012), Some(2_000)));
            assert!(call.time.is_some());
        }
        assert_eq!(InspectAi.line(log(json!([event, event])), &mut context).unwrap().len(), 2);
        assert!(InspectAi.line(log(json!([])), &mut context).unwrap_err().to_string().contains("sums"));
    }
}
