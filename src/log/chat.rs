//! Exchanges of Chat Completions shape, DeepSeek's and everyone's who imitates it, and legacy completions.
//!
//! Two envelopes: `{"timestamp", "request", "response", …}` around both bodies, and the bare request body with what was logged
//! beside it. The bodies inside are read by the same code.

use serde_json::Value;

use super::format::LogFormat;
use super::{Content, Exchange, Input, Message, Part, Request, Response, ToolCall, Usage, stream};
use crate::hash;
use crate::time::{self, SignedDuration, Timestamp};

/// `{"request": …, "response": …}` with what else was logged.
pub(super) struct Wrapped;

/// A request body as sent, perhaps with `response`, `usage` or a time beside its fields.
pub(super) struct Bare;

impl LogFormat for Wrapped {
    fn name(&self) -> &'static str {
        "wrapped"
    }

    fn about(&self) -> &'static str {
        "{\"timestamp\", \"request\", \"response\"} lines around Chat Completions or completions bodies"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("request").is_some()
    }

    fn read(&self, mut line: Value) -> Result<Exchange, String> {
        let outer = unquoted(line["request"].take());
        let body = match outer.get("body") {
            Some(body) => unquoted(body.clone()),
            None => outer.clone(),
        };
        exchange(&line, &outer, body)
    }
}

impl LogFormat for Bare {
    fn name(&self) -> &'static str {
        "bare"
    }

    fn about(&self) -> &'static str {
        "request bodies as sent, one a line, with or without the response beside them"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("messages").is_some() || line.get("prompt").is_some()
    }

    fn read(&self, line: Value) -> Result<Exchange, String> {
        exchange(&line, &Value::Null, line.clone())
    }
}

/// Reads the exchange: `line` is the envelope, `http` the request where it was logged as an HTTP message, `body` its body.
fn exchange(line: &Value, http: &Value, body: Value) -> Result<Exchange, String> {
    let scope = scope(line, http, &body);
    let request = request(body)?;
    let raw = response_body(line);
    let response = raw.as_ref().map(response).transpose()?;
    let usage = line.get("usage").or_else(|| raw.as_ref()?.get("usage")).filter(|usage| usage.is_object());
    let mut usage = usage.map(Usage::from_json).unwrap_or_default();
    // OpenAI says it beside the usage.
    usage.service_tier = usage.service_tier.or_else(|| text(raw.as_ref()?, &["/service_tier"]));
    let (time, end_time) = times(line, raw.as_ref());
    Ok(Exchange {
        id: response.as_ref().and_then(|response| response.id.clone()).or_else(|| text(line, &["/id"])),
        time,
        end_time,
        host: host(line, http),
        scope,
        request,
        response,
        usage,
        ..Exchange::default()
    })
}

/// A JSON value, or the one that a string spells: many loggers store bodies as text.
fn unquoted(value: Value) -> Value {
    match &value {
        Value::String(text) => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    }
}

/// The response's body in unstreamed shape, wherever the line keeps it.
fn response_body(line: &Value) -> Option<Value> {
    let Some(response) = line.get("response").filter(|response| !response.is_null()) else {
        return line.get("choices").is_some().then(|| line.clone());
    };
    let response = unquoted(response.clone());
    let response = response.get("body").cloned().map_or(response, unquoted);
    let events = response.get("stream_events").unwrap_or(&response);
    Some(events.as_array().map_or_else(|| response.clone(), |events| stream::assemble(events)))
}

fn times(line: &Value, response: Option<&Value>) -> (Option<Timestamp>, Option<Timestamp>) {
    const START: [&str; 8] =
        ["timestamp", "time", "ts", "created_at", "start_time", "startTime", "started_at", "request_time"];
    const END: [&str; 5] = ["end_time", "endTime", "ended_at", "completed_at", "response_time"];
    let first = |keys: &[&str]| keys.iter().find_map(|key| time::from_json(line.get(key)?));
    let created = || time::from_json(response?.get("created")?);
    let start = first(&START).or_else(created);
    let millis = ["duration_ms", "latency_ms"].iter().find_map(|key| line.get(key)?.as_i64());
    let end = first(&END).or_else(|| start?.checked_add(SignedDuration::from_millis(millis?)).ok());
    (start, end)
}

