//! Spans: OpenTelemetry's GenAI conventions and OpenInference (Phoenix), as OTLP JSON or as rows that Phoenix exports.
//!
//! Spans that are no call of a model are passed over. Texts are in a span only where the instrumentation was told to record them.
//! Attributes: the GenAI semantic conventions (in development), OpenLLMetry's older indexed ones, and OpenInference.

use serde_json::{Map, Value, json};

use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{instant, items, take, text, unquoted};
use super::{Exchange, secret};
use crate::time::Timestamp;

/// An OTLP document of spans.
pub(super) struct Otlp;

/// A span by itself, with its attributes as an object: what Phoenix exports.
pub(super) struct SpanRow;

impl LogFormat for Otlp {
    fn name(&self) -> &'static str {
        "otlp"
    }

    fn about(&self) -> &'static str {
        "OpenTelemetry spans (OTLP JSON) with GenAI or OpenInference attributes"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("resourceSpans").is_some_and(Value::is_array)
    }

    fn read(&self, line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String> {
        let scopes = items(line.get("resourceSpans")).flat_map(|resource| items(resource.get("scopeSpans")));
        let mut spans: Vec<&Value> = scopes.flat_map(|scope| items(scope.get("spans"))).collect();
        spans.sort_by_key(|span| nanoseconds(span, "startTimeUnixNano"));
        let of_span = |span: &&Value| {
            let attributes = nested(
                items(span.get("attributes"))
                    .filter_map(|pair| Some((pair.get("key")?.as_str()?.to_owned(), any_value(pair.get("value")?)))),
            );
            let time = |key| nanoseconds(span, key).and_then(|time| Timestamp::from_nanosecond(time).ok());
            let times = (time("startTimeUnixNano"), time("endTimeUnixNano"));
            exchange(&attributes, times, text(span, &["/spanId"]))
        };
        let mut exchanges = Vec::new();
        for span in &spans {
            match of_span(span) {
                Ok(found) => exchanges.extend(found),
                // One span without its texts does not spoil the others.
                Err(reason) => {
                    memory.skips.push(format!("span {}: {reason}", text(span, &["/spanId"]).unwrap_or_default()));
                }
            }
        }
        Ok(exchanges)
    }
}

impl LogFormat for SpanRow {
    fn name(&self) -> &'static str {
        "phoenix"
    }

    fn about(&self) -> &'static str {
        "spans as Phoenix exports them, with OpenInference or GenAI attributes"
    }

    fn recognises(&self, line: &Value) -> bool {
        let row = line.get("span_kind").is_some() || line.get("start_time").is_some();
        row && (line.get("attributes").is_some_and(Value::is_object) || line.get("attributes.llm.model_name").is_some())
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        let times = (instant(&line, &["/start_time"]), instant(&line, &["/end_time"]));
        let id = text(&line, &["/context/span_id", "/context.span_id", "/span_id", "/id"]);
        let attributes = match take(&mut line, "attributes") {
            Some(Value::Object(map)) => nested(map),
            _ => nested(
                line.as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(key, value)| Some((key.strip_prefix("attributes.")?.to_owned(), value.clone()))),
            ),
        };
        Ok(exchange(&attributes, times, id)?.into_iter().collect())
    }
}

/// A count of nanoseconds, which JSON writes as a string because it is beyond what a double holds.
fn nanoseconds(span: &Value, key: &str) -> Option<i128> {
    match span.get(key)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64().map(i128::from),
    }
}

/// OTLP's `AnyValue` as plain JSON.
fn any_value(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|map| map.iter().next()) else { return Value::Null };
    match kind.as_str() {
        "intValue" => inner.as_str().and_then(|text| text.parse::<i64>().ok()).map_or(inner.clone(), Value::from),
        "arrayValue" => items(inner.get("values")).map(any_value).collect(),
        "kvlistValue" => {
            let pairs = items(inner.get("values"));
            pairs.filter_map(|pair| Some((pair["key"].as_str()?.to_owned(), any_value(pair.get("value")?)))).collect()
        }
        _ => inner.clone(),
    }
}

/// Names of more steps are none that an instrumentation gives, and would nest deeper than the stack allows.
const MOST_STEPS: usize = 64;

