//! The request that a request should have continued: an earlier turn of its own conversation, else the last request of the same template.
//!
//! It is found by content. A turn is known by its end: its newest message, or its answer, stands among the messages of the turns that
//! follow, whatever happened to the beginning. A template is known by samples of its text, taken where the text itself says, so
//! that text which has moved is found too.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::message::{self, turn_digest};
use super::summary::sums_up;
use super::text_diffs::address;
use super::tools;
use crate::exchange::{Content, Exchange, Input, Message, Messages, SumOfMessages};
use crate::hash::{self, ByDigest};

/// The request that another should have continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its index in the order of replay.
    pub(super) call: usize,
    /// It is a turn of the same conversation.
    pub(super) is_own: bool,
}

/// The requests so far.
#[derive(Default)]
struct References<'a> {
    calls: Vec<Turn<'a>>,
    /// The messages of each request.
    said: SumOfMessages<Said>,
    /// The requests that end in a message.
    ends: HashMap<u128, Vec<usize>, ByDigest>,
    /// The requests that were answered by a text.
    answers: HashMap<u128, Vec<usize>, ByDigest>,
    /// The last request that has a sample of text.
    samples: HashMap<u64, usize, ByDigest>,
    seen: Seen,
    /// The last request of each owner and model.
    last: HashMap<u128, usize, ByDigest>,
    summaries: Vec<Summary>,
}

/// Long words of a text, and three of any words in a row.
fn phrases(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let long = words.iter().filter(|word| word.len() > 3).map(|word| (*word).to_owned());
    long.chain(words.windows(3).map(|three| three.join(" "))).collect()
}

/// The one of several conversations whose own words a summary has: half as many again as any other.
fn told_by_words(summary: &Exchange, open: &[usize], calls: &[&Exchange]) -> Option<usize> {
    let words = |exchange: &Exchange| -> HashSet<String> {
        let said = exchange.request.messages().iter().filter(|message| !message.is_system());
        said.flat_map(|said| phrases(&message::text(said))).collect()
    };
    let theirs: Vec<HashSet<String>> = open.iter().map(|call| words(calls[*call])).collect();
    let own =
        |index: usize, word: &String| !theirs.iter().enumerate().any(|(other, of)| other != index && of.contains(word));
    let first = summary.request.messages().iter().find(|message| !message.is_system())?;
    let said: HashSet<String> = phrases(&message::text(first)).into_iter().collect();
    let count = |index: usize| theirs[index].intersection(&said).filter(|word| own(index, word)).count();
    let mut counts: Vec<(usize, usize)> = (0..open.len()).map(|index| (count(index), open[index])).collect();
    counts.sort_unstable();
    let (most, call) = *counts.last()?;
    let next = counts.iter().rev().nth(1).map_or(0, |(count, _)| *count);
    (most >= 3 && most * 2 >= next * 3).then_some(call)
}

/// The conversation begins with a summary of what came before.
fn is_summed_up(messages: &[Arc<Message>]) -> bool {
    messages.iter().find(|message| !message.is_system()).is_some_and(|first| sums_up(first))
}

/// Texts that were looked at.
#[derive(Default)]
struct Seen {
    /// The samples of texts.
    known: HashMap<u128, Arc<[u64]>, ByDigest>,
    /// The samples of messages and of lists of tools, by their addresses: the requests keep them.
    of_shared: HashMap<usize, Arc<[u64]>>,
    /// The digests of messages as turns, by their addresses as well.
    turns: HashMap<usize, u128>,
}

/// The messages of a request as far as it is told by them.
#[derive(Default)]
struct Said {
    /// Those of its conversation.
    messages: HashSet<u128, ByDigest>,
    /// Their number: one may say again what was said before.
    count: usize,
    /// The newest message of all.
    end: Option<u128>,
    /// Samples of its instructions.
    instructions: Vec<u64>,
    /// Samples of the first messages of the conversation.
    first: Vec<u64>,
    /// The newest, if it is none of the first.
    newest: Option<Arc<Message>>,
    /// The last request that sent these messages, or all but the last of them.
    call: Option<usize>,
}

/// Parts of a request that are kept.
struct Turn<'a> {
    exchange: &'a Exchange,
    /// The messages of its conversation, with its answer; those of a session, which are those of all turns before, are put together where they
    /// are asked for.
    said: Option<HashSet<u128, ByDigest>>,
    /// The number of messages of its conversation that were sent.
    conversation: usize,
    owner: u128,
    is_continued: bool,
    /// Samples of its tools, and of these and its instructions.
    of_tools: usize,
    of_template: usize,
    /// The identity of both.
    template: u128,
}

