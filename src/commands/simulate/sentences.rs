//! Sentences about a simulation for people, and notes on its limits.

use std::cmp::Reverse;

use super::summary::SimulationSummary;
use crate::account::CostKind;
use crate::caveat::{Caveats, Code};
use crate::money::Money;
use crate::report::text::{amounts, percent, plural};
use crate::simulation::UsageBuckets;

impl SimulationSummary {
    /// One sentence for the person who pays.
    pub(super) fn for_the_payer(&self, caveats: &Caveats) -> Option<String> {
        let totals = self.tally.totals();
        let Some(ratio) = totals.hit_ratio() else {
            let rated = totals.agreement.rated;
            let reported = percent(rated.ratio()?);
            let of = if rated.requests < totals.requests {
                format!(" of {} of {}", rated.requests, plural(totals.requests, "request"))
            } else {
                String::new()
            };
            let why = match totals.by_usage {
                Some(buckets) if !told(&buckets).is_empty() => {
                    format!("counts and times alone say of the rest: {}", told(&buckets))
                }
                _ => "what is known of these caches does not predict them".into(),
            };
            return Some(format!("The provider reports {reported} of the prompt tokens{of} as cache hits; {why}."));
        };
        if caveats.requests(Code::NoCache) == totals.simulated {
            return Some(if caveats.requests(Code::HitsWithoutCache) > 0 {
                "No prompt cache is known at this host, but the provider reports hits there: nothing can be predicted."
                    .into()
            } else {
                "There is no prompt cache at this host: every prompt token is charged in full.".into()
            });
        }
        let mut sentence = format!("Predicted: {} of the prompt tokens come from the cache", percent(ratio));
        let rated = totals.agreement.rated_simulated;
        if let Some(reported) = rated.ratio() {
            let by = if rated.requests < totals.simulated {
                format!(" by {} of these {}", rated.requests, plural(totals.simulated, "request"))
            } else {
                String::new()
            };
            sentence += &format!(" (reported{by}: {})", percent(reported));
        }
        let sums = || totals.account.by_currency();
        let costs: Vec<Money> = sums().filter_map(|sums| sums.cost(CostKind::Predicted)).collect();
        let without: Vec<Money> = sums().filter_map(|sums| sums.without_cache(CostKind::Predicted)).collect();
        if !costs.is_empty() {
            let (costs, without) = (amounts(&costs), amounts(&without));
            sentence += &format!("; that makes {costs} instead of {without} without a cache");
            let priced = totals.account.priced(CostKind::Predicted);
            if priced < totals.requests {
                sentence += &format!(" for the {} with a prediction and a price", plural(priced, "request"));
            }
        }
        Some(sentence + ".")
    }
}

/// The buckets with the most tokens that were not served, in words.
fn told(buckets: &UsageBuckets) -> String {
    const SHOWN: usize = 3;
    let mut missed: Vec<(&str, u64)> = buckets.named().into_iter().skip(1).filter(|(_, tokens)| *tokens > 0).collect();
    missed.sort_by_key(|(_, tokens)| Reverse(*tokens));
    let words = missed
        .iter()
        .take(SHOWN)
        .map(|(name, tokens)| format!("{} {}", plural(*tokens, "token"), UsageBuckets::meaning(name)));
    words.collect::<Vec<_>>().join("; ")
}
