//! Detection of logged calls that failed. Loggers say it in many ways; what counts as failure is decided here and nowhere else.
//!
//! A call that failed without a single token reported was neither billed nor cached as far as the log tells. One that failed with
//! usage, as a stream that broke off, was paid for and is an exchange as any other.

use serde_json::Value;

use crate::exchange::{HasFields, Usage};
use crate::log::json::at;

/// Places at which a logger or an HTTP message keeps the status of the answer.
const HTTP: [&str; 10] = [
    "/status_code",
    "/statusCode",
    "/response_status",
    "/status",
    "/http_status",
    "/httpStatus",
    "/http_status_code",
    "/response_code",
    "/responseCode",
    "/response_status_code",
];

/// Fields in which a server says what went wrong.
const ERRORS: [&str; 8] =
    ["error", "errors", "err", "error_message", "errorMessage", "error_code", "errorCode", "exception"];

/// Fields in which it may say so, where nothing else is there than [`BESIDE`].
const PERHAPS: [&str; 7] = ["message", "Message", "msg", "detail", "code", "__type", "title"];

/// Fields that stand beside an error.
const BESIDE: [&str; 14] = [
    "type",
    "status",
    "statusCode",
    "status_code",
    "request_id",
    "requestId",
    "param",
    "object",
    "id",
    "timestamp",
    "path",
    "instance",
    "success",
    "documentation_url",
];

/// Fields of an answer, under which it has its text, its counts, or a reason of its own for having none.
const ANSWERS: [&str; 19] = [
    "choices",
    "candidates",
    "content",
    "output",
    "outputs",
    "output_text",
    "text",
    "completion",
    "generation",
    "generations",
    "generated_text",
    "response",
    "reasoning_content",
    "tool_calls",
    "delta",
    "usage",
    "usageMetadata",
    "usage_metadata",
    "promptFeedback",
];

/// True if a call that is logged as failed left nothing that was billed.
pub(crate) fn is_unserved(is_said: bool, usage: &Usage) -> bool {
    let written = usage.written.map(|written| written.total());
    let counts = [usage.prompt_tokens, usage.output_tokens, usage.hit_tokens, written];
    is_said && !usage.contradicts && counts.iter().all(|count| count.is_none_or(|tokens| tokens == 0))
}

/// True if what stands beside the bodies, an HTTP message or a response's body says that the call failed.
pub(crate) fn is_said(value: &Value) -> bool {
    at(value, "/type").is_some_and(|kind| kind == "error")
        || at(value, "/error").is_some_and(says)
        || HTTP.iter().any(|key| at(value, key).is_some_and(|status| is_failure(key, status)))
}

/// True if what a logger keeps beside a call without an answer says that it failed.
pub(crate) fn is_said_beside(line: &Value) -> bool {
    let is_false = |key: &str| line.field(key) == Some(&Value::Bool(false));
    let level = line.field("level").and_then(Value::as_str).unwrap_or_default();
    ERRORS.iter().any(|key| line.field(key).is_some_and(says))
        || ["success", "ok"].into_iter().any(is_false)
        || ["error", "critical", "fatal"].iter().any(|word| level.eq_ignore_ascii_case(word))
}

/// True if what was answered is no answer of a model: it has no text, choice, call of a tool or count, and is an error's text, a page
/// of a server, or a stream in which nothing came.
pub(crate) fn is_no_answer(answer: &Value) -> bool {
    match answer {
        Value::String(text) => is_page(text),
        Value::Array(events) => !events.is_empty() && events.iter().all(is_no_answer),
        Value::Object(_) => match answer.field("body").or(answer.field("data")).filter(|body| !body.is_null()) {
            Some(body) => is_no_answer(body),
            None => is_error(answer),
        },
        _ => false,
    }
}

/// True if an answer that is made in the background is not there yet.
pub(crate) fn is_pending(body: &Value) -> bool {
    let status = body.field("status").and_then(Value::as_str).unwrap_or_default();
    let is_counted = body.field("usage").is_some_and(Value::is_object);
    body.field("object").is_some() && ["queued", "in_progress"].contains(&status) && !is_counted
}

