//! Steps: a cache serves multiples of a step, from a minimum on, of what earlier prompts have in common with a request; best effort.
//! OpenAI to GPT-5.5, xAI, Mistral, Groq.
//!
//! The provider counts positions from tokens that no log shows: a hidden offset, the same for all prompts of a family. It begins as
//! anything up to the most that was seen, and each reported read narrows it. A request is routed to one of many machines, so that
//! a hit is likely, not sure: the value comes with how often recorded calls of that age hit.

use std::collections::HashMap;
use std::num::NonZeroU64;

use serde::Deserialize;

use super::lookup::Entries;
use super::{CachePolicy, Lookup, OpenCache, Served};
use crate::cache::curve::{Axis, Sweep};
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::replay::{Likelihood, Limits};
use crate::cache::table::Absence;
use crate::number::to_usize;

/// Steps from a minimum on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Tokens from one position that can be served to the next.
    size: NonZeroU64,
    /// Nothing shorter is served.
    minimum: u64,
    /// The most hidden tokens that were seen.
    #[serde(default)]
    hidden: u64,
}

/// Recorded calls with a hit by the age of the youngest earlier call that could be served: in seconds, hits, all
/// (14,662 calls of 25 repositories, November 2026). Ages that are older were hardly seen.
const HITS_BY_AGE: [(i64, Likelihood); 5] = [
    (2, Likelihood { served: 118, of: 133 }),
    (10, Likelihood { served: 258, of: 346 }),
    (60, Likelihood { served: 19, of: 34 }),
    (300, Likelihood { served: 19, of: 22 }),
    (3600, Likelihood { served: 2, of: 16 }),
];

struct StepCache {
    policy: Steps,
    entries: Entries,
    /// The hidden tokens of each family of prompts, from and to.
    hidden: HashMap<PrefixKey, (usize, usize)>,
}

impl Steps {
    /// Steps of so many tokens, at least one, from a minimum on, with so many hidden tokens at most.
    pub fn new(size: u64, minimum: u64, hidden: u64) -> Self {
        Self { size: NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN), minimum, hidden }
    }

    /// Tokens between two prefix keys: to so many is the common prefix of prompts known.
    fn grain(self) -> usize {
        to_usize(self.size.get() / 8).clamp(1, 16)
    }

    /// The last position that can be served of a prefix.
    fn floor(self, tokens: usize) -> usize {
        let size = to_usize(self.size.get());
        let position = tokens / size * size;
        if position < to_usize(self.minimum) { 0 } else { position }
    }
}

impl CachePolicy for Steps {
    fn describe(&self) -> String {
        format!("steps of {}, from {} tokens on", self.size, self.minimum)
    }

    fn step(&self) -> u64 {
        self.size.get()
    }

    fn minimum(&self) -> u64 {
        self.minimum.max(self.step())
    }

    fn served_prefix_caveat(&self) -> Option<&'static str> {
        Some("serves a prefix only if the request reaches the machine that has it")
    }

    fn key_step(&self) -> Option<u64> {
        Some(self.grain() as u64)
    }

    fn fingerprint_step(&self) -> u64 {
        self.grain() as u64
    }

    fn replays_redacted(&self, fingerprint_step: u64) -> bool {
        self.fingerprint_step().is_multiple_of(fingerprint_step)
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(StepCache { policy: *self, entries: Entries::with_own_lifetimes(limits), hidden: HashMap::new() })
    }

    fn sweep(&self, _: Limits, _: Axis) -> Option<Box<dyn Sweep>> {
        None
    }
}

impl StepCache {
    /// Narrows the hidden tokens of a family by what a call was served of so many tokens in common.
    fn learn(&mut self, family: PrefixKey, common: usize, read: usize) {
        let size = to_usize(self.policy.size.get());
        let most = to_usize(self.policy.hidden);
        let known = self.hidden.entry(family).or_insert((0, most));
        let value = self.policy.floor(common.saturating_sub(usize::midpoint(known.0, known.1)));
        // What is further away was served of another prefix than the longest.
        if read == 0 || read.abs_diff(value) > 3 * size {
            return;
        }
        // The hidden tokens h with floor(common - h) = read.
        let longest = common + self.policy.grain() - 1;
        let told = ((common + 1).saturating_sub(read + size), longest.saturating_sub(read).min(most));
        let both = (known.0.max(told.0), known.1.min(told.1));
        *known = if both.0 <= both.1 { both } else { (0, most) };
    }
}

