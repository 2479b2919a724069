//! The vocabulary, in tables that the build script laid out: nothing is to be read or built when the program starts.
//!
//! It does not know added tokens.

use super::TokenId;
use super::layout::{FIRST_HAN, FIRST_MERGE, LAST_HAN, Pairs, SIZE, byte_token};
use super::pairs::NONE;
use crate::tokens::bpe;

/// A table, which begins where a line of the processor's cache does: no slot lies in two of them.
#[repr(align(64))]
struct Table<T>(T);

macro_rules! table {
    ($name:literal, $bytes:expr) => {{
        const TABLE: &Table<[u8; $bytes]> = &Table(*include_bytes!(concat!(env!("OUT_DIR"), "/", $name)));
        &TABLE.0
    }};
}

static PAIRS: Pairs<'_> =
    Pairs { slots: table!("slots", 8 * Pairs::SLOTS).as_chunks().0, filter: table!("filter", Pairs::FILTER_BYTES) };
/// The token of each Han character that may be taken as a unit, else [`NONE`].
static HAN: &[[u8; 4]] = table!("han", 4 * (LAST_HAN - FIRST_HAN + 1) as usize).as_chunks().0;
/// The two tokens that each merge joins.
static PARTS: &[[u8; 4]] = table!("parts", 8 * (SIZE - FIRST_MERGE) as usize).as_chunks().0;
/// The bytes of every token.
static LENGTHS: &[u8] = table!("lengths", SIZE as usize);

/// The vocabulary as merging asks it.
pub(super) struct Vocabulary;

impl bpe::MergeRules for Vocabulary {
    /// Bytes but for Han characters.
    #[inline]
    fn units(&self, piece: &[u8], mut push: impl FnMut(TokenId)) {
        let mut rest = piece;
        while let [first, tail @ ..] = rest {
            let han = han_at(rest);
            push(if han == NONE { byte_token(*first) } else { han });
            rest = if han == NONE { tail } else { &rest[3..] };
        }
    }

    #[inline]
    fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        PAIRS.made(left, right)
    }
}

/// The token of the Han character that the bytes begin with, if it may be taken as a unit, else [`NONE`].
#[inline]
fn han_at(bytes: &[u8]) -> TokenId {
    let &[lead @ 0xE4..=0xE9, second, third, ..] = bytes else { return NONE };
    let code_point = u32::from(lead & 0x0F) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
    HAN.get(code_point.wrapping_sub(FIRST_HAN) as usize).map_or(NONE, |id| TokenId::from_le_bytes(*id))
}

/// The bytes of a token; 0 for an id that is not of the vocabulary.
pub(super) fn byte_len(id: TokenId) -> usize {
    LENGTHS.get(id as usize).copied().unwrap_or_default().into()
}

/// Appends the bytes of a token; none for an id that is not of the vocabulary.
pub(super) fn append_bytes(id: TokenId, bytes: &mut Vec<u8>) {
    let Some(merge) = id.checked_sub(FIRST_MERGE) else {
        return bytes.extend((0..=u8::MAX).find(|byte| byte_token(*byte) == id));
    };
    if let Some(parts) = PARTS.chunks_exact(2).nth(merge as usize) {
        for part in parts {
            append_bytes(TokenId::from_le_bytes(*part), bytes);
        }
    }
}
