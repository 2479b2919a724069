//! Money for a record: predicted, reported, and without a cache.
//!
//! A price is the maker's unless a provider is named: which host served a request does not choose among sellers.

use super::{Costs, Prediction, Record};
use crate::money::{Currency, ExchangeRate};
use crate::rates::{Cost, NoRate, Query, Rate, RateCard, Tier, Usage};
use crate::time::Timestamp;

/// How money is counted.
#[derive(Clone, Debug)]
pub struct Pricing {
    /// The rate card.
    pub card: &'static RateCard,
    /// Who sold the requests; `None` is each model's maker.
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
#[derive(Clone, Copy, Debug)]
pub struct Quote<'a> {
    /// In the currency of the card.
    pub rate: Rate<'a>,
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
    /// What a model's tokens cost at a time, in a prompt of that size.
    pub fn quote(&self, query: &Query<'_>) -> Result<Quote<'static>, NoRate> {
        let query = Query { provider: self.provider.as_deref(), currency: self.currency, ..*query };
        match self.card.rate(&query) {
            Ok(rate) => Ok(Quote { rate, exchange: self.exchange_from(rate.currency()) }),
            Err(gap @ (NoRate::NoCurrency { .. } | NoRate::Uncovered { .. })) => self.foreign(&query).ok_or(gap),
            Err(gap) => Err(gap),
        }
    }

    /// The quote for a record whose prompt has so many tokens, or why there is none.
    pub(super) fn quote_for(&self, record: &Record, prompt_tokens: u64) -> Result<Quote<'static>, String> {
        if let Some(reason) = &record.unpriced {
            return Err(reason.clone());
        }
        let model = record.model_at_maker.as_ref().or(record.model.as_ref()).ok_or("no price without a model")?;
        let tier = match record.reported.service_tier.as_deref() {
            None => self.tier,
            Some(word) => Tier::of_response(word)
                .ok_or_else(|| format!("no price for {model} at the service tier `{word}`: not in the card"))?,
        };
        let query = Query { model, at: record.replayed_at.or(self.at), tier, prompt_tokens, ..Query::default() };
        self.quote(&query).map_err(|gap| match gap {
            NoRate::NoTime { .. } => format!("{gap} (--at gives one)"),
            gap => gap.of_any_request(),
        })
    }

    /// The exchange out of a currency that was not asked for by name.
    fn exchange_from(&self, currency: Currency) -> Option<ExchangeRate> {
        self.exchange.iter().copied().find(|rate| self.currency.is_none() && rate.from == currency)
    }

    /// A price in a currency that can be brought into the one wanted.
    fn foreign(&self, query: &Query<'_>) -> Option<Quote<'static>> {
        let usable = self.exchange.iter().filter(|exchange| Some(exchange.into) == self.currency);
        usable.copied().find_map(|exchange| {
            let rate = self.card.rate(&Query { currency: Some(exchange.from), ..*query }).ok()?;
            Some(Quote { rate, exchange: Some(exchange) })
        })
    }

    /// What a record costs with each of these numbers of hits; `None` where it has no price.
    pub(super) fn costs_with(&self, record: &Record, hits: impl Iterator<Item = u64>) -> Option<Vec<Cost>> {
        let prompt_tokens = record.prompt_tokens?;
        let quote = self.quote_for(record, size(record)?).ok()?;
        hits.map(|hit_tokens| quote.cost(&usage(record, prompt_tokens, hit_tokens)).ok()).collect()
    }

    pub(super) fn costs(&self, record: &Record) -> Costs {
        let Some((size, prompt_tokens)) = size(record).zip(record.prompt_tokens.or(record.reported.prompt_tokens))
        else {
            return Costs::default();
        };
        match self.quote_for(record, size) {
            Ok(quote) => priced(record, &quote, prompt_tokens),
            Err(gap) => Costs { gap: Some(gap), ..Costs::default() },
        }
    }
}

/// The size of a prompt by which its price is chosen: the bill goes by the provider's count.
pub(super) fn size(record: &Record) -> Option<u64> {
    let reported = record.reported.prompt_tokens;
    reported.filter(|_| !record.reported.contradicts).or(record.prompt_tokens).or(reported)
}

impl Quote<'_> {
    /// The currency of all its costs.
    pub fn currency(&self) -> Currency {
        self.exchange.map_or(self.rate.currency(), |exchange| exchange.into)
    }

    /// What the usage costs.
    pub fn cost(&self, usage: &Usage) -> Result<Cost, NoRate> {
        self.rate.cost(usage).map(|cost| self.exchanged(cost))
    }

    /// What the usage would cost if no cache existed.
    pub fn cost_without_cache(&self, usage: &Usage) -> Cost {
        self.exchanged(self.rate.cost_without_cache(usage))
    }

    fn exchanged(&self, cost: Cost) -> Cost {
        self.exchange.map_or(cost, |exchange| cost.exchanged(exchange.rate, exchange.into))
    }
}

/// With the predicted hits and without any by our count, and what was reported.
fn priced(record: &Record, quote: &Quote<'_>, prompt_tokens: u64) -> Costs {
    let cost = |usage: &Usage| quote.cost(usage).ok();
    let predicted = |prediction: Prediction| cost(&usage(record, prompt_tokens, prediction.hit_tokens));
    let reported = record.reported.prompt_tokens.zip(record.reported.hit_tokens);
    let reported = reported.filter(|_| !record.reported.contradicts);
    Costs {
        predicted: record.prediction.and_then(predicted),
        reported: reported.and_then(|(prompt, hit)| cost(&with_writes(record, usage(record, prompt, hit)))),
        without_cache: Some(quote.cost_without_cache(&usage(record, prompt_tokens, 0))),
        gap: None,
    }
}

/// The record's tokens with so many hits, nothing written; never more hits than prompt.
pub(super) fn usage(record: &Record, prompt_tokens: u64, hit_tokens: u64) -> Usage {
    let hit_tokens = hit_tokens.min(prompt_tokens);
    Usage {
        hit_tokens,
        miss_tokens: prompt_tokens - hit_tokens,
        output_tokens: record.output_tokens.unwrap_or(0),
        reasoning_tokens: record.reported.reasoning_tokens,
        ..Usage::default()
    }
}

/// The same, the misses that were reported as written charged as written.
pub(super) fn with_writes(record: &Record, usage: Usage) -> Usage {
    let mut left = usage.miss_tokens;
    let mut written = record.reported.written.unwrap_or_default();
    let lifetimes = [
        &mut written.half_day,
        &mut written.hour,
        &mut written.half_hour,
        &mut written.five_minutes,
        &mut written.unstated,
    ];
    for tokens in lifetimes {
        *tokens = (*tokens).min(left);
        left -= *tokens;
    }
    Usage { miss_tokens: left, written, ..usage }
}
