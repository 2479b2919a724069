//! Lines of block traces, read without building a value for each id: the ids are nearly all of the line.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The key of the ids.
pub(super) const HASH_IDS: &str = "hash_ids";

/// Where in a line the key is looked for. A line whose key stands further on is read like any other, only slower.
const HEAD: usize = 1024;

/// A line with its ids apart from the rest.
#[derive(Debug, PartialEq)]
pub(super) struct BlockLine {
    /// All other keys.
    pub(super) rest: Value,
    pub(super) hash_ids: Vec<u64>,
}

/// The line, where it is an object with a list of whole numbers for ids and no line of `cachecheck parse`; anything else is for the
/// readers that can say what it is.
pub(super) fn read(line: &[u8]) -> Option<BlockLine> {
    let mut head = line[..line.len().min(HEAD)].windows(HASH_IDS.len());
    if !head.any(|window| window == HASH_IDS.as_bytes()) {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_slice(line);
    let read: BlockLine = reader.deserialize_map(Keys).ok()?;
    let is_plain = reader.end().is_ok() && read.rest.get("cachecheck").is_none();
    is_plain.then_some(read)
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = BlockLine;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a line of a block trace")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<BlockLine, A::Error> {
        let mut rest = Map::new();
        let mut hash_ids = None;
        while let Some(key) = keys.next_key::<String>()? {
            if key == HASH_IDS {
                hash_ids = Some(keys.next_value()?);
            } else {
                rest.insert(key, keys.next_value()?);
            }
        }
        let hash_ids = hash_ids.ok_or_else(|| serde::de::Error::missing_field(HASH_IDS))?;
        Ok(BlockLine { rest: Value::Object(rest), hash_ids })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn ids_and_rest_are_what_the_general_reader_finds(ids: Vec<u64>, time: i64, text: String, first: bool) {
            let ids = json!(ids);
            let line = match first {
                true => json!({"hash_ids": ids, "timestamp": time, "model": text}),
                false => json!({"timestamp": time, "model": text, "hash_ids": ids}),
            };
            let read = read(line.to_string().as_bytes()).unwrap();
            let BlockLine { mut rest, hash_ids } = read;
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
            r#"{"request": {"hash_ids": [1]}}"#,
            r#"{"prompt": "hash_ids"}"#,
            r#"{"cachecheck": 1, "hash_ids": [1]}"#,
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }
}
