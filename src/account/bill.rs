//! A bill: the tokens of one request as they are charged, and what that costs, by predicted and by reported hits, without a cache
//! and with the best one.
//!
//! All of it is of one prompt: the provider's count of it where it is reported and does not contradict itself, else ours. Billed
//! hits are the reported ones where the log has them, else the predicted ones; a bill says which. The best cache serves every token
//! shared with any earlier request of the scope: nothing expires, no block is cut off, no unit rule. Only the last token of a prompt
//! is never served, since a model has to read something to answer (`H + tail = min(L, P − 1)`). What is not served costs the input
//! price: which writes would pay is known only afterwards, so where writes are charged the best is a bound. What came before the log
//! is known only by the hits the provider reported of it.

use std::sync::Arc;

use super::{Offered, Pricing, Quote};
use crate::exchange::{Resolution, Usage as Logged, Written};
use crate::money::{Currency, Money};
use crate::rates::{ANOTHER_CARD, CacheMode, Cost, NoRate, Query, Tier, Usage};
use crate::time::Timestamp;

/// The tokens of one request, and what decides on their price.
#[derive(Clone, Copy, Debug)]
pub struct Billable<'a> {
    /// The offer for its model.
    pub offer: &'a Offered,
    /// Instant whose prices apply.
    pub time: Option<Timestamp>,
    /// Tokens of the prompt by our count.
    pub prompt_tokens: Option<u64>,
    /// True if our count may not be the provider's.
    pub is_estimated: bool,
    /// Tokens of the answer: reported, else by our count.
    pub output_tokens: Option<u64>,
    /// Kind of cache that its hits come from, by which some providers charge reads.
    pub cache: CacheMode,
    /// Figures that the provider reported.
    pub reported: &'a Reported,
    /// The hits that are predicted; `None` where no rule is known.
    pub predicted_hits: Option<u64>,
    /// The writes that are predicted; `None` where the rule counts none.
    pub predicted_writes: Option<Written>,
    /// True if it is known that there is no cache.
    pub has_no_cache: bool,
    /// Tokens shared with an earlier request of the scope, by our count; `None` where nothing was compared.
    pub common_tokens: Option<u64>,
    /// Reason why its tokens have no price, if the profile gives one.
    pub unpriced: Option<&'a str>,
}

/// Figures that the provider reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// Of them served from the cache.
    pub hit_tokens: Option<u64>,
    /// Of them written to the cache.
    pub written: Option<Written>,
    /// Tokens of the answer that are reasoning.
    pub reasoning_tokens: Option<u64>,
    /// The service tier, in the provider's word.
    pub service_tier: Option<String>,
    /// The region, in the provider's word, where it may change the price.
    pub region: Option<String>,
    /// Web searches that the provider made for the answer.
    pub web_searches: u64,
    /// True if its numbers contradict each other.
    pub contradicts: bool,
    /// The way in which a contradiction among its numbers was resolved.
    pub resolved: Option<Resolution>,
    /// Names of counters that speak of a cache and are not known.
    pub unknown_counters: Vec<String>,
    /// Names of counters of tokens that are not known, where no count of the prompt is.
    pub unread_counters: Vec<String>,
    /// Tokens of sound, asked or answered.
    pub audio_tokens: u64,
    /// True if it is the sum of several requests.
    pub is_sum: bool,
}

impl From<&Logged> for Reported {
    fn from(usage: &Logged) -> Self {
        Self {
            prompt_tokens: usage.prompt_tokens,
            hit_tokens: usage.hit_tokens,
            written: usage.written,
            reasoning_tokens: usage.reasoning_tokens,
            service_tier: usage.service_tier.clone(),
            region: usage.region.clone(),
            web_searches: usage.web_searches,
            contradicts: usage.contradicts,
            resolved: usage.resolved,
            unknown_counters: usage.unknown_counters.clone(),
            unread_counters: usage.unread_counters.clone(),
            audio_tokens: usage.audio_tokens,
            is_sum: usage.is_sum,
        }
    }
}

/// Tokens as they are charged, and what they cost.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    /// The tokens.
    pub usage: Usage,
    /// Their cost; `None` where there is no price.
    pub cost: Option<Cost>,
}

