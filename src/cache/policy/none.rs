//! No cache: nothing is looked up, nothing is written.

use super::{CachePolicy, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::limits::{Axis, Limits, Step};

/// A provider without a prompt cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoCache;

impl CachePolicy for NoCache {
    fn describe(&self) -> String {
        "no cache".into()
    }

    /// The smallest block that any provider documents, which tells a prompt that shares something from one that shares nothing.
    fn step(&self) -> u64 {
        64
    }

    fn places(&self) -> Places {
        Places::Nowhere
    }

    fn served_prefix(&self, _: u64) -> u64 {
        0
    }

    fn key_step(&self) -> Option<u64> {
        None
    }

    fn replays_redacted(&self, _: u64) -> bool {
        true
    }

    fn open(&self, _: Limits) -> Box<dyn OpenCache> {
        Box::new(Self)
    }

    fn sweep(&self, _: Limits, _: Axis) -> Option<Box<dyn Sweep>> {
        Some(Box::new(Self))
    }
}

impl OpenCache for NoCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        lookup.nothing()
    }
}

impl Sweep for NoCache {
    fn serve(&mut self, _: &Lookup<'_>) -> Vec<Step> {
        Vec::new()
    }
}
