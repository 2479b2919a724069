//! Calls that the logs tell more than once: a file that was doubled, a gateway's log beside an SDK's, polls of one answer, an answer
//! that a gateway kept and gave again. None of them was paid for twice, so that each is counted once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Exchange, Input};
use crate::hash::{self, ByDigest};

/// The fewest letters of an id that only one answer has: short ones are made up, and those of several answers may be the same.
const SHORTEST_ID: usize = 8;

/// The calls of a run so far.
#[derive(Default)]
pub(crate) struct SeenCalls {
    /// A digest of the prompt by that of the call's names and counts; `None` where no prompt was logged.
    prompts: HashMap<u128, Option<u128>, ByDigest>,
}

impl SeenCalls {
    /// True if an earlier request is the same call: its answer's id and its counts are the same, or the log's own id, its times and its
    /// counts, and so is the prompt if both have one. Who logs a call a second time has other clocks, and may have no prompt.
    pub(crate) fn has(&mut self, exchange: &Exchange) -> bool {
        let prompt = prompt(exchange);
        // Both names are kept, whichever of them tells a later copy.
        let known = [answered(exchange), at_its_time(exchange)].into_iter().flatten().map(|call| {
            match self.prompts.entry(call) {
                Entry::Vacant(new) => {
                    new.insert(prompt);
                    false
                }
                Entry::Occupied(seen) => prompt.zip(*seen.get()).is_none_or(|(one, other)| one == other),
            }
        });
        known.fold(false, |any, is| any | is)
    }
}

/// A digest of the provider's id of an answer and its counts.
fn answered(exchange: &Exchange) -> Option<u128> {
    let id = answer_id(exchange).filter(|id| id.len() >= SHORTEST_ID)?;
    let (prompt, output) = exchange.usage.prompt_tokens.zip(exchange.usage.output_tokens)?;
    Some(hash::chain(u128::from(prompt) << 64 | u128::from(output), id.as_bytes()))
}

/// A digest of the log's id of a request, its times and its counts. An id may be that of a trace, in which calls run beside each other:
/// what answered them tells them apart.
fn at_its_time(exchange: &Exchange) -> Option<u128> {
    let (id, time) = exchange.id.as_ref().zip(exchange.time)?;
    let usage = &exchange.usage;
    let times = (time.as_nanosecond(), exchange.end_time.map(|end| end.as_nanosecond()));
    let counts = (usage.prompt_tokens, usage.output_tokens, usage.hit_tokens);
    let rest = format!("{times:?} {counts:?} {:?}", answer_id(exchange));
    Some(hash::chain(hash::digest(id.as_bytes()), rest.as_bytes()))
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
    use crate::exchange::{Response, Usage};

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
    fn a_call_is_known_again_by_its_answer_and_counts_whatever_the_clock_of_who_logged_it_says() {
        let mut seen = SeenCalls::default();
        let times = ["2026-11-02T10:00:00Z", "2026-11-02T10:00:03Z"];
        assert!(!seen.has(&call("", "chatcmpl-1a", times[0], Some("a"), 5)));
        assert!(seen.has(&call("", "chatcmpl-1a", times[1], None, 5)), "a gateway that logs no prompt");
        assert!(seen.has(&call("other", "chatcmpl-1a", times[1], Some("a"), 5)));
        assert!(!seen.has(&call("", "chatcmpl-1a", times[1], Some("b"), 5)), "a server that gives all answers one id");
        assert!(!seen.has(&call("", "chatcmpl-1a", times[1], Some("a"), 6)));
        assert!(!seen.has(&call("", "chatcmpl-2b", times[1], Some("a"), 5)));
        assert!(!seen.has(&call("", "1", times[0], Some("a"), 5)));
        assert!(!seen.has(&call("", "1", times[1], Some("a"), 5)), "ids that are made up");
    }

    #[test]
    fn without_an_answers_id_the_logs_own_and_the_times_tell() {
        let mut seen = SeenCalls::default();
        let times = ["2026-11-02T10:00:00Z", "2026-11-02T10:00:03Z"];
        assert!(!seen.has(&call("trace", "", times[0], Some("a"), 5)));
        assert!(!seen.has(&call("trace", "", times[1], Some("a"), 5)));
        assert!(!seen.has(&call("trace", "", times[0], Some("b"), 5)));
        assert!(seen.has(&call("trace", "", times[0], Some("a"), 5)));
        assert!(!seen.has(&call("", "", times[0], Some("a"), 5)));
        assert!(
            !seen.has(&call("", "", times[0], Some("a"), 5)),
            "nothing tells them apart, and nothing that they are one"
        );
    }
}
