//! Breakpoints: a cache keeps an entry at each place that the client marks, and looks back from those for entries of earlier
//! requests. Anthropic, Bedrock, OpenAI from GPT-5.6 on, Qwen's explicit cache.
//!
//! Counted on recorded calls of Anthropic's API and Bedrock (November 2026): 263 of 266 warm reads and all 172 writes are exact.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{CachePolicy, Lookup, OpenCache, Served};
use crate::cache::curve::{Axis, Sweep};
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::replay::{BlockEnd, Limits};
use crate::cache::scale::Position;
use crate::cache::table::{Absence, Instant};
use crate::number::to_usize;

/// Entries at breakpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breakpoints {
    /// A prefix of fewer tokens is neither kept nor served.
    minimum: u64,
    /// Positions before a breakpoint at which an entry is still looked for.
    #[serde(default = "look_back")]
    look_back: usize,
}

/// Anthropic's documented limit.
fn look_back() -> usize {
    20
}

/// What is kept at one place.
struct Entry {
    /// The time from which on it can be served.
    visible: Instant,
    used: Instant,
    /// Microseconds after the last use; `None` is for ever.
    lifetime: Option<i64>,
    /// Its number in the order of use; `None` if it was pushed out.
    order: Option<u64>,
}

struct BreakpointCache {
    policy: Breakpoints,
    limits: Limits,
    entries: HashMap<PrefixKey, Entry>,
    /// Entries in the order of use, kept only under a capacity.
    order: BTreeMap<u64, PrefixKey>,
    uses: u64,
}

impl Breakpoints {
    /// With that minimum, and that many positions of looking back.
    pub fn new(minimum: u64, look_back: usize) -> Self {
        Self { minimum, look_back }
    }
}

impl CachePolicy for Breakpoints {
    fn describe(&self) -> String {
        format!("breakpoints, from {} tokens on", self.minimum)
    }

    /// An entry may end behind any token.
    fn step(&self) -> u64 {
        1
    }

    fn minimum(&self) -> u64 {
        self.minimum
    }

    /// Fewer tokens in common than any entry has are no likeness.
    fn least_common(&self) -> u64 {
        self.minimum
    }

    fn served_prefix_caveat(&self) -> Option<&'static str> {
        Some("serves a prefix only up to a place that the client has marked")
    }

    fn key_step(&self) -> Option<u64> {
        None
    }

    /// What prompts have in common is known to so many tokens; entries have fingerprints of their own.
    fn fingerprint_step(&self) -> u64 {
        64
    }

    fn replays_redacted(&self, _: u64) -> bool {
        true
    }

    fn needs_block_ends(&self) -> bool {
        true
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        let (entries, order) = (HashMap::new(), BTreeMap::new());
        Box::new(BreakpointCache { policy: *self, limits, entries, order, uses: 0 })
    }

    /// Lifetimes differ from entry to entry, and what one request reads decides what lives on: only single values can be replayed.
    fn sweep(&self, _: Limits, _: Axis) -> Option<Box<dyn Sweep>> {
        None
    }
}

impl OpenCache for BreakpointCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let found = self.find(lookup);
        let read = found.read.map_or(Position { min: 0, likely: 0, max: 0 }, |index| lookup.block_ends[index].tokens);
        let served = read.likely.min(lookup.prompt);
        let max = found.pending.map_or(read.max, |index| lookup.block_ends[index].tokens.max);
        let mut ledger = Ledger { hit: served as u64, ..Ledger::default() };
        // An entry ends where earlier prompts went on, so that all of it is in common.
        let common = lookup.common.max(served);
        let (reason, gone) = found.gone.map_or((Absence::Rule, served), |(reason, index)| {
            (reason, lookup.block_ends[index].tokens.likely.clamp(served, common))
        });
        ledger.absent(reason, (gone - served) as u64);
        ledger.absent(Absence::Rule, (common - gone) as u64);
        if let Some(index) = found.read {
            self.touch(lookup.block_ends[index].key, lookup.now);
        }
        let end = self.write(lookup);
        let written = end.map_or(0, |end| end.saturating_sub(served));
        Served { hit: served, range: (read.min, max), written: Some(written), ledger, likelihood: None }
    }
}

/// What a lookup found.
struct Found {
    /// The deepest entry that can be served.
    read: Option<usize>,
    /// A deeper one whose writer has not ended: it can be served once that has begun to answer, at a time no log holds.
    pending: Option<usize>,
    /// The deepest entry behind what is served that was there or will be, and why it cannot serve.
    gone: Option<(Absence, usize)>,
}

