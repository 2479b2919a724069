//! The index: which slot each key has. Keys stand in a row, slot by slot, and the hash table holds slots alone: half the memory of
//! a map, and the keys of one request, which came together, lie together.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::key::ByDigest;
use super::rows::Rows;

/// Where a key's data stand, counted from 0 in the order in which keys were first seen.
pub(super) type Slot = u32;

/// No slot.
pub(super) const NONE: Slot = Slot::MAX;

/// Keys by slot, slots by key.
pub(super) struct Index<K> {
    slots: HashTable<Slot>,
    keys: Rows<K>,
}

impl<K: Copy + Eq + Hash> Index<K> {
    /// No keys.
    pub(super) fn new() -> Self {
        Self { slots: HashTable::new(), keys: Rows::new() }
    }

    /// The slot of a key.
    pub(super) fn find(&self, key: K) -> Option<Slot> {
        self.slots.find(hash(key), |slot| self.keys.value(*slot) == Some(key)).copied()
    }

    /// The slot of a key, which is the next one where the key is new.
    pub(super) fn find_or_add(&mut self, key: K) -> Slot {
        let Self { slots, keys } = self;
        let of = |slot: &Slot| keys.value(*slot).map_or(0, hash);
        match slots.entry(hash(key), |slot| keys.value(*slot) == Some(key), of) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                let slot = Slot::try_from(keys.len()).unwrap_or(NONE);
                vacant.insert(slot);
                keys.push(key);
                slot
            }
        }
    }

    /// The same of a key that comes behind the one with that slot: it is likely to stand behind it again, as when both were new.
    #[inline]
    pub(super) fn find_or_add_behind(&mut self, before: Slot, key: K) -> Slot {
        let next = before.wrapping_add(1);
        if self.keys.value(next) == Some(key) { next } else { self.find_or_add(key) }
    }

    /// The slots of keys that come one behind the other, instead of what `found` held.
    pub(super) fn find_or_add_all(&mut self, keys: &[K], found: &mut Vec<Slot>) {
        found.clear();
        let mut before = NONE;
        for key in keys {
            before = self.find_or_add_behind(before, *key);
            found.push(before);
        }
    }

    /// A slot of its own for a key that has one already; the key itself leads to the first.
    pub(super) fn add_another(&mut self, key: K) -> Slot {
        let slot = Slot::try_from(self.keys.len()).unwrap_or(NONE);
        self.keys.push(key);
        slot
    }
}

fn hash<K: Hash>(key: K) -> u64 {
    ByDigest::default().hash_one(key)
}
