//! Growth: the provider's tokens that a request has more, or less, where it is written otherwise.
//!
//! Text behind the change is the same, so that it is as long as it was billed; only the change itself is estimated, if no bill tells how
//! long the beginning is with it and without.

use super::{CountedExchange, Sharings};
use crate::cache::ScopeKey;
use crate::exchange::{Exchange, Usage, Written};
use crate::lengths::Lengths;
use crate::number::to_usize;

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
        let growth = self.growth(sharings, lengths);
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

    /// The provider's tokens that it has more.
    fn growth(&self, sharings: &Sharings, lengths: &Lengths) -> i64 {
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
        let estimated = || ours.signum() * lengths.likely(model, to_usize(ours.unsigned_abs())).cast_signed();
        told.unwrap_or_else(estimated)
    }
}

fn signed(tokens: usize) -> i64 {
    (tokens as u64).cast_signed()
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
    let prompt = counted.counted.prompt_tokens;
    let ends = counted.block_ends().iter();
    ends.filter_map(|end| Some((prompt - end.tokens, lengths.billed(scope.fingerprint(end.digest))?))).collect()
}
