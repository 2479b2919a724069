//! The call that a call should have continued: an earlier turn of its own conversation, else the last call of the same template.
//!
//! It is found by content. A turn is known by its end: its newest message, or its answer, stands among the messages of the turns that
//! follow, whatever happened to the beginning. A template is known by samples of its text, taken where the text itself says, so
//! that text which has moved is found too.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::compare::is_summary;
use super::message::{self, digest, is_instruction};
use super::tools;
use crate::exchange::{Exchange, Input, Message};
use crate::hash;

/// The call that another should have continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its index in the order of replay.
    pub(super) call: usize,
    /// It is a turn of the same conversation.
    pub(super) is_own: bool,
}

/// The calls so far.
#[derive(Default)]
pub(super) struct References {
    calls: Vec<Turn>,
    /// The calls that end in a message.
    ends: HashMap<u128, Vec<usize>>,
    /// The calls that were answered by a text.
    answers: HashMap<u128, Vec<usize>>,
    /// The last call that has a sample of text.
    samples: HashMap<u64, usize>,
    /// The samples of texts that were seen.
    known: HashMap<u128, Arc<[u64]>>,
    /// The last call of each owner and model.
    last: HashMap<u128, usize>,
}

/// Parts of a call that are kept.
struct Turn {
    messages: HashSet<u128>,
    conversation: usize,
    owner: u128,
    is_continued: bool,
}

/// Calls with the same end that are remembered.
const REMEMBERED: usize = 16;

/// Bytes of text that a sample covers.
const WINDOW: usize = 32;

/// One in so many windows is a sample.
const ONE_IN: u64 = 32;

/// Messages of a conversation whose samples are taken, the first ones.
const FIRST: usize = 4;

impl References {
    /// The reference of the next call, which is then remembered.
    pub(super) fn next(&mut self, exchange: &Exchange) -> Option<Reference> {
        let messages = exchange.request.messages();
        let digests: Vec<u128> = messages.iter().map(|message| digest(message)).collect();
        let samples = self.samples_of(exchange);
        let owner = hash::digest(format!("{:?}\0{:?}", exchange.scope, exchange.model()).as_bytes());
        let own = self.own(messages, &digests, owner);
        let found = own
            .map(|call| Reference { call, is_own: true })
            .or_else(|| self.alike(&samples, owner).map(|call| Reference { call, is_own: false }));
        self.remember(exchange, &digests, &samples, owner);
        if let Some(Reference { call, is_own: true }) = found {
            self.calls[call].is_continued = true;
        }
        found
    }

    /// The last turn of the same conversation.
    fn own(&self, messages: &[Arc<Message>], digests: &[u128], owner: u128) -> Option<usize> {
        let conversation = messages.iter().filter(|message| !is_instruction(message)).count();
        if conversation < 2 {
            return self.summarised(messages, owner);
        }
        let present: HashSet<u128> = digests.iter().copied().collect();
        let mut candidates = BTreeSet::new();
        for (message, digest) in messages.iter().zip(digests).rev().filter(|(message, _)| !is_instruction(message)) {
            candidates.extend(self.ends.get(digest).into_iter().flatten());
            if message.role == "assistant" {
                candidates.extend(self.answers.get(&answer_digest(message)).into_iter().flatten());
            }
            if candidates.len() >= REMEMBERED {
                break;
            }
        }
        let overlap = |call: &usize| {
            let turn = &self.calls[*call];
            (turn.messages.intersection(&present).count(), *call)
        };
        let is_turn = |call: &usize| {
            let turn = &self.calls[*call];
            let shared = turn.messages.intersection(&present).count();
            shared * 2 >= turn.conversation.min(conversation - 1)
        };
        let best = candidates.into_iter().filter(is_turn).max_by_key(overlap);
        best.or_else(|| self.summarised(messages, owner))
    }

    /// The last call that a summary seems to stand for: one of the same owner that nothing has continued.
    fn summarised(&self, messages: &[Arc<Message>], owner: u128) -> Option<usize> {
        let first = messages.iter().find(|message| !is_instruction(message))?;
        if !is_summary(&message::text(first)) {
            return None;
        }
        let is_open = |turn: &Turn| turn.owner == owner && !turn.is_continued && turn.conversation >= 3;
        self.calls.iter().rposition(is_open)
    }

