//! The step in which reported hits come: the largest number of which nearly all of them are multiples.

use std::collections::BTreeMap;

/// The largest step that is looked for.
const LARGEST: u64 = 8192;

/// Witnesses against a part of the step before luck is out of question: a hit of a new length is a multiple of twice the true step
/// in one of two cases, so that six of them are in one of sixty-four.
pub const WANTED_WITNESSES: u64 = 6;

/// The weight, in bits, of a request that is no multiple: one in twenty may be odd, by a report or by other traffic.
const ODD_CALL: f64 = 4.3;

/// A step and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitStep {
    /// Tokens.
    pub tokens: u64,
    /// Requests with a hit.
    pub hits: u64,
    /// Of them those whose hit is a multiple of the step.
    pub multiples: u64,
    /// Different lengths of these.
    pub lengths: u64,
}

impl HitStep {
    /// The step of reported hits above zero; `None` without any.
    ///
    /// A length that is a multiple of a step of so many tokens is as unlikely by luck as the step is long; a request that is none speaks
    /// against it. The step with the most bits in its favour is taken, among equals the largest.
    pub fn most_likely(hits: impl Iterator<Item = u64>) -> Option<Self> {
        let mut calls: BTreeMap<u64, u64> = BTreeMap::new();
        hits.filter(|hit| *hit > 0).for_each(|hit| *calls.entry(hit).or_default() += 1);
        Self::most_likely_of(&calls)
    }

    /// The same of hits above zero that are counted: each number of tokens with its requests.
    pub fn most_likely_of(calls: &BTreeMap<u64, u64>) -> Option<Self> {
        let largest = calls.keys().next_back().copied()?.min(LARGEST);
        let hits = calls.values().sum();
        let mut best: Option<(f64, Self)> = None;
        for tokens in 1..=largest {
            let (mut multiples, mut lengths, mut odd) = (0, 0_u32, 0_u64);
            for (hit, calls) in calls {
                if hit.is_multiple_of(tokens) {
                    multiples += calls;
                    lengths += 1;
                } else {
                    odd += calls;
                }
            }
            let bits = f64::from(lengths) * f64::from(u32::try_from(tokens).unwrap_or(u32::MAX)).log2()
                - f64::from(u32::try_from(odd).unwrap_or(u32::MAX)) * ODD_CALL;
            if best.is_none_or(|(most, _)| bits >= most) {
                best = Some((bits, Self { tokens, hits, multiples, lengths: lengths.into() }));
            }
        }
        best.map(|(_, step)| step)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_few_odd_hits_do_not_hide_the_step() {
        let step = HitStep::most_likely((1..60_u64).map(|blocks| blocks * 64).chain([100])).unwrap();
        assert_eq!((step.tokens, step.multiples, step.hits, step.lengths), (64, 59, 60, 59));
    }

    #[test]
    fn one_odd_hit_among_few_lengths_does_not_hide_the_step() {
        let hits = [64, 64, 128, 192, 256, 320, 448, 212, 64, 128];
        assert_eq!(HitStep::most_likely(hits.into_iter()).unwrap().tokens, 64);
        let doubled = [128; 90].into_iter().chain([192; 9]);
        assert_eq!(HitStep::most_likely(doubled).unwrap().tokens, 64, "a length that comes again is not odd");
    }

    #[test]
    fn hits_of_one_length_say_little() {
        let step = HitStep::most_likely([1024, 1024, 1024].into_iter()).unwrap();
        assert_eq!(step.lengths, 1);
        assert_eq!(HitStep::most_likely([0, 0].into_iter()), None);
    }

    proptest! {
        #[test]
        fn neighbouring_multiples_give_their_step(step in 1_u64..600, from in 1_u64..9) {
            let found = HitStep::most_likely((from..from + 10).map(|blocks| blocks * step)).unwrap();
            prop_assert_eq!(found.tokens, step);
        }
    }
}