/// The bill of one request.
#[derive(Clone, Debug)]
pub struct Bill {
    /// With the predicted hits.
    pub predicted: Option<Charge>,
    /// With the reported hits.
    pub reported: Option<Charge>,
    /// With the best cache; `None` where nothing was compared with earlier requests.
    pub best: Option<Charge>,
    /// Without any cache.
    pub without_cache: Option<Cost>,
    /// At which prices, or why there are none.
    pub quote: Result<Quote, String>,
    /// Tokens of the prompt that is billed, whether its hits are known or not.
    pub prompt_tokens: Option<u64>,
    /// The least and the most that it can cost; both are the billed cost where that is known. `None` where there is no price.
    pub bounds: Option<(Cost, Cost)>,
    /// True if the output tokens are known; if not, they are not in the costs.
    pub output_known: bool,
    /// Web searches that the provider made, which are in none of its costs.
    pub web_searches: u64,
    /// Their fee, by a price list that is named; `None` where there was no search, and where no fee is known.
    pub search_fee: Option<(Money, String)>,
    /// True if the tokens written were counted.
    writes_known: bool,
    /// Reason why the reported usage has no cost although the prices are known.
    reported_gap: Option<String>,
}

/// The source of billed hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HitBasis {
    /// The provider reported them.
    Reported,
    /// The cache's rule predicts them.
    Predicted,
}

impl Bill {
    /// The bill of a request, as far as its tokens and its price are known.
    pub fn new(call: &Billable<'_>, pricing: &Pricing) -> Self {
        let Some(prompt_tokens) = call.billed_prompt() else { return Self::default() };
        let quote = call.quote(prompt_tokens, pricing);
        let charge = |usage: Usage| match &quote {
            Ok(quote) => quote.cost(&usage).map(|cost| Charge { usage, cost: Some(cost) }),
            Err(_) => Ok(Charge { usage, cost: None }),
        };
        let unpriced = |usage| Charge { usage, cost: None };
        let usage = |hit_tokens| call.usage(prompt_tokens, hit_tokens);
        let reported_hits = call.reported.hit_tokens.filter(|_| !call.reported.contradicts);
        let reported = reported_hits.map(usage).map(|usage| (usage, charge(with_writes(usage, call.reported.written))));
        let reported_gap = reported.as_ref().and_then(|(_, charge)| Some(charge.as_ref().err()?.to_string()));
        let billed_hits = reported_hits.or(call.predicted_hits);
        let best_hits = billed_hits.and_then(|hits| call.best_hits(prompt_tokens, hits));
        let writes_known = match reported_hits {
            Some(_) => call.reported.written.is_some(),
            None => call.predicted_writes.is_some(),
        };
        let predicted = call.predicted_hits.map(usage).map(|usage| with_writes(usage, call.predicted_writes));
        let web_searches = call.reported.web_searches;
        let search_fee = quote.as_ref().ok().filter(|_| web_searches > 0);
        let search_fee = search_fee.and_then(|quote| pricing.search_fee(quote, web_searches));
        let bill = Self {
            prompt_tokens: Some(prompt_tokens),
            web_searches,
            search_fee,
            predicted: predicted.map(|usage| charge(usage).unwrap_or(unpriced(usage))),
            // Nothing is written by this one, so that a price of writes that is not known does not matter.
            best: best_hits.map(usage).and_then(|usage| charge(usage).ok()),
            reported: reported.map(|(usage, charge)| charge.unwrap_or(unpriced(usage))),
            without_cache: quote.as_ref().ok().map(|quote| quote.cost_without_cache(&usage(0))),
            output_known: call.output_tokens.is_some(),
            writes_known,
            reported_gap,
            quote,
            bounds: None,
        };
        let bounds = bill.quote.as_ref().ok().and_then(|quote| bill.bounds_of(&usage(0), billed_hits, quote));
        Self { bounds, ..bill }
    }

