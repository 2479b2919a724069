//! The conversation of an agent's session, of which each answer is a call that holds all before it.
//!
//! Neither the system prompt nor the tools are in such files, so that a prompt is known in part; its counts are whole.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::exchange::{Exchange, Input, Message, Request, Response};
use crate::log::body::chat;
use crate::log::body::envelope::Envelope;

/// The conversation so far.
#[derive(Clone, Default)]
pub(crate) struct Conversation {
    messages: Vec<Arc<Message>>,
}

impl Conversation {
    /// Adds a message in the shape of Chat Completions; one that cannot be read is a gap of its role.
    pub(crate) fn say(&mut self, message: Value) {
        let role = message["role"].as_str().unwrap_or("user").to_owned();
        let read = chat::message(message).unwrap_or_else(|_| Message { role, ..Message::default() });
        self.messages.push(Arc::new(read));
    }

    /// The call that an answer belongs to: `outside` has its model, seller, times and counts. The answer is said then.
    ///
    /// # Errors
    /// A value of the wrong type.
    pub(crate) fn answer(&mut self, outside: Value, message: Value) -> Result<Exchange, String> {
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        let before = self.messages.clone();
        self.say(message);
        let said = self.messages.last().map(|said| Message::clone(said));
        // An answer without anything before it is the beginning of a file that lacks the request.
        let input = if before.is_empty() { Input::Missing } else { Input::Messages(before) };
        let response = Response { message: said, ..exchange.response.unwrap_or_default() };
        Ok(Exchange { request: Request { input, ..exchange.request }, response: Some(response), ..exchange })
    }
}

/// The text of a content that is a text, or parts of which some have one.
pub(crate) fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part["text"].as_str().or_else(|| part.as_str()));
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Object(part) => part.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// A call of a tool in the shape of Chat Completions.
pub(crate) fn tool_call(id: &Value, name: &Value, arguments: &Value) -> Value {
    let arguments = if arguments.is_string() { arguments.clone() } else { arguments.to_string().into() };
    json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
}
