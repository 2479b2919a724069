//! The table of merges: what two tokens make.

use super::TokenId;

/// Stands for "these two do not merge" and is greater than every id.
pub(crate) const NONE: TokenId = TokenId::MAX;

/// Ids are below 2^18: OpenAI's largest vocabulary has 200,000 tokens.
const ID_BITS: u32 = 18;
const ID_MASK: u64 = (1 << ID_BITS) - 1;

/// A slot that no pair has taken. Not 0: memory of zeros is given page by page, twice for each that is read before it is written.
const FREE: u64 = u64::MAX;

/// Tokens by the two that make them.
pub(super) struct PairTable {
    /// Open addressing: left, right and made id in a number. A power of two, at most half of which is taken.
    slots: Box<[u64]>,
    /// One bit per hash, set where a slot may be found: most pairs make nothing, and this table stays in a near cache.
    filter: Box<[u8]>,
    slot_bits: u32,
}

impl PairTable {
    /// A table with room for so many merges.
    pub(super) fn new(merges: usize) -> Self {
        let slot_bits = (2 * merges).next_power_of_two().ilog2().max(3);
        let slots = vec![FREE; 1 << slot_bits].into();
        Self { slots, filter: vec![0; 1 << (slot_bits - 1)].into(), slot_bits }
    }

    #[inline]
    pub(super) fn insert(&mut self, parts: [TokenId; 2], made: TokenId) {
        let place = self.place_of(parts);
        self.filter[place.filter_byte] |= place.filter_bit;
        let mut slot = place.slot;
        while self.slots[slot] != FREE {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = place.pair | u64::from(made);
    }

    /// Returns the token that two tokens make, or [`NONE`].
    #[inline]
    pub(super) fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        let place = self.place_of([left, right]);
        if self.filter[place.filter_byte] & place.filter_bit == 0 {
            return NONE;
        }
        let mut at = place.slot;
        loop {
            let slot = self.slots[at];
            if slot & !ID_MASK == place.pair {
                return (slot & ID_MASK) as TokenId;
            }
            if slot == FREE {
                return NONE;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 22 bits are left of a hash")]
    fn place_of(&self, [left, right]: [TokenId; 2]) -> Place {
        let key = u64::from(left) << ID_BITS | u64::from(right);
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // The filter has four bits for each slot.
        let filter_bit = hash >> (62 - self.slot_bits);
        Place {
            pair: key << ID_BITS,
            slot: (hash >> (64 - self.slot_bits)) as usize,
            filter_byte: (filter_bit >> 3) as usize,
            filter_bit: 1 << (filter_bit & 7),
        }
    }
}

/// The place at which a pair of tokens is looked for.
struct Place {
    /// The two ids, as its slot has them above the id that they make.
    pair: u64,
    /// The first slot that may be its own.
    slot: usize,
    filter_byte: usize,
    filter_bit: u8,
}

/// The rank of a single byte among the 256: those that GPT-2 could print come first, as in its alphabet.
pub(crate) const fn byte_rank(byte: u8) -> TokenId {
    let rank = match byte {
        b'!'..=b'~' => byte - b'!',
        0xA1..=0xAC => byte - 0xA1 + 94,
        0xAE..=0xFF => byte - 0xAE + 106,
        0..=b' ' => byte + 188,
        0x7F..=0xA0 => byte - 0x7F + 221,
        0xAD => 255,
    };
    rank as TokenId
}

/// The merges of an asset: of all merges the low, middle and high bytes of the left ids, then the same of the right ids.
///
/// In this order, what packs the program packs them best; they are read as they lie in it.
#[derive(Clone, Copy)]
pub(super) struct Merges<'a>(pub(super) &'a [u8]);

impl Merges<'_> {
    pub(super) fn len(self) -> usize {
        self.0.len() / 6
    }

    /// The two tokens of each merge, in order.
    pub(super) fn iter(self) -> impl Iterator<Item = [TokenId; 2]> {
        let count = self.len();
        let plane = move |number: usize| &self.0[number * count..(number + 1) * count];
        let ids = move |first: usize| {
            let bytes = plane(first).iter().zip(plane(first + 1)).zip(plane(first + 2));
            bytes.map(|((low, middle), high)| TokenId::from_le_bytes([*low, *middle, *high, 0]))
        };
        ids(0).zip(ids(3)).map(|(left, right)| [left, right])
    }

    /// The two tokens that a merge joins.
    #[inline]
    pub(super) fn parts(self, at: usize) -> [TokenId; 2] {
        let count = self.len();
        let id = |plane: usize| {
            let byte = |plane: usize| self.0[plane * count + at];
            TokenId::from_le_bytes([byte(plane), byte(plane + 1), byte(plane + 2), 0])
        };
        [id(0), id(3)]
    }
}
