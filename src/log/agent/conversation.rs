//! The conversation of an agent's session, of which each answer is a call that holds all before it.
//!
//! Neither the system prompt nor the tools are in such files, so that a prompt is known in part; its counts are whole.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Input, Message, Request, Response, SessionMessages};
use crate::log::body::chat;
use crate::log::body::envelope::Envelope;
use crate::log::secret;

/// The conversation so far.
#[derive(Clone, Default)]
pub(crate) struct Conversation {
    messages: SessionMessages,
}

impl Conversation {
    /// Adds a message in the shape of Chat Completions; one that cannot be read is a gap of its role.
    pub(crate) fn say(&mut self, message: Value) {
        self.add(message);
    }

    /// The call that an answer belongs to: `outside` has its model, seller, times and counts. The answer then is part of the conversation.
    ///
    /// # Errors
    /// A value of the wrong type.
    pub(crate) fn answer(&mut self, outside: Value, message: Value) -> Result<Exchange, String> {
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        // An answer without anything before it is the beginning of a file that lacks the request.
        let is_first = self.messages.is_empty();
        let input = if is_first { Input::Missing } else { Input::Messages(self.messages.so_far()) };
        let said = Message::clone(&self.add(message));
        let response = Response { message: Some(said), ..exchange.response.unwrap_or_default() };
        Ok(Exchange { request: Request { input, ..exchange.request }, response: Some(response), ..exchange })
    }

    fn add(&mut self, message: Value) -> Arc<Message> {
        let role = message["role"].as_str().unwrap_or("user").to_owned();
        let read = chat::message(message).unwrap_or_else(|_| Message { role, ..Message::default() });
        let mut said = Arc::new(read);
        secret::hide_in_message(&mut said);
        self.messages.extend([Arc::clone(&said)]);
        said
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
        Value::Object(part) => part.field("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// A call of a tool in the shape of Chat Completions.
pub(crate) fn tool_call(id: &Value, name: &Value, arguments: &Value) -> Value {
    let arguments = if arguments.is_string() { arguments.clone() } else { arguments.to_string().into() };
    json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
}
