//! Unit prices: the prices that one request was quoted, for tables whose hits are counted elsewhere and multiplied here.

use serde::{Deserialize, Serialize};

use super::Quote;
use super::bill::with_writes;
use crate::exchange::Written;
use crate::money::{Currency, Decimal, Money};
use crate::rates::{Lifetime, Price, Usage, charge};

/// The prices of a request's tokens, each per million, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPrices {
    /// Of all of them.
    pub currency: Currency,
    /// Of prompt tokens neither read nor written.
    pub price_miss: Decimal,
    /// Of hits; `None` if none is published.
    pub price_hit: Option<Decimal>,
    /// Of written tokens whose lifetime is not told; none of the five has a price where writes are charged as any miss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_written: Option<Decimal>,
    /// Of those written for five minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_written_5m: Option<Decimal>,
    /// Of those written for half an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_written_30m: Option<Decimal>,
    /// Of those written for an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_written_1h: Option<Decimal>,
    /// Of those written for twelve hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_written_12h: Option<Decimal>,
    /// The cost of the answer.
    pub cost_output: Decimal,
}

impl UnitPrices {
    /// The prices of a quote, and what an answer costs by them.
    pub fn new(quote: &Quote, cost_output: Decimal) -> Self {
        let factor = quote.exchange.map_or(Decimal::ONE, |exchange| exchange.rate);
        let unit = |price: Price| (price.per_million() * factor).normalize();
        let written = |lifetime| quote.rate.prices.cache_write.price(lifetime).map(unit);
        Self {
            currency: quote.currency(),
            price_miss: unit(quote.rate.prices.input),
            price_hit: quote.rate.read_price().ok().map(unit),
            price_written: written(Lifetime::Default),
            price_written_5m: written(Lifetime::FiveMinutes),
            price_written_30m: written(Lifetime::HalfHour),
            price_written_1h: written(Lifetime::Hour),
            price_written_12h: written(Lifetime::HalfDay),
            cost_output: cost_output.normalize(),
        }
    }

    /// The cost of a request with so many hits and so much written; `None` where one of its prices is not published.
    pub fn cost(&self, prompt_tokens: u64, hit_tokens: u64, written: Option<Written>) -> Option<Money> {
        let hit_tokens = hit_tokens.min(prompt_tokens);
        let usage = Usage { hit_tokens, miss_tokens: prompt_tokens - hit_tokens, ..Usage::default() };
        let Usage { hit_tokens, miss_tokens, written, .. } = with_writes(usage, written);
        let charged = |price: Option<Decimal>| price.or(self.price_written.is_none().then_some(self.price_miss));
        let parts = [
            (hit_tokens, self.price_hit),
            (miss_tokens, Some(self.price_miss)),
            (written.unstated, charged(self.price_written)),
            (written.five_minutes, charged(self.price_written_5m)),
            (written.half_hour, charged(self.price_written_30m)),
            (written.hour, charged(self.price_written_1h)),
            (written.half_day, charged(self.price_written_12h)),
        ];
        let amount = parts
            .into_iter()
            .filter(|(tokens, _)| *tokens > 0)
            .map(|(tokens, price)| Some(charge(Decimal::from(tokens), price?)));
        Some(Money::new(amount.sum::<Option<Decimal>>()? + self.cost_output, self.currency))
    }
}
