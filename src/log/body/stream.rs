//! Streamed responses: what is an event of a stream; a list of chunks becomes the response it spelled out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::exchange::HasFields;
use crate::log::json::{at, items, unquoted};

/// True if a value is an event of a stream, or Gemini's, whose events are like whole answers.
pub(crate) fn is_event(value: &Value) -> bool {
    const ANTHROPIC: [&str; 7] = [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
    ];
    const BEDROCK: [&str; 5] =
        ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop"];
    let has = |key: &str| value.field(key).is_some();
    let kind = value.field("type").and_then(Value::as_str).unwrap_or_default();
    let is_gemini = has("candidates")
        || (has("usageMetadata") || has("usage_metadata")) && (has("responseId") || has("response_id"));
    let is_bedrock = BEDROCK.into_iter().any(has) || at(value, "/metadata/usage/inputTokens").is_some();
    let is_chat = value.field("object").is_some_and(|kind| kind == "chat.completion.chunk");
    kind.starts_with("response.") || ANTHROPIC.contains(&kind) || is_chat || is_bedrock || is_gemini
}

/// The elements of a list, events without the `{"event", "data"}` that loggers leave around them.
pub(crate) fn events(list: Vec<Value>) -> Vec<Value> {
    list.into_iter().filter_map(event).collect()
}

/// The first event of a list.
pub(crate) fn first(list: &[Value]) -> Option<Cow<'_, Value>> {
    let first = list.first()?;
    Some(match first.field("data").filter(|_| is_wrapped(first)) {
        None => Cow::Borrowed(first),
        Some(data) if data.is_object() => Cow::Borrowed(data),
        Some(data) => Cow::Owned(unquoted(data.clone()).ok()?),
    })
}

fn event(mut element: Value) -> Option<Value> {
    let is_wrapped = is_wrapped(&element);
    match element.field_mut("data").filter(|_| is_wrapped) {
        None => Some(element),
        Some(data) if *data == "[DONE]" => None,
        Some(data) => unquoted(data.take()).ok(),
    }
}

fn is_wrapped(element: &Value) -> bool {
    const FIELDS: [&str; 4] = ["event", "data", "id", "retry"];
    let has_only = |fields: &Map<String, Value>| fields.keys().all(|key| FIELDS.contains(&key.as_str()));
    let has_data = element.field("data").is_some_and(|data| data.is_object() || data.is_string());
    has_data && element.as_object().is_some_and(has_only)
}

/// Puts the chunks of a stream together into a response of the unstreamed shape, usage from the last chunk that has one.
pub(crate) fn assemble(events: &[Value]) -> Value {
    let mut response = Map::new();
    let mut message = Map::new();
    let mut calls: BTreeMap<u64, (Option<Value>, String, String)> = BTreeMap::new();
    for event in events {
        for key in ["id", "model", "created", "system_fingerprint", "provider", "usage"] {
            if let Some(value) = event.field(key).filter(|value| !value.is_null()) {
                response.insert(key.into(), value.clone());
            }
        }
        // Groq counts beside its own id.
        if let Some(usage) = at(event, "/x_groq/usage").filter(|usage| usage.is_object()) {
            response.entry("usage").or_insert_with(|| usage.clone());
        }
        // Of several answers (`n`) the first is kept, as of an unstreamed response.
        let is_first = |choice: &&Value| choice.field("index").is_none_or(|index| index == 0);
        let Some(choice) = items(event.field("choices")).find(is_first) else { continue };
        // Moonshot counts in the last choice.
        if let Some(usage) = choice.field("usage").filter(|usage| usage.is_object()) {
            response.entry("usage").or_insert_with(|| usage.clone());
        }
        let delta = choice.field("delta").unwrap_or(choice);
        for key in ["content", "reasoning_content", "reasoning", "text"] {
            append(&mut message, key, delta.field(key));
        }
        for call in delta.field("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            let entry = calls.entry(call.field("index").and_then(Value::as_u64).unwrap_or(0)).or_default();
            if let Some(id) = call.field("id").filter(|id| !id.is_null()) {
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
    match message.field_mut(key) {
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
    fn of_several_answers_the_first_is_kept_with_the_reasoning_of_any_name() {
        let choice = |index: u64, delta: Value| json!({"choices": [{"index": index, "delta": delta}]});
        let response = assemble(&[
            choice(0, json!({"reasoning": "h"})),
            choice(0, json!({"reasoning": "m", "content": "Hel"})),
            choice(1, json!({"content": "GOO"})),
            json!({"choices": [{"index": 1, "delta": {"content": "D"}}, {"index": 0, "delta": {"content": "lo"}}]}),
        ]);
        let message = &response["choices"][0]["message"];
        assert_eq!((&message["content"], &message["reasoning"]), (&json!("Hello"), &json!("hm")));
    }

    #[test]
    fn counts_are_found_beside_groqs_id_too() {
        let counted = json!({"choices": [{"delta": {}}], "x_groq": {"id": "r", "usage": {"prompt_tokens": 5_000}}});
        let response =
            assemble(&[json!({"choices": [{"delta": {"content": "Blue."}}], "x_groq": {"id": "r"}}), counted]);
        assert_eq!(response["usage"]["prompt_tokens"], 5_000);
    }

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

    #[test]
    fn a_conversation_has_its_api_from_the_first_event_however_it_was_logged() {
        let asked = json!({"model": "m", "messages": [{"role": "user", "content": "x"}]});
        let chunk = json!({"object": "chat.completion.chunk", "choices": []});
        for (event, api) in [
            (json!({"type": "message_start", "message": {"id": "m"}}), "anthropic-messages"),
            (json!({"messageStart": {"role": "assistant"}}), "bedrock-converse"),
            (chunk.clone(), "openai-chat"),
        ] {
            let named = crate::log::named(api).unwrap();
            let wrapped = json!({"event": "e", "data": event});
            let spelled = json!({"data": event.to_string()});
            for first in [event, wrapped, spelled] {
                for line in [
                    json!({"request": asked, "response": [first]}),
                    json!({"request": {"body": asked}, "response": {"body": [first]}}),
                ] {
                    assert!(named.recognises(&line), "{line}");
                    assert_eq!(crate::log::registry::detect(&line).unwrap().name(), api, "{line}");
                }
            }
        }
        let marked = json!({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "x", "cache_control": {}}]}]});
        let gateway = json!({"request": marked, "response": [{"data": chunk}]});
        assert_eq!(crate::log::registry::detect(&gateway).unwrap().name(), "openai-chat");
        let embedded = json!({"request": {"input": "x"}, "response": {"data": [], "usage": {"prompt_tokens": 1}}});
        assert!(crate::log::registry::detect(&embedded).is_err());
    }
}
