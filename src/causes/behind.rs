//! Misses behind a change: how many tokens of a request each of its differences kept from the cache.

use std::borrow::Cow;

use super::code::CauseCode;
use super::compare::Comparison;
use super::decision::Decision;
use super::misses::Misses;
use super::reference::Reference;
use super::sums::{Worst, own_causes, place_of};
use super::undo::Search;
use super::without::Undone;
use crate::exchange::Exchange;
use crate::number::share;
use crate::simulation::Record;

/// Tokens up to which a miss without a rule is noise: reads are rounded down to blocks.
const UNSERVED: u64 = 256;

/// The same as a part of the prompt, one in so many.
const SMALL: u64 = 20;

/// Tokens that undoing causes adds to a common prefix, and the tokens that are new nevertheless.
struct Undoing {
    gains: Vec<(CauseCode, usize)>,
    appended: usize,
}

impl Search<'_> {
    /// The causes that the counts of a request tell of which texts are known in part. They cannot overrule the counts, but tell what those
    /// leave open.
    pub(super) fn shown_by_counts(&self, call: usize) -> (Vec<(CauseCode, u64)>, Worst) {
        let record = &self.records[call];
        let (mut causes, place) = (own_causes(record), place_of(record));
        let Some(at) = causes.iter().position(|(code, _)| *code == CauseCode::Unknown) else { return (causes, place) };
        let codes = self.codes_of(call);
        // Without a difference there is nothing to undo, and nothing to count.
        let reference = self.references[call].filter(|_| !codes.is_empty());
        let told = reference.and_then(|Reference { call: old, .. }| {
            let (before, _) = self.common(old, call, None)?;
            let Undoing { gains, .. } = self.gains(old, call, &codes, before)?;
            Some((gains, self.place_at(call, Some(before))))
        });
        let Some((gains, there)) = told.filter(|(gains, _)| !gains.is_empty()) else { return (causes, place) };
        let (_, unknown) = causes.remove(at);
        causes.extend(shares(unknown, &gains));
        causes.sort_by_key(|(code, tokens)| (std::cmp::Reverse(*tokens), *code));
        (causes, there.unwrap_or(place))
    }

    /// The place of a request at which it parts from the one that it should have continued.
    pub(super) fn place_at(&self, call: usize, token: Option<usize>) -> Option<Worst> {
        let Reference { call: old, .. } = self.references[call]?;
        let counted = token.and_then(|_| self.counted(call));
        let part = token.and_then(|token| counted?.part_at(token, &self.calls[call].exchange.request));
        let part = part.map(|part| part.to_string()).or_else(|| place_of(&self.records[call]).part);
        Some(Worst::new(self.records[call].place, Some(self.records[old].place), token.map(|token| token as u64), part))
    }

    /// The causes of a request's differences, in the order of the request.
    fn codes_of(&self, call: usize) -> Vec<CauseCode> {
        let mut codes: Vec<CauseCode> = Vec::new();
        for difference in &self.differences[call] {
            let code = self.slots.code(difference);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// Tokens that missed because a request was written otherwise than the one it should have continued, and the first token that differs.
    pub(super) fn behind_changes(&self, call: usize, misses: &Misses) -> (Vec<(CauseCode, u64)>, Option<usize>) {
        let record = &self.records[call];
        let Some(Reference { call: old, .. }) = self.references[call] else {
            return (vec![(CauseCode::First, misses.fresh)], None);
        };
        let codes = self.codes_of(call);
        let Some((before, prompt)) = self.common(old, call, None) else {
            return (Vec::new(), None);
        };
        let Some(Undoing { gains, appended }) = self.gains(old, call, &codes, before) else {
            return (self.without_change(call, misses, (prompt - before, prompt)), Some(before));
        };
        let scale = |tokens: usize| scaled(tokens as u64, prompt as u64, record);
        let unserved = self.unserved_before(call, &codes, &gains, scale(before));
        let behind = misses.behind_a_change();
        let others = behind.saturating_sub(unserved.map_or(0, |(_, tokens)| tokens));
        let total = behind.saturating_sub(scale(appended)).min(others);
        // A summary is nothing that the request would have appended to a history that is whole.
        let is_summary = gains.iter().any(|(code, _)| *code == CauseCode::HistoryCompacted);
        let total = if total == 0 && is_summary { misses.fresh } else { total };
        let mut found = shares(total, &gains);
        found.extend(unserved);
        (found, Some(before))
    }

    /// Text before the first difference that was reported to be missed, where no rule says that it would be; undoing what differs gives none of
    /// it back. Another model or owner has a cache of its own.
    fn unserved_before(
        &self,
        call: usize,
        codes: &[CauseCode],
        gains: &[(CauseCode, usize)],
        before: u64,
    ) -> Option<(CauseCode, u64)> {
        let record = &self.records[call];
        let (served, prompt) = record.reported.hit_tokens.zip(record.reported.prompt_tokens)?;
        let is_elsewhere = codes.iter().any(|code| matches!(code, CauseCode::ModelChanged | CauseCode::Scope));
        let unserved = before.saturating_sub(served);
        let is_known = record.prediction.is_some() || record.reported.contradicts || is_elsewhere;
        if is_known || unserved < UNSERVED || unserved * SMALL < prompt {
            return None;
        }
        // A change that our count of a prompt does not show may keep all of it from the cache, such as a setting.
        let unseen = codes.iter().find(|code| code.can_be_undone() && !gains.iter().any(|(known, _)| known == *code));
        Some((unseen.copied().unwrap_or_else(|| self.unexplained(call)), unserved))
    }

    /// Misses of a request that was written like the one it continues: new text, and, where no rule is known, what nothing explains.
    fn without_change(
        &self,
        call: usize,
        misses: &Misses,
        (appended, prompt): (usize, usize),
    ) -> Vec<(CauseCode, u64)> {
        let record = &self.records[call];
        if record.prediction.is_some() {
            return Vec::new();
        }
        let seen = misses.fresh.saturating_sub(scaled(appended as u64, prompt as u64, record));
        // Reads are rounded down to blocks, and counts are estimates; without a report nothing says that it missed.
        let is_told = record.reported.hit_tokens.is_some();
        let is_noise = !is_told || seen * SMALL < record.reported.prompt_tokens.unwrap_or(0) || seen < UNSERVED;
        // Without a template of the provider's our count may not show a change that its prompt does.
        let unseen = || self.codes_of(call).into_iter().find(|code| code.can_be_undone());
        if is_noise { Vec::new() } else { vec![(unseen().unwrap_or_else(|| self.unexplained(call)), seen)] }
    }

    /// Tokens that a request has in common with an earlier one, prompt and answer, and tokens of its prompt; as it is, or rewritten.
    pub(super) fn common(&self, old: usize, call: usize, written: Option<&Exchange>) -> Option<(usize, usize)> {
        let before = self.counted(old)?;
        let counted = match written {
            None => self.counted(call),
            Some(exchange) => self.counter.count_as_sent(exchange, self.records[call].replayed_at).map(Cow::Owned),
        }?;
        let (ours, _) = before.sequence();
        let (theirs, prompt) = counted.sequence();
        Some((ours.common(theirs).min(prompt), prompt))
    }

    /// Tokens that undoing each cause adds to a common prefix of so many, one after the other in the order of the prompt; `None` where
    /// nothing does.
    fn gains(&self, old: usize, call: usize, codes: &[CauseCode], before: usize) -> Option<Undoing> {
        let comparison = self.comparison(call)?;
        let undone = |codes: &[CauseCode]| {
            let exchange = self.merged(&comparison, Undone::All(codes));
            self.common(old, call, Some(&exchange))
        };
        if let [only] = codes {
            let (after, prompt) = undone(&[*only])?;
            let is_setting = matches!(only, CauseCode::ModelChanged | CauseCode::Scope);
            return (after > before || is_setting).then(|| Undoing {
                gains: vec![(*only, after.saturating_sub(before).max(1))],
                appended: prompt.saturating_sub(after),
            });
        }
        let (mut done, mut gains, mut at): (Vec<CauseCode>, Vec<(CauseCode, usize)>, usize) =
            (Vec::new(), Vec::new(), before);
        let mut appended = None;
        // Another model or owner has a cache of its own, in which nothing is in common.
        for code in codes.iter().filter(|code| matches!(code, CauseCode::ModelChanged | CauseCode::Scope)) {
            done.push(*code);
            let (after, prompt) = undone(&done)?;
            gains.push((*code, after.max(1)));
            (at, appended) = (after, Some(prompt - after));
        }
        while done.len() < codes.len() {
            let left = codes.iter().filter(|code| !done.contains(code));
            let tried = left.filter_map(|code| {
                let with: Vec<CauseCode> = done.iter().chain([code]).copied().collect();
                undone(&with).map(|(after, prompt)| (after, *code, prompt))
            });
            let Some((after, code, prompt)) = tried.max_by_key(|(after, code, _)| (*after, std::cmp::Reverse(*code)))
            else {
                break;
            };
            if after <= at {
                let hidden = hidden_by_each_other(codes, &done, at, undone);
                let Some((after, prompt, hidden)) = hidden else { break };
                let each = ((after - at) / hidden.len()).max(1);
                gains.extend(hidden.into_iter().map(|code| (code, each)));
                appended = Some(prompt - after);
                break;
            }
            gains.push((code, after - at));
            done.push(code);
            (at, appended) = (after, Some(prompt - after));
        }
        Some(Undoing { gains, appended: appended? })
    }

    fn merged(&self, comparison: &Comparison<'_>, undone: Undone<'_>) -> Exchange {
        comparison.merged(&mut |difference| {
            if undone.includes(self.slots.code(difference)) { Decision::Undo } else { Decision::Keep }
        })
    }
}

/// Causes at one place, none of which gives a token back while another stays: those that it takes to have as many tokens in common as with all
/// undone, more than `at`, with these and those of the prompt.
fn hidden_by_each_other(
    codes: &[CauseCode],
    done: &[CauseCode],
    at: usize,
    undone: impl Fn(&[CauseCode]) -> Option<(usize, usize)>,
) -> Option<(usize, usize, Vec<CauseCode>)> {
    let (after, prompt) = undone(codes).filter(|(after, _)| *after > at)?;
    let mut needed = codes.to_vec();
    for code in codes.iter().filter(|code| !done.contains(code)) {
        let others: Vec<CauseCode> = needed.iter().copied().filter(|other| other != code).collect();
        if undone(&others).is_some_and(|(common, _)| common >= after) {
            needed = others;
        }
    }
    needed.retain(|code| !done.contains(code));
    (!needed.is_empty()).then_some((after, prompt, needed))
}

/// Missed tokens of a request, divided among causes by what undoing each gains.
fn shares(total: u64, gains: &[(CauseCode, usize)]) -> Vec<(CauseCode, u64)> {
    let sum: usize = gains.iter().map(|(_, gain)| gain).sum();
    let (mut left, mut shares) = (total, Vec::new());
    for (index, (code, gain)) in gains.iter().enumerate() {
        let is_last = index + 1 == gains.len();
        let share = if is_last { left } else { share(total, *gain as u64, sum as u64) };
        left -= share;
        shares.push((*code, share));
    }
    shares.retain(|(_, tokens)| *tokens > 0);
    shares
}

/// Tokens by our count in those of the record, which may be the provider's.
fn scaled(tokens: u64, prompt: u64, record: &Record) -> u64 {
    let whole = record.prediction.map(|prediction| prediction.ledger.total());
    let whole = whole.or(record.sent_tokens).or(record.reported.prompt_tokens);
    share(whole.unwrap_or(prompt), tokens, prompt)
}
