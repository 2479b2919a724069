//! Impact: a comparison in blocks of the cache and in money.

use super::Comparison;
use crate::account::{Pricing, Quote};
use crate::money::Money;
use crate::rates::{Query, Usage};
use crate::template::layout::Layout;
use crate::template::prefix::StablePrefix;

/// The effect of a change on a cache and on a bill.
#[derive(Clone, Debug)]
pub struct Impact {
    /// Blocks of the old stable prefix.
    pub blocks_old: Option<u64>,
    /// Blocks of the new one.
    pub blocks_new: Option<u64>,
    /// Blocks of the old one that still serve new requests.
    pub blocks_kept: Option<u64>,
    /// No more tokens stand behind the stable prefix than before: it is shorter only as the prompt is, and still served.
    pub is_tail_kept: bool,
    /// The tokens that a cache serves at least, where only the prompt got shorter, and its stable prefix so short that nothing of it is served.
    pub is_below: Option<u64>,
    /// The prompt's price per request before, its stable prefix in the cache and its variables empty.
    pub cost_old: Option<Money>,
    /// And after.
    pub cost_new: Option<Money>,
    /// The cost of building the new blocks once, less their cost as hits.
    pub rewarm_cost: Option<Money>,
    /// Reason why there is no price.
    pub gap: Option<String>,
}

impl Impact {
    /// Of a comparison, under the layout it was made with.
    pub fn new(comparison: &Comparison, layout: &Layout, pricing: &Pricing) -> Self {
        let size = layout.block_size();
        let blocks = |tokens: Option<u64>| Some(tokens? / size?);
        let (old, new) = (&comparison.old, &comparison.new);
        let kept = comparison.kept_tokens().min(old.servable()).min(new.servable());
        let served = [old.servable(), new.servable(), kept].map(|tokens| layout.served(tokens));
        let is_gone = has_lost_all(comparison, layout);
        let minimum = layout.profile.as_ref().map(|profile| profile.policy.minimum());
        let mut impact = Self {
            blocks_old: blocks(served[0]),
            blocks_new: blocks(served[1]),
            blocks_kept: blocks(served[2]),
            is_tail_kept: tail(new) <= tail(old) && !is_gone,
            is_below: minimum.filter(|_| is_gone && tail(new) <= tail(old)),
            cost_old: None,
            cost_new: None,
            rewarm_cost: None,
            gap: None,
        };
        match quote(new.prompt_tokens, layout, pricing) {
            Ok(quote) => impact.price(&quote, comparison, served),
            Err(gap) => impact.gap = Some(gap),
        }
        impact
    }

    fn price(&mut self, quote: &Quote, comparison: &Comparison, served: [Option<u64>; 3]) {
        self.cost_old = input_cost(quote, &comparison.old, served[0]);
        self.cost_new = input_cost(quote, &comparison.new, served[1]);
        self.rewarm_cost = served[1].zip(served[2]).and_then(|(new, kept)| {
            let cold = input_cost(quote, &comparison.new, Some(kept.min(new)))?;
            minus(cold, self.cost_new?)
        });
    }

    /// Blocks of the old stable prefix that no longer serve.
    pub fn blocks_lost(&self) -> Option<u64> {
        Some(self.blocks_old?.saturating_sub(self.blocks_kept?))
    }

    /// Blocks of the new stable prefix that must be built once.
    pub fn blocks_rebuilt(&self) -> Option<u64> {
        Some(self.blocks_new?.saturating_sub(self.blocks_kept?))
    }

    /// By how much a request's prompt costs more from now on; negative where it costs less.
    pub fn cost_change(&self) -> Option<Money> {
        minus(self.cost_new?, self.cost_old?)
    }
}

/// The cost of a request's prompt, with its stable prefix in the cache and its variables empty.
pub fn prompt_cost(prefix: &StablePrefix, layout: &Layout, pricing: &Pricing) -> Result<Money, String> {
    let quote = quote(prefix.prompt_tokens, layout, pricing)?;
    input_cost(&quote, prefix, layout.served(prefix.servable()))
        .ok_or_else(|| "what the cache serves is not known".into())
}

/// The prices for a prompt of that size, or the reason why they are not known.
pub fn quote(prompt_tokens: u64, layout: &Layout, pricing: &Pricing) -> Result<Quote, String> {
    if let Some(reason) = layout.profile.as_ref().and_then(|profile| profile.unpriced.clone()) {
        return Err(reason);
    }
    let model = layout
        .model()
        .ok_or("no price without a model and a date: --model and --at, or `pricing` in cachecheck.yaml")?;
    let query = Query { model, at: pricing.at, tier: pricing.tier, prompt_tokens, ..Query::default() };
    pricing.quote(&query).map_err(|gap| match gap {
        crate::rates::NoRate::NoTime { .. } => format!("{gap} (--at gives one)"),
        gap => gap.to_string(),
    })
}

/// Tells whether a cache served something of the old stable prefix and serves nothing of the new one.
pub fn has_lost_all(comparison: &Comparison, layout: &Layout) -> bool {
    let served = |prefix: &StablePrefix| layout.served(prefix.servable());
    served(&comparison.old).is_some_and(|tokens| tokens > 0) && served(&comparison.new) == Some(0)
}

/// The tokens behind a stable prefix, its variables empty.
fn tail(prefix: &StablePrefix) -> u64 {
    prefix.prompt_tokens.saturating_sub(prefix.tokens)
}

fn input_cost(quote: &Quote, prefix: &StablePrefix, served: Option<u64>) -> Option<Money> {
    let hit_tokens = served?;
    let miss_tokens = prefix.prompt_tokens.saturating_sub(hit_tokens);
    let usage = Usage { hit_tokens, miss_tokens, ..Usage::default() };
    quote.cost(&usage).ok().map(|cost| cost.input())
}

fn minus(more: Money, less: Money) -> Option<Money> {
    (more.currency == less.currency).then(|| Money::new(more.amount - less.amount, more.currency))
}
