//! Warm-up: calls that were sent before an earlier one with the same beginning had ended, so that they missed together.
//!
//! One of them is sent first; the others wait until its entry can be read. Each is replayed at the later time.

use std::collections::HashMap;

use super::replayed_plan::Plan;
use super::traffic::{Traffic, unmade};
use crate::exchange::{Exchange, Place};
use crate::report::text::plural;
use crate::time::{SignedDuration, Timestamp};

/// The plan to send one call of each burst first; `None` where no call missed for another that had not ended.
pub fn warm_up(traffic: &Traffic<'_>) -> Option<Plan> {
    let ends: HashMap<Place, Timestamp> =
        traffic.calls.iter().filter_map(|call| Some((call.exchange.place, call.exchange.end_time?))).collect();
    let wait = |call: usize| -> Option<SignedDuration> {
        let record = &traffic.now[call];
        let prediction = record.prediction.filter(|prediction| prediction.ledger.pending > 0)?;
        let end = ends.get(&prediction.parent?.place)?;
        let start = traffic.calls[call].exchange.time?;
        let wait = end.duration_since(start);
        wait.checked_add(SignedDuration::from_millis(1)).filter(|_| wait > SignedDuration::ZERO)
    };
    let waits: HashMap<usize, SignedDuration> =
        (0..traffic.calls.len()).filter_map(|call| Some((call, wait(call)?))).collect();
    let asked = || waits.iter().filter(|(call, _)| traffic.asked[**call]).map(|(_, wait)| wait);
    let longest = asked().max()?;
    let later = |call: usize| {
        let time = traffic.calls[call].exchange.time?;
        waits.get(&call).map_or(Some(time), |wait| time.checked_add(*wait).ok())
    };
    let order = traffic.in_order_of(later).into_iter().map(|(_, call)| call).collect();
    let saving = traffic.saving_in(order, |call, exchange| {
        let wait = waits.get(&call)?;
        let moved = |time: Option<Timestamp>| time.and_then(|time| time.checked_add(*wait).ok());
        Some(Exchange { time: moved(exchange.time), end_time: moved(exchange.end_time), ..unmade(exchange) })
    })?;
    let seconds = longest.as_secs().unsigned_abs() + 1;
    Some(Plan {
        kind: "warm-up",
        change: format!("one call of each burst sent first ({} wait)", plural(asked().count() as u64, "call")),
        saving,
        assumptions: vec![format!("those that wait come up to {} later", plural(seconds, "second"))],
        how: "send one call of a group with the same beginning, and the others when its answer has ended".into(),
        other_model: None,
        is_bound: false,
    })
}
