//! Lookups: one request as a policy sees it, and what is served of it.

use crate::cache::index::Index;
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::replay::{BlockEnd, Likelihood, Limits};
use crate::cache::table::{Instant, Table};
use crate::number::to_usize;

/// Entries by prefix.
pub(super) struct Entries {
    pub(super) index: Index<PrefixKey>,
    pub(super) table: Table,
}

/// One request.
pub struct Lookup<'a> {
    /// Tokens of prompt and output.
    pub(in crate::cache) length: usize,
    /// The keys of the prefixes of prompt and output that end at each multiple of the policy's key step.
    pub(in crate::cache) keys: &'a [PrefixKey],
    /// The ends of the prompt's content blocks, for policies that keep entries there alone.
    pub(in crate::cache) block_ends: &'a [BlockEnd],
    /// The provider's report that it kept something of this request, or nothing; `None` without a report.
    pub(in crate::cache) kept: Option<bool>,
    /// Tokens of the prompt.
    pub(in crate::cache) prompt: usize,
    /// The longest prefix in common with an earlier exchange.
    pub(in crate::cache) common: usize,
    pub(in crate::cache) now: Instant,
    /// The times from which on the prompt, and the output, can be served.
    pub(in crate::cache) visible: (Instant, Instant),
}

/// What the cache serves of a request.
#[derive(Default)]
pub struct Served {
    /// The most likely number of tokens.
    pub(in crate::cache) hit: usize,
    /// The least and the most that the policy leaves possible.
    pub(in crate::cache) range: (usize, usize),
    /// How often caches under this policy served the most likely number, if that was counted.
    pub(in crate::cache) likelihood: Option<Likelihood>,
    /// Tokens written, if the provider counts them.
    pub(in crate::cache) written: Option<usize>,
    /// The part of the ledger below the common prefix.
    pub(in crate::cache) ledger: Ledger,
}

impl Served {
    /// The hits of a ledger, which leave no range.
    pub(super) fn exactly(ledger: Ledger) -> Self {
        let hit = to_usize(ledger.hit);
        Self { hit, range: (hit, hit), ledger, ..Self::default() }
    }
}

impl Entries {
    pub(super) fn new(limits: Limits) -> Self {
        Self { index: Index::new(), table: Table::new(limits) }
    }
}

impl Lookup<'_> {
    /// The most that could be served: what was seen, and never the last token.
    pub(in crate::cache) fn limit(&self) -> usize {
        self.common.min(self.prompt.saturating_sub(1))
    }

    /// The time from which on what is written up to a position can be served.
    pub(in crate::cache) fn visible_at(&self, position: usize) -> Instant {
        if position <= self.prompt { self.visible.0 } else { self.visible.1 }
    }

    /// Nothing is served, because the policy keeps nothing of such a request.
    pub(super) fn nothing(&self) -> Served {
        Served { ledger: Ledger { rule: self.common as u64, ..Ledger::default() }, ..Served::default() }
    }

    /// Adds what was seen beyond the last whole block: a tail, and the last token, which no policy serves.
    pub(super) fn add_rest(&self, ledger: &mut Ledger, blocks_end: usize) {
        ledger.tail = (self.limit() - blocks_end) as u64;
        ledger.rule += (self.common - self.limit()) as u64;
    }
}