impl BreakpointCache {
    fn find(&self, lookup: &Lookup<'_>) -> Found {
        let ends = lookup.block_ends;
        let mut found = Found { read: None, pending: None, gone: None };
        for marked in (0..ends.len()).filter(|index| ends[*index].breakpoint.is_some()) {
            let reaches = |index: &usize| ends[marked].position - ends[*index].position <= self.policy.look_back;
            for index in (0..=marked).rev().take_while(reaches) {
                match self.probe(ends[index].key, lookup.now) {
                    Ok(()) => {
                        found.read = found.read.max(Some(index));
                        break;
                    }
                    Err(Absence::Pending) => found.pending = found.pending.max(Some(index)),
                    Err(_) => {}
                }
            }
        }
        found.pending = found.pending.filter(|pending| Some(*pending) > found.read);
        let behind = found.read.map_or(0, |index| index + 1);
        let reason =
            |index: usize| self.probe(ends[index].key, lookup.now).err().filter(|reason| *reason != Absence::Rule);
        found.gone = (behind..ends.len()).rev().find_map(|index| Some((reason(index)?, index)));
        found
    }

    fn probe(&self, key: PrefixKey, now: Instant) -> Result<(), Absence> {
        let entry = self.entries.get(&key).ok_or(Absence::Rule)?;
        if now.is_before(entry.visible) {
            Err(Absence::Pending)
        } else if entry.is_expired(now) {
            Err(Absence::Expired)
        } else if entry.order.is_none() {
            Err(Absence::Evicted)
        } else {
            Ok(())
        }
    }

    /// Writes an entry at each breakpoint; gives how far the last of them reaches, if it is kept.
    fn write(&mut self, lookup: &Lookup<'_>) -> Option<usize> {
        if lookup.kept == Some(false) {
            return None;
        }
        let minimum = to_usize(self.policy.minimum);
        let last = lookup.block_ends.iter().rposition(|end| end.breakpoint.is_some())?;
        let is_kept = |index: usize, end: &BlockEnd| {
            let is_reported = lookup.kept == Some(true) && index == last;
            is_reported || end.tokens.likely >= minimum
        };
        for (index, end) in lookup.block_ends.iter().enumerate() {
            let Some(asked) = end.breakpoint else { continue };
            if is_kept(index, end) {
                self.keep(end.key, asked.or(self.limits.lifetime), lookup);
            }
        }
        let end = &lookup.block_ends[last];
        is_kept(last, end).then_some(end.tokens.likely)
    }

    fn keep(&mut self, key: PrefixKey, lifetime: Option<i64>, lookup: &Lookup<'_>) {
        let (now, visible) = (lookup.now, lookup.visible.1);
        let old = self.entries.get(&key).filter(|old| old.order.is_some() && !old.is_expired(now));
        let (visible, used) = old.map_or((visible, now), |old| (visible.min(old.visible), now.max(old.used)));
        // What lives longer is not cut short by a request for less.
        let lifetime = match old.map(|old| old.lifetime) {
            Some(longer) => longer.zip(lifetime).map(|(one, other)| one.max(other)),
            None => lifetime,
        };
        if let Some(order) = self.entries.get(&key).and_then(|old| old.order) {
            self.order.remove(&order);
        }
        self.entries.insert(key, Entry { visible, used, lifetime, order: Some(self.uses) });
        self.use_now(key);
    }

    fn touch(&mut self, key: PrefixKey, now: Instant) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        entry.used = entry.used.max(now);
        if let Some(order) = entry.order.replace(self.uses) {
            self.order.remove(&order);
        }
        self.use_now(key);
    }

    /// Makes an entry the most recently used, and pushes the least recently used out if there is no room.
    fn use_now(&mut self, key: PrefixKey) {
        let Some(capacity) = self.limits.capacity else { return };
        self.order.insert(self.uses, key);
        self.uses += 1;
        if self.order.len() as u64 > capacity
            && let Some((_, oldest)) = self.order.pop_first()
            && let Some(entry) = self.entries.get_mut(&oldest)
        {
            entry.order = None;
        }
    }
}

impl Entry {
    fn is_expired(&self, now: Instant) -> bool {
        now.since(self.used).zip(self.lifetime).is_some_and(|(age, lifetime)| age >= lifetime)
    }
}
