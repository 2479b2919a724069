//! Requests that can wait: sent as a batch, at a slower tier, or at the hours whose prices are lower.

use super::replayed_plan::Plan;
use super::saving::{Amounts, Saving};
use super::traffic::{Changed, Traffic, unmade};
use crate::account::Quote;
use crate::causes::ReplayedRequest;
use crate::exchange::Exchange;
use crate::rates::Tier;
use crate::report::text::plural;
use crate::simulation::Record;
use crate::time::{SignedDuration, Timestamp};

/// The kind of these plans.
const KIND: &str = "deferred";

/// The longest that a request is made to wait: a week, in which the hours of every schedule have come round.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The plans for requests that can wait; none where no price is lower.
pub fn deferred(traffic: &Traffic<'_>, can_wait: &[bool]) -> Vec<Plan> {
    let plans = [as_batch(traffic, can_wait), at_slower_tier(traffic, can_wait), off_peak(traffic, can_wait)];
    plans.into_iter().flatten().collect()
}

/// True if a request could be cheaper for waiting, so that it is worth saying which requests can.
pub fn could_wait(traffic: &Traffic<'_>) -> bool {
    let is_at_peak = |call: usize| traffic.now[call].replayed_at.is_some_and(|at| traffic.peak(call, at).is_some());
    let is_cheaper = |call: usize| [Tier::Batch, Tier::Flex].into_iter().any(|tier| is_cheaper_at(traffic, call, tier));
    (0..traffic.calls.len()).any(|call| is_at_peak(call) || is_cheaper(call))
}

/// All requests that can wait in one batch. No provider promises that requests of a batch are served from the cache, so that they are replayed
/// apart and priced as if none were; with their own hits at best.
fn as_batch(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let is_sent = cheaper_at(traffic, can_wait, Tier::Batch);
    let count = asked(traffic, |call| is_sent[call])?;
    let (sent, stay): (Vec<usize>, Vec<usize>) = traffic.all().into_iter().partition(|call| is_sent[*call]);
    let stays = traffic.replayed(stay, |_, _| None);
    let batch = traffic.replayed(sent, |_, call| Some(at_tier(call, "batch")));
    let costs_of_batch = traffic.pairs(&batch).map(|(_, now, then)| (now, then, batch_amounts(then)));
    let costs = traffic.pairs(&stays).map(|(_, now, then)| (now, then, Amounts::of_bill(then)));
    let mut saving = Saving::of_costs(costs.chain(costs_of_batch))?;
    let hits = |record: &Record| record.prediction.map_or(0, |prediction| prediction.hit_tokens.cast_signed());
    saving.tokens -= traffic.pairs(&batch).map(|(_, _, then)| hits(then)).sum::<i64>();
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait sent as a batch", plural(count, "request")),
        saving,
        assumptions: vec![
            "nothing in a batch is served from the cache, since no provider promises it; the lowest cost is with the hits of requests at these times".into(),
            "answers within 24 hours".into(),
        ],
        how: "send these requests through the provider's batch API".into(),
        other_model: None,
        is_bound: false,
    })
}

/// The cost of a request in a batch: without the cache, or less.
fn batch_amounts(record: &Record) -> Option<Amounts> {
    let without = record.bill.without_cache?.total();
    let least = Amounts::of_bill(record).map_or(without, |amounts| amounts.least);
    let least = if least.amount < without.amount { least } else { without };
    Some(Amounts { least, likely: without, most: without })
}

/// All requests that can wait at the slower tier, whose caches serve as at the standard one (OpenAI's page on flex processing, 2026-11).
fn at_slower_tier(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let is_sent = cheaper_at(traffic, can_wait, Tier::Flex);
    let count = asked(traffic, |call| is_sent[call])?;
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait at the flex tier", plural(count, "request")),
        saving: traffic.saving(|number, call| is_sent[number].then(|| at_tier(call, "flex")))?,
        assumptions: vec!["requests come at the same times, and are answered more slowly".into()],
        how: "\"service_tier\": \"flex\" in these requests, and try again if the provider has no capacity".into(),
        other_model: None,
        is_bound: false,
    })
}

