//! Exchanges counted under the profile that each falls under.
//!
//! A count needs no exchange but the one, so that threads can count ahead of the replay.

use std::sync::Arc;

use super::Settings;
use crate::counting::{Counted, Engine, Method};
use crate::evidence::choice::{MOST_CANDIDATES, Vote};
use crate::evidence::era::{CallKey, Doubts, Era, Eras, GroupKey, Testimony};
use crate::exchange::{Exchange, Input};
use crate::profile::{Basis, Call, Choice, Profile, Profiles};
use crate::time::Timestamp;
use crate::tokens::Sequence;

/// Counts the exchanges of logs, for all threads of a run.
#[derive(Clone)]
pub struct Counter<'a> {
    profiles: &'a Profiles,
    /// The profile of all exchanges, if the user named one.
    profile: Option<Arc<Profile>>,
    /// The time of exchanges that have none, if the user gave one.
    at: Option<Timestamp>,
    engine: Arc<Engine>,
    /// The profiles of calls whose reported counts contradict the suggested one.
    eras: Arc<Eras>,
}

/// An exchange as tokens, with the profile that it was counted under.
pub struct CountedExchange {
    /// The profile it falls under, and what decided.
    pub(super) choice: Option<(Arc<Profile>, Basis)>,
    pub(super) counted: Counted,
}

impl CountedExchange {
    /// Its tokens, and how many of them are the prompt.
    pub fn sequence(&self) -> (&Sequence, usize) {
        (&self.counted.tokens, self.counted.prompt_tokens)
    }
}

impl<'a> Counter<'a> {
    /// Counts under these profiles; takes the user's tokenizer and chat template out of the settings.
    pub fn new(profiles: &'a Profiles, settings: &mut Settings) -> Self {
        let engine = Arc::new(Engine::new(std::mem::take(&mut settings.overrides), settings.max_memory));
        let eras = Arc::default();
        Self { profiles, profile: settings.profile.clone(), at: settings.pricing.at, engine, eras }
    }

    /// The same counter, which knows the eras of some calls and remembers what was tokenised before.
    pub fn with_eras(&self, eras: Eras) -> Self {
        Self { eras: Arc::new(eras), ..self.clone() }
    }

    /// Counts an exchange before its turn; `None` if there is nothing to count, or if that depends on the line before.
    pub fn ahead(&self, exchange: &Exchange) -> Option<CountedExchange> {
        let time = exchange.time.or(self.at);
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        (has_text && time.is_some()).then(|| self.count(exchange, time))
    }

    /// Counts an exchange in its turn, when the time of the line before it is known; `None` if there is nothing to count.
    pub fn count_in_turn(&self, exchange: &Exchange, last: Option<Timestamp>) -> Option<CountedExchange> {
        let time = exchange.time.or(self.at).or(last);
        matches!(exchange.request.input, Input::Messages(_) | Input::Text(_)).then(|| self.count(exchange, time))
    }

    /// Counts an exchange that was sent at that time.
    pub(super) fn count(&self, exchange: &Exchange, time: Option<Timestamp>) -> CountedExchange {
        let choice = self.choose(exchange, time);
        let profile = choice.as_ref().map(|(profile, _)| profile.as_ref());
        let method = Method::choose(profile, exchange.model_at_maker());
        let (counted, _) = self.engine.count(exchange, method);
        CountedExchange { choice, counted }
    }

    /// The profile of an exchange, and what decided.
    pub(super) fn choose(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<(Arc<Profile>, Basis)> {
        if let Some(profile) = &self.profile {
            return Some((Arc::clone(profile), Basis::Named));
        }
        let Choice { profile, basis } = self.profiles.choose(call(exchange, time))?;
        if basis.is_suggestion() && !self.eras.is_empty() {
            if let Some(Era { profile, reproduced, reported }) = self.eras.of_call(CallKey::new(exchange)) {
                let basis = Basis::Counts { reproduced: *reproduced, reported: *reported };
                return Some((Arc::clone(profile), basis));
            }
        }
        Some((Arc::clone(profile), basis))
    }

    /// The group of a call whose profile is only suggested, with what was reported of it; `None` if there is nothing to judge by.
    pub fn doubted_group(
        &self,
        exchange: &Exchange,
        counted: &CountedExchange,
        time: Option<Timestamp>,
    ) -> Option<GroupKey> {
        let (profile, basis) = counted.choice.as_ref()?;
        let reported = reported(exchange)?;
        let agrees = agrees(profile, counted.counted.prompt_tokens, reported);
        (basis.is_suggestion() && agrees != (true, true)).then(|| GroupKey::new(exchange, time))
    }

    /// Counts a call under every profile of its host and model, if its group is contradicted.
    pub fn testify(&self, exchange: &Exchange, time: Option<Timestamp>, doubts: &Doubts) -> Option<Testimony> {
        let group = GroupKey::new(exchange, time);
        if !doubts.contradicts(group) {
            return None;
        }
        let (suggested, basis) = self.choose(exchange, time)?;
        if !basis.is_suggestion() {
            return None;
        }
        let mut candidates = vec![suggested];
        for profile in self.profiles.candidates(call(exchange, time)) {
            if profile.name != candidates[0].name && candidates.len() < MOST_CANDIDATES {
                candidates.push(Arc::clone(profile));
            }
        }
        let mut vote = Vote::default();
        if let Some(reported) = reported(exchange) {
            let mut counts = 0;
            for (index, profile) in candidates.iter().enumerate() {
                let method = Method::choose(Some(profile), exchange.model_at_maker());
                let (has_count, has_hits) =
                    agrees(profile, self.engine.count(exchange, method).0.prompt_tokens, reported);
                counts |= u64::from(has_count) << index;
                vote.impossible_hits |= u64::from(!has_hits) << index;
            }
            vote.counts = Some(counts);
        }
        Some(Testimony { group, call: CallKey::new(exchange), time, candidates, vote })
    }

    /// The profile of that name.
    pub(super) fn profile(&self, name: &str) -> Option<&Arc<Profile>> {
        self.profiles.named(name)
    }

    /// The user brought a tokenizer or a chat template.
    pub(super) fn is_overridden(&self) -> bool {
        self.engine.is_overridden()
    }
}

/// What decides on the profile of an exchange.
fn call(exchange: &Exchange, time: Option<Timestamp>) -> Call<'_> {
    let response = exchange.response.as_ref();
    Call {
        host: exchange.host.as_deref(),
        fingerprint: response.and_then(|response| response.system_fingerprint.as_deref()),
        time,
        model: exchange.model_at_maker(),
    }
}

/// The reported prompt tokens, and the hits in them if they were reported; `None` if there is no report that can be believed.
fn reported(exchange: &Exchange) -> Option<(u64, Option<u64>)> {
    let usage = &exchange.usage;
    usage.prompt_tokens.filter(|_| !usage.contradicts).map(|tokens| (tokens, usage.hit_tokens))
}

/// Whether a profile's count is the reported one, and whether its cache can serve so many hits.
fn agrees(profile: &Profile, counted: usize, (tokens, hits): (u64, Option<u64>)) -> (bool, bool) {
    (counted as u64 == tokens, hits.is_none_or(|hits| hits.is_multiple_of(profile.policy.step())))
}
