//! Sharing of caches, judged by reported hits over requests that are counted and in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::exchange::Exchange;
use crate::phase::Phase;
use crate::profile::DEFAULT_APART;
use crate::simulation::{
    Agreement, Callers, CountedExchange, Counter, JudgedSharing, Record, Settings, Sharing, Sharings, Simulation,
};

/// Takes note of the caller of a replayed request.
pub(super) fn see(callers: &mut Callers, counter: &Counter<'_>, exchange: &Exchange, record: &Record) {
    let profile = record.applied.as_ref().map_or("", |applied| applied.profile.as_str());
    let rule = || counter.profile(profile).map_or_else(|| DEFAULT_APART.to_vec(), |profile| profile.apart.clone());
    callers.see(&exchange.scope, profile, rule);
}

/// Replays the requests under each candidate; for each profile the one stays that disagrees with the fewest reported hits, then by the
/// fewest tokens, the provider's own rule first.
pub(super) fn judge(
    calls: &[(Arc<Exchange>, Option<CountedExchange>)],
    counter: &Counter<'static>,
    settings: &Settings,
) -> Sharings {
    let mut callers = Callers::default();
    let mut by_rule = BTreeMap::new();
    // A single caller leaves nothing to judge.
    let first = calls.first().map(|(exchange, _)| &exchange.scope);
    if calls.iter().all(|(exchange, _)| Some(&exchange.scope) == first) {
        return Sharings::default();
    }
    let under = |sharings| Settings { sharings: Arc::new(sharings), sweeping: None, ..settings.again() };
    replay(calls, counter, under(Sharings::default()), |exchange, record, profile| {
        see(&mut callers, counter, exchange, record);
        by_rule.entry(profile.to_owned()).or_insert_with(Agreement::default).add(record);
    });
    let mut candidates = callers.candidates();
    candidates.retain(|profile, _| by_rule.get(profile).is_some_and(|agreement| agreement.hits_differing() > 0));
    let distance = |agreement: &Agreement| (agreement.hits_differing(), agreement.hits_distance());
    let mut best: BTreeMap<String, (Agreement, Sharing)> = BTreeMap::new();
    for sharing in Sharing::OTHERS.into_iter().filter(|sharing| candidates.values().any(|all| all.contains(sharing))) {
        let mut found: BTreeMap<String, Agreement> = BTreeMap::new();
        let sharings = Sharings::all(candidates.keys().cloned(), sharing);
        replay(calls, counter, under(sharings), |_, record, profile| {
            found.entry(profile.to_owned()).or_default().add(record);
        });
        for (profile, agreement) in found {
            let is_tried = candidates.get(&profile).is_some_and(|all| all.contains(&sharing));
            let before = best.get(&profile).map(|(agreement, _)| agreement).or_else(|| by_rule.get(&profile));
            if is_tried && before.is_some_and(|before| distance(&agreement) < distance(before)) {
                best.insert(profile, (agreement, sharing));
            }
        }
    }
    let mut judged = Sharings::default();
    for (profile, (agreement, sharing)) in best {
        let before = by_rule.get(&profile).copied().unwrap_or_default().hits_equal;
        let Agreement { hits_equal, compared, .. } = agreement;
        let support = format!("{sharing} ({hits_equal} of {compared} agree, {before} by the provider's rule)");
        judged.insert(profile, JudgedSharing { sharing, support: Arc::from(support) });
    }
    judged
}

/// Replays the requests to see how their hits agree with the reported ones.
pub(super) fn replay(
    calls: &[(Arc<Exchange>, Option<CountedExchange>)],
    counter: &Counter<'static>,
    settings: Settings,
    mut see: impl FnMut(&Exchange, &Record, &str),
) {
    let mut simulation = Simulation::with_counter(Arc::new(counter.clone()), settings);
    for (exchange, counted) in Phase::over("replaying requests", calls.iter()) {
        let record = simulation.counted(exchange, counted.clone());
        let profile = record.applied.as_ref().map_or("", |applied| applied.profile.as_str());
        see(exchange, &record, profile);
    }
}
