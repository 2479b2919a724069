//! Requests written anew without a cause, from the first request of the log on.

use std::collections::HashMap;
use std::sync::Arc;

use super::code::CauseCode;
use super::compare::Comparison;
use super::decision::Decision;
use super::reference::Reference;
use super::replaying::{Rewritten, Written};
use super::slot::Difference;
use super::undo::{ReplayedRequest, Search};
use crate::exchange::{Exchange, Input, Usage};
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
        let next = if undone.includes(CauseCode::DocumentChanged) { self.with_documents() } else { HashMap::new() };
        for (call, reference) in Phase::over("rewriting requests", self.references.iter().enumerate()) {
            let has_cause = || self.differences[call].iter().any(|found| undone.includes(self.slots.code(found)));
            let (before, is_own) = match *reference {
                // A request without the cause stays as it is if the earlier one does.
                Some(Reference { call: old, is_own }) if written.contains_key(&old) || has_cause() => {
                    (written.get(&old).map_or(&self.calls[old].exchange, |rewritten| &rewritten.exchange), is_own)
                }
                Some(_) => continue,
                None => {
                    let first = self.first_without(call, undone, next.get(&call).copied());
                    written.extend(first.map(|rewritten| (call, rewritten)));
                    continue;
                }
            };
            let decide = |difference: &Difference| self.decision(difference, undone, false);
            let rewritten = self.rewritten(call, &self.beside(before, call, is_own), decide);
            written.extend(rewritten.map(|rewritten| (call, rewritten)));
        }
        written
    }

    /// A first request where causes are undone, `next` being one that shows the part which is to move; `None` if it stays as it is.
    fn first_without(&self, call: usize, undone: Undone<'_>, next: Option<usize>) -> Option<Rewritten> {
        let mut first = next.and_then(|next| {
            let comparison = self.beside(&self.calls[next].exchange, call, false);
            self.rewritten(call, &comparison, |difference| self.decision(difference, undone, true))
        });
        // Text that comes and goes is as in most requests.
        for (code, usual) in self.usual.get(&call).into_iter().flatten().filter(|(code, _)| undone.includes(*code)) {
            let mut comparison = self.beside(&self.calls[*usual].exchange, call, false);
            comparison.new = first.as_ref().map_or(comparison.new, |first| &first.exchange);
            let decide = |difference: &Difference| {
                if self.slots.code(difference) == *code { Decision::Undo } else { Decision::Keep }
            };
            first = self.rewritten(call, &comparison, decide).or(first);
        }
        first
    }

    /// The fate of a difference where causes are undone; of a first request nothing changes but what is to move.
    fn decision(&self, difference: &Difference, undone: Undone<'_>, is_first: bool) -> Decision {
        let code = self.slots.code(difference);
        match code {
            _ if !undone.includes(code) => Decision::Keep,
            CauseCode::DocumentChanged if self.has_turns && self.slots.is_of_conversation(difference) => {
                Decision::MoveToConversation
            }
            CauseCode::DocumentChanged => Decision::MoveToEnd,
            _ if is_first => Decision::Keep,
            // A value that came with a deploy is frozen from then on.
            _ if self.slots.is_deployed(difference) => match self.diffs.first(difference) {
                Some(first) if difference.is_text(&first) => Decision::Keep,
                Some(_) => Decision::First,
                None => Decision::Undo,
            },
            _ => Decision::Undo,
        }
    }

    /// First requests of templates in which a document stands, each with the first request that has another one: it may be held against a
    /// later turn of the first one's conversation.
    fn with_documents(&self) -> HashMap<usize, usize> {
        let roots = self.roots();
        let mut next = HashMap::new();
        for (call, reference) in self.references.iter().enumerate() {
            let Some(Reference { call: old, .. }) = *reference else { continue };
            let is_document = |found: &Difference| self.slots.code(found) == CauseCode::DocumentChanged;
            if self.differences[call].iter().any(is_document) {
                next.entry(roots[old]).or_insert(call);
            }
        }
        next
    }

    /// A request as it is written by what is decided of its differences, with the usage that would be reported of it; `None` if all of
    /// them stay.
    pub(super) fn rewritten(
        &self,
        call: usize,
        comparison: &Comparison<'_>,
        decide: impl Fn(&Difference) -> Decision,
    ) -> Option<Rewritten> {
        let mut is_changed = false;
        let mut exchange = comparison.merged(&mut |difference| {
            let decision = decide(difference);
            is_changed |= decision != Decision::Keep;
            decision
        });
        if !is_changed {
            return None;
        }
        let counted = self.counter.count_in_turn(&exchange, self.records[call].replayed_at);
        exchange.usage = self.usage_of(call, &exchange, counted.as_ref());
        Some(Rewritten { exchange: Arc::new(exchange), counted })
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
