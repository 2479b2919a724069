//! A request: the model, the input in any of its forms, tools and settings.

use std::sync::Arc;

use serde_json::Value;

use super::{CacheControl, CacheOptions, Message, Messages};
use crate::time::SignedDuration;

/// A request to a model.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The model as requested.
    pub model: Option<String>,
    /// The input.
    pub input: Input,
    /// Tool definitions as sent, keys in the client's order; requests that send the same text share one list.
    pub tools: Arc<[Value]>,
    /// `tool_choice` as sent.
    pub tool_choice: Option<Value>,
    /// `response_format` as sent.
    pub response_format: Option<Value>,
    /// `thinking.type`, or OpenAI's `reasoning.mode`, as sent.
    pub thinking: Option<String>,
    /// `thinking.budget_tokens` as sent.
    pub thinking_budget: Option<u64>,
    /// `prompt_cache_key` as sent: by it OpenAI chooses the machine that has a prompt's cache.
    pub cache_key: Option<String>,
    /// `reasoning_effort` as sent.
    pub reasoning_effort: Option<String>,
    /// Other settings that change the text around the system prompt, in words: Anthropic's `speed` and citations.
    pub system_settings: Option<String>,
    /// The client's cache controls behind tools, or for the whole request.
    pub cache_controls: Vec<CacheControl>,
    /// Its wishes for all breakpoints.
    pub cache_options: CacheOptions,
}

/// The input of a model, before any template.
#[derive(Clone, Debug)]
pub enum Input {
    /// A conversation; requests that send the same message share it.
    Messages(Messages),
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
    /// The profile under which it was counted; `None` if none was known.
    pub profile: Option<String>,
    /// Tokens between two fingerprints.
    pub block_size: u64,
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens of the prompt without what asks for the answer.
    pub core_tokens: u64,
    /// Tokens of the answer as it follows in the cache.
    pub output_tokens: u64,
    /// Fingerprints of the first block, the first two, and so on to the last whole block of prompt and answer.
    pub fingerprints: Vec<u128>,
    /// The reason why the count may not be the provider's.
    pub estimated: Option<String>,
    /// The ends of the prompt's content blocks, in order; empty under a profile that looks at none.
    pub block_ends: Vec<RedactedBlockEnd>,
    /// Tools of the provider's own took part.
    pub has_own_tools: bool,
    /// The token from which on the provider may have fed the model more than the log shows.
    pub unseen_from: Option<u64>,
    /// Fingerprint of everything up to and with that token, which may stand within a block.
    pub unseen_fingerprint: Option<u128>,
}

/// The end of a content block of which only what a cache needs is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedactedBlockEnd {
    /// Fingerprint of everything up to it.
    pub fingerprint: u128,
    /// Tokens up to it.
    pub tokens: u64,
    /// The number by which a lookup counts how far it looks back.
    pub position: u64,
    /// A breakpoint that stands there, with the lifetime that it asks for.
    pub breakpoint: Option<Option<SignedDuration>>,
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
    /// Tokens in a block, if the line says so.
    pub block_size: Option<u64>,
}

impl Default for Input {
    fn default() -> Self {
        Self::Messages(Messages::default())
    }
}

impl From<Vec<Message>> for Input {
    fn from(messages: Vec<Message>) -> Self {
        messages.into_iter().map(Arc::new).collect::<Vec<_>>().into()
    }
}

impl From<Vec<Arc<Message>>> for Input {
    fn from(messages: Vec<Arc<Message>>) -> Self {
        Self::Messages(messages.into())
    }
}

impl Request {
    /// OpenAI's mode of several rounds of reasoning, as `thinking` names it.
    pub const PRO: &str = "pro";

    /// True if OpenAI reasons in several rounds before it answers.
    pub fn is_pro(&self) -> bool {
        self.thinking.as_deref() == Some(Self::PRO)
    }

    /// The client asked for breakpoints of a cache.
    pub fn has_marks(&self) -> bool {
        let of_messages = matches!(&self.input, Input::Messages(messages) if messages.have_marks());
        !self.cache_controls.is_empty() || of_messages
    }

    /// The messages; empty if the input is not a conversation.
    pub fn messages(&self) -> &[Arc<Message>] {
        match &self.input {
            Input::Messages(messages) => messages.as_slice(),
            Input::Text(_) | Input::Blocks(_) | Input::Missing | Input::Redacted(_) => &[],
        }
    }
}
