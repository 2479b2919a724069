//! What a person takes away from a simulation, in sentences, and what limits it, in notes.

use super::summary::Summary;
use crate::account::CostKind;
use crate::caveat::{Caveats, Code};
use crate::money::Money;
use crate::report::text::{amounts, capitalised, percent, plural, thousands};
use crate::simulation::Group;
use crate::workspace::logs::Logs;

impl Summary {
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
            let why = if totals.known_in_part > 0 {
                "prompts of which the log holds a part are not predicted"
            } else {
                "no rule is known to predict them by"
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

    /// One sentence for the developer who can act: the part of requests whose divergences cost most.
    pub(super) fn for_the_developer(&self, logs: &Logs) -> Option<String> {
        let groups = self.divergences.groups();
        let (group, others) = groups.split_first()?;
        // Those in the last message, which is meant to differ, stand behind the others whatever they cost.
        let is_outdone = others.iter().any(|other| other.tokens > group.tokens);
        let (place, worst) = &group.worst;
        let (line, parent, token) = (logs.short(*place), logs.short(worst.parent), thousands(worst.token));
        let changed = worst
            .place_in_request()
            .map_or_else(|| format!("The prompt from token {token} on"), |place| capitalised(&place));
        let requests = plural(group.requests, "request");
        let all = plural(group.tokens, "token");
        let sentence = if group.requests > 1 {
            let most = plural(group.worst_tokens(), "token");
            format!(
                "{changed} changed in {requests}: {all} missed the cache. Worst: {line}, which differs from {parent} from token \
                 {token} on ({most})."
            )
        } else {
            format!(
                "{changed} changed in {requests}: {all} missed the cache. {} differs from {parent} from token {token} on.",
                capitalised(&line)
            )
        };
        let more = " Changes of the last message, which is meant to differ, cost more.";
        Some(if is_outdone { sentence + more } else { sentence })
    }

    /// One sentence on prompts that share no block with any other, where they weigh a quarter of all: perhaps they should.
    pub(super) fn for_cold_starts(&self, logs: &Logs) -> Option<String> {
        let weighs = |group: &&Group| group.requests > 1 && group.tokens * 4 >= self.tally.totals().simulated_tokens;
        let group = self.divergences.cold().filter(weighs)?;
        let (place, worst) = &group.worst;
        let part = worst.place_in_request().map(|part| format!(", in {part}")).unwrap_or_default();
        Some(format!(
            "{} share no block with an earlier prompt: {} missed the cache. If they should begin alike, compare {} with {}: they \
             differ from token {}{part} on.",
            plural(group.requests, "request"),
            plural(group.tokens, "token"),
            logs.short(*place),
            logs.short(worst.parent),
            thousands(worst.token),
        ))
    }
}
