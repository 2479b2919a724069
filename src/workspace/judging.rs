//! Judging: by which profiles, and with tools written in which way, the reported counts of a log are reproduced.

#![expect(clippy::similar_names, reason = "a counter counts, and a call is counted")]

use std::sync::Arc;

use super::copies::Copies;
use super::logs::{LogInputs, Logs};
use crate::evidence::doubts::{Contradictions, Doubts};
use crate::evidence::judgement::{Judgements, Testimony};
use crate::exchange::Exchange;
use crate::profile::Profiles;
use crate::simulation::{Counter, Settings};

/// A counter that follows what the reported counts of these logs say, for a command that counts requests and replays none.
///
/// # Errors
/// As [`super::replay::replay`].
pub(crate) fn judged_counter(
    inputs: &LogInputs,
    copies: &mut Copies,
    settings: &mut Settings,
) -> anyhow::Result<Counter<'static>> {
    let counter = Counter::new(Profiles::builtin(), settings);
    let (mut doubts, mut last) = (Doubts::default(), None);
    let ahead = counter.clone();
    let work = move |exchange: &Exchange| ahead.ahead(exchange);
    Logs::walk_again(inputs, copies, work, |_, exchange, counted| {
        last = exchange.time.or(last);
        let counted = counted.or_else(|| counter.count_in_turn(&exchange, last));
        if let Some(counted) = &counted {
            counter.doubt(&exchange, counted, last, &mut doubts);
        }
        Ok(())
    })?;
    let judgements = judge(inputs, copies, &counter, doubts)?;
    Ok(counter.with_judgements(judgements))
}

/// Counts the requests of contradicted groups under their candidates, and chooses. If requests turn up that only yet other candidates
/// reproduce, all are counted under those too.
pub(super) fn judge(
    inputs: &LogInputs,
    copies: &mut Copies,
    counter: &Counter<'static>,
    doubts: Doubts,
) -> anyhow::Result<Judgements> {
    let mut contradictions = doubts.contradictions();
    if !contradictions.any() {
        return Ok(Judgements::default());
    }
    loop {
        let (testimonies, others) = testimonies(inputs, copies, counter, &Arc::new(contradictions.clone()))?;
        if !contradictions.take_up(others.contradictions()) {
            return Ok(Judgements::new(testimonies));
        }
    }
}

/// The testimonies of the requests of contradicted groups, and what came of trying other candidates on those that agree with none.
fn testimonies(
    inputs: &LogInputs,
    copies: &mut Copies,
    counter: &Counter<'static>,
    contradictions: &Arc<Contradictions>,
) -> anyhow::Result<(Vec<Testimony>, Doubts)> {
    let (mut testimonies, mut doubts, mut last) = (Vec::new(), Doubts::second(), None);
    let (ahead, known) = (counter.clone(), Arc::clone(contradictions));
    // A line without a time has that of the line before it, which other threads do not know.
    let work = move |exchange: &Exchange| exchange.time.map(|time| ahead.testify(exchange, Some(time), &known));
    Logs::walk_again(inputs, copies, work, |_, exchange, testimony| {
        last = exchange.time.or(last);
        let testimony = testimony.unwrap_or_else(|| counter.testify(&exchange, last, contradictions));
        testimonies.extend(testimony.map(|testimony| counter.testify_again(&exchange, testimony, &mut doubts)));
        Ok(())
    })?;
    Ok((testimonies, doubts))
}
