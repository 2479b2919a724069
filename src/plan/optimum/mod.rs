//! The optimum of breakpoints: the places and lifetimes at which the requests of a log would have cost least, replayed like any other plan.

#[cfg(test)]
mod tests;
mod tree;

use std::collections::HashMap;

use tree::{LifetimeTerms, PlaceId, Sent, Terms, Tree};

use super::marks::mark_terms;
use super::replayed_plan::Plan;
use super::traffic::{Changed, Traffic, unmade};
use crate::cache::ScopeKey;
use crate::causes::ReplayedRequest;
use crate::number::to_usize;
use crate::rates::{Lifetime, Rate};
use crate::report::text::plural;
use crate::simulation::{LaidOut, MOST_MARKS, Simulation};
use crate::time::micros;

/// One request of a cache whose entries stand at the ends of blocks.
pub struct MarkedRequest {
    /// Its number in the log.
    pub(super) call: usize,
    pub(super) laid: LaidOut,
    pub(super) time: i64,
}

/// The breakpoints of a request: a block of its own and the lifetime in microseconds.
type Breakpoints = Vec<(usize, Option<i64>)>;

/// The plan whose breakpoints are best for every request; `None` where no request's cache goes by breakpoints.
pub fn optimum(traffic: &Traffic<'_>, caches: &[Vec<MarkedRequest>]) -> Option<Plan> {
    if caches.is_empty() {
        return None;
    }
    let mut chosen: HashMap<usize, Breakpoints> = HashMap::new();
    let mut limited = 0;
    for calls in caches {
        limited += choose(traffic, calls, &mut chosen)?;
    }
    let saving = traffic.saving(|number, ReplayedRequest { exchange, counted }| {
        let breakpoints = chosen.get(&number)?;
        Some(Changed { exchange: unmade(exchange), counted: Some(counted.as_ref()?.with_breakpoints(breakpoints)) })
    })?;
    let mut assumptions = vec![
        "it knows all later requests, which no client does".to_owned(),
        "requests come at the same times; each place has one lifetime".to_owned(),
    ];
    if limited > 0 {
        assumptions.push(format!(
            "{} would need more than {MOST_MARKS} breakpoints: the cheapest are left out, so that the true optimum may be lower",
            plural(limited, "request")
        ));
    }
    Some(Plan {
        kind: "optimum",
        change: "the best breakpoints and lifetimes for each request".into(),
        saving,
        assumptions,
        how: "a bound to compare policies with: it knows all later requests".into(),
        other_model: None,
        is_bound: limited > 0,
    })
}

/// The requests of each cache that goes by breakpoints; those whose tokens are not known are left out.
pub fn marked_by_cache(traffic: &Traffic<'_>) -> Vec<Vec<MarkedRequest>> {
    let mut numbers: HashMap<ScopeKey, usize> = HashMap::new();
    let mut caches: Vec<Vec<MarkedRequest>> = Vec::new();
    let mut simulation = traffic.simulation();
    for (call, terms) in mark_terms(traffic).into_iter().enumerate() {
        let Some(marked) = terms.is_some().then(|| marked_call(traffic, &mut simulation, call)).flatten() else {
            continue;
        };
        let number = *numbers.entry(marked.laid.scope).or_insert_with(|| {
            caches.push(Vec::new());
            caches.len() - 1
        });
        caches[number].push(marked);
    }
    caches
}

/// A request with its blocks; `None` if it has no tokens or no time.
fn marked_call(traffic: &Traffic<'_>, simulation: &mut Simulation<'_>, call: usize) -> Option<MarkedRequest> {
    let ReplayedRequest { exchange, counted } = &traffic.calls[call];
    let laid = simulation.block_ends(&unmade(exchange), counted.as_ref()?)?;
    let time = traffic.now[call].replayed_at?.as_microsecond();
    Some(MarkedRequest { call, laid, time })
}

/// Chooses the breakpoints of the requests of one cache; gives the number of requests that would need more than they may have.
fn choose(traffic: &Traffic<'_>, calls: &[MarkedRequest], chosen: &mut HashMap<usize, Breakpoints>) -> Option<u64> {
    let first = calls.first()?;
    let terms = terms(&traffic.now[first.call].bill.quote.as_ref().ok()?.rate, &first.laid)?;
    let minimum = to_usize(first.laid.profile.policy.minimum());
    let sent: Vec<Sent<u128>> = calls
        .iter()
        .map(|MarkedRequest { laid, time, .. }| {
            let ends = laid.ends.iter().filter(|end| end.length >= minimum);
            Sent { time: *time, ends: ends.map(|end| (end.digest, end.length as u64)).collect() }
        })
        .collect();
    let tree = Tree::new(&sent);
    let choice = tree.cheapest(&terms);
    let mut limited = 0;
    for (marked, mut places) in calls.iter().zip(tree.breakpoints(&choice, &terms)) {
        limited += u64::from(places.len() > MOST_MARKS);
        while places.len() > MOST_MARKS {
            // The last is where the request writes to; of the others the one that serves least.
            let least = (0..places.len() - 1).min_by_key(|index| tree.tokens(places[*index].0))?;
            places.remove(least);
        }
        let block = |(place, lifetime): (PlaceId, usize)| {
            let index = marked.laid.ends.iter().position(|end| end.digest == tree.key(place))?;
            Some((index, Some(terms.lifetimes[lifetime].lifetime)))
        };
        chosen.insert(marked.call, places.into_iter().filter_map(block).collect());
    }
    Some(limited)
}

/// The prices of a token, and the lifetimes that the cache takes from its clients.
fn terms(rate: &Rate, laid: &LaidOut) -> Option<Terms> {
    let own = || Some(vec![u64::try_from(micros(laid.profile.lifetime?)).ok()?]);
    // A lifetime that is not sold cannot be asked for.
    let sold = laid.profile.policy.asked_lifetimes().or_else(own)?.into_iter().filter_map(|lifetime| {
        let lifetime = i64::try_from(lifetime).ok()?;
        let write = rate.prices.cache_write.price(Lifetime::of_micros(lifetime))?.per_million();
        Some(LifetimeTerms { lifetime, write })
    });
    let lifetimes: Vec<LifetimeTerms> = sold.collect();
    Some(Terms {
        miss: rate.prices.input.per_million(),
        read: rate.read_price().ok()?.per_million(),
        lifetimes: (!lifetimes.is_empty()).then_some(lifetimes)?,
    })
}
