//! Steps: a cache serves multiples of a step, from a minimum on, of what earlier prompts have in common with a request; best effort.
//! OpenAI to GPT-5.5, xAI, Mistral, Groq.
//!
//! The provider's prompt may hold tokens that no log shows: reasoning, files, images, instructions of its own. What it reported
//! of a prompt beyond our count is taken to stand before all that is shared, as far as every prompt with that prefix has it, so
//! that positions are in the provider's tokens. Of those some are not counted in reads: an offset, the same for all prompts of a
//! family. It begins as anything up to the most that was seen, and becomes what explains most of the reported reads; if it may be none,
//! none is the value. A request is routed to one of many machines, so that a hit is likely, not sure: the value comes with how often
//! recorded requests of that age hit. At an age at which most missed it is none.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU64;

use serde::Deserialize;

use super::lookup::Entries;
use super::{ByHidden, CachePolicy, HiddenTokens, Kept, Likelihood, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::index::Slot;
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::limits::{Axis, Limits};
use crate::cache::table::{Absence, Instant};
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
    /// Recorded requests with a hit by the age of the youngest earlier request that could be served: below so many seconds, hits, all.
    #[serde(default)]
    hits_by_age: Option<[(u32, u32, u32); 5]>,
}

/// Prompts that begin with the same tokens, so many, are of one family. With 256 of them 142 of 262 recorded reads are the very
/// value, with 1,024 only 136.
const FAMILY: usize = 256;

/// Reads after which older ones count half.
const MOST_VOTES: u8 = 64;

/// No prompt with an entry has been counted by the provider.
const NOT_REPORTED: u32 = u32::MAX;

struct StepCache {
    policy: Steps,
    entries: Entries,
    /// The hidden tokens of each family of prompts that reads do not count, from and to.
    hidden: HiddenTokens,
    /// The families of which reads leave each number of hidden tokens open.
    families: Vec<u32>,
    /// The reads of each family that each number of hidden tokens explains; older ones count less.
    votes: HashMap<PrefixKey, Vec<u8>>,
    /// The hidden tokens were told before: of a log that is written otherwise, reads that were reported tell nothing more.
    is_told: bool,
    /// Tokens before the end of each entry that the provider counted and we do not see, at most, by slot: reasoning, files, images,
    /// instructions of the provider's own. `NOT_REPORTED` where no prompt with it has been counted.
    unseen: Vec<u32>,
}

