//! Log records of OpenTelemetry (OTLP JSON): the events in which instrumentations put the texts of a call that are not on its span.
//!
//! One record for all of a call (`gen_ai.client.inference.operation.details`), or up to version 1.36 of the GenAI conventions one for
//! each message and the answer, which belong to one call by their span: they are put together within a line, and no further. Those
//! have neither model nor counts: the span has them. A record of the first kind may be written as late as when the answer is there;
//! no other time is known.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::exchange::{Exchange, HasFields};
use crate::hash::{self, ByDigest};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{instant, items, text};
use crate::log::reason::Reason;
use crate::log::tracer::agent_event;
use crate::log::tracer::span_event;
use crate::log::tracer::span_exchange::Span;
use crate::log::tracer::spans::{Names, any_value, attributes, field, nanoseconds, nested};
use crate::time::Timestamp;

/// An OTLP document of log records.
pub(crate) struct LogRecords;

const RESOURCES: Names = ["resourceLogs", "resource_logs"];
const SCOPES: Names = ["scopeLogs", "scope_logs"];
const RECORDS: Names = ["logRecords", "log_records"];
const TIME: Names = ["timeUnixNano", "time_unix_nano"];
const OBSERVED: Names = ["observedTimeUnixNano", "observed_time_unix_nano"];

/// The event that tells all of a call.
const WHOLE: &str = "gen_ai.client.inference.operation.details";

impl LogFormat for LogRecords {
    fn name(&self) -> &'static str {
        "otlp-logs"
    }

    fn about(&self) -> &'static str {
        "OpenTelemetry log records (OTLP JSON) with GenAI events"
    }

    fn recognises(&self, line: &Value) -> bool {
        // An SDK writes one record by itself to a console, its attributes an object.
        let is_record = || {
            let has = |key: &str| line.field(key).is_some();
            line.field("attributes").is_some_and(Value::is_object)
                && has("body")
                && (has("severity_number") || has("severityNumber"))
        };
        field(line, &RESOURCES).is_some_and(Value::is_array) || is_record()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Spans::default())
    }
}

impl FormatReader for Spans {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let scopes = items(field(&line, &RESOURCES)).flat_map(|resource| items(field(resource, &SCOPES)));
        let records: Vec<&Value> = match field(&line, &RESOURCES) {
            Some(_) => scopes.flat_map(|scope| items(field(scope, &RECORDS))).collect(),
            None => vec![&line],
        };
        let records: Vec<(&Value, Vec<(String, Value)>)> =
            records.into_iter().map(|record| (record, attributes(record.field("attributes").cloned()))).collect();
        let of_agents = records.iter().filter_map(|(record, attributes)| {
            let read = agent_event::exchange(attributes, record_time(record));
            context.named(|| text(record, &["/body/stringValue", "/body"]).unwrap_or_else(|| "a record".into()), read)
        });
        let mut of_agents: Vec<Exchange> = of_agents.collect();
        // Exporters send a record again where they are not sure that it arrived.
        of_agents.retain(|call| call.id.as_deref().is_none_or(|id| self.calls.insert(hash::digest(id.as_bytes()))));
        let events = records.into_iter().filter_map(|(record, attributes)| Event::of_record(record, attributes));
        let mut events: Vec<Event> = events.collect();
        events.sort_by_key(|event| event.time);
        let calls = calls(events).into_iter().filter_map(|events| {
            let read = put_together(&events, &mut self.spans).and_then(|()| exchange(&events));
            context.named(|| called(&events), read)
        });
        Ok(of_agents.into_iter().chain(calls).collect())
    }
}

/// Spans and calls of lines before.
#[derive(Default)]
pub(crate) struct Spans {
    /// Spans that had messages.
    spans: HashSet<u128, ByDigest>,
    /// Calls of agents, by their ids.
    calls: HashSet<u128, ByDigest>,
}

/// A record that tells of a call.
struct Event {
    name: String,
    time: Option<i128>,
    span: Option<String>,
    attributes: Vec<(String, Value)>,
}

impl Event {
    /// `None` for a record of something else.
    fn of_record(record: &Value, mut attributes: Vec<(String, Value)>) -> Option<Self> {
        let in_attributes = || attributes.iter().find(|(key, _)| key == "event.name")?.1.as_str().map(str::to_owned);
        let name = text(record, &["/eventName", "/event_name"]).filter(|name| !name.is_empty()).or_else(in_attributes);
        let name = name.filter(|name| name.starts_with("gen_ai."))?;
        attributes
            .extend(record.field("body").map(|body| ("gen_ai.event.content".to_owned(), any_value(body.clone()))));
        let time = record_time(record).map(Timestamp::as_nanosecond);
        // No span is zero: what was recorded outside of all has that.
        let span = text(record, &["/spanId", "/span_id"]).filter(|span| !span.trim_matches('0').is_empty());
        Some(Self { name, time, span, attributes })
    }

    /// True if it is one message of a call, or the answer.
    fn is_message(&self) -> bool {
        self.name == "gen_ai.choice" || self.name.ends_with(".message")
    }
}

