//! Exchanges counted under the profile that each falls under.
//!
//! A count needs no exchange but the one, so that threads can count ahead of the replay.

use std::sync::Arc;

use super::Settings;
use crate::counting::{Counted, Engine, Method};
use crate::exchange::{Exchange, Input};
use crate::profile::{Basis, Call, Choice, Profile, Profiles};
use crate::time::Timestamp;

/// Counts the exchanges of logs, for all threads of a run.
pub struct Counter<'a> {
    profiles: &'a Profiles,
    /// The profile of all exchanges, if the user named one.
    profile: Option<Arc<Profile>>,
    /// The time of exchanges that have none, if the user gave one.
    at: Option<Timestamp>,
    engine: Engine,
}

/// An exchange as tokens, with the profile that it was counted under.
pub struct CountedExchange {
    /// The profile it falls under, and what decided.
    pub(super) choice: Option<(Arc<Profile>, Basis)>,
    pub(super) counted: Counted,
}

impl<'a> Counter<'a> {
    pub(super) fn new(profiles: &'a Profiles, settings: &mut Settings) -> Self {
        let engine = Engine::new(std::mem::take(&mut settings.overrides), settings.max_memory);
        Self { profiles, profile: settings.profile.clone(), at: settings.pricing.at, engine }
    }

    /// Counts an exchange before its turn; `None` if there is nothing to count, or if that depends on the line before.
    pub fn ahead(&self, exchange: &Exchange) -> Option<CountedExchange> {
        let time = exchange.time.or(self.at);
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        // Restored reasoning stands in the lines before.
        let is_alone = has_text && time.is_some() && self.lacking_reasoning(exchange, time).is_empty();
        is_alone.then(|| self.count(exchange, time))
    }

    /// Counts an exchange that was sent at that time.
    pub(super) fn count(&self, exchange: &Exchange, time: Option<Timestamp>) -> CountedExchange {
        let choice = self.choose(exchange, time);
        let profile = choice.as_ref().map(|(profile, _)| profile.as_ref());
        let method = Method::choose(profile, exchange.model_at_maker());
        let (counted, _) = self.engine.count(exchange, method);
        CountedExchange { choice, counted }
    }

    /// The messages (by index) whose reasoning the provider restores.
    pub(super) fn lacking_reasoning(&self, exchange: &Exchange, time: Option<Timestamp>) -> Vec<usize> {
        let has_calls = exchange.request.messages().iter().any(|message| !message.tool_calls.is_empty());
        let choice = if has_calls { self.choose(exchange, time) } else { None };
        choice.map_or_else(Vec::new, |(profile, _)| profile.template.lacking_reasoning(&exchange.request))
    }

    /// The profile of an exchange, and what decided.
    pub(super) fn choose(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<(Arc<Profile>, Basis)> {
        if let Some(profile) = &self.profile {
            return Some((Arc::clone(profile), Basis::Named));
        }
        let response = exchange.response.as_ref();
        let call = Call {
            host: exchange.host.as_deref(),
            fingerprint: response.and_then(|response| response.system_fingerprint.as_deref()),
            time,
            model: exchange.model_at_maker(),
        };
        self.profiles.choose(call).map(|Choice { profile, basis }| (Arc::clone(profile), basis))
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
