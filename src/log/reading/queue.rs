//! Entries in the order of the log, of which some wait for their other half: requests and answers of one call in two lines are joined
//! where an id stands in both and in no third one, or where each request of a log without ids is followed by its answer.
//!
//! An entry that waits keeps its place, and so do all behind it, so that the order of the log stays; the memory for that is bounded by
//! [`REACH`].

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::exchange::{Exchange, Half, Place, have_one_prompt};
use crate::hash::ByDigest;
use crate::log::body::call_ids;
use crate::log::body::usage::settled;
use crate::log::format::Skip;
use crate::log::gateway::usage_only;
use crate::log::reading::reader::Entry;

/// Bytes of the log behind a half in which the other one is looked for.
const REACH: u64 = 64 << 20;

const IN_TURNS: &str = "joined with the request before it: no id names the request of this answer";
const TOLD_AGAIN: &str = "a request whose answer stands with it in a later line: counted once";

/// Entries that were read and not yet asked for.
#[derive(Default)]
pub(super) struct Queue {
    entries: VecDeque<Held>,
    /// The number of the first of them, counted from the first of the run.
    first: u64,
    /// The halves that wait, by the ids of their lines: their numbers.
    waiting: HashMap<u128, u64, ByDigest>,
    /// Ids of several lines that could be joined: they tell none.
    ambiguous: HashSet<u128, ByDigest>,
    turns: Turns,
    /// Bytes that were read.
    read: u64,
    /// Requests without an answer, and answers without a request, that were given out so.
    unjoined: BTreeMap<usize, Unjoined>,
    has_call: bool,
}

/// An entry; `None` for one that was joined with another.
struct Held {
    entry: Option<Entry>,
    /// Bytes that were read when it began to wait for its other half.
    waits_since: Option<u64>,
}

/// Halves of a source that were never joined.
#[derive(Default)]
struct Unjoined {
    requests: u64,
    answers: u64,
    first_answer: Option<Place>,
}

/// The turns of a source in which each request without an id is followed by its answer.
#[derive(Default)]
struct Turns {
    /// The request that was read last, if an answer may follow it.
    last: Option<u64>,
    /// True if something else followed a request, so that no answer is taken for that of the request before it.
    are_broken: bool,
}

impl Queue {
    /// Begins a source.
    pub(super) fn begin_source(&mut self) {
        self.turns = Turns::default();
    }

    /// Ends a source: what waits for the next line alone waits no more.
    pub(super) fn end_source(&mut self) {
        self.end_turn();
    }

