//! Requests written anew without a cause, from the first request of the log on.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::code::CauseCode;
use super::compare::Comparison;
use super::decision::Decision;
use super::difference::Difference;
use super::message;
use super::moving::OTHERS;
use super::reference::Reference;
use super::replaying::{Rewritten, Written};
use super::undo::{ReplayedRequest, Search};
use crate::exchange::{Exchange, Input, Usage};
use crate::hash;
use crate::phase::Phase;
use crate::simulation::{CountedExchange, Rewriting};

/// Causes to be undone.
#[derive(Clone, Copy)]
pub(super) enum Undone<'a> {
    One(CauseCode),
    All(&'a [CauseCode]),
}

impl Undone<'_> {
    pub(super) fn includes(self, code: CauseCode) -> bool {
        match self {
            Self::One(one) => one == code,
            Self::All(codes) => codes.contains(&code),
        }
    }
}

impl Search<'_> {
    /// The requests that are written otherwise where causes are undone from the first request on: each is held against the one that it
    /// should have continued as that would have been written.
    pub(super) fn without(&self, undone: Undone<'_>) -> Written {
        let mut written = Written::new();
        let mut moved =
            if undone.includes(CauseCode::DocumentChanged) { self.with_documents_moved() } else { BTreeMap::new() };
        for (call, reference) in Phase::over("rewriting requests", self.references.iter().enumerate()) {
            let has_cause = || self.differences[call].iter().any(|found| undone.includes(self.slots.code(found)));
            let moved = moved.remove(&call);
            let (before, is_own) = match *reference {
                // A request without the cause stays as it is if the earlier one does.
                Some(Reference { call: old, is_own })
                    if written.contains_key(&old) || moved.is_some() || has_cause() =>
                {
                    (written.get(&old).map_or(&self.calls[old].exchange, |rewritten| &rewritten.exchange), is_own)
                }
                Some(_) => continue,
                None => {
                    let first = self.first_without(call, undone, moved);
                    written.extend(first.map(|rewritten| (call, rewritten)));
                    continue;
                }
            };
            let decide = |difference: &Difference| self.decision(difference, undone);
            let mut comparison = self.beside(before, call, is_own);
            comparison.new = moved.as_ref().unwrap_or(comparison.new);
            if let Some(Reference { call: old, is_own: true }) = *reference {
                comparison.sent = Some(&self.calls[old].exchange);
            }
            let rewritten = changed(&comparison, decide).or(moved);
            written.extend(rewritten.map(|rewritten| (call, self.counted_anew(call, rewritten))));
        }
        written
    }

    /// A first request where causes are undone, `moved` being as it is with its documents behind the rest; `None` if it stays as it is.
    fn first_without(&self, call: usize, undone: Undone<'_>, moved: Option<Exchange>) -> Option<Rewritten> {
        let mut first = moved;
        // Text that comes and goes is as in most requests.
        for (code, usual) in self.usual.get(&call).into_iter().flatten().filter(|(code, _)| undone.includes(*code)) {
            let mut comparison = self.beside(&self.calls[*usual].exchange, call, false);
            comparison.new = first.as_ref().unwrap_or(comparison.new);
            let decide = |difference: &Difference| {
                if self.slots.code(difference) == *code { Decision::Undo } else { Decision::Keep }
            };
            first = changed(&comparison, decide).or(first);
        }
        first.map(|first| self.counted_anew(call, first))
    }

    /// The fate of a difference where causes are undone.
    fn decision(&self, difference: &Difference, undone: Undone<'_>) -> Decision {
        let difference = &self.diffs.as_it_came(difference);
        let code = self.slots.code(difference);
        match code {
            _ if !undone.includes(code) => Decision::Keep,
            CauseCode::DocumentChanged if self.has_turns && self.slots.is_of_conversation(difference) => {
                Decision::MoveToConversation
            }
            CauseCode::DocumentChanged => Decision::MoveToEnd,
            // A value that came with a deploy is frozen from then on.
            _ if self.slots.is_deployed(difference) => match self.diffs.first(difference) {
                Some(first) if difference.is_text(&first) => Decision::Keep,
                Some(_) => Decision::First,
                None => Decision::Undo,
            },
            _ => Decision::Undo,
        }
    }

    /// The requests with their documents behind the rest. Each is held against the one that it should have continued, as that was sent, or, where both
    /// have the same documents, against one that has others: so each document is seen where it stands.
    fn with_documents_moved(&self) -> BTreeMap<usize, Exchange> {
        let is_document = |found: &Difference| self.slots.code(found) == CauseCode::DocumentChanged;
        let roots = self.roots();
        let with_others = |call: &usize| self.differences[*call].iter().any(is_document);
        let mut others: HashMap<usize, Vec<usize>> = HashMap::new();
        for call in (0..self.calls.len()).filter(with_others) {
            let others = others.entry(roots[call]).or_default();
            others.extend((others.len() < OTHERS).then_some(call));
        }
        let mut moved: BTreeMap<usize, Exchange> = BTreeMap::new();
        let mut rests: HashMap<usize, HashMap<u128, usize>> = HashMap::new();
        for (call, root) in roots.iter().enumerate() {
            let own = self.references[call].filter(|_| with_others(&call));
            let other = |call: usize| Reference { call, is_own: false };
            let others = others.get(root).into_iter().flatten().filter(|other| **other != call);
            let mut beside = own.into_iter().chain(others.map(|call| other(*call)));
            let exchange = beside.find_map(|old| self.documents_moved(call, old));
            let rest = exchange.as_ref().map(rest_of);
            if let Some(rest) = rest {
                *rests.entry(*root).or_default().entry(rest).or_default() += 1;
            }
            moved.extend(exchange.map(|exchange| (call, exchange)));
        }
        self.with_usual_rest(&mut moved, &others, (&roots, &rests));
        moved
    }

    /// Moves the documents of the requests once more of which not the same text is left as of most: two documents may have a passage in common, and
    /// beside others they are seen whole.
    fn with_usual_rest(
        &self,
        moved: &mut BTreeMap<usize, Exchange>,
        others: &HashMap<usize, Vec<usize>>,
        (roots, rests): (&[usize], &HashMap<usize, HashMap<u128, usize>>),
    ) {
        for (call, exchange) in moved {
            let root = &roots[*call];
            let usual = rests.get(root).and_then(|rests| rests.iter().max_by_key(|(rest, times)| (**times, **rest)));
            let Some((usual, _)) = usual.filter(|(usual, times)| **times > 1 && **usual != rest_of(exchange)) else {
                continue;
            };
            let others = others.get(root).into_iter().flatten().filter(|other| *other != call);
            let again =
                others.filter_map(|other| self.documents_moved(*call, Reference { call: *other, is_own: false }));
            if let Some(again) = again.into_iter().find(|again| rest_of(again) == *usual) {
                *exchange = again;
            }
        }
    }

    /// A request with its documents behind the rest, as they are seen beside an earlier one.
    fn documents_moved(&self, call: usize, Reference { call: old, is_own }: Reference) -> Option<Exchange> {
        let comparison = self.beside(&self.calls[old].exchange, call, is_own);
        let all = [CauseCode::DocumentChanged];
        changed(&comparison, |difference| self.decision(difference, Undone::All(&all)))
    }

    /// A request as it is written by what is decided of its differences, with the usage that would be reported of it; `None` if all of
    /// them stay.
    pub(super) fn rewritten(
        &self,
        call: usize,
        comparison: &Comparison<'_>,
        decide: impl Fn(&Difference) -> Decision,
    ) -> Option<Rewritten> {
        changed(comparison, decide).map(|exchange| self.counted_anew(call, exchange))
    }

    /// A request that is written otherwise with its tokens, and the usage that would be reported of it.
    fn counted_anew(&self, call: usize, mut exchange: Exchange) -> Rewritten {
        let counted = self.counter.count_in_turn(&exchange, self.records[call].replayed_at);
        exchange.usage = self.usage_of(call, &exchange, counted.as_ref());
        Rewritten { exchange: Arc::new(exchange), counted }
    }

    /// The usage that would be reported of a request that is rewritten: its length, in the provider's tokens, and its answer.
    fn usage_of(&self, call: usize, exchange: &Exchange, counted: Option<&CountedExchange>) -> Usage {
        let ReplayedRequest { exchange: sent, .. } = &self.calls[call];
        let before = self.counted(call);
        let written = before.as_deref().zip(counted).filter(|_| !matches!(exchange.request.input, Input::Missing));
        let Some((before, after)) = written else {
            return Usage {
                prompt_tokens: None,
                hit_tokens: None,
                written: None,
                contradicts: false,
                ..sent.usage.clone()
            };
        };
        let rewriting = Rewriting { before: (sent, before), after: (exchange, after) };
        rewriting.usage(&self.settings.sharings, &self.told.lengths)
    }
}

/// The later of two requests as it is written by what is decided of its differences; `None` if all of them stay.
fn changed(comparison: &Comparison<'_>, decide: impl Fn(&Difference) -> Decision) -> Option<Exchange> {
    let mut is_changed = false;
    let exchange = comparison.merged(&mut |difference| {
        let decision = decide(difference);
        is_changed |= decision != Decision::Keep;
        decision
    });
    (is_changed || comparison.is_carried.get()).then_some(exchange)
}

/// The identity of the instructions of a request, digits being alike.
fn rest_of(exchange: &Exchange) -> u128 {
    let instructions = exchange.request.messages().iter().filter(|message| message.is_system());
    instructions.fold(0, |sum, message| {
        let text = message::text(message).replace(|letter: char| letter.is_ascii_digit(), "0");
        hash::chain(sum, text.as_bytes())
    })
}
