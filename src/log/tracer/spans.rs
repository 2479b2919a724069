//! Spans: OpenTelemetry's GenAI conventions and OpenInference (Phoenix), as OTLP JSON or as rows that Phoenix and exporters to a
//! console write. What a span says is read in `span_exchange.rs`.

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{instant, into_items, items, take, text};
use crate::log::reason::Reason;
use crate::log::tracer::span_event;
use crate::log::tracer::span_exchange::Span;
use crate::log::tracer::told_twice;
use crate::time::Timestamp;

/// An OTLP document of spans.
pub(crate) struct Otlp;

/// A span by itself, with its attributes as an object: what Phoenix exports.
pub(crate) struct SpanRow;

impl LogFormat for Otlp {
    fn name(&self) -> &'static str {
        "otlp"
    }

    fn about(&self) -> &'static str {
        "OpenTelemetry spans (OTLP JSON) with GenAI or OpenInference attributes"
    }

    fn recognises(&self, line: &Value) -> bool {
        // A span by itself: it has its attributes as a list of pairs, a row of Phoenix has them as an object.
        let is_span = || field(line, &START).is_some() && line.field("attributes").is_some_and(Value::is_array);
        let is_answer = || WRAPPERS.iter().any(|key| line.field(key).is_some_and(has_resources));
        has_resources(line) || is_answer() || is_span()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Otlp {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if let Some(answer) = WRAPPERS.iter().find_map(|key| take(&mut line, key).filter(has_resources)) {
            line = answer;
        }
        let mut spans = match taken(&mut line, &RESOURCES) {
            Some(resources) => spans_within(resources),
            None => vec![(None, line)],
        };
        // Exporters write a span when it ends, so that calls are not in the order in which they began.
        spans.sort_by_key(|(_, span)| nanoseconds(span, &START));
        let inner = |(_, span): &(_, Value)| Some((text(span, &ID)?, text(span, &PARENT)?));
        let parents = spans.iter().filter_map(inner).collect();
        let mut calls = Vec::new();
        for (scope, mut span) in spans {
            let found = of_span(&mut span, scope);
            let call = context.named(|| called(&span, &ID), found);
            calls.extend(call.map(|call| (text(&span, &ID), call)));
        }
        Ok(told_twice::once(calls, &parents, context))
    }
}

/// Names in OTLP's JSON, and in that of programs that keep the names of its protocol buffers (Phoenix's REST API).
pub(crate) type Names = [&'static str; 2];

/// Tempo's API has `batches` in their place.
const RESOURCES: [&str; 3] = ["resourceSpans", "resource_spans", "batches"];
const SCOPES: [&str; 3] = ["scopeSpans", "scope_spans", "instrumentationLibrarySpans"];
/// Fields in which the newer APIs of Tempo and Jaeger have a trace.
const WRAPPERS: [&str; 2] = ["trace", "result"];
const START: Names = ["startTimeUnixNano", "start_time_unix_nano"];
const END: Names = ["endTimeUnixNano", "end_time_unix_nano"];
const SPANS: Names = ["spans"; 2];
const ATTRIBUTES: Names = ["attributes"; 2];
const ID: Names = ["/spanId", "/span_id"];
const PARENT: Names = ["/parentSpanId", "/parent_span_id"];

/// True if a value has resources with their spans.
fn has_resources(value: &Value) -> bool {
    let is_resource = |resource: &Value| field(resource, &SCOPES).is_some();
    // An exporter may have had none; other tools have batches of their own.
    match field(value, &RESOURCES) {
        Some(Value::Array(all)) => value.field("batches").is_none() || all.iter().any(is_resource),
        _ => false,
    }
}

/// The spans of resources, each with the name of its instrumentation.
fn spans_within(resources: Value) -> Vec<(Option<String>, Value)> {
    let mut found = Vec::new();
    let resources = into_items(Some(resources)).into_iter();
    for mut scope in resources.flat_map(|mut resource| into_items(taken(&mut resource, &SCOPES))) {
        let name = text(&scope, &["/scope/name"]);
        found.extend(into_items(taken(&mut scope, &SPANS)).into_iter().map(|span| (name.clone(), span)));
    }
    found
}

/// A field by either of its names.
pub(crate) fn field<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(name))
}

/// A field by either of its names, taken out: texts are most of a span, and are moved rather than copied.
fn taken(value: &mut Value, names: &[&str]) -> Option<Value> {
    names.iter().find_map(|name| value.get_mut(name).map(Value::take))
}

