//! The table of merges: what two tokens make.
//!
//! The build script, which lays one out, compiles this file too, so a table cannot be written in one way and read in another.

use super::TokenId;

/// Stands for "these two do not merge" and is greater than every id.
pub(crate) const NONE: TokenId = TokenId::MAX;

/// Ids are below 2^18: OpenAI's largest vocabulary has 200,000 tokens.
const ID_BITS: u32 = 18;
const ID_MASK: u64 = (1 << ID_BITS) - 1;

/// The merges as a table of 2^`SLOT_BITS` slots, at most half of which are taken.
pub(crate) struct PairTable<'t, const SLOT_BITS: u32> {
    /// Open addressing: left, right and made id; 0 is a free slot.
    pub(crate) slots: &'t [[u8; 8]],
    /// One bit per hash, set where a slot may be found: most pairs make nothing, and this table stays in a near cache.
    pub(crate) filter: &'t [u8],
}

impl<const SLOT_BITS: u32> PairTable<'_, SLOT_BITS> {
    const FILTER_BITS: u32 = SLOT_BITS + 2;
    /// Number of slots, eight bytes each.
    pub(crate) const SLOTS: usize = 1 << SLOT_BITS;
    /// Bytes of the filter.
    pub(crate) const FILTER_BYTES: usize = 1 << (Self::FILTER_BITS - 3);

    /// Returns the token that two tokens make, or [`NONE`].
    #[inline]
    pub(crate) fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        let place = Self::place_of([left, right]);
        if self.filter[place.filter_byte] & place.filter_bit == 0 {
            return NONE;
        }
        let mut at = place.slot;
        loop {
            let slot = u64::from_le_bytes(self.slots[at]);
            if slot & !ID_MASK == place.pair {
                return (slot & ID_MASK) as TokenId;
            }
            if slot == 0 {
                return NONE;
            }
            at = (at + 1) % Self::SLOTS;
        }
    }

    /// The slots and the filter of merges, the first of which makes the token `first`, the next one the token after it.
    pub(crate) fn laid_out(merges: &[[TokenId; 2]], first: TokenId) -> (Vec<[u8; 8]>, Vec<u8>) {
        let (mut slots, mut filter) = (vec![[0; 8]; Self::SLOTS], vec![0; Self::FILTER_BYTES]);
        for (parts, made) in merges.iter().zip(first..) {
            let place = Self::place_of(*parts);
            filter[place.filter_byte] |= place.filter_bit;
            let mut slot = place.slot;
            while slots[slot] != [0; 8] {
                slot = (slot + 1) % Self::SLOTS;
            }
            slots[slot] = (place.pair | u64::from(made)).to_le_bytes();
        }
        (slots, filter)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 22 bits are left of a hash")]
    fn place_of([left, right]: [TokenId; 2]) -> Place {
        let key = u64::from(left) << ID_BITS | u64::from(right);
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Place {
            pair: key << ID_BITS,
            slot: (hash >> (64 - SLOT_BITS)) as usize,
            filter_byte: (hash >> (64 - Self::FILTER_BITS + 3)) as usize,
            filter_bit: 1 << ((hash >> (64 - Self::FILTER_BITS)) & 7),
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
pub(crate) fn from_planes(bytes: &[u8]) -> Vec<[TokenId; 2]> {
    let merges = bytes.len() / 6;
    let id = |plane: usize, at: usize| {
        let byte = |n: usize| bytes[(plane + n) * merges + at];
        TokenId::from_le_bytes([byte(0), byte(1), byte(2), 0])
    };
    (0..merges).map(|at| [id(0, at), id(3, at)]).collect()
}
