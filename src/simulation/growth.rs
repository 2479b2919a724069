//! Growth: the provider's tokens that a request has more, or less, where it is written otherwise.
//!
//! Text behind the change is the same, so that it is as long as it was billed; only the change itself is estimated, if no bill tells how
//! long the beginning is with it and without.

use super::{CountedExchange, Sharings};
use crate::cache::{BlockEnd, ScopeKey};
use crate::exchange::{Exchange, Usage, Written};
use crate::lengths::Lengths;
use crate::number::{share, to_usize};

/// A request as it was sent and as it is written otherwise.
pub struct Rewriting<'a> {
    /// As it was sent.
    pub before: (&'a Exchange, &'a CountedExchange),
    /// As it is written otherwise.
    pub after: (&'a Exchange, &'a CountedExchange),
}

impl Rewriting<'_> {
    /// The usage that would be billed of the request as it is written otherwise: its length, that of what it asks to be kept, and its
    /// answer. Nothing tells what of it would be served.
    pub fn usage(&self, sharings: &Sharings, lengths: &Lengths) -> Usage {
        let billed = &self.before.0.usage;
        let unknown =
            Usage { prompt_tokens: None, hit_tokens: None, written: None, contradicts: false, ..billed.clone() };
        let Some(prompt) = billed.prompt_tokens.filter(|_| !billed.contradicts) else { return unknown };
        let growth = self.growth(prompt, sharings, lengths);
        let grown = |tokens: u64| tokens.checked_add_signed(growth);
        let kept = self.kept().and_then(|(all, hour)| Some((grown(all)?, if hour > 0 { grown(hour)? } else { 0 })));
        let written =
            kept.map(|(all, hour)| Written { hour, five_minutes: all.saturating_sub(hour), ..Written::default() });
        Usage { prompt_tokens: grown(prompt), hit_tokens: written.map(|_| 0), written, ..unknown }
    }

    /// Tokens up to the last breakpoint, and up to the last that asks for an hour, as they were billed; `None` where they are counted, or
    /// the last breakpoint stands elsewhere.
    fn kept(&self) -> Option<(u64, u64)> {
        let (before, after) = (self.before.1, self.after.1);
        before.counted.estimated.as_ref()?;
        let distance = |counted: &CountedExchange| {
            let last = counted.block_ends().iter().rfind(|end| end.breakpoint.is_some())?;
            Some(counted.counted.prompt_tokens - last.tokens)
        };
        let usage = &self.before.0.usage;
        let (read, written) = (usage.hit_tokens?, usage.written?);
        let is_same = distance(before).is_some() && distance(before) == distance(after);
        let kept = (read + written.total(), if written.hour > 0 { read + written.hour } else { 0 });
        (is_same && kept.0 > 0).then_some(kept)
    }

    /// The provider's tokens that it has more than a prompt that was billed with so many.
    fn growth(&self, billed: u64, sharings: &Sharings, lengths: &Lengths) -> i64 {
        let (before, after) = (self.before.1, self.after.1);
        let ours = signed(after.counted.prompt_tokens) - signed(before.counted.prompt_tokens);
        // The tokenizer is published if no ends of blocks matter; an estimate is then one of how tools and images are written.
        if after.block_ends().is_empty() || before.counted.estimated.is_none() && after.counted.estimated.is_none() {
            return ours;
        }
        let (was, is) = (billed_ends(self.before, sharings, lengths), billed_ends(self.after, sharings, lengths));
        // The first end that both have, behind which nothing differs.
        let told = is.iter().find_map(|(distance, length)| {
            let (_, before) = was.iter().find(|(other, _)| other == distance)?;
            Some(length.cast_signed() - before.cast_signed())
        });
        let model = self.before.0.model().unwrap_or_default();
        let likely = |tokens: usize| lengths.likely(model, tokens);
        let by_bills = || {
            // Ends of blocks in both, the last of which is that of the prompt: where one was billed as it was sent, the bills of the other
            // tell its length but for what stands between.
            let last = (0, billed);
            let is_in_both = |end: &&(usize, u64)| after.block_ends().iter().any(|other| behind(after, other) == end.0);
            let ends = || was.iter().filter(is_in_both).chain([&last]);
            let pairs =
                is.iter().flat_map(|end| ends().filter(|other| other.0 <= end.0).map(move |other| (end, other)));
            let (end, other) = pairs.min_by_key(|(end, other)| end.0 - other.0)?;
            let between = end.0 - other.0;
            let estimated = tokens_like_those_before(*end, between, &is).unwrap_or_else(|| likely(between));
            let is_shorter = (between as u64) < ours.unsigned_abs();
            is_shorter.then(|| (end.1 + estimated).cast_signed() - other.1.cast_signed())
        };
        let by_rate = || ours.signum() * likely(to_usize(ours.unsigned_abs())).cast_signed();
        told.or_else(by_bills).unwrap_or_else(by_rate)
    }
}

fn signed(tokens: usize) -> i64 {
    (tokens as u64).cast_signed()
}

/// The provider's tokens for so many of ours behind an end that was billed, at the rate of some more before it; `None` if nothing before was
/// billed.
fn tokens_like_those_before((behind, length): (usize, u64), tokens: usize, ends: &[(usize, u64)]) -> Option<u64> {
    let earlier = || ends.iter().filter(|(other, _)| *other > behind);
    let nearest = earlier().filter(|(other, _)| other - behind >= 4 * tokens).min();
    let (other, before) = nearest.or_else(|| earlier().max())?;
    Some(share(length.checked_sub(*before)?, tokens as u64, (other - behind) as u64))
}

/// Our tokens behind the end of a block.
fn behind(counted: &CountedExchange, end: &BlockEnd) -> usize {
    counted.counted.prompt_tokens - end.tokens
}

/// The ends of blocks of which bills tell the length, each by our tokens behind it, in order.
fn billed_ends(
    (exchange, counted): (&Exchange, &CountedExchange),
    sharings: &Sharings,
    lengths: &Lengths,
) -> Vec<(usize, u64)> {
    let Some((profile, _)) = &counted.choice else { return Vec::new() };
    let (owner, _) = sharings.owner_under(&exchange.scope, Some(profile));
    let scope = ScopeKey::new(&[&owner, exchange.model().unwrap_or_default(), &profile.name]);
    let ends = counted.block_ends().iter();
    ends.filter_map(|end| Some((behind(counted, end), lengths.billed(scope.fingerprint(end.digest))?))).collect()
}
