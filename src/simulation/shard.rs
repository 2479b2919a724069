//! Shards: the requests of a log divided so that each shard can be replayed alone, and nothing comes out otherwise.
//!
//! Requests of another owner, model or profile meet another cache. Some of what is learned goes further: hits from outside the log speak of
//! all models of an account, counts alone of all of a caller's requests, lengths that were billed of all requests of a model. A log that
//! shows any of it is divided more coarsely.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Counter, Settings, Sharing, Sharings, Simulation};
use crate::exchange::{Exchange, Input, ScopePart};
use crate::hash;
use crate::time::Timestamp;

/// One of several shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 1.
    pub number: u64,
    /// Number of shards.
    pub of: u64,
}

/// Ways in which requests of a log depend on requests that meet another cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Couplings {
    /// All requests of a caller: some were judged by their counts alone, or are fingerprints beside texts.
    pub by_caller: bool,
    /// All models of an account under one rule: others use it too, outside the log.
    pub by_account: bool,
    /// All requests of a model: lengths or counts were learned from what it reported.
    pub by_model: bool,
}

/// Divides requests.
#[derive(Clone)]
pub struct Divider {
    couplings: Couplings,
    sharings: Arc<Sharings>,
    /// The part of a caller's name that every rule keeps apart.
    apart_by_all: &'static [ScopePart],
    at: Option<Timestamp>,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err("a shard looks like 2/7, the second of seven".into()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// The first shard, which also tells of the whole log.
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// The shard holds the requests with that key.
    pub fn holds(self, key: u128) -> bool {
        key % u128::from(self.of) == u128::from(self.number - 1)
    }
}

impl Couplings {
    /// The words for requests that depend on each other, and so stay in one shard.
    pub fn in_words(self) -> &'static str {
        match (self.by_caller, self.by_account, self.by_model) {
            (true, _, true) | (_, true, true) => "the whole log stays",
            (_, _, true) => "the requests of a model stay",
            (true, _, _) => "the requests of an account stay",
            (_, true, _) => "the requests of an account under one rule stay",
            (false, false, false) => "the requests of an account to a model under one rule stay",
        }
    }
}

impl Divider {
    /// Divides requests that depend on each other in these ways, replayed under these settings.
    pub fn new(couplings: Couplings, settings: &Settings) -> Self {
        let is_by_account = |apart: &[ScopePart]| apart.contains(&ScopePart::Account);
        let together = settings.sharings.iter().any(|(_, judged)| judged.sharing == Sharing::Together);
        let all_by_account = settings.profile.as_ref().is_none_or(|profile| is_by_account(&profile.apart));
        let apart_by_all = if together || !all_by_account { &[][..] } else { &[ScopePart::Account][..] };
        Self { couplings, sharings: Arc::clone(&settings.sharings), apart_by_all, at: settings.pricing.at }
    }

    /// The key of all requests that a request depends on; `None` if its time decides and is not known yet.
    pub fn key(&self, counter: &Counter<'_>, exchange: &Exchange, last: Option<Timestamp>) -> Option<u128> {
        let Couplings { by_caller, by_account, by_model } = self.couplings;
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        // Prompts without a text may be replayed under the rule of whoever redacted them, of their requests nothing finer is told.
        let is_fine = !by_caller && !by_model && has_text;
        let (mut owner, mut profile) = (exchange.scope.owner(self.apart_by_all).text(), String::new());
        if is_fine {
            let time = exchange.time.or(self.at).or(last)?;
            let choice = counter.choose(exchange, Some(time));
            let rule = choice.as_ref().map(|(rule, _)| &**rule);
            (owner, _) = self.sharings.owner_under(&exchange.scope, rule);
            profile = rule.map(|rule| rule.name.clone()).unwrap_or_default();
        } else if matches!(exchange.request.input, Input::Blocks(_)) && !by_caller && !by_model {
            (owner, _) = self.sharings.owner_of_trace(&exchange.scope);
        }
        let owner = if by_model { "" } else { owner.as_str() };
        let model = if by_caller || by_account { "" } else { exchange.model().unwrap_or_default() };
        Some([owner, model, &profile].into_iter().fold(0, |key, part| hash::chain(key, part.as_bytes())))
    }
}

impl Simulation<'_> {
    /// The ways in which the requests so far depended on requests that meet another cache.
    pub fn couplings(&self) -> Couplings {
        Couplings {
            by_caller: self.missing.is_used() || self.sessions.is_used() || self.has_seen == (true, true),
            by_account: self.other_traffic.is_seen(),
            by_model: self.calibration.has_scaled() || self.lengths.is_used(),
        }
    }

    /// Takes note of a request that another shard replays, as far as it leads to later ones; gives the time that stands in for its own.
    pub fn pass_by(&mut self, exchange: &Exchange) -> Option<Timestamp> {
        self.clock = exchange.time.or(self.clock);
        match &exchange.request.input {
            Input::Messages(_) | Input::Text(_) => self.restored_reasoning.learn(exchange),
            Input::Blocks(trace) => {
                self.block_size_of(trace);
            }
            Input::Missing | Input::Redacted(_) => {}
        }
        self.time_of(exchange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!("2/7".parse(), Ok(Shard { number: 2, of: 7 }));
        for wrong in ["0/7", "8/7", "2", "2/", "/7", "-1/7", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_in_one_shard() {
        for key in 0..100 {
            let holding = (1..=7).filter(|number| Shard { number: *number, of: 7 }.holds(key)).count();
            assert_eq!(holding, 1, "{key}");
        }
    }
}
