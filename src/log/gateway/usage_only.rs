//! Usage without a request: responses that were logged alone, and streams, as text (server-sent events) or event by event.
//!
//! There is no prompt, so nothing can be simulated; what was reported is there to be billed and compared. Of a stream no more is
//! kept than its first event and the last that has counts.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place, Usage};
use crate::log::Skip;
use crate::log::body::envelope::{self, Envelope, SESSION};
use crate::log::body::registry::{of_request, unstreamed};
use crate::log::body::stream::is_event;
use crate::log::body::usage::tokens;
use crate::log::body::{call_ids, failure, no_prompt, other_shapes};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, text};
use crate::log::options::Owner;
use crate::log::reason::Reason;

/// Places of the counts in an event.
const COUNTS: [&str; 6] =
    ["/usage", "/x_groq/usage", "/usageMetadata", "/usage_metadata", "/response/usage", "/metadata/usage"];

/// Places at which an event reports the end of the answer.
const ENDS: [&str; 3] = ["/candidates/0/finishReason", "/candidates/0/finish_reason", "/choices/0/finish_reason"];

/// The name of the format.
pub(crate) const NAME: &str = "usage-only";

/// A response, or a line of a stream.
pub(crate) struct UsageOnly;

/// The stream that is being read.
#[derive(Default)]
pub(crate) struct Stream {
    place: Place,
    owner: Owner,
    /// The answer's id, which every event of it has or only the first.
    id: Option<String>,
    first: Option<Value>,
    counted: Option<Value>,
    /// True if there are more events than the first.
    has_more: bool,
    /// True if an event said that the answer ends there.
    has_ended: bool,
}

impl LogFormat for UsageOnly {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "responses and streams (server-sent events) that were logged without their requests"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("requests are not in the log: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        match line {
            Value::String(line) => is_of_stream(line),
            // A request without anything that a prompt could be in says no more than its model.
            _ if line.field("request").is_some_and(Value::is_object) => !asks(line) && usage(line).is_some(),
            _ if line.field("request").is_some_and(|request| !request.is_null()) => false,
            _ => {
                let tells = |answer: &Value| failure::is_no_answer(answer) || failure::is_pending(answer);
                is_event(line) || usage(line).is_some() || line.field("response").is_some_and(tells)
            }
        }
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Stream::default())
    }
}

impl FormatReader for Stream {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if let Value::String(line) = &line {
            return Ok(self.text_line(line, context));
        }
        if is_event(&line) {
            return Ok(self.event(line, context));
        }
        if let Some(reason) = no_prompt::reason(&line, &envelope::answer(&line)) {
            context.remark(reason);
            return Ok(Vec::new());
        }
        if line.field("response").is_some_and(failure::is_pending) {
            context.remark(PENDING);
            return Ok(Vec::new());
        }
        no_sum(&line)?;
        if let Some(requests) = each_request(&line) {
            return requests.into_iter().map(one).collect();
        }
        let total = total(&line);
        let is_sum = total.is_some() || is_sum(&line);
        if let Some(total) = total {
            line["usage"] = total;
        }
        let found = one(line)?;
        Ok(vec![context.in_sum(found, is_sum)])
    }

    fn end_of_list(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.finish(&mut context.remarks)
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.finish(&mut context.remarks)
    }
}

/// The call of a line that is no event of a stream.
fn one(mut line: Value) -> Result<Exchange, Reason> {
    if line.field("request").is_some_and(Value::is_object) {
        let reason = of_request(envelope::body(&line)).err().unwrap_or_else(|| "its request cannot be read".into());
        return Ok(Envelope::open(line).unread(reason)?);
    }
    let is_body = |response: &&mut Value| response.is_object() || failure::is_no_answer(response);
    let response = line.field_mut("response").filter(is_body).map(Value::take);
    let (outside, response) = match response {
        Some(response) => (line, response),
        None => (beside(&line), line),
    };
    Ok(Envelope { outside, response: Some(response), ..Envelope::default() }.usage_only()?)
}

