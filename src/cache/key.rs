//! Prefix keys: the identity of a prefix of tokens within a scope.

use crate::hash;
pub(super) use crate::hash::ByDigest;
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

    /// Appends the keys of the prefixes that end at each multiple of `size`, those of the first being there.
    pub(super) fn extend_prefixes(self, keys: &mut Vec<PrefixKey>, tokens: &[TokenId], size: usize) {
        let mut key = keys.last().map_or(self.0, |key| key.0);
        let mut bytes = Vec::new();
        for block in tokens.chunks_exact(size).skip(keys.len()) {
            bytes.clear();
            bytes.extend(block.iter().flat_map(|token| token.to_le_bytes()));
            key = hash::chain(key, &bytes);
            keys.push(PrefixKey(key));
        }
    }
}
