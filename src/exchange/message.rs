//! Messages of a conversation, and the response, which adds one.

use super::{CacheControl, Media};

/// One message of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool`, `developer`, … as sent.
    pub role: String,
    /// The content; `None` if the log has null or nothing.
    pub content: Option<Content>,
    /// True if the message has no content at all, not even null: DeepSeek V4 reads that as a longer prompt.
    pub lacks_content: bool,
    /// Reasoning sent back with an assistant message.
    pub reasoning_content: Option<String>,
    /// True if reasoning was sent back with it that no log can show: encrypted, or named by its id alone.
    pub has_hidden_reasoning: bool,
    /// Calls an assistant message makes.
    pub tool_calls: Vec<ToolCall>,
    /// The call a tool message answers.
    pub tool_call_id: Option<String>,
    /// The name of the participant, if sent.
    pub name: Option<String>,
    /// True if the answer is to continue this assistant message.
    pub prefix: bool,
    /// The client's cache controls behind parts or calls.
    pub cache_controls: Vec<CacheControl>,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// One text.
    Text(String),
    /// A list of parts.
    Parts(Vec<Part>),
}

/// A part of a message's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(String),
    /// An image, a file or a sound: its tokens are not in the log.
    Media(Media),
    /// The record of a provider's own tool, or something of a kind that is not known: how the model is fed it is not published.
    Unknown,
}

/// One call of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// Its id.
    pub id: Option<String>,
    /// The tool.
    pub name: String,
    /// The arguments as JSON text, as the model or the client wrote them.
    pub arguments: String,
    /// True if the client sent it back with the id under which the provider keeps it.
    pub is_stored: bool,
}

/// The answer of a model.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The provider's id.
    pub id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// The provider's name for the configuration of the serving system.
    pub system_fingerprint: Option<String>,
    /// The provider to which a gateway sent the request, where it says so: each has a cache of its own.
    pub served_by: Option<String>,
    /// The assistant's message, or a completion's text as its content.
    pub message: Option<Message>,
}

/// True if a role is that of the operator's instructions, by the old name or OpenAI's new one.
pub fn is_system(role: &str) -> bool {
    matches!(role, "system" | "developer")
}

impl Message {
    /// It holds the operator's instructions.
    pub fn is_system(&self) -> bool {
        is_system(&self.role)
    }
}

impl Part {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Media(_) | Self::Unknown => None,
        }
    }
}

impl Content {
    /// The texts of all parts.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Parts(parts) => parts.iter().filter_map(Part::text).collect(),
        }
    }

    /// Its parts; empty if it is one text.
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Text(_) => &[],
            Self::Parts(parts) => parts,
        }
    }

    /// Its parts as a list of its own.
    pub(crate) fn into_parts(self) -> Vec<Part> {
        match self {
            Self::Text(text) => vec![Part::Text(text)],
            Self::Parts(parts) => parts,
        }
    }
}
