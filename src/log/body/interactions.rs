//! Bodies of Gemini's Interactions API: `input` and `system_instruction` in, `outputs` or `steps` out.
//!
//! Earlier interactions are kept by the provider (`previous_interaction_id`) and not in the log. Answers are read in
//! `other_shapes.rs`. Shape: Google's reference of the API, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{HasFields, Request, Response};
use crate::log::body::api::Api;
use crate::log::body::other_shapes;
use crate::log::body::{chat, responses};
use crate::log::json::{items, text};

/// The API.
pub(crate) struct Interactions;

impl Api for Interactions {
    fn name(&self) -> &'static str {
        "gemini-interactions"
    }

    fn about(&self) -> &'static str {
        "Gemini's Interactions API"
    }

    fn input(&self) -> &'static str {
        "input"
    }

    fn is_request(&self, body: &Value) -> bool {
        const OWN: [&str; 4] =
            ["system_instruction", "generation_config", "previous_interaction_id", "response_modalities"];
        body.field("input").is_some_and(|input| !input.is_null()) && OWN.iter().any(|key| body.field(key).is_some())
    }

    fn is_call(&self, request: &Value, answer: &Value) -> bool {
        self.is_request(request) || request.field("input").is_some() && is_interaction(answer)
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        for kept in ["previous_interaction_id", "agent"] {
            if body.field(kept).is_some_and(|kept| !kept.is_null()) {
                return Err(format!("`{kept}` stands for text that is not in the log"));
            }
        }
        let system = text(&body, &["/system_instruction"]).map(|text| json!({"role": "system", "content": text}));
        let messages: Vec<Value> = system.into_iter().chain(messages(&body["input"])).collect();
        let tools: Vec<Value> = items(body.field("tools")).map(responses::tool).collect();
        let thinking = text(&body, &["/generation_config/thinking_level"]);
        let request = chat::request(json!({"model": body["model"], "messages": messages, "tools": tools}))?;
        Ok(Request { reasoning_effort: thinking, ..request })
    }

    fn is_response(&self, body: &Value) -> bool {
        is_interaction(body)
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        chat::CHAT.response(&other_shapes::usual(body).unwrap_or_default())
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        events.iter().any(|event| event.field("interaction").is_some()).then(|| other_shapes::assemble(events))?
    }
}

fn is_interaction(answer: &Value) -> bool {
    answer["object"] == "interaction"
        || answer["interaction"]["object"] == "interaction"
        || answer["usage"].field("total_input_tokens").is_some()
}

/// The messages of an input: a text, parts of one message, or turns.
fn messages(input: &Value) -> Vec<Value> {
    let is_turn = |turn: &&Value| turn.field("role").is_some();
    match input {
        Value::Array(turns) if turns.iter().any(|turn| is_turn(&turn)) => {
            let role = |turn: &Value| if turn["role"] == "model" { "assistant" } else { "user" };
            turns.iter().map(|turn| json!({"role": role(turn), "content": turn["content"]})).collect()
        }
        input => vec![json!({"role": "user", "content": input})],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_a_text_parts_or_turns() {
        let said = |input: Value| {
            let body = json!({"model": "gemini-3-flash", "system_instruction": "short", "input": input});
            assert!(Interactions.is_request(&body));
            Interactions.request(body).unwrap().messages().len()
        };
        assert_eq!(said(json!("Which hull?")), 2);
        assert_eq!(said(json!([{"type": "text", "text": "Which hull?"}])), 2);
        let turns = json!([{"role": "user", "content": "a"}, {"role": "model", "content": [{"type": "text", "text": "b"}]}, {"role": "user", "content": "c"}]);
        assert_eq!(said(turns), 4);
        let kept = json!({"model": "g", "input": "a", "previous_interaction_id": "v1_a"});
        assert!(Interactions.request(kept).unwrap_err().contains("not in the log"));
    }
}
