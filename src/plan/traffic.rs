//! Traffic: the requests of a log in the order of replay, and what becomes of them with a change.

use std::cell::RefCell;
use std::sync::Arc;

use super::audit::Audit;
use super::calibration::Calibration;
use super::saving::Saving;
use crate::account::{Offers, Quote};
use crate::causes::ReplayedRequest;
use crate::exchange::{Exchange, Usage};
use crate::lengths::Lengths;
use crate::phase::Phase;
use crate::profile::{Profile, Profiles};
use crate::rates::{Query, Tier};
use crate::simulation::{CountedExchange, Counter, Record, Settings, Simulation};
use crate::time::{SignedDuration, Timestamp};

/// The requests of a log.
pub struct Traffic<'a> {
    /// The requests, in the order of replay.
    pub(super) calls: &'a [ReplayedRequest],
    counter: &'a Arc<Counter<'static>>,
    settings: &'a Settings,
    /// The requests as they are.
    pub(super) now: Vec<Record>,
    /// The requests that are summed; the others warm the cache.
    pub(super) asked: Vec<bool>,
    /// Lengths that the log's own bills tell.
    lengths: Lengths,
    /// The offers for its models.
    offers: RefCell<Offers>,
}

impl<'a> Traffic<'a> {
    /// The requests of a log, replayed as they are.
    pub fn new(
        calls: &'a [ReplayedRequest],
        counter: &'a Arc<Counter<'static>>,
        settings: &'a Settings,
        is_asked_for: impl Fn(&Record) -> bool,
    ) -> Self {
        let mut simulation = Simulation::with_counter(Arc::clone(counter), settings.again());
        let now: Vec<Record> = Phase::over("replaying requests", calls.iter())
            .map(|call| simulation.counted(&call.exchange, call.counted.clone()))
            .collect();
        let asked = now.iter().map(is_asked_for).collect();
        Self { calls, counter, settings, now, asked, lengths: simulation.into_lengths(), offers: RefCell::default() }
    }

    /// The requests of which this is true.
    pub fn having(&self, is_so: impl Fn(&Record) -> bool) -> Vec<bool> {
        self.now.iter().map(is_so).collect()
    }

    /// The predictions beside the reports.
    pub fn calibration(&self) -> Calibration {
        Calibration::of_records(self.asked())
    }

    /// The rule's promises beside the bill.
    pub fn audit(&self) -> Audit {
        Audit::of_records(self.asked())
    }

    /// The records of the requests that are summed.
    fn asked(&self) -> impl Iterator<Item = &Record> {
        self.now.iter().zip(&self.asked).filter(|(_, asked)| **asked).map(|(record, _)| record)
    }

    /// The requests in the order of these times, and the times: a request without one stays where it is, behind the last that has one.
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

