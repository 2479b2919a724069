//! Pricing: which price a request has, by the rate card and what the user says of it.
//!
//! A price is that of the seller that the user, the host or the log names, else that of the model's maker.

use std::sync::Arc;

use crate::exchange::LoggedModel;
use crate::money::{Currency, Decimal, ExchangeRate, Money};
use crate::rates::{Cost, NoRate, Offer, Query, Rate, RateCard, Tier, Usage, Wanted};
use crate::time::Timestamp;

/// Settings by which money is counted.
#[derive(Clone, Debug)]
pub struct Pricing {
    /// The rate card.
    pub card: Arc<RateCard>,
    /// Seller of the requests; `None` is the one that each log line tells, else the model's maker.
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
        let offer = self.card.offer(&Wanted::new(query.model, self.provider.as_deref()))?;
        self.quote_of(&offer, query)
    }

    /// The offer for the model of a request.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn offer(&self, asked: &LoggedModel<'_>) -> Result<Offer, String> {
        let model = asked.model.ok_or("no price without a model")?;
        let names = asked.names();
        let seller = self.provider.as_deref().or_else(|| asked.seller());
        let wanted = Wanted {
            model,
            names: names.names,
            seller,
            perhaps: names.seller,
            region: names.region,
            is_at_unknown_host: seller.is_none() && asked.is_at_unknown_host(),
        };
        self.card.offer(&wanted).map_err(|gap| gap.of_any_request())
    }

    /// Price of an offer at a time, in a prompt of that size.
    pub fn quote_of(&self, offer: &Offer, query: &Query<'_>) -> Result<Quote, NoRate> {
        let query = Query { currency: self.currency, ..*query };
        match self.card.rate_of(offer, &query) {
            Ok(rate) => Ok(Quote { exchange: self.exchange_from(rate.currency()), rate }),
            Err(gap @ (NoRate::NoCurrency { .. } | NoRate::Uncovered { .. })) => self.foreign(offer, &query).ok_or(gap),
            Err(gap) => Err(gap),
        }
    }

    /// The fee of so many web searches in one request at a quote, and what says so.
    pub fn search_fee(&self, quote: &Quote, searches: u64) -> Option<(Money, String)> {
        let fee = self.card.search_fee(&quote.rate)?;
        let amount = Money::new(fee.charge(searches), quote.rate.currency());
        let amount = quote.exchange.map_or(amount, |exchange| amount.exchanged(exchange.rate, exchange.into));
        let each = Money::new(fee.each, quote.rate.currency());
        let per = if fee.once_per_request { "a request" } else { "each" };
        Some((amount, format!("{each} {per} ({})", fee.source)))
    }

    /// The exchange out of a currency that was not asked for by name.
    fn exchange_from(&self, currency: Currency) -> Option<ExchangeRate> {
        self.exchange.iter().copied().find(|rate| self.currency.is_none() && rate.from == currency)
    }

    /// A price in a currency that can be brought into the one wanted.
    fn foreign(&self, offer: &Offer, query: &Query<'_>) -> Option<Quote> {
        let usable = self.exchange.iter().filter(|exchange| Some(exchange.into) == self.currency);
        usable.copied().find_map(|exchange| {
            let rate = self.card.rate_of(offer, &Query { currency: Some(exchange.from), ..*query }).ok()?;
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

    /// Cost of keeping tokens in a cache, in tokens times hours; `None` where that is not charged.
    pub fn storage_cost(&self, token_hours: Decimal) -> Option<Money> {
        let cost = self.rate.storage_cost(token_hours)?;
        Some(self.exchange.map_or(cost, |exchange| cost.exchanged(exchange.rate, exchange.into)))
    }

    /// True if writes to the cache have a price of their own.
    pub fn charges_writes(&self) -> bool {
        !self.rate.prices.cache_write.is_empty()
    }

    fn exchanged(&self, cost: Cost) -> Cost {
        self.exchange.map_or(cost, |exchange| cost.exchanged(exchange.rate, exchange.into))
    }
}