/// All requests that can wait sent after the hours of peak prices. Those of one peak keep their distances, so that they do not miss for
/// one another.
fn off_peak(traffic: &Traffic<'_>, can_wait: &[bool]) -> Option<Plan> {
    let wait = |call: usize| wait_until_off_peak(traffic, call).filter(|_| can_wait[call]);
    let waits: Vec<Option<SignedDuration>> = traffic.all().into_iter().map(wait).collect();
    let count = asked(traffic, |call| waits[call].is_some())?;
    let longest = traffic.all().into_iter().filter(|call| traffic.asked[*call]).filter_map(|call| waits[call]).max()?;
    let later = |time: Option<Timestamp>, wait| time.and_then(|time| time.checked_add(wait).ok());
    let order = traffic.in_order_of(|call| {
        let time = traffic.calls[call].exchange.time;
        waits[call].map_or(time, |wait| later(time, wait))
    });
    let order = order.into_iter().map(|(_, call)| call).collect();
    let then = traffic.replayed(order, |number, call| {
        let (wait, exchange) = (waits[number]?, &call.exchange);
        let (time, end_time) = (later(exchange.time, wait), later(exchange.end_time, wait));
        Some(Changed::alike(Exchange { time, end_time, ..unmade(exchange) }, call))
    });
    let hours = longest.as_hours().unsigned_abs() + u64::from(longest.as_secs() % 3600 > 0);
    Some(Plan {
        kind: KIND,
        change: format!("{} that can wait sent after the hours of peak prices", plural(count, "request")),
        saving: traffic.saving_of(&then)?,
        assumptions: vec![format!("they wait up to {}", plural(hours, "hour"))],
        how: "queue these requests, and send them when the lower price begins (`cachecheck rates` has the hours)"
            .into(),
        other_model: None,
        is_bound: false,
    })
}

/// The time after which the prices of a peak, in which a request was sent, are over: the length of the peak, and of the next where the request
/// would lie in that.
fn wait_until_off_peak(traffic: &Traffic<'_>, call: usize) -> Option<SignedDuration> {
    let time = traffic.calls[call].exchange.time?;
    let mut at = time;
    while let Some((begin, end)) = traffic.peak(call, at) {
        at = at.checked_add(end.duration_since(begin)).ok()?;
        if at.duration_since(time) > LONGEST_WAIT {
            return None;
        }
    }
    Some(at.duration_since(time)).filter(SignedDuration::is_positive)
}

/// The number of requests that are summed and of which this is true; `None` of none.
fn asked(traffic: &Traffic<'_>, is_sent: impl Fn(usize) -> bool) -> Option<u64> {
    let count = traffic.all().into_iter().filter(|call| traffic.asked[*call] && is_sent(*call)).count() as u64;
    (count > 0).then_some(count)
}

/// The requests that can wait and cost less at another tier.
fn cheaper_at(traffic: &Traffic<'_>, can_wait: &[bool], tier: Tier) -> Vec<bool> {
    can_wait.iter().enumerate().map(|(call, can_wait)| *can_wait && is_cheaper_at(traffic, call, tier)).collect()
}

/// True if a request costs less at another tier than at the one it was sent at.
fn is_cheaper_at(traffic: &Traffic<'_>, call: usize, tier: Tier) -> bool {
    let million = |quote: &Quote| quote.rate.prices.input.cost(1_000_000);
    let (now, at) = (traffic.now[call].bill.quote.as_ref(), traffic.now[call].replayed_at);
    now.is_ok_and(|now| traffic.quote(call, tier, at).is_some_and(|then| million(&then) < million(now)))
}

/// A request at another tier.
fn at_tier(call: &ReplayedRequest, tier: &str) -> Changed {
    let mut changed = unmade(&call.exchange);
    changed.usage.service_tier = Some(tier.to_owned());
    Changed::alike(changed, call)
}
