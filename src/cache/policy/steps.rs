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

/// Tokens between two prefix keys: as exactly is the common prefix of prompts known.
const GRAIN: usize = 16;

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
        Some(GRAIN as u64)
    }

    fn fingerprint_step(&self) -> u64 {
        GRAIN as u64
    }

    fn replays_redacted(&self, fingerprint_step: u64) -> bool {
        (GRAIN as u64).is_multiple_of(fingerprint_step)
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(StepCache { policy: *self, entries: Entries::new(limits), hidden: HashMap::new() })
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
        let told = ((common + 1).saturating_sub(read + size), common.saturating_sub(read).min(most));
        let both = (known.0.max(told.0), known.1.min(told.1));
        *known = if both.0 <= both.1 { both } else { (0, most) };
    }
}

impl OpenCache for StepCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let Entries { index, table } = &mut self.entries;
        let seen = &lookup.keys[..lookup.limit() / GRAIN];
        let mut ledger = Ledger::default();
        // Earlier prompts decide; their answers follow them in the cache of a minority only.
        let (mut common, mut reason, mut age) = (0, None, None);
        for key in seen {
            let Some(slot) = index.find(*key) else { break };
            reason = table.probe(slot, lookup.now).err();
            if reason.is_some() {
                break;
            }
            age = table.age(slot, lookup.now);
            common += GRAIN;
        }
        let family = lookup.keys.get(to_usize(self.policy.minimum()) / GRAIN - 1).copied();
        let most = to_usize(self.policy.hidden);
        let hidden = family.and_then(|family| self.hidden.get(&family)).map_or(most / 2, |(from, to)| usize::midpoint(*from, *to));
        let (hit, ceiling) = (self.policy.floor(common.saturating_sub(hidden)), self.policy.floor(lookup.limit()));
        ledger.hit = hit as u64;
        ledger.absent(reason.unwrap_or(crate::cache::table::Absence::Rule), (lookup.common - hit) as u64);
        for (number, key) in lookup.keys[..lookup.prompt / GRAIN].iter().enumerate() {
            let slot = index.find_or_add(*key);
            table.write(slot, lookup.now, lookup.visible_at((number + 1) * GRAIN));
        }
        if let Some((family, read)) = family.zip(lookup.read) {
            self.learn(family, common, read);
        }
        let likelihood = age.filter(|_| hit > 0).and_then(|age| {
            HITS_BY_AGE.iter().find(|(seconds, _)| age < seconds * 1_000_000).map(|(_, likelihood)| *likelihood)
        });
        Served { hit, range: (0, ceiling.max(hit)), likelihood, ledger, ..Served::default() }
    }
}
