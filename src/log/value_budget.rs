//! Weight of a line of JSON once it is read: a value takes many times the bytes that spell it, so a line of nothing but small
//! values would fill the memory long before it is as long as lines may be.

use std::io;

/// The most values in one line or document; four million take about 300 MB.
const MOST: usize = 4_000_000;

/// An object takes as much as so many numbers.
const OBJECT: usize = 4;

/// Lines up to this length cannot hold too many: `{},` is the most that a byte can weigh.
const LIGHT: usize = MOST / 2;

/// Refuses bytes that spell too many values.
///
/// # Errors
/// Fails if they weigh too much, with the reason for people.
pub(crate) fn check(bytes: &[u8]) -> serde_json::Result<()> {
    check_all([bytes].into_iter())
}

/// Refuses bytes that spell too many values together.
///
/// # Errors
/// Fails if they weigh too much, with the reason for people.
pub(crate) fn check_all<'a>(all: impl Iterator<Item = &'a [u8]> + Clone) -> serde_json::Result<()> {
    if all.clone().map(<[u8]>::len).sum::<usize>() <= LIGHT || all.map(values).sum::<usize>() <= MOST {
        return Ok(());
    }
    Err(serde_json::Error::io(io::Error::other(format!("more than {MOST} JSON values in one line or document"))))
}

/// At least as many values as there are, objects as several, counted by what stands between them, outside of strings.
fn values(bytes: &[u8]) -> usize {
    let (mut count, mut rest) = (1, bytes);
    while let [byte, after @ ..] = rest {
        rest = match byte {
            b'"' => behind_string(after),
            _ => after,
        };
        count += match byte {
            b',' | b'[' => 1,
            b'{' => OBJECT,
            _ => 0,
        };
    }
    count
}

/// The bytes behind a string whose first quote was read. Texts are most of a log, and are leapt over.
fn behind_string(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        if rest[at] == b'"' {
            return &rest[at + 1..];
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_texts_are_not() {
        assert_eq!(values(br#"{"a, b": ["x\", [y", 7]}"#), 3 + OBJECT);
        assert_eq!(values(br#"["x\\", 7, "\""#), 4);
        assert_eq!(values(br#"["x\"#), 2);
        assert!(check(format!("[{}0]", "0,".repeat(5_000_000)).as_bytes()).is_err());
        assert!(check(format!("[\"{}\"]", "0,".repeat(5_000_000)).as_bytes()).is_ok());
    }
}
