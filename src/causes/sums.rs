//! Causes of a log added up and ranked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::code::CauseCode;
use super::misses::{Misses, Overlap};
use crate::exchange::Place;
use crate::money::{Decimal, Money};
use crate::simulation::{Record, UsageBuckets};
use crate::span::Span;

/// A cause over a whole log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// Its code.
    pub code: CauseCode,
    /// Requests of which tokens missed because of it.
    pub requests: u64,
    /// The tokens that missed.
    pub tokens_missed: u64,
    /// Their cost beyond what they would cost as hits; `None` without a price.
    pub missed_cost: Option<Money>,
    /// Tokens and cost given back by undoing it alone; `None` where it cannot be undone, or nothing predicts what would be served.
    pub given_back: Option<GivenBack>,
    /// The same by moving the value to the end, where it is one that may stand there.
    pub moved: Option<GivenBack>,
    /// The request that missed most because of it.
    pub worst: Worst,
}

/// Gains of undoing: misses that are avoided, negative where there are more, and the change of cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// Misses that are avoided.
    pub tokens: i64,
    /// The fewest and the most that they may be, where no read tells how many tokens a provider has before a prompt.
    pub tokens_range: (i64, i64),
    /// Prompt tokens that are not sent any more; negative where more are sent.
    pub unsent: i64,
    /// The cost before less the cost after; `None` without a price, or in several currencies.
    pub cost: Option<Money>,
}

/// The request that missed most because of a cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Worst {
    /// Its line.
    pub place: Place,
    /// The line that it is held against; `None` where there is nothing earlier.
    pub against: Option<Place>,
    /// The first token that differs.
    pub token: Option<u64>,
    /// The part of the request in which that lies.
    pub part: Option<String>,
    tokens: u64,
}

/// Causes of requests, added up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CauseSums {
    #[serde(with = "crate::pairs")]
    causes: BTreeMap<CauseCode, Cause>,
    span: Span,
}

impl GivenBack {
    /// The range, if it is wide enough to be told: more than 2 % of the tokens apart.
    pub fn told_range(&self) -> Option<(i64, i64)> {
        let (least, most) = self.tokens_range;
        ((most - least) * 50 > self.tokens.abs() && most > 0).then_some(self.tokens_range)
    }
}

impl Worst {
    pub(super) fn new(place: Place, against: Option<Place>, token: Option<u64>, part: Option<String>) -> Self {
        Self { place, against, token, part, tokens: 0 }
    }
}

impl CauseSums {
    /// Takes note of a request and its causes, each with tokens and the place where it is to be looked for.
    pub(super) fn add_request(&mut self, record: &Record, causes: &[(CauseCode, u64)], place: &Worst) {
        self.span.add(record.replayed_at);
        for (code, tokens) in causes {
            let cost = record.bill.premium(*tokens);
            let cause = self.causes.entry(*code).or_insert_with(|| Cause {
                code: *code,
                requests: 0,
                tokens_missed: 0,
                missed_cost: cost.map(|cost| Money::zero(cost.currency)),
                given_back: None,
                moved: None,
                worst: place.clone(),
            });
            cause.requests += 1;
            cause.tokens_missed += tokens;
            cause.missed_cost = cause.missed_cost.zip(cost).and_then(|(sum, cost)| (sum + cost).ok());
            if *tokens > cause.worst.tokens {
                cause.worst = Worst { tokens: *tokens, ..place.clone() };
            }
        }
    }

    /// The same of a request of which the record is all that is known.
    pub fn add(&mut self, record: &Record) {
        self.add_request(record, &own_causes(record), &place_of(record));
    }

    pub(super) fn codes(&self) -> Vec<CauseCode> {
        self.causes.keys().copied().collect()
    }

    pub(super) fn has(&self, code: CauseCode) -> bool {
        self.causes.contains_key(&code)
    }

