//! The vocabulary, read from the asset embedded in the program.
//!
//! Every token but the 256 single bytes is the merge of two earlier ones, and merges are made in the order of the ids. So the
//! list of merges is the vocabulary, and nothing else is stored. It does not know added tokens.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

use crate::tokens::TokenId;

/// Deflated: of all merges the low, middle and high bytes of the left ids, then the same of the right ids.
pub(super) const ASSET: &[u8] = include_bytes!("merges.deflate");
/// How many tokens there are, added ones aside: ids 0 to 2 are added tokens, then come the bytes, then the merges.
pub(super) const SIZE: TokenId = 128_000;
const FIRST_BYTE: TokenId = 3;
pub(super) const FIRST_MERGE: TokenId = FIRST_BYTE + 256;
const MERGES: usize = (SIZE - FIRST_MERGE) as usize;

pub(super) struct Vocabulary {
    /// The two tokens each merge joins.
    parts: Vec<[TokenId; 2]>,
    /// The bytes of every token.
    lengths: Vec<u8>,
}

impl Vocabulary {
    pub(super) fn embedded() -> Self {
        let mut planes = Vec::with_capacity(6 * MERGES);
        DeflateDecoder::new(ASSET)
            .read_to_end(&mut planes)
            .expect("the embedded merges are whole, as a test makes sure");
        Self::from_planes(&planes)
    }

    fn from_planes(planes: &[u8]) -> Self {
        let id = |plane: usize, at: usize| {
            let byte = |n: usize| planes[(plane + n) * MERGES + at];
            TokenId::from_le_bytes([byte(0), byte(1), byte(2), 0])
        };
        let parts: Vec<_> = (0..MERGES).map(|at| [id(0, at), id(3, at)]).collect();
        let mut lengths = vec![1; FIRST_MERGE as usize];
        for [left, right] in &parts {
            lengths.push(lengths[*left as usize] + lengths[*right as usize]);
        }
        Self { parts, lengths }
    }

    /// Every merge with the token it makes, in order.
    pub(super) fn merges(&self) -> impl Iterator<Item = ([TokenId; 2], TokenId)> {
        self.parts.iter().copied().zip(FIRST_MERGE..)
    }

    pub(super) fn byte_len(&self, id: TokenId) -> usize {
        self.lengths.get(id as usize).copied().unwrap_or_default().into()
    }

    /// Appends the bytes of a token; none for an id that is not of the vocabulary.
    pub(super) fn append_bytes(&self, id: TokenId, bytes: &mut Vec<u8>) {
        let Some(merge) = id.checked_sub(FIRST_MERGE) else {
            return bytes.extend((0..=u8::MAX).find(|byte| byte_token(*byte) == id));
        };
        if let Some([left, right]) = self.parts.get(merge as usize) {
            self.append_bytes(*left, bytes);
            self.append_bytes(*right, bytes);
        }
    }
}

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
