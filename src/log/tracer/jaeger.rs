//! Traces of Jaeger's API and its download: spans whose attributes are tags, a list of keys with typed values.
//!
//! The call of a span is read in `span_exchange.rs`. Shape: Jaeger's `model/json/model.go`, 2026-11.

use serde_json::Value;

use crate::exchange::{Exchange, HasFields};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::reason::Reason;
use crate::log::tracer::span_exchange::Span;
use crate::log::tracer::spans::nested;
use crate::time::Timestamp;

/// A trace.
pub(crate) struct Jaeger;

impl LogFormat for Jaeger {
    fn name(&self) -> &'static str {
        "jaeger"
    }

    fn about(&self) -> &'static str {
        "traces of Jaeger, with GenAI or OpenInference attributes"
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_trace = line["spans"][0].field("traceID").is_some() && line["spans"][0]["tags"].is_array();
        is_trace || line.field("traceID").is_some() && line["tags"].is_array() && line.field("operationName").is_some()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Jaeger {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let mut spans: Vec<&Value> =
            if line.field("spans").is_some() { items(line.field("spans")).collect() } else { vec![&line] };
        spans.sort_by_key(|span| span["startTime"].as_i64());
        let call = |span: &Value| {
            let id = text(span, &["/spanID"]).unwrap_or_default();
            context.named(|| format!("span {id}"), of_span(span))
        };
        Ok(spans.into_iter().filter_map(call).collect())
    }
}

fn of_span(span: &Value) -> Result<Option<Exchange>, String> {
    let tag = |tag: &Value| Some((text(tag, &["/key"])?, tag["value"].clone()));
    let tags: Vec<(String, Value)> = items(span.field("tags")).filter_map(tag).collect();
    let failed = |(name, value): &(String, Value)| {
        name == "error" && (value == true || value == "true") || name == "otel.status_code" && value == "ERROR"
    };
    let has_failed = tags.iter().any(failed);
    let start = span["startTime"].as_i64();
    let time = |micros: Option<i64>| Timestamp::from_microsecond(micros?).ok();
    let end = start.zip(span["duration"].as_i64()).and_then(|(start, took)| start.checked_add(took));
    let id = text(span, &["/spanID"]);
    Span { attributes: nested(tags), id, time: time(start), end_time: time(end), has_failed, scope: None }.exchange()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_is_an_attribute() {
        let tag = |key: &str, value: Value| json!({"key": key, "type": "string", "value": value});
        let tags = [
            tag("gen_ai.request.model", json!("gpt-4o")),
            tag("gen_ai.usage.input_tokens", json!(2_006)),
            tag("gen_ai.usage.cache_read.input_tokens", json!(1_920)),
            tag("gen_ai.usage.output_tokens", json!(300)),
        ];
        let span = json!({"traceID": "t", "spanID": "s", "operationName": "chat", "startTime": 1_788_948_000_000_000_u64,
            "duration": 2_000_000, "tags": tags});
        let trace = json!({"traceID": "t", "spans": [span], "processes": {}});
        assert!(Jaeger.recognises(&trace) && Jaeger.recognises(&span));
        let found = Jaeger.line(trace, &mut LineContext::default()).unwrap();
        assert_eq!((found[0].usage.prompt_tokens, found[0].usage.hit_tokens), (Some(2_006), Some(1_920)));
        assert_eq!(found[0].end_time.unwrap().duration_since(found[0].time.unwrap()).as_secs(), 2);
    }
}