    /// The least and the most that a prompt can cost, so many of its tokens hits where that is known: between all hits and none, between
    /// reads that are free and reads at the input price, and between no writes and nothing but writes, as far as each is not known.
    fn bounds_of(&self, cold: &Usage, hits: Option<u64>, quote: &Quote) -> Option<(Cost, Cost)> {
        if let Some(cost) = self.billed_cost().filter(|_| !self.writes_unknown()) {
            return Some((cost, cost));
        }
        let prompt_tokens = cold.prompt_tokens();
        // Predicted hits are of our count, which may be more than the reported one.
        let hits = hits.map(|hits| hits.min(prompt_tokens));
        let with = |hit_tokens: u64, written: u64| {
            let miss_tokens = prompt_tokens - hit_tokens - written;
            let written = Written { unstated: written, ..Written::default() };
            Usage { hit_tokens, miss_tokens, written, ..*cold }
        };
        let most_hits = hits.unwrap_or(prompt_tokens);
        let least = self.billed_cost().or_else(|| quote.cost(&with(most_hits, 0)).ok());
        let free_reads = || Usage { miss_tokens: prompt_tokens - most_hits, ..*cold };
        let least = least.or_else(|| quote.cost(&free_reads()).ok())?;
        let least_hits = hits.filter(|_| self.billed_cost().is_some()).map_or(0, |hits| hits.min(prompt_tokens));
        let all_written = quote.cost(&with(least_hits, prompt_tokens - least_hits)).ok();
        let unwritten = quote.cost(&with(least_hits, 0)).ok();
        let most = all_written.into_iter().chain(unwritten).max_by_key(|cost| cost.total().amount)?;
        Some((least, most))
    }

    /// The hits that are billed: the reported ones, else the predicted ones. `None` where neither is known.
    pub fn billed(&self) -> Option<(HitBasis, &Charge)> {
        let reported = self.reported.as_ref().map(|charge| (HitBasis::Reported, charge));
        reported.or_else(|| Some((HitBasis::Predicted, self.predicted.as_ref()?)))
    }

    /// The cost of what is billed.
    pub fn billed_cost(&self) -> Option<Cost> {
        self.billed()?.1.cost
    }

    /// Returns the reason why there is no price, if there is none.
    pub fn gap(&self) -> Option<&str> {
        self.quote.as_ref().err().or(self.reported_gap.as_ref()).map(String::as_str)
    }

    /// True if the price list charges writes and none were counted: the billed cost is too low.
    pub fn writes_unknown(&self) -> bool {
        !self.writes_known && self.billed_cost().is_some() && self.quote.as_ref().is_ok_and(Quote::charges_writes)
    }

    /// The currency of its costs.
    pub fn currency(&self) -> Option<Currency> {
        self.quote.as_ref().ok().map(Quote::currency)
    }

    /// The cost of the prompt with so many hits and nothing written; `None` where there is no price, or no hits to go by.
    pub fn input_with(&self, hit_tokens: u64) -> Option<Money> {
        let usage = self.predicted.as_ref().or(self.reported.as_ref())?.usage;
        let prompt_tokens = usage.prompt_tokens();
        let hit_tokens = hit_tokens.min(prompt_tokens);
        let usage = Usage { hit_tokens, miss_tokens: prompt_tokens - hit_tokens, written: Written::default(), ..usage };
        Some(self.quote.as_ref().ok()?.cost(&usage).ok()?.input())
    }

    /// The cost of tokens that missed beyond their cost as hits. They are the first of what missed, and so were written to be kept
    /// for longest, where anything was. `None` where there is no price.
    pub fn premium(&self, tokens: u64) -> Option<Money> {
        let (quote, billed) = (self.quote.as_ref().ok()?, self.billed()?.1.usage);
        let (mut served, mut left) = (billed, tokens);
        let Written { unstated, five_minutes, half_hour, hour, half_day } = &mut served.written;
        for missed in [half_day, hour, half_hour, five_minutes, unstated, &mut served.miss_tokens] {
            let some = left.min(*missed);
            (*missed, left) = (*missed - some, left - some);
        }
        served.hit_tokens += tokens - left;
        (quote.cost(&billed).ok()?.input() - quote.cost(&served).ok()?.input()).ok()
    }

    /// The cost with so many hits, and of the rest so much written, or as much as is predicted; `None` where there is no price.
    pub fn cost_with(&self, hit_tokens: u64, written: Option<Written>) -> Option<Cost> {
        let usage = self.predicted?.usage;
        let prompt_tokens = usage.prompt_tokens();
        let hit_tokens = hit_tokens.min(prompt_tokens);
        let unwritten = Usage { hit_tokens, miss_tokens: prompt_tokens - hit_tokens, ..usage };
        let usage = with_writes(unwritten, written.or(Some(usage.written)));
        self.quote.as_ref().ok()?.cost(&usage).ok()
    }
}

