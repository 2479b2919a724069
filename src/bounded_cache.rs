//! What was made of some bytes once, by their digest, so that it need not be made again: shared by threads, bounded in bytes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::hash::ByDigest;

/// Threads seldom meet in one of so many.
const SHARDS: usize = 16;

/// Values by the digest of what they were made of.
pub struct BoundedCache<V> {
    shards: [Mutex<Shard<V>>; SHARDS],
    /// Bytes that one shard may hold.
    room: usize,
}

struct Shard<V> {
    /// Without a value where it was only met.
    values: HashMap<u128, Option<V>, ByDigest>,
    bytes: usize,
}

impl<V: Clone> BoundedCache<V> {
    /// Nothing known yet, and room for so many bytes.
    pub fn new(room: usize) -> Self {
        let shard = || Mutex::new(Shard { values: HashMap::default(), bytes: 0 });
        Self { shards: std::array::from_fn(|_| shard()), room: room / SHARDS }
    }

    /// What is known under this digest.
    pub fn value(&self, digest: u128) -> Option<V> {
        self.shard(digest).values.get(&digest).cloned().flatten()
    }

    /// Keeps a value of that size. Where there is no room all is forgotten, to be made again when it is asked for: what repeats is
    /// soon known again, and nothing depends on what was.
    pub fn keep(&self, digest: u128, value: V, bytes: usize) {
        self.shard(digest).keep(digest, Some(value), bytes, self.room);
    }

    /// Keeps a value that comes for the second time: most of what never repeats is gone as soon as it has been used.
    pub fn keep_again(&self, digest: u128, value: V, bytes: usize) {
        let mut shard = self.shard(digest);
        if shard.values.contains_key(&digest) {
            shard.keep(digest, Some(value), bytes, self.room);
        } else {
            shard.keep(digest, None, 0, self.room);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits of a digest will do")]
    fn shard(&self, digest: u128) -> MutexGuard<'_, Shard<V>> {
        // The low half of the digest is the hash within a shard.
        let shard = &self.shards[(digest >> 64) as usize % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Shard<V> {
    fn keep(&mut self, digest: u128, value: Option<V>, bytes: usize, room: usize) {
        let bytes = bytes + size_of::<(u128, Option<V>)>();
        if bytes > room {
            return;
        }
        if self.bytes + bytes > room {
            self.values.clear();
            self.bytes = 0;
        }
        if self.values.insert(digest, value).flatten().is_none() {
            self.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_once_is_not_known() {
        let known = BoundedCache::new(SHARDS * 1000);
        for expected in [None, Some(7)] {
            known.keep_again(1, 7, 100);
            assert_eq!(known.value(1), expected);
        }
    }

    #[test]
    fn what_is_kept_is_known_until_there_is_no_room() {
        let known = BoundedCache::new(SHARDS * 1000);
        for digest in 0..50 {
            known.keep(digest, digest, 100);
            assert_eq!(known.value(digest), Some(digest));
        }
        assert_eq!(known.value(0), None);
        let kept = known.value(49);
        known.keep(99, 99, 10_000);
        assert_eq!((known.value(99), known.value(49)), (None, kept));
    }
}
