//! Storage: what a provider charges for keeping explicit caches, for as long as the log shows each in use.

use std::collections::BTreeMap;

use super::Bill;
use crate::money::{Decimal, Money};
use crate::time::{Timestamp, micros};

/// Explicit caches by their names. Each was kept from the first request that names it to the last, at least: no line tells when it
/// was made and deleted.
#[derive(Clone, Debug, Default)]
pub struct Storage(BTreeMap<String, Kept>);

/// One explicit cache.
#[derive(Clone, Debug, Default)]
struct Kept {
    tokens: u64,
    requests: u64,
    /// Requests with a time.
    timed: u64,
    span: Option<(Timestamp, Timestamp)>,
    /// For a million tokens in an hour.
    price: Option<Money>,
}

/// Tokens for which prices are told.
const MILLION: u64 = 1_000_000;

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

impl Storage {
    /// Adds a request that names a cache and was served so many tokens of it.
    pub fn add(&mut self, name: &str, tokens: u64, time: Option<Timestamp>, bill: &Bill) {
        let kept = self.0.entry(name.to_owned()).or_default();
        kept.requests += 1;
        kept.timed += u64::from(time.is_some());
        kept.tokens = kept.tokens.max(tokens);
        kept.price = bill.quote.as_ref().ok().and_then(|quote| quote.storage_cost(MILLION.into())).or(kept.price);
        if let Some(time) = time {
            let (first, last) = kept.span.unwrap_or((time, time));
            kept.span = Some((first.min(time), last.max(time)));
        }
    }

    /// Number of caches.
    pub fn caches(&self) -> u64 {
        self.0.len() as u64
    }

    /// Tokens in all of them.
    pub fn tokens(&self) -> u64 {
        self.0.values().map(|kept| kept.tokens).sum()
    }

    /// The least that their storage cost; `None` where a time or a price is not known, or currencies differ.
    pub fn cost(&self) -> Option<Money> {
        let mut costs = self.0.values().map(Kept::cost);
        let first = costs.next()??;
        costs.try_fold(first, |sum, cost| {
            let cost = cost.filter(|cost| cost.currency == sum.currency)?;
            Some(Money::new(sum.amount + cost.amount, sum.currency))
        })
    }
}

impl Kept {
    fn cost(&self) -> Option<Money> {
        let (first, last) = self.span.filter(|_| self.timed == self.requests)?;
        let hours = Decimal::from(micros(last.duration_since(first))) / Decimal::from(HOUR);
        let price = self.price?;
        let millions = Decimal::from(self.tokens) / Decimal::from(MILLION);
        Some(Money::new(price.amount * millions * hours, price.currency))
    }
}
