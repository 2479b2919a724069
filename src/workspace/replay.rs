//! Replays of logs: as many passes over the lines as the evidence asks for, and one result.
//!
//! The first pass takes for granted that requests stand in the order of time and that each falls under the profile its date or name
//! suggests, whose own rule says who shares a cache. Most logs bear that out, and its result is the result. If the reported figures
//! contradict a profile, a second pass counts the requests in question under every candidate; if a profile, the order or who shares a
//! cache may be another, a last pass keeps the counted requests and replays them, once for each candidate. The lines are parsed once where
//! the requests take little memory (`kept.rs`); else a pipe is copied as it is read.

#![expect(clippy::similar_names, reason = "a counter counts, and a call is counted")]

use std::collections::HashMap;
use std::sync::Arc;

use super::by_decisions::by_decisions;
use super::copies::Copies;
use super::decided::Decided;
use super::direction::{self, Direction};
use super::gather::{Gather, Gathering, give};
use super::judging::judge;
use super::logs::{LogInputs, Logs};
use super::spacing::{self, CountedRequest, Placed};
use super::waiting::Waiting;
use super::{sharing, unjudged, verbose};
use crate::causes::{self, Explained, FoundRequest, ReplayedRequest};
use crate::caveat::Code;
use crate::evidence::doubts::Doubts;
use crate::evidence::order::{Links, Order, OrderWatch, ReplayOrder};
use crate::evidence::spacing::WANTED_CALLS;
use crate::exchange::{Exchange, Place};
use crate::phase::Phase;
use crate::profile::Profiles;
use crate::simulation::{
    Assumption, Assumptions, Callers, CountedExchange, Counter, Couplings, Record, Settings, Simulation, UsesByProfile,
};
use crate::time::Timestamp;

/// The result of a replay.
pub(crate) struct Replayed<G> {
    pub(crate) logs: Logs,
    pub(crate) gathered: G,
    pub(crate) again: Again,
    pub(crate) taken: TakenForGranted,
    /// The blocks that the requests used, by profile, if they were recorded.
    pub(crate) uses: UsesByProfile,
    /// The decisions by which the requests were replayed.
    pub(crate) decided: Decided,
}

/// Assumptions of a replay.
#[derive(Default)]
pub(crate) struct TakenForGranted {
    /// Assumptions on what requests rest of which nothing was reported.
    assumptions: Assumptions,
    /// No request reports hits that could say who shares a cache, or in which order requests without a time were made.
    is_silent: bool,
    /// No line has a time, and neither a prompt nor the reported hits tell which came first.
    has_open_order: bool,
    /// Several callers could share caches otherwise.
    has_open_scope: bool,
}

/// The requests of all lines, counted and in the order of replay.
pub(super) struct CountedRequests {
    pub(super) logs: Logs,
    assumptions: Assumptions,
    order: ReplayOrder,
    pub(super) calls: Vec<CountedRequest>,
}

/// Needs of another pass over the same logs, so that it sees the same requests.
pub(crate) struct Again {
    copies: Copies,
    counter: Arc<Counter<'static>>,
    settings: Settings,
    /// Reported hits turn the order round that times and prompts tell.
    is_turned: bool,
    /// The lines stand in the order of replay.
    is_in_order: bool,
}

/// A first pass, and what it says of its own assumptions.
struct FirstPass {
    logs: Logs,
    doubts: Doubts,
    /// Another candidate for who shares a cache could agree better with the reported hits.
    doubts_sharing: bool,
    /// Requests without a time that missed what they should have been served.
    late_misses: u64,
    taken: TakenForGranted,
    is_out_of_order: bool,
    /// Reported hits may say in which direction the log stands.
    doubts_direction: bool,
    ended: (Couplings, UsesByProfile),
}