fn host(line: &Value, http: &Value) -> Option<String> {
    const KEYS: [&str; 6] = ["/host", "/url", "/base_url", "/api_base", "/endpoint", "/uri"];
    let url = text(http, &KEYS).or_else(|| text(line, &KEYS))?;
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', ':']).next().unwrap_or_default();
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Who shares a cache: the API key by its hash, and the user id.
fn scope(line: &Value, http: &Value, body: &Value) -> Option<String> {
    const KEYS: [&str; 5] =
        ["/api_key", "/headers/authorization", "/headers/Authorization", "/headers/api-key", "/headers/x-api-key"];
    const USERS: [&str; 3] = ["/user_id", "/user", "/metadata/user_id"];
    let key = text(line, &KEYS).or_else(|| text(http, &KEYS));
    let key = key.map(|key| format!("key:{}", hash::secret_name(key.trim_start_matches("Bearer ").trim())));
    let user = text(body, &USERS).or_else(|| text(line, &USERS)).map(|user| format!("user:{user}"));
    let parts: Vec<String> = key.into_iter().chain(user).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn request(mut body: Value) -> Result<Request, String> {
    let input = input(&mut body)?;
    let tools = match body["tools"].take() {
        Value::Array(tools) => tools,
        Value::Null => Vec::new(),
        _ => return Err("`tools` is not a list".into()),
    };
    let some = |value: Value| (!value.is_null()).then_some(value);
    Ok(Request {
        model: text(&body, &["/model"]),
        input,
        tools,
        tool_choice: some(body["tool_choice"].take()),
        response_format: some(body["response_format"].take()),
        thinking: text(&body, &["/thinking/type"]),
        reasoning_effort: text(&body, &["/reasoning_effort", "/reasoning/effort"]),
    })
}

fn input(body: &mut Value) -> Result<Input, String> {
    if !body.is_object() {
        return Err("the request is not a JSON object".into());
    }
    match (body["messages"].take(), body["prompt"].take()) {
        (Value::Array(messages), _) if messages.is_empty() => Err("`messages` is empty".into()),
        (Value::Array(messages), _) => messages
            .into_iter()
            .enumerate()
            .map(|(index, value)| message(value).map_err(|error| format!("messages[{index}]: {error}")))
            .collect::<Result<_, _>>()
            .map(Input::Messages),
        (Value::Null, Value::String(prompt)) => Ok(Input::Text(prompt)),
        (Value::Null, Value::Null) => Err("the request has neither `messages` nor `prompt`".into()),
        (Value::Null, _) => Err("`prompt` is not a text".into()),
        _ => Err("`messages` is not a list".into()),
    }
}

fn message(mut value: Value) -> Result<Message, String> {
    if !value.is_object() {
        return Err("not an object".into());
    }
    let role = text(&value, &["/role"]).ok_or("no `role`")?;
    Ok(Message {
        role,
        content: content(value["content"].take()),
        reasoning_content: text(&value, &["/reasoning_content"]),
        tool_calls: value["tool_calls"].as_array().into_iter().flatten().map(tool_call).collect::<Result<_, _>>()?,
        tool_call_id: text(&value, &["/tool_call_id"]),
        name: text(&value, &["/name"]),
        prefix: value["prefix"] == Value::Bool(true),
    })
}

fn content(value: Value) -> Option<Content> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Content::Text(text)),
        Value::Array(parts) => Some(Content::Parts(parts.into_iter().map(part).collect())),
        // Some clients log a tool's result as the JSON it is.
        other => Some(Content::Text(other.to_string())),
    }
}

fn part(mut value: Value) -> Part {
    match value {
        Value::String(text) => Part::Text(text),
        _ => match value.get_mut("text").map(Value::take) {
            Some(Value::String(text)) => Part::Text(text),
            _ => Part::Media,
        },
    }
}

fn tool_call(call: &Value) -> Result<ToolCall, String> {
    let function = call.get("function").unwrap_or(call);
    let arguments = match function.get("arguments") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let name = text(function, &["/name"]).ok_or("a tool call without a name")?;
    Ok(ToolCall { id: text(call, &["/id"]), name, arguments })
}

fn response(body: &Value) -> Result<Response, String> {
    let choice = body.pointer("/choices/0");
    let message = match choice.and_then(|choice| choice.get("message")) {
        Some(value) if value.is_object() => {
            let mut value = value.clone();
            value.as_object_mut().map(|map| map.entry("role").or_insert_with(|| "assistant".into()));
            Some(message(value).map_err(|error| format!("the response's message: {error}"))?)
        }
        _ => choice.and_then(|choice| text(choice, &["/text"])).map(|text| Message {
            role: "assistant".into(),
            content: Some(Content::Text(text)),
            ..Message::default()
        }),
    };
    Ok(Response {
        id: text(body, &["/id"]),
        model: text(body, &["/model"]),
        system_fingerprint: text(body, &["/system_fingerprint"]),
        message,
    })
}

/// The first of some pointers that leads to a text (or a number, as ids sometimes are).
fn text(value: &Value, pointers: &[&str]) -> Option<String> {
    pointers.iter().find_map(|pointer| match value.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrapped_line_and_a_bare_line_hold_the_same_request() {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "user": "ann"});
        let wrapped = Wrapped.read(json!({"request": body.to_string()})).unwrap();
        let bare = Bare.read(body).unwrap();
        assert_eq!(wrapped.scope.as_deref(), Some("user:ann"));
        assert_eq!(format!("{:?}", wrapped.request), format!("{:?}", bare.request));
    }

    #[test]
    fn an_api_key_scopes_by_its_hash_and_is_kept_nowhere() {
        let line = json!({"headers": {"authorization": "Bearer sk-secret"}, "request": {"prompt": "x"}});
        let exchange = Wrapped.read(line).unwrap();
        let name = hash::secret_name("sk-secret");
        assert_eq!(exchange.scope, Some(format!("key:{name}")));
        assert!(!format!("{exchange:?}").contains("sk-secret"));
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let error = |body: Value| Bare.read(body).unwrap_err();
        assert_eq!(error(json!({"messages": []})), "`messages` is empty");
        assert_eq!(error(json!({"messages": "hi"})), "`messages` is not a list");
        assert_eq!(error(json!({"messages": [{"role": "user"}, {"content": "x"}]})), "messages[1]: no `role`");
    }

    #[test]
    fn the_answer_of_a_legacy_completion_is_its_text() {
        let line =
            json!({"request": {"prompt": "a"}, "response": {"choices": [{"text": "b"}], "created": 1_779_458_825}});
        let exchange = Wrapped.read(line).unwrap();
        let message = exchange.response.unwrap().message.unwrap();
        assert_eq!(message.content, Some(Content::Text("b".into())));
        assert_eq!(exchange.time.unwrap().as_second(), 1_779_458_825);
    }
}
