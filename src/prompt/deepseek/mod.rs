//! DeepSeek's prompt templates, era by era, as the hosted API renders them.
//!
//! Renderings follow 1,305 recorded requests (2025-03 … 2026-08), whose reported token counts they reproduce; V4.1 follows DeepSeek's
//! own `deepseek-recipe` 0.2.0 (2026), since no recorded request of it is known.

mod chat;
mod dsml;
mod preamble;
mod strict;
#[cfg(test)]
mod tests;
mod v3;
mod v3_1;
mod v3_2;
mod v4;
mod v4_1;
mod version;

use chat::Chat;
pub use version::Version;

use super::plain::plain;
use super::{Fragments, Rendered};
use crate::exchange::{Exchange, Input, Request};

/// Lays out a request as the hosted API of that era does.
pub(super) fn render(version: Version, exchange: &Exchange, fragments: &Fragments) -> Rendered {
    let (request, response) = (&exchange.request, exchange.response.as_ref());
    if let Input::Text(text) = &request.input {
        let mut rendered = plain(text, response);
        let mut prompt = super::Prompt::default();
        prompt.special(chat::BOS);
        prompt.begin(super::Origin::Message(0));
        prompt.text(text);
        rendered.prompt = prompt;
        return rendered;
    }
    let chat = Chat::read(version, exchange, fragments);
    let (prompt, output) = match version {
        Version::V3 => v3::render(&chat, response),
        Version::V3_1 => v3_1::render(&chat, response),
        Version::V3_2 => v3_2::render(&chat, response),
        Version::V4 | Version::V4August => v4::render(version, &chat, response),
        Version::V4_1 => v4_1::render(&chat, response),
    };
    Rendered { prompt, output, doubt: doubt(version, request) }
}

/// The turns with tool calls that V4.1 counts with their reasoning though it was not sent (287 and 304 tokens in one session, 392 in
/// place of 376 in another, 2026-09).
pub(super) fn lacking_reasoning(version: Version, request: &Request) -> Vec<usize> {
    if version != Version::V4_1 || request.tools.is_empty() || !chat::thinks(version, request) {
        return Vec::new();
    }
    let messages = request.messages().iter().enumerate();
    let lacking = messages.filter(|(_, message)| !message.tool_calls.is_empty() && message.reasoning_content.is_none());
    lacking.map(|(index, _)| index).collect()
}

fn doubt(version: Version, request: &Request) -> Option<&'static str> {
    let is_unsure = |tool: &serde_json::Value| strict::is_unsure(version, super::segment::function(tool));
    if version.is_recipe() && request.tools.iter().any(is_unsure) {
        return Some("how DeepSeek rewrites the schemas of strict tools is only known from few requests");
    }
    if !lacking_reasoning(version, request).is_empty() {
        return Some("reasoning that DeepSeek restores to turns with tool calls is not in the log");
    }
    super::uncounted::uncounted(request)
}
