//! Tokens as a sequence of pieces that sequences share: most of a conversation's next request is pieces of the one before.

use std::sync::Arc;

use super::TokenId;

/// Tokens in order. Equal pieces of different sequences are mostly the very same piece, but need not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    pieces: Vec<Arc<[TokenId]>>,
    length: usize,
}

impl Sequence {
    /// Appends a piece.
    pub fn push(&mut self, piece: Arc<[TokenId]>) {
        self.length += piece.len();
        self.pieces.push(piece);
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The piece in which the token with this index lies, and the tokens of the piece before it; `None` beyond the end.
    pub fn locate(&self, mut index: usize) -> Option<(usize, &[TokenId])> {
        for (number, piece) in self.pieces.iter().enumerate() {
            if index < piece.len() {
                return Some((number, &piece[..index]));
            }
            index -= piece.len();
        }
        None
    }

    /// How many pieces, and tokens in them, this one begins with that are the very same in `other`.
    pub fn shared(&self, other: &Self) -> (usize, usize) {
        let pairs = self.pieces.iter().zip(&other.pieces);
        let same = pairs.take_while(|(ours, theirs)| Arc::ptr_eq(ours, theirs));
        same.fold((0, 0), |(pieces, tokens), (piece, _)| (pieces + 1, tokens + piece.len()))
    }

    /// The tokens one after the other.
    pub fn to_vec(&self) -> Vec<TokenId> {
        self.pieces.concat()
    }

    /// Appends the tokens that stand behind so many pieces.
    pub fn append_behind(&self, pieces: usize, tokens: &mut Vec<TokenId>) {
        self.pieces[pieces..].iter().for_each(|piece| tokens.extend_from_slice(piece));
    }
}

impl From<&[TokenId]> for Sequence {
    fn from(tokens: &[TokenId]) -> Self {
        Self { pieces: vec![tokens.into()], length: tokens.len() }
    }
}