/// The bill of a request of which no tokens are known.
impl Default for Bill {
    fn default() -> Self {
        Self {
            predicted: None,
            reported: None,
            best: None,
            without_cache: None,
            quote: Err("no prompt to count".into()),
            prompt_tokens: None,
            bounds: None,
            output_known: false,
            web_searches: 0,
            search_fee: None,
            writes_known: false,
            reported_gap: None,
        }
    }
}

/// True if a model's price list has one price for text and audio: of the models that hear, Gemini's Pro (Google's price list, 2026-11).
fn charges_audio_as_text(model: &str) -> bool {
    model.contains("gemini-") && model.contains("-pro")
}

impl Billable<'_> {
    /// The tokens of the prompt that is billed, which also choose its price: the provider's count, else ours.
    fn billed_prompt(&self) -> Option<u64> {
        let reported = self.reported.prompt_tokens;
        reported.filter(|_| !self.reported.contradicts).or(self.prompt_tokens).or(reported)
    }

    /// The quote for a prompt of so many tokens, or why there is none.
    fn quote(&self, prompt_tokens: u64, pricing: &Pricing) -> Result<Quote, String> {
        if let Some(reason) = self.unpriced {
            return Err(reason.to_owned());
        }
        let offer = self.offer.as_ref().map_err(Clone::clone)?;
        if self.reported.audio_tokens > 0 && !charges_audio_as_text(offer.model()) {
            return Err(format!("no price for {} with audio: the card has the prices of text alone", offer.model()));
        }
        let tier = match self.reported.service_tier.as_deref() {
            None => pricing.tier,
            Some(word) => Tier::of_response(word).ok_or_else(|| {
                format!("no price for {} at the service tier `{word}`: not in the card ({ANOTHER_CARD})", offer.model())
            })?,
        };
        let region = self.reported.region.as_deref();
        let (at, cache) = (self.time.or(pricing.at), self.cache);
        let quote = |prompt_tokens: u64| {
            let query = Query { at, tier, region, cache, prompt_tokens, ..Query::default() };
            pricing.quote_of(offer, &query).map_err(|gap| match gap {
                NoRate::NoTime { .. } => format!("{gap} (--at gives one)"),
                gap => gap.of_any_request(),
            })
        };
        let found = quote(prompt_tokens)?;
        // A sum is longer than each of its prompts, of which any may be at the price of short ones.
        if self.reported.is_sum && !Arc::ptr_eq(&found.rate.row, &quote(1)?.rate.row) {
            return Err(format!(
                "no price for {}: it depends on the length of each prompt, and this may be the sum of several",
                offer.model()
            ));
        }
        Ok(found)
    }

    /// The tokens with so many hits, nothing written; never more hits than prompt.
    fn usage(&self, prompt_tokens: u64, hit_tokens: u64) -> Usage {
        let hit_tokens = hit_tokens.min(prompt_tokens);
        Usage {
            hit_tokens,
            miss_tokens: prompt_tokens - hit_tokens,
            output_tokens: self.output_tokens.unwrap_or(0),
            reasoning_tokens: self.reported.reasoning_tokens,
            ..Usage::default()
        }
    }

    /// Hits of the best cache. Where our count is an estimate, what is shared is scaled to the count of the provider, rounded down.
    /// Nothing is served where there is no cache, and what was served of traffic outside the log counts as shared.
    fn best_hits(&self, prompt_tokens: u64, billed_hits: u64) -> Option<u64> {
        if self.has_no_cache {
            return Some(billed_hits);
        }
        let common = self.common_tokens?;
        let ours = self.prompt_tokens.filter(|ours| self.is_estimated && *ours > 0);
        let scaled = ours.and_then(|ours| {
            let scaled = u128::from(common) * u128::from(prompt_tokens) / u128::from(ours);
            u64::try_from(scaled).ok()
        });
        Some(scaled.unwrap_or(common).min(prompt_tokens.saturating_sub(1)).max(billed_hits))
    }
}

/// Tokens of a request with misses charged as written, so many as there are.
pub(super) fn with_writes(usage: Usage, written: Option<Written>) -> Usage {
    let mut left = usage.miss_tokens;
    let mut written = written.unwrap_or_default();
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
