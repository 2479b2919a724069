//! Calls within what a collector of logs writes around each line of a program: the line is an object or a text in a field of its
//! record, or records are elements of a page.
//!
//! Seen so far (2026-11): Vector, Splunk, Elasticsearch, Loki, `CloudWatch` Logs and Insights, Datadog, Google Cloud Logging.

use serde_json::Value;

use crate::exchange::HasFields;
use crate::log::format::LogFormat;
use crate::log::gateway::counts::Counts;
use crate::log::json::{at, items, unquoted};
use crate::log::reading::bodies;
use crate::log::registry::detect;

/// Places of a program's line in a record.
const LINES: [&str; 12] = [
    "/message",
    "/_raw",
    "/result/_raw",
    "/result/message",
    "/_source",
    "/_source/message",
    "/line",
    "/log",
    "/jsonPayload",
    "/textPayload",
    "/attributes/attributes",
    "/@message",
];

/// Places of records in a page.
const PAGES: [&str; 6] = ["/hits/hits", "/data/result", "/result", "/results", "/events", "/data"];

/// Places of the time of a record, for a line that tells none.
const TIMES: [&str; 7] = [
    "/timestamp",
    "/@timestamp",
    "/result/_time",
    "/_source/@timestamp",
    "/attributes/timestamp",
    "/time",
    "/ingestionTime",
];

/// True if no format, or only the last resort, takes a value, and calls may be within it.
pub(super) fn may_be(value: &Value, format: &Result<&'static dyn LogFormat, String>) -> bool {
    let is_left = || format.as_ref().map_or(true, |format| format.name() == Counts.name());
    let mut places = LINES.iter().chain(&PAGES);
    value.is_object() && is_left() && places.any(|place| at(value, place).is_some())
}

/// The lines of a program within a value; none where no call is in them.
pub(super) fn lines(value: &Value) -> Vec<Value> {
    let page = PAGES.iter().find_map(|place| at(value, place)?.as_array());
    let records: Vec<Value> = match page {
        Some(records) => records.iter().flat_map(records_of).collect(),
        None => vec![value.clone()],
    };
    records.iter().filter_map(line).collect()
}

/// The records of an element of a page: Loki has many in a stream, Insights writes each as a list of fields.
fn records_of(element: &Value) -> Vec<Value> {
    if let Some(fields) = element.as_array() {
        let pairs =
            fields.iter().filter_map(|field| Some((field["field"].as_str()?.to_owned(), field["value"].clone())));
        return vec![Value::Object(pairs.collect())];
    }
    let values: Vec<Value> = items(element.field("values"))
        .filter_map(|pair| Some(serde_json::json!({"timestamp": pair.get(0)?, "line": pair.get(1)?})))
        .collect();
    if values.is_empty() { vec![element.clone()] } else { values }
}

/// The line of a program in a record, with the record's time where it has none itself.
fn line(record: &Value) -> Option<Value> {
    LINES.iter().find_map(|place| {
        let mut line = unquoted(at(record, place)?.clone()).ok().filter(Value::is_object)?;
        bodies::open(&mut line).ok()?;
        detect(&line).ok().filter(|format| format.name() != Counts.name())?;
        let has_time =
            ["timestamp", "time", "ts", "created_at", "start_time"].iter().any(|key| line.field(key).is_some());
        if !has_time && let Some(time) = TIMES.iter().find_map(|place| at(record, place)) {
            line["timestamp"] = time.clone();
        }
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_of_a_program_is_found_in_the_record_of_a_collector() {
        let call = json!({"request": {"model": "m", "messages": [{"role": "user", "content": "Which hull?"}]}});
        let text = call.to_string();
        let at = "2026-11-02T10:00:00Z";
        for record in [
            json!({"message": text, "timestamp": at}),
            json!({"result": {"_raw": text, "_time": at}}),
            json!({"hits": {"hits": [{"_source": call}]}}),
            json!({"data": {"resultType": "streams", "result": [{"stream": {}, "values": [["1793613600000000000", text]]}]}}),
            json!({"results": [[{"field": "@timestamp", "value": at}, {"field": "@message", "value": text}]]}),
            json!({"events": [{"message": text, "timestamp": 1_793_613_600_000_u64}]}),
            json!({"jsonPayload": call, "timestamp": at}),
        ] {
            let found = lines(&record);
            assert_eq!(found.len(), 1, "{record}");
            assert_eq!(found[0]["request"], call["request"]);
        }
        assert!(lines(&json!({"message": "hello", "data": [1]})).is_empty());
    }
}