/// Replays the requests of logs. For each pass `start` makes an empty gatherer, to which `add` gives the requests in the order of
/// replay and lie in the period asked for; the gatherer of the last pass is returned.
///
/// # Errors
/// A source that cannot be read, a bad line under `--strict`, logs without a single exchange or none in the period, and what `add` says.
pub(crate) fn replay<G>(
    inputs: &LogInputs,
    settings: Settings,
    start: impl Fn() -> G,
    add: impl Fn(&mut G, &Logs, Record) -> anyhow::Result<()>,
) -> anyhow::Result<Replayed<G>> {
    let mut gathering = Gathering { gathered: start(), start, add };
    let Replayed { logs, gathered: (), again, taken, uses, decided } = match &inputs.decided {
        Some(decided) => by_decisions(inputs, decided, settings, &mut gathering)?,
        None => passes(inputs, settings, &mut gathering)?,
    };
    logs.require_calls()?;
    Ok(Replayed { logs, gathered: gathering.gathered, again, taken, uses, decided })
}

/// As many passes as the evidence asks for.
fn passes(inputs: &LogInputs, mut settings: Settings, gather: &mut dyn Gather) -> anyhow::Result<Replayed<()>> {
    let counter = Counter::new(Profiles::builtin(), &mut settings);
    let mut copies = Copies::default();
    inputs.count_for_share(&mut copies)?;
    let first = first_pass(inputs, &mut copies, &counter, settings.again(), gather)?;
    let judgements = judge(inputs, &mut copies, &counter, first.doubts)?;
    let counter = counter.with_judgements(judgements.clone());
    // Reported hits speak of the provider's own cache: under it is judged who shares, when lines were sent and in which direction they
    // stand, and that holds for other limits too.
    let own = settings.as_it_is().filter(|_| settings.sharings.is_empty());
    let doubts_sharing = first.doubts_sharing && own.is_some();
    let doubts_spacing = first.late_misses >= WANTED_CALLS.unsigned_abs() && own.is_some();
    let doubts_direction = first.doubts_direction && own.is_some();
    let doubts = [!judgements.is_empty(), first.is_out_of_order, doubts_sharing, doubts_spacing, doubts_direction];
    let (mut taken, mut is_turned, (mut couplings, uses)) = (first.taken, false, first.ended);
    verbose::doubts(doubts);
    let (is_borne_out, mut is_by_times) = (!doubts.contains(&true), true);
    let (logs, uses) = if is_borne_out {
        (first.logs, uses)
    } else {
        let mut counted = counted_calls(inputs, &mut copies, &counter, |_, _| Some(true))?;
        if let Some(mut own) = own {
            if doubts_direction {
                is_turned = judge_direction(&mut counted, &counter, &own, &mut taken);
            }
            judge_callers_and_spacing(&mut counted, &counter, &mut own);
            (settings.sharings, settings.spacing) = (own.sharings, own.spacing);
        }
        counted.note_moved();
        is_by_times = counted.order.is_by_times;
        let CountedRequests { mut logs, calls, mut assumptions, .. } = counted;
        let mut simulation = Simulation::with_counter(Arc::new(counter.clone()), settings.again());
        gather.begin_again();
        for (exchange, counted) in Phase::over("replaying requests", calls.into_iter()) {
            let record = simulation.counted(&exchange, counted);
            assumptions.see_record(&exchange, &record);
            give(gather, &mut logs, &exchange, record)?;
        }
        taken.assumptions = assumptions;
        couplings = simulation.couplings();
        (logs, simulation.into_uses())
    };
    let (sharings, spacing) = (Arc::clone(&settings.sharings), Arc::clone(&settings.spacing));
    let is_in_order = !first.is_out_of_order && !is_turned;
    let decided = Decided { judgements, sharings, spacing, is_in_order, is_by_times, is_turned, couplings };
    let again = Again::new(copies, Arc::new(counter), settings, &decided);
    Ok(Replayed { logs, gathered: (), again, taken, uses, decided })
}