    /// The last call with about as much of the same text as any.
    fn alike(&self, samples: &[u64], owner: u128) -> Option<usize> {
        let mut votes: HashMap<usize, usize> = HashMap::new();
        for sample in samples {
            if let Some(call) = self.samples.get(sample) {
                *votes.entry(*call).or_default() += 1;
            }
        }
        let most = votes.values().copied().max().unwrap_or(0);
        if most == 0 {
            return if samples.len() <= 2 { self.last.get(&owner).copied() } else { None };
        }
        let near = votes.into_iter().filter(|(_, votes)| *votes * 3 >= most * 2);
        near.map(|(call, _)| call).max()
    }

    fn remember(&mut self, exchange: &Exchange, digests: &[u128], samples: &[u64], owner: u128) {
        let call = self.calls.len();
        let messages = exchange.request.messages();
        let of_conversation =
            messages.iter().zip(digests).filter(|(message, _)| !is_instruction(message)).map(|(_, digest)| *digest);
        let of_conversation: HashSet<u128> = of_conversation.collect();
        let push = |list: &mut HashMap<u128, Vec<usize>>, digest| {
            let calls = list.entry(digest).or_default();
            if calls.len() == REMEMBERED {
                calls.remove(0);
            }
            calls.push(call);
        };
        if let Some(end) = digests.last() {
            push(&mut self.ends, *end);
        }
        if let Some(answer) = exchange.response.as_ref().and_then(|response| response.message.as_ref()) {
            push(&mut self.answers, answer_digest(answer));
        }
        self.samples.extend(samples.iter().map(|sample| (*sample, call)));
        self.last.insert(owner, call);
        let conversation = of_conversation.len();
        self.calls.push(Turn { messages: of_conversation, conversation, owner, is_continued: false });
    }

    /// Samples of the text of a request: tools, instructions, the first messages and the newest.
    fn samples_of(&mut self, exchange: &Exchange) -> Vec<u64> {
        let mut samples = Vec::new();
        let mut add = |text: &str, known: &mut HashMap<u128, Arc<[u64]>>| {
            let found = known.entry(hash::digest(text.as_bytes())).or_insert_with(|| sampled(text).into());
            samples.extend(found.iter().copied());
        };
        for tool in exchange.request.tools.iter() {
            add(&format!("{} {tool}", tools::name(tool)), &mut self.known);
        }
        if let Input::Text(text) = &exchange.request.input {
            add(text, &mut self.known);
        }
        let messages = exchange.request.messages();
        let mut first = 0;
        for (index, message) in messages.iter().enumerate() {
            let instructs = is_instruction(message);
            if instructs || first < FIRST || index + 1 == messages.len() {
                first += usize::from(!instructs);
                message.content.iter().flat_map(|content| content.texts()).for_each(|text| add(text, &mut self.known));
            }
        }
        samples
    }
}

/// The identity of an answer, whatever its form.
fn answer_digest(message: &Message) -> u128 {
    let mut digest = hash::digest(message::text(message).as_bytes());
    for call in &message.tool_calls {
        digest = hash::chain(digest, call.name.as_bytes());
        digest = hash::chain(digest, call.arguments.as_bytes());
    }
    digest
}

/// Windows of a text that are chosen by what they say, so that text which has moved has the same.
pub fn sampled(text: &str) -> Vec<u64> {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let bytes = text.as_bytes();
    if bytes.len() < WINDOW {
        return Vec::new();
    }
    let power = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let mut samples = Vec::new();
    let mut rolling = 0_u64;
    for (at, byte) in bytes.iter().enumerate() {
        rolling = rolling.wrapping_mul(FACTOR).wrapping_add(u64::from(*byte) + 1);
        if at >= WINDOW {
            rolling = rolling.wrapping_sub(power.wrapping_mul(u64::from(bytes[at - WINDOW]) + 1));
        }
        let mixed = rolling ^ (rolling >> 29);
        let mixed = mixed.wrapping_mul(FACTOR) >> 32;
        if at + 1 >= WINDOW && mixed.is_multiple_of(ONE_IN) {
            samples.push(rolling);
        }
    }
    samples
}
