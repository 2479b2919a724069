//! Replays by decisions that were made before: one pass, in which each shard replays its own requests alone.

use std::sync::Arc;

use super::copies::Copies;
use super::decided::Decided;
use super::gather::{Gather, give};
use super::logs::{LogInputs, Logs};
use super::replay::{Again, CountedRequests, Replayed, TakenForGranted, counted_calls};
use crate::exchange::Exchange;
use crate::phase::Phase;
use crate::profile::Profiles;
use crate::simulation::{CountedExchange, Counter, Divider, Settings, Shard, Simulation};
use crate::time::Timestamp;

/// The requests of a shard, told from those of others; all of them where there is none.
struct OwnRequests {
    counter: Arc<Counter<'static>>,
    divider: Divider,
    shard: Option<Shard>,
}

impl OwnRequests {
    fn new(inputs: &LogInputs, decided: &Decided, counter: &Arc<Counter<'static>>, settings: &Settings) -> Self {
        // Files of a shard's own hold its own requests alone.
        let shard = inputs.shard.filter(|_| inputs.own_sources.is_none());
        Self { counter: Arc::clone(counter), divider: Divider::new(decided.couplings, settings), shard }
    }

    /// The key of all requests that a request depends on; `None` if its time decides and is not known yet.
    fn key(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<u128> {
        self.divider.key(&self.counter, exchange, time)
    }

    /// The requests with that key are the shard's.
    fn has(&self, key: u128) -> bool {
        self.shard.is_none_or(|shard| shard.holds(key))
    }

    /// The request is the shard's; `None` as for its key.
    fn holds(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<bool> {
        self.key(exchange, time).map(|key| self.has(key))
    }
}

/// Replays the requests of logs as [`super::replay::replay`] does. Of requests that another shard replays only the little is done that later
/// ones ask for.
///
/// # Errors
/// As [`super::replay::replay`].
pub(super) fn by_decisions(
    inputs: &LogInputs,
    decided: &Decided,
    mut settings: Settings,
    gather: &mut dyn Gather,
) -> anyhow::Result<Replayed<()>> {
    let mut copies = Copies::default();
    inputs.count_for_share(&mut copies)?;
    let counter = Counter::new(Profiles::builtin(), &mut settings).with_judgements(decided.judgements.clone());
    decided.settle(&mut settings);
    let counter = Arc::new(counter);
    let own = Arc::new(OwnRequests::new(inputs, decided, &counter, &settings));
    let own_ahead = Arc::clone(&own);
    let is_by_times = decided.is_by_times;
    let mut simulation = Simulation::with_counter(Arc::clone(&counter), settings.again());
    let mut last = None;
    let mut take = |logs: &mut Logs, exchange: &Exchange, counted: Option<CountedExchange>, is_own: bool| {
        if is_own {
            let record = simulation.counted(exchange, counted);
            return give(gather, logs, exchange, record);
        }
        let time = simulation.pass_by(exchange);
        logs.is_asked_for(exchange.place, time);
        Ok(())
    };
    let mut is_own = |exchange: &Exchange, logs: &mut Logs| {
        last = exchange.time.or(last);
        let key = own.key(exchange, last).unwrap_or_default();
        logs.see_key(key);
        (own.has(key), last)
    };
    let logs = if decided.is_in_order {
        let ahead = Arc::clone(&counter);
        let work = move |exchange: &Exchange| {
            if own_ahead.holds(exchange, None) == Some(true) { ahead.ahead(exchange) } else { None }
        };
        Logs::walk_again(inputs, &mut copies, work, |logs, exchange, counted| {
            let (is_own, last) = is_own(&exchange, logs);
            let in_turn = || counter.count_where_needed(&exchange, last);
            take(logs, &exchange, if is_own { counted.or_else(in_turn) } else { None }, is_own)
        })?
    } else {
        // The order rests on the tokens of all requests, if the times do not tell it.
        let is_wanted = move |exchange: &Exchange, time: Option<Timestamp>| {
            if is_by_times { own_ahead.holds(exchange, time) } else { Some(true) }
        };
        let CountedRequests { mut logs, mut calls, .. } = counted_calls(inputs, &mut copies, &counter, is_wanted)?;
        if decided.is_turned {
            calls.reverse();
        }
        for (exchange, counted) in Phase::over("replaying requests", calls.into_iter()) {
            let (is_own, _) = is_own(&exchange, &mut logs);
            take(&mut logs, &exchange, counted, is_own)?;
        }
        logs
    };
    let uses = simulation.into_uses();
    let again = Again::new(copies, counter, settings, decided);
    Ok(Replayed { logs, gathered: (), again, taken: TakenForGranted::default(), decided: decided.clone(), uses })
}
