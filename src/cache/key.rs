//! Prefix keys: the identity of a prefix of tokens within a scope.

use std::hash::{BuildHasherDefault, Hasher};

use crate::hash;
use crate::tokens::TokenId;

/// Who shares a cache: a digest of account, user, model and profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(u128);

/// A chained digest of a scope and all tokens of a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PrefixKey(u128);

impl ScopeKey {
    /// The key of a scope that is named by these parts.
    pub fn new(parts: &[&str]) -> Self {
        let chained = parts.iter().fold(0, |key, part| hash::chain(key, part.as_bytes()));
        Self(hash::chain(chained, &(parts.len() as u64).to_le_bytes()))
    }

    /// The key of a block that a trace identifies by number.
    pub(super) fn block(self, id: u64) -> PrefixKey {
        PrefixKey(hash::chain(self.0, &id.to_le_bytes()))
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
