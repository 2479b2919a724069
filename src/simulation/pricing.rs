//! Money for a record: predicted, reported, and without a cache.

use super::{Costs, Record};
use crate::money::Currency;
use crate::rates::{Query, Rate, RateCard, Usage};
use crate::time::Timestamp;

/// How money is counted.
#[derive(Clone, Copy, Debug)]
pub struct Pricing {
    /// The rate card.
    pub card: &'static RateCard,
    /// The currency wanted; `None` is US dollars, or what the card has.
    pub currency: Option<Currency>,
    /// The time of lines that have none.
    pub at: Option<Timestamp>,
}

impl Default for Pricing {
    fn default() -> Self {
        Self { card: RateCard::builtin(), currency: None, at: None }
    }
}

impl Pricing {
    pub(super) fn costs(&self, record: &Record) -> Costs {
        let Some(prompt_tokens) = record.prompt_tokens.or(record.reported.prompt_tokens) else {
            return Costs::default();
        };
        if record.is_self_hosted {
            return Costs { gap: Some("tokens of a server of your own have no price".into()), ..Costs::default() };
        }
        let Some(model) = record.model.as_deref() else {
            return Costs { gap: Some("no price without a model".into()), ..Costs::default() };
        };
        let query =
            Query { model, at: record.time.or(self.at), currency: self.currency, prompt_tokens, ..Query::default() };
        match self.card.rate(&query) {
            Ok(rate) => priced(record, &rate, prompt_tokens),
            Err(gap) => Costs { gap: Some(gap.to_string()), ..Costs::default() },
        }
    }
}

fn priced(record: &Record, rate: &Rate<'_>, prompt_tokens: u64) -> Costs {
    let output_tokens = record.output_tokens.unwrap_or(0);
    let usage = |prompt_tokens: u64, hit_tokens: u64| Usage {
        hit_tokens,
        miss_tokens: prompt_tokens.saturating_sub(hit_tokens),
        output_tokens,
        ..Usage::default()
    };
    let cost = |usage: Usage| rate.cost(&usage).ok();
    let predicted = record.prediction.and_then(|prediction| cost(usage(prompt_tokens, prediction.hit_tokens)));
    let reported = record.reported.prompt_tokens.zip(record.reported.hit_tokens);
    let lost = record.divergence.as_ref().map_or(0, |divergence| divergence.lost_tokens);
    let behind = Usage { miss_tokens: lost, ..Usage::default() };
    let served = Usage { hit_tokens: lost, ..Usage::default() };
    let diverged = cost(behind).zip(cost(served)).map(|(mut miss, hit)| {
        miss.miss -= hit.hit;
        miss
    });
    Costs {
        predicted,
        reported: reported.and_then(|(prompt, hit)| cost(usage(prompt, hit))),
        without_cache: Some(rate.cost_without_cache(&usage(prompt_tokens, 0))),
        diverged: diverged.filter(|_| lost > 0),
        gap: None,
    }
}