/// Attributes with dots in their names as objects within objects; those of too many steps are left out.
fn nested(attributes: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut root = Value::Object(Map::new());
    let attributes =
        attributes.into_iter().filter(|(name, _)| name.split('.').take(MOST_STEPS + 1).count() <= MOST_STEPS);
    for (name, value) in attributes {
        let mut place = &mut root;
        for step in name.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[step];
        }
        match (place, value) {
            (Value::Object(known), Value::Object(more)) => known.extend(more),
            (place, value) => *place = value,
        }
    }
    root
}

/// An element of a list, whose names Phoenix writes with dots in them where it exports a table.
fn undotted(entry: &Value) -> Value {
    match entry {
        Value::Object(map) if map.keys().any(|key| key.contains('.')) => nested(map.clone()),
        _ => entry.clone(),
    }
}

/// The call that a span's attributes tell of; `None` where they tell of none.
fn exchange(
    attributes: &Value,
    (time, end_time): (Option<Timestamp>, Option<Timestamp>),
    id: Option<String>,
) -> Result<Option<Exchange>, String> {
    let (request, answer, usage) = match (attributes.get("gen_ai"), attributes.get("llm")) {
        (Some(gen_ai), _) => gen_ai_call(gen_ai)?,
        (None, Some(llm)) => openinference_call(llm)?,
        (None, None) => return Ok(None),
    };
    if usage.is_null() && request["messages"].is_null() {
        return Ok(None);
    }
    if request["messages"].as_array().is_none_or(Vec::is_empty) {
        return Err("a span without its messages: turn on the recording of contents".into());
    }
    let user = text(attributes, &["/user/id", "/enduser/id"]).map(|user| secret::user(&user));
    let outside = json!({"usage": usage, "host": attributes.pointer("/server/address")});
    let response = answer.map(|message| json!({"choices": [{"message": message}]}));
    let exchange = Envelope { outside, request, response, ..Envelope::default() }.read()?;
    // A conversation is no scope: all of an account's share its cache.
    Ok(Some(Exchange { time, end_time, id, scope: user, ..exchange }))
}

/// Request, answer and usage of the GenAI conventions.
fn gen_ai_call(span: &Value) -> Result<(Value, Option<Value>, Value), String> {
    let list = |pointer: &str| span.pointer(pointer).map(|list| unquoted(list.clone())).transpose();
    let mut messages: Vec<Value> = Vec::new();
    if let Some(system) = list("/system_instructions")? {
        messages.extend(parts_message("system", &system));
    }
    for message in list("/input/messages")?.iter().flat_map(|list| items(Some(list)).cloned().collect::<Vec<_>>()) {
        messages.extend(parts_message(message["role"].as_str().unwrap_or("user"), &message["parts"]));
    }
    messages.extend(indexed(span.get("prompt")).map(indexed_message));
    let tools = list("/tool/definitions")?.unwrap_or_default();
    let model = text(span, &["/request/model", "/response/model"]);
    let output = list("/output/messages")?.and_then(|list| parts_message("assistant", &list[0]["parts"]).pop());
    let answer = output.or_else(|| indexed(span.get("completion")).map(indexed_message).next());
    let count = |pointers: &[&str]| pointers.iter().find_map(|pointer| span.pointer(pointer)).cloned();
    let usage = count(&["/usage/input_tokens", "/usage/prompt_tokens"]).map(|input| {
        without_null(json!({
            "prompt_tokens": input,
            "completion_tokens": count(&["/usage/output_tokens", "/usage/completion_tokens"]),
            "prompt_tokens_details": {
                "cached_tokens": count(&["/usage/cache_read/input_tokens", "/usage/cache_read_input_tokens"]),
                "cache_write_tokens": count(&["/usage/cache_creation/input_tokens", "/usage/cache_creation_input_tokens"]),
            },
            "completion_tokens_details": {"reasoning_tokens": count(&["/usage/reasoning/output_tokens"])},
        }))
    });
    let messages = (!messages.is_empty()).then_some(messages);
    Ok((json!({"model": model, "messages": messages, "tools": tools}), answer, usage.unwrap_or_default()))
}

fn without_null(mut usage: Value) -> Value {
    for details in ["prompt_tokens_details", "completion_tokens_details"] {
        if let Some(map) = usage[details].as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
    }
    usage
}

