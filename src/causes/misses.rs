//! Misses: the tokens of one request that missed the cache, by what keeps them from the cache, as far as its record alone shows.

use super::code::CauseCode;
use crate::number::share;
use crate::simulation::{Prediction, Record};

/// Tokens of the longest step in which providers serve.
const REST: u64 = 128;

/// An earlier request had not ended when the next began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overlap {
    Yes,
    No,
    /// No end is logged, and the next began so soon after it that it may not have ended.
    Maybe,
}

/// Tokens of one request that missed, as its record has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misses {
    /// Seen before and not used for a lifetime.
    expired: u64,
    /// Seen before and pushed out.
    evicted: u64,
    /// Seen before and not visible yet.
    pending: u64,
    /// Seen before and not served by the rule.
    pub(super) rule: u64,
    /// Of these, what the rule could not have served without the changes to the text either: the rest of a step, text without a mark.
    pub(super) rule_anyway: u64,
    /// Promised by the rule and not served.
    lost: u64,
    /// Likely by the rule and not served, where the log leaves open whether the rule promises it: it has no times, or a pause after which
    /// an entry may be gone.
    left_open: u64,
    /// Behind what any earlier prompt has.
    pub fresh: u64,
    /// Behind an earlier prompt that is there whole: new text, unless the request should have continued a later one.
    pub(super) appended: u64,
    /// The host has no cache.
    has_no_cache: bool,
}

/// Tells of a loss that it is less than the lengths of a prompt, or the tokens that its provider has before it, are uncertain by.
fn is_noise(lost: u64, record: &Record, prediction: &Prediction) -> bool {
    let served = record.reported.hit_tokens.filter(|served| *served > 0);
    let is_estimated = record.estimated.is_some();
    let least = if let Some(by_hidden) = prediction.by_hidden {
        let (_, most) = by_hidden.hidden(is_estimated);
        Some(by_hidden.served(most, is_estimated).0)
    } else {
        (is_estimated && record.marks.is_some()).then_some(prediction.hit_tokens_min)
    };
    served.zip(least).is_some_and(|(served, least)| served >= least)
        || is_estimated && lost * 100 < record.prompt_tokens.unwrap_or(0)
}

/// Tokens that missed of a request whose provider has no rule: those that were reported. Where none were, no cache of prefixes serves text
/// behind what the prompt has in common with earlier ones; what became of the rest is not known.
fn without_rule(record: &Record) -> u64 {
    if record.reported.contradicts {
        return 0;
    }
    let prompt = record.reported.prompt_tokens;
    if let Some(served) = record.reported.hit_tokens {
        let missed = prompt.map_or(0, |prompt| prompt.saturating_sub(served));
        // The results of the provider's own tools, and what it thought of them, are new text.
        return record.sent_tokens.map_or(missed, |sent| missed.min(sent));
    }
    let counted = record.prompt_tokens.zip(record.common_tokens).filter(|_| !record.known_in_part);
    counted.map_or(0, |(ours, common)| share(prompt.unwrap_or(ours), ours.saturating_sub(common), ours))
}

impl Misses {
    /// The misses of a record by its ledger; of a record without one the reported misses, of which nothing is known yet, or what no
    /// earlier prompt begins with.
    pub fn of_record(record: &Record) -> Self {
        let Some(prediction) = record.prediction else {
            return Self { fresh: without_rule(record), ..Self::default() };
        };
        let ledger = prediction.ledger;
        let lost = record.lost().filter(|lost| !is_noise(*lost, record, &prediction)).unwrap_or(0);
        // A rule by likelihoods promises nothing for sure: there the likeliest is what is expected.
        let is_open = prediction.likelihood.is_none();
        let left_open = if is_open { lost.min(prediction.hit_tokens - prediction.hit_tokens_min) } else { 0 };
        let mut misses = Self {
            expired: ledger.expired,
            evicted: ledger.evicted,
            pending: ledger.pending,
            rule: ledger.rule,
            rule_anyway: 0,
            lost: lost - left_open,
            left_open,
            fresh: ledger.diverged + ledger.cold,
            appended: ledger.new,
            has_no_cache: !prediction.has_cache,
        };
        // Tokens served beyond the prediction did not miss; a prefix is served, so that the first tokens are those.
        let mut served = record.unexplained().unwrap_or(0);
        let expired = misses.expired;
        for part in [&mut misses.rule, &mut misses.expired, &mut misses.evicted, &mut misses.pending] {
            let known = served.min(*part);
            *part -= known;
            served -= known;
        }
        // Served text had not expired; the rest of its last step is a tail.
        if misses.expired < expired && misses.expired < REST {
            misses.expired = 0;
        }
        served = served.saturating_sub(ledger.tail);
        for part in [&mut misses.fresh, &mut misses.appended] {
            let known = served.min(*part);
            *part -= known;
            served -= known;
        }
        misses
    }

    /// The same where text that had expired or was pushed out would have been served without a change: the change is the cause. It is
    /// none of what would not have been served without it. `unchanged` is the record of the request as it would have been without.
    pub(super) fn with_kept_behind(self, unchanged: &Record) -> Self {
        let Some(prediction) = unchanged.prediction else { return self };
        let expired = self.expired.min(prediction.ledger.expired);
        let evicted = self.evicted.min(prediction.ledger.evicted);
        let rule_anyway = self.rule.min(prediction.ledger.rule);
        Self {
            rule_anyway,
            expired,
            evicted,
            fresh: self.fresh + (self.expired - expired) + (self.evicted - evicted),
            ..self
        }
    }

    /// Tokens that a comparison with the earlier request may explain: text behind a change, with what the rule cannot serve before it.
    pub(super) fn behind_a_change(&self) -> u64 {
        self.fresh + self.rule - self.rule_anyway + self.appended
    }

    /// Tells whether a change to the text may have kept some of it from the cache.
    pub(super) fn may_be_behind_a_change(&self) -> bool {
        self.behind_a_change() + self.expired + self.evicted > 0
    }

    /// The causes that the record alone tells; `overlap` is that with the request before.
    pub(super) fn known(&self, record: &Record, overlap: Overlap) -> Vec<(CauseCode, u64)> {
        let waiting = if overlap == Overlap::Yes { CauseCode::Parallel } else { CauseCode::Unknown };
        let promised = match overlap {
            Overlap::Yes => CauseCode::Parallel,
            Overlap::Maybe => CauseCode::Unknown,
            Overlap::No => CauseCode::Provider,
        };
        let all = [
            (CauseCode::Idle, self.expired),
            (CauseCode::Evicted, self.evicted),
            (waiting, self.pending + self.left_open),
            (promised, self.lost),
        ];
        let no_cache = if self.has_no_cache { record.common_tokens.unwrap_or(0) } else { 0 };
        let mut causes: Vec<(CauseCode, u64)> = Vec::new();
        for (code, tokens) in all.into_iter().chain([(CauseCode::NoCache, no_cache)]).filter(|(_, tokens)| *tokens > 0)
        {
            match causes.iter_mut().find(|(known, _)| *known == code) {
                Some((_, sum)) => *sum += tokens,
                None => causes.push((code, tokens)),
            }
        }
        causes
    }
}