    /// Takes note of bytes that were read.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.read += bytes as u64;
    }

    /// True once if a call was added since this was asked, or a line that cannot be read.
    pub(super) fn had_call(&mut self) -> bool {
        std::mem::take(&mut self.has_call)
    }

    /// Adds a line that was skipped or remarked upon.
    pub(super) fn skip(&mut self, skip: Skip) {
        self.has_call |= !skip.is_read;
        self.hold(Entry::Skip(skip), false);
    }

    /// Adds an exchange, or joins it with the half that waits for it.
    pub(super) fn exchange(&mut self, exchange: Exchange) {
        self.has_call = true;
        match half(&exchange) {
            None => self.whole(exchange),
            Some(Half::Request) => self.request(exchange),
            Some(Half::Answer) => self.answer(exchange),
        }
    }

    /// The next entry, unless it waits.
    pub(super) fn next(&mut self) -> Option<Entry> {
        while let Some(held) = self.entries.front() {
            if held.waits_since.is_some_and(|since| self.read - since < REACH) {
                return None;
            }
            let held = self.entries.pop_front()?;
            if held.waits_since.is_some()
                && let Some(Entry::Exchange(exchange)) = &held.entry
            {
                self.forget(&exchange.call_ids, self.first);
            }
            self.first += 1;
            let Some(entry) = held.entry else { continue };
            self.count(&entry);
            return Some(entry);
        }
        None
    }

    /// True if there is an entry that does not wait.
    pub(super) fn is_ready(&self) -> bool {
        let waits = |held: &Held| held.waits_since.is_some_and(|since| self.read - since < REACH);
        self.entries.iter().take_while(|held| !waits(held)).any(|held| held.entry.is_some())
    }

    /// Lets all go that waits, as there is nothing more to read; what was never joined is remarked upon.
    pub(super) fn end(&mut self) -> Vec<Entry> {
        self.waiting.clear();
        self.entries.iter_mut().for_each(|held| held.waits_since = None);
        let mut rest: Vec<Entry> = std::iter::from_fn(|| self.next()).collect();
        for Unjoined { requests, answers, first_answer } in std::mem::take(&mut self.unjoined).into_values() {
            let Some(place) = first_answer.filter(|_| requests > 0) else { continue };
            let reason = format!(
                "requests without an answer ({requests}) and answers without a request ({answers}): where they are of the same calls, these \
                 count twice; log both in one line, or one id in both"
            );
            rest.push(Entry::Skip(Skip { place, reason: reason.into(), is_read: true }));
        }
        rest
    }

    fn whole(&mut self, exchange: Exchange) {
        self.end_turn();
        self.turns.are_broken = true;
        // The line of a request that was written when it was sent, before that of the whole call.
        let before = self.other(&exchange, Half::Request);
        if let Some(number) =
            before.filter(|number| self.at(*number).is_some_and(|one| have_one_prompt(one, &exchange)))
        {
            let request = self.take(number);
            let place = request.map(|request| request.place).unwrap_or_default();
            let skip = Skip { place, reason: TOLD_AGAIN.into(), is_read: true };
            self.put(number, Entry::Skip(skip));
        }
        self.hold(Entry::Exchange(Arc::new(exchange)), false);
    }

    fn request(&mut self, exchange: Exchange) {
        self.end_turn();
        let answer = self.other(&exchange, Half::Answer).and_then(|number| self.take(number));
        if let Some(answer) = answer {
            self.hold(Entry::Exchange(Arc::new(joined(exchange, answer))), false);
            return;
        }
        // Lines with ids are joined by them or not at all.
        let has_ids = !exchange.call_ids.is_empty();
        self.wait(exchange);
        if has_ids {
            self.turns.are_broken = true;
        } else if !self.turns.are_broken {
            self.turns.last = Some(self.first + self.entries.len() as u64 - 1);
            let since = Some(self.read);
            self.entries.back_mut().into_iter().for_each(|held| held.waits_since = since);
        }
    }

    fn answer(&mut self, exchange: Exchange) {
        if let Some(number) = self.other(&exchange, Half::Request) {
            self.end_turn();
            self.join(number, exchange);
            return;
        }
        let last =
            self.turns.last.filter(|number| self.at(*number).is_some_and(|request| may_answer(request, &exchange)));
        if let Some(number) = last {
            self.turns.last = None;
            let place = exchange.place;
            self.join(number, exchange);
            self.hold(Entry::Skip(Skip { place, reason: IN_TURNS.into(), is_read: true }), false);
        } else {
            self.end_turn();
            self.turns.are_broken = true;
            self.wait(exchange);
        }
    }

    /// Ends the wait for an answer in the next line; a request that another one follows shows that answers come otherwise.
    fn end_turn(&mut self) {
        let Some(number) = self.turns.last.take() else { return };
        self.turns.are_broken = true;
        if let Some(held) = self.held(number) {
            held.waits_since = None;
        }
    }

    /// Holds a half, which waits under its ids, if any tells it.
    fn wait(&mut self, exchange: Exchange) {
        let number = self.first + self.entries.len() as u64;
        let mut waits = false;
        // No request has the id that its answer was given: an answer that has no other does not wait.
        let own = exchange.response.as_ref().and_then(|response| Some(call_ids::named("id", response.id.as_ref()?)));
        let ids = exchange.call_ids.iter().filter(|id| Some(**id) != own && !self.ambiguous.contains(*id));
        for id in ids.copied().collect::<Vec<_>>() {
            // Another of the same kind waits under it.
            if let Some(other) = self.waiting.remove(&id) {
                self.ambiguous.insert(id);
                let is_awaited = |one: &Exchange| one.call_ids.iter().any(|id| self.waiting.get(id) == Some(&other));
                if !self.at(other).is_some_and(is_awaited)
                    && let Some(held) = self.held(other)
                {
                    held.waits_since = None;
                }
            } else {
                self.waiting.insert(id, number);
                waits = true;
            }
        }
        self.hold(Entry::Exchange(Arc::new(exchange)), waits);
    }

    fn hold(&mut self, entry: Entry, waits: bool) {
        self.entries.push_back(Held { entry: Some(entry), waits_since: waits.then_some(self.read) });
    }

    /// The number of the half of that kind that waits under an id of an exchange.
    fn other(&self, exchange: &Exchange, kind: Half) -> Option<u64> {
        let waiting = exchange.call_ids.iter().filter_map(|id| self.waiting.get(id).copied());
        waiting.into_iter().find(|number| self.at(*number).is_some_and(|other| half(other) == Some(kind)))
    }

    /// Joins a request that waits with its answer.
    fn join(&mut self, number: u64, answer: Exchange) {
        if let Some(request) = self.take(number) {
            self.put(number, Entry::Exchange(Arc::new(joined(request, answer))));
        }
    }

    fn held(&mut self, number: u64) -> Option<&mut Held> {
        self.entries.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    fn at(&self, number: u64) -> Option<&Exchange> {
        let held = self.entries.get(usize::try_from(number.checked_sub(self.first)?).ok()?)?;
        if let Some(Entry::Exchange(exchange)) = &held.entry { Some(exchange) } else { None }
    }

    /// Takes a half out of its place, where nothing waits any more.
    fn take(&mut self, number: u64) -> Option<Exchange> {
        let held = self.held(number)?;
        held.waits_since = None;
        let Some(Entry::Exchange(exchange)) = held.entry.take() else { return None };
        self.forget(&exchange.call_ids, number);
        Some(Arc::unwrap_or_clone(exchange))
    }

    fn put(&mut self, number: u64, entry: Entry) {
        if let Some(held) = self.held(number) {
            held.entry = Some(entry);
        }
    }

    fn forget(&mut self, ids: &[u128], number: u64) {
        for id in ids {
            if self.waiting.get(id) == Some(&number) {
                self.waiting.remove(id);
            }
        }
    }

    fn count(&mut self, entry: &Entry) {
        let Entry::Exchange(exchange) = entry else { return };
        let Some(half) = half(exchange) else { return };
        let unjoined = self.unjoined.entry(exchange.place.source()).or_default();
        match half {
            Half::Request => unjoined.requests += 1,
            Half::Answer => {
                unjoined.answers += 1;
                unjoined.first_answer.get_or_insert(exchange.place);
            }
        }
    }
}

