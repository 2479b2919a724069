//! A bundle: the requests of a log that its provider needs to see the same shortfall, and no others.

use std::collections::{BTreeSet, HashMap};

use super::audit::short_of;
use super::traffic::Traffic;
use crate::exchange::Place;
use crate::simulation::Record;

/// The requests that were served less than promised and those that their prompts build on, so many that a replay of them alone promises the
/// same.
pub fn bundle(traffic: &Traffic<'_>) -> Vec<Place> {
    let is_short = |call: &usize| traffic.asked[*call] && short_of(&traffic.now[*call]).is_some_and(|short| short > 0);
    let short: Vec<usize> = traffic.all().into_iter().filter(is_short).collect();
    let mut calls = chains(traffic, &short);
    let others = promised_otherwise(traffic, &calls, &short);
    if !others.is_empty() {
        calls.extend(caches(traffic, &others));
        if !promised_otherwise(traffic, &calls, &short).is_empty() {
            calls.extend(traffic.all());
        }
    }
    calls.into_iter().map(|call| traffic.now[call].place).collect()
}

/// The requests with all that they continue, one after another.
fn chains(traffic: &Traffic<'_>, short: &[usize]) -> BTreeSet<usize> {
    let numbers: HashMap<Place, usize> =
        traffic.now.iter().enumerate().map(|(call, record)| (record.place, call)).collect();
    let (mut chains, mut open) = (BTreeSet::new(), short.to_vec());
    while let Some(call) = open.pop() {
        if chains.insert(call) {
            let record = &traffic.now[call];
            // The request that shares most, and the one that the cache serves from.
            let parents = [record.parent, record.prediction.and_then(|prediction| prediction.parent)];
            open.extend(parents.into_iter().flatten().filter_map(|parent| numbers.get(&parent.place).copied()));
        }
    }
    chains
}

/// All requests before the last of these whose callers and rules are those of one of them.
fn caches(traffic: &Traffic<'_>, short: &[usize]) -> BTreeSet<usize> {
    let cache = |record: &Record| {
        (record.scope.clone(), record.applied.as_ref().map(|applied| applied.profile.clone()), record.model.clone())
    };
    let caches: Vec<_> = short.iter().map(|call| cache(&traffic.now[*call])).collect();
    let until = short.last().map_or(0, |last| last + 1);
    (0..until).filter(|call| caches.contains(&cache(&traffic.now[*call]))).collect()
}

/// Those of some requests to which a replay of a part of the log promises something else than the replay of all.
fn promised_otherwise(traffic: &Traffic<'_>, part: &BTreeSet<usize>, calls: &[usize]) -> Vec<usize> {
    let then = traffic.replayed(part.iter().copied().collect(), |_, _| None);
    let promise = |record: &Record| {
        record
            .prediction
            .map(|prediction| (prediction.hit_tokens_min, prediction.hit_tokens, prediction.hit_tokens_max))
    };
    let is_same =
        |call: usize| then[call].as_ref().is_some_and(|record| promise(record) == promise(&traffic.now[call]));
    calls.iter().copied().filter(|call| !is_same(*call)).collect()
}
