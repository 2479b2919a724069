//! Prefix keys: the identity of a prefix of tokens within a scope; block keys: that of a block which a trace numbers.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use crate::hash;
use crate::tokens::TokenId;

/// Who shares a cache: a digest of account, user, model and profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(u128);

/// A chained digest of a scope and all tokens of a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PrefixKey(u128);

/// A numbered block and the number of its scope. The id stands in halves, because whole it would have four bytes of padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockKey {
    scope: u32,
    low: u32,
    high: u32,
}

impl ScopeKey {
    /// The key of a scope that is named by these parts.
    pub fn new(parts: &[&str]) -> Self {
        let chained = parts.iter().fold(0, |key, part| hash::chain(key, part.as_bytes()));
        Self(hash::chain(chained, &(parts.len() as u64).to_le_bytes()))
    }

    /// The key of a prefix of which only the fingerprint is known.
    pub(super) fn fingerprint(self, value: u128) -> PrefixKey {
        PrefixKey(hash::chain(self.0, &value.to_le_bytes()))
    }

    /// The keys of the prefixes that end at each multiple of `size`, with their lengths.
    pub(super) fn prefixes(self, tokens: &[TokenId], size: usize) -> impl Iterator<Item = (usize, PrefixKey)> {
        let mut key = self.0;
        let mut bytes = Vec::with_capacity(size * 4);
        tokens.chunks_exact(size).enumerate().map(move |(index, block)| {
            bytes.clear();
            bytes.extend(block.iter().flat_map(|token| token.to_le_bytes()));
            key = hash::chain(key, &bytes);
            ((index + 1) * size, PrefixKey(key))
        })
    }
}

impl BlockKey {
    /// The block of that id in the scope of that number.
    #[expect(clippy::cast_possible_truncation, reason = "the id's two halves")]
    pub(super) fn new(scope: u32, id: u64) -> Self {
        Self { scope, low: id as u32, high: (id >> 32) as u32 }
    }
}

impl Hash for BlockKey {
    /// A digest that puts blocks side by side whose numbers follow each other, as those of one request mostly do: sixteen of them
    /// are fetched from memory together. The bits by which a table tells neighbours apart are its highest.
    #[expect(clippy::cast_possible_truncation, reason = "the product's two halves")]
    fn hash<H: Hasher>(&self, state: &mut H) {
        const RUN: u32 = 4;
        const ODD: u128 = 0x9e37_79b9_7f4a_7c15;
        let id = u64::from(self.high) << 32 | u64::from(self.low);
        let product = u128::from((id >> RUN) ^ u64::from(self.scope).rotate_right(24)) * ODD;
        let run = product as u64 ^ (product >> 64) as u64;
        let within = id & ((1 << RUN) - 1);
        state.write_u128(u128::from((run << RUN | within) ^ within.rotate_right(RUN)));
    }
}

/// Hashes keys that are digests already: their low half is as good a hash as any.
#[derive(Default)]
pub(super) struct DigestHasher(u64);

/// For maps whose keys are digests.
pub(super) type ByDigest = BuildHasherDefault<DigestHasher>;

impl Hasher for DigestHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a digest")]
    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }
}
