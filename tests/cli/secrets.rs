//! API keys: whatever is logged of them, none leaves the program in clear.

use serde_json::{Value, json};

use crate::program::{Run, run_with};

/// Texts that look like keys of several sellers, and are none.
const KEYS: [&str; 4] =
    ["sk-not-a-key-0123456789", "AIzaNotAKey0123456789abcd", "gsk_not_a_key_0123456789", "plainly-a-secret-0123456789"];

/// A line in each place in which a key may stand.
fn lines(key: &str) -> Vec<Value> {
    let body = json!({"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]});
    let response = json!({"choices": [{"message": {"role": "assistant", "content": "Hi"}}], "usage": {"prompt_tokens": 5, "completion_tokens": 1}});
    let wrapped = |beside: Value| {
        let mut line = json!({"timestamp": "2026-04-07T08:00:00Z", "request": body, "response": response});
        line.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
        line
    };
    let bearer = format!("Bearer {key}");
    let with_tool = |tool: Value| {
        let mut body = body.clone();
        body["tools"] = json!([tool]);
        json!({"request": body})
    };
    let mcp = json!({"type": "mcp", "server_label": "s", "server_url": "https://x", "authorization": key, "headers": {"X-Token": key}});
    let har = |url: &str, headers: Value| {
        json!({"log": {"entries": [{"startedDateTime": "2026-04-07T08:00:00Z", "request": {"method": "POST", "url": url, "headers": headers,
            "postData": {"text": body.to_string()}}, "response": {"content": {"text": response.to_string()}}}]}})
    };
    vec![
        wrapped(json!({"headers": {"authorization": bearer}})),
        wrapped(json!({"headers": {"X-Api-Key": key, "Helicone-Auth": bearer}})),
        wrapped(json!({"headers": {"x-goog-api-key": [key]}})),
        wrapped(json!({"api_key": key})),
        wrapped(json!({"url": format!("https://h.example/v1beta/models/m:generateContent?key={key}")})),
        wrapped(json!({"url": format!("https://ann:{key}@h.example/v1/chat/completions")})),
        wrapped(json!({"request": {"url": "https://h.example", "headers": {"Authorization": bearer}, "body": body}})),
        wrapped(json!({"user": key, "unknown_to_us": {"key": key}})),
        with_tool(mcp.clone()),
        json!({"model": "m", "input": "Hello", "tools": [mcp]}),
        har(
            "https://h.example/v1/chat/completions",
            json!([{"name": "Authorization", "value": bearer}, {"name": "api-key", "value": key}]),
        ),
        har(&format!("https://h.example/v1/chat/completions?api-key={key}"), json!([])),
        json!({"call_type": "acompletion", "startTime": 1_775_548_800, "metadata": {"user_api_key_hash": key, "user_api_key": key},
            "model": "m", "api_key": key, "messages": body["messages"], "model_parameters": {"api_key": key, "extra_headers": {"Authorization": bearer}}}),
        json!({"request_id": "h", "request_created_at": "2026-04-07T08:00:00Z", "request_body": body, "proxy_key_id": key, "request_user_id": key,
            "target_url": format!("https://h.example/x?key={key}")}),
        json!({"custom_id": "q", "method": "POST", "url": "/v1/chat/completions", "body": body, "headers": {"authorization": bearer}}),
        with_tool(json!({"type": "mcp", "server_url": format!("https://h.example/api/s/{key}/mcp")})),
        json!({"model": "m", "messages": [{"role": "user", "content": "Hello"}], "response_format": {"type": "text", "api_key": key}}),
        // Lines that are none: what they hold is not shown either.
        json!({"api_key": key}),
        json!({"request": {"api_key": key}}),
        json!({"log": {"entries": [{"request": {"method": "POST", "url": format!("https://h.example/v1/messages?key={key}"),
            "postData": {"text": key}}}]}}),
    ]
}

fn no_key(run: &Run, key: &str, what: &str) {
    assert!(!run.stdout.contains(key) && !run.stderr.contains(key), "{what}: {run:?}");
}

#[test]
fn no_key_leaves_the_program_in_clear() {
    let modes: [&[&str]; 10] = [
        &["parse", "-"],
        &["parse", "-", "-v"],
        &["parse", "-", "--redact"],
        &["parse", "-", "--summary"],
        &["parse", "-", "--scope", "/headers/authorization"],
        &["parse", "-", "--scope", "/api_key"],
        &["parse", "-", "--scope", "/headers"],
        &["parse", "-", "--scope", "/url"],
        &["simulate", "-", "--format", "jsonl"],
        &["cost", "-", "--by", "scope", "--at", "2026-04-07"],
    ];
    for key in KEYS {
        let lines = lines(key);
        let all: String = lines.iter().map(|line| format!("{line}\n")).collect();
        for mode in modes {
            // A bare secret is told by where it stands, not by how it looks: as a user's name it is one.
            let stream = if key.starts_with("plainly") {
                all.replace(&format!("\"user\":\"{key}\""), "\"user\":\"ann\"")
            } else {
                all.clone()
            };
            let stream = stream.replace(
                &format!("\"proxy_key_id\":\"{key}\",\"request_user_id\":\"{key}\""),
                "\"request_user_id\":\"ann\"",
            );
            no_key(&run_with(mode, stream.into_bytes()), key, &mode.join(" "));
        }
        for line in lines.iter().filter(|_| !key.starts_with("plainly")) {
            no_key(&run_with(&["parse", "-"], line.to_string().into_bytes()), key, &line.to_string());
        }
    }
}

#[test]
fn the_same_key_is_the_same_scope_wherever_it_stands() {
    let scopes: Vec<Value> = [0, 2, 3, 4, 10, 11]
        .map(|index| lines(KEYS[0])[index].to_string())
        .map(|line| {
            serde_json::from_str::<Value>(&run_with(&["parse", "-"], line.into_bytes()).good()).unwrap()["scope"]
                .clone()
        })
        .into();
    assert!(
        scopes[0]["key"].as_str().unwrap().starts_with("key:")
            && scopes.iter().all(|scope| scope["key"] == scopes[0]["key"]),
        "{scopes:?}"
    );
}
