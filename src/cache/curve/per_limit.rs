//! One cache for each limit that was asked for: slow, and right under any rule.

use super::{Axis, Step};
use crate::cache::replay::Limits;
use crate::cache::rule::{Kept, Lookup, serve};
use crate::profile::Rule;

/// A cache for each limit.
pub(super) struct PerLimit {
    rule: Rule,
    caches: Vec<(u64, Kept)>,
}

impl PerLimit {
    pub(super) fn new(rule: Rule, limits: Limits, axis: Axis, at: &[u64]) -> Self {
        let caches = at.iter().map(|limit| (*limit, Kept::new(limits.with(axis, *limit)))).collect();
        Self { rule, caches }
    }

    pub(super) fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step> {
        let size = self.rule.block_size();
        let rule = self.rule;
        let steps = self.caches.iter_mut().map(|(limit, kept)| {
            let hit_tokens = serve(rule, kept, lookup).hit as u64;
            Step { from: *limit, hit_tokens, hit_blocks: hit_tokens / size }
        });
        steps.collect()
    }
}