    pub(super) fn remove(&mut self, code: CauseCode) {
        self.causes.remove(&code);
    }

    pub(super) fn give_back(&mut self, code: CauseCode, given_back: GivenBack) {
        if let Some(cause) = self.causes.get_mut(&code) {
            cause.given_back = Some(given_back);
        }
    }

    pub(super) fn give_back_moved(&mut self, code: CauseCode, given_back: GivenBack) {
        if let Some(cause) = self.causes.get_mut(&code) {
            cause.moved = Some(given_back);
        }
    }

    /// The causes, by what undoing them saves, or by what their misses cost where that is not known; `first` comes last.
    pub fn ranked(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> = self.causes.values().collect();
        causes.sort_by_key(|cause| {
            (cause.code == CauseCode::First, Reverse(cause.weight()), Reverse(cause.tokens_missed), cause.code)
        });
        causes
    }

    /// The causes that are undone, those that missed most first, where all of them at once give back more than each alone: one hides what
    /// another would give back.
    pub fn hiding(&self, together: GivenBack) -> Option<Vec<&Cause>> {
        let mut undone: Vec<&Cause> = self.ranked();
        undone.retain(|cause| cause.given_back.is_some());
        undone.sort_by_key(|cause| Reverse(cause.tokens_missed));
        let alone: i64 = undone.iter().filter_map(|cause| Some(cause.given_back?.tokens.max(0))).sum();
        (together.tokens > 0 && undone.len() > 1 && alone * 6 < together.tokens * 5).then_some(undone)
    }

    /// The span of the requests.
    pub fn span(&self) -> Span {
        self.span
    }
}

impl Cause {
    /// Money that decides on its rank.
    fn weight(&self) -> Option<Decimal> {
        let given_back = self.given_back.and_then(|given_back| given_back.cost);
        given_back.or(self.missed_cost).map(|cost| cost.amount)
    }
}

/// The causes that a record alone tells.
pub fn own_causes(record: &Record) -> Vec<(CauseCode, u64)> {
    let mut causes = match record.by_usage {
        Some(judged) => by_usage(&judged.buckets),
        None => by_ledger(record),
    };
    causes.retain(|(_, tokens)| *tokens > 0);
    causes.sort_by_key(|(code, tokens)| (Reverse(*tokens), *code));
    causes
}

/// The causes of misses that a ledger tells.
fn by_ledger(record: &Record) -> Vec<(CauseCode, u64)> {
    let misses = Misses::of_record(record);
    let mut causes = misses.known(record, Overlap::No);
    if is_first(record) {
        causes.push((CauseCode::First, misses.fresh));
    }
    causes
}

/// The causes of misses that counts alone tell.
fn by_usage(buckets: &UsageBuckets) -> Vec<(CauseCode, u64)> {
    vec![
        (CauseCode::Idle, buckets.expired),
        (CauseCode::PreambleChanged, buckets.invalidated),
        (CauseCode::HistoryEdited, buckets.edited),
        (CauseCode::ModelChanged, buckets.model_switched),
        (CauseCode::HistoryCompacted, buckets.compacted),
        (CauseCode::First, buckets.first),
        (CauseCode::Parallel, buckets.parallel),
        (CauseCode::Unknown, buckets.unknown),
    ]
}

/// Nothing earlier shares anything with it, as far as the record tells.
fn is_first(record: &Record) -> bool {
    record.prediction.is_some_and(|prediction| prediction.has_cache && prediction.ledger.cold > 0)
}

pub(super) fn place_of(record: &Record) -> Worst {
    let parent = record.prediction.and_then(|prediction| prediction.parent).map(|parent| parent.place);
    let parent = parent.or_else(|| record.by_usage?.continues);
    let divergence = record.divergence.as_ref();
    let part = divergence.and_then(crate::simulation::Divergence::place_in_request);
    Worst::new(record.place, parent, divergence.map(|divergence| divergence.token), part)
}
