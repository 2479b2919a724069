//! Differences of pairs of texts, each found once: a cause is tried by comparing the same calls again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use super::slot::{Difference, Zone};
use super::text::{self, Stretch};
use crate::hash;

/// A stretch that differs, with the difference; `None` if it is new text, which is none.
pub(super) type Change = (Stretch, Option<Difference>);

/// Lists that were found so far, by digests of the texts they are of.
type Known<Key, Item> = RefCell<HashMap<Key, Rc<[Item]>>>;

/// The differences that were found so far.
#[derive(Default)]
pub(super) struct TextDiffs {
    stretches: Known<(u128, u128), Stretch>,
    changes: Known<(u128, u128, Zone), Change>,
}

impl TextDiffs {
    /// The stretches in which two texts differ, in order.
    pub(super) fn stretches(&self, old: &str, new: &str) -> Rc<[Stretch]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()));
        known_or(&self.stretches, key, || text::stretches(old, new).into())
    }

    /// The same with the difference that each stretch is in a zone, as `find` tells.
    pub(super) fn changes(
        &self,
        (old, new, zone): (&str, &str, Zone),
        find: impl FnOnce(&[Stretch]) -> Vec<Option<Difference>>,
    ) -> Rc<[Change]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()), zone);
        known_or(&self.changes, key, || {
            let stretches = self.stretches(old, new);
            stretches.iter().cloned().zip(find(&stretches)).collect()
        })
    }
}

fn known_or<Key: Eq + Hash, Item>(known: &Known<Key, Item>, key: Key, find: impl FnOnce() -> Rc<[Item]>) -> Rc<[Item]> {
    if let Some(found) = known.borrow().get(&key) {
        return Rc::clone(found);
    }
    let found = find();
    known.borrow_mut().insert(key, Rc::clone(&found));
    found
}
