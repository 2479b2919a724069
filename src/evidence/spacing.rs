//! The spacing of requests whose time a log does not tell.
//!
//! They are taken to follow one another, each soon after the line before. Reported hits may say otherwise: where prompts that were
//! sent before miss from a line on, all before it had been forgotten (a log of several recordings); where neighbours miss what they
//! share with one another alone, they were sent at the same time. Each such finding must explain several requests.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::judgement::RequestKey;
use crate::exchange::Exchange;

/// Requests that a finding must explain beyond those it contradicts. A finding for each miss would explain everything and say nothing.
pub const WANTED_CALLS: i64 = 3;

/// The most requests that are taken to be sent at the same time.
const MOST_TOGETHER: usize = 64;

/// One request in the order of replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The log tells its time.
    pub is_timed: bool,
    /// The request that should serve it, if one should and its hits were reported.
    pub server: Option<Server>,
}

/// The earlier request that should serve another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its place in the order of replay.
    pub call: usize,
    /// It did, by the report.
    pub has_served: bool,
}

/// A finding about requests without a time, by their places in the order of replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// This request was made so long after all before it that they had been forgotten.
    Gap(usize),
    /// The requests from the first to the second were made at the same time.
    Together(usize, usize),
}

/// Moments of a request, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moments {
    /// Its start.
    pub start: i64,
    /// The end of its answer.
    pub end: i64,
    /// Gaps before it, since the last request with a time.
    gaps: u32,
}

/// Microseconds between requests at the same time and those before and after them.
const SECOND: i64 = 1_000_000;

/// Microseconds that no cache keeps an unused entry: ten years.
const GAP: i64 = 10 * 365 * 86_400 * SECOND;

/// The moments of requests whose time the log does not tell, if reported hits say more of them than that they follow one another.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Spacing {
    #[serde(with = "crate::pairs")]
    moments: BTreeMap<RequestKey, Moments>,
    #[serde(skip)]
    forgets: bool,
}

impl Spacing {
    /// The moments of these requests.
    pub fn new(moments: impl Iterator<Item = (RequestKey, Moments)>) -> Self {
        Self { moments: moments.collect(), forgets: false }
    }

    /// The same, and behind a gap nothing before it is known, so that what served a request is looked for behind the gap alone.
    #[must_use]
    pub fn forgetting(&self) -> Self {
        Self { forgets: true, ..self.clone() }
    }

    /// The moments of a request.
    pub fn moments_of(&self, exchange: &Exchange) -> Option<Moments> {
        if self.moments.is_empty() || exchange.time.is_some() {
            return None;
        }
        self.moments.get(&RequestKey::new(exchange)).copied()
    }

    /// The gaps before a request, if nothing before them is known.
    pub fn forgotten(&self, exchange: &Exchange) -> Option<u32> {
        if !self.forgets {
            return None;
        }
        self.moments_of(exchange).map(|moments| moments.gaps).filter(|gaps| *gaps > 0)
    }
}

/// The finding that explains most requests, less those that contradict it; `None` if none explains enough. Among equals it is a gap,
/// as late as can be, or else the fewest requests together.
pub fn find(calls: &[Observed]) -> Option<Finding> {
    let (gap, by_gap) = best_gap(calls);
    let (together, by_together) = best_together(calls);
    let (finding, explained) = if by_gap >= by_together {
        (Finding::Gap(gap), by_gap)
    } else {
        (Finding::Together(together.0, together.1), by_together)
    };
    (explained >= WANTED_CALLS).then_some(finding)
}

/// The moments that findings give to requests without a time; `times` are those of the requests in the order of replay, that of the line
/// before where a request has none. Requests with a time of their own keep it.
pub fn moments(calls: &[Observed], times: &[Option<i64>], findings: &[Finding]) -> Vec<Option<Moments>> {
    let (mut shift, mut gaps) = (0_i64, 0);
    let moment = |(index, (call, time)): (usize, (&Observed, &Option<i64>))| {
        if call.is_timed {
            (shift, gaps) = (0, 0);
            return None;
        }
        let mut places_behind_first = 0;
        for finding in findings {
            match *finding {
                Finding::Gap(at) if at == index => (shift, gaps) = (shift.saturating_add(GAP), gaps + 1),
                Finding::Together(first, _) if first == index => shift = shift.saturating_add(SECOND),
                Finding::Together(first, last) if (first..=last).contains(&index) => {
                    places_behind_first = index - first;
                }
                Finding::Together(_, last) if last + 1 == index => shift = shift.saturating_add(SECOND),
                Finding::Gap(_) | Finding::Together(..) => {}
            }
        }
        // The later its line, the earlier a request of those together starts, so that none sees another.
        let end = time.unwrap_or(0).saturating_add(shift);
        Some(Moments { start: end - i64::try_from(places_behind_first).unwrap_or(0), end, gaps })
    };
    calls.iter().zip(times).enumerate().map(moment).collect()
}

