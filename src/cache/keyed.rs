//! Keyed uses: requests of which only the keys of their blocks are known, replayed request by request, with a state that can be kept and taken
//! up again, so that a day follows the day before.
//!
//! Whatever the policy, a use says if the cache looks there and if the request leaves an entry there. Reasons for misses are told of caches of
//! blocks alone: there keys show what prompts have in common, to the block. Of others keys that were never written may be left out.

use super::chunked_vec::ChunkedVec;
use super::key::PrefixKey;
use super::ledger::Ledger;
use super::limits::Limits;
use super::policy::Entries;
use super::table::Instant;
use crate::exchange::Written;

/// The way in which a cache looks for what it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// From the start to the first that is absent; all of them count as used.
    ToFirstAbsent,
    /// The longest that is there; it alone counts as used.
    Longest,
}

/// One place of a request at which its cache looks or keeps an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedUse {
    /// The identity of everything up to it.
    pub key: u128,
    /// Tokens of the prompt that are served if it is.
    pub tokens: u64,
    /// It can be served from the end of the answer on, else from the start of the request.
    pub is_after_answer: bool,
    /// The cache looks there.
    pub is_read: bool,
    /// The request leaves an entry there.
    pub is_written: bool,
    /// Microseconds that the entry lives after its last use, if the request asks for a time of its own.
    pub lifetime: Option<i64>,
}

/// A request as a keyed cache sees it, its uses in order from the start of the prompt.
#[derive(Clone, Copy, Debug)]
pub struct KeyedRequest<'a> {
    /// Its place in the order of all requests.
    pub seq: i64,
    /// Its uses.
    pub uses: &'a [KeyedUse],
    /// The way in which its cache looks.
    pub search: Search,
    /// The limits of its cache, which has no capacity.
    pub limits: Limits,
    /// Its prompt, if its cache keeps blocks: its misses have reasons then.
    pub prompt: Option<KeyedPrompt>,
    /// Start of the request.
    pub start: Instant,
    /// End of the answer.
    pub end: Instant,
}

/// The prompt of a request to a cache of blocks.
#[derive(Clone, Copy, Debug)]
pub struct KeyedPrompt {
    /// Tokens.
    pub tokens: u64,
    /// Tokens of whole blocks of it, without what asks for the answer.
    pub core_tokens: u64,
}

/// The result of looking a request up.
#[derive(Clone, Copy, Debug)]
pub struct KeyedServed {
    /// Tokens that are served.
    pub hit_tokens: u64,
    /// Tokens that are written behind them, by lifetime.
    pub written: Written,
    /// The bucket of every token, if its misses have reasons.
    pub ledger: Option<Ledger>,
}

/// An entry of a cache as a state keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedEntry {
    /// The identity of the text up to it.
    pub key: u128,
    /// The time it was last used.
    pub last_use: Instant,
    /// The time from which on it can be served.
    pub open_from: Instant,
    /// Microseconds that it lives after its last use; `None` is for ever.
    pub lifetime: Option<i64>,
    /// The last request that had it.
    pub owner: i64,
    /// The least that a request which had it had as its prompt, in tokens of whole blocks without what asks for the answer.
    pub least_core: u64,
}

/// The requests that had an entry.
#[derive(Clone, Copy)]
struct Callers {
    /// The last.
    last: i64,
    /// The least of their prompts, in tokens of whole blocks without what asks for the answer.
    least_core: u64,
}

/// The caches of any number of callers, by keys.
pub struct KeyedCache {
    entries: Entries,
    /// By slot, the requests that wrote it.
    callers: ChunkedVec<Callers>,
}

/// The answers of a policy that requests need which are known by keys, told by the policy's name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedRule {
    /// The way in which its cache looks.
    pub search: Search,
    /// Hits are predicted; else a request leaves its entries and no more.
    pub is_predicted: bool,
    /// The provider counts the tokens that a request writes.
    pub counts_writes: bool,
}

/// In place of a policy's name: a request that leaves its entries, and of which nothing is predicted.
pub const ENTRIES_ALONE: &str = "entries alone";

impl KeyedRule {
    /// The rule of a policy of that name; `None` where keys alone do not tell what is served.
    pub fn named(policy: &str) -> Option<Self> {
        let (search, is_predicted, counts_writes) = match policy {
            "blocks" => (Search::ToFirstAbsent, true, false),
            // Under a policy that keeps nothing no request has uses.
            "units" | "none" => (Search::Longest, true, false),
            "breakpoints" => (Search::Longest, true, true),
            ENTRIES_ALONE => (Search::Longest, false, false),
            _ => return None,
        };
        Some(Self { search, is_predicted, counts_writes })
    }
}

impl Default for KeyedCache {
    fn default() -> Self {
        Self { entries: Entries::with_own_lifetimes(Limits::default()), callers: ChunkedVec::new() }
    }
}

