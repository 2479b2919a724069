//! What limits every answer from a log, whatever is asked of it: lines out of order, times that cannot be read, owners that were
//! not found, calls that are there twice.

use std::collections::HashSet;

use crate::exchange::Exchange;
use crate::hash::{self, ByDigest};
use crate::log::Pointer;
use crate::report::text::plural;
use crate::time::Timestamp;

/// Counts over the exchanges of a run.
#[derive(Default)]
pub(crate) struct Caveats {
    /// Where the user said that a line names the cache's owner.
    scope: Option<Pointer>,
    requests: u64,
    /// Requests with a time.
    pub(crate) timed: u64,
    /// Requests that name no time.
    untimed: u64,
    /// Requests whose time cannot be read.
    unreadable_times: u64,
    /// Requests that are earlier than the one before them.
    backwards: u64,
    last: Option<Timestamp>,
    /// Requests whose line names no owner where it was to be.
    unowned: u64,
    /// Digests of the ids and times of calls.
    calls: HashSet<u128, ByDigest>,
    /// Requests with the id and the time of an earlier one.
    repeated: u64,
}

impl Caveats {
    /// Of a run in which lines name the cache's owner there.
    pub(crate) fn new(scope: Option<Pointer>) -> Self {
        Self { scope, ..Self::default() }
    }

    pub(crate) fn add(&mut self, exchange: &Exchange) {
        self.requests += 1;
        self.timed += u64::from(exchange.time.is_some());
        self.untimed += u64::from(exchange.time.is_none() && !exchange.has_unreadable_time);
        self.unreadable_times += u64::from(exchange.has_unreadable_time);
        self.backwards += u64::from(exchange.time.is_some() && exchange.time < self.last);
        self.last = exchange.time.or(self.last);
        self.unowned += u64::from(self.scope.is_some() && exchange.scope.is_none());
        if let Some((id, time)) = exchange.id.as_ref().zip(exchange.time) {
            let call = hash::chain(time.as_nanosecond().cast_unsigned(), id.as_bytes());
            self.repeated += u64::from(!self.calls.insert(call));
        }
    }

    /// Each in a sentence.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Self { unreadable_times, backwards, .. } = *self;
        let mut notes = Vec::new();
        if unreadable_times > 0 {
            let requests = plural(unreadable_times, "request");
            notes.push(format!("{requests} with a time that cannot be read: as without one"));
        }
        if self.timed > 0 && self.untimed > 0 {
            let requests = plural(self.untimed, "request");
            notes.push(format!(
                "{requests} without a time: replayed at --at where it is given, else at that of the line before"
            ));
        }
        if backwards > 0 {
            notes.push(format!(
                "{} earlier than the one before: all are replayed in the order of time (--order log replays them as they stand)",
                plural(backwards, "request")
            ));
        }
        notes.extend(self.on_owners());
        if self.repeated > 0 {
            let requests = plural(self.repeated, "request");
            notes.push(format!(
                "{requests} with the id and time of an earlier one: counted each time, so leave copies out"
            ));
        }
        notes
    }

    /// What is to be said of owners that were asked for and are not there.
    pub(crate) fn on_owners(&self) -> Option<String> {
        let pointer = self.scope.as_ref().filter(|_| self.unowned > 0)?;
        Some(if self.unowned == self.requests {
            format!("no line has {pointer}: all requests are taken to share one cache (--scope)")
        } else {
            let requests = plural(self.unowned, "request");
            format!("{requests} without {pointer}: taken to share one cache, which is nobody else's (--scope)")
        })
    }
}