/// Samples of the text of a request.
#[derive(Default)]
struct Samples {
    all: Vec<u64>,
    /// The first so many are those of tools.
    of_tools: usize,
    /// The first so many are those of tools and instructions.
    of_template: usize,
}

/// Requests with the same end that are remembered.
const REMEMBERED: usize = 16;

/// Requests among which a conversation that goes on with a summary is looked for, the last ones.
const LATELY: usize = 40;

/// Bytes of text that a sample covers.
const WINDOW: usize = 32;

/// One in so many windows is a sample.
const ONE_IN: u64 = 32;

/// Samples of instructions from which on they tell templates apart without the tools.
const TELLING: usize = 8;

/// Samples of an answer from which on text that has them quotes it.
const QUOTED: usize = 8;

/// Messages of a conversation whose samples are taken, the first ones.
const FIRST: usize = 4;

impl Samples {
    /// The identity of tools and instructions, whatever values stand in them: the samples that most requests share come first.
    fn template(&self) -> u128 {
        let first = self.all[..self.of_template].iter().min();
        first.map_or(0, |sample| u128::from(*sample))
    }
}

/// A request that may go on with a summary of a conversation, which one is told by what comes later.
struct Summary {
    call: usize,
    owner: u128,
    template: u128,
    /// Its words tell that it is one.
    is_told: bool,
}

/// The references of requests, which stand in the order of replay.
pub(super) fn references<'a>(calls: impl Iterator<Item = &'a Exchange>) -> Vec<Option<Reference>> {
    let mut seen = References::default();
    let calls: Vec<&Exchange> = calls.collect();
    let mut references: Vec<Option<Reference>> = calls.iter().map(|exchange| seen.next(exchange)).collect();
    for summary in std::mem::take(&mut seen.summaries) {
        if let Some(call) = seen.summarised(&summary, &calls) {
            seen.calls[call].is_continued = true;
            references[summary.call] = Some(Reference { call, is_own: true });
        }
    }
    references
}

impl<'a> References<'a> {
    /// The reference of the next request, which is then remembered.
    fn next(&mut self, exchange: &'a Exchange) -> Option<Reference> {
        let none = Messages::default();
        let messages = if let Input::Messages(messages) = &exchange.request.input { messages } else { &none };
        let (call, seen) = (self.calls.len(), &mut self.seen);
        let said = self.said.next(messages, |said, message| said.add(message, seen));
        let samples = self.seen.samples_of(exchange, said);
        // The turn before in a session is known without a look at its messages.
        let before = said.call.replace(call);
        let (has_said, has_conversation) = (said.count >= 1, said.count >= 2);
        let (end, conversation) = (said.end, said.messages.len());
        let mut said = (!messages.are_of_session()).then(|| std::mem::take(&mut said.messages));
        let owner = hash::digest(format!("{:?}\0{:?}", exchange.scope.name(), exchange.model()).as_bytes());
        let own = || before.or_else(|| self.own(messages.as_slice()));
        let own = has_conversation.then(own).flatten();
        if own.is_none() && has_said {
            let is_told = is_summed_up(messages.as_slice());
            self.summaries.push(Summary { call, owner, template: samples.template(), is_told });
        }
        let found = own
            .map(|call| Reference { call, is_own: true })
            .or_else(|| self.alike(&samples, owner).map(|call| Reference { call, is_own: false }));
        self.remember(exchange, end, &samples, owner);
        if let Some(said) = &mut said {
            said.extend(answer_of(exchange));
        }
        let Samples { of_tools, of_template, .. } = samples;
        let template = samples.template();
        let turn = Turn { exchange, said, conversation, owner, is_continued: false, of_tools, of_template, template };
        self.calls.push(turn);
        if let Some(Reference { call, is_own: true }) = found {
            self.calls[call].is_continued = true;
        }
        found
    }

