//! Costs that the log itself tells, held against ours: by which way of counting one becomes the other.

use super::{Bill, Quote};
use crate::money::Decimal;
use crate::rates::{Cost, Usage, Written};

/// A way of counting that gives the cost that the log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedAs {
    /// Ours.
    Ours,
    /// Another, in words that complete "the log counts ".
    Otherwise(&'static str),
    /// None that is known.
    Unexplained,
}

impl Bill {
    /// The way in which the log counted the cost that it tells; `None` where ours is not known.
    pub fn logged_as(&self, logged: Decimal) -> Option<LoggedAs> {
        let ours = self.billed_cost()?;
        let usage = self.billed()?.1.usage;
        let quote = self.quote.as_ref().ok()?;
        // A rounded figure agrees to half of its last digit.
        let tolerance = Decimal::new(5, logged.scale().min(12) + 1) + ours.total().amount * Decimal::new(1, 9);
        let is_logged = |amount: Decimal| (amount - logged).abs() <= tolerance;
        if is_logged(ours.total().amount) {
            return Some(LoggedAs::Ours);
        }
        let others = ways(&usage, &ours, quote);
        let way = others.into_iter().find(|(_, amount)| amount.is_some_and(is_logged));
        Some(way.map_or(LoggedAs::Unexplained, |(words, _)| LoggedAs::Otherwise(words)))
    }
}

/// Ways in which gateways are known to count, with what each gives.
fn ways(usage: &Usage, ours: &Cost, quote: &Quote) -> [(&'static str, Option<Decimal>); 8] {
    let total = |usage: Usage| Some(quote.cost(&usage).ok()?.total().amount);
    let prompt = usage.prompt_tokens();
    let written = usage.written.total();
    let unwritten = Usage { written: Written::default(), miss_tokens: usage.miss_tokens + written, ..*usage };
    [
        ("every prompt token at the input price", Some(quote.cost_without_cache(usage).total().amount)),
        ("written tokens at the input price", total(unwritten)),
        ("hits as free", total(Usage { hit_tokens: 0, ..*usage })),
        ("written tokens as free", total(Usage { written: Written::default(), ..*usage })),
        ("cached tokens twice, once at the input price", total(Usage { miss_tokens: prompt, ..*usage })),
        ("the prompt alone", Some(ours.input().amount)),
        (
            "reasoning twice",
            total(Usage { output_tokens: usage.output_tokens + usage.reasoning_tokens.unwrap_or(0), ..*usage }),
        ),
        ("a fee of 5.5 % on top", Some(ours.total().amount * Decimal::new(1055, 3))),
    ]
}
