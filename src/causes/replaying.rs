//! Replays of a log in which some calls are written otherwise. Only calls that may have to do with those are replayed; the others stay
//! what they were.

use std::collections::{HashMap, HashSet};

use super::undo::{Call, Search};
use crate::exchange::{Exchange, Input};
use crate::simulation::{CountedExchange, Record, Settings};

/// A call that is written otherwise.
pub(super) struct Rewritten {
    pub(super) exchange: Box<Exchange>,
    /// Its tokens; `None` where they depend on the calls before it.
    pub(super) counted: Option<CountedExchange>,
}

/// Calls that are written otherwise, by their index.
pub(super) type Written = HashMap<usize, Rewritten>;

/// Records of the calls that were replayed, by their index.
pub(super) type Replayed = HashMap<usize, Record>;

/// The groups of calls that may have to do with each other.
pub(super) enum Groups {
    /// Each call has to do with all: the cache has a bound, or tokens depend on the calls before.
    One,
    /// The group of each call; `None` of one that no cache keeps.
    Many(Vec<Option<u128>>),
}

impl Groups {
    /// The groups of calls under a cache with these settings.
    pub(super) fn new(calls: &[Call], settings: &Settings) -> Self {
        let is_bounded = settings.capacity.is_some();
        if is_bounded || calls.iter().any(|call| depends_on_others(&call.exchange, call.counted.as_ref())) {
            return Self::One;
        }
        Self::Many(calls.iter().map(|call| group(&call.exchange, call.counted.as_ref())).collect())
    }

    /// The groups that calls which are written otherwise belong to, before or after; `None` if that is every group.
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

/// A prompt whose tokens are not known yet holds text that its provider takes from earlier answers.
fn depends_on_others(exchange: &Exchange, counted: Option<&CountedExchange>) -> bool {
    counted.is_none() && matches!(exchange.request.input, Input::Messages(_) | Input::Text(_))
}

impl Search<'_> {
    /// The records of the calls that have to do with any that is written otherwise.
    pub(super) fn replay(&self, written: &Written) -> Replayed {
        let changed = self.groups.changed(written);
        let mut simulation = self.simulation();
        let mut replayed = HashMap::new();
        for (index, call) in self.calls.iter().enumerate() {
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
