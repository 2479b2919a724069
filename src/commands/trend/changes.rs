//! Changes of a series: the first request after each, and the cause that came or went with it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::report::TrendPeriod;
use crate::causes::{CauseCode, FoundRequest};
use crate::change_points::{ChangePoint, Weighted, best_cut, change_points};
use crate::number::ratio;

/// A change of the hit ratio.
pub(super) struct Change {
    /// The first request after it.
    pub(super) first: usize,
    /// The hit ratio from the change before it, or the beginning.
    pub(super) before: Option<f64>,
    /// The hit ratio to the change after it, or the end.
    pub(super) after: Option<f64>,
    pub(super) p_value: f64,
    /// The cause whose share of the prompts changed most with it, for the worse where the ratio fell, else for the better.
    pub(super) cause: Option<CauseCode>,
    /// The request after it that missed most: because of that cause where the ratio fell.
    pub(super) worst: Option<usize>,
}

/// The changes of the series of these periods.
pub(super) fn changes(periods: &[TrendPeriod], calls: &[FoundRequest]) -> Vec<Change> {
    let series: Vec<Weighted> = periods.iter().map(|period| sum(&calls[period.calls.clone()])).collect();
    let points = change_points(&series);
    let weights: Vec<Weighted> = calls.iter().map(weight).collect();
    let periods: Vec<Range<usize>> = periods.iter().map(|period| period.calls.clone()).collect();
    let firsts = first_calls(&points, &periods, &weights);
    let ends: Vec<usize> = [0].into_iter().chain(firsts.iter().copied()).chain([calls.len()]).collect();
    let change = |(index, first): (usize, &usize)| {
        let (before, after) = (&calls[ends[index]..*first], &calls[*first..ends[index + 2]]);
        let [old, new] = [before, after].map(sum).map(|sum| ratio(sum.part, sum.whole));
        let is_worse = new < old;
        let cause = cause(before, after, is_worse);
        let missed = |call: &FoundRequest| {
            let of_cause = call.causes.iter().filter(|(code, _)| Some(*code) == cause).map(|(_, tokens)| *tokens).sum();
            if is_worse && cause.is_some() { of_cause } else { weight(call).whole - weight(call).part }
        };
        let worst = (0..after.len()).max_by_key(|at| (missed(&after[*at]), std::cmp::Reverse(*at)));
        let worst = worst.map(|at| first + at);
        Change { first: *first, before: old, after: new, p_value: points[index].p_value, cause, worst }
    };
    firsts.iter().enumerate().map(change).collect()
}

/// The first request after each change: within the periods on both sides it is where the requests themselves change most, behind the change
/// before it.
fn first_calls(points: &[ChangePoint], periods: &[Range<usize>], weights: &[Weighted]) -> Vec<usize> {
    let mut firsts: Vec<usize> = Vec::new();
    for point in points {
        let (before, after) = (&periods[point.at - 1], &periods[point.at]);
        let start = firsts.last().map_or(before.start, |last| before.start.max(*last));
        let cut = best_cut(&weights[start..after.end]);
        firsts.push(cut.map_or(after.start, |(at, _)| start + at));
    }
    firsts
}

/// Hits and prompt tokens as billed; nothing of a request whose hits are not known.
fn weight(call: &FoundRequest) -> Weighted {
    let billed = call.record.bill.billed();
    billed.map_or_else(Weighted::default, |(_, charge)| {
        let whole = charge.usage.prompt_tokens();
        Weighted { part: charge.usage.hit_tokens.min(whole), whole }
    })
}

fn sum(calls: &[FoundRequest]) -> Weighted {
    let add = |sum: Weighted, one: Weighted| Weighted { part: sum.part + one.part, whole: sum.whole + one.whole };
    calls.iter().map(weight).fold(Weighted::default(), add)
}

/// The cause whose share of the prompts grew most, or shrank most; first requests are in every log and explain none.
fn cause(before: &[FoundRequest], after: &[FoundRequest], is_worse: bool) -> Option<CauseCode> {
    let shares = |calls: &[FoundRequest]| {
        let mut tokens: BTreeMap<CauseCode, u64> = BTreeMap::new();
        for (code, missed) in calls.iter().flat_map(|call| &call.causes).filter(|(code, _)| *code != CauseCode::First) {
            *tokens.entry(*code).or_default() += missed;
        }
        let whole = sum(calls).whole;
        tokens.into_iter().map(move |(code, tokens)| (code, ratio(tokens, whole).unwrap_or(0.0)))
    };
    let mut growth: BTreeMap<CauseCode, f64> = shares(after).collect();
    for (code, share) in shares(before) {
        *growth.entry(code).or_default() -= share;
    }
    let sign = if is_worse { 1.0 } else { -1.0 };
    let most = growth.into_iter().map(|(code, grown)| (code, grown * sign)).max_by(|(_, a), (_, b)| a.total_cmp(b));
    most.filter(|(_, grown)| *grown > 0.005).map(|(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_neighbouring_periods_come_one_after_the_other() {
        let calls = [(24, 50), (6, 50), (44, 100), (9, 10), (0, 1)];
        let weights = calls.map(|(part, whole)| Weighted { part, whole });
        let points = [1, 2].map(|at| ChangePoint { at, p_value: 0.001 });
        let firsts = first_calls(&points, &[0..1, 1..4, 4..5], &weights);
        assert!(0 < firsts[0] && firsts[0] < firsts[1], "{firsts:?}");
        // Alone, the second one would lie before the first.
        assert!(first_calls(&points[1..], &[0..1, 1..4, 4..5], &weights)[0] < firsts[0]);
    }
}