/// Names a span for people.
fn called(span: &Value, ids: &[&str]) -> String {
    text(span, ids).map_or_else(|| "a span without an id".into(), |id| format!("span {id}"))
}

/// The call of a span, whose attributes are taken out of it.
fn of_span(span: &mut Value, scope: Option<String>) -> Result<Option<Exchange>, String> {
    let own = attributes(taken(span, &ATTRIBUTES));
    let time = |names| nanoseconds(span, names).and_then(|time| Timestamp::from_nanosecond(time).ok());
    let attributes = nested(of_events(span)?.into_iter().chain(own));
    let (time, end_time) = (time(&START), time(&END));
    Span { attributes, id: text(span, &ID), time, end_time, has_failed: has_failed(span), scope }.exchange()
}

impl LogFormat for SpanRow {
    fn name(&self) -> &'static str {
        "phoenix"
    }

    fn about(&self) -> &'static str {
        "spans as Phoenix exports them, with OpenInference or GenAI attributes"
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        // Logfire's rows, and those of SDKs for JavaScript, which may have a time as seconds and nanoseconds. Other tools have spans
        // with attributes of their own.
        let is_of_logfire = has("start_timestamp") && has("span_id");
        let is_of_sdk =
            has("startTime") && has("spanId") && (line["startTime"].is_array() || has_call(&line["attributes"]));
        let is_of_others = is_of_logfire || is_of_sdk;
        let row = has("span_kind") || has("start_time") || is_of_others;
        let is_flat = || line.as_object().is_some_and(|map| map.keys().any(|key| key.starts_with(COLUMN)));
        row && (line.field("attributes").is_some_and(Value::is_object) || is_flat())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for SpanRow {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        Ok(context.named(|| called(&line, &ROW_ID), of_row(&line)).into_iter().collect())
    }
}

fn of_row(line: &Value) -> Result<Option<Exchange>, String> {
    let columns = line.as_object().into_iter().flatten();
    let columns = columns.filter_map(|(key, value)| Some((key.strip_prefix(COLUMN)?.to_owned(), value.clone())));
    let own = attributes(line.field("attributes").cloned()).into_iter().chain(columns);
    // Phoenix writes UNKNOWN if no instrumentation set a kind; an attribute may still have it.
    let kind = text(line, &["/span_kind"]).filter(|kind| kind != "UNKNOWN");
    let kind = kind.map(|kind| ("openinference.span.kind".to_owned(), kind.into()));
    let span = Span {
        attributes: nested(of_events(line)?.into_iter().chain(kind).chain(own)),
        id: text(line, &ROW_ID),
        time: instant(line, &["/start_time", "/start_timestamp", "/startTime"])
            .or_else(|| of_seconds(&line["startTime"])),
        end_time: instant(line, &["/end_time", "/end_timestamp", "/endTime"]).or_else(|| of_seconds(&line["endTime"])),
        has_failed: has_failed(line),
        scope: text(line, &["/instrumentationScope/name", "/otel_scope_name"]),
    };
    span.exchange()
}

/// True if an attribute is one that instrumentations of models write.
fn has_call(attributes: &Value) -> bool {
    let is_own = |key: &String| ["gen_ai.", "llm.", "ai.", "openinference."].iter().any(|start| key.starts_with(start));
    attributes.as_object().is_some_and(|attributes| attributes.keys().any(is_own))
}

/// A time of seconds and nanoseconds.
fn of_seconds(pair: &Value) -> Option<Timestamp> {
    Timestamp::new(pair.get(0)?.as_i64()?, pair.get(1)?.as_i64()?.try_into().ok()?).ok()
}

/// Places of the span's id in a row.
const ROW_ID: [&str; 5] = ["/context/span_id", "/context.span_id", "/span_id", "/spanId", "/id"];

/// Prefix of a table's columns that hold attributes.
const COLUMN: &str = "attributes.";

/// True if a span's status is an error: OTLP's code 2, by number or name, or the word that rows have.
fn has_failed(span: &Value) -> bool {
    let code = text(span, &["/status/code", "/status/status_code", "/status_code"]).unwrap_or_default();
    ["2", "STATUS_CODE_ERROR", "ERROR"].iter().any(|error| code.eq_ignore_ascii_case(error))
}

/// Attributes by name: OTLP's pairs, or an object.
pub(crate) fn attributes(attributes: Option<Value>) -> Vec<(String, Value)> {
    let pair = |mut pair: Value| {
        let value = any_value(pair.field_mut("value")?.take());
        Some((pair.field("key")?.as_str()?.to_owned(), value))
    };
    match attributes {
        Some(Value::Object(map)) => map.into_iter().collect(),
        pairs => into_items(pairs).into_iter().filter_map(pair).collect(),
    }
}

