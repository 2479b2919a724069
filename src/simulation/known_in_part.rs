//! Prompts known in part: sessions of agents hold the conversation, and neither the system prompt nor the tools before it; some logs hold
//! the last question alone, and the provider's count tells it.
//!
//! The missing text is the same in each request of an agent, so that it is a number of tokens, not a share. Of such a prompt the
//! provider's count is taken; without one, our count and what was missing in the request before. Nothing is predicted or priced by the
//! part alone.

use std::collections::HashMap;

use super::{Applied, Record, Simulation, tools};
use crate::exchange::{Exchange, Input, Response, Usage};
use crate::profile::Unpredicted;

/// Reason of prompts in sessions of agents.
const SESSION: &str = "known in part: the session holds neither all of the system prompt nor the tools";

/// Reason of prompts that the provider's count says to be longer.
pub(super) const PIECE: &str = "known in part: the provider counts far more tokens than the log's text has";

/// Tokens from which on a text is missing, not framing that we count otherwise.
const LEAST_MISSING: u64 = 64;

/// Of a count that is an estimate, the factor and the tokens beyond which it is no estimate of that prompt.
const BEYOND_ESTIMATES: (u64, u64) = (3, 1_000);

/// True if the reported count says that text is missing: a quarter more than an exact count, or far more than an estimate. An estimate
/// whose hits are reported stays, since nothing is billed by it.
pub(super) fn is_piece(record: &Record) -> bool {
    let reported = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
    let Some((ours, reported)) = record.prompt_tokens.zip(reported) else { return false };
    if record.estimated.is_some() {
        let (factor, more) = BEYOND_ESTIMATES;
        let is_billed = record.reported.hit_tokens.is_none();
        return is_billed && reported > ours.saturating_mul(factor).saturating_add(more);
    }
    reported.saturating_sub(ours) >= LEAST_MISSING.max(ours / 4)
}

/// A model and the caller that asked it.
type Agent = (Option<String>, Option<String>);

/// Tokens that were missing in the last request of each model and scope that reported its prompt.
#[derive(Debug, Default)]
pub(super) struct Missing {
    tokens: HashMap<Agent, u64>,
    /// Last requests whose part was not counted: only a request without a report asks how much is missing.
    uncounted: HashMap<Agent, Exchange>,
}

impl Simulation<'_> {
    /// Makes the record of a request of which the log holds a part alone, and the provider's counts: it is neither counted nor replayed.
    pub(super) fn counted_by_report(&mut self, exchange: &Exchange, record: &mut Record) {
        let choice = self.counter.choose(exchange, record.replayed_at);
        let writing = self.counter.tool_writing(exchange);
        record.tool_writing = writing.or_else(|| tools::as_logged(&exchange.request.tools));
        let profile = choice.as_ref().map(|(profile, _)| &**profile);
        record.scope_basis = self.settings.sharings.owner_under(&exchange.scope, profile).1;
        match choice {
            Some((profile, basis)) => {
                record.unpriced.clone_from(&profile.unpriced);
                record.minimum = Some(profile.policy.minimum());
                record.applied = Some(Applied::new(&profile, basis));
            }
            None => record.unpredicted = Unpredicted::find(exchange.host.as_deref(), exchange.model_at_maker()),
        }
        self.missing.note_reported(record, exchange);
    }

    /// Sorts the tokens of a prompt that the log does not hold by what the counts tell.
    pub(super) fn judge_by_usage(&mut self, exchange: &Exchange, record: &mut Record) {
        let choice = self.counter.choose(exchange, record.replayed_at);
        let profile = choice.as_ref().map(|(profile, _)| profile.as_ref());
        record.by_usage = self.sessions.judge(exchange, &record.reported, profile);
        if record.applied.is_none() {
            record.applied = choice.map(|(profile, basis)| Applied::new(&profile, basis));
        }
    }

    /// Makes of the record of a counted part one of the whole prompt, as far as the requests before tell how much is missing.
    pub(super) fn part_by_calls_before(&mut self, record: &mut Record) {
        if let Some(reported) = self.missing.take_uncounted(record) {
            let part = match &reported.request.input {
                Input::Redacted(redacted) => redacted.prompt_tokens,
                _ => self.count(&reported, reported.time).counted.prompt_tokens as u64,
            };
            self.missing.learn(record, &reported.usage, part);
        }
        self.missing.apply(record, SESSION);
        // A place in the part is none in the prompt.
        record.divergence = None;
    }
}