fn is_error(body: &Value) -> bool {
    let has_answer = ANSWERS.iter().any(|key| body.field(key).is_some_and(|value| holds_answer(key, value)));
    // A message that is an object is the answer of Ollama or Cohere.
    let has_message = body.field("message").is_some_and(Value::is_object);
    if has_answer || has_message {
        return false;
    }
    let code = at(body, "/base_resp/status_code").and_then(Value::as_i64);
    // Choices, of which none holds an answer.
    let is_shell = body.field("choices").and_then(Value::as_array).is_some_and(|choices| !choices.is_empty());
    let is_page = || body.as_object().is_some_and(|map| map.values().any(|value| value.as_str().is_some_and(is_page)));
    let is_told = |keys: &[&str]| keys.iter().any(|key| body.field(key).is_some_and(says));
    let is_alone = || {
        let mut told =
            body.as_object().into_iter().flatten().filter(|(_, value)| says(value)).map(|(key, _)| key.as_str());
        told.all(|key| PERHAPS.contains(&key) || BESIDE.contains(&key))
    };
    is_told(&ERRORS)
        || is_told(&PERHAPS) && is_alone()
        || ["success", "ok"].iter().any(|key| body.field(key) == Some(&Value::Bool(false)))
        || body.field("object").is_some_and(|kind| kind == "error")
        || code.is_some_and(|code| code != 0)
        || is_shell
        || is_page()
}

/// True if a field of an answer holds some of it: a choice that ended with an error and has no text holds none.
fn holds_answer(key: &str, value: &Value) -> bool {
    let failed = |choice: &Value| {
        let reason = choice.field("finish_reason").and_then(Value::as_str).unwrap_or_default();
        let is_silent = ["content", "reasoning_content", "reasoning"]
            .iter()
            .all(|key| at(choice, "/message").and_then(|message| message.field(key)).is_none_or(|text| !says(text)));
        ["error", "insufficient_system_resource"].contains(&reason)
            && is_silent
            && at(choice, "/message/tool_calls").is_none_or(|calls| !says(calls))
    };
    match value {
        Value::Array(choices) if key == "choices" => choices.iter().any(|choice| !failed(choice)),
        // A sum of zero tokens is no count.
        Value::Object(counts) if key.starts_with("usage") => counts.values().any(|count| match count {
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::Object(_) => true,
            _ => false,
        }),
        value => says(value),
    }
}

/// True if a field says something.
fn says(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
    }
}

/// True if a text is what a server or a proxy says in place of an answer, or a stream without an event.
fn is_page(text: &str) -> bool {
    const PHRASES: [&str; 14] = [
        "<!doctype",
        "<html",
        "<?xml",
        "upstream connect error",
        "upstream request timeout",
        "no healthy upstream",
        "stream timeout",
        "internal server error",
        "bad gateway",
        "service unavailable",
        "gateway time",
        "too many requests",
        "error code: ",
        "502 bad gateway",
    ];
    let text = text.trim();
    let begins = |phrase: &&str| text.get(..phrase.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(phrase));
    PHRASES.iter().any(begins) || is_empty_stream(text)
}

/// True if a text is a stream in which no event came.
fn is_empty_stream(text: &str) -> bool {
    let is_of_stream = |line: &str| {
        let is_end = line.strip_prefix("data:").is_some_and(|data| data.trim() == "[DONE]");
        is_end || line.is_empty() || [":", "event:", "id:", "retry:"].iter().any(|begin| line.starts_with(begin))
    };
    !text.is_empty() && text.lines().all(|line| is_of_stream(line.trim()))
}

