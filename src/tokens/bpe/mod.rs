//! Byte pair encoding over any vocabulary: pieces that were seen lately, and merging for the others.
//!
//! A family of models brings its merges (as [`MergeRules`]) and its rules of where a text may be cut ([`SplitRules`]). Two such families
//! are in the program, DeepSeek's and OpenAI's.

#[cfg(test)]
pub(super) mod assets;
mod engine;
mod merger;
pub(super) mod pairs;
mod piece_cache;
mod text;
mod vocabulary;

use super::TokenId;

pub(super) use engine::{Workspace, encode};
pub(super) use piece_cache::window;
pub(super) use text::{Classes, Text};
pub(super) use vocabulary::{FromBytes, Vocabulary};

/// The merges of a vocabulary.
pub(super) trait MergeRules {
    /// Gives the tokens that merging a piece starts from: its bytes, or what these merge to whatever stands beside them.
    fn units(&self, piece: &[u8], push: impl FnMut(TokenId));

    /// The token that two tokens make, or [`pairs::NONE`].
    fn made(&self, left: TokenId, right: TokenId) -> TokenId;
}

/// The rules by which a text is cut into the pieces within which bytes may merge.
pub(super) trait SplitRules {
    /// End of the piece that begins at `start`, which is the end of the piece before.
    fn piece_end(&self, start: usize) -> usize;
}
