//! Scales: from tokens as we count them to tokens as the provider does, where its tokenizer is not published.
//!
//! Some positions of a prompt are known by what the provider billed. A position between two of those lies between their values.

use crate::number::to_usize;

/// A position in the provider's tokens, as well as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The least.
    pub min: usize,
    /// The most likely.
    pub likely: usize,
    /// The most.
    pub max: usize,
}

/// Positions in our tokens with those in the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Known positions, ours and theirs, both rising; the first is the start.
    known: Vec<(usize, usize)>,
    rate: Rate,
    /// Ours up to here are theirs.
    exact: usize,
}

/// Tokens of the provider for a thousand of ours, between known positions and behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The least.
    pub min: u64,
    /// The most likely.
    pub likely: u64,
    /// The most.
    pub max: u64,
}

/// Between known positions a length may err by this part of the distance to the nearer one: tokens of tools and of text differ.
const DOUBT: usize = 4;

impl Rate {
    /// Ours are theirs.
    pub const SAME: Self = Self { min: 1000, likely: 1000, max: 1000 };
}

impl Position {
    fn exactly(tokens: usize) -> Self {
        Self { min: tokens, likely: tokens, max: tokens }
    }

    /// The position is one number.
    pub fn is_known(self) -> bool {
        self.min == self.max
    }
}

impl Scale {
    /// Ours are theirs.
    pub fn same() -> Self {
        Self::new(Rate::SAME)
    }

    /// Nothing is known but a rate.
    pub fn new(rate: Rate) -> Self {
        Self { known: vec![(0, 0)], rate, exact: 0 }
    }

    /// The same with our tokens up to this one as theirs.
    #[must_use]
    pub fn exact_up_to(mut self, ours: usize) -> Self {
        self.add(ours, ours);
        Self { exact: ours, ..self }
    }

    /// Adds a known position behind those before; one that contradicts them is left out.
    pub fn add(&mut self, ours: usize, theirs: usize) {
        if self.known.last().is_some_and(|last| last.0 < ours && last.1 < theirs) {
            self.known.push((ours, theirs));
        }
    }

    /// The provider's position of one of ours.
    pub fn position(&self, ours: usize) -> Position {
        if ours <= self.exact {
            return Position::exactly(ours);
        }
        let after = self.known.partition_point(|known| known.0 <= ours);
        let before = self.known[after.saturating_sub(1)];
        if before.0 == ours {
            return Position::exactly(before.1);
        }
        let behind = |rate: u64| before.1 + scaled(ours - before.0, rate, 1000);
        match self.known.get(after) {
            None => {
                Position { min: behind(self.rate.min), likely: behind(self.rate.likely), max: behind(self.rate.max) }
            }
            Some(next) => {
                let (ours_between, theirs_between) = ((next.0 - before.0) as u64, (next.1 - before.1) as u64);
                let likely = before.1 + scaled(ours - before.0, theirs_between, ours_between);
                // The nearer a known position, the less it can err.
                let doubt = (likely - before.1).min(next.1 - likely) / DOUBT;
                Position { min: likely - doubt, likely, max: likely + doubt }
            }
        }
    }
}

/// `tokens` × `numerator` / `denominator`, rounded.
fn scaled(tokens: usize, numerator: u64, denominator: u64) -> usize {
    let denominator = u128::from(denominator.max(1));
    let product = tokens as u128 * u128::from(numerator);
    to_usize(u64::try_from((product + denominator / 2) / denominator).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_known_position_is_exact_and_one_between_two_is_a_range() {
        let mut scale = Scale::new(Rate { min: 1000, likely: 1150, max: 1300 });
        scale.add(100, 120);
        scale.add(300, 350);
        assert_eq!(scale.position(100), Position::exactly(120));
        assert_eq!(scale.position(200), Position { min: 207, likely: 235, max: 263 });
        assert_eq!(scale.position(400), Position { min: 450, likely: 465, max: 480 });
    }

    proptest! {
        #[test]
        fn positions_rise_and_a_range_holds_its_likeliest(
            steps in prop::collection::vec((1..50_usize, 1..80_usize), 0..6),
            at in prop::collection::vec(0..400_usize, 2..20),
        ) {
            let mut scale = Scale::new(Rate { min: 900, likely: 1150, max: 1300 });
            let (mut ours, mut theirs) = (0, 0);
            for (more, billed) in steps {
                (ours, theirs) = (ours + more, theirs + billed);
                scale.add(ours, theirs);
            }
            let mut at = at;
            at.sort_unstable();
            let positions: Vec<Position> = at.iter().map(|at| scale.position(*at)).collect();
            for position in &positions {
                prop_assert!(position.min <= position.likely && position.likely <= position.max);
            }
            for pair in positions.windows(2) {
                prop_assert!(pair[0].likely <= pair[1].likely);
            }
        }

        #[test]
        fn without_anything_known_the_same_scale_changes_nothing(at in 0..100_000_usize) {
            prop_assert_eq!(Scale::same().position(at), Position::exactly(at));
        }
    }
}