impl Steps {
    /// Steps of so many tokens, at least one, from a minimum on, with so many hidden tokens at most.
    pub fn new(size: u64, minimum: u64, hidden: u64) -> Self {
        Self { size: NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN), minimum, hidden, hits_by_age: None }
    }

    /// The share of recorded requests that hit at an age in microseconds, if that was counted.
    fn likelihood(self, age: i64) -> Option<Likelihood> {
        let bins = self.hits_by_age?;
        let (_, served, of) = bins.into_iter().find(|(seconds, ..)| age < i64::from(*seconds) * 1_000_000)?;
        Some(Likelihood { served, of })
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

    fn places(&self) -> Places {
        Places::Steps
    }

    fn leaves_at_step(&self, end: u64, prompt: u64, _length: u64) -> bool {
        end <= prompt
    }

    fn has_blocks(&self) -> bool {
        false
    }

    /// A request is routed to one of many machines.
    fn is_sure(&self) -> bool {
        false
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

    /// The limits of the ages by which hits were counted: beyond the last nothing was seen.
    fn curve_lifetimes(&self) -> Option<Vec<u64>> {
        Some(self.hits_by_age?.map(|(seconds, ..)| u64::from(seconds) * 1_000_000).to_vec())
    }

    fn kept(&self) -> Option<Kept> {
        Some(Kept::Prompts)
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(StepCache {
            policy: *self,
            entries: Entries::with_own_lifetimes(limits),
            hidden: HiddenTokens::new(),
            families: vec![0; to_usize(self.hidden) + 1],
            votes: HashMap::new(),
            is_told: false,
            unseen: Vec::new(),
        })
    }

    fn sweep(&self, _: Limits, _: Axis) -> Option<Box<dyn Sweep>> {
        None
    }
}

impl StepCache {
    /// Narrows the hidden tokens of a family by what a request was served of so many tokens in common.
    fn learn(&mut self, family: PrefixKey, common: usize, read: usize) {
        let size = to_usize(self.policy.size.get());
        let most = to_usize(self.policy.hidden);
        let known = self.hidden.get(&family).copied().unwrap_or((0, most));
        let value = self.policy.floor(common.saturating_sub(most_likely(known)));
        // A read further away came from another prefix than the longest.
        if read == 0 || read.abs_diff(value) > 3 * size {
            return;
        }
        // The hidden tokens h with floor(common - h) = read.
        let longest = common + self.policy.grain() - 1;
        let told = (common + 1).saturating_sub(read + size)..(longest.saturating_sub(read) + 1).min(most + 1);
        let votes = self.votes.entry(family).or_insert_with(|| vec![0; most + 1]);
        for vote in votes.get_mut(told).unwrap_or_default() {
            *vote += 1;
        }
        // A read may be of an older, shorter prefix, and counts of tools and images are estimates: what explains most reads holds.
        let best = longest_top(votes);
        if votes[best.0] == MOST_VOTES {
            for vote in votes {
                *vote /= 2;
            }
        }
        self.tell(family, best);
    }

    /// Takes note of the hidden tokens of a family, from and to.
    fn tell(&mut self, family: PrefixKey, range: (usize, usize)) {
        if let Some(before) = self.hidden.insert(family, range) {
            self.families[before.0..=before.1].iter_mut().for_each(|families| *families -= 1);
        }
        self.families[range.0..=range.1].iter_mut().for_each(|families| *families += 1);
    }

    /// The tokens at the beginning of a prompt that earlier prompts had, the last entry of them, and the reason why no more are. Answers
    /// follow their prompts in the cache of a minority only.
    fn beginning(&self, lookup: &Lookup<'_>) -> (usize, Option<u32>, Absence) {
        let (mut common, mut last) = (0, None);
        let grain = self.policy.grain();
        for key in &lookup.keys[..lookup.limit() / grain] {
            match self.entries.look(*key, lookup.now) {
                Ok(slot) => last = Some(slot),
                Err(absence) => return (common, last, absence),
            }
            common += grain;
        }
        (common, last, Absence::Rule)
    }

    /// Writes a prompt, which has so many tokens that we do not see.
    fn keep(&mut self, lookup: &Lookup<'_>, unseen: Option<u32>) {
        let Entries { index, table } = &mut self.entries;
        for key in &lookup.keys[..lookup.prompt / self.policy.grain()] {
            let slot = index.find_or_add(*key);
            table.write(slot, lookup.now, lookup.visible.0);
            let known = slot_of(&mut self.unseen, slot);
            *known = (*known).min(unseen.unwrap_or(NOT_REPORTED));
        }
    }

    /// Of keys of ever longer prefixes, the number of those that are likely there still: a shorter prefix is as young as a longer one,
    /// or younger.
    fn young(&self, keys: &[PrefixKey], now: Instant) -> usize {
        let is_likely = |key: &PrefixKey| self.likelihood(*key, now).is_none_or(|counted| !counted.is_unlikely());
        // Most often it is all of them.
        if keys.last().is_none_or(is_likely) { keys.len() } else { keys.partition_point(is_likely) }
    }

    /// The share of recorded requests that were served a prefix as old as this.
    fn likelihood(&self, key: PrefixKey, now: Instant) -> Option<Likelihood> {
        let slot = self.entries.index.find(key)?;
        self.policy.likelihood(self.entries.table.age(slot, now)?)
    }
}

impl OpenCache for StepCache {
    fn hidden_tokens(&self) -> HiddenTokens {
        let most = to_usize(self.policy.hidden);
        let told = self.hidden.iter().filter(|(_, known)| **known != (0, most));
        told.map(|(family, known)| (*family, *known)).collect()
    }

    #[expect(clippy::iter_over_hash_type, reason = "families are only counted")]
    fn know_hidden_tokens(&mut self, hidden: &HiddenTokens) {
        for (family, range) in hidden {
            self.tell(*family, *range);
        }
        self.is_told = true;
    }

    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let grain = self.policy.grain();
        let (common, last, reason) = self.beginning(lookup);
        // Of prompts that share a prefix none has more unseen tokens in it than in all.
        let own =
            lookup.billed_prompt.map(|billed| u32::try_from(billed.saturating_sub(lookup.prompt)).unwrap_or(u32::MAX));
        let theirs =
            last.and_then(|slot| self.unseen.get(slot as usize).copied()).filter(|tokens| *tokens != NOT_REPORTED);
        let unseen = theirs.map_or(0, |theirs| theirs.min(own.unwrap_or(theirs))) as usize;
        let prompt = lookup.billed_prompt.unwrap_or(lookup.prompt + unseen);
        // They stand behind the place from which on there may be some, if there is such a place: behind an image, say.
        let before = |ours: usize| if lookup.unseen_from.is_some_and(|from| ours <= from) { 0 } else { unseen };
        let in_theirs = |ours: usize| if ours == 0 { 0 } else { (ours + before(ours)).min(prompt) };
        let limit = in_theirs(lookup.limit()).min(prompt.saturating_sub(1));
        // If what is shared reaches to where tokens are that we do not see, all of those may stand within it: reasoning of earlier
        // answers, pages of a file.
        let may_hide = lookup.unseen_from.is_some_and(|from| from < lookup.limit());
        let hidden = own.filter(|_| may_hide).map_or(0, |own| own as usize);
        // Shared text is known to the token or to the grain, and both give the same ceiling.
        let shared = lookup.limit() / grain * grain + grain - 1;
        let behind = if hidden > 0 { shared + hidden } else { 0 };
        let most = behind.min(prompt.saturating_sub(1)).max(limit);
        let known = in_theirs(common).min(limit);
        let family = lookup.keys.get(FAMILY / grain - 1).copied();
        let known_hidden = family.and_then(|family| self.hidden.get(&family).copied());
        let (from, to) = known_hidden.unwrap_or((0, to_usize(self.policy.hidden)));
        // A prompt that is written otherwise is of the same client, whose other prompts tell what is likely before it.
        let told = || if self.is_told { longest_top(&self.families) } else { (from, to) };
        let likely_hidden = known_hidden.unwrap_or_else(told);
        let uncounted = most_likely(likely_hidden);
        let policy = self.policy;
        let hit_of = |ours: usize, hidden: usize| policy.floor(in_theirs(ours).min(limit).saturating_sub(hidden));
        let hit = hit_of(common, uncounted);
        // At an age at which most recorded requests were served nothing, a prefix is likely gone, and a shorter one is served that was
        // used since.
        let young = self.young(&lookup.keys[..common / grain], lookup.now) * grain;
        let likely = hit_of(young, uncounted);
        // A longer prefix that few had, an older one's, is no reason why the served one is old.
        let needed = if likely > 0 { likely } else { hit } + uncounted;
        let needed = needed.saturating_sub(before(common)).min(common).div_ceil(grain).saturating_sub(1);
        let served = lookup.keys.get(needed).filter(|_| hit > 0);
        let likelihood = served.and_then(|key| self.likelihood(*key, lookup.now));
        self.keep(lookup, own);
        if let Some((family, read)) = family.zip(lookup.read).filter(|_| !self.is_told) {
            self.learn(family, known, read);
        }
        let all = in_theirs(lookup.common);
        let mut ledger = Ledger { rule: (known - hit + all - limit) as u64, ..Ledger::default() };
        ledger.absent(reason, (limit - known) as u64);
        ledger.absent(Absence::Expired, (hit - likely) as u64);
        ledger.hit = likely as u64;
        Served {
            hit: likely,
            range: (0, self.policy.floor(most)),
            by_hidden: Some(ByHidden {
                common: (in_theirs(young).min(limit) as u64, in_theirs(young + grain - 1).min(limit) as u64),
                hidden: (from as u64, to as u64),
                most_hidden: policy.hidden,
                step: policy.size,
                minimum: policy.minimum,
            }),
            likelihood: likelihood.map(|counted| if likely == 0 { counted.other() } else { counted }),
            ledger,
            in_their_tokens: Some((all, prompt)),
            ..Served::default()
        }
    }
}