/// A message of parts in the shape of Chat Completions; tool results are messages of their own.
fn parts_message(role: &str, parts: &Value) -> Vec<Value> {
    let (mut texts, mut calls, mut all, mut thoughts) = (Vec::new(), Vec::new(), Vec::new(), String::new());
    for part in items(Some(parts)) {
        match part["type"].as_str() {
            Some("text") => texts.push(json!({"type": "text", "text": part["content"]})),
            Some("reasoning") => thoughts.push_str(part["content"].as_str().unwrap_or_default()),
            Some("tool_call") => calls
                .push(json!({"id": part["id"], "function": {"name": part["name"], "arguments": part["arguments"]}})),
            Some("tool_call_response") => {
                let content = part.get("response").or_else(|| part.get("result"));
                all.push(json!({"role": "tool", "tool_call_id": part["id"], "content": content}));
            }
            _ => texts.push(json!({"type": "media"})),
        }
    }
    if all.is_empty() || !texts.is_empty() || !calls.is_empty() {
        let content = match texts.as_slice() {
            [] => Value::Null,
            [one] if one["text"].is_string() => one["text"].clone(),
            _ => texts.into(),
        };
        let mut message = json!({"role": role, "content": content, "tool_calls": calls});
        if !thoughts.is_empty() {
            message["reasoning_content"] = thoughts.into();
        }
        all.push(message);
    }
    all
}

/// Request, answer and usage of OpenInference.
fn openinference_call(llm: &Value) -> Result<(Value, Option<Value>, Value), String> {
    let message = |entry: &Value| {
        let entry = undotted(entry);
        indexed_message(entry.get("message").unwrap_or(&entry))
    };
    let messages: Vec<Value> = indexed(llm.get("input_messages")).map(message).collect();
    let schema = |entry: &Value| {
        let entry = undotted(entry);
        let tool = entry.get("tool").unwrap_or(&entry);
        unquoted(tool.get("json_schema").unwrap_or(tool).clone())
    };
    let tools = indexed(llm.get("tools")).map(schema).collect::<Result<Vec<Value>, String>>()?;
    let counts = llm.get("token_count").cloned().unwrap_or_default();
    let usage = counts.get("prompt").map(|prompt| {
        without_null(json!({
            "prompt_tokens": prompt,
            "completion_tokens": counts.get("completion"),
            "prompt_tokens_details": {
                "cached_tokens": counts.pointer("/prompt_details/cache_read"),
                "cache_write_tokens": counts.pointer("/prompt_details/cache_write"),
            },
            "completion_tokens_details": {"reasoning_tokens": counts.pointer("/completion_details/reasoning")},
        }))
    });
    let messages = (!messages.is_empty()).then_some(messages);
    let request = json!({"model": llm.get("model_name"), "messages": messages, "tools": tools});
    Ok((request, indexed(llm.get("output_messages")).map(message).next(), usage.unwrap_or_default()))
}

/// The elements of a list, or of an object whose keys are their places.
fn indexed(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    let mut found: Vec<(usize, &Value)> = match list {
        Some(Value::Array(elements)) => elements.iter().enumerate().collect(),
        Some(Value::Object(map)) => map.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect(),
        _ => Vec::new(),
    };
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, value)| value)
}

/// A message whose tool calls and contents are indexed.
fn indexed_message(message: &Value) -> Value {
    let call = |entry: &Value| {
        let entry = undotted(entry);
        let call = entry.get("tool_call").unwrap_or(&entry);
        let function = call.get("function").unwrap_or(call);
        json!({"id": call.get("id"), "function": {"name": function.get("name"), "arguments": function.get("arguments")}})
    };
    let part = |entry: &Value| {
        let entry = undotted(entry);
        let part = entry.get("message_content").unwrap_or(&entry);
        json!({"type": part.get("type"), "text": part.get("text")})
    };
    let parts: Vec<Value> = indexed(message.get("contents")).map(part).collect();
    let content = message.get("content").cloned().or_else(|| (!parts.is_empty()).then(|| parts.into()));
    json!({
        "role": message.get("role").and_then(Value::as_str).unwrap_or("assistant"),
        "content": content,
        "tool_call_id": message.get("tool_call_id"),
        "tool_calls": indexed(message.get("tool_calls")).map(call).collect::<Vec<_>>(),
    })
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
}
