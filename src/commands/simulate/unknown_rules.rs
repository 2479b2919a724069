//! Hits of models without a published rule: in which steps they come, in a sentence for each model.

use std::collections::BTreeMap;

use crate::evidence::step::{HitStep, WANTED_WITNESSES};
use crate::report::text::plural;
use crate::simulation::Record;

/// The most models of which something is said.
const MOST_MODELS: usize = 3;

/// Reported hits above zero of calls that fall under no rule, by model.
#[derive(Default)]
pub(super) struct UnknownRules(BTreeMap<String, Vec<u64>>);

impl UnknownRules {
    pub(super) fn add(&mut self, record: &Record) {
        let hits = record.reported.hit_tokens.filter(|hits| *hits > 0 && record.applied.is_none());
        if let Some((model, hits)) = record.model.as_ref().zip(hits) {
            self.0.entry(model.clone()).or_default().push(hits);
        }
    }

    /// A sentence for each of the models with the most hits.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut models: Vec<(&String, &Vec<u64>)> = self.0.iter().collect();
        models.sort_by_key(|(_, hits)| std::cmp::Reverse(hits.len()));
        let sentence = |(model, hits): &(&String, &Vec<u64>)| {
            let HitStep { tokens, hits: all, multiples, lengths } = HitStep::most_likely(hits.iter().copied())?;
            let calls = plural(all, "reported hit");
            Some(match WANTED_WITNESSES.saturating_sub(lengths) {
                0 if tokens == 1 => format!("The {calls} of {model} come in no steps; `cachecheck infer` says more."),
                0 => format!(
                    "{multiples} of {calls} of {model} come in steps of {tokens}; no rule of it is known, `cachecheck infer` says more."
                ),
                more => format!(
                    "No rule of {model} is known, and its {calls} are too few to tell one: {} of other lengths would; `cachecheck infer` says more.",
                    plural(more, "hit")
                ),
            })
        };
        models.iter().take(MOST_MODELS).filter_map(sentence).collect()
    }
}