    /// The last turn of the same conversation, by its messages.
    fn own(&self, messages: &[Arc<Message>]) -> Option<usize> {
        let conversation = messages.iter().filter(|message| !message.is_system()).count();
        let mut candidates = BTreeSet::new();
        for message in messages.iter().rev().filter(|message| !message.is_system()) {
            let digest = self.seen.turn(message);
            candidates.extend(self.ends.get(&digest).into_iter().flatten());
            if message.role == "assistant" {
                candidates.extend(self.answers.get(&digest).into_iter().flatten());
            }
            if candidates.len() >= REMEMBERED {
                break;
            }
        }
        if candidates.is_empty() {
            return None;
        }
        let present: HashSet<u128, ByDigest> = messages.iter().map(|message| self.seen.turn(message)).collect();
        let shared = |call: usize| self.calls[call].messages(&self.seen).intersection(&present).count();
        let is_turn =
            |(shared, call): &(usize, usize)| shared * 4 >= self.calls[*call].conversation.min(conversation - 1);
        let turns = candidates.into_iter().map(|call| (shared(call), call)).filter(is_turn);
        turns.max().map(|(_, call)| call)
    }

    /// The request that a summary seems to stand for: one of the same owner that nothing else has continued, before it or after. A beginning
    /// that no words tell to be one is a summary if it has an answer of the model, which was asked for it.
    fn summarised(&mut self, summary: &Summary, calls: &[&Exchange]) -> Option<usize> {
        let is_open = |turn: &Turn| {
            let is_alike = turn.owner == summary.owner && turn.template == summary.template;
            is_alike && !turn.is_continued && turn.conversation >= 3
        };
        let lately = summary.call.saturating_sub(LATELY);
        let open: Vec<usize> = (lately..summary.call).filter(|call| is_open(&self.calls[*call])).collect();
        if open.is_empty() {
            return None;
        }
        if !summary.is_told {
            let asked = self.answered_in(calls[summary.call], (lately..summary.call).rev(), calls)?;
            if open.contains(&asked) {
                return Some(asked);
            }
        }
        if let Some(call) = told_by_words(calls[summary.call], &open, calls) {
            return Some(call);
        }
        // Histories are summed up as they grow long, and conversations that have ended are ever longer ago.
        let weight = |call: &usize| self.calls[*call].conversation * LATELY / (8 + summary.call - call);
        open.into_iter().max_by_key(|call| (weight(call), *call))
    }

    /// The first of these requests whose answer stands at the beginning of a conversation, as far as samples tell.
    fn answered_in(
        &mut self,
        exchange: &Exchange,
        mut before: impl Iterator<Item = usize>,
        calls: &[&Exchange],
    ) -> Option<usize> {
        let messages = exchange.request.messages();
        let first = messages.iter().find(|message| !message.is_system()).filter(|first| first.role == "user")?;
        let said: HashSet<u64> = self.seen.of_text(&message::text(first)).iter().copied().collect();
        if said.len() < QUOTED {
            return None;
        }
        before.find(|call| {
            let answer = calls[*call].response.as_ref().and_then(|response| response.message.as_ref());
            let answer = answer.map_or_else(|| Arc::from([]), |answer| self.seen.of_text(&message::text(answer)));
            let quoted = answer.iter().filter(|sample| said.contains(sample)).count();
            quoted >= QUOTED && quoted * 4 >= answer.len() * 3
        })
    }

    /// The last request with about as much of the same text as any.
    fn alike(&self, samples: &Samples, owner: u128) -> Option<usize> {
        let mut votes: HashMap<usize, usize> = HashMap::new();
        let (mut of_template, mut of_text): (HashMap<usize, usize>, HashMap<usize, usize>) = Default::default();
        for (index, sample) in samples.all.iter().enumerate() {
            if let Some(call) = self.samples.get(sample) {
                let is_of_template = index < samples.of_template;
                *votes.entry(*call).or_default() += 1;
                *of_template.entry(*call).or_default() += usize::from(is_of_template);
                *of_text.entry(*call).or_default() += usize::from(is_of_template && index >= samples.of_tools);
            }
        }
        if votes.is_empty() {
            return if samples.all.len() <= 2 { self.last.get(&owner).copied() } else { None };
        }
        // Two templates may share a phrase: a quarter of the shorter one is more than that. Tenants may share their tools, too.
        let is_template = |call: usize| {
            let turn = &self.calls[call];
            let texts = (samples.of_template - samples.of_tools).min(turn.of_template - turn.of_tools);
            if texts >= TELLING {
                return of_text[&call] * 4 >= texts;
            }
            of_template[&call] * 4 >= samples.of_template.min(turn.of_template)
        };
        votes.retain(|call, _| is_template(*call));
        let most = votes.values().copied().max()?;
        votes.into_iter().filter(|(_, votes)| *votes * 3 >= most * 2).map(|(call, _)| call).max()
    }

