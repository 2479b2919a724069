//! Bodies of Alibaba's own API, DashScope (`…/aigc/text-generation/generation`): `input.messages` in, `output.choices` out.
//!
//! Counts are those of its Chat Completions under the names of Responses. Shape: from memory of Alibaba's API
//! reference of Qwen, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{HasFields, Request, Response};
use crate::log::body::api::Api;
use crate::log::body::chat;
use crate::log::json::{at, items, put, text};

/// The API.
pub(crate) struct DashScope;

impl Api for DashScope {
    fn name(&self) -> &'static str {
        "dashscope"
    }

    fn about(&self) -> &'static str {
        "Alibaba's own API of Qwen (DashScope)"
    }

    fn input(&self) -> &'static str {
        "input"
    }

    fn is_request(&self, body: &Value) -> bool {
        // Tracers have an `input` with messages as well, beside much else.
        const KEYS: [&str; 6] = ["model", "input", "parameters", "stream", "function", "task"];
        let is_alone = || body.as_object().is_some_and(|body| body.keys().all(|key| KEYS.contains(&key.as_str())));
        let input = |key: &str| body.field("input").and_then(|input| input.field(key));
        let asks = input("messages").is_some_and(Value::is_array) || input("prompt").is_some_and(Value::is_string);
        asks && body["model"].is_string() && is_alone()
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        let mut asked = json!({"model": body["model"], "tools": body["parameters"]["tools"]});
        match at(&body, "/input/prompt") {
            Some(prompt) => put(&mut asked, "messages", json!([{"role": "user", "content": prompt}])),
            None => put(&mut asked, "messages", items(at(&body, "/input/messages")).map(message).collect()),
        }
        chat::request(asked)
    }

    fn is_response(&self, body: &Value) -> bool {
        body["output"].field("choices").is_some()
            || body["output"].field("text").is_some() && body.field("request_id").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let output = &body["output"];
        let message = match output.pointer("/choices/0/message") {
            Some(said) => Some(message(said)),
            None => output["text"].as_str().map(|text| json!({"role": "assistant", "content": text})),
        };
        let choices: Vec<Value> = message.map(|message| json!({"message": message})).into_iter().collect();
        chat::CHAT.response(&json!({"id": text(body, &["/request_id"]), "model": body["model"], "choices": choices}))
    }

    /// The last event has all counts. Its text is all of the answer or the last of it, as the request chose: it is left out.
    fn assemble(&self, events: &[Value]) -> Option<Value> {
        let last = events.iter().rev().find(|event| self.is_response(event))?;
        let mut whole = last.clone();
        if events.len() > 1 {
            put(&mut whole, "output", json!({"choices": []}));
        }
        Some(whole)
    }
}

/// A message whose parts are named by their only key.
fn message(said: &Value) -> Value {
    let part = |part: &Value| match part.field("text") {
        Some(text) => json!({"type": "text", "text": text, "cache_control": part.field("cache_control")}),
        None => json!({"type": "media"}),
    };
    let mut said = said.clone();
    if let Some(parts) = said.field("content").and_then(Value::as_array) {
        let parts: Value = parts.iter().map(part).map(without_null).collect();
        put(&mut said, "content", parts);
    }
    said
}

fn without_null(mut part: Value) -> Value {
    if let Some(fields) = part.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Usage;

    #[test]
    fn what_was_asked_and_answered_stands_within_input_and_output() {
        let asked = json!({"model": "qwen3-max", "input": {"messages": [{"role": "system", "content": [{"text": "short"}]},
            {"role": "user", "content": "Which hull?"}]}, "parameters": {"result_format": "message"}});
        assert!(DashScope.is_request(&asked));
        let request = DashScope.request(asked).unwrap();
        assert_eq!(request.messages()[0].content.as_ref().unwrap().texts(), ["short"]);
        let told = json!({"request_id": "r", "output": {"text": null, "choices": [{"message": {"role": "assistant", "content": "Blue."}}]},
            "usage": {"input_tokens": 3_019, "output_tokens": 104, "total_tokens": 3_123, "prompt_tokens_details": {"cached_tokens": 2_048}}});
        let response = DashScope.response(&told).unwrap();
        assert_eq!(
            (response.id.as_deref(), response.message.unwrap().content.unwrap().texts()),
            (Some("r"), vec!["Blue."])
        );
        let usage = Usage::of_response(&told).unwrap();
        assert_eq!((usage.prompt_tokens, usage.hit_tokens), (Some(3_019), Some(2_048)));
    }
}