/// Judges by the reported hits in which direction a log without times stands; true if they turn the requests round.
fn judge_direction(
    CountedRequests { logs, order, calls, .. }: &mut CountedRequests,
    counter: &Counter<'static>,
    settings: &Settings,
    taken: &mut TakenForGranted,
) -> bool {
    let direction = direction::judge(calls, counter, settings);
    taken.has_open_order &= matches!(direction, Direction::Open);
    let Direction::Backwards(support) = direction else { return false };
    order.turn();
    let first = if order.moved.is_empty() { "first" } else { "last" };
    logs.caveats.note_of_log(Code::Direction, &format!("the {first} line first ({support})"), None);
    true
}

/// Judges by the reported hits who shares a cache, and when requests without a time were sent.
fn judge_callers_and_spacing(
    CountedRequests { logs, calls, .. }: &mut CountedRequests,
    counter: &Counter<'static>,
    settings: &mut Settings,
) {
    settings.sharings = Arc::new(sharing::judge(calls, counter, settings));
    for (profile, judged) in settings.sharings.iter() {
        let reason = format!("under {profile} {}", judged.support);
        logs.caveats.note_of_log(Code::SharedCache, &reason, None);
    }
    if settings.pricing.at.is_none() {
        let (spacing, placed) = spacing::judge(calls, counter, settings);
        settings.spacing = Arc::new(spacing);
        for Placed { text, place } in placed {
            logs.caveats.note_of_log(Code::Spaced, &text, Some(place));
        }
    }
}

impl Again {
    pub(super) fn new(
        copies: Copies,
        counter: Arc<Counter<'static>>,
        settings: Settings,
        Decided { is_turned, is_in_order, .. }: &Decided,
    ) -> Self {
        Self { copies, counter, settings, is_turned: *is_turned, is_in_order: *is_in_order }
    }

