//! OpenAI's vocabularies, inflated when one is first used.
//!
//! Every token but the 256 single bytes is the merge of two earlier ones, and merges are made in the order of the ids: the list of
//! merges is the vocabulary, in a sixth of the room that the published list of tokens takes.

use std::io::{self, Read as _};

use flate2::read::DeflateDecoder;

use super::TokenId;
use crate::tokens::bpe;
use crate::tokens::bpe::pairs::{byte_rank, from_planes};

/// The first token that is no single byte.
pub(super) const FIRST_MERGE: TokenId = 256;

type LargePairTable<'t> = bpe::pairs::PairTable<'t, 19>;

/// One vocabulary in tables.
pub(super) struct Inflated {
    slots: Vec<[u8; 8]>,
    filter: Vec<u8>,
    /// The bytes of every token.
    lengths: Vec<u16>,
}

impl Inflated {
    /// Lays out an asset.
    pub(super) fn new(asset: &[u8]) -> io::Result<Self> {
        let mut planes = Vec::new();
        DeflateDecoder::new(asset).read_to_end(&mut planes)?;
        let merges = from_planes(&planes);
        let (slots, filter) = LargePairTable::laid_out(&merges, FIRST_MERGE);
        let mut lengths = vec![1; FIRST_MERGE as usize];
        for [left, right] in merges {
            lengths.push(lengths[left as usize] + lengths[right as usize]);
        }
        Ok(Self { slots, filter, lengths })
    }

    /// The bytes of a token; 0 for an id that is not of the vocabulary.
    pub(super) fn byte_len(&self, id: TokenId) -> usize {
        self.lengths.get(id as usize).copied().unwrap_or_default().into()
    }

    /// Number of tokens.
    #[cfg(test)]
    pub(super) fn size(&self) -> TokenId {
        TokenId::try_from(self.lengths.len()).unwrap_or(TokenId::MAX)
    }
}

impl bpe::MergeRules for Inflated {
    #[inline]
    fn units(&self, piece: &[u8], push: impl FnMut(TokenId)) {
        piece.iter().map(|byte| byte_rank(*byte)).for_each(push);
    }

    #[inline]
    fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        LargePairTable { slots: &self.slots, filter: &self.filter }.made(left, right)
    }
}
