//! The encodings by name: which engine with which special tokens.

use super::Tokenizer;
use super::deepseek::{Added, DeepSeek};
use super::openai::OpenAi;

/// A vocabulary with its special tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// DeepSeek's, with the added tokens of an era.
    DeepSeek(Added),
    /// OpenAI's `cl100k_base`.
    Cl100k,
    /// OpenAI's `o200k_base`.
    O200k,
    /// OpenAI's `o200k_harmony`.
    O200kHarmony,
}

impl Encoding {
    /// All of them, by the names that profiles use.
    pub const ALL: [(&'static str, Self); 9] = [
        ("deepseek-v3", Self::DeepSeek(Added::V3)),
        ("deepseek-r1", Self::DeepSeek(Added::R1)),
        ("deepseek-v3.1", Self::DeepSeek(Added::V31)),
        // The file of V3.2 was never seen; recorded requests count its `｜DSML｜` as one token, as V4 does.
        ("deepseek-v3.2", Self::DeepSeek(Added::V4)),
        ("deepseek-v4", Self::DeepSeek(Added::V4)),
        ("deepseek-v4.1", Self::DeepSeek(Added::V41)),
        ("cl100k_base", Self::Cl100k),
        ("o200k_base", Self::O200k),
        ("o200k_harmony", Self::O200kHarmony),
    ];

    /// The encoding of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, encoding)| *encoding)
    }

    /// The encoding of an OpenAI model, after tiktoken's own map; `None` for what is not one of them.
    pub fn of_openai_model(model: &str) -> Option<Self> {
        use tiktoken_rs::tokenizer::Tokenizer as Known;
        match tiktoken_rs::tokenizer::get_tokenizer(model)? {
            Known::O200kHarmony => Some(Self::O200kHarmony),
            Known::O200kBase => Some(Self::O200k),
            Known::Cl100kBase => Some(Self::Cl100k),
            _ => None,
        }
    }

    /// Its tokenizer; made on first use.
    pub fn tokenizer(self) -> Box<dyn Tokenizer> {
        match self {
            Self::DeepSeek(added) => Box::new(DeepSeek::new(added)),
            Self::Cl100k => Box::new(OpenAi::cl100k()),
            Self::O200k | Self::O200kHarmony => Box::new(OpenAi::o200k()),
        }
    }
}
