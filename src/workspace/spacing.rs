//! The spacing of requests without a time, judged by reported hits over requests that are counted and in order.

use std::collections::HashMap;
use std::sync::Arc;

use super::sharing::replay;
use crate::evidence::judgement::RequestKey;
use crate::evidence::spacing::{self, Finding, Observed, Server, Spacing, WANTED_CALLS};
use crate::exchange::{Exchange, Place};
use crate::simulation::{Agreement, CountedExchange, Counter, Record, Settings};
use crate::time::Timestamp;

/// The most findings of a log.
const MOST_FINDINGS: usize = 16;

/// A finding, for people.
pub(super) struct Placed {
    /// The finding and its support.
    pub(super) text: String,
    /// The first line it speaks of.
    pub(super) place: Place,
}

/// A request, counted where it has a prompt.
pub(super) type CountedRequest = (Arc<Exchange>, Option<CountedExchange>);

/// Requests that are counted and in the order of replay.
pub(super) type CountedInOrder = [CountedRequest];

/// A request that the log tells no time of missed what it should have been served; or may have, where the replay is not of the cache as
/// it is.
pub(super) fn doubts(exchange: &Exchange, record: &Record, is_as_it_is: bool) -> bool {
    let missed = |(predicted, reported)| reported < predicted || !is_as_it_is;
    exchange.time.is_none() && record.compared_hits().is_some_and(missed)
}

/// Adds findings as long as the replay with one more agrees with so many more reported hits as a finding must explain.
pub(super) fn judge(calls: &CountedInOrder, counter: &Counter<'static>, settings: &Settings) -> (Spacing, Vec<Placed>) {
    if calls.iter().all(|(exchange, _)| exchange.time.is_some()) {
        return (Spacing::default(), Vec::new());
    }
    let mut last = None;
    let mut time = |exchange: &Exchange| {
        last = exchange.time.or(last);
        last.map(Timestamp::as_microsecond)
    };
    let times: Vec<Option<i64>> = calls.iter().map(|(exchange, _)| time(exchange)).collect();
    let (mut findings, mut waiting, mut placed) = (Vec::new(), 0, Vec::new());
    let mut chosen = Spacing::default();
    let (mut observed, mut agreement) = observe(calls, counter, settings.again());
    while let Some(finding) = spacing::find(&observed).filter(|_| findings.len() < MOST_FINDINGS) {
        findings.push(finding);
        waiting += 1;
        let moments = spacing::moments(&observed, &times, &findings);
        let keyed =
            calls.iter().zip(moments).filter_map(|((call, _), moments)| Some((RequestKey::new(call), moments?)));
        let spaced = Spacing::new(keyed);
        let trial = Settings { spacing: Arc::new(spaced.forgetting()), ..settings.again() };
        let (next, agrees) = observe(calls, counter, trial);
        observed = next;
        let explained = agreement.hits_differing().saturating_sub(agrees.hits_differing());
        if explained >= WANTED_CALLS.unsigned_abs() * waiting {
            let new = findings.iter().skip(placed.len()).map(|finding| Placed::new(*finding, explained, calls));
            placed.extend(new.collect::<Vec<_>>());
            (agreement, chosen, waiting) = (agrees, spaced, 0);
        } else if waiting > 1 {
            // Requests sent at the same time long after others take two findings; what takes more is no finding.
            break;
        }
    }
    (chosen, placed)
}

/// Replays the requests; for each, whom it should be served by and if it was.
fn observe(calls: &CountedInOrder, counter: &Counter<'static>, settings: Settings) -> (Vec<Observed>, Agreement) {
    let (mut observed, mut agreement) = (Vec::with_capacity(calls.len()), Agreement::default());
    let mut places: HashMap<Place, usize> = HashMap::new();
    replay(calls, counter, Settings { sweeping: None, ..settings }, |exchange, record, _| {
        agreement.add(record);
        let call = record.parent.and_then(|parent| places.get(&parent.place).copied());
        let hits = record.compared_hits().filter(|(predicted, _)| *predicted > 0);
        let server = call.zip(hits).map(|(call, (due, reported))| Server { call, has_served: reported >= due });
        places.insert(exchange.place, observed.len());
        observed.push(Observed { is_timed: exchange.time.is_some(), server });
    });
    (observed, agreement)
}

impl Placed {
    fn new(finding: Finding, explained: u64, calls: &CountedInOrder) -> Self {
        let line = |call: usize| calls[call].0.place.line;
        let (text, first) = match finding {
            Finding::Gap(at) => {
                (format!("line {} was sent so long after those before that nothing of them was cached", line(at)), at)
            }
            Finding::Together(first, last) => {
                (format!("lines {} to {} were sent at the same time", line(first), line(last)), first)
            }
        };
        let text = format!("{text} ({explained} more requests agree)");
        Self { text, place: calls[first].0.place }
    }
}
