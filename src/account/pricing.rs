//! Pricing: which price a call has, by the rate card and what the user says of it.
//!
//! A price is the maker's unless a provider is named: which host served a request does not choose among sellers.

use std::sync::Arc;

use crate::money::{Currency, ExchangeRate};
use crate::rates::{Cost, NoRate, Query, Rate, RateCard, Tier, Usage};
use crate::time::Timestamp;

/// Settings by which money is counted.
#[derive(Clone, Debug)]
pub struct Pricing {
    /// The rate card.
    pub card: Arc<RateCard>,
    /// Seller of the requests; `None` is each model's maker.
    pub provider: Option<String>,
    /// The service tier of requests that do not say.
    pub tier: Tier,
    /// The currency wanted; `None` is US dollars, or what the card has.
    pub currency: Option<Currency>,
    /// Rates by which a price may be brought into another currency.
    pub exchange: Vec<ExchangeRate>,
    /// The time of lines that have none.
    pub at: Option<Timestamp>,
}

/// The rate that answers a query, and the exchange of its currency where one was needed.
#[derive(Clone, Debug)]
pub struct Quote {
    /// In the currency of the card.
    pub rate: Rate,
    /// From it into the one wanted.
    pub exchange: Option<ExchangeRate>,
}

impl Default for Pricing {
    fn default() -> Self {
        Self {
            card: RateCard::builtin(),
            provider: None,
            tier: Tier::Standard,
            currency: None,
            exchange: Vec::new(),
            at: None,
        }
    }
}

impl Pricing {
    /// Price of a model's tokens at a time, in a prompt of that size.
    pub fn quote(&self, query: &Query<'_>) -> Result<Quote, NoRate> {
        let query = Query { provider: self.provider.as_deref(), currency: self.currency, ..*query };
        match self.card.rate(&query) {
            Ok(rate) => Ok(Quote { exchange: self.exchange_from(rate.currency()), rate }),
            Err(gap @ (NoRate::NoCurrency { .. } | NoRate::Uncovered { .. })) => self.foreign(&query).ok_or(gap),
            Err(gap) => Err(gap),
        }
    }

    /// The exchange out of a currency that was not asked for by name.
    fn exchange_from(&self, currency: Currency) -> Option<ExchangeRate> {
        self.exchange.iter().copied().find(|rate| self.currency.is_none() && rate.from == currency)
    }

    /// A price in a currency that can be brought into the one wanted.
    fn foreign(&self, query: &Query<'_>) -> Option<Quote> {
        let usable = self.exchange.iter().filter(|exchange| Some(exchange.into) == self.currency);
        usable.copied().find_map(|exchange| {
            let rate = self.card.rate(&Query { currency: Some(exchange.from), ..*query }).ok()?;
            Some(Quote { rate, exchange: Some(exchange) })
        })
    }
}

impl Quote {
    /// The currency of all its costs.
    pub fn currency(&self) -> Currency {
        self.exchange.map_or(self.rate.currency(), |exchange| exchange.into)
    }

    /// Cost of the usage.
    pub fn cost(&self, usage: &Usage) -> Result<Cost, NoRate> {
        self.rate.cost(usage).map(|cost| self.exchanged(cost))
    }

    /// Cost of the usage if no cache existed.
    pub fn cost_without_cache(&self, usage: &Usage) -> Cost {
        self.exchanged(self.rate.cost_without_cache(usage))
    }

    /// True if writes to the cache have a price of their own.
    pub fn charges_writes(&self) -> bool {
        !self.rate.prices.cache_write.is_empty()
    }

    fn exchanged(&self, cost: Cost) -> Cost {
        self.exchange.map_or(cost, |exchange| cost.exchanged(exchange.rate, exchange.into))
    }
}