/// True if a status is that of a failure: an HTTP status of an error, none at all (0 or less, as browsers and proxies note what was
/// never answered), or a word for it.
fn is_failure(key: &str, status: &Value) -> bool {
    const WORDS: [&str; 3] = ["error", "failed", "failure"];
    let number = match status {
        Value::String(text) if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) => return true,
        Value::String(text) => text.parse().ok(),
        status => status.as_i64(),
    };
    // A bare `status` of 0 may as well be the exit code of what went well.
    number.is_some_and(|number: i64| number >= 400 || number <= 0 && key != "/status")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn failure_is_told_in_many_ways() {
        let failed = [
            json!({"error": {"message": "overloaded"}}),
            json!({"type": "error"}),
            json!({"error": "timeout"}),
            json!({"status": "failure"}),
            json!({"status": "ERROR"}),
            json!({"status": 502}),
            json!({"status_code": "429"}),
            json!({"response_status": -1}),
            json!({"response_status": 0}),
        ];
        let served = [
            json!({"error": null, "status": 200}),
            json!({"error": {}, "status": "success"}),
            json!({"error": "", "status": "completed"}),
            json!({"status": 0}),
            json!({"status": "incomplete"}),
            json!("Bad Gateway"),
        ];
        assert!(failed.iter().all(is_said));
        assert!(!served.iter().any(is_said));
    }

    #[test]
    fn an_answer_without_text_choice_call_or_usage_is_none() {
        for answer in [
            json!("<html><title>502 Bad Gateway</title></html>"),
            json!("upstream connect error or disconnect"),
            json!("data: [DONE]\n\n"),
            json!(": keep-alive\n\n: keep-alive"),
            json!({"message": "Internal error"}),
            json!({"detail": "Rate limit"}),
            json!({"object": "error", "message": "too long", "code": 400}),
            json!({"__type": "ThrottlingException"}),
            json!([{"error": {"code": 503}}]),
            json!({"errors": [{"message": "x"}]}),
            json!({"success": false, "result": null}),
            json!({"choices": null, "usage": {"total_tokens": 0}, "base_resp": {"status_code": 1008}}),
            json!({"choices": [{"finish_reason": "error", "message": {"content": ""}}]}),
            json!({"status": 502, "body": "<!DOCTYPE html>"}),
        ] {
            assert!(is_no_answer(&answer), "{answer}");
        }
        for answer in [
            json!("Blue."),
            json!("Error handling in Rust is done by Result."),
            json!({}),
            json!({"headers": {}}),
            json!({"id": "a", "choices": [], "usage": null}),
            json!({"message": {"role": "assistant", "content": "Blue."}}),
            json!({"choices": [{"message": {"content": "Blue."}}]}),
            json!({"choices": [{"finish_reason": "error", "message": {"content": "Bl"}}]}),
            json!({"error": null, "content": [{"type": "text", "text": "Blue."}]}),
            json!([{"choices": [{"delta": {"content": "Bl"}}]}, {"error": "broken off"}]),
            json!({"usage": {"prompt_tokens": 9}, "error": "x"}),
            json!({"promptFeedback": {"blockReason": "SAFETY"}}),
            json!({"answer": "Blue."}),
            json!({"code": 200, "msg": "ok", "result": "Blue."}),
            Value::Null,
        ] {
            assert!(!is_no_answer(&answer), "{answer}");
        }
    }

    #[test]
    fn an_answer_that_is_polled_is_not_there_yet() {
        assert!(is_pending(&json!({"object": "response", "status": "queued", "usage": null})));
        assert!(!is_pending(&json!({"object": "response", "status": "completed"})));
        assert!(!is_pending(&json!({"status": "in_progress", "content": "Blue."})));
    }

    #[test]
    fn what_stands_beside_a_call_may_say_that_it_failed() {
        for line in [
            json!({"err": {"code": 1}}),
            json!({"level": "ERROR"}),
            json!({"success": false}),
            json!({"exception": "Timeout"}),
        ] {
            assert!(is_said_beside(&line), "{line}");
        }
        assert!(!is_said_beside(&json!({"level": "info", "success": true, "errors": [], "error_message": ""})));
        assert!(is_said(&json!({"http_status": 503})) && is_said(&json!({"response_code": "429"})));
    }

    #[test]
    fn what_was_paid_for_is_no_failure() {
        let unserved = |usage: Value| is_unserved(true, &Usage::from_json(&usage));
        assert!(unserved(json!({})) && unserved(json!({"prompt_tokens": 0, "completion_tokens": 0})));
        assert!(!unserved(json!({"prompt_tokens": 9, "completion_tokens": 0})));
        assert!(!unserved(json!({"prompt_tokens": -9})), "counts that cannot be read are not none");
    }
}