    /// All requests, in the order of the log's replay.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.calls.len()).collect()
    }

    /// The savings if each request is sent as `change` says; `None` leaves a request as it is.
    pub(super) fn saving(&self, change: impl Fn(usize, &ReplayedRequest) -> Option<Changed>) -> Option<Saving> {
        self.saving_of(&self.replayed(self.all(), change))
    }

    /// These requests alone, in their order, each sent as `change` says.
    pub(super) fn replayed(
        &self,
        order: Vec<usize>,
        change: impl Fn(usize, &ReplayedRequest) -> Option<Changed>,
    ) -> Vec<Option<Record>> {
        let mut simulation = self.simulation();
        let mut then: Vec<Option<Record>> = vec![None; self.calls.len()];
        let mut last = None;
        for call in Phase::over("replaying a change", order.into_iter()) {
            last = self.calls[call].exchange.time.or(last);
            then[call] = Some(self.sent(&mut simulation, call, last, &change));
        }
        then
    }

    /// All requests, each sent as `change` says, and others added; the added ones stand beside the request that each belongs to.
    pub(super) fn replayed_with(
        &self,
        mut added: Vec<AddedRequest>,
        change: impl Fn(usize, &ReplayedRequest) -> Option<Changed>,
    ) -> (Vec<Option<Record>>, Vec<(usize, Record)>) {
        let mut simulation = self.simulation();
        added.sort_by_key(|added| (added.exchange.time, added.of));
        let mut added = added.into_iter().peekable();
        let (mut then, mut records, mut last) = (Vec::with_capacity(self.calls.len()), Vec::new(), None);
        for (call, now) in Phase::over("replaying a change", self.now.iter().enumerate()) {
            let is_earlier =
                |added: &AddedRequest| now.replayed_at.is_some_and(|time| added.exchange.time < Some(time));
            while let Some(AddedRequest { exchange, counted, of }) = added.next_if(is_earlier) {
                records.push((of, simulation.counted(&exchange, Some(counted))));
            }
            last = self.calls[call].exchange.time.or(last);
            then.push(Some(self.sent(&mut simulation, call, last, &change)));
        }
        let later =
            added.map(|AddedRequest { exchange, counted, of }| (of, simulation.counted(&exchange, Some(counted))));
        records.extend(later);
        (then, records)
    }

    /// Replays a request as `change` says; `last` is the time of the last request that has one.
    fn sent(
        &self,
        simulation: &mut Simulation<'_>,
        call: usize,
        last: Option<Timestamp>,
        change: &impl Fn(usize, &ReplayedRequest) -> Option<Changed>,
    ) -> Record {
        let as_it_was = &self.calls[call];
        match change(call, as_it_was) {
            None => simulation.counted(&as_it_was.exchange, as_it_was.counted.clone()),
            Some(Changed { exchange, counted }) => {
                let counted = counted.or_else(|| self.counter.count_in_turn(&exchange, last));
                simulation.counted(&exchange, counted)
            }
        }
    }

    /// A request that is added for one of the log.
    pub(super) fn added(&self, exchange: Exchange, of: usize, time: Timestamp) -> Option<AddedRequest> {
        let counted = self.counter.count_in_turn(&exchange, Some(time))?;
        Some(AddedRequest::new(exchange, counted, of))
    }

    /// The profile that a request falls under.
    pub(super) fn profile(&self, call: usize) -> Option<&Profile> {
        let named = &self.now[call].applied.as_ref()?.profile;
        let own = self.settings.profile.as_deref().filter(|own| own.name == *named);
        own.or_else(|| Profiles::builtin().named(named).map(|profile| &**profile))
    }

    /// The lifetime that the user gave.
    pub(super) fn lifetime(&self) -> Option<SignedDuration> {
        self.settings.lifetime
    }

    /// The peak hours, by the prices of a request's model, that a time lies in; `None` outside them.
    pub(super) fn peak(&self, call: usize, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let tier = self.now[call].bill.quote.as_ref().map(|quote| quote.rate.row.tier).unwrap_or_default();
        let row = self.quote(call, tier, Some(at))?.rate.row;
        self.settings.pricing.card.peak(&row, at)
    }

    /// The prices of a request at another tier or time; `None` where there is none.
    pub(super) fn quote(&self, call: usize, tier: Tier, at: Option<Timestamp>) -> Option<Quote> {
        let (exchange, record, pricing) = (&self.calls[call].exchange, &self.now[call], &self.settings.pricing);
        let offer = self.offers.borrow_mut().for_call(&exchange.asked(), pricing);
        let offer = offer.as_ref().as_ref().ok()?;
        let query = Query {
            at: at.or(pricing.at),
            tier,
            region: record.reported.region.as_deref(),
            cache: record.cache,
            prompt_tokens: record.bill.prompt_tokens?,
            ..Query::default()
        };
        pricing.quote_of(offer, &query).ok()
    }

    /// A simulation of the same requests that has seen none of them, but knows the lengths that the log's bills tell.
    pub(super) fn simulation(&self) -> Simulation<'static> {
        let mut simulation = Simulation::with_counter(Arc::clone(self.counter), self.settings.again());
        simulation.know_lengths(self.lengths.clone());
        simulation
    }

    /// The savings of requests with a change.
    pub(super) fn saving_of(&self, then: &[Option<Record>]) -> Option<Saving> {
        Saving::of_pairs(self.pairs(then).map(|(_, before, after)| (before, after)))
    }

    /// The requests that are summed, by their number, as they are and with a change.
    pub(super) fn pairs<'b>(
        &'b self,
        then: &'b [Option<Record>],
    ) -> impl Iterator<Item = (usize, &'b Record, &'b Record)> {
        let pairs = self.now.iter().zip(then).enumerate().filter(|(call, _)| self.asked[*call]);
        pairs.filter_map(|(call, (before, after))| Some((call, before, after.as_ref()?)))
    }
}

/// A request that is sent otherwise.
pub(super) struct Changed {
    pub(super) exchange: Exchange,
    /// Its tokens, if they are known; `None` has them counted.
    pub(super) counted: Option<CountedExchange>,
}

impl Changed {
    /// A request that is written otherwise.
    pub(super) fn rewritten(exchange: Exchange) -> Self {
        Self { exchange, counted: None }
    }

    /// A request that is sent otherwise by what makes no difference to its tokens.
    pub(super) fn alike(exchange: Exchange, call: &ReplayedRequest) -> Self {
        Self { exchange, counted: call.counted.clone() }
    }
}

/// A request that is added to those of the log.
pub(super) struct AddedRequest {
    exchange: Exchange,
    counted: CountedExchange,
    /// The request of the log that it belongs to.
    pub(super) of: usize,
}

impl AddedRequest {
    /// A request that belongs to one of the log.
    pub(super) fn new(exchange: Exchange, counted: CountedExchange, of: usize) -> Self {
        Self { exchange, counted, of }
    }

    /// The same at a time.
    pub(super) fn at(&self, time: Timestamp) -> Self {
        let exchange = Exchange { time: Some(time), end_time: None, ..self.exchange.clone() };
        Self { exchange, counted: self.counted.clone(), of: self.of }
    }

    /// The tokens of its prompt.
    pub(super) fn prompt_tokens(&self) -> u64 {
        self.counted.sequence().1 as u64
    }
}

/// A request that was not made so: nothing is reported of what it was served or wrote.
pub(super) fn unmade(exchange: &Exchange) -> Exchange {
    Exchange { usage: usage_of_unmade(&exchange.usage), ..exchange.clone() }
}

/// The usage of a request that was not made: as long as the request that was, nothing served or written.
pub(super) fn usage_of_unmade(usage: &Usage) -> Usage {
    Usage { hit_tokens: None, written: None, ..usage.clone() }
}
