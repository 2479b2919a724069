//! The index: which slot each key has. Keys stand in a row, slot by slot, and the hash table holds slots alone: half the memory of
//! a map, and the keys of one request, which came together, lie together.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::key::ByDigest;

/// Where a key's data stand, counted from 0 in the order in which keys were first seen.
pub(super) type Slot = u32;

/// No slot.
pub(super) const NONE: Slot = Slot::MAX;

/// Keys by slot, slots by key.
pub(super) struct Index<K> {
    slots: HashTable<Slot>,
    keys: Vec<K>,
}

impl<K: Copy + Eq + Hash> Index<K> {
    /// No keys.
    pub(super) fn new() -> Self {
        Self { slots: HashTable::new(), keys: Vec::new() }
    }

    /// How many keys there are, which is also the next slot.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The slot of a key.
    pub(super) fn find(&self, key: K) -> Option<Slot> {
        self.slots.find(hash(key), |slot| self.keys[*slot as usize] == key).copied()
    }

    /// The slot of a key, which is the next one where the key is new. Behind `previous` it is likely to stand again, as it did when
    /// both were new.
    pub(super) fn find_or_add(&mut self, key: K, previous: Option<Slot>) -> Slot {
        let keys = &mut self.keys;
        if let Some(next) = previous.map(|slot| slot + 1).filter(|next| keys.get(*next as usize) == Some(&key)) {
            return next;
        }
        let of = |slot: &Slot| hash(keys[*slot as usize]);
        match self.slots.entry(hash(key), |slot| keys[*slot as usize] == key, of) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                let slot = Slot::try_from(keys.len()).unwrap_or(NONE);
                vacant.insert(slot);
                keys.push(key);
                slot
            }
        }
    }

    /// The slots of keys that come one behind the other.
    pub(super) fn find_or_add_all(&mut self, keys: &[K]) -> Vec<Slot> {
        let mut previous = None;
        let slots = keys.iter().map(|key| {
            let slot = self.find_or_add(*key, previous);
            previous = Some(slot);
            slot
        });
        slots.collect()
    }
}

fn hash<K: Hash>(key: K) -> u64 {
    ByDigest::default().hash_one(key)
}
