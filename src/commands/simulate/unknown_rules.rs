//! Hits that no rule predicts: how many of the requests that could be served were, by provider, and in which steps hits come, by model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::step::{HitStep, WANTED_WITNESSES};
use crate::profile::Unpredicted;
use crate::report::text::{plural, thousands};
use crate::simulation::Record;

/// The most models and providers of which something is said.
const MOST: usize = 3;

/// Requests without a hit of which nothing is said if they are fewer.
const FEW: u64 = 10;

/// Reported hits of requests that fall under no rule.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct UnknownRules {
    /// Those above zero, by model and by the provider of which more is known: each number of tokens with its requests.
    #[serde(with = "crate::pairs")]
    hits: BTreeMap<(String, Option<String>), BTreeMap<u64, u64>>,
    /// Requests by the name of their cache.
    providers: BTreeMap<String, ProviderRepeats>,
}

/// Requests of one provider that report their hits.
#[derive(Default, Serialize, Deserialize)]
struct ProviderRepeats {
    provider: String,
    reason: String,
    minimum: u64,
    /// Requests that share enough with an earlier one to be served.
    able: u64,
    /// Of them, those that were served something.
    served: u64,
    /// Tokens that they share with earlier ones, by our estimate, and tokens that they were served.
    shared_tokens: u64,
    read_tokens: u64,
    /// Reads shorter than the documented minimum.
    short: u64,
}

impl UnknownRules {
    pub(super) fn add(&mut self, record: &Record) {
        // An explicit cache is served whole, whatever rule there is.
        let is_open = record.applied.is_none() && record.explicit_cache.is_none();
        let Some(hits) = record.reported.hit_tokens.filter(|_| is_open) else { return };
        if let Some(unpredicted) = record.unpredicted {
            self.providers.entry(unpredicted.name.clone()).or_default().add(unpredicted, record, hits);
        }
        if let Some(model) = record.model.as_ref().filter(|_| hits > 0) {
            let provider = record.unpredicted.map(|unpredicted| unpredicted.name.clone());
            *self.hits.entry((model.clone(), provider)).or_default().entry(hits).or_default() += 1;
        }
    }

    /// Takes up the hits of other requests.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, hits) in other.hits {
            let known = self.hits.entry(key).or_default();
            for (tokens, calls) in hits {
                *known.entry(tokens).or_default() += calls;
            }
        }
        for (name, repeats) in other.providers {
            self.providers.entry(name).or_default().merge(repeats);
        }
    }

    /// A sentence for each of the providers with the most requests that could be served.
    pub(super) fn on_providers(&self) -> Vec<String> {
        let is_worth = |repeats: &&ProviderRepeats| repeats.able >= FEW || repeats.served > 0;
        let mut providers: Vec<&ProviderRepeats> = self.providers.values().filter(is_worth).collect();
        providers.sort_by_key(|repeats| std::cmp::Reverse(repeats.able));
        providers.into_iter().take(MOST).map(ProviderRepeats::sentence).collect()
    }

    /// A sentence for each of the models with the most hits.
    pub(super) fn on_steps(&self) -> Vec<String> {
        let mut models: Vec<_> = self.hits.iter().collect();
        models.sort_by_key(|(_, hits)| std::cmp::Reverse(hits.values().sum::<u64>()));
        let sentence = |((model, provider), hits): (&(String, Option<String>), &BTreeMap<u64, u64>)| {
            let HitStep { tokens, hits: all, multiples, lengths } = HitStep::most_likely_of(hits)?;
            let calls = plural(all, "reported hit");
            Some(match WANTED_WITNESSES.saturating_sub(lengths) {
                0 if tokens == 1 => format!("The {calls} of {model} come in no steps; `cachecheck infer` shows more."),
                0 => format!(
                    "{multiples} of {calls} of {model} come in steps of {tokens}; its rule is not known; `cachecheck infer` shows more."
                ),
                _ if provider.is_some() => return None,
                more => format!(
                    "No rule of {model} is known, and its {calls} {} too few to infer one: {} of other lengths are needed; `cachecheck infer` shows more.",
                    if all == 1 { "is" } else { "are" },
                    plural(more, "hit")
                ),
            })
        };
        models.into_iter().filter_map(sentence).take(MOST).collect()
    }
}

impl ProviderRepeats {
    fn add(&mut self, unpredicted: &'static Unpredicted, record: &Record, hits: u64) {
        if self.provider.is_empty() {
            self.provider.clone_from(&unpredicted.provider);
            unpredicted.reason.split(';').next().unwrap_or_default().clone_into(&mut self.reason);
        }
        self.minimum = unpredicted.minimum.unwrap_or(1);
        self.short += u64::from(hits > 0 && hits < self.minimum);
        let shared = record.common_tokens.unwrap_or(0);
        if shared >= self.minimum {
            self.able += 1;
            self.served += u64::from(hits > 0);
            self.shared_tokens += shared;
            self.read_tokens += hits;
        }
    }

    fn merge(&mut self, other: Self) {
        (self.provider, self.reason, self.minimum) = (other.provider, other.reason, other.minimum);
        self.able += other.able;
        self.served += other.served;
        self.shared_tokens += other.shared_tokens;
        self.read_tokens += other.read_tokens;
        self.short += other.short;
    }

    fn sentence(&self) -> String {
        let Self { provider, reason, minimum, able, served, .. } = self;
        let short = match self.short {
            0 => String::new(),
            short => format!("; {} shorter than the documented {}", plural(short, "read"), thousands(*minimum)),
        };
        let verb = if *able == 1 { "shares" } else { "share" };
        let shared = if *minimum > 1 { format!("{} or more", plural(*minimum, "token")) } else { "text".into() };
        format!(
            "{provider}: {} of {} that {verb} {shared} with an earlier one read from the cache, {} where about {} are \
             shared{short}. Which of them hit is not predicted: {reason}.",
            thousands(*served),
            plural(*able, "request"),
            plural(self.read_tokens, "token"),
            thousands(self.shared_tokens),
        )
    }
}
