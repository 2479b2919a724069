//! Texts in a span's events, which some instrumentations record beside the span instead of on it.
//!
//! One event with all of it (`gen_ai.client.inference.operation.details`; before that `gen_ai.content.prompt` and `….completion`), or one
//! for each message (`gen_ai.user.message` and its like, `gen_ai.choice`), as the GenAI conventions had it up to 1.36.

use serde_json::{Value, json};

use crate::exchange::HasFields;
use crate::log::json::unquoted;

/// Events whose attributes are those of the call.
const WHOLE: [&str; 3] =
    ["gen_ai.client.inference.operation.details", "gen_ai.content.prompt", "gen_ai.content.completion"];

/// The attributes that events stand for.
pub(crate) fn attributes(
    events: impl Iterator<Item = (String, Vec<(String, Value)>)>,
) -> Result<Vec<(String, Value)>, String> {
    let (mut all, mut asked, mut answered) = (Vec::new(), Vec::new(), Vec::new());
    for (name, attributes) in events {
        if WHOLE.contains(&name.as_str()) {
            all.extend(attributes);
        } else if name == "gen_ai.choice" {
            answered.push(message("assistant", attributes)?);
        } else if let Some(role) = name.strip_prefix("gen_ai.").and_then(|name| name.strip_suffix(".message")) {
            asked.push(message(role, attributes)?);
        }
    }
    for (name, messages) in [("gen_ai.prompt", asked), ("gen_ai.completion", answered)] {
        if !messages.is_empty() {
            all.push((name.to_owned(), messages.into()));
        }
    }
    Ok(all)
}

/// The message of an event: its content as JSON in one attribute, or its fields as attributes.
fn message(role: &str, attributes: Vec<(String, Value)>) -> Result<Value, String> {
    let mut fields: serde_json::Map<String, Value> = attributes.into_iter().collect();
    let content = fields.remove("gen_ai.event.content").map(unquoted).transpose()?;
    let mut event = content.filter(Value::is_object).unwrap_or(Value::Object(fields));
    // `gen_ai.choice` has its message one level deeper, beside `index` and `finish_reason`.
    let message = event.field_mut("message").map(Value::take).filter(Value::is_object).unwrap_or(event);
    // Messages of tools name the call that they answer `id` in the conventions and `tool_call_id` in some instrumentations.
    let call = message.field("tool_call_id").or_else(|| message.field("id"));
    Ok(json!({
        "role": message.field("role").and_then(Value::as_str).unwrap_or(role),
        "content": message.field("content"),
        "tool_calls": message.field("tool_calls"),
        "tool_call_id": call.filter(|_| role == "tool"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_its_content_or_its_fields() {
        let event = |name: &str, key: &str, value: Value| (name.to_owned(), vec![(key.to_owned(), value)]);
        let events = [
            event("gen_ai.user.message", "gen_ai.event.content", json!(r#"{"content": "hi"}"#)),
            event("gen_ai.tool.message", "gen_ai.event.content", json!({"content": "7", "id": "c"})),
            event("gen_ai.choice", "gen_ai.event.content", json!(r#"{"message": {"content": "ho"}, "index": 0}"#)),
            event("gen_ai.system.message", "content", json!("s")),
            event("exception", "exception.type", json!("x")),
        ];
        let found = attributes(events.into_iter()).unwrap();
        let said = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| format!("{} {}", one["role"], one["content"])).collect()
        };
        assert_eq!(
            found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["gen_ai.prompt", "gen_ai.completion"]
        );
        assert_eq!(said(&found[0].1), [r#""user" "hi""#, r#""tool" "7""#, r#""system" "s""#]);
        assert_eq!(found[0].1[1]["tool_call_id"], "c");
        assert_eq!(said(&found[1].1), [r#""assistant" "ho""#]);
    }
}
