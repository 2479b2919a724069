//! Cost: usage at a rate, exact to the last decimal.
//!
//! Every prompt token is charged once: as a hit, as written, or as a miss. Written tokens cost the write price instead of the
//! input price, not on top of it. It does not know fees for tools, images or sound.

use std::ops::Add;

use serde::{Deserialize, Serialize};

use super::no_rate::NoRate;
use super::prices::{Price, charge};
use super::query::{CacheMode, Lifetime};
use super::rate::Rate;
pub use crate::exchange::Written;
use crate::money::{Currency, Decimal, MixedCurrencies, Money};

/// The tokens of one request, or of many at one rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Prompt tokens read from the cache.
    pub hit_tokens: u64,
    /// Prompt tokens neither read nor written.
    pub miss_tokens: u64,
    /// Prompt tokens written to the cache, by lifetime.
    pub written: Written,
    /// All output tokens, reasoning included.
    pub output_tokens: u64,
    /// The output tokens that are reasoning, where known.
    pub reasoning_tokens: Option<u64>,
}

impl Usage {
    /// Hits, misses and written tokens together.
    pub fn prompt_tokens(&self) -> u64 {
        self.hit_tokens + self.miss_tokens + self.written.total()
    }
}

/// Written tokens by lifetime.
fn by_lifetime(written: &Written) -> [(Lifetime, u64); 5] {
    [
        (Lifetime::Default, written.unstated),
        (Lifetime::FiveMinutes, written.five_minutes),
        (Lifetime::HalfHour, written.half_hour),
        (Lifetime::Hour, written.hour),
        (Lifetime::HalfDay, written.half_day),
    ]
}

/// The price of tokens, part by part; the parts add up to the total exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Of every part.
    pub currency: Currency,
    /// For prompt tokens read from the cache.
    pub hit: Decimal,
    /// For prompt tokens neither read nor written.
    pub miss: Decimal,
    /// For prompt tokens written to the cache.
    pub written: Decimal,
    /// For output tokens that are not reasoning.
    pub answer: Decimal,
    /// For output tokens known to be reasoning.
    pub reasoning: Decimal,
}

impl Cost {
    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        let none = Decimal::ZERO;
        Self { currency, hit: none, miss: none, written: none, answer: none, reasoning: none }
    }

    /// For the whole prompt.
    pub fn input(&self) -> Money {
        Money::new(self.hit + self.miss + self.written, self.currency)
    }

    /// For the whole output.
    pub fn output(&self) -> Money {
        Money::new(self.answer + self.reasoning, self.currency)
    }

    /// The same in another currency, where one unit of this one buys `rate` of that one.
    #[must_use]
    pub fn exchanged(self, rate: Decimal, into: Currency) -> Self {
        Self {
            currency: into,
            hit: self.hit * rate,
            miss: self.miss * rate,
            written: self.written * rate,
            answer: self.answer * rate,
            reasoning: self.reasoning * rate,
        }
    }

    /// Adds another cost, of the same currency.
    pub(crate) fn accumulate(&mut self, other: &Self) {
        debug_assert_eq!(self.currency, other.currency, "amounts of one currency add up");
        self.hit += other.hit;
        self.miss += other.miss;
        self.written += other.written;
        self.answer += other.answer;
        self.reasoning += other.reasoning;
    }

    /// For all of it.
    pub fn total(&self) -> Money {
        Money::new(self.input().amount + self.output().amount, self.currency)
    }
}

impl Add for Cost {
    type Output = Result<Self, MixedCurrencies>;

    fn add(self, other: Self) -> Self::Output {
        Ok(Self {
            currency: self.currency.same(other.currency)?,
            hit: self.hit + other.hit,
            miss: self.miss + other.miss,
            written: self.written + other.written,
            answer: self.answer + other.answer,
            reasoning: self.reasoning + other.reasoning,
        })
    }
}

impl Rate {
    /// Cost of the usage; a gap where tokens were read or written at a price that is not published.
    pub fn cost(&self, usage: &Usage) -> Result<Cost, NoRate> {
        let mut written = Decimal::ZERO;
        for (lifetime, tokens) in by_lifetime(&usage.written).into_iter().filter(|(_, tokens)| *tokens > 0) {
            written += self.write_price(lifetime)?.cost(tokens);
        }
        let hit = if usage.hit_tokens == 0 { Decimal::ZERO } else { self.read_price()?.cost(usage.hit_tokens) };
        Ok(Cost { hit, miss: self.prices.input.cost(usage.miss_tokens), written, ..self.output_cost(usage) })
    }

    /// Cost of the usage if no cache existed: the whole prompt at the input price.
    pub fn cost_without_cache(&self, usage: &Usage) -> Cost {
        Cost { miss: self.prices.input.cost(usage.prompt_tokens()), ..self.output_cost(usage) }
    }

    /// Cost of keeping tokens in a cache, if that is charged; in tokens times hours.
    pub fn storage_cost(&self, token_hours: Decimal) -> Option<Money> {
        let price = self.prices.storage_per_hour?.per_million();
        Some(Money::new(charge(token_hours, price), self.currency()))
    }

    /// Number of reads until a charged write has paid for itself; `None` if no number of them would.
    pub fn break_even_reads(&self, lifetime: Lifetime) -> Result<Option<Decimal>, NoRate> {
        let input = self.prices.input.per_million();
        let surcharge = self.write_price(lifetime)?.per_million() - input;
        if surcharge <= Decimal::ZERO {
            return Ok(Some(Decimal::ZERO));
        }
        let saved = input - self.read_price()?.per_million();
        Ok((saved > Decimal::ZERO).then(|| (surcharge / saved).ceil()))
    }

    /// The price of a hit; a gap if none is published. Where a prompt token is free, so is a hit.
    pub fn read_price(&self) -> Result<Price, NoRate> {
        let explicit = self.prices.cache_read_explicit.filter(|_| self.cache == CacheMode::Explicit);
        let free = || Some(self.prices.input).filter(|price| price.per_million().is_zero());
        let price = explicit.or(self.prices.cache_read).or_else(free);
        price.ok_or_else(|| NoRate::NoReadPrice { model: self.row.models[0].to_string() })
    }

    /// The price of a written token; where the row charges no writes at all that of any other prompt token.
    pub fn write_price(&self, lifetime: Lifetime) -> Result<Price, NoRate> {
        let writes = &self.prices.cache_write;
        if writes.is_empty() {
            return Ok(self.prices.input);
        }
        let model = || self.row.models[0].to_string();
        writes.price(lifetime).ok_or_else(|| NoRate::NoWritePrice { model: model(), lifetime })
    }

    fn output_cost(&self, usage: &Usage) -> Cost {
        let reasoning = usage.reasoning_tokens.unwrap_or(0).min(usage.output_tokens);
        Cost {
            answer: self.prices.output.cost(usage.output_tokens - reasoning),
            reasoning: self.prices.reasoning_output.unwrap_or(self.prices.output).cost(reasoning),
            ..Cost::zero(self.currency())
        }
    }
}
