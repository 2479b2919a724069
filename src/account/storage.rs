//! Storage: what a provider charges for keeping explicit caches, for as long as the log shows each in use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Bill;
use crate::exchange::Place;
use crate::money::{Decimal, Money};
use crate::time::Timestamp;

/// Explicit caches by their names. Each was kept from the first request that names it to the last, at least: no line tells when it
/// was made and deleted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Storage(BTreeMap<String, ExplicitCache>);

/// One explicit cache.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ExplicitCache {
    tokens: u64,
    requests: u64,
    /// Requests with a time.
    timed: u64,
    /// The first and the last of these times, in microseconds since 1970.
    span: Option<(i64, i64)>,
    /// For a million tokens in an hour, by the last request that has a price: its time and its line.
    price: Option<(Option<i64>, Place, Money)>,
}

/// Tokens for which prices are told.
const MILLION: u64 = 1_000_000;

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

impl Storage {
    /// Adds a request that names a cache and was served so many tokens of it.
    pub fn add(&mut self, name: &str, tokens: u64, (time, place): (Option<Timestamp>, Place), bill: &Bill) {
        let time = time.map(Timestamp::as_microsecond);
        let price = bill.quote.as_ref().ok().and_then(|quote| quote.storage_cost(MILLION.into()));
        self.0.entry(name.to_owned()).or_default().merge(&ExplicitCache {
            tokens,
            requests: 1,
            timed: u64::from(time.is_some()),
            span: time.map(|time| (time, time)),
            price: price.map(|price| (time, place, price)),
        });
    }

    /// Takes up the caches of other requests.
    pub fn merge(&mut self, other: Self) {
        for (name, kept) in other.0 {
            self.0.entry(name).or_default().merge(&kept);
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
        let mut costs = self.0.values().map(ExplicitCache::cost);
        let first = costs.next()??;
        costs.try_fold(first, |sum, cost| {
            let cost = cost.filter(|cost| cost.currency == sum.currency)?;
            Some(Money::new(sum.amount + cost.amount, sum.currency))
        })
    }
}

impl ExplicitCache {
    fn merge(&mut self, other: &Self) {
        self.tokens = self.tokens.max(other.tokens);
        self.requests += other.requests;
        self.timed += other.timed;
        self.span = match (self.span, other.span) {
            (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
            (one, other) => one.or(other),
        };
        let at = |price: &Option<(Option<i64>, Place, Money)>| price.map(|(time, place, _)| (time, place));
        if at(&other.price) > at(&self.price) {
            self.price = other.price;
        }
    }

    fn cost(&self) -> Option<Money> {
        let (first, last) = self.span.filter(|_| self.timed == self.requests)?;
        let hours = Decimal::from(last - first) / Decimal::from(HOUR);
        let (_, _, price) = self.price?;
        let millions = Decimal::from(self.tokens) / Decimal::from(MILLION);
        Some(Money::new(price.amount * millions * hours, price.currency))
    }
}
