//! Causes that lie in how a request was sent, not in its text: when, beside which other requests, with which marks and keys.

use std::collections::HashMap;

use super::code::CauseCode;
use super::misses::Overlap;
use super::undo::Search;
use crate::number::share;
use crate::simulation::Record;
use crate::time::{SignedDuration, Timestamp, micros};

/// Time after the start of a request in which it may not have ended: most answers take longer.
const SOON: SignedDuration = SignedDuration::from_secs(3);

/// Microseconds of the shortest lifetime of any provider.
const SHORTEST_LIFETIME: i64 = 300_000_000;

/// Requests before one among which the last is looked for that begins with what was served of it.
const USERS: usize = 40;

/// Requests before one among which a mark is looked for.
const LATELY: usize = 16;

/// The end of a request, or the time from which on it is taken to have ended; `None` where no time is known.
pub fn may_run_until(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<Timestamp> {
    end.or_else(|| start.map(|start| start.checked_add(SOON).unwrap_or(Timestamp::MAX)))
}

/// A prompt is shorter than its provider, which has no rule, documents that it keeps.
fn is_short(record: &Record) -> bool {
    let minimum = record.unpredicted.and_then(|unpredicted| unpredicted.minimum);
    let length = record.reported.prompt_tokens.or(record.prompt_tokens);
    minimum.zip(length).is_some_and(|(minimum, length)| length < minimum)
}

impl Search<'_> {
    /// The cause of misses that no text tells and no rule: another provider behind a gateway, or a prompt shorter than what its provider documents.
    /// `idle` if the text was not used for five minutes, the shortest lifetime of any provider, and for longer than any text of the model that
    /// was served, of which there is some: no rule tells how long it is kept. Else `unknown`.
    pub(super) fn unexplained(&self, call: usize) -> CauseCode {
        if self.has_another_server(call) {
            return CauseCode::Scope;
        }
        if self.is_below_minimum(call) {
            return CauseCode::TooShort;
        }
        let longest = self.served_gaps.get_or_init(|| self.longest_served_gaps());
        let longest = longest.get(&self.records[call].model);
        let is_idle =
            self.gap_before(call).zip(longest).is_some_and(|(gap, longest)| gap >= SHORTEST_LIFETIME && gap > *longest);
        if is_idle { CauseCode::Idle } else { CauseCode::Unknown }
    }

    /// A gateway sent the request to another provider than the one that it should have continued.
    pub(super) fn has_another_server(&self, call: usize) -> bool {
        let server = |call: usize| self.calls[call].exchange.response.as_ref()?.served_by.as_deref();
        let before = self.references[call].and_then(|reference| server(reference.call));
        before.zip(server(call)).is_some_and(|(before, now)| before != now)
    }

    /// Nothing was served of a prompt shorter than the documented minimum, and of none of its model that is as short: some providers read
    /// shorter ones than they say.
    fn is_below_minimum(&self, call: usize) -> bool {
        let reads = self.short_reads.get_or_init(|| {
            let has_read = |record: &&Record| record.reported.hit_tokens.is_some_and(|hits| hits > 0);
            let short = self.records.iter().filter(has_read).filter(|record| is_short(record));
            short.map(|record| record.model.clone()).collect()
        });
        let record = &self.records[call];
        is_short(record) && record.reported.hit_tokens == Some(0) && !reads.contains(&record.model)
    }

    /// The longest time after which text was served, by model.
    fn longest_served_gaps(&self) -> HashMap<Option<String>, i64> {
        let mut longest: HashMap<Option<String>, i64> = HashMap::new();
        let is_served = |record: &Record| record.reported.hit_tokens.is_some_and(|hits| hits > 0);
        for (call, record) in self.records.iter().enumerate().filter(|(_, record)| is_served(record)) {
            if let Some(gap) = self.gap_before_served(call).or_else(|| self.gap_before(call)) {
                let known = longest.entry(record.model.clone()).or_default();
                *known = gap.max(*known);
            }
        }
        longest
    }

    /// The time since the last request that begins with all that was served of a request, in microseconds: text that several conversations
    /// share is used by each.
    fn gap_before_served(&self, call: usize) -> Option<i64> {
        let (served, prompt) = self.records[call].reported.hit_tokens.zip(self.records[call].reported.prompt_tokens)?;
        let (now, owner) = (self.records[call].replayed_at?, &self.records[call].scope);
        let holds = |old: usize| {
            let (common, ours) = self.common(old, call, None)?;
            // A read ends where a block does, by a count that may differ from ours.
            let is_held = share(ours as u64, served, prompt) <= common as u64 + common as u64 / 32;
            let is_alike = self.records[old].model == self.records[call].model && self.records[old].scope == *owner;
            (is_held && is_alike).then_some(self.records[old].replayed_at?)
        };
        let before = (call.saturating_sub(USERS)..call).rev().find_map(holds)?;
        Some(micros(now.duration_since(before)))
    }

    /// The time since the request that it should have continued, in microseconds.
    fn gap_before(&self, call: usize) -> Option<i64> {
        let before = self.records[self.references[call]?.call].replayed_at?;
        Some(micros(self.records[call].replayed_at?.duration_since(before)))
    }

    /// The setting that changed where the provider served less than its rule promises for the text alone.
    pub(super) fn has_another_setting(&self, call: usize) -> bool {
        let settings = |call: usize| self.calls[call].exchange.request.system_settings.as_deref();
        self.parent(call).is_some_and(|parent| settings(parent) != settings(call))
    }

    /// The client asked for the machines of another `prompt_cache_key` than with the request that has most in common.
    pub(super) fn has_another_key(&self, call: usize) -> bool {
        let key = |call: usize| self.calls[call].exchange.request.cache_key.as_deref();
        self.parent(call).is_some_and(|parent| key(parent) != key(call))
    }

    /// The request with which this one has most in common had not ended when it began.
    pub(super) fn overlap(&self, call: usize) -> Overlap {
        let before = self.parent(call).map(|parent| &self.calls[parent].exchange);
        let (Some(start), Some(before)) = (self.calls[call].exchange.time, before) else { return Overlap::No };
        let may_run = may_run_until(before.time, before.end_time).is_some_and(|until| until > start);
        match (may_run, before.end_time) {
            (false, _) => Overlap::No,
            (true, Some(_)) => Overlap::Yes,
            (true, None) => Overlap::Maybe,
        }
    }

    /// The earlier request with the longest common prefix.
    pub(super) fn parent(&self, call: usize) -> Option<usize> {
        let parent = self.places.get(&self.records[call].prediction?.parent?.place).copied();
        parent.filter(|parent| *parent < call)
    }

    /// The cause that kept so many tokens that were seen before from being served, if it is the request's own doing.
    pub(super) fn kept_from_serving(&self, call: usize, unserved: u64) -> Option<(CauseCode, u64)> {
        let record = &self.records[call];
        // Text that was kept and has expired was neither marked wrongly nor too far away.
        let prediction = record.prediction.filter(|prediction| unserved > 0 && prediction.ledger.expired == 0)?;
        let minimum = record.minimum?;
        if prediction.ledger.total() < minimum {
            return Some((CauseCode::TooShort, unserved));
        }
        let marks = record.marks?;
        // Caches of marked places that know `prompt_cache_key` keep entries apart by it.
        if self.has_another_key(call) {
            return Some((CauseCode::Scope, unserved));
        }
        let after = self.calls[call].counted.as_ref()?;
        let parent = self.parent(call)?;
        let common = self.calls[parent].counted.as_ref()?.sequence().0.common(after.sequence().0);
        // The provider has another number of tokens for the same text.
        let theirs = record.common_tokens.unwrap_or(common as u64);
        let scale = |tokens: u64| if common == 0 { tokens } else { share(theirs, tokens, common as u64) };
        let Some(kept) = self.kept(call, |tokens| scale(tokens) >= minimum).filter(|_| marks > 0) else {
            let is_long = theirs >= minimum && prediction.hit_tokens == 0;
            return is_long.then_some((CauseCode::MarkMissing, unserved));
        };
        // If lengths are estimates, what is left of what was kept may be nothing.
        let kept_tokens = scale(kept);
        let ends = after.block_ends();
        let last = ends.iter().rfind(|end| (end.tokens as u64) < kept).map_or(0, |end| end.tokens as u64);
        let doubt = match (&record.estimated, record.reported.prompt_tokens) {
            (None, _) => 0,
            (Some(_), Some(_)) => kept_tokens / 50,
            // Without a report all lengths are in the same proportion to ours, and no block is shorter than half of it.
            (Some(_), None) => (kept_tokens / 50).min((kept_tokens - scale(last)) / 2),
        };
        if prediction.hit_tokens + doubt >= kept_tokens {
            // Everything marked was served; a longer part of both prompts was never marked.
            let ends = self.calls[parent].counted.as_ref()?.block_ends();
            let end = ends.iter().rfind(|end| end.tokens <= common)?.tokens as u64;
            let unmarked = unserved.min(scale(end).saturating_sub(kept_tokens));
            return (unmarked > 0).then_some((CauseCode::MarkMissing, unmarked));
        }
        let same = ends.iter().position(|end| end.tokens as u64 == kept);
        let is_marked_behind = same.is_some_and(|same| ends[same..].iter().any(|end| end.breakpoint.is_some()));
        let code = if is_marked_behind { CauseCode::LookBack } else { CauseCode::MarkMoved };
        Some((code, unserved.min(kept_tokens - prediction.hit_tokens)))
    }

    /// The longest beginning of a request that an earlier one had marked, its parent or one of the last requests, and that is long enough.
    fn kept(&self, call: usize, is_enough: impl Fn(u64) -> bool) -> Option<u64> {
        let after = self.calls[call].counted.as_ref()?;
        let longest = |old: usize| {
            let before = self.calls[old].counted.as_ref()?;
            let common = before.sequence().0.common(after.sequence().0);
            let mut ends = before.block_ends().iter();
            let kept = ends.rfind(|end| end.breakpoint.is_some() && end.tokens <= common)?.tokens as u64;
            is_enough(kept).then_some(kept)
        };
        let alike = |old: &usize| self.records[*old].model == self.records[call].model;
        let lately = (call.saturating_sub(LATELY)..call).filter(alike).filter_map(longest).max();
        lately.max(self.parent(call).and_then(longest))
    }
}
