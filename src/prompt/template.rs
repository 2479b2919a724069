//! Templates by the names that profiles use.

use super::deepseek::Version;

/// A way to lay out a request, by the name that profiles use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Template {
    /// One of DeepSeek's.
    DeepSeek(Version),
    /// OpenAI's message framing.
    OpenAi,
    /// Anthropic's content blocks.
    Anthropic,
}

impl Template {
    /// The template of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "openai" => Some(Self::OpenAi),
            "anthropic" => Some(Self::Anthropic),
            _ => Version::named(name).map(Self::DeepSeek),
        }
    }
}