/// The lines of single requests that a line tells together: the entries of `OpenAI`'s Agents SDK, the steps of Vercel's AI SDK. The
/// sum of them that stands beside is not read.
fn each_request(line: &Value) -> Option<Vec<Value>> {
    let within = |entries: &str| at(line, entries).and_then(Value::as_array).filter(|list| list.len() > 1);
    let usages = |list: &[Value], of: fn(&Value) -> Option<&Value>| {
        let counted = |entry| of(entry).filter(|usage| Usage::from_json(usage).prompt_tokens.is_some());
        list.iter().all(|entry| counted(entry).is_some())
    };
    // The id is that of all of them.
    let around = |usage: &Value| {
        let mut one = line.clone();
        (one["usage"], one["id"]) = (usage.clone(), Value::Null);
        one
    };
    if let Some(entries) = within("/usage/request_usage_entries").filter(|list| usages(list, |entry| Some(entry))) {
        return Some(entries.iter().map(around).collect());
    }
    let steps = within("/steps").filter(|list| usages(list, |step| step.field("usage")))?;
    let step = |step: &Value| {
        let mut one =
            json!({"usage": step.field("usage"), "model": line.field("model"), "provider": line.field("provider")});
        for key in ["timestamp", "time", "created_at"] {
            one[key] = at(step, &format!("/response/{key}")).or_else(|| line.field(key)).cloned().unwrap_or_default();
        }
        if let Some(model) = at(step, "/response/modelId") {
            one["model"] = model.clone();
        }
        one["id"] = at(step, "/response/id").cloned().unwrap_or_default();
        one
    };
    Some(steps.iter().map(step).collect())
}

/// The counts of all steps that Vercel's AI SDK has beside those of the last one.
fn total(line: &Value) -> Option<Value> {
    let prompt = |key: &str| Usage::from_json(line.field(key)?).prompt_tokens;
    let total = prompt("totalUsage").filter(|total| prompt("usage").is_some_and(|last| last < *total));
    total.and(line.field("totalUsage").cloned())
}

/// True if a line says that its counts are those of several requests.
pub(super) fn is_sum(line: &Value) -> bool {
    const NUMBERS: [&str; 9] = [
        "/usage/requests",
        "/usage/num_requests",
        "/usage/request_count",
        "/usage/api_calls",
        "/usage/num_calls",
        "/usage/llm_calls",
        "/num_calls",
        "/llm_calls",
        "/api_calls",
    ];
    NUMBERS.iter().any(|number| at(line, number).and_then(tokens).is_some_and(|requests| requests > 1))
}

/// Refuses the sum of several requests: no price that depends on the length of a prompt holds for it, and no hit rate of a request.
///
/// # Errors
/// The line says of how many requests it is the sum.
pub(super) fn no_sum(line: &Value) -> Result<(), String> {
    const NUMBERS: [&str; 8] = [
        "/num_model_requests",
        "/api_requests",
        "/num_requests",
        "/request_count",
        "/requests_count",
        "/total_requests",
        "/n_requests",
        "/requests",
    ];
    match NUMBERS.iter().find_map(|number| at(line, number).and_then(tokens)) {
        Some(requests) if requests > 1 => Err(format!(
            "the sum of {requests} requests, not one: only logs of single requests are read, as an export of requests or traces has them"
        )),
        _ => Ok(()),
    }
}

/// True if the request in a line has what its API would read, be it a prompt or texts for an embedding.
pub(super) fn asks(line: &Value) -> bool {
    let asked = ["messages", "prompt", "input", "inputs", "contents", "query"];
    let request = envelope::body(line);
    line.field("request").is_some_and(Value::is_object) && asked.iter().any(|key| request.field(key).is_some())
}

/// Picks the fields that loggers put among those of a response or an event.
fn beside(line: &Value) -> Value {
    const TOLD: [&str; 11] = [
        "url",
        "timestamp",
        "user",
        "metadata",
        "provider",
        "start_time",
        "startTime",
        "started_at",
        "end_time",
        "endTime",
        "ended_at",
    ];
    let told = TOLD.into_iter().chain(SESSION).chain(call_ids::NAMES);
    Value::Object(told.filter_map(|key| Some((key.to_owned(), line.field(key)?.clone()))).collect())
}

/// The counts of a line, or of the response in it.
fn usage(line: &Value) -> Option<Usage> {
    let response = line.field("response").filter(|response| response.is_object()).unwrap_or(line);
    let body = response.field("body").filter(|body| body.is_object()).unwrap_or(response);
    let of = |body: &Value| match other_shapes::usual(body) {
        Some(usual) => Usage::of_response(&usual),
        None => Usage::of_response(body),
    };
    of(body).or_else(|| of(line)).filter(|usage| usage.prompt_tokens.is_some())
}

/// True if a line is one that server-sent events consist of.
fn is_of_stream(line: &str) -> bool {
    ["data:", "event:", "id:", "retry:", ": "].iter().any(|field| line.starts_with(field))
}

