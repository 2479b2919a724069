//! Tokens as a sequence of pieces that sequences share: most of a conversation's next request is pieces of the one before.

use std::sync::Arc;

use super::TokenId;
use crate::hash;

/// Tokens in order. Equal pieces of different sequences are mostly the very same piece, but need not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    tokens: Arc<[TokenId]>,
    /// Tokens of the sequence up to its end.
    end: usize,
    /// Differs between pieces that differ; equal pieces of one tokenizer have the same.
    digest: u128,
}

impl Sequence {
    /// Appends a piece, with the digest of the text that it was made of.
    pub fn push(&mut self, tokens: Arc<[TokenId]>, digest: u128) {
        let end = self.len() + tokens.len();
        self.0.push(Piece { tokens, end, digest });
    }

    /// The pieces' digests, each with the number of tokens up to the piece's end.
    pub fn digests(&self) -> impl Iterator<Item = (u128, usize)> {
        self.0.iter().map(|piece| (piece.digest, piece.end))
    }

    /// The tokens of each piece, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &[TokenId]> {
        self.0.iter().map(|piece| &*piece.tokens)
    }

    /// Number of tokens.
    #[expect(clippy::len_without_is_empty, reason = "no caller asks")]
    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |piece| piece.end)
    }

    /// The piece in which the token with this index lies, and the tokens of the piece before it; `None` beyond the end.
    pub fn locate(&self, index: usize) -> Option<(usize, &[TokenId])> {
        let (number, before) = self.find(index)?;
        Some((number, &self.0[number].tokens[..before]))
    }

    /// The piece in which the token with this index lies, and how many of its tokens stand before that; `None` beyond the end.
    pub fn piece(&self, index: usize) -> Option<(&Arc<[TokenId]>, usize)> {
        let (number, before) = self.find(index)?;
        Some((&self.0[number].tokens, before))
    }

    /// Index at which the first piece of at least so many tokens begins, behind the piece that has this index; the end if there is
    /// none.
    pub fn next_of(&self, size: usize, index: usize) -> usize {
        let behind = self.find(index).map_or(&[][..], |(number, _)| &self.0[number + 1..]);
        let next = behind.iter().find(|piece| piece.tokens.len() >= size);
        next.map_or(self.len(), |piece| piece.end - piece.tokens.len())
    }

    /// Number of tokens in the first pieces.
    pub fn end_of(&self, pieces: usize) -> usize {
        pieces.checked_sub(1).and_then(|last| self.0.get(last)).map_or(0, |piece| piece.end)
    }

    fn find(&self, index: usize) -> Option<(usize, usize)> {
        let number = self.0.partition_point(|piece| piece.end <= index);
        let piece = self.0.get(number)?;
        Some((number, index + piece.tokens.len() - piece.end))
    }

    /// Numbers of pieces, and of tokens in them, at the beginning of this one that are the very same in `other`.
    pub fn shared(&self, other: &Self) -> (usize, usize) {
        let pairs = self.0.iter().zip(&other.0);
        let same = pairs.take_while(|(ours, theirs)| Arc::ptr_eq(&ours.tokens, &theirs.tokens));
        same.fold((0, 0), |(pieces, _), (piece, _)| (pieces + 1, piece.end))
    }

    /// The number of tokens that both begin with.
    pub fn common(&self, other: &Self) -> usize {
        let (pieces, mut common) = self.shared(other);
        let (mut our_pieces, mut their_pieces) = (self.0[pieces..].iter(), other.0[pieces..].iter());
        // The rests of the two pieces that are compared: what differs stands mostly in the first ones.
        let (mut ours, mut theirs): (&[TokenId], &[TokenId]) = (&[], &[]);
        loop {
            for (rest, pieces) in [(&mut ours, &mut our_pieces), (&mut theirs, &mut their_pieces)] {
                while rest.is_empty() {
                    let Some(next) = pieces.next() else { return common };
                    *rest = &next.tokens;
                }
            }
            let length = ours.len().min(theirs.len());
            let same = ours.iter().zip(theirs).take_while(|(our, their)| our == their).count();
            common += same;
            if same < length {
                return common;
            }
            (ours, theirs) = (&ours[length..], &theirs[length..]);
        }
    }

    /// The tokens one after the other.
    pub fn to_vec(&self) -> Vec<TokenId> {
        let mut tokens = Vec::with_capacity(self.len());
        self.append_behind(0, &mut tokens);
        tokens
    }

    /// Appends the tokens that stand behind so many pieces.
    pub fn append_behind(&self, pieces: usize, tokens: &mut Vec<TokenId>) {
        self.0[pieces..].iter().for_each(|piece| tokens.extend_from_slice(&piece.tokens));
    }
}

impl From<&[TokenId]> for Sequence {
    fn from(tokens: &[TokenId]) -> Self {
        let mut sequence = Self::default();
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
        sequence.push(tokens.into(), hash::digest(&bytes));
        sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_two_sequences_begin_with_is_what_their_tokens_begin_with(
            ours in proptest::collection::vec(proptest::collection::vec(0_u32..2, 0..4), 0..6),
            theirs in proptest::collection::vec(proptest::collection::vec(0_u32..2, 0..4), 0..6),
            shared in 0_usize..6,
        ) {
            let (mut left, mut right) = (Sequence::default(), Sequence::default());
            for piece in ours.iter().take(shared) {
                let piece: Arc<[TokenId]> = piece[..].into();
                left.push(Arc::clone(&piece), 0);
                right.push(piece, 0);
            }
            for piece in ours.iter().skip(shared) {
                left.push(piece[..].into(), 0);
            }
            for piece in &theirs {
                right.push(piece[..].into(), 0);
            }
            let naive = left.to_vec().iter().zip(&right.to_vec()).take_while(|(our, their)| our == their).count();
            proptest::prop_assert_eq!(left.common(&right), naive);
        }
    }
}
