//! Differences of pairs of texts, each found once: a cause is tried by comparing the same calls again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::slot::{Difference, Zone};
use super::text::{self, Stretch};
use crate::hash;

/// A stretch that differs, with the difference; `None` if it is new text, which is none.
pub(super) type Change = (Stretch, Option<Difference>);

/// The differences that were found so far, by digests of the texts.
#[derive(Default)]
pub(super) struct TextDiffs {
    stretches: RefCell<HashMap<(u128, u128), Rc<[Stretch]>>>,
    changes: RefCell<HashMap<(u128, u128, Zone), Rc<[Change]>>>,
}

impl TextDiffs {
    /// The stretches in which two texts differ, in order.
    pub(super) fn stretches(&self, old: &str, new: &str) -> Rc<[Stretch]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()));
        if let Some(known) = self.stretches.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found: Rc<[Stretch]> = text::stretches(old, new).into();
        self.stretches.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// The same with the difference that each stretch is in a zone, as `find` tells.
    pub(super) fn changes(
        &self,
        (old, new, zone): (&str, &str, Zone),
        find: impl FnOnce(&[Stretch]) -> Vec<Option<Difference>>,
    ) -> Rc<[Change]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()), zone);
        if let Some(known) = self.changes.borrow().get(&key) {
            return Rc::clone(known);
        }
        let stretches = self.stretches(old, new);
        let found: Rc<[Change]> = stretches.iter().cloned().zip(find(&stretches)).collect();
        self.changes.borrow_mut().insert(key, Rc::clone(&found));
        found
    }
}
