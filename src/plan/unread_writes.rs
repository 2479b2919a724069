//! Writes that no later request read in time: what they cost beyond the same tokens unwritten.

use std::collections::HashMap;

use super::optimum::MarkedRequest;
use super::traffic::Traffic;
use crate::exchange::Place;
use crate::money::{Decimal, Money};
use crate::number::to_usize;
use crate::rates::Lifetime;
use crate::time::micros;

/// Tokens that were written and never read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadWrites {
    /// Requests that wrote them.
    pub calls: u64,
    /// The tokens.
    pub tokens: u64,
    /// Their cost beyond that of the same tokens unwritten; `None` without a price or in several currencies.
    pub premium: Option<Money>,
    /// The request that wrote most of them.
    pub worst: Option<(Place, u64)>,
}

/// The writes of a log whose entries no later request came to in time.
pub fn unread_writes(traffic: &Traffic<'_>, caches: &[Vec<MarkedRequest>]) -> UnreadWrites {
    let mut found = UnreadWrites::default();
    let mut premiums = Vec::new();
    for calls in caches {
        // From the last request back, so that the next request of each place is known.
        let mut next: HashMap<u128, i64> = HashMap::new();
        for marked in calls.iter().rev() {
            let record = &traffic.now[marked.call];
            let mut start = record.prediction.map_or(0, |prediction| to_usize(prediction.hit_tokens));
            let (mut tokens, mut premium) = (0, Some(Decimal::ZERO));
            let quote = record.bill.quote.as_ref().ok();
            for end in
                marked.laid.ends.iter().filter(|end| end.length >= to_usize(marked.laid.profile.policy.minimum()))
            {
                let Some(breakpoint) = end.breakpoint else { continue };
                let lifetime = breakpoint.lifetime.or(marked.laid.profile.lifetime.map(micros));
                let is_read =
                    next.get(&end.digest).is_some_and(|next| lifetime.is_none_or(|lives| next - marked.time < lives));
                if end.length > start && !is_read {
                    let unread = (end.length - start) as u64;
                    tokens += unread;
                    let price =
                        quote.and_then(|quote| quote.rate.write_price(Lifetime::of_micros(lifetime.unwrap_or(0))).ok());
                    let more = price
                        .zip(quote)
                        .map(|(write, quote)| write.cost(unread) - quote.rate.prices.input.cost(unread));
                    premium = premium.zip(more).map(|(sum, more)| sum + more);
                }
                start = start.max(end.length);
            }
            next.extend(marked.laid.ends.iter().map(|end| (end.digest, marked.time)));
            if tokens > 0 && traffic.asked[marked.call] {
                found.calls += 1;
                found.tokens += tokens;
                found.worst = found.worst.filter(|(_, most)| *most > tokens).or(Some((record.place, tokens)));
                premiums.push(premium.zip(quote).map(|(premium, quote)| Money::new(premium, quote.rate.currency())));
            }
        }
    }
    let premiums: Option<Vec<Money>> = premiums.into_iter().collect();
    found.premium = premiums.and_then(|premiums| Money::sum(premiums).ok().flatten());
    found
}