    /// The counter of the last pass.
    pub(crate) fn counter(&self) -> &Arc<Counter<'static>> {
        &self.counter
    }

    /// The settings of the last pass.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Gives the requests with their texts to `each`, in the order of replay; all of them are kept only where that is not the log's.
    ///
    /// # Errors
    /// A source that cannot be read, and what `each` says.
    pub(crate) fn each(
        &mut self,
        inputs: &LogInputs,
        mut each: impl FnMut(&Exchange, Option<CountedExchange>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if !self.is_in_order {
            return self
                .calls(inputs)?
                .into_iter()
                .try_for_each(|ReplayedRequest { exchange, counted }| each(&exchange, counted));
        }
        let ahead = Arc::clone(&self.counter);
        let work = move |exchange: &Exchange| ahead.ahead(exchange);
        Logs::walk_again(inputs, &mut self.copies, work, |_, exchange, counted| each(&exchange, counted)).map(drop)
    }

    /// The requests with their texts, in the order of replay.
    ///
    /// # Errors
    /// A source that cannot be read.
    pub(crate) fn calls(&mut self, inputs: &LogInputs) -> anyhow::Result<Vec<ReplayedRequest>> {
        let (mut times, mut calls, mut last) = (Vec::new(), Vec::new(), None);
        let (counter, ahead) = (Arc::clone(&self.counter), Arc::clone(&self.counter));
        let work = move |exchange: &Exchange| ahead.ahead(exchange);
        Logs::walk_again(inputs, &mut self.copies, work, |_, exchange, counted| {
            last = exchange.time.or(last);
            let counted = counted.or_else(|| counter.count_where_needed(&exchange, last));
            times.push(exchange.time.map(Timestamp::as_microsecond));
            calls.push(Some(ReplayedRequest { exchange, counted }));
            Ok(())
        })?;
        let counted_call = |call: usize| calls[call].as_ref().and_then(|call: &ReplayedRequest| call.counted.as_ref());
        let mut order = ReplayOrder::new(inputs.order, &times, |call| links(counted_call(call)));
        if self.is_turned {
            order.turn();
        }
        Ok(order.calls.into_iter().filter_map(|call| calls[call].take()).collect())
    }

    /// The requests, each with its record and the causes of its misses.
    ///
    /// # Errors
    /// As [`Self::calls`].
    pub(crate) fn causes(&mut self, inputs: &LogInputs) -> anyhow::Result<Vec<FoundRequest>> {
        Ok(causes::found(self.calls(inputs)?, &self.counter, &self.settings))
    }

    /// The assumptions that the replay made where nothing was reported that could judge them.
    ///
    /// # Errors
    /// As [`Self::calls`].
    pub(crate) fn assumptions(
        &mut self,
        inputs: &LogInputs,
        taken: &TakenForGranted,
    ) -> anyhow::Result<Vec<Assumption>> {
        let mut all = taken.assumptions.all();
        let has_open_scope = taken.is_silent && taken.has_open_scope;
        if taken.has_open_order || has_open_scope {
            let CountedRequests { mut calls, .. } =
                counted_calls(inputs, &mut self.copies, &self.counter, |_, _| Some(true))?;
            if self.is_turned {
                calls.reverse();
            }
            if taken.has_open_order {
                all.push(unjudged::order(&calls, &self.counter, &self.settings));
            }
            if has_open_scope {
                all.push(unjudged::scope(&calls, &self.counter, &self.settings));
            }
        }
        Ok(all)
    }

    /// The requests with the causes of their misses.
    ///
    /// # Errors
    /// As [`Self::calls`].
    pub(crate) fn explained_calls(&mut self, inputs: &LogInputs) -> anyhow::Result<(Vec<ReplayedRequest>, Explained)> {
        let calls = self.calls(inputs)?;
        let explained = causes::explain(&calls, &self.counter, &self.settings, |_| true);
        Ok((calls, explained))
    }

    /// The tokens of a request of which the provider's count stands for them elsewhere.
    pub(crate) fn count(&self, ReplayedRequest { exchange, counted }: &mut ReplayedRequest, record: &Record) {
        if counted.is_none() && exchange.is_counted_by_report() {
            *counted = self.counter.count_in_turn(exchange, record.replayed_at);
        }
    }

    /// The causes of the requests' misses.
    ///
    /// # Errors
    /// As [`Self::calls`].
    pub(crate) fn explain(&mut self, inputs: &LogInputs) -> anyhow::Result<Explained> {
        let calls = self.calls(inputs)?;
        let mut asked = inputs.asked();
        let is_asked_for = |record: &Record| asked.takes(record.replayed_at);
        Ok(causes::explain(&calls, &self.counter, &self.settings, is_asked_for))
    }
}

