//! The tokenizer of DeepSeek V3 to V4.1: one vocabulary of 128,000 tokens and, per version, a list of added tokens.
//!
//! Ids equal those of Hugging Face `tokenizers` 0.23 with the official files. The vocabulary, merges and split rules of V3
//! and V4 are the same (compared in November 2026), so all versions share one engine; they differ in [`Added`] alone.
//! It does not know the chat templates, nor which version a model name stands for.

mod added;
#[cfg(test)]
mod assets;
mod classes;
mod scanner;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use added::Added;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::LazyLock;

use super::bpe::{self, Classes, Workspace};
use super::{TokenId, Tokenizer};
use added::AddedTokens;
use classes::Class;
use scanner::Scanner;
use vocabulary::{HanFirst, VOCABULARY};

/// Made at first use, which takes a tenth of a millisecond.
static CLASSES: LazyLock<Classes<Class>> = LazyLock::new(classes::embedded);

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::new(Workspace::new());
}

/// Appends the ids of plain text.
fn encode(text: &str, ids: &mut Vec<TokenId>) {
    let scanner = Scanner::new(&CLASSES, text);
    WORKSPACE.with_borrow_mut(|workspace| bpe::encode(workspace, &HanFirst(&VOCABULARY), &scanner, text, ids));
}

/// A DeepSeek tokenizer of one version.
pub struct DeepSeek {
    added: AddedTokens,
}

impl DeepSeek {
    /// The tokenizer with the added tokens of one version.
    pub fn new(version: Added) -> Self {
        Self { added: AddedTokens::new(version) }
    }

    /// The added tokens that a text spells, in order.
    fn added_in(&self, text: &str) -> impl Iterator<Item = (Range<usize>, TokenId)> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let (found, id) = self.added.find(&text[start..])?;
            let range = start + found.start..start + found.end;
            start = range.end;
            Some((range, id))
        })
    }

    /// Appends the bytes a token stands for; a token may end within a character.
    pub fn append_bytes(&self, id: TokenId, bytes: &mut Vec<u8>) {
        match self.added.spelling(id) {
            Some(spelling) => bytes.extend_from_slice(spelling.as_bytes()),
            None => VOCABULARY.append_bytes(id, bytes),
        }
    }
}

impl Tokenizer for DeepSeek {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        encode(text, ids);
    }

    fn encode_rendered(&self, rendered: &str, ids: &mut Vec<TokenId>) {
        let mut start = 0;
        for (range, id) in self.added_in(rendered) {
            encode(&rendered[start..range.start], ids);
            ids.push(id);
            start = range.end;
        }
        encode(&rendered[start..], ids);
    }

    fn cuts(&self, text: &str) -> Vec<usize> {
        self.added_in(text).flat_map(|(range, _)| [range.start, range.end]).collect()
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        self.added.id(spelling)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        self.added.spelling(id).map_or_else(|| VOCABULARY.byte_len(id), str::len)
    }
}
