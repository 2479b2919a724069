//! Layout of DeepSeek's vocabulary in tables: the build script fills them, and the program reads them in place.
//!
//! Both compile this file, so a table cannot be written in one way and read in another. It does not know what the merges are.

use super::TokenId;
use super::pairs::{self, byte_rank};

/// Number of tokens, added ones aside: ids 0 to 2 are added tokens, then come the bytes, then the merges.
pub(super) const SIZE: TokenId = 128_000;
const FIRST_BYTE: TokenId = 3;
pub(super) const FIRST_MERGE: TokenId = FIRST_BYTE + 256;

/// Han characters, which are taken as a whole where none of their bytes may merge with a neighbour.
pub(super) const FIRST_HAN: u32 = 0x4E00;
pub(super) const LAST_HAN: u32 = 0x9FA5;

/// The table of its merges.
pub(super) type Pairs<'t> = pairs::PairTable<'t, 18>;

/// The token of a single byte.
pub(super) const fn byte_token(byte: u8) -> TokenId {
    FIRST_BYTE + byte_rank(byte)
}
