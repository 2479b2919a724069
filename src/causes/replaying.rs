//! Replays of a log in which some requests are written otherwise. Only requests that may have to do with those are replayed; the others stay
//! what they were.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::undo::{ReplayedRequest, Search};
use crate::exchange::{Exchange, Input};
use crate::phase::Phase;
use crate::simulation::{CountedExchange, Record, Settings};

/// A request that is written otherwise.
pub(super) struct Rewritten {
    pub(super) exchange: Arc<Exchange>,
    /// Its tokens; `None` where they depend on the requests before it.
    pub(super) counted: Option<CountedExchange>,
}

/// Requests that are written otherwise, by their index.
pub(super) type Written = BTreeMap<usize, Rewritten>;

/// Records of the requests that were replayed, by their index.
pub(super) type NewRecords = BTreeMap<usize, Record>;

/// The groups of requests that may have to do with each other.
pub(super) enum Groups {
    /// Each request has to do with all: the cache has a bound, tokens depend on the requests before, or what a request has to do with is hidden.
    One,
    /// The group of each request; `None` of one that no cache keeps.
    Many(Vec<Option<u128>>),
}

impl Groups {
    /// The groups of requests under a cache with these settings.
    pub(super) fn new(calls: &[ReplayedRequest], settings: &Settings) -> Self {
        let is_bounded = settings.capacity.is_some();
        // Lengths are learned from requests without texts as well.
        let is_redacted = |call: &ReplayedRequest| matches!(call.exchange.request.input, Input::Redacted(_));
        let depends = |call: &ReplayedRequest| depends_on_others(&call.exchange, call.counted.as_ref());
        if is_bounded || calls.iter().any(|call| is_redacted(call) || depends(call)) {
            return Self::One;
        }
        Self::Many(calls.iter().map(|call| group(&call.exchange, call.counted.as_ref())).collect())
    }

    /// The groups that requests which are written otherwise belong to, before or after; `None` if that is every group.
    fn changed(&self, written: &Written) -> Option<HashSet<u128>> {
        let Self::Many(groups) = self else { return None };
        let mut changed = HashSet::new();
        for (call, Rewritten { exchange, counted }) in written {
            if depends_on_others(exchange, counted.as_ref()) {
                return None;
            }
            changed.extend(groups[*call]);
            changed.extend(group(exchange, counted.as_ref()));
        }
        Some(changed)
    }

    fn is_in(&self, call: usize, changed: Option<&HashSet<u128>>) -> bool {
        let (Self::Many(groups), Some(changed)) = (self, changed) else { return true };
        groups[call].is_some_and(|group| changed.contains(&group))
    }
}

fn group(exchange: &Exchange, counted: Option<&CountedExchange>) -> Option<u128> {
    counted.map(|counted| counted.group(exchange))
}

/// A prompt whose tokens are not known yet holds text that its provider takes from earlier answers, unless they are counted by it alone.
fn depends_on_others(exchange: &Exchange, counted: Option<&CountedExchange>) -> bool {
    counted.is_none()
        && !exchange.is_counted_by_report()
        && matches!(exchange.request.input, Input::Messages(_) | Input::Text(_))
}