/// The half that a line is, if its format is one of bodies: other formats know what belongs together.
fn half(exchange: &Exchange) -> Option<Half> {
    let is_of_body = exchange.api.is_some() && exchange.api == exchange.format;
    (is_of_body || exchange.format == Some(usage_only::NAME)).then(|| exchange.half())?
}

/// True if an answer may be that of a request, by the names of their models: an answer has the full one.
fn may_answer(request: &Exchange, answer: &Exchange) -> bool {
    let bare = |model: &str| model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    match (request.model().map(bare), answer.model().map(bare)) {
        (Some(asked), Some(answered)) => asked.starts_with(&answered) || answered.starts_with(&asked),
        _ => true,
    }
}

/// The exchange of both halves, of whose usage now more is known.
fn joined(request: Exchange, answer: Exchange) -> Exchange {
    let mut exchange = request.answered_by(answer);
    settled::whole_by_seller(&mut exchange);
    settled::lifetime_as_asked(&mut exchange);
    exchange
}

/// The id under which files of requests and answers of one call are joined: the name of the file without the word that tells them
/// apart, where it has one.
pub(super) fn id_of_file(name: &str) -> Option<u128> {
    const SIDES: [&str; 12] = [
        "request",
        "requests",
        "req",
        "response",
        "responses",
        "resp",
        "res",
        "reply",
        "answer",
        "input",
        "output",
        "completion",
    ];
    let packed = [".gz", ".zst"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let document = packed.strip_suffix(".json")?;
    let file = document.rfind('/').map_or(0, |slash| slash + 1);
    let is_side = |word: &&str| SIDES.iter().any(|side| word.eq_ignore_ascii_case(side));
    let mut words = document[file..].split(['-', '_', '.', ' ']);
    let side = words.find(is_side)?;
    let at = side.as_ptr() as usize - document.as_ptr() as usize;
    let name = format!("{}*{}", &document[..at], &document[at + side.len()..]);
    Some(call_ids::named("file", &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_call_have_one_id() {
        let id = |name: &str| id_of_file(name);
        assert!(id("log/000-request.json").is_some());
        assert_eq!(id("log/000-request.json"), id("log/000-response.json.gz"));
        assert_eq!(id("log/call0/request.json"), id("log/call0/response.json"));
        assert_ne!(id("log/000-request.json"), id("log/001-response.json"));
        assert_ne!(id("a/request.json"), id("b/response.json"));
        assert_eq!(id("log/requests.jsonl"), None, "many lines");
        assert_eq!(id("request/000.json"), None);
    }
}
