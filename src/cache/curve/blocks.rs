//! Blocks at every limit: a block is served from the largest limit on that it and any block before it needs.
//!
//! Every block of a request is written whether it was served or not, so when it was used last, and how many others were since, is
//! the same at every limit. What depends on the limit is only when it became visible.

use super::stack_distance::StackDistances;
use super::visibility_steps::VisibilitySteps;
use super::{Axis, Step, Sweep};
use crate::cache::Instant;
use crate::cache::chunked_vec::ChunkedVec;
use crate::cache::index::{Index, Slot};
use crate::cache::key::PrefixKey;
use crate::cache::limits::Limits;
use crate::cache::policy::Lookup;

/// The blocks of token sequences, at every limit.
pub(in crate::cache) struct BlockSweep {
    size: usize,
    minimum: usize,
    index: Index<PrefixKey>,
    blocks: SweptBlocks,
}

/// Blocks by slot, at every limit.
pub(in crate::cache) struct SweptBlocks {
    axis: Axis,
    limits: Limits,
    visible: VisibilitySteps,
    /// Times of last use, if there is a lifetime or the axis is one.
    used: Option<ChunkedVec<Instant>>,
    /// Stack distances, if there is a capacity or the axis is one.
    distances: Option<StackDistances>,
}

/// One request: its blocks from first to last.
#[derive(Clone, Copy)]
pub(in crate::cache) struct SweptRequest<'a> {
    pub(in crate::cache) slots: &'a [Slot],
    /// Number of them that could be served.
    pub(in crate::cache) served: usize,
    pub(in crate::cache) now: Instant,
}

impl BlockSweep {
    /// No blocks of so many tokens; prompts below the minimum are neither served nor kept.
    pub(in crate::cache) fn new(size: usize, minimum: usize, limits: Limits, axis: Axis) -> Self {
        Self { size, minimum, index: Index::new(), blocks: SweptBlocks::new(axis, limits) }
    }
}

impl Sweep for BlockSweep {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step> {
        if lookup.prompt < self.minimum {
            return Vec::new();
        }
        let size = self.size;
        let mut slots = Vec::with_capacity(lookup.keys.len());
        self.index.find_or_add_all(lookup.keys, &mut slots);
        let request = SweptRequest { slots: &slots, served: lookup.limit() / size, now: lookup.now };
        let steps = self.blocks.look(request, |_| size as u64);
        self.blocks.keep(request, |index| lookup.visible_at((index + 1) * size));
        steps
    }
}

impl SweptBlocks {
    pub(in crate::cache) fn new(axis: Axis, limits: Limits) -> Self {
        let has_distances = axis == Axis::Capacity || limits.capacity.is_some();
        let is_aged = axis == Axis::Lifetime || limits.lifetime.is_some();
        let (used, distances) = (is_aged.then(ChunkedVec::new), has_distances.then(StackDistances::new));
        Self { axis, limits, visible: VisibilitySteps::new(), used, distances }
    }

    /// Computes the part of a request that would be served at every limit. `tokens` says how many a block has.
    pub(in crate::cache) fn look(&self, request: SweptRequest<'_>, tokens: impl Fn(usize) -> u64) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut needed = Step::default();
        let mut oldest = u32::MAX;
        for (index, slot) in request.slots[..request.served].iter().enumerate() {
            let is_new = *slot as usize >= self.visible.len();
            let Some(from) = (!is_new).then(|| self.needs(*slot, request.now, &mut oldest)).flatten() else { break };
            if from > needed.from || steps.is_empty() {
                needed.from = needed.from.max(from);
                steps.push(needed);
            }
            needed.hit_tokens += tokens(index);
            needed.hit_blocks += 1;
            if let Some(last) = steps.last_mut() {
                *last = needed;
            }
        }
        steps
    }

    /// Writes the blocks of a request. `visible` says when a block becomes visible.
    pub(in crate::cache) fn keep(&mut self, request: SweptRequest<'_>, visible: impl Fn(usize) -> Instant) {
        if let Some(distances) = &mut self.distances {
            distances.make_room_for(request.slots.len());
        }
        // The position and the distance of the block before, which tell those of the next where both were used in a row.
        let mut before = None;
        for (index, slot) in request.slots.iter().enumerate() {
            if *slot as usize == self.visible.len() {
                self.visible.add(visible(index));
                if let Some(used) = &mut self.used {
                    used.push(request.now);
                }
                before = None;
            } else {
                before = self.distances.as_ref().map(|distances| distances.distance_behind(*slot, before));
                let lives = self.lives(*slot, request.now, before.map(|(_, distance)| distance));
                self.visible.write(*slot, lives, visible(index));
                if let Some(used) = self.used.as_mut().and_then(|used| used.value_mut(*slot)) {
                    *used = request.now.max(*used);
                }
            }
            if let Some(distances) = &mut self.distances {
                distances.use_now(*slot);
            }
        }
    }

    /// The least limit at which a block can be served. Distances are counted only for the `oldest` so far: among several blocks it
    /// is the one that needs most room.
    fn needs(&self, slot: Slot, now: Instant, oldest: &mut u32) -> Option<u64> {
        let distance = self.distances.as_ref().map_or(0, |distances| {
            let position = distances.position(slot);
            let is_older = position < *oldest;
            *oldest = position.min(*oldest);
            if is_older { distances.distance(position) } else { 0 }
        });
        let lives = self.lives(slot, now, Some(distance))?;
        Some(lives.max(self.visible.visible_from(slot, now)?))
    }

    /// The least limit at which a block has neither expired nor been pushed out; `None` where the fixed limit has taken it.
    fn lives(&self, slot: Slot, now: Instant, distance: Option<u64>) -> Option<u64> {
        let used = self.used.as_ref().and_then(|used| used.value(slot));
        let age = used.and_then(|used| now.since(used));
        let distance = distance.unwrap_or(0);
        match self.axis {
            Axis::Lifetime => self.limits.capacity.is_none_or(|capacity| distance <= capacity).then(|| outlives(age)),
            Axis::Capacity => {
                let has_expired = age.zip(self.limits.lifetime).is_some_and(|(age, lifetime)| age >= lifetime);
                (!has_expired).then_some(distance)
            }
        }
    }
}

/// The least lifetime in microseconds under which something of that age has not expired.
pub(super) fn outlives(age: Option<i64>) -> u64 {
    age.map_or(0, |age| u64::try_from(age.saturating_add(1)).unwrap_or(0))
}
