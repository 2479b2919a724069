//! Lookups: one request as a policy sees it, and what is served of it.

use std::num::NonZeroU64;

use crate::cache::index::{Index, Slot};
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::limits::Limits;
use crate::cache::table::{Absence, Instant, Table};
use crate::exchange::Written;
use crate::number::to_usize;

/// Entries by prefix.
pub(in crate::cache) struct Entries {
    pub(in crate::cache) index: Index<PrefixKey>,
    pub(in crate::cache) table: Table,
}

/// One request.
pub struct Lookup<'a> {
    /// Tokens of prompt and output.
    pub(in crate::cache) length: usize,
    /// The keys of the prefixes of prompt and output that end at each multiple of the policy's key step.
    pub(in crate::cache) keys: &'a [PrefixKey],
    /// The ends of the prompt's content blocks, in order, if the policy has breakpoints.
    pub(in crate::cache) ends: &'a [KeyedEnd],
    /// The provider's report that it kept something of this request, or nothing; `None` if it reports neither.
    pub(in crate::cache) kept: Option<bool>,
    /// The hits that the provider reported of this request, from which a policy learns for the next.
    pub(in crate::cache) read: Option<usize>,
    /// Tokens of the prompt.
    pub(in crate::cache) prompt: usize,
    /// The same as the provider reported it.
    pub(in crate::cache) billed_prompt: Option<usize>,
    /// The token from which on there may be tokens of the provider's that the log does not show.
    pub(in crate::cache) unseen_from: Option<usize>,
    /// The longest prefix in common with an earlier exchange.
    pub(in crate::cache) common: usize,
    /// The common prefix is known to the token, not to the block.
    pub(in crate::cache) common_is_exact: bool,
    /// An earlier exchange's whole prompt lies within it.
    pub(in crate::cache) is_appended: bool,
    pub(in crate::cache) now: Instant,
    /// The times from which on the prompt, and the output, can be served.
    pub(in crate::cache) visible: (Instant, Instant),
}

/// The end of a content block, where a cache with breakpoints may keep an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockEnd {
    /// The identity of the text up to it.
    pub digest: u128,
    /// The identity of what keeps its entry apart from those of the same text in other requests; 0 where nothing does.
    pub apart: u128,
    /// The provider's tokens up to it, as well as is known; ours are, if its tokenizer is published.
    pub length: usize,
    /// Tokens of the prompt up to it.
    pub tokens: usize,
    /// The number by which a lookup counts how far it looks back; it grows from end to end, or stays.
    pub position: usize,
    /// The breakpoint that stands there, if one does.
    pub breakpoint: Option<Breakpoint>,
}

/// A place at which the request has an entry written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakpoint {
    /// Microseconds that the entry lives after its last use; `None` for the cache's own lifetime.
    pub lifetime: Option<i64>,
}

/// The end of a content block with the key of the prefix up to it.
pub(in crate::cache) struct KeyedEnd {
    pub(in crate::cache) end: BlockEnd,
    pub(in crate::cache) key: PrefixKey,
}

/// The part of a request that the cache serves.
#[derive(Default)]
pub struct Served {
    /// The most likely number of tokens.
    pub(in crate::cache) hit: usize,
    /// The least and the most that the policy leaves possible.
    pub(in crate::cache) range: (usize, usize),
    /// The number served by how many tokens of its own the provider does not count; `None` if that does not matter.
    pub(in crate::cache) by_hidden: Option<ByHidden>,
    /// Share of cases in which caches under this policy served the most likely number, if that was counted.
    pub(in crate::cache) likelihood: Option<Likelihood>,
    /// Tokens written, if the provider counts them.
    pub(in crate::cache) written: Option<Written>,
    /// The part of the ledger below the common prefix.
    pub(in crate::cache) ledger: Ledger,
    /// The common prefix and the prompt in the provider's tokens, if hits and ledger are in those; else they are in ours.
    pub(in crate::cache) in_their_tokens: Option<(usize, usize)>,
}

/// Recorded requests of the kind at hand that were served what was predicted, of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likelihood {
    /// As predicted.
    pub served: u32,
    /// All.
    pub of: u32,
}

/// Tokens served by how many tokens of its own the provider does not count in reads, which reads may leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByHidden {
    /// The tokens in common with an earlier prompt, at least and at most: keys stand some tokens apart.
    pub(in crate::cache) common: (u64, u64),
    /// The fewest and the most tokens that may not be counted.
    pub(in crate::cache) hidden: (u64, u64),
    /// The most that were ever seen.
    pub(in crate::cache) most_hidden: u64,
    /// Multiples of this are served.
    pub(in crate::cache) step: NonZeroU64,
    /// Nothing shorter is served.
    pub(in crate::cache) minimum: u64,
}

impl ByHidden {
    /// The fewest and the most that may not be counted. Reads tell nothing of a prompt whose positions are estimates, as those of tools are.
    pub fn hidden(&self, is_estimated: bool) -> (u64, u64) {
        if is_estimated { (0, self.most_hidden) } else { self.hidden }
    }

    /// The least and the most that is served if so many are not counted, or the nearest number that is possible.
    pub fn served(&self, hidden: u64, is_estimated: bool) -> (u64, u64) {
        let (from, to) = self.hidden(is_estimated);
        let hidden = hidden.clamp(from, to);
        let floor = |tokens: u64| {
            let position = tokens.saturating_sub(hidden) / self.step * self.step.get();
            if position < self.minimum { 0 } else { position }
        };
        (floor(self.common.0), floor(self.common.1))
    }
}

impl AsRef<BlockEnd> for BlockEnd {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl AsRef<BlockEnd> for KeyedEnd {
    fn as_ref(&self) -> &BlockEnd {
        &self.end
    }
}

impl Likelihood {
    /// Fewer than half of the requests were.
    pub(super) fn is_unlikely(self) -> bool {
        self.served * 2 < self.of
    }

    /// The requests that were not.
    pub(super) fn other(self) -> Self {
        Self { served: self.of - self.served, of: self.of }
    }
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

    /// Entries that may have lifetimes of their own.
    pub(in crate::cache) fn with_own_lifetimes(limits: Limits) -> Self {
        Self { index: Index::new(), table: Table::with_own_lifetimes(limits) }
    }

    /// The slot of an entry that can be served now, else the reason why none can.
    pub(in crate::cache) fn look(&self, key: PrefixKey, now: Instant) -> Result<Slot, Absence> {
        let slot = self.index.find(key).ok_or(Absence::Rule)?;
        self.table.probe(slot, now).map(|()| slot)
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
