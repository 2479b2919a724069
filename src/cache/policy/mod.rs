//! Policies: what sets one provider's cache apart from another's, one file for each.
//!
//! Everything that depends on the provider is asked of a [`CachePolicy`]; no other code tells policies apart. A new one is a file
//! here, a variant of [`AnyPolicy`], and a profile that names it.

mod blocks;
mod breakpoints;
mod lookup;
mod none;
mod replayed_window;
mod steps;
mod units;

use std::fmt;
use std::ops::Deref;

use serde::Deserialize;

pub use blocks::Blocks;
pub use breakpoints::Breakpoints;
pub use lookup::{BlockEnd, Breakpoint};
pub(super) use lookup::{KeyedEnd, Lookup, Served};
use none::NoCache;
pub use replayed_window::ReplayedWindow;
pub use steps::Steps;
pub use units::Units;
pub(super) use units::written as written_units;

use super::curve::{Axis, Sweep};
use super::replay::Limits;

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

    /// A cache exists at all.
    fn has_cache(&self) -> bool {
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
        false
    }

    /// An empty cache: it looks requests up and writes them.
    fn open(&self, limits: Limits) -> Box<dyn OpenCache>;

    /// An empty cache at every value of one limit at once; `None` if only single values can be replayed.
    fn sweep(&self, limits: Limits, axis: Axis) -> Option<Box<dyn Sweep>>;
}

/// The entries of one cache under a policy.
pub trait OpenCache: Send {
    /// Looks a request up and then writes it.
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served;
}

/// Any of the policies, as a profile names it: it is asked as a [`CachePolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnyPolicy {
    /// Whole blocks from the start.
    Blocks(Blocks),
    /// Whole persisted units.
    Units(Units),
    /// Whole blocks, of which the last is often replayed.
    ReplayedWindow(ReplayedWindow),
    /// Multiples of a step, with a likelihood.
    Steps(Steps),
    /// Entries at marked places.
    Breakpoints(Breakpoints),
    /// No cache.
    None,
}

impl Deref for AnyPolicy {
    type Target = dyn CachePolicy;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Blocks(blocks) => blocks,
            Self::Units(units) => units,
            Self::ReplayedWindow(blocks) => blocks,
            Self::Steps(steps) => steps,
            Self::Breakpoints(breakpoints) => breakpoints,
            Self::None => &NoCache,
        }
    }
}
