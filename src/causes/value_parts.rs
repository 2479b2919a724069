//! Values of several words, each of which may differ alone: `Anna (id 1000)` beside `Bert (id 1037)` is one value, and beside
//! `Anna (id 1148)` a part of it differs.

use std::collections::HashMap;
use std::ops::Range;

use super::difference::Slot;

/// Places that are known at most: names and numbers are seldom of so many kinds.
const MOST: usize = 100_000;

/// The places at which the parts of values stand.
#[derive(Default)]
pub(super) struct ValueParts {
    /// Each place with another one of the same value.
    next: HashMap<u128, u128>,
}

impl ValueParts {
    /// Takes note of a value at a place, which stands so in two texts.
    pub(super) fn note(&mut self, place: u128, sides: [(&str, &Range<usize>); 2]) {
        let is_in_a_line = |(text, range): &(&str, &Range<usize>)| !text[(*range).clone()].trim().contains('\n');
        // Text that comes is no value in place of another: it may begin where others do.
        let is_missing = |(text, range): &(&str, &Range<usize>)| text[(*range).clone()].trim().is_empty();
        if self.next.len() >= MOST || !sides.iter().all(is_in_a_line) || sides.iter().any(is_missing) {
            return;
        }
        for (text, range) in sides {
            for part in Slot::places_within(text, range.clone()) {
                self.join(place, part);
            }
        }
    }

    /// The value that has a part at a place.
    pub(super) fn value_at(&self, place: u128) -> Option<u128> {
        self.next.contains_key(&place).then(|| self.last(place))
    }

    /// All places, each with its value.
    pub(super) fn places(&self) -> impl Iterator<Item = (u128, u128)> {
        self.next.keys().map(|place| (*place, self.last(*place)))
    }

    fn join(&mut self, one: u128, other: u128) {
        let (one, other) = (self.last(one), self.last(other));
        self.next.insert(one, one.min(other));
        self.next.insert(other, one.min(other));
    }

    /// The end of the way from a place, which is the same for all places of a value.
    fn last(&self, mut place: u128) -> u128 {
        while let Some(next) = self.next.get(&place).filter(|next| **next != place) {
            place = *next;
        }
        place
    }
}
