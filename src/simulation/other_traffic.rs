//! Traffic that the log does not hold, known by hits that nothing in the log explains.

use std::collections::HashMap;

use super::record::Prediction;
use crate::cache::ScopeKey;
use crate::exchange::Usage;
use crate::profile::Profile;
use crate::time::{SignedDuration, Timestamp};

/// The accounts, under each rule, that requests outside the log use as well, with the time at which that last showed.
#[derive(Debug, Default)]
pub(super) struct OtherTraffic(HashMap<ScopeKey, Option<Timestamp>>);

/// A request as other traffic of its account concerns it.
pub(super) struct Concerned {
    account: ScopeKey,
    time: Option<Timestamp>,
    /// The most of its prompt that the rule could serve, had others sent it before.
    servable: u64,
    /// Time that the rule keeps what is not used, if that is known for sure.
    lifetime: Option<SignedDuration>,
}

/// Others who use an account are taken to use it on, so long after hits that only they explain; at least for a lifetime.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

impl OtherTraffic {
    /// Some account has traffic outside the log.
    pub(super) fn is_seen(&self) -> bool {
        !self.0.is_empty()
    }

    /// Raises the most that a request may be served to what the rule could serve of it at all, once an earlier request of the account was
    /// served more than the log and the rule explain: then others use it, and may have sent this prompt too.
    pub(super) fn widen(&mut self, prediction: &mut Prediction, usage: &Usage, call: &Concerned) {
        let most = prediction.hit_tokens_max;
        if self.0.get(&call.account).is_some_and(|shown| call.follows(*shown)) {
            prediction.hit_tokens_max = most.max(call.servable);
        }
        let is_counted_alike = usage.prompt_tokens == Some(prediction.ledger.total()) && !usage.contradicts;
        if is_counted_alike && usage.hit_tokens.is_some_and(|hits| hits > most) {
            self.0.insert(call.account, call.time);
        }
    }
}

impl Concerned {
    /// A request of an owner under a profile, of which so many tokens could be served by their place.
    pub(super) fn new(owner: &str, time: Option<Timestamp>, profile: &Profile, reach: u64) -> Self {
        Self {
            account: ScopeKey::new(&[owner, &profile.name]),
            time,
            servable: profile.policy.served_prefix(reach),
            lifetime: profile.lifetime.filter(|_| profile.leeway.is_none()),
        }
    }

    /// True if what others sent at that time, or send on, may concern this request; nothing tells without times and a lifetime.
    fn follows(&self, shown: Option<Timestamp>) -> bool {
        let Some(((time, shown), lifetime)) = self.time.zip(shown).zip(self.lifetime) else { return true };
        time.duration_since(shown) <= lifetime.max(LASTS)
    }
}
