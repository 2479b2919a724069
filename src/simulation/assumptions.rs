//! Assumptions about what a log does not say, where no reported figure speaks of them, and how much another choice would change.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CountedExchange, Counter, Record};
use crate::exchange::Exchange;
use crate::profile::{Basis, Profile};
use crate::prompt::ToolWriting;
use crate::time::Timestamp;

/// Tokens of requests that are counted under every candidate, which takes some hundredths of a second: all requests of a log of usual length.
/// Of requests beyond them the change is taken to be as large as that of these.
const MOST_TRIED: u64 = 1_000_000;

/// An assumption about requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// The kind: `era`, `key-order`, `order`, `spacing`, `scope` or `hidden-text`.
    pub kind: Cow<'static, str>,
    /// The choice that was made.
    pub choice: String,
    /// The reason for it.
    pub basis: String,
    /// Reported figures that bear the choice out; `None` if none can judge it.
    pub support: Option<String>,
    /// Requests that it is about.
    pub requests: u64,
    /// Tokens by which the prompts (of era and order of keys) or the predicted hits (of the others) could be others; `None` if not known.
    pub could_change_tokens: Option<u64>,
}

/// Assumptions of a run, as its requests are seen.
#[derive(Default)]
pub struct Assumptions {
    eras: Vec<Era>,
    key_order: Trials,
    spacing: Trials,
    hidden_text: u64,
}

/// Requests whose profile their date or name alone suggests.
struct Era {
    profile: Arc<Profile>,
    basis: Basis,
    trials: Trials,
    has_other_candidates: bool,
}

/// Requests of which an assumption was made.
#[derive(Default)]
struct Trials {
    /// Requests that report a figure which could judge it.
    reported: u64,
    /// Of them those that agree.
    agreeing: u64,
    /// Requests that report none.
    silent: u64,
    /// Of them those that were tried otherwise.
    tried: u64,
    /// Tokens of these.
    tried_tokens: u64,
    /// Tokens by which these could be others.
    change: u64,
    /// Requests whose report no candidate reproduces.
    unexplained: u64,
    /// Tokens by which they differ from it.
    unexplained_tokens: u64,
}

impl Trials {
    fn report(&mut self, agrees: bool) {
        self.reported += 1;
        self.agreeing += u64::from(agrees);
    }

    /// Notes a request whose reported count, so many tokens away, no candidate reproduces.
    fn note_unexplained(&mut self, tokens: u64) {
        self.unexplained += 1;
        self.unexplained_tokens += tokens;
    }

    /// Notes a request of so many tokens that reports nothing; `change` tells by how much they could be others, as long as that takes
    /// little.
    fn note_silent(&mut self, tokens: u64, change: impl FnOnce() -> u64) {
        self.silent += 1;
        if self.tried_tokens < MOST_TRIED {
            self.tried += 1;
            self.tried_tokens += tokens;
            self.change += change();
        }
    }

    /// Figures of other requests bear the assumption out.
    fn support(&self) -> Option<String> {
        (self.agreeing * 2 > self.reported).then(|| format!("{} of {}", self.agreeing, self.reported))
    }

    /// The assumption, if requests rest on it that nothing was reported of, or nothing that a candidate reproduces.
    fn assumption(&self, kind: &'static str, choice: String, basis: String) -> Option<Assumption> {
        let change = u128::from(self.change) * u128::from(self.silent) / u128::from(self.tried.max(1));
        let could_change_tokens = u64::try_from(change + u128::from(self.unexplained_tokens)).ok();
        let requests = self.silent + self.unexplained;
        (requests > 0).then(|| Assumption {
            kind: kind.into(),
            choice,
            basis,
            support: self.support(),
            requests,
            could_change_tokens,
        })
    }
}