impl OpenCache for StepCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let (grain, minimum) = (self.policy.grain(), to_usize(self.policy.minimum()));
        let Entries { index, table } = &mut self.entries;
        // Earlier prompts decide; their answers follow them in the cache of a minority only.
        let (mut common, mut age, mut reason) = (0, None, Absence::Rule);
        for key in &lookup.keys[..lookup.limit() / grain] {
            let found = index.find(*key).ok_or(Absence::Rule);
            match found.and_then(|slot| table.probe(slot, lookup.now).map(|()| slot)) {
                Ok(slot) => age = table.age(slot, lookup.now),
                Err(absence) => {
                    reason = absence;
                    break;
                }
            }
            common += grain;
        }
        let family = lookup.keys.get(minimum / grain - 1).copied();
        let known = family.and_then(|family| self.hidden.get(&family).copied());
        let (from, to) = known.unwrap_or((0, to_usize(self.policy.hidden)));
        let hit = self.policy.floor(common.saturating_sub(usize::midpoint(from, to)));
        let mut ledger = Ledger { hit: hit as u64, ..Ledger::default() };
        ledger.rule += (common - hit + lookup.common - lookup.limit()) as u64;
        ledger.absent(reason, (lookup.limit() - common) as u64);
        for key in &lookup.keys[..lookup.prompt / grain] {
            table.write(index.find_or_add(*key), lookup.now, lookup.visible.0);
        }
        if let Some((family, read)) = family.zip(lookup.read) {
            self.learn(family, common, read);
        }
        let likelihood = age.filter(|_| hit > 0).and_then(hits_at);
        Served { hit, range: (0, self.policy.floor(lookup.limit())), likelihood, ledger, ..Served::default() }
    }
}

/// How often calls hit at an age in microseconds.
fn hits_at(age: i64) -> Option<Likelihood> {
    HITS_BY_AGE.iter().find(|(seconds, _)| age < seconds * 1_000_000).map(|(_, likelihood)| *likelihood)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{AnyPolicy, Instant, Outcome, Replay, ScopeKey, Seen, Tokens};
    use crate::exchange::Place;
    use crate::tokens::Sequence;

    /// Calls with the same prompt but for its end, a second apart, each reported with so many hits.
    fn calls(reported: &[u64]) -> Vec<Outcome> {
        let mut replay = Replay::new(AnyPolicy::Steps(Steps::new(128, 1024, 132)), Limits::default());
        let call = |(index, read): (u32, &u64)| {
            let tokens: Vec<u32> = (0..2000).chain([u32::MAX - index; 40]).collect();
            let (sequence, prompt) = (Sequence::from(&tokens[..]), tokens.len());
            let tokens =
                Tokens { sequence: &sequence, prompt, core: prompt, block_ends: &[], kept: None, read: Some(*read) };
            let time = Instant::from_micros(i64::from(index) * 1_000_000);
            replay.exchange(ScopeKey::new(&["a"]), tokens, Seen { place: Place::default(), start: time, end: time })
        };
        (0..).zip(reported).map(call).collect()
    }

    #[test]
    fn a_reported_read_narrows_the_hidden_tokens_of_its_family() {
        // 2,000 tokens in common: with 81 hidden tokens or more 1,792 are served, with fewer 1,920.
        let hits: Vec<u64> = calls(&[0, 1792, 1792]).iter().map(|outcome| outcome.hit_tokens).collect();
        assert_eq!(hits, [0, 1920, 1792]);
        let hits: Vec<u64> = calls(&[0, 1920, 1920]).iter().map(|outcome| outcome.hit_tokens).collect();
        assert_eq!(hits, [0, 1920, 1920]);
    }

    #[test]
    fn a_hit_is_likely_by_its_age_and_may_always_be_none() {
        let all = calls(&[0, 1920]);
        assert_eq!((all[0].likelihood, all[0].hit_tokens_max), (None, 0));
        assert_eq!(all[1].likelihood, Some(Likelihood { served: 118, of: 133 }));
        assert_eq!((all[1].hit_tokens_min, all[1].hit_tokens_max), (0, 1920));
    }
}