    /// Remembers the newest message of the next request, its answer and its samples.
    fn remember(&mut self, exchange: &Exchange, end: Option<u128>, samples: &Samples, owner: u128) {
        let call = self.calls.len();
        let push = |list: &mut HashMap<u128, Vec<usize>, ByDigest>, digest| {
            let calls = list.entry(digest).or_default();
            if calls.len() == REMEMBERED {
                calls.remove(0);
            }
            calls.push(call);
        };
        if let Some(end) = end {
            push(&mut self.ends, end);
        }
        if let Some(answer) = answer_of(exchange) {
            push(&mut self.answers, answer);
        }
        self.samples.extend(samples.all.iter().map(|sample| (*sample, call)));
        self.last.insert(owner, call);
    }
}

/// The digest of a request's answer as a turn.
fn answer_of(exchange: &Exchange) -> Option<u128> {
    exchange.response.as_ref().and_then(|response| response.message.as_ref()).map(turn_digest)
}

impl Turn<'_> {
    /// The messages of its conversation, with its answer.
    fn messages(&self, seen: &Seen) -> Cow<'_, HashSet<u128, ByDigest>> {
        let Some(said) = &self.said else {
            let Input::Messages(messages) = &self.exchange.request.input else { return Cow::Owned(HashSet::default()) };
            let said = messages.behind(0);
            let said = said.iter().filter(|message| !message.is_system()).map(|message| seen.turn(message));
            return Cow::Owned(said.chain(answer_of(self.exchange)).collect());
        };
        Cow::Borrowed(said)
    }
}

impl Said {
    /// Adds a message.
    fn add(&mut self, message: &Arc<Message>, seen: &mut Seen) {
        let digest = *seen.turns.entry(address(message)).or_insert_with(|| turn_digest(message));
        self.end = Some(digest);
        let texts = || message.content.iter().flat_map(Content::texts).map(str::to_owned).collect();
        if message.is_system() {
            self.instructions.extend_from_slice(&seen.of_shared(address(message), texts));
            return;
        }
        self.messages.insert(digest);
        self.count += 1;
        if self.count <= FIRST {
            self.first.extend_from_slice(&seen.of_shared(address(message), texts));
        } else {
            self.newest = Some(Arc::clone(message));
        }
    }
}

impl Seen {
    /// The digest of a message as a turn.
    fn turn(&self, message: &Arc<Message>) -> u128 {
        self.turns.get(&address(message)).copied().unwrap_or_else(|| turn_digest(message))
    }

    /// Samples of the text of a request: tools, instructions, the first messages and the newest.
    fn samples_of(&mut self, exchange: &Exchange, said: &Said) -> Samples {
        let mut samples = Samples::default();
        let tools = &exchange.request.tools;
        if !tools.is_empty() {
            let words = || tools.iter().map(tools::words).collect();
            samples.all.extend_from_slice(&self.of_shared(Arc::as_ptr(tools).addr(), words));
        }
        samples.of_tools = samples.all.len();
        samples.all.extend_from_slice(&said.instructions);
        samples.of_template = samples.all.len();
        if let Input::Text(text) = &exchange.request.input {
            samples.all.extend_from_slice(&self.of_text(text));
        }
        samples.all.extend_from_slice(&said.first);
        if let Some(newest) = &said.newest {
            let texts = || newest.content.iter().flat_map(Content::texts).map(str::to_owned).collect();
            samples.all.extend_from_slice(&self.of_shared(address(newest), texts));
        }
        samples
    }

    /// Samples of the texts of what requests share, which has this address.
    fn of_shared(&mut self, address: usize, texts: impl FnOnce() -> Vec<String>) -> Arc<[u64]> {
        if let Some(known) = self.of_shared.get(&address) {
            return Arc::clone(known);
        }
        let texts = texts();
        let samples: Arc<[u64]> = texts.iter().flat_map(|text| self.of_text(text).to_vec()).collect();
        self.of_shared.insert(address, Arc::clone(&samples));
        samples
    }

    /// Samples of a text.
    fn of_text(&mut self, text: &str) -> Arc<[u64]> {
        Arc::clone(self.known.entry(hash::digest(text.as_bytes())).or_insert_with(|| sampled(text).into()))
    }
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
