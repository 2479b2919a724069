//! Assumptions that no reported hit can judge, replayed otherwise: how many predicted hits would be others.

use super::sharing::{replay, see};
use super::spacing::CountedInOrder;
use crate::simulation::{Assumption, Callers, Counter, Settings, Sharing, Sharings};

/// The most requests that are replayed otherwise; of more it is not known what another choice would change.
const MOST_CALLS: usize = 10_000;

/// The order of requests without any time, of which no prompt holds an answer.
pub(super) fn order(calls: &CountedInOrder, counter: &Counter<'static>, settings: &Settings) -> Assumption {
    let change = || {
        let backwards: Vec<_> = calls.iter().rev().cloned().collect();
        let forwards = hits(calls, counter, settings.again());
        let turned = hits(&backwards, counter, settings.again());
        sum(&forwards).abs_diff(sum(&turned))
    };
    Assumption {
        kind: "order".into(),
        choice: "as the lines stand".into(),
        basis: "the log, which has no times".into(),
        support: None,
        requests: calls.len() as u64,
        could_change_tokens: (calls.len() <= MOST_CALLS).then(change),
    }
}

/// The callers that share a cache.
pub(super) fn scope(calls: &CountedInOrder, counter: &Counter<'static>, settings: &Settings) -> Assumption {
    let change = || {
        let mut callers = Callers::default();
        let mut by_rule = Vec::new();
        replay(calls, counter, settings.again(), |exchange, record, _| {
            see(&mut callers, counter, exchange, record);
            by_rule.push(record.prediction.map(|prediction| prediction.hit_tokens));
        });
        let profiles: Vec<String> = callers.candidates().into_keys().collect();
        let under = |sharing| {
            let sharings = Sharings::all(profiles.iter().cloned(), sharing);
            let other = hits(calls, counter, Settings { sharings: sharings.into(), ..settings.again() });
            sum(&other).abs_diff(sum(&by_rule))
        };
        Sharing::OTHERS.into_iter().map(under).max().unwrap_or(0)
    };
    Assumption {
        kind: "scope".into(),
        choice: Sharing::Rule.to_string(),
        basis: "the provider's documents".into(),
        support: None,
        requests: calls.len() as u64,
        could_change_tokens: (calls.len() <= MOST_CALLS).then(change),
    }
}

/// The predicted hits of each request.
fn hits(calls: &CountedInOrder, counter: &Counter<'static>, settings: Settings) -> Vec<Option<u64>> {
    let mut hits = Vec::with_capacity(calls.len());
    replay(calls, counter, settings, |_, record, _| {
        hits.push(record.prediction.map(|prediction| prediction.hit_tokens));
    });
    hits
}

fn sum(hits: &[Option<u64>]) -> u64 {
    hits.iter().flatten().sum()
}
