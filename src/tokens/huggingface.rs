//! A tokenizer of the user's: any Hugging Face `tokenizer.json`, by the library that defines the format.
//!
//! Servers that load such a file tokenise the whole prompt as one string, so the spelling of a special token is that token.

use std::fmt;
use std::path::Path;

use tokenizers::Tokenizer as Reference;

use super::{TokenId, Tokenizer};

/// A tokenizer read from a `tokenizer.json`.
pub struct HuggingFace {
    reference: Reference,
    /// True if a character of a token's spelling stands for one byte.
    is_byte_level: bool,
}

/// The reason why a `tokenizer.json` cannot be used.
#[derive(Debug)]
pub struct NotATokenizer(String);

impl fmt::Display for NotATokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not a Hugging Face tokenizer.json: {}", self.0)
    }
}

impl std::error::Error for NotATokenizer {}

impl HuggingFace {
    /// Reads the file.
    ///
    /// # Errors
    /// Fails if it cannot be read or has components that are not known.
    pub fn read(path: &Path) -> Result<Self, NotATokenizer> {
        let mut reference = Reference::from_file(path).map_err(|error| NotATokenizer(error.to_string()))?;
        // Servers count a prompt as it is: padding and truncation are for training.
        reference.with_padding(None);
        reference.with_truncation(None).map_err(|error| NotATokenizer(error.to_string()))?;
        // The byte-level alphabet spells a space as Ġ.
        let is_byte_level = reference.token_to_id("Ġ").is_some();
        Ok(Self { reference, is_byte_level })
    }
}

impl Tokenizer for HuggingFace {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        // Encoding fails only in trainers and post-processors, which are not asked for here.
        if let Ok(encoding) = self.reference.encode_fast(text, false) {
            ids.extend_from_slice(encoding.get_ids());
        }
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        self.reference.token_to_id(spelling)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        let spelling = self.reference.id_to_token(id).unwrap_or_default();
        if self.is_byte_level { spelling.chars().count() } else { spelling.replace('▁', " ").len() }
    }
}
