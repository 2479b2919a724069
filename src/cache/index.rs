//! The index: which slot each key has. Keys stand in a row, slot by slot, and the hash table holds slots alone: half the memory of
//! a map, and the keys of one request, which came together, lie together.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::chunked_vec::ChunkedVec;
use super::key::ByDigest;

/// Index of a key's data, counted from 0 in the order in which keys were first seen.
pub(super) type Slot = u32;

/// No slot.
pub(super) const NONE: Slot = Slot::MAX;

/// Keys by slot, slots by key.
pub(super) struct Index<K> {
    slots: HashTable<Slot>,
    keys: ChunkedVec<K>,
}

impl<K: Copy + Eq + Hash> Index<K> {
    /// No keys.
    pub(super) fn new() -> Self {
        Self { slots: HashTable::new(), keys: ChunkedVec::new() }
    }

    /// The keys, in the order of their slots.
    pub(super) fn keys(&self) -> impl Iterator<Item = K> {
        self.keys.iter()
    }

    /// The slot of a key.
    pub(super) fn find(&self, key: K) -> Option<Slot> {
        self.slots.find(hash(key), |slot| self.keys.value(*slot) == Some(key)).copied()
    }

    /// The slot of a key, which is the next one where the key is new.
    pub(super) fn find_or_add(&mut self, key: K) -> Slot {
        if self.slots.len() == self.slots.capacity() {
            self.grow();
        }
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

    /// Makes room for as many again. All keys are added once more in their order, which reads them one after the other: the table's own
    /// growth takes them in the order of their digests, from all over the memory.
    #[cold]
    fn grow(&mut self) {
        let mut grown = HashTable::with_capacity(2 * self.slots.len());
        let of = |slot: &Slot| self.keys.value(*slot).map_or(0, hash);
        for (slot, key) in (0..).zip(self.keys.iter()) {
            grown.entry(hash(key), |slot| self.keys.value(*slot) == Some(key), of).or_insert(slot);
        }
        self.slots = grown;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::key::BlockKey;

    #[test]
    fn a_key_leads_to_its_first_slot_however_many_come_after_it() {
        let mut index = Index::new();
        let key = |number: u64| BlockKey::new(0, number * 0x9e37_79b9);
        for number in 0..50_000 {
            let slot = index.find_or_add(key(number));
            assert_eq!(index.find_or_add(key(number)), slot);
            assert_eq!(index.add_another(key(number)), slot + 1);
        }
        assert!((0..50_000).all(|number| index.find(key(number)) == Slot::try_from(2 * number).ok()));
        assert_eq!(index.find(key(50_000)), None);
    }
}
