//! Token ranges: how far the tokens of a model without a public tokenizer may be from their estimate.
//!
//! 1,035 recorded requests of Anthropic, Gemini, xAI, Mistral and others that their makers count by tokenizers of their own, each of 200
//! tokens or more, held no media and asked for no tool of the provider's: 950 of them were billed between 0.7 and 1.8 times what
//! `o200k_base` counts, with up to 800 tokens more where they have tools (measured 2026-11-29; these instructions for tools are in no log).

use crate::counting::Method;
use crate::exchange::Exchange;
use crate::money::{Decimal, Money};
use crate::profile::Profiles;
use crate::rates::Cost;
use crate::simulation::Record;

/// The least tokens of a prompt, in tenths of the estimate.
const LEAST: i64 = 7;

/// The most tokens of a prompt, in tenths of the estimate, without the instructions for tools.
const MOST: i64 = 18;

/// The most tokens that a provider adds to a prompt with tools.
const TOOL_INSTRUCTIONS: u64 = 800;

/// Factors on the cost of a prompt whose length is an estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenRange {
    least: Decimal,
    most: Decimal,
}

impl TokenRange {
    /// The range of a request as another model would be asked; `None` where its tokens are known: they are cut by the model's own
    /// vocabulary, or billed in this log under the same profile.
    pub(super) fn of_call(exchange: &Exchange, now: &Record, then: &Record) -> Option<Self> {
        let profile = |record: &Record| record.applied.as_ref().map(|applied| applied.profile.clone());
        let is_billed = profile(now).is_some() && profile(now) == profile(then) && now.reported.prompt_tokens.is_some();
        let applied = profile(then).and_then(|name| Profiles::builtin().named(&name));
        Method::choose(applied.map(|profile| &**profile), then.model.as_deref()).doubt.filter(|_| !is_billed)?;
        let tokens = Decimal::from(then.prompt_tokens.filter(|tokens| *tokens > 0)?);
        let instructions = if exchange.request.tools.is_empty() { 0 } else { TOOL_INSTRUCTIONS };
        Some(Self { least: Decimal::new(LEAST, 1), most: Decimal::new(MOST, 1) + Decimal::from(instructions) / tokens })
    }

    /// The range in words.
    pub(super) fn words() -> String {
        let tenths = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
        format!(
            "prompts of {} to {} times the estimated tokens, and up to {TOOL_INSTRUCTIONS} more with tools, as recorded requests have",
            tenths(LEAST),
            tenths(MOST)
        )
    }

    /// The least that a request costs.
    pub(super) fn least(&self, cost: &Cost) -> Option<Money> {
        (cost.input().times(self.least) + cost.output()).ok()
    }

    /// The most that a request costs.
    pub(super) fn most(&self, cost: &Cost) -> Option<Money> {
        (cost.input().times(self.most) + cost.output()).ok()
    }
}
