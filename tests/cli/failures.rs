//! Calls that failed, in every logger's words: named and passed over, unless they were paid for.

use serde_json::{Value, json};

use crate::program::{Run, run_with};

fn parse(line: &Value) -> Run {
    run_with(&["parse", "-"], line.to_string().into_bytes())
}

fn messages() -> Value {
    json!([{"role": "user", "content": "hi"}])
}

/// A span by the GenAI conventions.
fn span(status: &Value, usage: bool) -> Value {
    let asked = r#"[{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]"#;
    let mut attributes = vec![
        json!({"key": "gen_ai.request.model", "value": {"stringValue": "m"}}),
        json!({"key": "gen_ai.input.messages", "value": {"stringValue": asked}}),
    ];
    if usage {
        attributes.push(json!({"key": "gen_ai.usage.input_tokens", "value": {"intValue": "9"}}));
    }
    let span =
        json!({"spanId": "a", "startTimeUnixNano": "1775548800000000000", "status": status, "attributes": attributes});
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
}

fn har(status: i64, body: &str) -> Value {
    let asked = json!({"model": "m", "messages": messages()}).to_string();
    let request =
        json!({"method": "POST", "url": "https://api.deepseek.com/chat/completions", "postData": {"text": asked}});
    json!({"log": {"entries": [{"startedDateTime": "2026-04-07T08:00:00Z", "request": request,
        "response": {"status": status, "content": {"text": body}}}]}})
}

fn helicone(status: i64, prompt_tokens: u64) -> Value {
    json!({"request_created_at": "2026-04-07T08:00:00Z", "request_id": "r", "response_status": status,
        "request_body": {"model": "m", "messages": messages()}, "response_body": {"heliconeMessage": "x"},
        "prompt_tokens": prompt_tokens, "completion_tokens": 0})
}

fn litellm(status: &str, prompt_tokens: u64) -> Value {
    json!({"call_type": "acompletion", "status": status, "response": null, "prompt_tokens": prompt_tokens, "completion_tokens": 0,
        "startTime": 1_775_548_800, "model": "m", "metadata": {}, "messages": messages()})
}

fn langfuse(usage: &Value) -> Value {
    json!({"type": "GENERATION", "traceId": "t", "startTime": "2026-04-07T08:00:00Z", "input": messages(), "output": null,
        "level": "ERROR", "model": "m", "usageDetails": usage})
}

fn langsmith(outputs: &Value) -> Value {
    json!({"run_type": "llm", "start_time": "2026-04-07T08:00:00", "error": "RateLimitError", "inputs": {"messages": messages()},
        "outputs": outputs})
}

fn phoenix(tokens: Option<u64>) -> Value {
    json!({"span_kind": "LLM", "start_time": "2026-04-07T08:00:00Z", "status_code": "ERROR", "attributes": {"llm.model_name": "m",
        "llm.token_count.prompt": tokens, "llm.input_messages": [{"message": {"role": "user", "content": "hi"}}]}})
}

#[test]
fn a_failed_call_without_usage_is_named_with_its_line() {
    let request = json!({"model": "m", "messages": messages()});
    let mut spend = litellm("", 0);
    (spend["status"], spend["metadata"]) = (json!(null), json!({"status": "failure"}));
    for failed in [
        json!({"request": request, "response": {"error": {"message": "overloaded"}}}),
        json!({"request": request, "response": {"status": 502, "body": "<html>Bad Gateway</html>"}}),
        json!({"request": request, "response": {"status_code": 429, "body": {}}}),
        json!({"request": request, "response": null, "status_code": 500}),
        json!({"request": request, "response": null, "error": "timeout"}),
        har(502, "<html>Bad Gateway</html>"),
        har(0, ""),
        helicone(500, 0),
        helicone(0, 0),
        helicone(-1, 0),
        litellm("failure", 0),
        spend,
        langfuse(&json!({})),
        langfuse(&json!({"input": 0, "output": 0, "total": 0})),
        langsmith(&json!(null)),
        span(&json!({"code": 2}), false),
        span(&json!({"code": "STATUS_CODE_ERROR"}), false),
        phoenix(None),
    ] {
        let sentence = parse(&failed).refusal();
        assert!(sentence.contains(":1: ") && sentence.contains(": the request failed"), "{failed}: {sentence}");
    }
    // Of what stands on one line with others it is said which it was.
    let sentence = parse(&har(502, "")).refusal();
    assert!(sentence.contains(":1: entry 1: the request failed"), "{sentence}");
}

#[test]
fn a_failed_call_with_usage_was_paid_for() {
    let request = json!({"model": "m", "messages": messages()});
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 1});
    for (paid, prompt) in [
        (json!({"request": request, "response": {"status": 500, "body": {"usage": usage}}}), 9),
        (json!({"request": request, "response": null, "error": "broken off", "usage": usage}), 9),
        (har(500, &json!({"usage": usage}).to_string()), 9),
        (helicone(-3, 9), 9),
        (litellm("failure", 9), 9),
        (langfuse(&json!({"input": 9, "output": 0, "total": 9})), 9),
        (langsmith(&json!({"usage_metadata": {"input_tokens": 9, "output_tokens": 1}})), 9),
        (span(&json!({"code": 2}), true), 9),
        (phoenix(Some(9)), 9),
    ] {
        let exchange: Value = serde_json::from_str(&parse(&paid).good()).unwrap();
        assert_eq!(exchange["usage"]["prompt_tokens"], prompt, "{paid}");
    }
}

#[test]
fn what_was_served_is_not_taken_for_failed() {
    let request = json!({"model": "m", "messages": messages()});
    for served in [
        json!({"request": request, "response": {"status": 200, "body": {"choices": []}}, "error": null}),
        json!({"request": request, "response": null, "status": 0}),
        har(200, "{}"),
        helicone(200, 0),
        span(&json!({}), false),
        span(&json!({"code": 0}), false),
        span(&json!({"code": "STATUS_CODE_OK"}), false),
    ] {
        assert_eq!(parse(&served).good().lines().count(), 1, "{served}");
    }
}
