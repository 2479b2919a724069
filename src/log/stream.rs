//! Streamed responses: a list of chunks becomes the response it spelled out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Puts the chunks of a stream together into a response of the unstreamed shape, usage from the last chunk that has one.
pub(super) fn assemble(events: &[Value]) -> Value {
    let mut response = Map::new();
    let mut message = Map::new();
    let mut calls: BTreeMap<u64, (Option<Value>, String, String)> = BTreeMap::new();
    for event in events {
        for key in ["id", "model", "created", "system_fingerprint", "usage"] {
            if let Some(value) = event.get(key).filter(|value| !value.is_null()) {
                response.insert(key.into(), value.clone());
            }
        }
        let Some(choice) = event.pointer("/choices/0") else { continue };
        let delta = choice.get("delta").unwrap_or(choice);
        for key in ["content", "reasoning_content", "text"] {
            append(&mut message, key, delta.get(key));
        }
        for call in delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            let entry = calls.entry(call.get("index").and_then(Value::as_u64).unwrap_or(0)).or_default();
            if let Some(id) = call.get("id").filter(|id| !id.is_null()) {
                entry.0 = Some(id.clone());
            }
            let part = |key: &str| call.pointer(key).and_then(Value::as_str).unwrap_or_default();
            entry.1.push_str(part("/function/name"));
            entry.2.push_str(part("/function/arguments"));
        }
    }
    if !calls.is_empty() {
        let calls = calls.into_values().map(|(id, name, arguments)| {
            json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
        });
        message.insert("tool_calls".into(), calls.collect());
    }
    message.insert("role".into(), "assistant".into());
    response.insert("choices".into(), json!([{"message": message}]));
    Value::Object(response)
}

fn append(message: &mut Map<String, Value>, key: &str, piece: Option<&Value>) {
    let Some(piece) = piece.and_then(Value::as_str) else { return };
    match message.get_mut(key) {
        Some(Value::String(text)) => text.push_str(piece),
        _ => {
            message.insert(key.into(), piece.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_spell_out_text_reasoning_and_calls() {
        let chunk = |delta: Value| json!({"id": "x", "choices": [{"delta": delta}], "usage": null});
        let response = assemble(&[
            chunk(json!({"role": "assistant", "reasoning_content": "hm"})),
            chunk(json!({"content": "Hel"})),
            chunk(json!({"content": "lo"})),
            chunk(json!({"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{\"a\""}}]})),
            chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]})),
            json!({"choices": [], "usage": {"prompt_tokens": 3}}),
        ]);
        let message = &response["choices"][0]["message"];
        assert_eq!(message["content"], "Hello");
        assert_eq!(message["reasoning_content"], "hm");
        assert_eq!(message["tool_calls"][0]["function"], json!({"name": "f", "arguments": "{\"a\": 1}"}));
        assert_eq!(response["usage"]["prompt_tokens"], 3);
    }
}
