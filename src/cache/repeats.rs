//! Repeated text: tokens that an earlier prompt had too, at whatever place. A prompt with another beginning shares no prefix with what came
//! before it; samples of its tokens tell that it is no stranger.
//!
//! A sample is a window of tokens that is chosen by what it holds, so that the same text has the same samples wherever it stands.
//! Only tokens behind a common prefix are sampled, so that memory and work grow with what is distinct.

use std::collections::HashSet;

use super::key::ByDigest;
use crate::tokens::TokenId;

/// Tokens of a window: less than any text that stays the same in requests of one template, more than two rare words that stand side by
/// side by chance.
const WINDOW: usize = 20;

/// One in so many windows is a sample.
const ONE_IN: u64 = 16;

/// Samples of all texts so far.
#[derive(Default)]
pub(super) struct Repeats {
    samples: HashSet<u64, ByDigest>,
}

impl Repeats {
    /// Takes samples of tokens and tells roughly how many of the tokens were there before.
    pub(super) fn see(&mut self, tokens: &[TokenId]) -> u64 {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let power = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
        let (mut rolling, mut seen) = (0_u64, 0);
        let mut fresh = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            rolling = rolling.wrapping_mul(FACTOR).wrapping_add(u64::from(*token) + 1);
            if at >= WINDOW {
                rolling = rolling.wrapping_sub(power.wrapping_mul(u64::from(tokens[at - WINDOW]) + 1));
            }
            let mixed = (rolling ^ (rolling >> 29)).wrapping_mul(FACTOR) >> 32;
            if at + 1 >= WINDOW && mixed.is_multiple_of(ONE_IN) {
                if self.samples.contains(&rolling) {
                    seen += 1;
                } else {
                    fresh.push(rolling);
                }
            }
        }
        // A text that repeats itself is not there before.
        self.samples.extend(fresh);
        seen * ONE_IN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_known_again_behind_another_front() {
        let text: Vec<TokenId> = (0..4_000).map(|number: u32| number.wrapping_mul(2_654_435_761) >> 12).collect();
        let mut repeats = Repeats::default();
        assert_eq!(repeats.see(&text), 0);
        let shifted: Vec<TokenId> = [7, 7, 7].into_iter().chain(text.iter().copied()).collect();
        let seen = repeats.see(&shifted);
        assert!((2_000..6_000).contains(&seen), "{seen} of 4,000");
        let other: Vec<TokenId> = text.iter().map(|token| token + 1).collect();
        assert_eq!(repeats.see(&other), 0);
    }
}
