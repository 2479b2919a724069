//! Hashes: short names for secrets, and fast 128-bit digests for keys.
//!
//! The fast digests are for identity within a run, not against an adversary.

use std::hash::{BuildHasherDefault, Hasher};

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

/// A short name for a secret such as an API key: the first 48 bits of its SHA-256, which give nothing of it away.
pub fn secret_name(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The 128-bit digest of some bytes.
pub fn digest(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// The 128-bit digest of some bytes that stand after everything `previous` is the digest of.
pub fn chain(previous: u128, bytes: &[u8]) -> u128 {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the digest")]
    let (low, high) = (previous as u64, (previous >> 64) as u64);
    xxh3_128_with_seed(bytes, low)
        ^ u128::from(high.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

/// Hashes keys that are digests already: their low half is as good a hash as any.
#[derive(Default)]
pub struct DigestHasher(u64);

/// For maps whose keys are digests.
pub type ByDigest = BuildHasherDefault<DigestHasher>;

impl Hasher for DigestHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a digest")]
    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }
}
