//! The tokenizer of DeepSeek V3 to V4.1: one vocabulary of 128,000 tokens and, per version, a list of added tokens.
//!
//! Ids equal those of Hugging Face `tokenizers` 0.23 with the official files. The vocabulary, merges and split rules of V3
//! and V4 are the same (compared in November 2026), so all versions share one engine; they differ in [`Added`] alone.
//! It does not know the chat templates, nor which version a model name stands for.

mod added;
#[cfg(test)]
mod assets;
mod bpe;
mod cache;
mod classes;
mod engine;
mod layout;
mod scanner;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use added::Added;

use super::{TokenId, Tokenizer};
use added::AddedTokens;

/// A DeepSeek tokenizer of one version.
pub struct DeepSeek {
    added: AddedTokens,
}

impl DeepSeek {
    /// The tokenizer with the added tokens of one version.
    pub fn new(version: Added) -> Self {
        Self { added: AddedTokens::new(version) }
    }

    /// Appends the bytes a token stands for; a token may end within a character.
    pub fn append_bytes(&self, id: TokenId, bytes: &mut Vec<u8>) {
        match self.added.spelling(id) {
            Some(spelling) => bytes.extend_from_slice(spelling.as_bytes()),
            None => vocabulary::append_bytes(id, bytes),
        }
    }
}

impl Tokenizer for DeepSeek {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        engine::encode(text, ids);
    }

    fn encode_rendered(&self, rendered: &str, ids: &mut Vec<TokenId>) {
        let mut rest = rendered;
        while let Some((range, id)) = self.added.find(rest) {
            engine::encode(&rest[..range.start], ids);
            ids.push(id);
            rest = &rest[range.end..];
        }
        engine::encode(rest, ids);
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        self.added.id(spelling)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        self.added.spelling(id).map_or_else(|| vocabulary::byte_len(id), str::len)
    }
}
