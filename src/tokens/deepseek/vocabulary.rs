//! The vocabulary as merging asks it: bytes, but for Han characters, which are looked up whole.
//!
//! Its ids: 0 to 2 are added tokens, which are not known here, then come the bytes, then the merges.

use std::sync::LazyLock;

use super::TokenId;
use crate::tokens::bpe::pairs::NONE;
use crate::tokens::bpe::{MergeRules, Vocabulary};

/// The id of the first single byte.
pub(super) const FIRST_BYTE: TokenId = 3;

/// Han characters, which are taken as a whole where none of their bytes may merge with a neighbour.
pub(super) const FIRST_HAN: u32 = 0x4E00;
#[cfg(test)]
pub(super) const LAST_HAN: u32 = 0x9FA5;

/// The token of each Han character that may be taken as a unit, else [`NONE`].
const HAN: &[[u8; 4]] = include_bytes!("han.ids").as_chunks().0;

pub(super) static VOCABULARY: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::new(include_bytes!("merges.planes"), FIRST_BYTE));

/// Merging that starts from Han characters.
pub(super) struct HanFirst<'v>(pub(super) &'v Vocabulary);

impl MergeRules for HanFirst<'_> {
    #[inline]
    fn units(&self, piece: &[u8], mut push: impl FnMut(TokenId)) {
        let mut rest = piece;
        while let [first, tail @ ..] = rest {
            let han = han_at(rest);
            push(if han == NONE { self.0.byte_token(*first) } else { han });
            rest = if han == NONE { tail } else { &rest[3..] };
        }
    }

    #[inline]
    fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        self.0.made(left, right)
    }
}

/// The token of the Han character that the bytes begin with, if it may be taken as a unit, else [`NONE`].
#[inline]
fn han_at(bytes: &[u8]) -> TokenId {
    let &[lead @ 0xE4..=0xE9, second, third, ..] = bytes else { return NONE };
    let code_point = u32::from(lead & 0x0F) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
    HAN.get(code_point.wrapping_sub(FIRST_HAN) as usize).map_or(NONE, |id| TokenId::from_le_bytes(*id))
}
