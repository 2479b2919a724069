//! Uses of blocks: which blocks each request looks up and writes, so that it can be replayed with other room, eviction and routing.
//!
//! A block stands behind exactly one other, so that the last block of a request names all of them: a request takes the same few bytes
//! however long it is, and memory grows with what is distinct.

use crate::cache::Instant;
use crate::cache::chunked_vec::ChunkedVec;
use crate::cache::index::{Index, NONE, Slot};
use crate::cache::key::PrefixKey;
use crate::cache::limits::Limits;
use crate::cache::policy::Lookup;

/// The blocks that the requests of one cache used, in the order of replay.
pub struct Uses {
    limits: Limits,
    /// The block before each.
    before: ChunkedVec<Slot>,
    requests: Vec<Used>,
}

/// One request.
#[derive(Clone, Copy)]
pub(super) struct Used {
    /// Its last block; the first of no blocks is no block.
    last: Slot,
    blocks: u32,
    /// Number of blocks that could be served at most.
    served: u32,
    /// Number of blocks that lie in the prompt.
    in_prompt: u32,
    pub(super) now: Instant,
    /// The times from which on the blocks of the prompt, and those of the answer, can be served.
    visible: (Instant, Instant),
    block_size: u64,
    pub(super) prompt_tokens: u64,
    /// The number of its caller, by whom it may be routed.
    pub(super) caller: u32,
}

/// Recorder of the blocks that token sequences use.
pub struct Recorder {
    size: usize,
    /// Prompts with fewer tokens are neither served nor kept.
    minimum: usize,
    index: Index<PrefixKey>,
    slots: Vec<Slot>,
    uses: Uses,
}

impl Used {
    pub(super) fn could_hit(&self) -> usize {
        self.served as usize
    }

    /// The time from which on a block can be served.
    pub(super) fn visible_at(&self, index: usize) -> Instant {
        if index < self.in_prompt as usize { self.visible.0 } else { self.visible.1 }
    }
}

impl Uses {
    /// No requests, on servers with the lifetime of these limits.
    pub(in crate::cache) fn new(limits: Limits) -> Self {
        Self { limits, before: ChunkedVec::new(), requests: Vec::new() }
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// True if nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Number of different blocks.
    pub fn distinct(&self) -> usize {
        self.before.len()
    }

    /// Tokens of the first blocks of a request; the last block of a prompt may be partial.
    pub fn tokens(&self, request: usize, blocks: u32) -> u64 {
        let used = &self.requests[request];
        (u64::from(blocks) * used.block_size).min(used.prompt_tokens)
    }

    /// Tokens of a block of a request.
    pub fn block_size(&self, request: usize) -> u64 {
        self.requests[request].block_size
    }

    /// Tokens of the prompt of a request.
    pub fn prompt_tokens(&self, request: usize) -> u64 {
        self.requests[request].prompt_tokens
    }

    /// Number of blocks in the prompt of a request.
    pub fn prompt_blocks(&self, request: usize) -> u64 {
        let used = &self.requests[request];
        u64::from(used.in_prompt.min(used.blocks))
    }

    /// Names the caller of the last request.
    pub fn name_caller(&mut self, caller: u32) {
        if let Some(last) = self.requests.last_mut() {
            last.caller = caller;
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn request(&self, number: usize) -> &Used {
        &self.requests[number]
    }

    /// The blocks of a request from the first to the last, instead of what `path` held.
    pub(super) fn path(&self, request: usize, path: &mut Vec<Slot>) {
        let used = &self.requests[request];
        path.clear();
        path.resize(used.blocks as usize, NONE);
        let mut slot = used.last;
        for place in path.iter_mut().rev() {
            *place = slot;
            slot = self.before.value(slot).unwrap_or(NONE);
        }
    }

    /// Adds a request of a trace, all of whose blocks belong to its prompt.
    pub(in crate::cache) fn add_traced(
        &mut self,
        slots: &[Slot],
        now: Instant,
        (block_size, prompt_tokens): (u64, u64),
    ) {
        let visible = now.plus(self.limits.delay);
        let blocks = narrow(slots.len());
        self.add(
            slots,
            Used {
                last: NONE,
                blocks,
                served: blocks,
                in_prompt: blocks,
                now,
                visible: (visible, visible),
                block_size,
                prompt_tokens,
                caller: 0,
            },
        );
    }

    fn add(&mut self, slots: &[Slot], used: Used) {
        let mut last = NONE;
        for slot in slots {
            if *slot as usize == self.before.len() {
                self.before.push(last);
            }
            last = *slot;
        }
        self.requests.push(Used { last, ..used });
    }
}

impl Recorder {
    /// No blocks of so many tokens; prompts below the minimum are neither served nor kept.
    pub(in crate::cache) fn new(size: usize, minimum: usize, limits: Limits) -> Self {
        Self { size, minimum, index: Index::new(), slots: Vec::new(), uses: Uses::new(limits) }
    }

    pub(in crate::cache) fn add(&mut self, lookup: &Lookup<'_>) {
        let keys = if lookup.prompt < self.minimum { &[] } else { lookup.keys };
        self.index.find_or_add_all(keys, &mut self.slots);
        let used = Used {
            last: NONE,
            blocks: narrow(self.slots.len()),
            served: narrow((lookup.limit() / self.size).min(self.slots.len())),
            in_prompt: narrow(lookup.prompt / self.size),
            now: lookup.now,
            visible: lookup.visible,
            block_size: self.size as u64,
            prompt_tokens: lookup.prompt as u64,
            caller: 0,
        };
        self.uses.add(&self.slots, used);
    }

    /// The uses so far.
    pub(in crate::cache) fn uses_mut(&mut self) -> &mut Uses {
        &mut self.uses
    }

    pub(in crate::cache) fn into_uses(self) -> Uses {
        self.uses
    }
}

/// A number of blocks of one request.
fn narrow(blocks: usize) -> u32 {
    u32::try_from(blocks).unwrap_or(u32::MAX)
}