/// Time at which a record was written, in nanoseconds or, on a console, as text.
fn record_time(record: &Value) -> Option<Timestamp> {
    let counted = [TIME, OBSERVED].iter().find_map(|names| nanoseconds(record, names).filter(|time| *time > 0));
    let counted = counted.and_then(|time| Timestamp::from_nanosecond(time).ok());
    counted.or_else(|| instant(record, &["/timestamp", "/observed_timestamp"]))
}

/// The events of each call, in the order in which the calls began.
fn calls(events: Vec<Event>) -> Vec<Vec<Event>> {
    let (mut calls, mut by_span): (Vec<Vec<Event>>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for event in events {
        match event.span.clone().filter(|_| event.name != WHOLE) {
            None => calls.push(vec![event]),
            Some(span) => {
                let index = *by_span.entry(span).or_insert(calls.len());
                match calls.get_mut(index) {
                    Some(call) => call.push(event),
                    None => calls.push(vec![event]),
                }
            }
        }
    }
    calls
}

fn called(events: &[Event]) -> String {
    let span = events.first().and_then(|event| event.span.as_ref());
    span.map_or_else(|| "a record without a span".into(), |span| format!("span {span}"))
}

/// Says why the messages among the events of a call are not all it has, where that can be told: part of a prompt is no prompt.
fn put_together(events: &[Event], known: &mut HashSet<u128, ByDigest>) -> Result<(), String> {
    match events.iter().find(|event| event.is_message()).map(|event| &event.span) {
        Some(None) => Err("without a span, the messages of one request cannot be separated from others".into()),
        Some(Some(span)) if !known.insert(hash::digest(span.as_bytes())) => {
            Err("an earlier line has messages of this span: requests spread over several lines are not supported"
                .into())
        }
        _ => Ok(()),
    }
}

/// The call that events tell of; `None` where they tell of something else.
fn exchange(events: &[Event]) -> Result<Option<Exchange>, String> {
    let time = |event: Option<&Event>| Timestamp::from_nanosecond(event?.time?).ok();
    let told = span_event::attributes(events.iter().map(|event| (event.name.clone(), event.attributes.clone())))?;
    let has_failed = told.iter().any(|(name, _)| name == "error.type");
    let answered = events.last().filter(|event| event.name == "gen_ai.choice");
    Span {
        attributes: nested(told),
        id: events.first().and_then(|event| event.span.clone()),
        time: time(events.first()),
        end_time: time(answered),
        has_failed,
        scope: None,
    }
    .exchange()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(name: &str, span: &str, second: u32, body: &Value) -> Value {
        json!({"eventName": name, "spanId": span, "timeUnixNano": format!("{second}000000000"), "body": body})
    }

    fn said(text: &str) -> Value {
        json!({"kvlistValue": {"values": [{"key": "content", "value": {"stringValue": text}}]}})
    }

    fn read(records: &[Value]) -> (Vec<Exchange>, Vec<String>) {
        let mut context = LineContext::default();
        let line = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]});
        (Spans::default().line(line, &mut context).unwrap(), context.skips.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_messages_of_a_span_are_one_call() {
        let message = json!({"kvlistValue": {"values": [{"key": "message", "value": said("ho")}]}});
        let (found, skips) = read(&[
            record("gen_ai.choice", "a1", 4, &message),
            record("gen_ai.system.message", "a1", 1, &said("s")),
            record("gen_ai.user.message", "b2", 2, &said("other")),
            record("gen_ai.user.message", "a1", 1, &said("hi")),
            record("device.app.lifecycle", "a1", 1, &said("no event of a call")),
        ]);
        let roles = |exchange: &Exchange| {
            exchange.request.messages().iter().map(|message| message.role.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found.iter().map(roles).collect::<Vec<_>>(), ["system user", "user"]);
        let took = found[0].end_time.unwrap().duration_since(found[0].time.unwrap());
        assert_eq!((took.as_secs(), found[0].entry.as_deref(), skips.len()), (3, Some("span a1"), 0));
        assert!(found[0].response.as_ref().unwrap().message.is_some());
    }

    #[test]
    fn a_part_of_a_call_is_no_call() {
        let (found, skips) =
            read(&["", "0000000000000000"].map(|span| record("gen_ai.user.message", span, 1, &said("hi"))));
        assert!(found.is_empty() && skips.iter().all(|skip| skip.starts_with("a record without a span")), "{skips:?}");
        let (mut spans, mut context) = (Spans::default(), LineContext::default());
        let mut line = |name: &str| {
            let records = [record(name, "a1", 1, &said("hi"))];
            spans.line(json!({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}), &mut context).unwrap()
        };
        let found =
            ["gen_ai.user.message", "gen_ai.evaluation.result", "gen_ai.tool.message"].map(|name| line(name).len());
        assert_eq!((found, context.skips.len()), ([1, 0, 0], 1));
    }

    #[test]
    fn messages_whose_texts_were_not_recorded_are_no_empty_prompt() {
        let (found, skips) = read(&[record("gen_ai.user.message", "a1", 1, &json!({"kvlistValue": {"values": []}}))]);
        assert!(found.is_empty() && skips[0].starts_with("span a1: a message without its text"), "{skips:?}");
    }
}
