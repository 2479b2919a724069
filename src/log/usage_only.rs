//! Usage without a request: responses that were logged alone, and streams as text (server-sent events).
//!
//! There is no prompt, so nothing can be simulated; what was reported is there to be billed and compared. Of a stream no more is
//! kept than its first event and the last that has counts.

use serde_json::{Value, json};

use super::api::unstreamed;
use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::text;
use super::{Exchange, Place, Usage};

/// Where an event may have its counts.
const COUNTS: [&str; 4] = ["/usage", "/usageMetadata", "/response/usage", "/metadata/usage"];

/// A response, or a line of a stream.
pub(super) struct UsageOnly;

/// The stream that is being read.
#[derive(Default)]
pub(super) struct Stream {
    place: Place,
    /// The answer's id, which every event of it has or only the first.
    id: Option<String>,
    first: Option<Value>,
    counted: Option<Value>,
    /// Whether the last event said that the answer ends there.
    has_ended: bool,
}

impl LogFormat for UsageOnly {
    fn name(&self) -> &'static str {
        "usage-only"
    }

    fn about(&self) -> &'static str {
        "responses and streams (server-sent events) that were logged without their requests"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("there is no request: what was reported is counted, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        match line {
            Value::String(line) => is_of_stream(line),
            _ => line.get("request").is_none_or(Value::is_null) && usage(line).is_some(),
        }
    }

    fn read(&self, mut line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String> {
        let place = memory.place;
        if let Value::String(line) = &line {
            return Ok(memory.stream.line(line, place).into_iter().collect());
        }
        let response = line.get_mut("response").filter(|response| response.is_object()).map(Value::take);
        let (outside, response) = match response {
            Some(response) => (line, response),
            None => {
                (json!({"url": line.get("url"), "timestamp": line.get("timestamp"), "user": line.get("user")}), line)
            }
        };
        Ok(vec![Envelope { outside, response: Some(response), ..Envelope::default() }.usage_only()?])
    }
}

/// The counts of a line, or of the response in it.
fn usage(line: &Value) -> Option<Usage> {
    let response = line.get("response").filter(|response| response.is_object()).unwrap_or(line);
    let body = response.get("body").filter(|body| body.is_object()).unwrap_or(response);
    Usage::of_response(body).or_else(|| Usage::of_response(line)).filter(|usage| usage.prompt_tokens.is_some())
}

/// Whether a line is one that server-sent events consist of.
fn is_of_stream(line: &str) -> bool {
    ["data:", "event:", "id:", "retry:", ": "].iter().any(|field| line.starts_with(field))
}

impl Stream {
    /// Takes up a line; gives what the stream before it reported, where the line ends it.
    fn line(&mut self, line: &str, place: Place) -> Option<Exchange> {
        let data = line.strip_prefix("data:")?.trim();
        let Ok(event) = serde_json::from_str::<Value>(data) else {
            return if data == "[DONE]" { self.finish() } else { None };
        };
        let kind = event["type"].as_str().unwrap_or_default();
        let id = text(&event, &["/responseId", "/response/id", "/message/id", "/id"]).filter(|id| !id.is_empty());
        let before = if self.is_another(kind, id.as_ref()) { self.finish() } else { None };
        self.has_ended = event.pointer("/candidates/0/finishReason").is_some_and(|reason| !reason.is_null());
        self.id = self.id.take().or(id);
        let ends = ["message_stop", "response.completed", "response.incomplete"].contains(&kind);
        if self.first.is_none() {
            (self.place, self.first) = (place, Some(event.clone()));
        }
        if COUNTS.iter().any(|pointer| event.pointer(pointer).is_some_and(Value::is_object)) {
            self.counted = Some(event);
        }
        if ends { self.finish() } else { before }
    }

    /// Whether an event begins another answer, though nothing said that the one before has ended.
    fn is_another(&self, kind: &str, id: Option<&String>) -> bool {
        let has_other_id = self.id.is_some() && id.is_some_and(|id| Some(id) != self.id.as_ref());
        let goes_on = id.is_some() && id == self.id.as_ref();
        kind == "message_start" || kind == "response.created" || has_other_id || self.has_ended && !goes_on
    }

    /// What the stream reported, where it did.
    pub(super) fn finish(&mut self) -> Option<Exchange> {
        let Self { place, first, counted, .. } = std::mem::take(self);
        let events: Vec<Value> = [first, counted].into_iter().flatten().collect();
        let response = unstreamed(Value::Array(events));
        Usage::of_response(&response)?;
        let id = text(&response, &["/id"]);
        let outside = json!({"id": id});
        let exchange = Envelope { outside, response: Some(response), ..Envelope::default() }.usage_only().ok()?;
        // What it said was not kept.
        let response = exchange.response.map(|response| super::Response { message: None, ..response });
        Some(Exchange { place, response, format: Some(UsageOnly.name()), ..exchange })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reports_once_what_its_last_count_says() {
        let lines = [
            "event: message_start",
            r#"data: {"type": "message_start", "message": {"id": "m", "model": "c", "usage": {"input_tokens": 9, "cache_read_input_tokens": 4, "output_tokens": 1}}}"#,
            "",
            r#"data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}"#,
            r#"data: {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 7}}"#,
            r#"data: {"type": "message_stop"}"#,
            r#"data: {"id": "x", "model": "d", "choices": [{"delta": {"content": "Hi"}}]}"#,
            r#"data: {"id": "x", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}"#,
            "data: [DONE]",
        ];
        let mut stream = Stream::default();
        let found: Vec<Exchange> = lines.iter().filter_map(|line| stream.line(line, Place::default())).collect();
        let counts: Vec<_> =
            found.iter().map(|exchange| (exchange.usage.prompt_tokens, exchange.usage.output_tokens)).collect();
        assert_eq!(counts, [(Some(13), Some(7)), (Some(5), Some(2))]);
        assert!(stream.finish().is_none());
    }

    #[test]
    fn another_id_begins_another_answer_though_the_one_before_has_no_end() {
        let gemini = |id: &str, count: u64, reason: Option<&str>| {
            let usage = json!({"promptTokenCount": count, "candidatesTokenCount": 1});
            json!({"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": reason}], "usageMetadata": usage,
                "modelVersion": "g", "responseId": id})
        };
        let unnamed = [gemini("", 10, None), gemini("", 11, Some("STOP"))];
        let chat = |id: &str, usage: Value| json!({"id": id, "model": "d", "choices": [], "usage": usage});
        let events = [
            vec![gemini("a", 7, None), gemini("a", 8, Some("STOP")), gemini("b", 9, Some("STOP"))],
            unnamed.to_vec(),
            vec![gemini("", 12, Some("STOP"))],
            vec![chat("", Value::Null), chat("x", Value::Null), chat("x", json!({"prompt_tokens": 5}))],
            vec![chat("y", json!({"prompt_tokens": 6}))],
        ];
        let mut stream = Stream::default();
        let mut found: Vec<Exchange> = Vec::new();
        for event in events.concat() {
            found.extend(stream.line(&format!("data: {event}"), Place::default()));
        }
        found.extend(stream.finish());
        let counts: Vec<_> = found.iter().filter_map(|exchange| exchange.usage.prompt_tokens).collect();
        assert_eq!(counts, [8, 9, 11, 12, 5, 6]);
    }
}
