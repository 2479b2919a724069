//! Traffic: the calls of a log in the order of replay, and what becomes of them with a change.

use std::sync::Arc;

use super::audit::Audit;
use super::calibration::Calibration;
use super::saving::Saving;
use crate::causes::Call;
use crate::exchange::{Exchange, Usage};
use crate::lengths::Lengths;
use crate::simulation::{CountedExchange, Counter, Record, Settings, Simulation};
use crate::time::Timestamp;

/// The calls of a log.
pub struct Traffic<'a> {
    /// The calls, in the order of replay.
    pub(super) calls: &'a [Call],
    counter: &'a Arc<Counter<'static>>,
    settings: &'a Settings,
    /// The calls as they are.
    pub(super) now: Vec<Record>,
    /// The calls that are summed; the others warm the cache.
    pub(super) asked: Vec<bool>,
    /// Lengths that the log's own bills tell.
    lengths: Lengths,
}

impl<'a> Traffic<'a> {
    /// The calls of a log, replayed as they are.
    pub fn new(
        calls: &'a [Call],
        counter: &'a Arc<Counter<'static>>,
        settings: &'a Settings,
        is_asked_for: impl Fn(&Record) -> bool,
    ) -> Self {
        let mut simulation = Simulation::with_counter(Arc::clone(counter), settings.again());
        let now: Vec<Record> =
            calls.iter().map(|call| simulation.counted(&call.exchange, call.counted.clone())).collect();
        let asked = now.iter().map(is_asked_for).collect();
        Self { calls, counter, settings, now, asked, lengths: simulation.into_lengths() }
    }

    /// The predictions beside the reports.
    pub fn calibration(&self) -> Calibration {
        Calibration::of_records(self.asked())
    }

    /// The rule's promises beside the bill.
    pub fn audit(&self) -> Audit {
        Audit::of_records(self.asked())
    }

    /// The records of the calls that are summed.
    fn asked(&self) -> impl Iterator<Item = &Record> {
        self.now.iter().zip(&self.asked).filter(|(_, asked)| **asked).map(|(record, _)| record)
    }

    /// The calls in the order of these times, and the times: a call without one stays where it is, behind the last that has one.
    pub(super) fn in_order_of(&self, time: impl Fn(usize) -> Option<Timestamp>) -> Vec<(Option<Timestamp>, usize)> {
        let mut last = None;
        let mut sent: Vec<(Option<Timestamp>, usize)> = (0..self.calls.len())
            .map(|call| {
                last = time(call).or(last);
                (last, call)
            })
            .collect();
        sent.sort_by_key(|(time, _)| *time);
        sent
    }

    /// The savings if each call is written as `change` says; `None` leaves a call as it is.
    pub(super) fn saving(&self, change: impl Fn(usize, &Exchange) -> Option<Exchange>) -> Option<Saving> {
        self.saving_in((0..self.calls.len()).collect(), change)
    }

    /// The same, in another order.
    pub(super) fn saving_in(
        &self,
        order: Vec<usize>,
        change: impl Fn(usize, &Exchange) -> Option<Exchange>,
    ) -> Option<Saving> {
        self.saving_of(&self.replayed_in(order, change))
    }

    /// The calls with a change.
    pub(super) fn replayed(&self, change: impl Fn(usize, &Exchange) -> Option<Exchange>) -> Vec<Option<Record>> {
        self.replayed_in((0..self.calls.len()).collect(), change)
    }

    /// The savings if calls are sent with other breakpoints, whose tokens stay as they are counted.
    pub(super) fn saving_counted(
        &self,
        change: impl Fn(usize, &Exchange, &CountedExchange) -> Option<(Exchange, CountedExchange)>,
    ) -> Option<Saving> {
        let mut simulation = self.simulation();
        let then = self.calls.iter().enumerate().map(|(call, Call { exchange, counted })| {
            let changed = counted.as_ref().and_then(|counted| change(call, exchange, counted));
            Some(match changed {
                Some((changed, counted)) => simulation.counted(&changed, Some(counted)),
                None => simulation.counted(exchange, counted.clone()),
            })
        });
        let then: Vec<Option<Record>> = then.collect();
        self.saving_of(&then)
    }

    /// A simulation of the same calls that has seen none of them, but knows the lengths that the log's bills tell.
    pub(super) fn simulation(&self) -> Simulation<'static> {
        let mut simulation = Simulation::with_counter(Arc::clone(self.counter), self.settings.again());
        simulation.know_lengths(self.lengths.clone());
        simulation
    }

    fn replayed_in(
        &self,
        order: Vec<usize>,
        change: impl Fn(usize, &Exchange) -> Option<Exchange>,
    ) -> Vec<Option<Record>> {
        let mut simulation = self.simulation();
        let mut then: Vec<Option<Record>> = vec![None; self.calls.len()];
        let mut last = None;
        for call in order {
            let Call { exchange, counted } = &self.calls[call];
            last = exchange.time.or(last);
            then[call] = Some(match change(call, exchange) {
                None => simulation.counted(exchange, counted.clone()),
                Some(changed) => {
                    let counted = self.counter.count_in_turn(&changed, last);
                    simulation.counted(&changed, counted)
                }
            });
        }
        then
    }

    /// The savings of calls with a change.
    pub(super) fn saving_of(&self, then: &[Option<Record>]) -> Option<Saving> {
        let pairs = self.now.iter().zip(then).zip(&self.asked).filter(|(_, asked)| **asked);
        Saving::of_pairs(pairs.filter_map(|((before, after), _)| Some((before, after.as_ref()?))))
    }
}

/// A call that was not made so: nothing is reported of what it was served or wrote.
pub(super) fn unmade(exchange: &Exchange) -> Exchange {
    Exchange { usage: usage_of_unmade(&exchange.usage), ..exchange.clone() }
}

/// The usage of a call that was not made: as long as the call that was, nothing served or written.
pub(super) fn usage_of_unmade(usage: &Usage) -> Usage {
    Usage { hit_tokens: None, written: None, ..usage.clone() }
}