/// Attributes that a span's events give of its call.
fn of_events(span: &Value) -> Result<Vec<(String, Value)>, String> {
    let named = |event: &Value| Some((text(event, &["/name"])?, attributes(event.field("attributes").cloned())));
    span_event::attributes(items(span.field("events")).filter_map(named))
}

/// A count of nanoseconds, which JSON writes as a string because it is beyond what a double holds.
pub(crate) fn nanoseconds(span: &Value, names: &Names) -> Option<i128> {
    match field(span, names)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64().map(i128::from),
    }
}

/// OTLP's `AnyValue` as plain JSON.
pub(crate) fn any_value(value: Value) -> Value {
    let Value::Object(kinds) = value else { return Value::Null };
    let Some((kind, mut inner)) = kinds.into_iter().find(|(_, inner)| !inner.is_null()) else { return Value::Null };
    let mut values = || inner.field_mut("values").map(Value::take);
    match kind.as_str() {
        // The JSON of protocol buffers writes integers of 64 bits as strings.
        "intValue" | "int_value" => {
            let number = inner.as_str().and_then(|text| text.parse::<i64>().ok());
            number.map_or(inner, Value::from)
        }
        "arrayValue" | "array_value" => into_items(values()).into_iter().map(any_value).collect(),
        "kvlistValue" | "kvlist_value" => attributes(values()).into_iter().collect(),
        _ => inner,
    }
}

/// Names of more steps are none that an instrumentation gives, and would nest deeper than the stack allows.
const MOST_STEPS: usize = 64;

/// Name of an attribute's own value if its name is the beginning of others.
pub(crate) const ITSELF: &str = "";

/// Attributes with dots in their names as objects within objects; those of too many steps are left out.
pub(crate) fn nested(attributes: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut root = Value::Object(Map::new());
    let attributes =
        attributes.into_iter().filter(|(name, _)| name.split('.').take(MOST_STEPS + 1).count() <= MOST_STEPS);
    for (name, value) in attributes {
        let mut place = &mut root;
        for step in name.split('.') {
            // A name may have a value and be the beginning of longer names, whichever of them comes first.
            if !place.is_object() {
                let own = place.take();
                *place = if own.is_null() { Value::Object(Map::new()) } else { json!({ITSELF: own}) };
            }
            place = &mut place[step];
        }
        match (place, value) {
            (Value::Object(known), Value::Object(more)) => known.extend(more),
            (Value::Object(known), value) => {
                known.insert(ITSELF.into(), value);
            }
            (place, value) => *place = value,
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_of_endless_steps_is_left_out() {
        let endless = format!("llm{}", ".a".repeat(300_000));
        let known = nested([(endless, json!(1)), ("llm.model_name".to_owned(), json!("m"))]);
        assert_eq!(known, json!({"llm": {"model_name": "m"}}));
    }

    #[test]
    fn a_name_may_be_a_value_and_the_beginning_of_others() {
        let pairs = [("a.b", json!(1)), ("a.b.c", json!(2))];
        let both = json!({"a": {"b": {"": 1, "c": 2}}});
        assert_eq!(nested(pairs.clone().map(|(name, value)| (name.to_owned(), value))), both);
        assert_eq!(nested(pairs.into_iter().rev().map(|(name, value)| (name.to_owned(), value))), both);
    }

    #[test]
    fn what_is_said_of_a_span_names_it() {
        let span = |id: &str, prompt: Value| {
            json!({"spanId": id, "startTimeUnixNano": "1", "attributes": [
                {"key": "gen_ai.request.model", "value": {"stringValue": "m"}},
                {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "9"}},
                {"key": "gen_ai.input.messages", "value": {"stringValue": prompt.to_string()}}]})
        };
        let spans = [
            span("a1", json!([{"role": "user", "parts": [{"type": "text", "content": "hi"}]}])),
            span("b2", json!([{"role": "assistant", "parts": [{"type": "tool_call"}]}])),
        ];
        let mut context = LineContext::default();
        let found = Otlp.line(json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}), &mut context).unwrap();
        let entries: Vec<_> = found.iter().map(|exchange| exchange.entry.as_deref()).collect();
        assert_eq!((entries, &found[0].unread), (vec![Some("span a1"), Some("span b2")], &None));
        assert!(
            found[1].unread.as_ref().is_some_and(|reason| reason.starts_with("span b2: ")),
            "{:?}",
            found[1].unread
        );
    }
}
