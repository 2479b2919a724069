//! Lines of block traces, read without a JSON parser for the ids: they are nearly all of the line.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::Value;

use crate::log::body::usage::MOST_TOKENS;

/// The key of the ids.
pub(crate) const HASH_IDS: &str = "hash_ids";

/// The same as it stands in a line.
const KEY: &[u8] = b"\"hash_ids\"";

/// Number of bytes at a line's beginning in which the key is looked for. A line whose key stands further on is read like any other,
/// only slower.
const HEAD: usize = 1024;

/// A line cut in two: its ids, and the text of the rest with an empty list in their place.
pub(crate) struct CutTraceLine {
    rest: Vec<u8>,
    pub(crate) hash_ids: Vec<u64>,
}

/// A line with its ids apart from the rest.
#[derive(Debug, PartialEq)]
pub(crate) struct BlockLine {
    /// All other keys.
    pub(crate) rest: Value,
    pub(crate) hash_ids: Vec<u64>,
}

/// The other keys of nearly all lines of traces, which need no map.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Numbers {
    pub(crate) timestamp: Option<i64>,
    pub(crate) input_length: Option<u64>,
    pub(crate) output_length: Option<u64>,
    pub(crate) block_size: Option<u64>,
    /// The empty list.
    #[serde(rename = "hash_ids")]
    _hash_ids: [u64; 0],
}

/// Cuts a line that seems to be an object with a list of whole numbers for ids; anything else is for the readers that can say what
/// it is.
pub(crate) fn cut(line: &[u8]) -> Option<CutTraceLine> {
    let key = find(&line[..line.len().min(HEAD)])?;
    let list = skip(skip(&line[key + KEY.len()..], b':')?, b'[')?;
    let (hash_ids, tail) = ids(list)?;
    // Without its ids the line is short, and whether it is JSON with the key at its top is for the parser to say.
    let rest = [&line[..line.len() - list.len()], b"]", tail].concat();
    find(tail).is_none().then_some(CutTraceLine { rest, hash_ids })
}

impl CutTraceLine {
    /// The rest, where it is nothing but numbers that can be counts.
    pub(crate) fn numbers(&self) -> Option<Numbers> {
        let numbers: Numbers = serde_json::from_slice(&self.rest).ok()?;
        let counts = [numbers.input_length, numbers.output_length, numbers.block_size];
        let can_be = counts.into_iter().flatten().all(|count| count <= MOST_TOKENS) && numbers.block_size != Some(0);
        can_be.then_some(numbers)
    }

    /// The line, where it is one and none of `cachecheck parse`.
    pub(crate) fn read(self) -> Option<BlockLine> {
        let mut rest: Value = serde_json::from_slice(&self.rest).ok()?;
        let keys = rest.as_object_mut().filter(|keys| !keys.contains_key("cachecheck"))?;
        keys.shift_remove(HASH_IDS)?;
        Some(BlockLine { rest, hash_ids: self.hash_ids })
    }
}

fn find(bytes: &[u8]) -> Option<usize> {
    static FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(KEY));
    FINDER.find(bytes)
}

/// Returns the bytes behind this one, which may stand behind blanks.
fn skip(bytes: &[u8], byte: u8) -> Option<&[u8]> {
    bytes.trim_ascii_start().strip_prefix(&[byte])
}

/// Whole numbers up to the end of the list, and what follows it.
fn ids(mut bytes: &[u8]) -> Option<(Vec<u64>, &[u8])> {
    let mut ids = Vec::with_capacity(memchr::memchr_iter(b',', bytes).count() + 1);
    if let Some(tail) = skip(bytes, b']') {
        return Some((ids, tail));
    }
    loop {
        let (id, behind) = number(bytes.trim_ascii_start())?;
        ids.push(id);
        match behind.trim_ascii_start() {
            [b',', next @ ..] => bytes = next,
            [b']', tail @ ..] => return Some((ids, tail)),
            _ => return None,
        }
    }
}

/// A number as JSON writes it, without leading zeros.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number: u64 = 0;
    let mut length = 0;
    while let Some(digit) = bytes.get(length).filter(|byte| byte.is_ascii_digit()) {
        number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        length += 1;
    }
    let is_one = length == 1 || length > 1 && bytes[0] != b'0';
    is_one.then(|| (number, &bytes[length..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::log::trace::block_trace::{of_line, of_numbers};

    fn read(line: &[u8]) -> Option<BlockLine> {
        cut(line)?.read()
    }

    /// A number, and what may stand in its place.
    fn number() -> impl Strategy<Value = Value> {
        let number = prop_oneof![any::<u64>().prop_map(Value::from), any::<i64>().prop_map(Value::from)];
        prop_oneof![4 => (0..5_u64).prop_map(Value::from), 1 => number, 1 => Just(json!(null)), 1 => Just(json!(9.0)), 1 => Just(json!("7"))]
    }

    proptest! {
        #[test]
        fn numbers_are_what_the_general_reader_finds(
            keys in prop::collection::vec((prop::sample::select(vec![
                "timestamp", "input_length", "output_length", "block_size", "model",
            ]), number()), 0..5)
        ) {
            let keys = keys.iter().map(|(key, value)| format!("\"{key}\": {value}, ")).collect::<String>();
            let line = format!("{{{keys}\"hash_ids\": [1, 2]}}");
            let cut = cut(line.as_bytes()).unwrap();
            if let Some(numbers) = cut.numbers() {
                let quick = of_numbers(&numbers, cut.hash_ids.clone());
                prop_assert_eq!(of_line(cut.read().unwrap()).unwrap().to_json("a"), quick.to_json("a"));
            }
        }

        #[test]
        fn ids_and_rest_are_what_the_general_reader_finds(ids: Vec<u64>, time: i64, text: String, first: bool) {
            let ids = json!(ids);
            let line = if first {
                json!({"hash_ids": ids, "timestamp": time, "model": text})
            } else {
                json!({"timestamp": time, "model": text, "hash_ids": ids})
            };
            let BlockLine { mut rest, hash_ids } = read(line.to_string().as_bytes()).unwrap();
            rest["hash_ids"] = json!(hash_ids);
            prop_assert_eq!(rest, line);
        }
    }

    #[test]
    fn what_is_no_plain_trace_line_is_left_to_others() {
        for line in [
            r#"{"hash_ids": [1.5]}"#,
            r#"{"hash_ids": [-1]}"#,
            r#"{"hash_ids": "1"}"#,
            r#"{"hash_ids": [1]} 7"#,
            r#"{"hash_ids": [1]"#,
            r#"[{"hash_ids": [1]}]"#,
            r#"{"hash_ids": [01]}"#,
            r#"{"hash_ids": [1,]}"#,
            r#"{"hash_ids": [1 2]}"#,
            r#"{"hash_ids": [18446744073709551616]}"#,
            r#"{"hash_ids": [1], "hash_ids": [2]}"#,
            r#"{"a\"hash_ids": [1]}"#,
            r#"{"hash_ids" [1]}"#,
            r#"{"prompt": "\"hash_ids\": [1]"}"#,
            r#"{"request": {"hash_ids": [1]}}"#,
            r#"{"prompt": "hash_ids"}"#,
            r#"{"cachecheck": 1, "hash_ids": [1]}"#,
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
