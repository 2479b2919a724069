//! Breakpoints: a cache writes an entry at each place that the request marks, and looks for one at those places and some block ends
//! before them. Anthropic, Bedrock, OpenAI since GPT-5.6, Qwen's explicit cache.

use serde::Deserialize;

use super::lookup::{BlockEnd, Entries, KeyedEnd};
use super::{CachePolicy, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::ledger::Ledger;
use crate::cache::limits::{Axis, Limits};
use crate::cache::table::Absence;
use crate::exchange::Written;
use crate::number::to_usize;

/// Entries at marked places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breakpoints {
    /// Prefixes with fewer tokens are not kept.
    minimum: u64,
    /// Positions before a breakpoint at which it also looks.
    look_back: usize,
    /// Requests with another `prompt_cache_key` have entries of their own.
    #[serde(default)]
    apart_by_cache_key: bool,
    /// Seconds that a client can ask an entry to live, the fewest first.
    #[serde(default)]
    lifetimes: Option<[u32; 2]>,
}

struct BreakpointCache {
    policy: Breakpoints,
    limits: Limits,
    entries: Entries,
}

impl Breakpoints {
    /// Entries of at least so many tokens, looked for at so many positions before a breakpoint.
    pub fn new(minimum: u64, look_back: usize) -> Self {
        Self { minimum, look_back, apart_by_cache_key: false, lifetimes: None }
    }

    /// The ends at which a request looks, the last first: its breakpoints and what stands before each within the look-back.
    fn looked_at<T: AsRef<BlockEnd>>(self, ends: &[T]) -> impl Iterator<Item = (usize, &T)> {
        let mut next_breakpoint = None;
        ends.iter().enumerate().rev().filter(move |(_, end)| {
            let end = end.as_ref();
            if end.breakpoint.is_some() {
                next_breakpoint = Some(end.position);
            }
            next_breakpoint.is_some_and(|position| position - end.position <= self.look_back)
        })
    }

    /// The breakpoints at which a request leaves an entry. A report that something or nothing was kept decides; else the minimum.
    fn written<T: AsRef<BlockEnd>>(
        self,
        ends: &[T],
        kept: Option<bool>,
    ) -> impl Iterator<Item = (usize, &T, Option<i64>)> {
        let minimum = to_usize(self.minimum);
        let last = ends.iter().rposition(|end| end.as_ref().breakpoint.is_some());
        ends.iter().enumerate().filter_map(move |(index, keyed)| {
            let end = keyed.as_ref();
            let is_long = end.length >= minimum;
            let is_kept = match kept {
                // The provider kept entries up to the last breakpoint; a shorter one is kept only for its length.
                Some(true) => is_long || Some(index) == last,
                Some(false) => false,
                None => is_long,
            };
            Some((index, keyed, end.breakpoint.filter(|_| is_kept)?.lifetime))
        })
    }
}

impl CachePolicy for Breakpoints {
    fn describe(&self) -> String {
        format!("breakpoints, from {} tokens on", self.minimum)
    }

    fn step(&self) -> u64 {
        1
    }

    fn minimum(&self) -> u64 {
        self.minimum.max(1)
    }

    fn has_blocks(&self) -> bool {
        false
    }

    fn counts_writes(&self) -> bool {
        true
    }

    fn served_prefix_caveat(&self) -> Option<&'static str> {
        Some("serves a prefix only up to a breakpoint")
    }

    /// The keys of breakpoints are made from those of the prefixes before them, so that a long prompt is not hashed for each.
    fn key_step(&self) -> Option<u64> {
        Some(64)
    }

    /// Redacted prompts are compared in steps of so many tokens; the ends of blocks have fingerprints of their own.
    fn fingerprint_step(&self) -> u64 {
        64
    }

    fn replays_redacted(&self, _: u64) -> bool {
        true
    }

    fn places(&self) -> Places {
        Places::BlockEnds
    }

    fn uses_of_ends(&self, ends: &[BlockEnd], kept: Option<bool>) -> Vec<(bool, bool)> {
        let mut uses = vec![(false, false); ends.len()];
        for (index, _) in self.looked_at(ends) {
            uses[index].0 = true;
        }
        for (index, ..) in self.written(ends, kept) {
            uses[index].1 = true;
        }
        uses
    }

    fn asked_lifetimes(&self) -> Option<Vec<u64>> {
        Some(self.lifetimes?.map(|seconds| u64::from(seconds) * 1_000_000).to_vec())
    }

    fn is_apart_by_cache_key(&self) -> bool {
        self.apart_by_cache_key
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(BreakpointCache { policy: *self, limits, entries: Entries::with_own_lifetimes(limits) })
    }

    /// Returns nothing: the entry that is read, and so refreshed, depends on the limit, and only single values can be replayed.
    fn sweep(&self, _: Limits, _: Axis) -> Option<Box<dyn Sweep>> {
        None
    }
}

impl OpenCache for BreakpointCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let mut ledger = Ledger::default();
        let mut reason = Absence::Rule;
        let (mut hit, mut below) = (None, lookup.common);
        let mut start = 0;
        // From the last end down: what stands beyond the entry that is read has the first reason in order among the entries that
        // would cover it.
        for (_, KeyedEnd { end, key }) in self.policy.looked_at(lookup.ends) {
            if end.tokens > lookup.limit() {
                continue;
            }
            ledger.absent(reason, (below - end.tokens) as u64);
            below = end.tokens;
            match self.entries.look(*key, lookup.now) {
                Ok(slot) => {
                    hit = Some(slot);
                    start = end.length;
                    break;
                }
                Err(absence) => reason = reason.min(absence),
            }
        }
        let Entries { index, table } = &mut self.entries;
        if let Some(slot) = hit {
            ledger.hit = below as u64;
            table.touch(slot, lookup.now);
        } else {
            ledger.absent(reason, below as u64);
        }
        let (read, mut written) = (to_usize(ledger.hit), Written::default());
        for (_, KeyedEnd { end, key }, lifetime) in self.policy.written(lookup.ends, lookup.kept) {
            let lifetime = self.limits.lifetime_of(lifetime);
            if end.length > start {
                written.add(lifetime, (end.length - start) as u64);
                start = end.length;
            }
            // A prefix can be served once the answer has begun; logs tell when it ended.
            table.write_for(index.find_or_add(*key), lookup.now, lookup.visible.1, lifetime);
        }
        Served { hit: read, range: (read, read), written: Some(written), ledger, ..Served::default() }
    }
}
