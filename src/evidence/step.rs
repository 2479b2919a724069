//! The step in which reported hits come: the largest number of which nearly all of them are multiples.

use std::collections::BTreeMap;

/// The largest step that is looked for.
const LARGEST: u64 = 8192;

/// Lengths of hits that must be known before luck is out of question: each further length is a multiple of twice the true step in
/// one of two cases, so that six of them are in one of thirty-two.
pub const WANTED_LENGTHS: u64 = 6;

/// A step and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitStep {
    /// Tokens.
    pub tokens: u64,
    /// Calls with a hit.
    pub hits: u64,
    /// Of them those whose hit is a multiple of the step.
    pub multiples: u64,
    /// Different lengths of hits.
    pub lengths: u64,
}

impl HitStep {
    /// The step of reported hits above zero; `None` without any.
    ///
    /// A cache may be shared with traffic of another kind, or a report be odd: a twentieth of the calls and a tenth of the lengths
    /// may be no multiples.
    pub fn of(hits: impl Iterator<Item = u64>) -> Option<Self> {
        let mut calls: BTreeMap<u64, u64> = BTreeMap::new();
        hits.filter(|hit| *hit > 0).for_each(|hit| *calls.entry(hit).or_default() += 1);
        let (hits, lengths) = (calls.values().sum::<u64>(), calls.len() as u64);
        let largest = calls.keys().next_back().copied()?.min(LARGEST);
        (1..=largest).rev().find_map(|tokens| {
            let fitting = || calls.iter().filter(|(hit, _)| hit.is_multiple_of(tokens));
            let multiples = fitting().map(|(_, calls)| calls).sum::<u64>();
            let fits = multiples * 20 >= hits * 19 && fitting().count() as u64 * 10 >= lengths * 9;
            fits.then_some(Self { tokens, hits, multiples, lengths })
        })
    }

    /// The step could as well be a part of this one: so many more lengths of hits would tell.
    pub fn lengths_wanted(&self) -> u64 {
        WANTED_LENGTHS.saturating_sub(self.lengths)
    }

    /// The chance, in percent, that the lengths are no multiples of this step by luck alone; never a hundred.
    pub fn confidence(&self) -> f64 {
        let others = i32::try_from(self.lengths.saturating_sub(1)).unwrap_or(i32::MAX);
        (100.0 * (1.0 - 0.5_f64.powi(others))).min(99.9)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_few_odd_hits_do_not_hide_the_step() {
        let step = HitStep::of((1..60).map(|blocks| blocks * 64).chain([100])).unwrap();
        assert_eq!((step.tokens, step.multiples, step.hits, step.lengths_wanted()), (64, 59, 60, 0));
    }

    #[test]
    fn hits_of_one_length_say_little() {
        let step = HitStep::of([1024, 1024, 1024].into_iter()).unwrap();
        assert_eq!((step.lengths_wanted(), step.confidence()), (5, 0.0));
        assert_eq!(HitStep::of([0, 0].into_iter()), None);
    }

    proptest! {
        #[test]
        fn neighbouring_multiples_give_their_step(step in 1_u64..600, from in 1_u64..9) {
            let found = HitStep::of((from..from + 10).map(|blocks| blocks * step)).unwrap();
            prop_assert_eq!(found.tokens, step);
        }
    }
}
