//! Goose's logs of requests (`~/.local/state/goose/logs/llm_request.*.jsonl`): the request in the first line, and what came of it in
//! those behind it, the last of which has the counts.
//!
//! The body in `input` is the provider's own; the counts are Goose's, whose input is the whole prompt. Shape: `request_log.rs` and
//! `providers/base.rs` of its repository, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place};
use crate::log::body::envelope::Envelope;
use crate::log::body::told_by_total::Told;
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::json::{at, take};
use crate::log::options::Owner;
use crate::log::reason::Reason;

/// A line of a log.
pub(crate) struct Goose;

/// The request whose answer is read.
#[derive(Default)]
pub(crate) struct GooseReader {
    asked: Option<(Place, Owner, Value)>,
    /// The last counts, and the time of the first part of the answer.
    usage: Value,
    time: Value,
}

impl LogFormat for Goose {
    fn name(&self) -> &'static str {
        "goose"
    }

    fn about(&self) -> &'static str {
        "Goose's logs of requests"
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_request = line["model_config"].field("model_name").is_some() && line["input"].is_object();
        let has_only = |keys: &[&str]| {
            line.as_object()
                .is_some_and(|line| line.len() == keys.len() && keys.iter().all(|key| line.contains_key(*key)))
        };
        is_request || has_only(&["data", "usage"]) && line["data"].is_object()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(GooseReader::default())
    }
}

impl FormatReader for GooseReader {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line.field("model_config").is_some() {
            let before = self.finish(context);
            self.asked = Some((context.place, context.owner.clone(), line));
            return Ok(before.into_iter().collect());
        }
        if let Some(usage) = take(&mut line, "usage") {
            self.usage = usage;
        }
        if self.time.is_null() {
            self.time = at(&line, "/data/created").cloned().unwrap_or_default();
        }
        Ok(Vec::new())
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.finish(context)
    }
}

impl GooseReader {
    fn finish(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let Self { asked, usage, time } = std::mem::take(self);
        let (place, owner, mut line) = asked?;
        let told = Told {
            input: &usage["input_tokens"],
            output: &usage["output_tokens"],
            read: &usage["cache_read_input_tokens"],
            written: &usage["cache_write_input_tokens"],
            total: &usage["total_tokens"],
        };
        let model = at(&line, "/model_config/model_name").cloned();
        let outside = json!({"usage": told.usage(true), "model": model, "timestamp": time});
        let request = take(&mut line, "input").unwrap_or_default();
        match (Envelope { outside, request, ..Envelope::default() }).read() {
            Ok(exchange) => Some(owner.name(Exchange { place, format: Some(Goose.name()), ..exchange })),
            Err(reason) => {
                context.remarks.push(Skip { place, reason: reason.into(), is_read: false });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_counts_of_the_last_line_of_its_answer() {
        let input = json!({"model": "claude-sonnet-5", "max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "text", "text": "Which hull?"}]}]});
        let usage = json!({"input_tokens": 8_012, "output_tokens": 50, "total_tokens": 8_062, "cache_read_input_tokens": 2_000,
            "cache_write_input_tokens": 6_000});
        let lines = [
            json!({"model_config": {"model_name": "claude-sonnet-5"}, "input": input}),
            json!({"data": {"role": "assistant", "created": 1_775_548_800, "content": []}, "usage": null}),
            json!({"data": {"role": "assistant", "content": []}, "usage": usage}),
        ];
        let (mut reader, mut context) = (GooseReader::default(), LineContext::default());
        for line in lines {
            assert!(Goose.recognises(&line), "{line}");
            assert!(reader.line(line, &mut context).unwrap().is_empty());
        }
        let call = reader.next_of_source(&mut context).unwrap();
        assert_eq!((call.usage.prompt_tokens, call.usage.hit_tokens), (Some(8_012), Some(2_000)));
        assert_eq!((call.request.messages().len(), call.request.model.as_deref()), (1, Some("claude-sonnet-5")));
        assert!(call.time.is_some() && reader.next_of_source(&mut context).is_none());
    }
}
