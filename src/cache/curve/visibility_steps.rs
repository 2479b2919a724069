//! The time at which each slot becomes visible, at every limit at once.
//!
//! A write makes a slot visible at its own time, unless an earlier write that still lives is visible sooner; whether that lives
//! depends on the limit. So the time falls in steps as the limit grows: the more a cache keeps, the sooner a slot is visible. Most
//! slots have one or two steps.

use crate::cache::Instant;
use crate::cache::chunked_vec::ChunkedVec;
use crate::cache::index::Slot;

/// No step.
const NONE: u32 = u32::MAX;

/// The steps of each slot.
pub(super) struct VisibilitySteps {
    heads: ChunkedVec<Head>,
    steps: Vec<VisibilityStep>,
    /// Unused steps, linked by `next`.
    free: Vec<u32>,
}

/// The lowest limits.
#[derive(Clone, Copy)]
struct Head {
    visible: Instant,
    next: u32,
}

/// From a limit on; each next step is visible sooner.
#[derive(Clone, Copy)]
struct VisibilityStep {
    from: u64,
    visible: Instant,
    next: u32,
}

impl VisibilitySteps {
    /// No slots.
    pub(super) fn new() -> Self {
        Self { heads: ChunkedVec::new(), steps: Vec::new(), free: Vec::new() }
    }

    /// Number of slots.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// The least limit at which a slot is visible now; `None` where it is so at none.
    pub(super) fn visible_from(&self, slot: Slot, now: Instant) -> Option<u64> {
        let Head { visible, mut next } = self.heads.value(slot)?;
        if !now.is_before(visible) {
            return Some(0);
        }
        while next != NONE {
            let step = self.steps[next as usize];
            if !now.is_before(step.visible) {
                return Some(step.from);
            }
            next = step.next;
        }
        None
    }

    /// Writes a new slot.
    pub(super) fn add(&mut self, visible: Instant) {
        self.heads.push(Head { visible, next: NONE });
    }

    /// Writes a slot that is known, and lives from the limit `lives` on.
    pub(super) fn write(&mut self, slot: Slot, lives: Option<u64>, visible: Instant) {
        let Some(Head { visible: old, mut next }) = self.heads.value(slot) else { return };
        // The slot's old time at the limits looked at, beginning with the least limit at which it is alive.
        let mut was = old;
        let mut from = lives.unwrap_or(u64::MAX);
        while next != NONE && (self.steps[next as usize].from <= from || was >= visible) {
            let step = self.steps[next as usize];
            self.free.push(next);
            from = from.max(step.from);
            (was, next) = (step.visible, step.next);
        }
        let is_sooner = lives.is_some() && was < visible;
        let head = match from {
            0 if is_sooner => Head { visible: was, next },
            _ if is_sooner => Head { visible, next: self.step(VisibilityStep { from, visible: was, next }) },
            _ => Head { visible, next: NONE },
        };
        if let Some(old) = self.heads.value_mut(slot) {
            *old = head;
        }
    }

    fn step(&mut self, step: VisibilityStep) -> u32 {
        if let Some(index) = self.free.pop() {
            self.steps[index as usize] = step;
            return index;
        }
        self.steps.push(step);
        u32::try_from(self.steps.len() - 1).unwrap_or(NONE)
    }
}
