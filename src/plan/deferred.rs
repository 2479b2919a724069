//! Calls that can wait: sent as a batch, at a slower tier, or at the hours whose prices are lower.

use super::replayed_plan::Plan;
use super::saving::{Amounts, Saving};
use super::traffic::{Traffic, unmade};
use crate::account::Quote;
use crate::exchange::Exchange;
use crate::rates::{Period, Tier};
use crate::report::text::plural;
use crate::simulation::Record;
use crate::time::{SignedDuration, Timestamp};

/// The kind of these plans.
const KIND: &str = "deferred";

/// Hours of peak prices begin and end at quarters of an hour in every price list that is known (2026-11).
const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// The quarters of an hour after which no lower price is looked for: a week.
const QUARTERS: usize = 7 * 24 * 4;

/// The plans for calls that can wait; none where no price is lower.
pub fn deferred(traffic: &Traffic<'_>, can_wait: &[bool]) -> Vec<Plan> {
    let plans = [as_batch(traffic, can_wait), at_slower_tier(traffic, can_wait), off_peak(traffic, can_wait)];
    plans.into_iter().flatten().collect()
}

/// True if a call could be cheaper for waiting, so that it is worth saying which calls can.
pub fn could_wait(traffic: &Traffic<'_>) -> bool {
    let all = vec![true; traffic.calls.len()];
    [Tier::Batch, Tier::Flex].into_iter().any(|tier| cheaper_at(traffic, &all, tier).contains(&true))
        || (0..all.len()).any(|call| is_peak(traffic, call, traffic.now[call].replayed_at))
}

/// All calls that can wait in one batch. No provider promises that calls of a batch are served from the cache, so that they are priced
/// as if none were; with their own hits at best.
fn as_batch(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let is_sent = cheaper_at(traffic, can_wait, Tier::Batch);
    let (sent, stay): (Vec<usize>, Vec<usize>) = (0..is_sent.len()).partition(|call| is_sent[*call]);
    let count = sent.iter().filter(|call| traffic.asked[**call]).count() as u64;
    if count == 0 {
        return None;
    }
    let then = traffic.replayed_counted(stay, |_, _, _| None);
    let batch =
        traffic.replayed_counted(sent, |_, exchange, counted| Some((at_tier(exchange, "batch"), counted.clone())));
    let then: Vec<Option<Record>> = then.into_iter().zip(batch).map(|(stays, sent)| stays.or(sent)).collect();
    let costs = traffic
        .pairs(&then)
        .map(|(call, now, then)| (now, then, if is_sent[call] { batch_amounts(then) } else { Amounts::of_bill(then) }));
    let mut saving = Saving::of_costs(costs)?;
    // Nothing is promised of what a batch reads, so that no hits are counted for it.
    saving.tokens -= traffic
        .pairs(&then)
        .filter(|(call, ..)| is_sent[*call])
        .map(|(_, _, then)| then.prediction.map_or(0, |prediction| prediction.hit_tokens.cast_signed()))
        .sum::<i64>();
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait sent as a batch", plural(count, "call")),
        saving,
        assumptions: vec![
            "nothing in a batch is served from the cache, which no provider promises; the least is with the hits of calls at these times".into(),
            "answers within 24 hours".into(),
        ],
        how: "send these calls through the provider's batch API".into(),
        other_model: None,
        is_bound: false,
    })
}

/// The cost of a call in a batch: without the cache, or less.
fn batch_amounts(record: &Record) -> Option<Amounts> {
    let without = record.bill.without_cache?.total();
    let least = Amounts::of_bill(record).map_or(without, |amounts| amounts.least);
    let least = if least.amount < without.amount { least } else { without };
    Some(Amounts { least, likely: without, most: without })
}

/// All calls that can wait at the slower tier, whose caches serve as at the standard one (OpenAI's page on flex processing, 2026-11).
fn at_slower_tier(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let is_sent = cheaper_at(traffic, can_wait, Tier::Flex);
    let count = (0..is_sent.len()).filter(|call| is_sent[*call] && traffic.asked[*call]).count() as u64;
    if count == 0 {
        return None;
    }
    let saving = traffic.saving_counted(|call, exchange, counted| {
        is_sent[call].then(|| (at_tier(exchange, "flex"), counted.clone()))
    })?;
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait at the flex tier", plural(count, "call")),
        saving,
        assumptions: vec!["the calls come at the times at which they came, and are answered more slowly".into()],
        how: "\"service_tier\": \"flex\" in these requests, and another try where the provider has no room".into(),
        other_model: None,
        is_bound: false,
    })
}

