//! Hashes: short names for secrets, keyed fingerprints, and fast 128-bit digests for keys.
//!
//! The fast digests are for identity within a run, not against an adversary. Fingerprints are: a reader without the key can
//! neither read nor guess what they stand for, only see that two are the same.

use std::hash::{BuildHasherDefault, Hasher};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

/// A short name for a secret such as an API key: the first 48 bits of its SHA-256, which give nothing of it away.
pub fn secret_name(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// A key for fingerprints.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

/// The fingerprint of bytes that come piece by piece, known after each.
#[derive(Clone)]
pub struct Fingerprint(Hmac<Sha256>);

impl Key {
    /// The fewest bytes that a key may have.
    pub const SHORTEST: usize = 16;
    /// The fewest different bytes among them.
    pub const LEAST_VARIETY: usize = 8;

    /// The key of these bytes; `None` if they are so few or so alike that they could be guessed. Whoever tries guesses against a
    /// fingerprint or a key's name has to do for each of them what is done here once: a tenth of a second of work.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let variety = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
        if bytes.len() < Self::SHORTEST || variety < Self::LEAST_VARIETY {
            return None;
        }
        Hmac::new_from_slice(&stretched(bytes, b"cachecheck key 1", ROUNDS)?).ok().map(Self)
    }

    /// A new key's text, 64 hexadecimal digits from the system's randomness.
    ///
    /// # Errors
    /// Fails if the system has none.
    pub fn random() -> std::io::Result<String> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A short name that tells keys apart and gives nothing of them away.
    pub fn name(&self) -> String {
        self.text("key", "")
    }

    /// A text's fingerprint among texts of its kind: 64 bits, as 16 hexadecimal digits.
    pub fn text(&self, kind: &str, text: &str) -> String {
        let mut fingerprint = self.start(kind);
        fingerprint.add(text.as_bytes());
        format!("{:016x}", fingerprint.value() >> 64)
    }

    /// The fingerprint of a number, of 53 bits: so many every reader of JSON keeps.
    pub fn number(&self, kind: &str, number: u64) -> u64 {
        let mut fingerprint = self.start(kind);
        fingerprint.add(&number.to_le_bytes());
        u64::try_from(fingerprint.value() >> 75).unwrap_or(u64::MAX)
    }

    /// The fingerprint of nothing yet, among those of its kind.
    pub fn start(&self, kind: &str) -> Fingerprint {
        let mut fingerprint = Fingerprint(self.0.clone());
        fingerprint.add(kind.as_bytes());
        fingerprint.add(&[0]);
        fingerprint
    }
}

/// Rounds by which a key is stretched.
const ROUNDS: u32 = 200_000;

/// Stretches a password to 32 bytes: PBKDF2 with HMAC-SHA256 (RFC 8018), its first block.
fn stretched(password: &[u8], salt: &[u8], rounds: u32) -> Option<[u8; 32]> {
    let keyed = Hmac::<Sha256>::new_from_slice(password).ok()?;
    let mac = |message: &[u8]| -> [u8; 32] {
        let mut mac = keyed.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    };
    let mut last = mac(&[salt, &1_u32.to_be_bytes()].concat());
    let mut sum = last;
    for _ in 1..rounds {
        last = mac(&last);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    Some(sum)
}

impl Fingerprint {
    /// Goes on with these bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Of all bytes so far: the first 128 bits of their HMAC-SHA256.
    pub fn value(&self) -> u128 {
        let mac = self.0.clone().finalize().into_bytes();
        mac.iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte))
    }
}

/// The SHA-256 of some bytes, in hexadecimal digits: what may be committed and compared elsewhere.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
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

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a digest")]
    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_hmac_of_all_that_came_piece_by_piece() {
        let key = Key::new(b"a key of enough bytes").unwrap();
        let (mut whole, mut pieces) = (key.start("x"), key.start("x"));
        whole.add(b"abc");
        pieces.add(b"a");
        assert_ne!(pieces.value(), whole.value());
        pieces.add(b"bc");
        assert_eq!(pieces.value(), whole.value());
        // By Python: key = hashlib.pbkdf2_hmac("sha256", b"a key of enough bytes", b"cachecheck key 1", 200000);
        // hmac.digest(key, b"x\0abc", "sha256")[:16]
        assert_eq!(format!("{:032x}", whole.value()), "910009ac4982678e4d0a890fcad99847");
    }

    #[test]
    fn a_password_is_stretched_as_the_standard_says() {
        // RFC 7914, section 11.
        let stretched = |password: &str, salt: &str, rounds| stretched(password.as_bytes(), salt.as_bytes(), rounds);
        assert_eq!(stretched("passwd", "salt", 1).unwrap()[..4], [0x55, 0xac, 0x04, 0x6e]);
        assert_eq!(stretched("Password", "NaCl", 80_000).unwrap()[..4], [0x4d, 0xdc, 0xd8, 0xf6]);
    }

    #[test]
    fn another_key_or_kind_is_another_fingerprint() {
        let keys = [&b"a key of enough bytes"[..], b"another of that size"].map(|bytes| Key::new(bytes).unwrap());
        assert_ne!(keys[0].text("user", "ann"), keys[1].text("user", "ann"));
        assert_ne!(keys[0].text("user", "ann"), keys[0].text("scope", "ann"));
        assert_ne!(keys[0].name(), keys[1].name());
        assert!(Key::new(b"too short").is_none());
    }
}
