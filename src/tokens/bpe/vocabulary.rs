//! A vocabulary: its single bytes, and the merges of which every other token is made.
//!
//! Every token but the 256 single bytes is the merge of two earlier ones, and merges are made in the order of the ids: the list of
//! merges is the vocabulary, in a sixth of the room that a list of tokens takes. It does not know added tokens.

use super::pairs::{Merges, PairTable, byte_rank};
use super::{MergeRules, TokenId};

/// A vocabulary in tables, which are laid out when it is first used: that takes two milliseconds.
pub(in crate::tokens) struct Vocabulary {
    merges: Merges<'static>,
    first_byte: TokenId,
    pairs: PairTable,
    /// The bytes of every token.
    lengths: Box<[u16]>,
}

impl Vocabulary {
    /// Lays out an asset. The single bytes have the ids from `first_byte` on, the merges those after them.
    pub(in crate::tokens) fn new(asset: &'static [u8], first_byte: TokenId) -> Self {
        let (merges, first_merge) = (Merges(asset), first_byte + 256);
        let mut lengths = vec![0; first_merge as usize + merges.len()];
        lengths[first_byte as usize..first_merge as usize].fill(1);
        let mut pairs = PairTable::new(merges.len());
        for ([left, right], id) in merges.iter().zip(first_merge..) {
            lengths[id as usize] = lengths[left as usize] + lengths[right as usize];
            pairs.insert([left, right], id);
        }
        Self { merges, first_byte, pairs, lengths: lengths.into() }
    }

    /// The token of a single byte.
    #[inline]
    pub(in crate::tokens) fn byte_token(&self, byte: u8) -> TokenId {
        self.first_byte + byte_rank(byte)
    }

    /// The token that two tokens make, or [`NONE`](super::pairs::NONE).
    #[inline]
    pub(in crate::tokens) fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        self.pairs.made(left, right)
    }

    /// The bytes of a token; 0 for an id that is not of the vocabulary.
    pub(in crate::tokens) fn byte_len(&self, id: TokenId) -> usize {
        self.lengths.get(id as usize).copied().unwrap_or_default().into()
    }

    /// Appends the bytes of a token; none for an id that is not of the vocabulary.
    pub(in crate::tokens) fn append_bytes(&self, id: TokenId, bytes: &mut Vec<u8>) {
        match self.byte_len(id) {
            0 => {}
            1 => bytes.extend((0..=u8::MAX).find(|byte| self.byte_token(*byte) == id)),
            _ => {
                for part in self.merges.parts((id - self.first_byte - 256) as usize) {
                    self.append_bytes(part, bytes);
                }
            }
        }
    }

    /// Number of ids.
    #[cfg(test)]
    pub(in crate::tokens) fn size(&self) -> TokenId {
        TokenId::try_from(self.lengths.len()).unwrap_or(TokenId::MAX)
    }
}

/// Merging that starts from single bytes.
pub(in crate::tokens) struct FromBytes<'v>(pub(in crate::tokens) &'v Vocabulary);

impl MergeRules for FromBytes<'_> {
    #[inline]
    fn units(&self, piece: &[u8], push: impl FnMut(TokenId)) {
        piece.iter().map(|byte| self.0.byte_token(*byte)).for_each(push);
    }

    #[inline]
    fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        self.0.made(left, right)
    }
}