impl Search<'_> {
    /// Tells whether a replay of requests as they are written otherwise says what would be served. It does not where the provider kept
    /// something of a request, and its log has lost the marks that asked for it, as those of tracers do.
    pub(super) fn knows_marks(&self, written: &Written) -> bool {
        let has_lost = |record: &Record| {
            let kept = record.reported.written.map_or(0, |written| written.total());
            record.marks == Some(0) && kept + record.reported.hit_tokens.unwrap_or(0) > 0
        };
        !written.keys().any(|call| has_lost(&self.records[*call]))
    }

    /// The records of the requests that have to do with any that is written otherwise.
    pub(super) fn replay(&self, written: &Written) -> NewRecords {
        let changed = self.groups.changed(written);
        let mut simulation = self.simulation();
        let mut replayed = NewRecords::new();
        for (index, call) in Phase::over("replaying requests", self.calls.iter().enumerate()) {
            if let Some(Rewritten { exchange, counted }) = written.get(&index) {
                replayed.insert(index, simulation.counted(exchange, counted.clone()));
            } else if self.groups.is_in(index, changed.as_ref()) {
                replayed.insert(index, simulation.counted(&call.exchange, call.counted.clone()));
            } else {
                simulation.pass_over(&call.exchange);
            }
        }
        replayed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::causes::CauseCode;
    use crate::causes::without::Undone;
    use crate::exchange::{Content, Message, Part, Request};
    use crate::profile::Profiles;
    use crate::simulation::{Counter, Simulation};
    use crate::time::Timestamp;

    /// Requests of three templates for two models, one after the other; the second template begins with a time.
    fn calls(counter: &Counter<'static>) -> Vec<ReplayedRequest> {
        let message = |role: &str, text: String| {
            Arc::new(Message { role: role.into(), content: Some(Content::Text(text)), ..Message::default() })
        };
        let call = |index: i64| {
            let rules = format!("Rule of template {}: be brief, be polite, and never guess. ", index % 3).repeat(40);
            let system = if index % 3 == 1 { format!("Now it is 08:{index:02}. {rules}") } else { rules };
            let messages = vec![message("system", system), message("user", format!("Question {index}?"))];
            let model = ["deepseek-chat", "gpt-4.1"][usize::from(index % 2 == 0)];
            let request = Request { model: Some(model.into()), input: messages.into(), ..Request::default() };
            let time = Timestamp::from_second(1_770_000_000 + index * 20).ok();
            let exchange = Arc::new(Exchange { time, request, ..Exchange::default() });
            ReplayedRequest { counted: counter.count_in_turn(&exchange, None), exchange }
        };
        (0..48).map(call).collect()
    }

    #[test]
    fn a_call_that_is_counted_to_the_token_is_replayed_with_the_estimates_of_its_model() {
        let counter = Counter::new(Profiles::builtin(), &mut Settings::default());
        let call = |parts: Vec<Part>| {
            let message = Message { role: "user".into(), content: Some(Content::Parts(parts)), ..Message::default() };
            let input = Input::from(vec![message]);
            let exchange = Arc::new(Exchange {
                request: Request { model: Some("gpt-5.6".into()), input, ..Request::default() },
                ..Exchange::default()
            });
            ReplayedRequest { counted: counter.count_in_turn(&exchange, None), exchange }
        };
        let rules = "Be brief, be polite, and never guess. ".repeat(200);
        let calls = [call(vec![Part::Text(rules.clone())]), call(vec![Part::Text(rules), Part::Unknown])];
        let mut simulation = Simulation::new(Profiles::builtin(), Settings::default());
        let records = calls.each_ref().map(|call| simulation.counted(&call.exchange, call.counted.clone()));
        assert_eq!(records.map(|record| record.estimated.is_some()), [false, true]);
        let groups: Vec<_> = calls.iter().map(|call| group(&call.exchange, call.counted.as_ref())).collect();
        assert!(groups[0].is_some() && groups[0] == groups[1]);
    }

    #[test]
    fn a_replay_of_the_calls_that_are_concerned_is_that_of_all() {
        let mut settings = Settings::default();
        let counter = Arc::new(Counter::new(Profiles::builtin(), &mut settings));
        let calls = calls(&counter);
        let mut search = Search::new(&calls, &counter, &settings, |_| true);
        let written = search.without(Undone::One(CauseCode::Time));
        let in_part = search.replay(&written);
        assert!(!written.is_empty() && in_part.len() < calls.len(), "{} of {}", in_part.len(), written.len());
        search.groups = Groups::One;
        let whole = search.replay(&written);
        assert_eq!(whole.len(), calls.len());
        // A few tokens may be in common with a prompt of another group, too few to be served.
        let served = |record: &Record| {
            let prediction = record.prediction.unwrap();
            (prediction.hit_tokens, prediction.ledger.total(), prediction.ledger.expired, prediction.ledger.evicted)
        };
        for (call, record) in whole {
            let other = in_part.get(&call).map_or(&search.records[call], |record| record);
            assert_eq!(served(other), served(&record), "call {call}");
        }
    }
}