impl KeyedCache {
    /// Looks a request up and keeps it.
    pub fn serve(&mut self, call: &KeyedRequest<'_>) -> KeyedServed {
        let ledger = call.prompt.map(|prompt| self.ledger(call, prompt));
        let read = call.uses.iter().filter(|keyed| keyed.is_read);
        let there = |keyed: &KeyedUse| {
            let slot = self.entries.look(PrefixKey::from_value(keyed.key), call.start).ok()?;
            Some((slot, keyed.tokens))
        };
        let served = match call.search {
            Search::ToFirstAbsent => read.map_while(there).last(),
            Search::Longest => read.rev().find_map(there),
        };
        let hit_tokens = served.map_or(0, |(_, tokens)| tokens);
        if let Some((slot, _)) = served {
            self.entries.table.touch(slot, call.start);
        }
        let (mut written, mut from) = (Written::default(), hit_tokens);
        for keyed in call.uses.iter().filter(|keyed| keyed.is_written) {
            let lifetime = call.limits.lifetime_of(keyed.lifetime);
            if keyed.tokens > from {
                written.add(lifetime, keyed.tokens - from);
                from = keyed.tokens;
            }
            self.write(call, keyed, lifetime);
        }
        KeyedServed { hit_tokens, written, ledger }
    }

    /// The buckets of a prompt's tokens.
    fn ledger(&self, call: &KeyedRequest<'_>, prompt: KeyedPrompt) -> Ledger {
        let (mut ledger, mut reason, mut common, mut callers) = (Ledger::default(), None, 0, None);
        for keyed in call.uses.iter().filter(|keyed| !keyed.is_after_answer) {
            let Some(slot) = self.entries.index.find(PrefixKey::from_value(keyed.key)) else { break };
            if keyed.is_read {
                reason = reason.into_iter().chain(self.entries.table.probe(slot, call.start).err()).min();
                match reason {
                    None => ledger.hit += keyed.tokens.saturating_sub(common),
                    Some(reason) => ledger.absent(reason, keyed.tokens.saturating_sub(common)),
                }
            }
            (common, callers) = (keyed.tokens, self.callers.value(slot));
        }
        let looked_up = ledger.total();
        let limit = common.min(prompt.tokens.saturating_sub(1)).max(looked_up);
        ledger.tail = limit.saturating_sub(looked_up);
        ledger.rule += common.saturating_sub(limit);
        let fresh = prompt.tokens.saturating_sub(common);
        *match callers {
            None => &mut ledger.cold,
            Some(callers) if callers.least_core <= common => &mut ledger.new,
            Some(_) => &mut ledger.diverged,
        } += fresh;
        ledger
    }

    fn write(&mut self, call: &KeyedRequest<'_>, keyed: &KeyedUse, lifetime: Option<i64>) {
        let from = if keyed.is_after_answer { call.end.max(call.start) } else { call.start };
        let slot = self.entries.index.find_or_add(PrefixKey::from_value(keyed.key));
        self.entries.table.write_for(slot, call.start, from.plus(call.limits.delay), lifetime);
        let least_core = call.prompt.map_or(0, |prompt| prompt.core_tokens);
        match self.callers.value_mut(slot) {
            Some(callers) => *callers = Callers { last: call.seq, least_core: least_core.min(callers.least_core) },
            None => self.callers.push(Callers { last: call.seq, least_core }),
        }
    }

    /// The entries, in the order in which they were first written.
    pub fn entries(&self) -> impl Iterator<Item = KeyedEntry> {
        (0..).zip(self.entries.index.keys()).filter_map(|(slot, key)| {
            let (last_use, open_from, lifetime) = self.entries.table.times(slot)?;
            let Callers { last: owner, least_core } = self.callers.value(slot)?;
            Some(KeyedEntry { key: key.value(), last_use, open_from, lifetime, owner, least_core })
        })
    }

    /// Takes an entry up that a state kept; one that is there already stays as it is, and `false` says so.
    pub fn take_up(&mut self, entry: KeyedEntry) -> bool {
        let slot = self.entries.index.find_or_add(PrefixKey::from_value(entry.key));
        if self.callers.value(slot).is_some() {
            return false;
        }
        self.entries.table.write_for(slot, entry.last_use, entry.open_from, entry.lifetime);
        self.callers.push(Callers { last: entry.owner, least_core: entry.least_core });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{AnyPolicy, Blocks, Breakpoints, ReplayedWindow, Steps, Units};

    #[test]
    fn a_rule_by_its_name_is_its_policy_s() {
        for (policy, is_told) in [
            (AnyPolicy::Blocks(Blocks::new(16, None)), true),
            (AnyPolicy::Units(Units::new(16)), true),
            (AnyPolicy::Breakpoints(Breakpoints::new(16, 2)), true),
            (AnyPolicy::None, true),
            (AnyPolicy::Steps(Steps::new(128, 1024, 132)), false),
            (AnyPolicy::ReplayedWindow(ReplayedWindow::new(128)), false),
        ] {
            let rule = KeyedRule::named(policy.name());
            assert_eq!(rule.is_some(), is_told, "{policy:?}");
            assert_eq!(rule.is_some_and(|rule| rule.counts_writes), policy.counts_writes(), "{policy:?}");
        }
    }
}
