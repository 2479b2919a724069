//! Spans of Mastra's tracing: `model_step` is a call, `model_generation` above its steps sums them up (`llm_step` and
//! `llm_generation` in its first versions).
//!
//! A generation counts as a call only where no step of it has counts of its own. Spans are written when they end, so that this is
//! known at the end of the source. Shape: `observability` of its repository (its pull requests 13381 and 13848), 2026-11.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, put, text};
use crate::log::options::Owner;
use crate::log::reason::Reason;

/// A span.
pub(crate) struct Mastra;

/// The calls and generations of the source that is read.
#[derive(Default)]
pub(crate) struct MastraReader {
    spans: Vec<(Place, Owner, Value)>,
    read: Option<std::vec::IntoIter<Exchange>>,
}

impl LogFormat for Mastra {
    fn name(&self) -> &'static str {
        "mastra"
    }

    fn about(&self) -> &'static str {
        "spans of Mastra's tracing: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("texts are not read: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        // Kinds of spans, by the beginnings of their names.
        const KINDS: [&str; 8] = ["agent_", "model_", "llm_", "tool_", "mcp_", "workflow_", "processor_", "generic"];
        let has = |key: &str| line.field(key).is_some();
        let is_named = || kind(line).is_some_and(|kind| KINDS.iter().any(|known| kind.starts_with(known)));
        has("traceId") && (has("startedAt") || has("startTime")) && is_named()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(MastraReader::default())
    }
}

impl FormatReader for MastraReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if is(&line, "_step") || is(&line, "_generation") {
            self.spans.push((context.place, context.owner.clone(), line));
        }
        Ok(Vec::new())
    }

    fn end_of_list(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.next_of_source(context)
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let spans = std::mem::take(&mut self.spans);
        let read = self.read.get_or_insert_with(|| calls(&spans, context).into_iter());
        let next = read.next();
        if next.is_none() {
            self.read = None;
        }
        next
    }
}

/// The kind of a span: as it is stored, as an exporter is given it, and as that of files writes it.
fn kind(span: &Value) -> Option<&str> {
    const PLACES: [&str; 3] = ["/spanType", "/attributes/mastra.span.type", "/type"];
    PLACES.iter().find_map(|place| at(span, place)?.as_str())
}

/// True if a span is a model's of that kind.
fn is(span: &Value, ending: &str) -> bool {
    kind(span).and_then(|name| name.strip_suffix(ending)).is_some_and(|of| ["model", "llm"].contains(&of))
}

/// Places of a span's id.
const ID: [&str; 2] = ["/spanId", "/id"];

fn is_counted(span: &Value) -> bool {
    at(span, "/attributes/usage").and_then(Value::as_object).is_some_and(|usage| !usage.is_empty())
}

fn calls(spans: &[(Place, Owner, Value)], context: &mut LineContext) -> Vec<Exchange> {
    let id = |span: &Value, keys: &[&str]| text(span, keys).map(|id| (text(span, &["/traceId"]), id));
    let steps = spans.iter().filter(|(.., span)| is(span, "_step") && is_counted(span));
    let summed: HashSet<_> = steps.filter_map(|(.., span)| id(span, &["/parentSpanId"])).collect();
    let is_call = |span: &Value| {
        is_counted(span) && !(is(span, "_generation") && id(span, &ID).is_some_and(|id| summed.contains(&id)))
    };
    let named: HashMap<_, &Value> = spans.iter().filter_map(|(.., span)| Some((id(span, &ID)?, span))).collect();
    let mut found = Vec::new();
    for (place, owner, span) in spans.iter().filter(|(.., span)| is_call(span)) {
        // A step may leave the model to its generation.
        let above = || named.get(&id(span, &["/parentSpanId"])?).copied();
        let attribute = |name: &str| {
            let own = at(span, name).filter(|value| value.is_string());
            own.or_else(|| at(above()?, name)).cloned()
        };
        let outside = json!({"usage": usage(&span["attributes"]["usage"]), "model": attribute("/attributes/model"),
            "provider": attribute("/attributes/provider").and_then(|name| Some(name.as_str()?.split('.').next()?.to_owned())),
            "start_time": either(span, "startedAt", "startTime"), "end_time": either(span, "endedAt", "endTime")});
        let read = Envelope { outside, ..Envelope::default() }.usage_only();
        let name = || text(span, &ID).map_or_else(|| "a span without an id".into(), |id| format!("span {id}"));
        let exchange = context.named(name, read.map(Some));
        // A generation whose steps are not counted may have made several requests.
        let exchange = exchange.map(|exchange| exchange.in_sum(is(span, "_generation")));
        found.extend(exchange.map(|exchange| {
            owner.name(Exchange { place: *place, id: text(span, &ID), format: Some(Mastra.name()), ..exchange })
        }));
    }
    found
}

fn either<'a>(span: &'a Value, stored: &str, exported: &str) -> Option<&'a Value> {
    span.field(stored).or_else(|| span.field(exported))
}

/// The counts, with what was read and written where the AI SDK has it.
fn usage(told: &Value) -> Value {
    let mut usage = told.clone();
    if let Some(details) = told.field("inputDetails") {
        put(
            &mut usage,
            "inputTokenDetails",
            json!({"cacheReadTokens": details["cacheRead"], "cacheWriteTokens": details["cacheWrite"]}),
        );
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_sums_up_its_steps_and_is_a_call_only_without_them() {
        let span = |kind: &str, id: &str, parent: Option<&str>, input: u64, read: u64| {
            let usage =
                json!({"inputTokens": input, "outputTokens": 50, "inputDetails": {"cacheRead": read, "cacheWrite": 0}});
            json!({"traceId": "t", "spanId": id, "parentSpanId": parent, "spanType": kind, "startedAt": "2026-04-07T08:00:00Z",
                "attributes": {"model": "claude-sonnet-5", "provider": "anthropic.messages", "usage": usage}})
        };
        let steps = [span("model_step", "b", Some("a"), 8_000, 0), span("model_step", "c", Some("a"), 8_100, 8_000)];
        let all = [&steps[..], &[span("model_generation", "a", None, 16_100, 8_000)]].concat();
        let read = |spans: &[Value]| {
            let (mut reader, mut context) = (MastraReader::default(), LineContext::default());
            for span in spans {
                assert!(Mastra.recognises(span));
                reader.line(span.clone(), &mut context).unwrap();
            }
            let found = std::iter::from_fn(|| reader.next_of_source(&mut context));
            found.map(|call| (call.usage.prompt_tokens, call.usage.hit_tokens, call.usage.is_sum)).collect::<Vec<_>>()
        };
        assert_eq!(read(&all), [(Some(8_000), Some(0), false), (Some(8_100), Some(8_000), false)]);
        assert_eq!(read(&all[2..]), [(Some(16_100), Some(8_000), true)]);
        let mut exported = steps[0].clone();
        for (stored, given) in [("spanType", "type"), ("spanId", "id"), ("startedAt", "startTime")] {
            exported[given] = exported[stored].take();
        }
        assert_eq!(read(&[exported]), [(Some(8_000), Some(0), false)]);
    }
}
