//! What a person takes away from a simulation, in sentences, and what limits it, in notes.

use super::summary::Summary;
use crate::account::CostKind;
use crate::commands::caveats::Caveats;
use crate::commands::counts::WITHOUT_OUTPUT;
use crate::money::Money;
use crate::report::text::{amounts, percent, plural, thousands};
use crate::simulation::Group;
use crate::workspace::logs::Logs;

impl Summary {
    /// One sentence for the person who pays.
    pub(super) fn for_the_payer(&self) -> Option<String> {
        let totals = self.tally.totals();
        let Some(ratio) = totals.hit_ratio() else {
            let rated = totals.agreement.rated;
            let reported = percent(rated.ratio()?);
            let of = if rated.requests < totals.requests {
                format!(" of {} of {}", rated.requests, plural(totals.requests, "request"))
            } else {
                String::new()
            };
            return Some(format!(
                "The provider reports {reported} of the prompt tokens{of} as cache hits; no rule is known to predict them by."
            ));
        };
        if self.uncached.requests == totals.simulated {
            return Some(if self.uncached.is_contradicted() {
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
        let which = if is_outdone { " before the last message" } else { "" };
        let (place, worst) = &group.worst;
        let (line, parent, token) = (logs.label(*place), logs.label(worst.parent), thousands(worst.token));
        let within = worst.place_in_request();
        let pays = plural(group.worst_tokens(), "token");
        Some(if group.requests > 1 {
            let within = within.map_or_else(|| format!("at token {token}"), |part| format!("in {part}"));
            let (requests, all) = (plural(group.requests, "request"), plural(group.tokens, "token"));
            format!(
                "Costliest divergences{which}: {requests} part {within} and pay {all} anew; the costliest is {line}, which parts \
                 from {parent} at token {token} and pays {pays}."
            )
        } else {
            let part = within.map(|part| format!(", in {part},")).unwrap_or_default();
            format!(
                "Costliest divergence{which}: {line} parts from {parent} at token {token}{part} and pays {pays} anew."
            )
        })
    }

    /// One sentence on prompts that share no block with any other, where they weigh a quarter of all: perhaps they should.
    pub(super) fn for_cold_starts(&self, logs: &Logs) -> Option<String> {
        let weighs = |group: &&Group| group.requests > 1 && group.tokens * 4 >= self.tally.totals().simulated_tokens;
        let group = self.divergences.cold().filter(weighs)?;
        let (place, worst) = &group.worst;
        let part = worst.place_in_request().map(|part| format!(", in {part}")).unwrap_or_default();
        Some(format!(
            "{} share less than one block with any earlier one, {} in all: if they should begin alike, look at what comes first \
             (such as {} against {}, from token {}{part}).",
            plural(group.requests, "request"),
            plural(group.tokens, "token"),
            logs.label(*place),
            logs.label(worst.parent),
            thousands(worst.token),
        ))
    }

    /// What limits the answer.
    pub(super) fn notes(&self, caveats: &Caveats) -> Vec<String> {
        let agreement = &self.tally.totals().agreement;
        let off = agreement.exact_counted - agreement.exact_equal;
        let checks = [
            (
                off > 0,
                format!(
                    "{} counted differently from the report, by {:+} tokens in all",
                    plural(off, "prompt"),
                    agreement.difference
                ),
            ),
            (
                self.sorted_keys > 0,
                format!(
                    "{} of them with tools whose JSON keys are sorted: a logger that sorts keys changes the prompt by a few tokens",
                    self.sorted_keys
                ),
            ),
            (
                agreement.contradictions > 0,
                format!(
                    "{} contradicting itself (its parts are not the prompt) or no number of tokens",
                    plural(agreement.contradictions, "usage report")
                ),
            ),
            (self.unanswered > 0, format!("{} {WITHOUT_OUTPUT}", plural(self.unanswered, "request"))),
        ];
        let mut notes = self.on_redaction();
        notes.extend(self.uncached.notes());
        if caveats.timed == 0 {
            notes.push("no line has a time: replayed in file order, nothing expires and nothing is pending".into());
        }
        notes.extend(caveats.notes());
        notes.extend(checks.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note));
        notes.extend(self.estimates.notes("count", "estimated"));
        notes.extend(self.gaps.notes("request", "without a price"));
        notes
    }

    /// What redaction leaves unknown, and what keeps redacted requests from being compared.
    fn on_redaction(&self) -> Vec<String> {
        let redacted = self.redacted.requests();
        let mut notes = Vec::new();
        if redacted > 0 {
            let are = plural(redacted, "redacted request");
            notes.push(format!(
                "{are}: hits are exact, the other buckets and where prompts part are known to the block"
            ));
        }
        if self.redacted.len() > 1 {
            let keys: Vec<&str> = self.redacted.iter().map(|(key, _)| key).collect();
            notes.push(format!(
                "redacted with different keys ({}): requests of one never match those of another; redact again with one --key-file",
                keys.join(", ")
            ));
        }
        if (1..self.tally.totals().requests).contains(&redacted) {
            notes.push("redacted and clear requests never match each other: redact all of them".into());
        }
        notes.extend(self.unsimulated.notes("request", "not simulated"));
        notes
    }
}
