//! The questions that a policy answers, and the caches that it opens.

use std::collections::HashMap;
use std::fmt;

use super::lookup::{BlockEnd, Lookup, Served};
use crate::cache::fleet::Recorder;
use crate::cache::key::PrefixKey;
use crate::cache::limits::{Axis, Limits, Step};

/// Tokens of a request that a cache keeps, of the kinds that reported hits can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Every whole step of prompt and answer.
    Blocks,
    /// Prompt and answer as whole units, in whole steps each.
    Units,
    /// Every whole step of the prompt alone.
    Prompts,
}

/// Places at which requests leave entries under a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// Nowhere.
    Nowhere,
    /// The ends of whole steps.
    Steps,
    /// Ends of content blocks, as the request marks them.
    BlockEnds,
}

/// The answers of one policy.
pub trait CachePolicy: fmt::Debug + Send + Sync {
    /// The policy in a few words, for tables.
    fn describe(&self) -> String;

    /// Tokens from one position at which an entry may end to the next.
    fn step(&self) -> u64;

    /// Prompts with fewer tokens are neither served nor kept.
    fn minimum(&self) -> u64 {
        self.step()
    }

    /// The places at which requests leave entries.
    fn places(&self) -> Places;

    /// A request leaves an entry at the end of a whole step, where its prompt, and prompt and answer together, have so many tokens.
    fn leaves_at_step(&self, end: u64, _prompt: u64, length: u64) -> bool {
        self.places() == Places::Steps && end <= length
    }

    /// The ends of content blocks at which a request looks, and those at which it leaves an entry, as flags beside each end.
    fn uses_of_ends(&self, ends: &[BlockEnd], _kept: Option<bool>) -> Vec<(bool, bool)> {
        vec![(false, false); ends.len()]
    }

    /// A cache exists at all.
    fn has_cache(&self) -> bool {
        self.places() != Places::Nowhere
    }

    /// All that is kept is served; else a hit is likely and never sure.
    fn is_sure(&self) -> bool {
        true
    }

    /// The provider counts the tokens that a request writes.
    fn counts_writes(&self) -> bool {
        false
    }

    /// Entries end at every whole step from the start of a prompt, by the count of its own tokens.
    fn has_blocks(&self) -> bool {
        true
    }

    /// The most that a request is served of a prefix of so many tokens which it shares with earlier ones.
    fn served_prefix(&self, tokens: u64) -> u64 {
        if tokens < self.minimum() { 0 } else { tokens / self.step() * self.step() }
    }

    /// Explains how a request may be served less of a shared prefix than [`Self::served_prefix`], if it may.
    fn served_prefix_caveat(&self) -> Option<&'static str> {
        None
    }

    /// A beginning of prompts is kept only once a second request has shown that they share it.
    fn keeps_what_two_share(&self) -> bool {
        false
    }

    /// Tokens between two prefix keys of a `Lookup`; `None` if the policy looks at no keys.
    fn key_step(&self) -> Option<u64> {
        Some(self.step())
    }

    /// Tokens between two fingerprints of a redacted log.
    fn fingerprint_step(&self) -> u64 {
        self.step()
    }

    /// A log redacted with a fingerprint after every so many tokens can be replayed.
    fn replays_redacted(&self, fingerprint_step: u64) -> bool {
        self.step().is_multiple_of(fingerprint_step)
    }

    /// Entries stand at the ends of content blocks, which must be known of each request.
    fn needs_block_ends(&self) -> bool {
        self.places() == Places::BlockEnds
    }

    /// Requests with another `prompt_cache_key` have entries of their own.
    fn is_apart_by_cache_key(&self) -> bool {
        false
    }

    /// The kind of what it keeps of a request, if hits alone can tell that kind.
    fn kept(&self) -> Option<Kept> {
        None
    }

    /// The lifetimes that a client can ask for, in microseconds, the shortest first; `None` where it cannot ask.
    fn asked_lifetimes(&self) -> Option<Vec<u64>> {
        None
    }

    /// The lifetimes of a curve's points, in microseconds, where no single replay shows all; `None` where one does, or none is known.
    fn curve_lifetimes(&self) -> Option<Vec<u64>> {
        self.asked_lifetimes()
    }

    /// An empty cache: it looks requests up and writes them.
    fn open(&self, limits: Limits) -> Box<dyn OpenCache>;

    /// An empty cache at every value of one limit at once; `None` if only single values can be replayed.
    fn sweep(&self, limits: Limits, axis: Axis) -> Option<Box<dyn Sweep>>;

    /// A recorder of the blocks that requests use; `None` where what a request uses depends on what the cache has kept.
    fn recorder(&self, _limits: Limits) -> Option<Recorder> {
        None
    }
}

/// The entries of one cache under a policy.
pub trait OpenCache: Send {
    /// Looks a request up and then writes it.
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served;

    /// The hidden tokens that reports told; none under a policy that learns nothing.
    fn hidden_tokens(&self) -> HiddenTokens {
        HiddenTokens::new()
    }

    /// Knows hidden tokens that reports told elsewhere.
    fn know_hidden_tokens(&mut self, _: &HiddenTokens) {}
}

/// Tokens that a provider does not count in reads, from and to, by what the prompts begin with.
pub type HiddenTokens = HashMap<PrefixKey, (usize, usize)>;

/// A cache at every value of one limit.
pub trait Sweep: Send {
    /// Looks a request up at every value and then writes it.
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step>;
}
