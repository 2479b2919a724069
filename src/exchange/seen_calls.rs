//! Calls that the logs tell more than once.
//!
//! A second logger of a call, as a gateway is beside an SDK, writes another file or another format, at nearly the same time: such a copy is left
//! out. Two lines of one log with one id may be a log that was doubled as well as recordings whose ids were taken out: both are
//! counted, and named.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Exchange, Input};
use crate::hash::{self, ByDigest};
use crate::time::Timestamp;

/// The fewest letters of an id that several answers may have only by chance: shorter ones are made up, such as numbers.
const SHORTEST_ID: usize = 8;

/// The fewest letters of one that no two answers have: those of providers are random, and longer.
const RANDOM_ID: usize = 20;

/// Seconds by which two loggers of one call may differ: one may write when it begins, the other when it ends.
const APART: u64 = 600;

/// The calls of a run so far.
#[derive(Default)]
pub(crate) struct SeenCalls {
    /// By the answer's id and the counts.
    answered: HashMap<u128, Logged, ByDigest>,
    /// By the log's own id and the time.
    at_their_times: HashSet<u128, ByDigest>,
}

/// A call as it was logged first.
#[derive(Clone, Copy)]
struct Logged {
    source: usize,
    format: Option<&'static str>,
    /// Seconds since 1970.
    time: Option<i64>,
    /// A digest of the prompt; `None` where none was logged.
    prompt: Option<u128>,
    has_random_id: bool,
}

/// An earlier call that a call may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// There is none.
    None,
    /// There is one by its id, and its time or its counts.
    Perhaps,
    /// It is the same, logged by another.
    Same,
}

impl SeenCalls {
    /// Looks at the next call. Both of its names are kept, whichever of them tells a later copy.
    pub(crate) fn see(&mut self, exchange: &Exchange) -> Earlier {
        let is_at_its_time = at_its_time(exchange).is_some_and(|call| !self.at_their_times.insert(call));
        let perhaps = if is_at_its_time { Earlier::Perhaps } else { Earlier::None };
        let Some(call) = answered(exchange) else { return perhaps };
        let logged = Logged::new(exchange);
        match self.answered.entry(call) {
            Entry::Vacant(new) => {
                new.insert(logged);
                perhaps
            }
            Entry::Occupied(earlier) if earlier.get().is_same(&logged) => Earlier::Same,
            Entry::Occupied(_) => Earlier::Perhaps,
        }
    }
}