/// All calls that can wait sent after the hours of peak prices. Those of one peak keep their distances, so that they do not miss for
/// one another.
fn off_peak(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let wait = |call: usize| wait_until_off_peak(traffic, call).filter(|_| can_wait[call]);
    let waits: Vec<Option<SignedDuration>> = (0..can_wait.len()).map(wait).collect();
    let moved = || (0..waits.len()).filter(|call| traffic.asked[*call]).filter_map(|call| waits[call]);
    let longest = moved().max()?;
    let count = moved().count() as u64;
    let later = |time: Option<Timestamp>, wait| time.and_then(|time| time.checked_add(wait).ok());
    let order = traffic.in_order_of(|call| {
        let time = traffic.calls[call].exchange.time;
        waits[call].map_or(time, |wait| later(time, wait))
    });
    let order = order.into_iter().map(|(_, call)| call).collect();
    let then = traffic.replayed_counted(order, |call, exchange, counted| {
        let wait = waits[call]?;
        let (time, end_time) = (later(exchange.time, wait), later(exchange.end_time, wait));
        Some((Exchange { time, end_time, ..unmade(exchange) }, counted.clone()))
    });
    let hours = longest.as_hours().unsigned_abs() + u64::from(longest.as_secs() % 3600 > 0);
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait sent after the hours of peak prices", plural(count, "call")),
        saving: traffic.saving_of(&then)?,
        assumptions: vec![format!("they wait up to {}", plural(hours, "hour"))],
        how: "queue these calls, and send them when the lower price begins (`cachecheck rates` has the hours)".into(),
        other_model: None,
        is_bound: false,
    })
}

/// The time after which the prices of a peak, in which a call was sent, are over.
fn wait_until_off_peak(traffic: &Traffic<'_>, call: usize) -> Option<SignedDuration> {
    let time = traffic.calls[call].exchange.time?;
    let is_peak = |at: Timestamp| is_peak(traffic, call, Some(at));
    let mut at = time;
    while is_peak(at) {
        let (begin, end) = (peak_edge(at, -QUARTER, is_peak)?, peak_edge(at, QUARTER, is_peak)?);
        // From the last quarter before the peak to the first after it lies one quarter more than the peak is long.
        at = at.checked_add(end.duration_since(begin).checked_sub(QUARTER)?).ok()?;
    }
    Some(at.duration_since(time)).filter(SignedDuration::is_positive)
}

/// The first quarter of an hour, in a direction, at which the prices are not those of the peak.
fn peak_edge(at: Timestamp, step: SignedDuration, is_peak: impl Fn(Timestamp) -> bool) -> Option<Timestamp> {
    let quarter = at.as_second().div_euclid(QUARTER.as_secs()) * QUARTER.as_secs();
    let start = Timestamp::from_second(quarter).ok()?;
    let after = |steps: usize| start.checked_add(step.checked_mul(i32::try_from(steps).ok()?)?).ok();
    (1..=QUARTERS).map_while(after).find(|at| !is_peak(*at))
}

fn is_peak(traffic: &Traffic<'_>, call: usize, at: Option<Timestamp>) -> bool {
    let tier = traffic.now[call].bill.quote.as_ref().map(|quote| quote.rate.row.tier).unwrap_or_default();
    traffic.quote(call, tier, at).is_some_and(|quote| quote.rate.period == Some(Period::Peak))
}

/// The calls that can wait and cost less at another tier than at the one they were sent at.
fn cheaper_at(traffic: &Traffic<'_>, can_wait: &[bool], tier: Tier) -> Vec<bool> {
    let million = |quote: &Quote| quote.rate.prices.input.cost(1_000_000);
    let is_cheaper = |call: usize| {
        let now = traffic.now[call].bill.quote.as_ref().ok()?;
        let then = traffic.quote(call, tier, traffic.now[call].replayed_at)?;
        Some(million(&then) < million(now))
    };
    can_wait.iter().enumerate().map(|(call, can_wait)| *can_wait && is_cheaper(call).unwrap_or(false)).collect()
}

/// A call at another tier.
fn at_tier(exchange: &Exchange, tier: &str) -> Exchange {
    let mut changed = unmade(exchange);
    changed.usage.service_tier = Some(tier.to_owned());
    changed
}
