//! One cache for each value of the limit that was asked for: slow, and right under any policy.

use super::{Axis, Step, Sweep};
use crate::cache::limits::Limits;
use crate::cache::policy::{CachePolicy, Lookup, OpenCache};

/// A cache for each value.
pub(super) struct PerLimit {
    step: u64,
    caches: Vec<(u64, Box<dyn OpenCache>)>,
}

impl PerLimit {
    pub(super) fn new(policy: &dyn CachePolicy, limits: Limits, axis: Axis, at: &[u64]) -> Self {
        let caches = at.iter().map(|limit| (*limit, policy.open(limits.with(axis, *limit)))).collect();
        Self { step: policy.step(), caches }
    }
}

impl Sweep for PerLimit {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step> {
        let steps = self.caches.iter_mut().map(|(limit, cache)| {
            let served = cache.serve(lookup);
            let hit_tokens = served.hit as u64;
            Step { from: *limit, hit_tokens, hit_blocks: hit_tokens / self.step, written: served.written }
        });
        steps.collect()
    }
}
