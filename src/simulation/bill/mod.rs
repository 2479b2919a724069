//! A bill: what one exchange cost, what it would have cost without a cache, and what the best cache would have made of it.
//!
//! Hits are the reported ones where the log has them, else the simulated ones; a bill says which. The best cache serves every
//! token shared with any earlier exchange of the scope: nothing expires, no block is cut off, no unit rule. Only the last token
//! of a prompt is never served, since a model has to read something to answer (`H + tail = min(L, P − 1)`). What is not served costs the
//! input price: which writes would pay is known only afterwards, so where writes are charged the best is a bound. What came
//! before the log is known only by the hits the provider reported of it.

use super::pricing::{Quote, size, usage, with_writes};
use super::{Pricing, Record};
use crate::rates::{Cost, Usage};

/// What one exchange cost.
#[derive(Clone, Copy, Debug)]
pub struct Bill {
    /// Where its hits come from.
    pub basis: HitBasis,
    /// The tokens as they are charged.
    pub usage: Usage,
    /// What they cost.
    pub cost: Cost,
    /// The same tokens without any cache.
    pub without_cache: Cost,
    /// The same tokens with the best cache; `None` where nothing was compared with earlier exchanges.
    pub best: Option<Cost>,
    /// Whether the output tokens are known; if not, they are not in the cost.
    pub output_known: bool,
    /// Whether the price list charges writes and nobody counted them: the cost is too low.
    pub writes_unknown: bool,
    /// At which prices.
    pub quote: Quote<'static>,
}

/// Where hit tokens come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HitBasis {
    /// The provider reported them.
    Reported,
    /// The cache's rule predicts them.
    Simulated,
}

impl Bill {
    /// The bill of a record, or the name of the gap that keeps it from one.
    pub fn of(record: &Record, pricing: &Pricing) -> Result<Self, String> {
        let reported = &record.reported;
        // Simulated hits in place of a report that contradicts itself are a part of the prompt by our count.
        let prompt_tokens = size(record).ok_or("no prompt to count")?;
        let quote = pricing.quote_for(record, prompt_tokens)?;
        let (basis, hit_tokens) = hits(record).ok_or_else(|| no_hits(record))?;
        let mut charged = usage(record, prompt_tokens, hit_tokens);
        if basis == HitBasis::Reported {
            charged = with_writes(record, charged);
        }
        let best =
            best_hits(record, prompt_tokens, hit_tokens).map(|hits| quote.cost(&usage(record, prompt_tokens, hits)));
        let charges_writes = !quote.rate.prices.cache_write.is_empty();
        Ok(Self {
            basis,
            usage: charged,
            cost: quote.cost(&charged).map_err(|gap| gap.to_string())?,
            without_cache: quote.cost_without_cache(&charged),
            best: best.transpose().map_err(|gap| gap.to_string())?,
            output_known: record.output_tokens.is_some(),
            writes_unknown: charges_writes && (basis == HitBasis::Simulated || reported.written.is_none()),
            quote,
        })
    }
}

/// Hits and where they come from; a report that contradicts itself does not count.
fn hits(record: &Record) -> Option<(HitBasis, u64)> {
    let reported = record.reported.hit_tokens.filter(|_| !record.reported.contradicts);
    let simulated = || Some((HitBasis::Simulated, record.prediction?.hit_tokens));
    reported.map(|hits| (HitBasis::Reported, hits)).or_else(simulated)
}

/// Where our count is an estimate, what is shared is scaled to the count of the provider, rounded down.
/// Nothing is served where there is no cache, and what was served of traffic outside the log counts as shared.
fn best_hits(record: &Record, prompt_tokens: u64, hit_tokens: u64) -> Option<u64> {
    if record.prediction.is_some_and(|prediction| !prediction.has_cache) {
        return Some(hit_tokens);
    }
    let common = record.common_tokens?;
    let ours = record.prompt_tokens.filter(|ours| record.estimated.is_some() && *ours > 0);
    let scaled = ours.and_then(|ours| {
        let scaled = u128::from(common) * u128::from(prompt_tokens) / u128::from(ours);
        u64::try_from(scaled).ok()
    });
    Some(scaled.unwrap_or(common).min(prompt_tokens.saturating_sub(1)).max(hit_tokens))
}

fn no_hits(record: &Record) -> String {
    if let Some(reason) = &record.unsimulated {
        return format!("no hits reported, and not simulated: {reason}");
    }
    let model = record.model.as_deref().unwrap_or_default();
    format!("no hits reported, and no cache rule known to simulate {model} by (--profile names one)")
}

#[cfg(test)]
mod tests;
