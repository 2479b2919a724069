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
    let (mut count, mut in_string, mut escaped) = (1, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' | b'[' if !in_string => count += 1,
            b'{' if !in_string => count += OBJECT,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_texts_are_not() {
        assert_eq!(values(br#"{"a, b": ["x\", [y", 7]}"#), 3 + OBJECT);
        assert!(check(format!("[{}0]", "0,".repeat(5_000_000)).as_bytes()).is_err());
        assert!(check(format!("[\"{}\"]", "0,".repeat(5_000_000)).as_bytes()).is_ok());
    }
}