impl Assumptions {
    /// Notes on what a request's count rests: its era, and the order of its tools' keys.
    pub fn see_count(
        &mut self,
        counter: &Counter<'_>,
        exchange: &Exchange,
        prompt: &CountedExchange,
        time: Option<Timestamp>,
    ) {
        let ours = prompt.counted.prompt_tokens as u64;
        let reported = exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts);
        // An estimate may differ from the report whatever is assumed.
        let is_known = reported.is_none() || prompt.counted.estimated.is_none();
        let change_under = |profile: Option<&Profile>, writing: &ToolWriting| {
            (counter.count_under(exchange, profile, *writing).prompt_tokens as u64).abs_diff(ours)
        };
        if let Some((profile, basis)) = prompt.choice.as_ref().filter(|(_, basis)| basis.is_suggestion()) {
            let era = self.era(profile, *basis);
            match reported {
                Some(reported) => {
                    era.trials.report(reported == ours);
                    if reported != ours && is_known {
                        era.has_other_candidates =
                            era.has_other_candidates || counter.candidates(exchange, time).len() > 1;
                        era.trials.note_unexplained(reported.abs_diff(ours));
                    }
                }
                None => era.trials.note_silent(ours, || {
                    let others = counter.candidates(exchange, time).into_iter().skip(1);
                    let changes = others.map(|other| change_under(Some(&other), &ToolWriting::AS_LOGGED));
                    let most = changes.max();
                    era.has_other_candidates |= most.is_some();
                    most.unwrap_or(0)
                }),
            }
        }
        if reported != Some(ours) && is_known {
            let trial = counter.trials.of_request(&exchange.request);
            if trial.writings.len() > 1 {
                let profile = prompt.choice.as_ref().map(|(profile, _)| &**profile);
                let by_writing = profile.and_then(|profile| counter.most_by_writing(exchange, profile, &trial));
                match (reported, by_writing) {
                    (Some(reported), _) => self.key_order.note_unexplained(reported.abs_diff(ours)),
                    // The same tools change each of their requests alike, which takes no time.
                    (None, Some(most)) => self.key_order.note_silent(0, || most),
                    (None, None) => self.key_order.note_silent(ours, || {
                        trial.writings.iter().map(|writing| change_under(profile, writing)).max().unwrap_or(0)
                    }),
                }
            }
        }
    }

    /// Notes on what a request's hits rest: when it was sent, and what the log hides of its prompt.
    pub fn see_record(&mut self, exchange: &Exchange, record: &Record) {
        self.hidden_text += u64::from(record.known_in_part && record.reported.prompt_tokens.is_none());
        let Some(prediction) = record.prediction.filter(|_| exchange.time.is_none()) else { return };
        match record.compared_hits() {
            Some((predicted, reported)) if predicted > 0 => self.spacing.report(predicted == reported),
            None if prediction.hit_tokens > 0 => {
                self.spacing.silent += 1;
                self.spacing.tried += 1;
                self.spacing.change += prediction.hit_tokens - prediction.hit_tokens_min;
            }
            _ => {}
        }
    }

    /// All that were made.
    pub fn all(&self) -> Vec<Assumption> {
        let eras = self.eras.iter().filter(|era| era.has_other_candidates);
        let mut all: Vec<Assumption> = eras
            .filter_map(|era| era.trials.assumption("era", era.profile.name.clone(), era.basis.to_string()))
            .collect();
        all.extend(self.key_order.assumption(
            "key-order",
            "as logged".into(),
            "the log, whose keys look sorted".into(),
        ));
        let soon = "each soon after the line before".to_owned();
        all.extend(self.spacing.assumption("spacing", soon, "the order of lines without a time".into()));
        all.extend((self.hidden_text > 0).then(|| Assumption {
            kind: "hidden-text".into(),
            choice: "the prompt is known in part".into(),
            basis: "the log, which holds neither system prompt nor tools".into(),
            support: None,
            requests: self.hidden_text,
            could_change_tokens: None,
        }));
        all
    }

    fn era(&mut self, profile: &Arc<Profile>, basis: Basis) -> &mut Era {
        let known = |era: &Era| Arc::ptr_eq(&era.profile, profile) && era.basis == basis;
        let index = self.eras.iter().position(known).unwrap_or_else(|| {
            let (profile, trials) = (Arc::clone(profile), Trials::default());
            self.eras.push(Era { profile, basis, trials, has_other_candidates: false });
            self.eras.len() - 1
        });
        &mut self.eras[index]
    }
}
