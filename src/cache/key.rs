//! Prefix keys: the identity of a prefix of tokens within a scope; block keys: that of a block which a trace numbers.

use std::hash::{Hash, Hasher};

use super::policy::BlockEnd;
use crate::hash;
pub(super) use crate::hash::ByDigest;
use crate::tokens::TokenId;

/// The group of requests that share a cache: a digest of account, user, model and profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(u128);

/// A chained digest of a scope and all tokens of a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrefixKey(u128);

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

    /// The digest that it is.
    pub fn value(self) -> u128 {
        self.0
    }

    /// The key of a prefix of which only the fingerprint is known.
    pub fn fingerprint(self, value: u128) -> PrefixKey {
        PrefixKey(hash::chain(self.0, &value.to_le_bytes()))
    }

    /// The key of the prefix up to the end of a content block of which only the fingerprint is known.
    pub fn end(self, end: &BlockEnd) -> PrefixKey {
        self.fingerprint(end.digest).apart(end.apart)
    }

    /// The key of the prefix that these tokens are, given the keys of those that end at each multiple of `size`.
    pub(super) fn prefix(self, keys: &[PrefixKey], tokens: &[TokenId], size: usize) -> PrefixKey {
        let whole = tokens.len() / size;
        let before = whole.checked_sub(1).map_or(self.0, |last| keys[last].0);
        let rest: Vec<u8> = tokens[whole * size..].iter().flat_map(|token| token.to_le_bytes()).collect();
        PrefixKey(hash::chain(before, &rest))
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

impl PrefixKey {
    /// The key that is this digest.
    pub fn from_value(value: u128) -> Self {
        Self(value)
    }

    /// The digest that it is.
    pub fn value(self) -> u128 {
        self.0
    }

    /// The key of the same prefix among those of one kind of request; 0 is any.
    pub(super) fn apart(self, kind: u128) -> Self {
        if kind == 0 { self } else { Self(hash::chain(self.0, &kind.to_le_bytes())) }
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
