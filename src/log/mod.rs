//! Logs: one API call is an [`Exchange`], whatever shape it was logged in.
//!
//! The module knows shapes, not providers' rules: nothing here counts tokens. What a log does not say is `None`, never zero.

mod anthropic;
mod api;
mod batch;
mod bedrock;
mod bedrock_log;
mod block_line;
mod block_trace;
mod broken;
mod chat;
mod claude_code;
mod claude_history;
mod codex;
mod envelope;
mod failure;
mod format;
mod gemini;
mod har;
mod helicone;
mod json;
mod langfuse;
mod langsmith;
mod litellm;
mod log_records;
mod mark;
mod model;
mod normal;
mod openrouter;
mod options;
mod part;
mod reader;
mod responses;
mod scan;
mod secret;
mod server;
mod sglang;
mod skim;
mod span_call;
mod span_event;
mod spans;
mod store;
mod stream;
mod team;
#[cfg(test)]
mod tests;
mod trajectory;
mod usage;
mod usage_only;
mod vllm;
mod weight;

use std::sync::Arc;

pub use format::{FORMATS, LogFormat, Memory, named};
pub use mark::{CacheMark, Marked};
pub use options::{MAX_MEMORY, Options, Pointer};
pub use reader::{Entry, LogReader, Skip};
use serde_json::Value;
pub use team::Work;
pub use usage::{Family, Usage, Written};

use crate::time::Timestamp;

/// One logged API call.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Where it stands: index of the source and line, from 1.
    pub place: Place,
    /// The provider's id of the response, or the log's own.
    pub id: Option<String>,
    /// When the request started.
    pub time: Option<Timestamp>,
    /// When the response ended.
    pub end_time: Option<Timestamp>,
    /// The host that was called, without scheme and path.
    pub host: Option<String>,
    /// Who shares a cache with it, as far as the log tells: API key's name and user.
    pub scope: Option<String>,
    /// What was asked.
    pub request: Request,
    /// What was answered.
    pub response: Option<Response>,
    /// What was billed.
    pub usage: Usage,
    /// Whether the log has a time for it that cannot be read.
    pub has_unreadable_time: bool,
    /// Whether the call failed and nothing was reported for it: nothing was billed, nothing cached.
    pub has_failed: bool,
    /// What it is called among those of its line, where that holds several: `entry 3`, `span 00f067aa0ba902b7`.
    pub entry: Option<String>,
    /// Why its prompt could not be had, where a request was logged nonetheless.
    pub unread: Option<String>,
    /// The format it was logged in.
    pub format: Option<&'static str>,
    /// The API whose bodies it has, where the format is a container.
    pub api: Option<&'static str>,
    /// The line it stood on first, as `source:line`, where it has been through `parse`.
    pub origin: Option<String>,
}

/// A line of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index into the sources of the run.
    pub source: usize,
    /// Line, from 1.
    pub line: u64,
}

/// What was asked of the model.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The model as requested.
    pub model: Option<String>,
    /// What the model is to read.
    pub input: Input,
    /// Tool definitions as sent, keys in the client's order; requests that send the same text share one list.
    pub tools: Arc<[Value]>,
    /// `tool_choice` as sent.
    pub tool_choice: Option<Value>,
    /// `response_format` as sent.
    pub response_format: Option<Value>,
    /// `thinking.type` as sent.
    pub thinking: Option<String>,
    /// `reasoning_effort` as sent.
    pub reasoning_effort: Option<String>,
    /// Where the client wants it cached: behind tools, or the whole of it.
    pub cache_marks: Vec<CacheMark>,
}

/// What the model is to read, before any template.
#[derive(Clone, Debug)]
pub enum Input {
    /// A conversation; requests that send the same message share it.
    Messages(Vec<Arc<Message>>),
    /// A legacy completion's prompt, or one a server has already rendered.
    Text(String),
    /// No text: the hashes of its blocks.
    Blocks(BlockTrace),
    /// Nothing: the log has the answer's usage alone.
    Missing,
    /// No text any more: what `parse --redact` left of it.
    Redacted(Redacted),
}

/// A prompt of which only what a cache needs is left: counts, and keyed fingerprints of its beginnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted {
    /// The name of the key: fingerprints of different keys cannot be compared.
    pub key: String,
    /// The profile under which it was counted; `None` where none was known.
    pub profile: Option<String>,
    /// Tokens between two fingerprints.
    pub block_size: u64,
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens of the prompt without what asks for the answer.
    pub core_tokens: u64,
    /// Tokens of the answer as it follows in the cache.
    pub output_tokens: u64,
    /// Of the first block, the first two, and so on to the last whole block of prompt and answer.
    pub fingerprints: Vec<u128>,
    /// Why the count may not be the provider's.
    pub estimated: Option<String>,
}

/// One request of a block trace.
#[derive(Clone, Debug, Default)]
pub struct BlockTrace {
    /// One id for each block of the prompt, the last possibly partial.
    pub hash_ids: Vec<u64>,
    /// Tokens of the prompt.
    pub input_length: Option<u64>,
    /// Tokens of the answer.
    pub output_length: Option<u64>,
    /// Tokens in a block, where the line says so.
    pub block_size: Option<u64>,
}

/// One message of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool`, `developer`, … as sent.
    pub role: String,
    /// What it says; `None` where the log has null or nothing.
    pub content: Option<Content>,
    /// Whether nothing at all stands for its content, not even null: DeepSeek V4 reads that as a longer prompt.
    pub lacks_content: bool,
    /// Reasoning sent back with an assistant message.
    pub reasoning_content: Option<String>,
    /// Calls an assistant message makes.
    pub tool_calls: Vec<ToolCall>,
    /// The call a tool message answers.
    pub tool_call_id: Option<String>,
    /// The name of the participant, where sent.
    pub name: Option<String>,
    /// Whether the answer is to continue this assistant message.
    pub prefix: bool,
    /// Where the client wants it cached: behind parts or calls.
    pub cache_marks: Vec<CacheMark>,
}

/// What a message says.
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
    Media,
    /// What one of the provider's own tools did, or something of a kind that is not known: nobody knows how the model is fed it.
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
}

/// What was answered.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The provider's id.
    pub id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// The provider's mark of the serving system.
    pub system_fingerprint: Option<String>,
    /// The assistant's message, or a completion's text as its content.
    pub message: Option<Message>,
}

impl Exchange {
    /// The same, called so among those of its line.
    fn called(self, entry: String) -> Self {
        let unread = self.unread.map(|reason| format!("{entry}: {reason}"));
        Self { entry: Some(entry), unread, ..self }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self::Messages(Vec::new())
    }
}

impl From<Vec<Message>> for Input {
    fn from(messages: Vec<Message>) -> Self {
        Self::Messages(messages.into_iter().map(Arc::new).collect())
    }
}

impl Request {
    /// The messages, none where the input is not a conversation.
    pub fn messages(&self) -> &[Arc<Message>] {
        match &self.input {
            Input::Messages(messages) => messages,
            Input::Text(_) | Input::Blocks(_) | Input::Missing | Input::Redacted(_) => &[],
        }
    }
}
