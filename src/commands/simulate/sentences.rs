//! Sentences about a simulation for people, and notes on its limits.

use std::cmp::Reverse;

use super::summary::SimulationSummary;
use crate::account::CostKind;
use crate::caveat::{Caveats, Code};
use crate::money::Money;
use crate::report::text::{amounts, percent, plural, thousands};
use crate::simulation::UsageBuckets;

impl SimulationSummary {
    /// One sentence for the person who pays.
    pub(super) fn for_the_payer(&self, caveats: &Caveats) -> Option<String> {
        let totals = self.tally.totals();
        let Some(ratio) = totals.hit_ratio() else {
            let rated = totals.agreement.rated;
            let reported = percent(rated.ratio()?);
            let of = if rated.requests < totals.requests {
                format!(" of {} of {}", thousands(rated.requests), plural(totals.requests, "request"))
            } else {
                String::new()
            };
            let money = self.cost_in_words(CostKind::Reported, "with a price").unwrap_or_default();
            let missed = rated.prompt_tokens.saturating_sub(rated.hit_tokens);
            // Buckets of a few of the tokens alone are no answer.
            let judged = totals.by_usage.filter(|buckets| (buckets.total() - buckets.served) * 10 >= missed);
            let why = judged.map(|buckets| largest_bucket(&buckets, missed)).filter(|told| !told.is_empty());
            let why = why.map(|told| format!(" {told}.")).unwrap_or_default();
            return Some(format!(
                "The provider reports {reported} of the prompt tokens{of} as cache hits{money}.{why}"
            ));
        };
        if caveats.requests(Code::NoCache) == totals.simulated {
            return Some(if caveats.requests(Code::HitsWithoutCache) > 0 {
                "No prompt cache is known at this host, but the provider reports hits there: nothing can be predicted."
                    .into()
            } else {
                "There is no prompt cache at this host: every prompt token is charged in full.".into()
            });
        }
        let of = if totals.simulated < totals.requests {
            format!(" of {} of {}", thousands(totals.simulated), plural(totals.requests, "request"))
        } else {
            String::new()
        };
        let mut sentence = format!("Predicted: {} of the prompt tokens{of} come from the cache", percent(ratio));
        let rated = totals.agreement.rated_simulated;
        if let Some(reported) = rated.ratio() {
            let by = if rated.requests < totals.simulated {
                format!(" by {} of these {}", thousands(rated.requests), plural(totals.simulated, "request"))
            } else {
                String::new()
            };
            sentence += &format!(" (reported{by}: {})", percent(reported));
        }
        sentence += &self.cost_in_words(CostKind::Predicted, "with a prediction and a price").unwrap_or_default();
        Some(sentence + ".")
    }

    /// A clause on what requests cost and would cost without a cache; `None` without a price. `which` names those that have one.
    fn cost_in_words(&self, kind: CostKind, which: &str) -> Option<String> {
        let totals = self.tally.totals();
        let sums = || totals.account.by_currency();
        let costs: Vec<Money> = sums().filter_map(|sums| sums.cost(kind)).collect();
        let without: Vec<Money> = sums().filter_map(|sums| sums.without_cache(kind)).collect();
        if costs.is_empty() {
            return None;
        }
        let costs_more = costs.iter().zip(&without).any(|(cost, without)| cost.amount > without.amount);
        let than = if costs_more { ", more than the" } else { " instead of" };
        let mut clause = format!("; that makes {}{than} {} without a cache", amounts(&costs), amounts(&without));
        let priced = totals.account.priced(kind);
        if priced < totals.requests {
            clause += &format!(" for the {} {which}", plural(priced, "request"));
        }
        Some(clause)
    }
}

/// The buckets with the most tokens that were not served, in words; `missed` is the number of all tokens that were not, of which
/// counts alone may tell of a part.
fn largest_bucket(buckets: &UsageBuckets, missed: u64) -> String {
    const SHOWN: usize = 3;
    let mut parts: Vec<(&str, u64)> = buckets.named().into_iter().skip(1).filter(|(_, tokens)| *tokens > 0).collect();
    if parts.is_empty() {
        return String::new();
    }
    parts.sort_by_key(|(_, tokens)| Reverse(*tokens));
    let of = match buckets.total() - buckets.served {
        judged if judged < missed => format!("{} of the tokens that missed", thousands(judged)),
        _ => "those that missed".to_owned(),
    };
    let words = parts
        .iter()
        .take(SHOWN)
        .map(|(name, tokens)| format!("{} {}", plural(*tokens, "token"), UsageBuckets::meaning(name)));
    format!("By counts and times alone, of {of}: {}", words.collect::<Vec<_>>().join("; "))
}