impl Logged {
    fn new(exchange: &Exchange) -> Self {
        Self {
            source: exchange.place.source(),
            format: exchange.format,
            time: exchange.time.map(Timestamp::as_second),
            prompt: prompt(exchange),
            has_random_id: answer_id(exchange).is_some_and(|id| id.len() >= RANDOM_ID),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_of_another = (self.source, self.format) != (other.source, other.format);
        let is_near = self.time.zip(other.time).is_some_and(|(one, other)| one.abs_diff(other) <= APART);
        let is_one_prompt = self.prompt.zip(other.prompt).is_none_or(|(one, other)| one == other);
        self.has_random_id && is_of_another && is_near && is_one_prompt
    }
}

/// A digest of the provider's id of an answer and its counts.
fn answered(exchange: &Exchange) -> Option<u128> {
    let id = answer_id(exchange).filter(|id| id.len() >= SHORTEST_ID)?;
    let (prompt, output) = exchange.usage.prompt_tokens.zip(exchange.usage.output_tokens)?;
    Some(hash::chain(u128::from(prompt) << 64 | u128::from(output), id.as_bytes()))
}

/// A digest of the log's id of a request and its time.
fn at_its_time(exchange: &Exchange) -> Option<u128> {
    let (id, time) = exchange.id.as_ref().zip(exchange.time)?;
    Some(hash::chain(time.as_nanosecond().cast_unsigned(), id.as_bytes()))
}

fn answer_id(exchange: &Exchange) -> Option<&String> {
    exchange.response.as_ref()?.id.as_ref()
}

/// True if two requests have the same prompt, as far as it is logged.
pub(crate) fn have_one_prompt(one: &Exchange, other: &Exchange) -> bool {
    prompt(one).zip(prompt(other)).is_some_and(|(one, other)| one == other)
}

/// A digest by which two prompts are told apart: of their number of messages and the last one, since what stands before it is long and
/// mostly the same.
fn prompt(exchange: &Exchange) -> Option<u128> {
    match &exchange.request.input {
        Input::Messages(messages) => {
            let (count, last) = messages.last()?;
            let texts = last.content.iter().flat_map(|content| content.texts());
            let calls = last.tool_calls.iter().map(|call| &*call.arguments);
            Some(texts.chain(calls).fold(count as u128, |digest, text| hash::chain(digest, text.as_bytes())))
        }
        Input::Text(text) => Some(hash::digest(text.as_bytes())),
        Input::Redacted(prompt) => Some(prompt.fingerprints.last().copied().unwrap_or_default()),
        Input::Blocks(_) | Input::Missing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Place, Response, Usage};

    fn call(id: &str, answer: &str, time: &str, prompt: Option<&str>, output: u64) -> Exchange {
        let input = prompt.map_or(Input::Missing, |text| Input::Text(text.to_owned()));
        let mut exchange = Exchange {
            id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            time: time.parse().ok(),
            response: Some(Response { id: Some(answer.to_owned()).filter(|id| !id.is_empty()), ..Response::default() }),
            usage: Usage { prompt_tokens: Some(100), output_tokens: Some(output), ..Usage::default() },
            ..Exchange::default()
        };
        exchange.request.input = input;
        exchange
    }

    #[test]
    fn a_call_that_another_logs_as_well_is_known_by_its_answer_and_counts() {
        const ID: &str = "chatcmpl-0123456789ab";
        let (mut seen, times) = (SeenCalls::default(), ["2026-11-02T10:00:00Z", "2026-11-02T10:00:03Z"]);
        let second = |call: Exchange| Exchange { place: Place::new(1, 1), ..call };
        assert_eq!(seen.see(&call("", ID, times[0], Some("a"), 5)), Earlier::None);
        let gateways = second(call("", ID, times[1], None, 5));
        assert_eq!(seen.see(&gateways), Earlier::Same, "a gateway that logs no prompt");
        assert_eq!(seen.see(&second(call("", ID, times[1], Some("a"), 5))), Earlier::Same);
        for not_sure in [
            call("", ID, times[1], Some("a"), 5),
            second(call("", ID, times[1], Some("b"), 5)),
            second(call("", ID, "2026-11-02T12:00:00Z", Some("a"), 5)),
            second(call("", ID, "no time", Some("a"), 5)),
        ] {
            assert_eq!(seen.see(&not_sure), Earlier::Perhaps);
        }
        assert_eq!(seen.see(&call("", ID, times[1], Some("a"), 6)), Earlier::None);
        assert_eq!(seen.see(&call("", "chatcmpl-0123456789ac", times[1], Some("a"), 5)), Earlier::None);
        assert_eq!(seen.see(&call("", "1", times[0], Some("a"), 5)), Earlier::None);
        assert_eq!(seen.see(&second(call("", "1", times[1], Some("a"), 5))), Earlier::None, "ids that are made up");
    }

    #[test]
    fn without_an_answers_id_the_logs_own_and_the_time_tell() {
        let (mut seen, times) = (SeenCalls::default(), ["2026-11-02T10:00:00Z", "2026-11-02T10:00:03Z"]);
        assert_eq!(seen.see(&call("trace", "", times[0], Some("a"), 5)), Earlier::None);
        assert_eq!(seen.see(&call("trace", "", times[1], Some("a"), 5)), Earlier::None);
        assert_eq!(seen.see(&call("trace", "", times[0], Some("a"), 5)), Earlier::Perhaps);
        assert_eq!(seen.see(&call("", "", times[0], Some("a"), 5)), Earlier::None);
        assert_eq!(seen.see(&call("", "", times[0], Some("a"), 5)), Earlier::None);
    }
}
