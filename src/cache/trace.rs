//! Block traces through the same table: every hash id is a block, taken as given.
//!
//! An id names its block with all before it, as Mooncake's do; so what was ever seen is known by id, and a divergence is known to
//! the block. Where an id names the content of its block alone (Qwen-Bailian's), it is another block behind other ones: a cache
//! serves prefixes.

use std::collections::HashMap;

use super::chunked_vec::ChunkedVec;
use super::curve;
use super::fleet::Uses;
use super::history::Seen;
use super::index::{Index, NONE, Slot};
use super::key::{BlockKey, ScopeKey};
use super::ledger::Ledger;
use super::limits::{Axis, Limits, Step};
use super::replay::{Outcome, Parent};
use super::table::Table;
use crate::exchange::Place;
use crate::number::to_usize;

/// A cache of numbered blocks.
pub struct TraceReplay {
    blocks: TraceBlocks,
    table: Table,
    limits: Limits,
    /// The request that last sent each block, by slot.
    owners: ChunkedVec<u32>,
    /// Line and number of full blocks of each request.
    requests: Vec<(Place, usize)>,
    sweep: Option<curve::SweptBlocks>,
    /// The part of the last request that would be served at every limit.
    steps: Vec<Step>,
    /// The blocks that requests use, if they are recorded.
    uses: Option<Uses>,
}

/// Blocks of traces by scope and id.
pub(super) struct TraceBlocks {
    index: Index<BlockKey>,
    scopes: HashMap<ScopeKey, u32>,
    /// The block before each, by slot.
    before: ChunkedVec<Slot>,
    /// Blocks that stand behind another one than the first with their key did, by the one before them and their key.
    others: HashMap<(Slot, BlockKey), Slot>,
    /// Slots of the request at hand.
    slots: Vec<Slot>,
}

/// One request of a trace.
#[derive(Clone, Copy, Debug)]
pub struct TraceRequest<'a> {
    /// The group of requests that share the cache.
    pub scope: ScopeKey,
    /// Its blocks.
    pub hash_ids: &'a [u64],
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens in a block.
    pub block_size: u64,
}

/// The result of replaying one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceOutcome {
    /// In tokens, as for any exchange.
    pub tokens: Outcome,
    /// Blocks served.
    pub hit_blocks: u64,
}

impl TraceReplay {
    /// An empty cache.
    pub fn new(limits: Limits) -> Self {
        let (blocks, table) = (TraceBlocks::new(), Table::new(limits));
        Self {
            blocks,
            table,
            limits,
            owners: ChunkedVec::new(),
            requests: Vec::new(),
            sweep: None,
            steps: Vec::new(),
            uses: None,
        }
    }

    /// An empty cache that records which blocks requests use.
    #[must_use]
    pub fn recording(self) -> Self {
        Self { uses: Some(Uses::new(self.limits)), ..self }
    }

    /// The blocks that requests used so far; `None` where they are not recorded.
    pub fn uses_mut(&mut self) -> Option<&mut Uses> {
        self.uses.as_mut()
    }

    /// The blocks that requests used; `None` where they were not recorded.
    pub fn into_uses(self) -> Option<Uses> {
        self.uses
    }

    /// An empty cache that is also replayed at every limit.
    #[must_use]
    pub fn sweeping(self, axis: Axis) -> Self {
        Self { sweep: Some(curve::SweptBlocks::new(axis, self.limits)), ..self }
    }

    /// Returns the part of the last request that would have been served at every limit, if limits are swept.
    pub fn steps(&self) -> Option<&[Step]> {
        self.sweep.is_some().then_some(&self.steps)
    }

    /// Looks a request up and keeps its blocks, from the first to the last.
    pub fn request(&mut self, request: TraceRequest<'_>, seen: Seen) -> TraceOutcome {
        let mut ledger = Ledger::default();
        let (mut common, mut hit_blocks, mut owner, mut reason) = (0, 0, None, None);
        let slots = self.blocks.slots(request.scope, request.hash_ids);
        for (index, slot) in slots.iter().enumerate() {
            let Some(last) = self.owners.value(*slot) else { break };
            reason = reason.into_iter().chain(self.table.probe(*slot, seen.start).err()).min();
            match reason {
                None => {
                    hit_blocks += 1;
                    ledger.hit += request.tokens_of(index);
                }
                Some(reason) => ledger.absent(reason, request.tokens_of(index)),
            }
            owner = Some(last);
            common = index + 1;
        }
        if let Some(sweep) = &mut self.sweep {
            let swept = curve::SweptRequest { slots, served: slots.len(), now: seen.start };
            self.steps = sweep.look(swept, |index| request.tokens_of(index));
            sweep.keep(swept, |_| seen.start.plus(self.limits.delay));
        }
        if let Some(uses) = &mut self.uses {
            uses.add_traced(slots, seen.start, (request.block_size, request.prompt_tokens));
        }
        let parent = owner.map(|owner| self.requests[owner as usize]);
        let is_appended = parent.is_some_and(|(_, full_blocks)| common >= full_blocks);
        let shared = ledger.total();
        let fresh = request.prompt_tokens.saturating_sub(shared);
        *match (common, is_appended) {
            (0, _) => &mut ledger.cold,
            (_, true) => &mut ledger.new,
            (_, false) => &mut ledger.diverged,
        } += fresh;
        self.keep(request, seen);
        let parent = parent.map(|(place, _)| Parent { place, common_tokens: shared, is_appended });
        let tokens = Outcome::exactly(ledger, parent);
        TraceOutcome { tokens, hit_blocks }
    }

