//! Traffic that the log does not hold, known by hits that nothing in the log explains.

use std::collections::HashSet;

use super::record::Prediction;
use crate::cache::{AnyPolicy, ScopeKey};
use crate::exchange::Usage;

/// The accounts, under each rule, that calls outside the log use as well.
#[derive(Debug, Default)]
pub(super) struct OtherTraffic(HashSet<ScopeKey>);

impl OtherTraffic {
    /// Some account has traffic outside the log.
    pub(super) fn is_seen(&self) -> bool {
        !self.0.is_empty()
    }

    /// Raises the most that a call may be served to its whole prompt less the last token, once an earlier call of the account was
    /// served more than the log and the rule explain: then others use it, and may have sent this prompt too.
    pub(super) fn widen(&mut self, prediction: &mut Prediction, usage: &Usage, account: ScopeKey, policy: AnyPolicy) {
        // Elsewhere hits are not in whole steps of the prompt.
        if !matches!(policy, AnyPolicy::Blocks(_) | AnyPolicy::Units(_) | AnyPolicy::ReplayedWindow(_)) {
            return;
        }
        let (most, prompt_tokens) = (prediction.hit_tokens_max, prediction.ledger.total());
        if self.0.contains(&account) {
            let whole = prompt_tokens.saturating_sub(1) / policy.step() * policy.step();
            prediction.hit_tokens_max = most.max(whole);
        }
        let is_counted_alike = usage.prompt_tokens == Some(prompt_tokens) && !usage.contradicts;
        if is_counted_alike && usage.hit_tokens.is_some_and(|hits| hits > most) {
            self.0.insert(account);
        }
    }
}