fn first_pass(
    inputs: &LogInputs,
    copies: &mut Copies,
    counter: &Counter<'static>,
    settings: Settings,
    gather: &mut dyn Gather,
) -> anyhow::Result<FirstPass> {
    let counter = Arc::new(counter.clone());
    let (has_time, is_as_it_is) = (settings.pricing.at.is_some(), !settings.is_another_cache());
    let mut simulation = Simulation::with_counter(Arc::clone(&counter), settings);
    let (mut watch, mut doubts, mut last) = (OrderWatch::default(), Doubts::default(), None);
    let (mut callers, mut disagrees, mut late_misses, mut is_out_of_order) = (Callers::default(), false, 0, false);
    let mut taken = TakenForGranted { is_silent: true, ..TakenForGranted::default() };
    let ahead = Arc::clone(&counter);
    let work = move |exchange: &Exchange| ahead.ahead(exchange);
    let logs = Logs::walk_again(inputs, copies, work, |logs, exchange, counted| {
        taken.is_silent &= exchange.usage.hit_tokens.is_none();
        last = exchange.time.or(last);
        let counted = counted.or_else(|| counter.count_where_needed(&exchange, last));
        if let Some(counted) = &counted {
            counter.doubt(&exchange, counted, last, &mut doubts);
            taken.assumptions.see_count(&counter, &exchange, counted, last);
        }
        if inputs.order == Order::Time {
            let call = counted.as_ref().map(CountedExchange::call_tokens);
            watch.add(exchange.time.map(Timestamp::as_microsecond), call);
        }
        // From a line out of order on the requests are only counted, even if lines below outvote it: they will be replayed again.
        is_out_of_order |= watch.is_out_of_order();
        if is_out_of_order {
            return Ok(());
        }
        let record = simulation.counted(&exchange, counted);
        sharing::see(&mut callers, &counter, &exchange, &record);
        // Under other limits nothing says whether the cache as it is would disagree.
        disagrees |= record.compared_hits().is_some_and(|(predicted, reported)| predicted != reported || !is_as_it_is);
        taken.assumptions.see_record(&exchange, &record);
        late_misses += u64::from(!has_time && spacing::doubts(&exchange, &record, is_as_it_is));
        give(gather, logs, &exchange, record)
    })?;
    taken.has_open_scope = !callers.candidates().is_empty();
    let (is_in_time, is_contradicted) = (inputs.order == Order::Time, disagrees || is_out_of_order);
    let doubts_direction = is_in_time && watch.lacks_answers() && !taken.is_silent && is_contradicted;
    // Hits that are all as predicted bear the order of the lines out.
    taken.has_open_order = is_in_time && watch.is_open() && (taken.is_silent || is_contradicted);
    let doubts_sharing = disagrees && taken.has_open_scope;
    let ended = (simulation.couplings(), simulation.into_uses());
    Ok(FirstPass { logs, doubts, doubts_sharing, late_misses, taken, is_out_of_order, doubts_direction, ended })
}

/// Counts the requests that are wanted anew, and puts all in the order of replay. It may be left open if a request is wanted until the time
/// is known that stands in for its own.
pub(super) fn counted_calls(
    inputs: &LogInputs,
    copies: &mut Copies,
    counter: &Counter<'static>,
    is_wanted: impl Fn(&Exchange, Option<Timestamp>) -> Option<bool> + Clone + Send + Sync + 'static,
) -> anyhow::Result<CountedRequests> {
    let (mut waiting, mut assumptions, mut last) = (Waiting::default(), Assumptions::default(), None);
    let (ahead, is_wanted_ahead) = (counter.clone(), is_wanted.clone());
    let work = move |exchange: &Exchange| {
        if is_wanted_ahead(exchange, None) == Some(true) { ahead.ahead(exchange) } else { None }
    };
    let logs = Logs::walk_again(inputs, copies, work, |_, exchange, counted| {
        last = exchange.time.or(last);
        if is_wanted(&exchange, last) == Some(false) {
            waiting.add_passed_by(exchange);
            return Ok(());
        }
        let counted = counted.or_else(|| counter.count_where_needed(&exchange, last));
        if let Some(counted) = &counted {
            assumptions.see_count(counter, &exchange, counted, last);
        }
        waiting.add(exchange, counted);
        Ok(())
    })?;
    let Waiting { times, mut calls, .. } = waiting;
    let order = ReplayOrder::new(inputs.order, &times, |call| links(calls[call].1.as_ref()));
    let calls = order.calls.iter().map(|call| std::mem::take(&mut calls[*call])).collect();
    Ok(CountedRequests { logs, assumptions, order, calls })
}

fn links(counted: Option<&CountedExchange>) -> Links {
    counted.map_or_else(Links::default, |counted| Links::new(counted.call_tokens()))
}

impl CountedRequests {
    /// Notes the requests that were moved, in the order of the log.
    fn note_moved(&mut self) {
        let places: HashMap<usize, Place> =
            self.order.calls.iter().zip(&self.calls).map(|(call, (exchange, _))| (*call, exchange.place)).collect();
        for call in &self.order.moved {
            self.logs.caveats.note(Code::Moved, places[call]);
        }
    }
}