impl Missing {
    /// A prompt is known in part.
    pub(super) fn is_used(&self) -> bool {
        !self.tokens.is_empty() || !self.uncounted.is_empty()
    }

    /// Makes a record of a part one of the whole prompt, which the provider counted.
    pub(super) fn note_reported(&mut self, record: &mut Record, exchange: &Exchange) {
        let told = exchange.response.as_ref().map(|response| Response {
            model: response.model.clone(),
            system_fingerprint: response.system_fingerprint.clone(),
            ..Response::default()
        });
        let call = Exchange {
            time: exchange.time,
            host: exchange.host.clone(),
            seller: exchange.seller,
            request: exchange.request.clone(),
            response: told,
            usage: Usage { prompt_tokens: exchange.usage.prompt_tokens, ..Usage::default() },
            format_traits: exchange.format_traits,
            ..Exchange::default()
        };
        self.uncounted.insert(agent(record), call);
        record.prompt_tokens = exchange.usage.prompt_tokens;
        mark(record, SESSION);
    }

    /// The last request of the agent that reported its prompt, if its part was not counted yet.
    pub(super) fn take_uncounted(&mut self, record: &Record) -> Option<Exchange> {
        let is_asked = record.reported.prompt_tokens.is_none() || record.reported.contradicts;
        if is_asked { self.uncounted.remove(&agent(record)) } else { None }
    }

    /// Learns how much was missing in a request of the agent of which the log has a part of so many tokens.
    pub(super) fn learn(&mut self, record: &Record, usage: &Usage, part: u64) {
        if let Some(missing) = usage.prompt_tokens.and_then(|tokens| tokens.checked_sub(part)) {
            self.tokens.insert(agent(record), missing);
        }
    }

    /// Makes a record of a part one of the whole prompt, as far as its tokens are known.
    pub(super) fn apply(&mut self, record: &mut Record, reason: &str) {
        let Some(part) = record.prompt_tokens else { return };
        let agent = agent(record);
        let reported = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
        if let Some(missing) = reported.and_then(|tokens| tokens.checked_sub(part)) {
            self.tokens.insert(agent.clone(), missing);
            self.uncounted.remove(&agent);
        }
        record.prompt_tokens = reported.or_else(|| Some(part + self.tokens.get(&agent)?));
        mark(record, reason);
    }
}

fn agent(record: &Record) -> Agent {
    (record.model.clone(), record.scope.clone())
}

/// Takes from a record what rests on the part.
fn mark(record: &mut Record, reason: &str) {
    record.known_in_part = true;
    record.estimated = Some(reason.into());
    record.unsimulated = Some(reason.into());
    record.prediction = None;
    record.common_tokens = None;
    record.swept = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Reported;
    use crate::exchange::Exchange;

    #[test]
    fn a_count_far_above_the_text_tells_that_text_is_missing() {
        let is_piece = |ours, reported, estimated: Option<&str>| {
            let mut record = Record::from_log(&Exchange::default());
            record.prompt_tokens = Some(ours);
            record.estimated = estimated.map(str::to_owned);
            record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
            is_piece(&record)
        };
        assert!(is_piece(14, Some(12_000), None) && is_piece(8_000, Some(10_000), None));
        // Framing, images and hidden instructions of a few tokens.
        assert!(!is_piece(14, Some(77), None) && !is_piece(8_000, Some(9_999), None) && !is_piece(14, None, None));
        let estimated = Some("no tokenizer");
        assert!(is_piece(14, Some(12_000), estimated) && !is_piece(8_000, Some(20_000), estimated));
    }

    #[test]
    fn what_is_missing_is_a_number_of_tokens() {
        let mut missing = Missing::default();
        let mut whole = |part, reported| {
            let mut record = Record::from_log(&Exchange::default());
            record.prompt_tokens = Some(part);
            record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
            missing.apply(&mut record, SESSION);
            assert!(record.known_in_part && record.prediction.is_none());
            record.prompt_tokens
        };
        assert_eq!(whole(7, None), None);
        assert_eq!(whole(7, Some(18_007)), Some(18_007));
        assert_eq!(whole(900, None), Some(18_900));
    }
}
