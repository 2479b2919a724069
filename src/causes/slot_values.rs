//! Values that stood at one place of a template, as far as they tell what they are.

use std::collections::BTreeSet;

use crate::hash;

/// A value as what slots keep of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    pub(super) text: u128,
    pub(super) number: Option<u64>,
}

/// The values of one slot.
#[derive(Default)]
pub(super) struct Values {
    pub(super) pairs: u64,
    /// Pairs of turns of one conversation.
    pub(super) within: u64,
    pub(super) rising: u64,
    pub(super) falling: u64,
    pub(super) numbers: u64,
    /// Times that text was there where none had been, and that it was there no more.
    pub(super) came: u64,
    pub(super) gone: u64,
    /// Conversations in which it came, requests that begin one being one of them, and the times that it came to one again.
    pub(super) came_in: BTreeSet<Option<usize>>,
    pub(super) came_again: u64,
    /// Texts that came, at most [`REMEMBERED`].
    pub(super) new: BTreeSet<u128>,
    /// The text that came last, and the times that it was another than before.
    pub(super) last: Option<u128>,
    pub(super) runs: u64,
}

/// New values that a slot remembers at most.
const REMEMBERED: usize = 8;

impl Digest {
    pub(super) fn new(text: &str) -> Self {
        let digits: String = text.chars().filter(char::is_ascii_digit).take(18).collect();
        Self { text: hash::digest(text.trim().as_bytes()), number: digits.parse().ok() }
    }
}

impl Values {
    /// Takes note of two values, the earlier request's and the later one's, of which one may be missing. `conversation` is that of the
    /// request, if it is a later turn of one.
    pub(super) fn note(
        &mut self,
        (old, new): (Digest, Digest),
        are_missing: (bool, bool),
        conversation: Option<usize>,
    ) {
        self.pairs += 1;
        self.within += u64::from(conversation.is_some());
        self.came += u64::from(are_missing.0);
        self.came_again += u64::from(are_missing.0 && !self.came_in.insert(conversation));
        self.gone += u64::from(are_missing.1);
        if let (Some(old), Some(new)) = (old.number, new.number) {
            self.numbers += 1;
            let is_step = new.abs_diff(old) <= (old / 4).max(50);
            self.rising += u64::from(new > old && is_step);
            self.falling += u64::from(new < old && is_step);
        }
        self.runs += u64::from(self.last.replace(new.text) != Some(new.text));
        if self.new.len() < REMEMBERED {
            self.new.insert(new.text);
        }
    }

    /// Nearly all numbers are a little higher than the ones before, or nearly all of several a little lower.
    pub(super) fn rise(&self) -> bool {
        let is_nearly_all = |times: u64| times * 10 >= self.numbers * 9;
        self.numbers > 0 && is_nearly_all(self.rising) || self.numbers > 2 && is_nearly_all(self.falling)
    }

    /// The values differ again and again, rather than being one of two versions.
    pub(super) fn vary(&self) -> bool {
        self.new.len() >= 3
    }

    /// Some of several values came again and again, as those of users do; a wording that is out of use does not.
    pub(super) fn come_again(&self) -> bool {
        self.runs >= self.new.len() as u64 + 2
    }

    /// Text came, and mostly once to each conversation: a list to which lines are added grows again and again.
    pub(super) fn came_once(&self) -> bool {
        self.came > 0 && self.came_again * 2 <= self.came
    }

    /// Text is added to what is there each time, or taken from it: an edit, and no other document.
    pub(super) fn only_grow_or_shrink(&self) -> bool {
        self.came == self.pairs || self.gone == self.pairs
    }

    /// The values came one after the other, each to several conversations at work: those of users stay as long as a conversation does.
    pub(super) fn are_deployed(&self) -> bool {
        let distinct = self.new.len() as u64;
        self.within * 2 > self.pairs && self.runs == distinct && self.pairs > distinct
    }
}
