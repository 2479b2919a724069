//! Warm-up: requests that were sent before an earlier one with the same beginning had ended, so that they missed together.
//!
//! One of them is sent first; the others wait until its entry can be read. Where a cache keeps a beginning only once a second request has
//! shown that it is one, two are sent first, one after the other. Each is replayed at the later time.

use std::collections::{BTreeMap, HashMap};

use super::replayed_plan::Plan;
use super::traffic::{Changed, Traffic, unmade};
use crate::exchange::{Exchange, Place};
use crate::report::text::plural;
use crate::time::{SignedDuration, Timestamp};

/// The distance of a request from the end of the one that it waits for.
const APART: SignedDuration = SignedDuration::from_millis(1);

/// Times by which requests are sent later.
type Waits = HashMap<usize, SignedDuration>;

/// The ends of answers.
type Ends = HashMap<Place, Timestamp>;

/// The plans to send one request of each burst first, or two; none where no request missed for another that had not ended.
pub fn warm_up(traffic: &Traffic<'_>) -> Vec<Plan> {
    let ends = ends(traffic);
    let bursts = bursts(traffic, &ends);
    let mut plans = Vec::new();
    plans.extend(plan(traffic, &after_first(traffic, &bursts, &ends), "one request of each burst sent first"));
    if bursts.values().flatten().any(|call| wants_two(traffic, *call)) {
        plans.extend(plan(
            traffic,
            &after_second(traffic, &bursts, &ends),
            "two requests of each burst sent first, one after the other",
        ));
    }
    plans
}

/// True if a beginning is kept once a second request has shown it.
fn wants_two(traffic: &Traffic<'_>, call: usize) -> bool {
    traffic.profile(call).is_some_and(|profile| profile.policy.keeps_what_two_share())
}

/// The requests that began before an earlier one with the same beginning had ended and were not served it, by the first of them.
fn bursts(traffic: &Traffic<'_>, ends: &Ends) -> BTreeMap<Place, Vec<usize>> {
    let mut bursts: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    let mut firsts: HashMap<Place, Place> = HashMap::new();
    for (call, record) in traffic.now.iter().enumerate() {
        let missed = record.prediction.filter(|prediction| prediction.ledger.pending + prediction.ledger.rule > 0);
        let Some(parent) = missed.and_then(|prediction| prediction.parent) else { continue };
        let is_within = ends.get(&parent.place).is_some_and(|end| wait(traffic, call, *end).is_some());
        if is_within {
            let first = firsts.get(&parent.place).copied().unwrap_or(parent.place);
            firsts.insert(record.place, first);
            bursts.entry(first).or_default().push(call);
        }
    }
    bursts
}

/// Each request waits for the end of the first.
fn after_first(traffic: &Traffic<'_>, bursts: &BTreeMap<Place, Vec<usize>>, ends: &Ends) -> Waits {
    let waits = bursts.iter().flat_map(|(first, calls)| {
        let end = ends.get(first).copied();
        calls.iter().filter_map(move |call| Some((*call, wait(traffic, *call, end?)?)))
    });
    waits.collect()
}

/// The second request waits for the end of the first, and each other for the end of the second.
fn after_second(traffic: &Traffic<'_>, bursts: &BTreeMap<Place, Vec<usize>>, ends: &Ends) -> Waits {
    let mut waits = Waits::new();
    for (first, calls) in bursts {
        let Some((second, others)) = calls.split_first() else { continue };
        let Some(of_second) = ends.get(first).and_then(|end| wait(traffic, *second, *end)) else { continue };
        waits.insert(*second, of_second);
        let end = ends.get(&traffic.now[*second].place).and_then(|end| end.checked_add(of_second).ok());
        waits.extend(others.iter().filter_map(|call| Some((*call, wait(traffic, *call, end?)?))));
    }
    waits
}

fn ends(traffic: &Traffic<'_>) -> Ends {
    traffic.calls.iter().filter_map(|call| Some((call.exchange.place, call.exchange.end_time?))).collect()
}

/// The time from the start of a request to just behind another's end; `None` if it starts later.
fn wait(traffic: &Traffic<'_>, call: usize, end: Timestamp) -> Option<SignedDuration> {
    let wait = end.duration_since(traffic.calls[call].exchange.time?);
    wait.checked_add(APART).filter(|_| wait > SignedDuration::ZERO)
}

fn plan(traffic: &Traffic<'_>, waits: &Waits, change: &str) -> Option<Plan> {
    let asked = || waits.iter().filter(|(call, _)| traffic.asked[**call]).map(|(_, wait)| wait);
    let longest = asked().max()?;
    let later = |call: usize| {
        let time = traffic.calls[call].exchange.time?;
        waits.get(&call).map_or(Some(time), |wait| time.checked_add(*wait).ok())
    };
    let order = traffic.in_order_of(later).into_iter().map(|(_, call)| call).collect();
    let then = traffic.replayed(order, |number, call| {
        let (wait, exchange) = (waits.get(&number)?, &call.exchange);
        let moved = |time: Option<Timestamp>| time.and_then(|time| time.checked_add(*wait).ok());
        let (time, end_time) = (moved(exchange.time), moved(exchange.end_time));
        Some(Changed::alike(Exchange { time, end_time, ..unmade(exchange) }, call))
    });
    let seconds = longest.as_secs().unsigned_abs() + 1;
    let mut assumptions = vec![format!("those that wait come up to {} later", plural(seconds, "second"))];
    if waits.keys().any(|call| wants_two(traffic, *call)) {
        assumptions.push(
            "DeepSeek V4 keeps a prefix that two requests have shared (its documentation, 2026-04), but did so irregularly in recorded \
             requests: what a third request reads of it counts in the lowest cost only"
                .into(),
        );
    }
    Some(Plan {
        kind: "warm-up",
        change: format!("{change} ({} wait)", plural(asked().count() as u64, "request")),
        saving: traffic.saving_of(&then)?,
        assumptions,
        how: "send the first of a group with the same prefix, and the others when its answer has ended".into(),
        other_model: None,
        is_bound: false,
    })
}
