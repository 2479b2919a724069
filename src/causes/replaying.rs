//! Replays of a log in which some calls are written otherwise. Only calls that may have to do with those are replayed; the others stay
//! what they were.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use super::compare::Decision;
use super::slot::Difference;
use super::undo::{Call, Search};
use crate::exchange::{Exchange, Input};
use crate::simulation::{CountedExchange, Record, Settings};

/// A call that is written otherwise.
pub(super) struct Rewritten {
    pub(super) exchange: Exchange,
    /// Its tokens; `None` where they depend on the calls before it.
    pub(super) counted: Option<CountedExchange>,
    /// Its number among all calls that were written otherwise.
    pub(super) number: usize,
    /// The number of the call that it was held against, if that was written otherwise.
    pub(super) against: Option<usize>,
    /// Its differences from that, each with what was decided.
    pub(super) decided: Vec<(Difference, Decision)>,
}

/// Calls that are written otherwise, by their index.
pub(super) type Written = BTreeMap<usize, Rc<Rewritten>>;

/// Records of the calls that were replayed, by their index.
pub(super) type NewRecords = BTreeMap<usize, Rc<Record>>;

/// Calls as they are written otherwise, and the records that this changes.
#[derive(Default)]
pub(super) struct Replayed {
    pub(super) written: Written,
    pub(super) records: NewRecords,
}

/// The groups of calls that may have to do with each other.
pub(super) enum Groups {
    /// Each call has to do with all: the cache has a bound, tokens depend on the calls before, or what a call has to do with is hidden.
    One,
    /// The group of each call; `None` of one that no cache keeps.
    Many(Vec<Option<u128>>),
}

impl Groups {
    /// The groups of calls under a cache with these settings.
    pub(super) fn new(calls: &[Call], settings: &Settings) -> Self {
        let is_bounded = settings.capacity.is_some();
        // Lengths are learned from calls without texts as well.
        let is_redacted = |call: &Call| matches!(call.exchange.request.input, Input::Redacted(_));
        let depends = |call: &Call| depends_on_others(&call.exchange, call.counted.as_ref());
        if is_bounded || calls.iter().any(|call| is_redacted(call) || depends(call)) {
            return Self::One;
        }
        Self::Many(calls.iter().map(|call| group(&call.exchange, call.counted.as_ref())).collect())
    }

    /// The groups of the calls that are written in one way and not in the other, before or after; `None` if that is every group.
    fn changed(&self, written: &Written, known: &Written) -> Option<HashSet<u128>> {
        let Self::Many(groups) = self else { return None };
        let mut changed = HashSet::new();
        for (call, rewritten) in written.iter().chain(known) {
            let Rewritten { exchange, counted, .. } = &**rewritten;
            if depends_on_others(exchange, counted.as_ref()) {
                return None;
            }
            if number(written, *call) != number(known, *call) {
                changed.extend(groups[*call]);
                changed.extend(rewritten.group());
            }
        }
        Some(changed)
    }

    /// True if a call, as it may be written, is of one of these groups.
    fn is_in(&self, call: usize, rewritten: Option<&Rewritten>, changed: Option<&HashSet<u128>>) -> bool {
        let (Self::Many(groups), Some(changed)) = (self, changed) else { return true };
        let group = rewritten.map_or(groups[call], Rewritten::group);
        group.is_some_and(|group| changed.contains(&group))
    }
}

impl Rewritten {
    fn group(&self) -> Option<u128> {
        group(&self.exchange, self.counted.as_ref())
    }
}

/// The number of a call as it is written otherwise.
fn number(written: &Written, call: usize) -> Option<usize> {
    written.get(&call).map(|rewritten| rewritten.number)
}

fn group(exchange: &Exchange, counted: Option<&CountedExchange>) -> Option<u128> {
    counted.map(|counted| counted.group(exchange))
}

/// A prompt whose tokens are not known yet holds text that its provider takes from earlier answers.
fn depends_on_others(exchange: &Exchange, counted: Option<&CountedExchange>) -> bool {
    counted.is_none() && matches!(exchange.request.input, Input::Messages(_) | Input::Text(_))
}

