//! Blocks: a cache looks at every whole block from the start to the first that is absent, and writes every whole block of prompt
//! and output. DeepSeek to V3.2, vLLM, SGLang.

use std::num::NonZeroU64;

use serde::Deserialize;

use super::lookup::Entries;
use super::{CachePolicy, Kept, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::curve::BlockSweep;
use crate::cache::fleet::Recorder;
use crate::cache::ledger::Ledger;
use crate::cache::limits::{Axis, Leeway, Limits};
use crate::cache::table::Absence;
use crate::number::to_usize;

/// Whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    /// Tokens in a block.
    size: NonZeroU64,
    /// Prompts with fewer tokens are neither served nor kept.
    minimum: Option<u64>,
}

pub(super) struct BlockCache {
    size: usize,
    minimum: usize,
    entries: Entries,
    leeway: Option<Leeway>,
}

impl Blocks {
    /// Blocks of so many tokens, at least one, of prompts with at least so many.
    pub fn new(size: u64, minimum: Option<u64>) -> Self {
        Self { size: NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN), minimum }
    }

    fn size(&self) -> usize {
        to_usize(self.size.get())
    }

    /// The minimum as a bound on prompts: one that is no more than a block is none.
    fn least_prompt(&self) -> usize {
        let minimum = self.minimum.filter(|minimum| *minimum > self.size.get());
        minimum.map_or(0, to_usize)
    }
}

impl CachePolicy for Blocks {
    fn describe(&self) -> String {
        match self.least_prompt() {
            0 => format!("blocks of {}", self.size),
            minimum => format!("blocks of {}, from {minimum} tokens on", self.size),
        }
    }

    fn step(&self) -> u64 {
        self.size.get()
    }

    fn minimum(&self) -> u64 {
        self.minimum.unwrap_or(0).max(self.step())
    }

    fn places(&self) -> Places {
        Places::Steps
    }

    fn kept(&self) -> Option<Kept> {
        Some(Kept::Blocks)
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(BlockCache::new(*self, limits))
    }

    fn sweep(&self, limits: Limits, axis: Axis) -> Option<Box<dyn Sweep>> {
        Some(Box::new(BlockSweep::new(self.size(), self.least_prompt(), limits, axis)))
    }

    fn recorder(&self, limits: Limits) -> Option<Recorder> {
        Some(Recorder::new(self.size(), self.least_prompt(), limits))
    }
}

impl BlockCache {
    pub(super) fn new(blocks: Blocks, limits: Limits) -> Self {
        let entries = Entries::new(limits);
        Self { size: blocks.size(), minimum: blocks.least_prompt(), entries, leeway: limits.leeway }
    }
}

impl OpenCache for BlockCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        if lookup.prompt < self.minimum {
            return lookup.nothing();
        }
        let (size, Entries { index, table }) = (self.size, &mut self.entries);
        let mut slots = Vec::with_capacity(lookup.keys.len());
        index.find_or_add_all(lookup.keys, &mut slots);
        let seen = &slots[..lookup.limit() / size];
        let mut ledger = Ledger::default();
        let mut reason = None;
        for slot in seen {
            // A block is served if it and all before it are; the first reason in order names the miss.
            if let Err(absence) = table.probe(*slot, lookup.now) {
                reason = Some(reason.map_or(absence, |before: Absence| before.min(absence)));
            }
            match reason {
                None => ledger.hit += size as u64,
                Some(reason) => ledger.absent(reason, size as u64),
            }
        }
        lookup.add_rest(&mut ledger, seen.len() * size);
        let mut served = Served::exactly(ledger);
        if let Some(leeway) = self.leeway {
            // Uses grow older along a prompt, and writings younger.
            let certain = seen.partition_point(|slot| table.is_certain(*slot, lookup.now, leeway));
            let possible = seen.partition_point(|slot| table.is_possible(*slot, lookup.now, leeway));
            served.range = ((certain * size).min(served.hit), (possible * size).max(served.hit));
        }
        for (index, slot) in slots.iter().enumerate() {
            table.write(*slot, lookup.now, lookup.visible_at((index + 1) * size));
        }
        served
    }
}
