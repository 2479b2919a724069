//! The ids of short pieces seen lately: words repeat, and looking one up is far cheaper than merging it.
//!
//! A direct-mapped table in which a newer piece replaces an older one of the same slot. Whole pieces are compared, so a
//! collision costs time, never exactness. It begins small, for a small log, and grows with the pieces up to a bound. It does not
//! know how ids come about.

use super::TokenId;

/// The longest piece with a key: one byte of the sixteen holds the length.
const LONGEST: usize = 15;
/// Slots at first and at last, as powers of two.
const FEWEST: u32 = 12;
const MOST: u32 = 16;
/// Ids are below 2^18 - 1, so seven of them fit in 128 bits.
const ID_BITS: u32 = 18;
const MOST_IDS: usize = 7;

/// The key of no piece: no piece has the length 0.
pub(super) const NO_KEY: u128 = 0;

pub(super) struct PieceCache {
    /// Key and ids of each slot: an array of numbers, since the system gives that as zeros, a page when it is first used.
    ///
    /// Of the ids, each one greater than it is, the first is in the lowest bits; 0 ends the list.
    slots: Box<[[u128; 2]]>,
    /// Number of slots as a power of two.
    bits: u32,
    taken: usize,
}

/// The ids of a piece in one number.
#[derive(Clone, Copy)]
pub(super) struct Ids(u128);

impl Ids {
    /// No ids.
    pub(super) const NONE: Self = Self(0);

    /// True if there is none: the piece is not known.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(super) fn append(self, ids: &mut Vec<TokenId>) {
        let mut rest = self.0;
        while rest != 0 {
            ids.push((rest & ((1 << ID_BITS) - 1)) as TokenId - 1);
            rest >>= ID_BITS;
        }
    }
}

impl PieceCache {
    pub(super) fn new() -> Self {
        Self::of_size(FEWEST)
    }

    fn of_size(bits: u32) -> Self {
        Self { slots: vec![[NO_KEY, 0]; 1 << bits].into(), bits, taken: 0 }
    }

    /// The piece's bytes and length as one number; [`NO_KEY`] where it is too long for that.
    #[inline]
    pub(super) fn key(text: &[u8], start: usize, end: usize) -> u128 {
        let length = end - start;
        if length > LONGEST {
            return NO_KEY;
        }
        window(text, start) & !(u128::MAX << (8 * length)) | (length as u128) << 120
    }

    /// The ids of a piece; none where it is not known.
    #[inline]
    pub(super) fn ids(&self, key: u128) -> Ids {
        let [known, ids] = self.slots[slot_of(key, self.bits)];
        Ids(if known == key { ids } else { 0 })
    }

    pub(super) fn insert(&mut self, key: u128, ids: &[TokenId]) {
        if ids.len() <= MOST_IDS && key != NO_KEY {
            let ids = ids.iter().rev().fold(0, |packed, id| packed << ID_BITS | (u128::from(*id) + 1));
            self.put([key, ids]);
            if self.taken * 4 > self.slots.len() && self.bits < MOST {
                self.grow();
            }
        }
    }

    fn put(&mut self, piece: [u128; 2]) {
        let slot = &mut self.slots[slot_of(piece[0], self.bits)];
        self.taken += usize::from(slot[0] == NO_KEY);
        *slot = piece;
    }

    #[cold]
    fn grow(&mut self) {
        let small = std::mem::replace(self, Self::of_size(self.bits + 2));
        small.slots.iter().filter(|piece| piece[0] != NO_KEY).for_each(|piece| self.put(*piece));
    }
}

/// Sixteen bytes from `start` on as one number, the first of them the lowest, with zeros beyond the end of the text.
#[inline]
pub(in crate::tokens) fn window(text: &[u8], start: usize) -> u128 {
    let rest = &text[start..];
    if let Some(window) = rest.first_chunk() {
        return u128::from_le_bytes(*window);
    }
    if let Some(last) = text.last_chunk().filter(|_| !rest.is_empty()) {
        return u128::from_le_bytes(*last) >> (8 * (16 - rest.len()));
    }
    let mut window = [0; 16];
    window[..rest.len()].copy_from_slice(rest);
    u128::from_le_bytes(window)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves of the key")]
fn slot_of(key: u128, bits: u32) -> usize {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let (low, high) = (key as u64, (key >> 64) as u64);
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(ODD);
    ((mixed ^ mixed >> 32).wrapping_mul(ODD) >> (64 - bits)) as usize
}
