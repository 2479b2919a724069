//! The log's own cuts: histories that its client compacted or trimmed, what that cost at once, and what it saved in all.

use crate::causes::{Cause, CauseCode, CauseSums};
use crate::money::Money;

/// Cuts of histories in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCuts {
    /// Requests that paid tokens anew for a cut.
    pub calls: u64,
    /// These tokens.
    pub tokens: u64,
    /// Their cost beyond what they would have cost as hits; `None` without a price or in several currencies.
    pub cost: Option<Money>,
    /// The cost of the same requests with whole histories, less their cost as they are; `None` where that cannot be replayed or has no price.
    pub saved: Option<Money>,
}

impl OwnCuts {
    /// The cuts among the causes of misses; `None` where there is none.
    pub fn of_causes(causes: &CauseSums) -> Option<Self> {
        let is_cut = |cause: &&Cause| matches!(cause.code, CauseCode::HistoryCompacted | CauseCode::HistoryTrimmed);
        let cuts: Vec<&Cause> = causes.ranked().into_iter().filter(is_cut).collect();
        let sum = |amounts: Option<Vec<Money>>| Money::sum(amounts?).ok().flatten();
        let restored = |cause: &&Cause| cause.given_back.and_then(|given_back| given_back.cost);
        // To undo a cut gives its cost back and takes what it saved: the sum with the sign turned.
        let restored = sum(cuts.iter().map(restored).collect());
        (!cuts.is_empty()).then(|| Self {
            calls: cuts.iter().map(|cause| cause.requests).sum(),
            tokens: cuts.iter().map(|cause| cause.tokens_missed).sum(),
            cost: sum(cuts.iter().map(|cause| cause.missed_cost).collect()),
            saved: restored.and_then(|restored| (Money::zero(restored.currency) - restored).ok()),
        })
    }
}
