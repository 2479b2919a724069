//! Prompts: what the model is fed, in order, before it is cut into tokens.
//!
//! A [`Prompt`] is text between special tokens, and remembers which part of the request each stretch came from. How a request is
//! laid out is a [`Template`]'s business; how text becomes tokens is not known here.

mod anthropic;
mod block_end;
mod chat_template;
pub mod deepseek;
mod fragment;
mod json;
mod key_order;
mod openai;
mod plain;
mod segment;
mod template;
mod tool_writing;
mod uncounted;

pub use block_end::{BlockEnd, Breakpoint};
pub use chat_template::ChatTemplate;
pub use fragment::Fragments;
pub(crate) use json::are_same as are_written_alike;
pub use segment::{Origin, Origins, Prompt, Rendered, Segment, Shared};
pub use template::Template;
pub use tool_writing::{Nulls, ToolWriting};
pub(crate) use uncounted::WITHOUT_TEXT;

use crate::exchange::{Exchange, Request};

impl Template {
    /// The messages (by index) whose reasoning the provider restores before the model reads them: not sent, and counted.
    pub fn lacking_reasoning(self, request: &Request) -> Vec<usize> {
        match self {
            Self::DeepSeek(version) => deepseek::lacking_reasoning(version, request),
            Self::OpenAi | Self::Anthropic => Vec::new(),
        }
    }

    /// Lays out an exchange.
    pub fn render(self, exchange: &Exchange) -> Rendered {
        self.render_with(exchange, &Fragments::default())
    }

    /// The same, with what it has in common with exchanges before it.
    pub fn render_with(self, exchange: &Exchange, fragments: &Fragments) -> Rendered {
        let (request, response) = (&exchange.request, exchange.response.as_ref());
        match self {
            Self::DeepSeek(version) => deepseek::render(version, exchange, fragments),
            Self::OpenAi => openai::render(exchange, fragments),
            Self::Anthropic => anthropic::render(request, response, fragments),
        }
    }

    /// True if the messages of an exchange are laid out as they are whatever conversation stands before them, which reads as if nothing
    /// followed.
    pub fn goes_on_alone(self, exchange: &Exchange) -> bool {
        match self {
            Self::Anthropic => true,
            Self::OpenAi => openai::goes_on_alone(exchange),
            // Reasoning is kept or not by what follows.
            Self::DeepSeek(_) => false,
        }
    }

    /// The reason why a prompt under this template cannot be replayed in a cache, if it cannot.
    pub fn not_replayed(self, request: &Request) -> Option<&'static str> {
        match self {
            Self::OpenAi => openai::not_replayed(request),
            Self::DeepSeek(_) | Self::Anthropic => None,
        }
    }
}
