//! YAML: cassettes are the only logs that are kept in it, one document in a file.

use std::io;

use serde_json::{Value, json};

use crate::document;
use crate::input::Lines;
use crate::log::gateway::cassette;
use crate::log::value_budget;

/// The most lines of a document: each may be a value.
const MOST_LINES: usize = 4_000_000;

/// Brackets up to this number cannot nest so deep that the parser, which needs the square of the depth, takes long.
const FEW_BRACKETS: usize = 2_000;

/// True if a file's first line may be that of a cassette.
pub(crate) fn may_begin(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    matches!(line, b"---") || line.starts_with(b"#") || line.starts_with(b"version:") || begins_list(line)
}

/// True if a line begins the list of interactions.
fn begins_list(line: &[u8]) -> bool {
    let key = line.strip_suffix(b":").unwrap_or_default();
    line == b"- request:" || cassette::KEYS.iter().any(|list| list.as_bytes() == key)
}

/// The cassette that a line and all that follows it spell; `None` if they are none, and are still to be read line by line.
///
/// # Errors
/// Fails if reading or unpacking fails; within, the reason why a cassette cannot be read.
pub(crate) fn read(lines: &mut Lines) -> io::Result<Option<Result<Value, String>>> {
    let read = lines.document()?.and_then(cassette);
    if read.is_none() {
        lines.reread();
    }
    Ok(read)
}

/// The cassette that bytes spell; `None` if they are none.
///
/// # Errors
/// The reason why one cannot be read.
fn cassette(bytes: &[u8]) -> Option<Result<Value, String>> {
    if !bytes.split(|byte| *byte == b'\n').any(|line| begins_list(line.trim_ascii_end())) {
        return None;
    }
    if bytes.split(|byte| *byte == b'\n').count() > MOST_LINES {
        return Some(Err(format!("a cassette of more than {MOST_LINES} lines")));
    }
    if let Err(heavy) = value_budget::check(bytes) {
        return Some(Err(heavy.to_string()));
    }
    if let Some(reason) = nested_too_deep(bytes) {
        return Some(Err(format!("not valid YAML: {reason}")));
    }
    let read = serde_yaml::from_slice(bytes).map_err(|error| format!("not valid YAML: {error}"));
    // Of some recorders the document is the list.
    Some(read.map(|value| if let Value::Array(list) = value { json!({"interactions": list}) } else { value }))
}

/// The reason why lists and maps are nested too deep, if they are.
fn nested_too_deep(bytes: &[u8]) -> Option<String> {
    if bytes.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() <= FEW_BRACKETS {
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("not UTF-8".into()) };
    document::check_depth_of_yaml(text).err().map(|refused| refused.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cassette_is_told_by_its_list_whatever_stands_before_it() {
        for text in [
            "interactions:\n- request:\n    body: a\n",
            "---\nhttp_interactions:\n- request:\n    body: a\nrecorded_with: VCR 6.0.0\n",
            "# by hand\nversion: 2\ninteractions:\n  - id: 0\n    request:\n      body: a\n",
            "- request:\n    body: a\n",
        ] {
            assert!(may_begin(text.lines().next().unwrap().as_bytes()), "{text}");
            let value = cassette(text.as_bytes()).unwrap().unwrap();
            let list = cassette::KEYS.iter().find_map(|key| value.get(*key)).unwrap();
            assert_eq!(list[0]["request"]["body"], "a", "{text}");
        }
        assert!(cassette(b"---\nname: x\n").is_none());
        assert!(cassette(b"interactions:\n\t- x: [\n").unwrap().unwrap_err().starts_with("not valid YAML"));
    }

    #[test]
    fn an_alias_that_is_repeated_without_end_is_refused() {
        let rows: String =
            (1..30).map(|row| format!("- &a{row} [*a{}, *a{}, *a{}]\n", row - 1, row - 1, row - 1)).collect();
        let text = format!("interactions:\n- &a0 [x, x, x]\n{rows}");
        assert!(cassette(text.as_bytes()).unwrap().is_err());
    }

    #[test]
    fn lists_within_lists_without_end_are_refused_at_once() {
        let text = format!("interactions:\n- request: {}{}\n", "[".repeat(500_000), "]".repeat(500_000));
        assert!(cassette(text.as_bytes()).unwrap().unwrap_err().starts_with("not valid YAML"));
    }
}
