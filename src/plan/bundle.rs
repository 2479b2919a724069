//! A bundle: the calls of a log that its provider needs to see the same shortfall, and no others.

use std::collections::{BTreeSet, HashMap};

use super::audit::short_of;
use super::traffic::Traffic;
use crate::exchange::Place;
use crate::simulation::Record;

/// The calls that were served less than promised and those that their prompts build on, so many that a replay of them alone promises the
/// same.
pub fn bundle(traffic: &Traffic<'_>) -> Vec<Place> {
    let short: Vec<usize> = (0..traffic.now.len())
        .filter(|call| traffic.asked[*call] && short_of(&traffic.now[*call]).is_some_and(|short| short > 0))
        .collect();
    let sets = [chains(traffic, &short), caches(traffic, &short), (0..traffic.now.len()).collect()];
    let found = sets.into_iter().find(|calls: &BTreeSet<usize>| promises_the_same(traffic, calls, &short));
    found.into_iter().flatten().map(|call| traffic.now[call].place).collect()
}

/// The calls with all that they continue, one after another.
fn chains(traffic: &Traffic<'_>, short: &[usize]) -> BTreeSet<usize> {
    let numbers: HashMap<Place, usize> =
        traffic.now.iter().enumerate().map(|(call, record)| (record.place, call)).collect();
    let mut chains = BTreeSet::new();
    for call in short {
        let mut next = Some(*call);
        while let Some(call) = next.filter(|call| chains.insert(*call)) {
            let parent =
                traffic.now[call].parent.or(traffic.now[call].prediction.and_then(|prediction| prediction.parent));
            next = parent.and_then(|parent| numbers.get(&parent.place).copied()).filter(|parent| *parent < call);
        }
    }
    chains
}

/// All calls up to the last of these whose callers and rules are those of one of them.
fn caches(traffic: &Traffic<'_>, short: &[usize]) -> BTreeSet<usize> {
    let cache = |record: &Record| {
        (record.scope.clone(), record.applied.as_ref().map(|applied| applied.profile.clone()), record.model.clone())
    };
    let caches: Vec<_> = short.iter().map(|call| cache(&traffic.now[*call])).collect();
    let until = short.last().map_or(0, |last| last + 1);
    (0..until).filter(|call| caches.contains(&cache(&traffic.now[*call]))).collect()
}

/// True if a replay of some calls promises what the replay of all does for these.
fn promises_the_same(traffic: &Traffic<'_>, calls: &BTreeSet<usize>, short: &[usize]) -> bool {
    let then = traffic.replayed_counted(calls.iter().copied().collect(), |_, _, _| None);
    let promise = |record: &Record| {
        record
            .prediction
            .map(|prediction| (prediction.hit_tokens_min, prediction.hit_tokens, prediction.hit_tokens_max))
    };
    short.iter().all(|call| then[*call].as_ref().is_some_and(|record| promise(record) == promise(&traffic.now[*call])))
}
