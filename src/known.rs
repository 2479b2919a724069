//! What was made of some bytes once, by their digest, so that it need not be made again: shared by threads, bounded in bytes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::hash::ByDigest;

/// Threads seldom meet in one of so many.
const SHARDS: usize = 16;

/// Values by the digest of what they were made of.
pub struct Known<V> {
    shards: [Mutex<Shard<V>>; SHARDS],
    /// Bytes that one shard may hold.
    room: usize,
}

struct Shard<V> {
    values: HashMap<u128, V, ByDigest>,
    bytes: usize,
}

impl<V: Clone> Known<V> {
    /// Nothing known yet, and room for so many bytes.
    pub fn new(room: usize) -> Self {
        let shard = || Mutex::new(Shard { values: HashMap::default(), bytes: 0 });
        Self { shards: std::array::from_fn(|_| shard()), room: room / SHARDS }
    }

    /// What is known under this digest.
    pub fn value(&self, digest: u128) -> Option<V> {
        self.shard(digest).values.get(&digest).cloned()
    }

    /// Keeps a value of that size. Where there is no room all is forgotten, to be made again when it is asked for: what repeats is
    /// soon known again, and nothing depends on what was.
    pub fn keep(&self, digest: u128, value: V, bytes: usize) {
        let bytes = bytes + size_of::<(u128, V)>();
        let mut shard = self.shard(digest);
        if shard.bytes + bytes > self.room {
            shard.values.clear();
            shard.bytes = 0;
        }
        if bytes <= self.room && shard.values.insert(digest, value).is_none() {
            shard.bytes += bytes;
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of a digest will do")]
    fn shard(&self, digest: u128) -> MutexGuard<'_, Shard<V>> {
        // The low half of the digest is the hash within a shard.
        let shard = &self.shards[(digest >> 64) as usize % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_known_until_there_is_no_room() {
        let known = Known::new(SHARDS * 1000);
        for digest in 0..50 {
            known.keep(digest, digest, 100);
            assert_eq!(known.value(digest), Some(digest));
        }
        assert_eq!(known.value(0), None);
        known.keep(99, 99, 10_000);
        assert_eq!(known.value(99), None);
    }
}
