//! Layout of the vocabulary in tables: the build script fills them, and the program reads them in place.
//!
//! Both compile this file, so a table cannot be written in one way and read in another. It does not know what the merges are.

use super::TokenId;

/// Number of tokens, added ones aside: ids 0 to 2 are added tokens, then come the bytes, then the merges.
pub(super) const SIZE: TokenId = 128_000;
const FIRST_BYTE: TokenId = 3;
pub(super) const FIRST_MERGE: TokenId = FIRST_BYTE + 256;

/// Stands for "these two do not merge" and is greater than every id.
pub(super) const NONE: TokenId = TokenId::MAX;

/// Han characters, which are taken as a whole where none of their bytes may merge with a neighbour.
pub(super) const FIRST_HAN: u32 = 0x4E00;
pub(super) const LAST_HAN: u32 = 0x9FA5;

const ID_BITS: u32 = 17;
const ID_MASK: u64 = (1 << ID_BITS) - 1;
const SLOT_BITS: u32 = 18;
const FILTER_BITS: u32 = 20;

/// Slots of the table of pairs, eight bytes each.
pub(super) const SLOTS: usize = 1 << SLOT_BITS;
/// Bytes of the filter before it.
pub(super) const FILTER_BYTES: usize = 1 << (FILTER_BITS - 3);

/// The token of a single byte. Bytes that GPT-2 could print come first, as in its alphabet.
pub(super) const fn byte_token(byte: u8) -> TokenId {
    let rank = match byte {
        b'!'..=b'~' => byte - b'!',
        0xA1..=0xAC => byte - 0xA1 + 94,
        0xAE..=0xFF => byte - 0xAE + 106,
        0..=b' ' => byte + 188,
        0x7F..=0xA0 => byte - 0x7F + 221,
        0xAD => 255,
    };
    FIRST_BYTE + rank as TokenId
}

/// The merges as a table: what two tokens make.
pub(super) struct Pairs<'t> {
    /// Open addressing: left, right and made id in 17 bits each; 0 is a free slot.
    pub(super) slots: &'t [[u8; 8]],
    /// One bit per hash, set where a slot may be found: most pairs make nothing, and this table stays in a near cache.
    pub(super) filter: &'t [u8],
}

impl Pairs<'_> {
    /// Returns the token that two tokens make, or [`NONE`].
    #[inline]
    pub(super) fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        let place = Place::of_pair([left, right]);
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
            at = next_slot(at);
        }
    }
}

/// The place at which a pair of tokens is looked for.
pub(super) struct Place {
    /// The two ids, as its slot has them above the id that they make.
    pub(super) pair: u64,
    /// The first slot that may be its own.
    pub(super) slot: usize,
    pub(super) filter_byte: usize,
    pub(super) filter_bit: u8,
}

impl Place {
    #[inline]
    pub(super) fn of_pair([left, right]: [TokenId; 2]) -> Self {
        let key = u64::from(left) << ID_BITS | u64::from(right);
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self {
            pair: key << ID_BITS,
            slot: (hash >> (64 - SLOT_BITS)) as usize,
            filter_byte: (hash >> (64 - FILTER_BITS + 3)) as usize,
            filter_bit: 1 << ((hash >> (64 - FILTER_BITS)) & 7),
        }
    }
}

/// The slot to look at where the one before it holds another pair.
#[inline]
pub(super) fn next_slot(slot: usize) -> usize {
    (slot + 1) % SLOTS
}
