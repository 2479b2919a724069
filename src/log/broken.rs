//! What bytes that are no JSON value seem to be: the first line of a document, a torn line, another kind of file.

/// Whether a line that breaks off may be the first of a document: it ends where a printer breaks lines.
pub(super) fn opens_document(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_end().last(), Some(b'{' | b'[' | b',' | b':'))
}

/// Whether a line is the first of a document beyond doubt.
pub(super) fn is_bracket(line: &[u8]) -> bool {
    matches!(line.trim_ascii(), b"{" | b"[")
}

/// Says what bytes that are not JSON seem to be, with a way out where there is one.
pub(super) fn described(bytes: &[u8], error: &serde_json::Error) -> String {
    if error.is_io() {
        return error.to_string();
    }
    let start = bytes.trim_ascii();
    if let Some(encoding) = utf16(bytes) {
        return format!("UTF-16 text; convert it with: iconv -f {encoding} -t UTF-8");
    }
    if let Err(utf8) = std::str::from_utf8(bytes) {
        return format!("not UTF-8 from byte {}", utf8.valid_up_to() + 1);
    }
    if bytes.contains(&b'\r') {
        return "lines that end in carriage returns alone; convert them with: tr '\\r' '\\n'".into();
    }
    match start {
        b"{" | b"[" => return format!("JSON spread over several lines, and broken: {}", without_place(error)),
        [b'{', ..] if error.is_eof() => {
            return format!("torn: the JSON ends in the middle (column {})", error.column());
        }
        _ => {}
    }
    if matches!(start.first(), Some(b'{' | b'[')) {
        return format!("not valid JSON: {} (column {})", without_place(error), error.column());
    }
    if bytes.contains(&b',') && !bytes.contains(&b'{') {
        return "not JSON but comma-separated; export the log as one JSON object on each line".into();
    }
    "not JSON; a log has one JSON object on each line".into()
}

fn without_place(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// The name of UTF-16's byte order, where every second byte is zero: mostly ASCII text, as a line within such a file looks.
fn utf16(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(64)];
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
