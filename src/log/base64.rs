//! Base64 (RFC 4648), in its standard and its URL-safe alphabet.

/// The bytes of the letters up to the first byte that is none, and the rest from there on.
pub(crate) fn decode(letters: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for (at, letter) in letters.iter().enumerate() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return (bytes, &letters[at..]),
        };
        (bits, held) = (bits << 6 | u32::from(six), held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
            bits &= (1 << held) - 1;
        }
    }
    (bytes, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_decoded_up_to_the_first_byte_that_is_none() {
        assert_eq!(decode(b"QUJD"), (b"ABC".to_vec(), &b""[..]));
        assert_eq!(decode(b"eyJhIjoxfQ=="), (b"{\"a\":1}".to_vec(), &b"=="[..]));
        assert_eq!(decode(b"+/-_"), (vec![0xfb, 0xff, 0xbf], &b""[..]));
        assert_eq!(decode(b"QUJD.QUJD"), (b"ABC".to_vec(), &b".QUJD"[..]));
    }
}