/// A request that should be served by another from so far on, and the weight with which it speaks for a finding between them.
fn witnesses(calls: &[Observed]) -> impl Iterator<Item = (usize, usize, i64)> + '_ {
    let witness = |(index, call): (usize, &Observed)| {
        let Server { call: server, has_served } = call.server?;
        Some((server, index, if has_served { -1 } else { 1 }))
    };
    calls.iter().enumerate().filter_map(witness)
}

/// The gap that explains most, with the requests that it does explain.
fn best_gap(calls: &[Observed]) -> (usize, i64) {
    let mut changes = vec![0_i64; calls.len() + 1];
    for (server, call, weight) in witnesses(calls) {
        changes[server + 1] += weight;
        changes[call + 1] -= weight;
    }
    let (mut explained, mut best) = (0, (0, 0));
    for (index, call) in calls.iter().enumerate() {
        explained += changes[index];
        if !call.is_timed && explained > 0 && explained >= best.1 {
            best = (index, explained);
        }
    }
    best
}

/// The neighbours at the same time that explain most, with the requests that they do explain.
fn best_together(calls: &[Observed]) -> ((usize, usize), i64) {
    let mut weights = HashMap::new();
    for (server, call, weight) in witnesses(calls).filter(|(server, call, _)| call - server < MOST_TOGETHER) {
        *weights.entry((server, call)).or_insert(0) += weight;
    }
    let mut best = ((0, 0), 0);
    // The requests explained within the neighbours that end at the last request and begin at each first one, the nearest first.
    let mut before: Vec<i64> = Vec::new();
    for last in 0..calls.len() {
        let mut explained: Vec<i64> = vec![0];
        for length in 1..MOST_TOGETHER.min(last + 1) {
            let first = last - length;
            if calls[first..=last].iter().any(|call| call.is_timed) {
                break;
            }
            let shorter = before.get(length - 1).copied().unwrap_or(0);
            let both = length.checked_sub(2).and_then(|inner| before.get(inner)).copied().unwrap_or(0);
            let own = weights.get(&(first, last)).copied().unwrap_or(0);
            let sum = explained[length - 1] + shorter - both + own;
            explained.push(sum);
            if sum > best.1 {
                best = ((first, last), sum);
            }
        }
        before = explained;
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(server: usize, has_served: bool) -> Observed {
        Observed { is_timed: false, server: Some(Server { call: server, has_served }) }
    }

    #[test]
    fn repeats_that_all_miss_were_made_long_after() {
        let first = [Observed::default(); 4];
        let again = [call(0, false), call(1, false), call(2, false), call(4, true)];
        assert_eq!(find(&[&first[..], &again[..]].concat()), Some(Finding::Gap(4)));
    }

    #[test]
    fn neighbours_that_miss_one_another_were_made_together() {
        let calls =
            [Observed::default(), call(0, true), Observed::default(), call(2, false), call(2, false), call(4, false)];
        assert_eq!(find(&calls), Some(Finding::Together(2, 5)));
    }

    #[test]
    fn two_misses_are_two_misses() {
        assert_eq!(find(&[Observed::default(), call(0, false), call(0, false)]), None);
    }

    #[test]
    fn what_has_a_time_is_not_moved() {
        let timed = |call: Observed| Observed { is_timed: true, ..call };
        assert_eq!(find(&[Observed::default(), call(0, false), call(0, false), call(0, false)].map(timed)), None);
    }

    /// Requests explained by a finding, less those it contradicts, one after another.
    fn explained(calls: &[Observed], finding: Finding) -> i64 {
        let lies_between = |server: usize, call: usize| match finding {
            Finding::Gap(at) => server < at && at <= call,
            Finding::Together(first, last) => first <= server && call <= last,
        };
        witnesses(calls).filter(|(server, call, _)| lies_between(*server, *call)).map(|(_, _, weight)| weight).sum()
    }

    proptest! {
        #[test]
        fn no_other_finding_explains_more(raw in prop::collection::vec((prop::option::of((0_usize..20, any::<bool>())), prop::bool::weighted(0.1)), 0..20)) {
            let mut calls: Vec<Observed> = Vec::new();
            for (server, is_timed) in raw {
                let server = server.filter(|(call, _)| *call < calls.len());
                calls.push(Observed { is_timed, server: server.map(|(call, has_served)| Server { call, has_served }) });
            }
            let gaps = (0..calls.len()).filter(|at| !calls[*at].is_timed).map(Finding::Gap);
            let pairs = (0..calls.len()).flat_map(|first| (first + 1..calls.len()).map(move |last| (first, last)));
            let together = pairs
                .filter(|(first, last)| calls[*first..=*last].iter().all(|call| !call.is_timed))
                .map(|(first, last)| Finding::Together(first, last));
            let most = gaps.chain(together).map(|finding| explained(&calls, finding)).max().unwrap_or(0);
            prop_assert_eq!(find(&calls).map(|finding| explained(&calls, finding)), (most >= WANTED_CALLS).then_some(most));
        }
    }
}
