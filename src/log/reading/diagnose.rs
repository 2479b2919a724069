//! Guesses at bytes that are no JSON value: the first line of a document, a torn line, another kind of file, or text that is almost
//! JSON, as some programs write it.

use serde_json::Value;

use crate::log::reading::parse::parse;
use crate::log::reason::Reason;

/// True if a line that breaks off may be the first of a document: it ends where a printer breaks lines.
pub(crate) fn opens_document(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_end().last(), Some(b'{' | b'[' | b',' | b':'))
}

/// True if a line is the first of a document beyond doubt.
pub(crate) fn is_bracket(line: &[u8]) -> bool {
    matches!(line.trim_ascii(), b"{" | b"[")
}

/// Says what bytes that are not JSON seem to be, with a way out where there is one.
pub(crate) fn described(bytes: &[u8], error: &serde_json::Error) -> Reason {
    if error.is_io() {
        return error.to_string().into();
    }
    let start = bytes.trim_ascii();
    // PowerShell writes UTF-16 when output is sent to a file.
    if let Some(encoding) = utf16(bytes) {
        return format!("UTF-16 text; convert it with: iconv -f {encoding} -t UTF-8").into();
    }
    if start.first() == Some(&0) {
        return "begins with zero bytes, as a log does that was emptied while it was written; remove them with: tr -d '\\0'".into();
    }
    if let Err(utf8) = std::str::from_utf8(bytes) {
        return Reason::NotUtf8(utf8.valid_up_to() + 1);
    }
    if bytes.contains(&b'\r') {
        return "lines that end in carriage returns alone; convert them with: tr '\\r' '\\n'".into();
    }
    match start {
        b"{" | b"[" => return format!("JSON over several lines, with an error: {}", without_place(error)).into(),
        [b'{', ..] if error.is_eof() => return Reason::Torn(error.column()),
        _ => {}
    }
    let behind = bytes.get(error.column().saturating_sub(1)..).unwrap_or_default();
    if without_place(error) == "trailing characters" && matches!(behind.first(), Some(b'{' | b'[')) {
        return "several JSON values on one line; give each a line of its own with: jq -c .".into();
    }
    if matches!(start.first(), Some(b'{' | b'[')) {
        return format!("not valid JSON: {} (column {})", without_place(error), error.column()).into();
    }
    if bytes.contains(&b',') && !bytes.contains(&b'{') {
        return "not JSON but comma-separated; export the log as one JSON object on each line".into();
    }
    "not JSON; a log has one JSON object on each line".into()
}

/// Remark on a line that was [`mended`].
pub(crate) const MENDED: &str =
    "not strictly JSON: half of a surrogate pair was read as U+FFFD, NaN and Infinity as null";

/// The value of what is JSON but for what Python and JavaScript write and JSON does not have: halves of surrogate pairs, from texts
/// that were cut in the middle of a character, and numbers that are none.
///
/// Bytes that do not begin as an object, a list or a text are left alone: other values hold no call, and in a log of plain text all
/// lines come here.
pub(crate) fn mended(bytes: &[u8]) -> Option<Value> {
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) {
        return None;
    }
    let (mut mended, mut rest, mut in_string) = (Vec::with_capacity(bytes.len()), bytes, false);
    while !rest.is_empty() {
        let (taken, instead) = match rest {
            [b'"', ..] => {
                in_string = !in_string;
                (1, None)
            }
            // Both halves of a pair make one character; a half by itself makes none.
            [b'\\', b'u', ..] if in_string => match (unit(rest), unit(rest.get(6..).unwrap_or_default())) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (12, None),
                (Some(0xD800..=0xDFFF), _) => (6, Some("\\ufffd")),
                _ => (2, None),
            },
            [b'\\', _, ..] if in_string => (2, None),
            _ if in_string => (1, None),
            _ => match NO_NUMBERS.iter().find(|number| rest.starts_with(number.as_bytes())) {
                Some(number) => (number.len(), Some("null")),
                None => (1, None),
            },
        };
        let (taken, left) = rest.split_at(taken);
        mended.extend_from_slice(instead.map_or(taken, str::as_bytes));
        rest = left;
    }
    if mended == bytes { None } else { parse(&mended).ok() }
}

/// Numbers that JSON does not have.
const NO_NUMBERS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The UTF-16 unit that an escape spells.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn without_place(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// The name of UTF-16's byte order, where every second byte is zero: mostly ASCII text, as a line within such a file looks.
fn utf16(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(64)];
    // Text of that kind has no two zero bytes in a row, but for a sign that ends with one before another that begins with one.
    if sample.windows(4).any(|run| run == [0; 4]) {
        return None;
    }
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if bytes.starts_with(b"\xff\xfe") || odd >= 2 && odd * 3 >= sample.len() {
        Some("UTF-16LE")
    } else if bytes.starts_with(b"\xfe\xff") || even >= 2 && even * 3 >= sample.len() {
        Some("UTF-16BE")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_json_does_not_have_is_mended_and_all_else_is_left_alone() {
        let mended = |text: &str| mended(text.as_bytes());
        assert_eq!(mended(r#"{"a": "cut \ud83d", "b": NaN}"#), Some(json!({"a": "cut \u{fffd}", "b": null})));
        assert_eq!(mended(r#"["\ude00\ud83d\ude00\ud83dx", -Infinity]"#), Some(json!(["\u{fffd}😀\u{fffd}x", null])));
        assert_eq!(mended(r#"["NaN \\ud83d \"NaN", Infinity]"#), Some(json!(["NaN \\ud83d \"NaN", null])));
        assert_eq!(mended(" \t\r\n{\"a\": NaN}"), Some(json!({"a": null})));
        assert_eq!(mended(r#""INFO \ud83d""#), Some(json!("INFO \u{fffd}")));
        for text in [
            r#"{"a": 1}"#,
            r#"{"a": "\ud83d""#,
            r#"{"a": "\ud8"#,
            r#"{"a": "\"#,
            "NaNcy",
            "",
            "NaN",
            "\u{c}{\"a\": NaN}",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    #[test]
    fn a_run_of_zero_bytes_is_no_text_of_two_bytes_a_letter() {
        let told = |bytes: &[u8]| described(bytes, &parse(bytes).unwrap_err()).to_string();
        assert!(told(b"\0\0\0\0\0\0\0\0{\"prompt\": \"a\"}").starts_with("begins with zero bytes"));
        assert!(told(b"{\0\"\0p\0\"\0:\0").starts_with("UTF-16"));
    }

    #[test]
    fn values_that_share_a_line_are_told_apart_from_broken_ones() {
        let told = |text: &str| described(text.as_bytes(), &parse(text.as_bytes()).unwrap_err()).to_string();
        assert!(told(r#"{"prompt": "a"}{"prompt": "b"}"#).ends_with("jq -c ."));
        assert!(told(r#"{"prompt": "a"} b"#).starts_with("not valid JSON"));
    }
}