impl Stream {
    /// Takes up a line; gives what the streams reported that it ends.
    fn text_line(&mut self, line: &str, context: &mut LineContext) -> Vec<Exchange> {
        let Some(data) = line.strip_prefix("data:").map(str::trim) else { return Vec::new() };
        match serde_json::from_str::<Value>(data) {
            Ok(event) => self.event(event, context),
            Err(_) if data == "[DONE]" => self.finish(&mut context.remarks).into_iter().collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Takes up an event; gives what the stream before it reported, and its own where it ends it.
    fn event(&mut self, event: Value, context: &mut LineContext) -> Vec<Exchange> {
        let kind = event["type"].as_str().unwrap_or_default();
        let ids = ["/responseId", "/response_id", "/response/id", "/message/id", "/id"];
        let id = text(&event, &ids).filter(|id| !id.is_empty());
        let before = if self.is_another(&event, id.as_ref()) { self.finish(&mut context.remarks) } else { None };
        let ends = ["message_stop", "response.completed", "response.incomplete"].contains(&kind);
        let (place, owner) = (context.place, context.owner.clone());
        self.take_up(event, id, ends, (place, owner));
        let ended = if ends { self.finish(&mut context.remarks) } else { None };
        before.into_iter().chain(ended).collect()
    }

    fn take_up(&mut self, event: Value, id: Option<String>, ends: bool, (place, owner): (Place, Owner)) {
        let is_told = |pointer: &str| event.pointer(pointer).is_some_and(|reason| !reason.is_null());
        self.has_ended |= ends || ENDS.iter().any(|pointer| is_told(pointer));
        self.id = self.id.take().or(id);
        self.has_more = self.first.is_some();
        if self.first.is_none() {
            (self.place, self.owner, self.first) = (place, owner, Some(event.clone()));
        }
        if COUNTS.iter().any(|pointer| event.pointer(pointer).is_some_and(Value::is_object)) {
            self.counted = Some(event);
        }
    }

    /// True if an event begins another answer, though nothing said that the one before has ended.
    fn is_another(&self, event: &Value, id: Option<&String>) -> bool {
        let begins = ["message_start", "response.created"].iter().any(|kind| event["type"] == *kind);
        let has_other_id = self.id.is_some() && id.is_some_and(|id| Some(id) != self.id.as_ref());
        let goes_on = id.is_some() && id == self.id.as_ref();
        // Chat Completions counts behind the end, in a chunk of its own.
        let only_counts = event["choices"] == json!([]) && event["usage"].is_object();
        begins || event.field("messageStart").is_some() || has_other_id || self.has_ended && !goes_on && !only_counts
    }

    /// Makes an exchange of the stream's usage, if the stream reported one.
    pub(crate) fn finish(&mut self, remarks: &mut Vec<Skip>) -> Option<Exchange> {
        let Self { place, owner, first, counted, has_more, has_ended, .. } = std::mem::take(self);
        let outside = beside(first.as_ref()?);
        let events: Vec<Value> = first.into_iter().filter(|_| has_more).chain(counted).collect();
        let response = unstreamed(Value::Array(events));
        if Usage::of_response(&response).is_none_or(|usage| usage.known() == 0) {
            remarks.push(Skip { place, reason: UNCOUNTED.into(), is_read: false });
            return None;
        }
        let exchange = Envelope { outside, response: Some(response), ..Envelope::default() }.usage_only().ok()?;
        // Of what was said in several events not all was kept.
        let is_whole = has_ended && !has_more;
        let response = exchange.response.map(|response| {
            let message = response.message.filter(|_| is_whole);
            crate::exchange::Response { message, ..response }
        });
        Some(owner.name(Exchange { place, response, format: Some(NAME), ..exchange }))
    }
}

const PENDING: &str = "an answer that is made in the background and is not there yet";
const UNCOUNTED: &str = "a stream without its request, and no event in it has counts";

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
        let (mut stream, mut context) = (Stream::default(), LineContext::default());
        let found: Vec<Exchange> = lines.iter().flat_map(|line| stream.text_line(line, &mut context)).collect();
        let counts: Vec<_> =
            found.iter().map(|exchange| (exchange.usage.prompt_tokens, exchange.usage.output_tokens)).collect();
        assert_eq!(counts, [(Some(13), Some(7)), (Some(5), Some(2))]);
        assert!(stream.finish(&mut context.remarks).is_none());
    }

    #[test]
    fn a_sum_over_requests_is_refused() {
        let read = |requests: u64| {
            let line =
                json!({"model": "m", "usage": {"prompt_tokens": 9, "completion_tokens": 2}, "api_requests": requests});
            Stream::default().line(line, &mut LineContext::default()).map(|found| found.len())
        };
        assert_eq!(read(1).ok(), Some(1));
        assert!(read(300).unwrap_err().to_string().starts_with("the sum of 300 requests"));
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
        let (mut stream, mut context) = (Stream::default(), LineContext::default());
        let mut found: Vec<Exchange> = Vec::new();
        for event in events.concat() {
            found.extend(stream.event(event, &mut context));
        }
        found.extend(stream.finish(&mut context.remarks));
        let counts: Vec<_> = found.iter().filter_map(|exchange| exchange.usage.prompt_tokens).collect();
        assert_eq!(counts, [8, 9, 11, 12, 5, 6]);
    }
}
