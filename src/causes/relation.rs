//! A bound on what two texts have in common, found in one pass over each: most texts that are held against each other have nothing to
//! do with one another, and comparing them word by word would cost more than all the rest.

use std::collections::HashMap;

use super::message::{ALIKE, ratio};
use super::text::stands_alone;
use super::versions::STABLE;
use crate::hash::{self, ByDigest};
use crate::number::to_usize;

/// Bytes of which any stable text that two have in common holds a whole piece, wherever pieces begin.
const PIECE: usize = STABLE / 2;

/// False only of texts which a comparison by words would show neither to be versions of one nor to have stable text in common.
pub(super) fn may_be_related(old: &str, new: &str) -> bool {
    let longest = old.len().max(new.len());
    have_common_piece(old.as_bytes(), new.as_bytes()) || ratio(most_in_common(old, new), longest.max(1)) >= ALIKE
}

/// The most bytes that may be in both, in whatever order: those of words that both have, and all white space.
fn most_in_common(old: &str, new: &str) -> usize {
    let mut counts: HashMap<u128, usize, ByDigest> = HashMap::default();
    let mut spaces = old.len();
    for word in words(old) {
        *counts.entry(hash::digest(word.as_bytes())).or_default() += 1;
        spaces -= word.len();
    }
    let mut common = 0;
    for word in words(new) {
        if let Some(count) = counts.get_mut(&hash::digest(word.as_bytes())).filter(|count| **count > 0) {
            *count -= 1;
            common += word.len();
        }
    }
    common + spaces
}

/// Words as texts are compared by: between white space, and letters that stand alone.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().flat_map(|word| word.split_inclusive(stands_alone)).flat_map(|word| {
        let last = word.chars().next_back().filter(|letter| stands_alone(*letter)).map_or(0, char::len_utf8);
        let (word, alone) = word.split_at(word.len() - last);
        [word, alone].into_iter().filter(|word| !word.is_empty())
    })
}

/// A piece of one text, at a multiple of its length, stands anywhere in the other.
fn have_common_piece(old: &[u8], new: &[u8]) -> bool {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    if new.len() < PIECE {
        return false;
    }
    let add = |sum: u64, byte: &u8| sum.wrapping_mul(FACTOR).wrapping_add(u64::from(*byte) + 1);
    let pieces: Vec<u64> = old.chunks_exact(PIECE).map(|piece| piece.iter().fold(0, add)).collect();
    // One bit in sixteen or fewer is set, so that nearly every sum is seen at once to be of no piece.
    let bits = (pieces.len() * 16).next_power_of_two().max(64);
    let place = |sum: u64| to_usize(sum.wrapping_mul(FACTOR) >> (64 - bits.trailing_zeros()));
    let mut filter = vec![0_u64; bits / 64];
    for piece in &pieces {
        filter[place(*piece) / 64] |= 1 << (place(*piece) % 64);
    }
    let may_be_piece = |sum: u64| filter[place(sum) / 64] >> (place(sum) % 64) & 1 == 1 && pieces.contains(&sum);
    let power = (0..PIECE).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let mut sum = new[..PIECE].iter().fold(0, add);
    // Sums that are the same by chance only cost a comparison.
    may_be_piece(sum)
        || new[PIECE..].iter().zip(new).any(|(came, gone)| {
            sum = add(sum, came).wrapping_sub(power.wrapping_mul(u64::from(*gone) + 1));
            may_be_piece(sum)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::text::stretches;

    /// The longest text between two stretches, and the share that is in both, as the comparison by words has them.
    fn compared(old: &str, new: &str) -> (usize, f64) {
        let found = stretches(old, new);
        let (mut at, mut longest) = (0, 0);
        for stretch in &found {
            longest = longest.max(stretch.new.start - at);
            at = stretch.new.end;
        }
        let changed: usize = found.iter().map(|stretch| stretch.old.len().max(stretch.new.len())).sum();
        let all = old.len().max(new.len());
        (longest.max(new.len() - at), ratio(all.saturating_sub(changed), all))
    }

    #[test]
    fn texts_that_a_comparison_would_relate_are_never_passed_over() {
        let word = |number: usize| ["quay", "crane", "ship", "港", "a", "harbour,", "\n", "  ", "pier-7"][number % 9];
        let mut state = 7_usize;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let mut passed = 0;
        for _ in 0..400 {
            let mut text = |most: usize| -> Vec<String> {
                let length = next() % most;
                (0..length).map(|_| format!("{}{}", word(next()), next() % 60)).collect()
            };
            let (own, shared, other) = (text(120), text(40), text(120));
            let joined = |parts: [&[String]; 2]| parts.concat().join(" ");
            let (old, new) = (joined([&own, &shared]), joined([&shared, &other]));
            let (longest, share) = compared(&old, &new);
            let is_related = longest >= STABLE || share >= ALIKE;
            let may_be = may_be_related(&old, &new);
            assert!(may_be || !is_related, "{old:?}\n{new:?}");
            passed += usize::from(!may_be);
        }
        assert!(passed > 20, "{passed}");
    }
}