    /// Writes the blocks of the request that was just looked up.
    fn keep(&mut self, request: TraceRequest<'_>, seen: Seen) {
        let owner = u32::try_from(self.requests.len()).unwrap_or(u32::MAX);
        let full_blocks = to_usize(request.prompt_tokens / request.block_size.max(1));
        self.requests.push((seen.place, full_blocks.min(request.hash_ids.len())));
        for slot in &self.blocks.slots {
            self.table.write(*slot, seen.start, seen.start.plus(self.limits.delay));
            match self.owners.value_mut(*slot) {
                Some(last) => *last = owner,
                None => self.owners.push(owner),
            }
        }
    }
}

impl TraceBlocks {
    pub(super) fn new() -> Self {
        let (before, slots) = (ChunkedVec::new(), Vec::new());
        Self { index: Index::new(), scopes: HashMap::new(), before, others: HashMap::new(), slots }
    }

    /// The slot of each block of a request, new ones for new blocks, in their order.
    pub(super) fn slots(&mut self, scope: ScopeKey, ids: &[u64]) -> &[Slot] {
        let next = u32::try_from(self.scopes.len()).unwrap_or(u32::MAX);
        let scope = *self.scopes.entry(scope).or_insert(next);
        self.slots.clear();
        let mut before = NONE;
        for id in ids {
            before = self.slot(before, BlockKey::new(scope, *id));
            self.slots.push(before);
        }
        &self.slots
    }

    /// The slot of a block that stands behind another.
    fn slot(&mut self, before: Slot, key: BlockKey) -> Slot {
        let slot = self.index.find_or_add_behind(before, key);
        match self.before.value(slot) {
            Some(known) if known == before => slot,
            Some(_) => self.another(before, key),
            None => {
                self.before.push(before);
                slot
            }
        }
    }

    /// The same where the first block with that key stands behind another one.
    fn another(&mut self, before: Slot, key: BlockKey) -> Slot {
        *self.others.entry((before, key)).or_insert_with(|| {
            self.before.push(before);
            self.index.add_another(key)
        })
    }
}

impl TraceRequest<'_> {
    /// Tokens of one block; the last may be partial.
    fn tokens_of(&self, index: usize) -> u64 {
        let start = index as u64 * self.block_size;
        self.prompt_tokens.saturating_sub(start).min(self.block_size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cache::{Instant, Limits, ScopeKey};
    use crate::exchange::Place;

    proptest! {
        #[test]
        fn a_trace_equals_a_list_of_prefixes(requests in prop::collection::vec(prop::collection::vec(0..5_u64, 1..12), 1..40), capacity in 1..60_usize) {
            let mut fast = TraceReplay::new(Limits { capacity: Some(capacity as u64), ..Limits::default() });
            let mut list: Vec<&[u64]> = Vec::new();
            let scope = ScopeKey::new(&["a"]);
            for (index, ids) in requests.iter().enumerate() {
                let prefixes = || (1..=ids.len()).map(|length| &ids[..length]);
                let hit_blocks = prefixes().take_while(|prefix| list.contains(prefix)).count() as u64;
                let seen = Seen { place: Place::new(0, index as u64), start: Instant::UNKNOWN, end: Instant::UNKNOWN };
                let prompt_tokens = ids.len() as u64 * 4 - 1;
                let outcome = fast.request(TraceRequest { scope, hash_ids: ids, prompt_tokens, block_size: 4 }, seen);
                prop_assert_eq!(outcome.hit_blocks, hit_blocks);
                prop_assert_eq!(outcome.tokens.ledger.total(), prompt_tokens);
                for prefix in prefixes() {
                    list.retain(|kept| *kept != prefix);
                    list.push(prefix);
                    if list.len() > capacity {
                        list.remove(0);
                    }
                }
            }
        }
    }
}