impl Search<'_> {
    /// Tells whether a replay of calls as they are written otherwise says what would be served. It does not where the provider kept
    /// something of a call, and its log has lost the marks that asked for it, as those of tracers do.
    pub(super) fn knows_marks(&self, written: &Written) -> bool {
        let has_lost = |record: &Record| {
            let kept = record.reported.written.map_or(0, |written| written.total());
            record.marks == Some(0) && kept + record.reported.hit_tokens.unwrap_or(0) > 0
        };
        !written.keys().any(|call| has_lost(&self.records[*call]))
    }

    /// The records of the calls that have to do with any that is written otherwise. Groups whose calls are all written as in `known`
    /// have its records.
    pub(super) fn replay(&self, written: &Written, known: &Replayed) -> NewRecords {
        let changed = self.groups.changed(written, &known.written);
        let mut simulation = self.simulation();
        let mut replayed = NewRecords::new();
        for (index, call) in self.calls.iter().enumerate() {
            let rewritten = written.get(&index).map(|rewritten| &**rewritten);
            let (exchange, counted) = match rewritten {
                Some(rewritten) => (&rewritten.exchange, &rewritten.counted),
                None => (&*call.exchange, &call.counted),
            };
            let is_known = number(written, index) == number(&known.written, index);
            if is_known && !self.groups.is_in(index, rewritten, changed.as_ref()) {
                simulation.pass_over(exchange);
                replayed.extend(known.records.get(&index).map(|record| (index, Rc::clone(record))));
            } else {
                replayed.insert(index, Rc::new(simulation.counted(exchange, counted.clone())));
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

    /// Calls of three templates for two models, one after the other; the second template begins with a time.
    fn calls(counter: &Counter<'static>) -> Vec<Call> {
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
            let exchange = Box::new(Exchange { time, request, ..Exchange::default() });
            Call { counted: counter.count_in_turn(&exchange, None), exchange }
        };
        (0..48).map(call).collect()
    }

    #[test]
    fn a_call_that_is_counted_to_the_token_is_replayed_with_the_estimates_of_its_model() {
        let counter = Counter::new(Profiles::builtin(), &mut Settings::default());
        let call = |parts: Vec<Part>| {
            let message = Message { role: "user".into(), content: Some(Content::Parts(parts)), ..Message::default() };
            let input = Input::from(vec![message]);
            let exchange = Box::new(Exchange {
                request: Request { model: Some("gpt-5.6".into()), input, ..Request::default() },
                ..Exchange::default()
            });
            Call { counted: counter.count_in_turn(&exchange, None), exchange }
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
        let written = search.without(Undone::One(CauseCode::Time), &Written::new());
        let in_part = search.replay(&written, &Replayed::default());
        assert!(!written.is_empty() && in_part.len() < calls.len(), "{} of {}", in_part.len(), written.len());
        search.groups = Groups::One;
        let whole = search.replay(&written, &Replayed::default());
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

    #[test]
    fn what_a_cause_has_in_common_with_all_of_them_is_taken_over_and_changes_nothing() {
        let mut settings = Settings::default();
        let counter = Arc::new(Counter::new(Profiles::builtin(), &mut settings));
        let mut calls = calls(&counter);
        // A second cause, in calls of which some have the first one too.
        for (index, call) in calls.iter_mut().enumerate() {
            call.exchange.scope.user_id = Some(format!("user:{}", index / 8));
        }
        let search = Search::new(&calls, &counter, &settings, |_| true);
        let codes = [CauseCode::Time, CauseCode::Scope];
        let written = search.without(Undone::All(&codes), &Written::new());
        let all = Replayed { records: search.replay(&written, &Replayed::default()), written };
        let mut shared = [0, 0];
        for (code, shared) in codes.into_iter().zip(&mut shared) {
            let (taken_over, anew) =
                (search.without(Undone::One(code), &all.written), search.without(Undone::One(code), &Written::new()));
            *shared = taken_over.iter().filter(|(call, one)| number(&all.written, **call) == Some(one.number)).count();
            let requests = |written: &Written| -> Vec<(usize, String)> {
                written.iter().map(|(call, one)| (*call, format!("{:?}", one.exchange.request))).collect()
            };
            assert_eq!(requests(&taken_over), requests(&anew));
            let known = search.replay(&taken_over, &all);
            for (call, record) in search.replay(&anew, &Replayed::default()) {
                let before = &search.records[call];
                let found = known.get(&call).map_or(before, |record| record).prediction.unwrap();
                let hits = record.prediction.unwrap();
                assert_eq!((found.hit_tokens, found.ledger.total()), (hits.hit_tokens, hits.ledger.total()), "{call}");
            }
        }
        assert!(shared.iter().sum::<usize>() > 0, "{shared:?}");
    }
}
