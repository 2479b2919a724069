//! Settings of a simulation: what a user may choose, and what evidence has decided for the log.

use std::sync::Arc;

use super::{CalledBy, Sharings};
use crate::account::Pricing;
use crate::cache::Sweeping;
use crate::counting::Overrides;
use crate::evidence::spacing::Spacing;
use crate::profile::Profile;
use crate::time::SignedDuration;

/// Settings that a user may choose.
#[derive(Default)]
pub struct Settings {
    /// The profile of all exchanges, in place of the one each falls under.
    pub profile: Option<Arc<Profile>>,
    /// In place of the profile's lifetime.
    pub lifetime: Option<SignedDuration>,
    /// In place of the profile's delay.
    pub delay: Option<SignedDuration>,
    /// Blocks or units at most.
    pub capacity: Option<u64>,
    /// Tokens in a block of a trace that does not say.
    pub block_size: Option<u64>,
    /// In place of the profile's tokenizer and template.
    pub overrides: Overrides,
    /// Bytes of tokens that may be remembered so as not to be made again, where there is a bound; no result depends on it.
    pub max_memory: Option<usize>,
    /// Prices and currency.
    pub pricing: Pricing,
    /// Limit at all of whose values each exchange is also replayed, if one was asked for.
    pub sweeping: Option<Sweeping>,
    /// The blocks that exchanges use are recorded, with the callers by whom servers may be chosen.
    pub recording: Option<CalledBy>,
    /// Each record says which parts its prompt has.
    pub wants_parts: bool,
    /// Callers that share a cache, where that is not the profile's own rule.
    pub sharings: Arc<Sharings>,
    /// Moments of requests without a time, where reported hits say more of them than that they follow one another.
    pub spacing: Arc<Spacing>,
}

impl Settings {
    /// The user asks for another cache than the provider's: reported hits do not speak of it.
    pub fn is_another_cache(&self) -> bool {
        self.profile.is_some() || self.sets_limits()
    }

    /// The cache as it is, where the user asks for other limits of it: reported hits speak of that one. `None` where they ask for
    /// another profile, under which they speak of none.
    #[must_use]
    pub fn as_it_is(&self) -> Option<Self> {
        let own = Self { lifetime: None, delay: None, capacity: None, sweeping: None, ..self.again() };
        self.profile.is_none().then_some(own)
    }

    /// The user sets times or space of the cache, and means them exactly.
    pub(super) fn sets_limits(&self) -> bool {
        self.lifetime.is_some() || self.delay.is_some() || self.capacity.is_some()
    }

    /// The same settings for another replay, whose counter has the tokenizer and the template already.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            profile: self.profile.clone(),
            lifetime: self.lifetime,
            delay: self.delay,
            capacity: self.capacity,
            block_size: self.block_size,
            overrides: Overrides::default(),
            max_memory: self.max_memory,
            pricing: self.pricing.clone(),
            sweeping: self.sweeping.clone(),
            recording: self.recording,
            wants_parts: self.wants_parts,
            sharings: Arc::clone(&self.sharings),
            spacing: Arc::clone(&self.spacing),
        }
    }
}
