//! Detection of logged calls that failed. Loggers say it in many ways; what counts as failure is decided here and nowhere else.
//!
//! A call that failed without a single token reported was neither billed nor cached as far as the log tells. One that failed with
//! usage, as a stream that broke off, was paid for and is an exchange as any other.

use serde_json::Value;

use crate::exchange::Usage;
use crate::log::json::at;

/// Places at which a logger or an HTTP message keeps the status of the answer.
const HTTP: [&str; 4] = ["/status_code", "/statusCode", "/response_status", "/status"];

/// True if a call that is logged as failed left nothing that was billed.
pub(crate) fn is_unserved(is_said: bool, usage: &Usage) -> bool {
    let written = usage.written.map(|written| written.total());
    let counts = [usage.prompt_tokens, usage.output_tokens, usage.hit_tokens, written];
    is_said && !usage.contradicts && counts.iter().all(|count| count.is_none_or(|tokens| tokens == 0))
}

/// True if what stands beside the bodies, an HTTP message or a response's body says that the call failed.
pub(crate) fn is_said(value: &Value) -> bool {
    let is_error = |error: &Value| match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    };
    at(value, "/type").is_some_and(|kind| kind == "error")
        || at(value, "/error").is_some_and(is_error)
        || HTTP.iter().any(|key| at(value, key).is_some_and(|status| is_failure(key, status)))
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
    fn what_was_paid_for_is_no_failure() {
        let unserved = |usage: Value| is_unserved(true, &Usage::from_json(&usage));
        assert!(unserved(json!({})) && unserved(json!({"prompt_tokens": 0, "completion_tokens": 0})));
        assert!(!unserved(json!({"prompt_tokens": 9, "completion_tokens": 0})));
        assert!(!unserved(json!({"prompt_tokens": -9})), "counts that cannot be read are not none");
    }
}