/// The most likely of the hidden tokens that reads leave open: none, if none may be; else what lies between. Of 300 recorded reads 143 are
/// the very value and the others 133,504 tokens off in all; with what lies between in any case it is 146 and 135,680.
fn most_likely((from, to): (usize, usize)) -> usize {
    if from == 0 { 0 } else { usize::midpoint(from, to) }
}

/// The longest run of places that have the most votes, the first of several, from and to.
fn longest_top<Votes: Copy + Ord>(votes: &[Votes]) -> (usize, usize) {
    let top = votes.iter().max();
    let runs = votes.chunk_by(|one, other| (Some(one) == top) == (Some(other) == top)).scan(0, |start, run| {
        let from = *start;
        *start += run.len();
        Some((run.first() == top, run.len(), from))
    });
    let best = runs.max_by_key(|(is_top, length, from)| (*is_top, *length, Reverse(*from)));
    best.map_or((0, 0), |(_, length, from)| (from, from + length - 1))
}

/// The place of a slot, made if it is new.
fn slot_of(unseen: &mut Vec<u32>, slot: Slot) -> &mut u32 {
    let index = slot as usize;
    if unseen.len() <= index {
        unseen.resize(index + 1, NOT_REPORTED);
    }
    &mut unseen[index]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{AnyPolicy, BilledPrompt, Instant, Outcome, Replay, ScopeKey, Seen, Tokens};
    use crate::exchange::Place;
    use crate::tokens::Sequence;

    /// Requests with the same prompt but for its end, a second apart, each reported with so many tokens, and of them so many hits.
    fn billed(reported: &[(Option<u64>, u64)]) -> Vec<Outcome> {
        let bins = [(2, 118, 133), (10, 258, 346), (60, 19, 34), (300, 19, 22), (3600, 2, 16)];
        let policy = Steps { hits_by_age: Some(bins), ..Steps::new(128, 1024, 132) };
        let mut replay = Replay::new(AnyPolicy::Steps(policy), Limits::default());
        let call = |(index, (prompt, read)): (u32, &(Option<u64>, u64))| {
            let billed = BilledPrompt { tokens: *prompt, read: Some(*read), unseen_from: None };
            let tokens: Vec<u32> = (0..2000).chain([u32::MAX - index; 40]).collect();
            let (sequence, prompt) = (Sequence::from(&tokens[..]), tokens.len());
            let tokens = Tokens { sequence: &sequence, prompt, core: prompt, block_ends: &[], kept: None, billed };
            let time = Instant::from_micros(i64::from(index) * 1_000_000);
            replay.exchange(ScopeKey::new(&["a"]), tokens, Seen { place: Place::default(), start: time, end: time })
        };
        (0..).zip(reported).map(call).collect()
    }

    fn calls(reported: &[u64]) -> Vec<Outcome> {
        billed(&reported.iter().map(|read| (None, *read)).collect::<Vec<_>>())
    }

    #[test]
    fn tokens_that_no_log_shows_stand_before_what_is_shared() {
        // 1,000 tokens in each prompt are not in the log: 3,000 are in common, so that 2,944 are served, if reads count them all.
        let all = billed(&[(Some(3040), 0), (Some(3040), 2816), (None, 2816)]);
        let hits: Vec<u64> = all.iter().map(|outcome| outcome.hit_tokens).collect();
        assert_eq!(hits, [0, 2944, 2816]);
        assert_eq!((all[1].hit_tokens_max, all[1].ledger.total()), (2944, 3040));
        // One prompt with fewer shows that they stood elsewhere.
        let all = billed(&[(Some(3040), 0), (Some(2140), 0), (Some(3040), 0)]);
        assert_eq!(all[2].hit_tokens_max, 2048);
        assert!(all.iter().all(|outcome| outcome.ledger.total() >= outcome.hit_tokens_max));
    }

    #[test]
    fn no_tokens_are_hidden_where_reads_can_be_explained_without() {
        assert_eq!([(0, 132), (0, 80), (81, 132)].map(most_likely), [0, 0, 106]);
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
    fn of_a_prompt_that_was_not_used_for_long_the_prefix_that_others_used_since_is_served() {
        let bins = [(2, 118, 133), (10, 258, 346), (60, 19, 34), (300, 19, 22), (3600, 2, 16)];
        let policy = Steps { hits_by_age: Some(bins), ..Steps::new(128, 1024, 132) };
        let mut replay = Replay::new(AnyPolicy::Steps(policy), Limits::default());
        let mut call = |second: i64, behind: u32| {
            let tokens: Vec<u32> = (0..2000).chain((0..1000).map(|token| behind + token)).collect();
            let (sequence, prompt) = (Sequence::from(&tokens[..]), tokens.len());
            let billed = BilledPrompt { tokens: None, read: None, unseen_from: None };
            let tokens = Tokens { sequence: &sequence, prompt, core: prompt, block_ends: &[], kept: None, billed };
            let time = Instant::from_micros(second * 1_000_000);
            replay.exchange(ScopeKey::new(&["a"]), tokens, Seen { place: Place::default(), start: time, end: time })
        };
        let all = [call(0, 10_000), call(200, 20_000), call(400, 10_000), call(405, 10_000)];
        let told = all.each_ref().map(|outcome| (outcome.hit_tokens, outcome.ledger.expired));
        assert_eq!(told, [(0, 0), (1920, 0), (1920, 1024), (2944, 0)]);
        let likelihoods = all.each_ref().map(|outcome| outcome.likelihood.map(|counted| counted.of));
        assert_eq!(likelihoods, [None, Some(22), Some(22), Some(346)]);
    }

    #[test]
    fn at_an_age_at_which_most_calls_missed_a_miss_is_foretold() {
        let bins = [(2, 118, 133), (10, 258, 346), (60, 19, 34), (300, 19, 22), (3600, 2, 16)];
        let policy = Steps { hits_by_age: Some(bins), ..Steps::new(128, 1024, 132) };
        let mut replay = Replay::new(AnyPolicy::Steps(policy), Limits::default());
        let tokens: Vec<u32> = (0..2000).collect();
        let sequence = Sequence::from(&tokens[..]);
        let mut call = |second: i64| {
            let billed = BilledPrompt { tokens: None, read: None, unseen_from: None };
            let tokens = Tokens { sequence: &sequence, prompt: 2000, core: 2000, block_ends: &[], kept: None, billed };
            let time = Instant::from_micros(second * 1_000_000);
            replay.exchange(ScopeKey::new(&["a"]), tokens, Seen { place: Place::default(), start: time, end: time })
        };
        let all = [call(0), call(299), call(299 + 301)];
        let told = all.each_ref().map(|outcome| (outcome.hit_tokens, outcome.hit_tokens_max, outcome.ledger.expired));
        assert_eq!(told, [(0, 0, 0), (1920, 1920, 0), (0, 1920, 1920)]);
        assert_eq!(all[2].likelihood, Some(Likelihood { served: 14, of: 16 }));
    }

    #[test]
    fn a_hit_is_likely_by_its_age_and_may_always_be_none() {
        let all = calls(&[0, 1920]);
        assert_eq!((all[0].likelihood, all[0].hit_tokens_max), (None, 0));
        assert_eq!(all[1].likelihood, Some(Likelihood { served: 118, of: 133 }));
        assert_eq!((all[1].hit_tokens_min, all[1].hit_tokens_max), (0, 1920));
    }
}
