//! Groups of requests that may have to do with each other: a log in which few requests are written otherwise is replayed for their groups
//! alone.

use std::sync::Arc;

use super::{CountedExchange, Counter, Sharings, Simulation};
use crate::cache::AnyPolicy;
use crate::exchange::{Exchange, ScopePart};
use crate::hash;
use crate::number::to_usize;
use crate::profile::Profile;
use crate::time::Timestamp;

/// Tokens at the beginning of a prompt that tell its group: no cache compares prompts in smaller steps, unless it serves less.
const GROUPED_BY: u64 = 16;

impl CountedExchange {
    /// The group of the request: all that ask the same model, and whose prompts begin with the same tokens, unless lengths matter. Requests of
    /// two groups share nothing that is served, and learn nothing from each other, as long as a cache keeps all that it is given.
    pub fn group(&self, exchange: &Exchange) -> u128 {
        let model = exchange.model().unwrap_or_default();
        let policy = self.choice.as_ref().map_or(AnyPolicy::None, |(profile, _)| profile.policy);
        // Ends of blocks stand by lengths, which are learned from all requests of the model whose counts are estimates. One that is counted
        // to the token learns nothing, but may share its entries with one that does.
        let first = if policy.needs_block_ends() { 0 } else { policy.minimum().min(GROUPED_BY) };
        let tokens = self.counted.tokens.pieces().flatten().take(to_usize(first));
        let tokens: Vec<u8> = tokens.flat_map(|token| token.to_le_bytes()).collect();
        hash::chain(hash::digest(model.as_bytes()), &tokens)
    }
}

impl Counter<'_> {
    /// The parts of a caller's name by which the rule of a request, which may be counted, keeps caches apart, or by which reported hits say
    /// it does.
    pub fn apart(
        &self,
        exchange: &Exchange,
        counted: Option<&CountedExchange>,
        time: Option<Timestamp>,
        sharings: &Sharings,
    ) -> Vec<ScopePart> {
        sharings.apart(self.profile_of(exchange, counted, time).as_deref()).to_vec()
    }

    /// Requests with another `prompt_cache_key` have a cache of their own under the rule of this one.
    pub fn is_apart_by_cache_key(
        &self,
        exchange: &Exchange,
        counted: Option<&CountedExchange>,
        time: Option<Timestamp>,
    ) -> bool {
        let profile = self.profile_of(exchange, counted, time);
        profile.is_some_and(|profile| profile.policy.is_apart_by_cache_key())
    }

    /// The profile of a request, which may be counted.
    fn profile_of(
        &self,
        exchange: &Exchange,
        counted: Option<&CountedExchange>,
        time: Option<Timestamp>,
    ) -> Option<Arc<Profile>> {
        let choice = counted.map_or_else(|| self.choose(exchange, time), |counted| counted.choice.clone());
        choice.map(|(profile, _)| profile)
    }
}

impl Simulation<'_> {
    /// Passes over the next exchange of the log, which has nothing to do with those that are replayed.
    pub fn pass_over(&mut self, exchange: &Exchange) {
        self.clock = exchange.time.or(self.clock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Request;
    use crate::profile::Profiles;
    use crate::simulation::Settings;

    #[test]
    fn a_call_whose_tokens_wait_for_answers_has_the_rule_of_its_model() {
        let counter = Counter::new(Profiles::builtin(), &mut Settings::default());
        let request = Request { model: Some("deepseek-chat".into()), ..Request::default() };
        let exchange = Exchange { request, ..Exchange::default() };
        let apart = counter.apart(&exchange, None, None, &Sharings::default());
        assert_eq!(apart, [ScopePart::Account, ScopePart::UserId]);
    }
}
