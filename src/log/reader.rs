//! Reads sources line by line into exchanges; a bad line is an entry of its own and never stops the run.

use std::io;

use serde_json::Value;

use super::format::detect;
use super::{Exchange, Place};
use crate::input::{Line, Lines, MAX_LINE};

/// What a line turned out to be.
#[derive(Debug)]
pub enum Entry {
    /// An exchange.
    Exchange(Box<Exchange>),
    /// Something else, said why.
    Skip(Skip),
}

/// A line that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where.
    pub place: Place,
    /// Why, in words that complete "line 3: …".
    pub reason: String,
}

/// A JSON pointer (RFC 6901) into a log line, such as `/metadata/team`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(String);

/// The exchanges of one source.
pub struct LogReader {
    lines: Lines,
    source: usize,
    scope: Option<Pointer>,
}

impl std::str::FromStr for Pointer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" => Err("empty; a JSON pointer looks like /metadata/team".into()),
            _ if text.starts_with('/') => Ok(Self(text.into())),
            _ => Err(format!("a JSON pointer starts with a slash: /{}", text.replace('.', "/"))),
        }
    }
}

impl Pointer {
    /// The value it leads to, as a name; `None` where the line has nothing there.
    fn name(&self, line: &Value) -> Option<String> {
        match line.pointer(&self.0)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

impl LogReader {
    /// Reads `lines` as the source with index `source`; `scope` names the cache's owner in place of user and key.
    pub fn new(lines: Lines, source: usize, scope: Option<Pointer>) -> Self {
        Self { lines, source, scope }
    }

    /// The next entry; blank lines are passed over in silence.
    ///
    /// # Errors
    /// When reading or unpacking fails; the entries before it were good.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        while let Some((number, line)) = self.lines.next_line()? {
            let place = Place { source: self.source, line: number };
            let bytes = match line {
                Line::TooLong(length) => {
                    let reason = format!("{length} bytes long; lines up to {MAX_LINE} bytes are read");
                    return Ok(Some(Entry::Skip(Skip { place, reason })));
                }
                Line::Bytes(bytes) => bytes,
            };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Ok(Some(match exchange(bytes, self.scope.as_ref()) {
                Ok(mut exchange) => {
                    exchange.place = place;
                    Entry::Exchange(Box::new(exchange))
                }
                Err(reason) => Entry::Skip(Skip { place, reason }),
            }));
        }
        Ok(None)
    }
}

fn exchange(bytes: &[u8], scope: Option<&Pointer>) -> Result<Exchange, String> {
    let line: Value = serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))?;
    let format = detect(&line)?;
    let named = scope.map(|pointer| pointer.name(&line));
    let mut exchange = format.read(line)?;
    if let Some(named) = named {
        exchange.scope = named;
    }
    Ok(exchange)
}

/// Says what bytes that are not JSON seem to be, with a way out where there is one.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
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
        b"{" => return "JSON spread over several lines; put one exchange on each line (jq -c .)".into(),
        b"[" => return "JSON spread over several lines; put one exchange on each line (jq -c '.[]')".into(),
        [b'{', ..] if error.is_eof() => {
            return format!("torn: the JSON ends in the middle (column {})", error.column());
        }
        _ => {}
    }
    if matches!(start.first(), Some(b'{' | b'[')) {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        return format!("not valid JSON: {what} (column {})", error.column());
    }
    if bytes.contains(&b',') && !bytes.contains(&b'{') {
        return "not JSON but comma-separated; export the log as one JSON object on each line".into();
    }
    "not JSON; a log has one JSON object on each line".into()
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn entries(bytes: &[u8]) -> Vec<String> {
        let mut reader = LogReader::new(Lines::new(Cursor::new(bytes.to_vec())).unwrap(), 0, None);
        let mut all = Vec::new();
        while let Some(entry) = reader.next_entry().unwrap() {
            all.push(match entry {
                Entry::Exchange(exchange) => format!("{}: exchange", exchange.place.line),
                Entry::Skip(skip) => format!("{}: {}", skip.place.line, skip.reason),
            });
        }
        all
    }

    #[test]
    fn a_torn_last_line_loses_nothing_before_it() {
        let log = b"{\"prompt\": \"a\"}\n\n{\"prompt\": \"b";
        assert_eq!(entries(log), ["1: exchange", "3: torn: the JSON ends in the middle (column 13)"]);
    }

    #[test]
    fn what_is_not_a_log_is_named() {
        assert_eq!(
            entries(b"a,b\n"),
            ["1: not JSON but comma-separated; export the log as one JSON object on each line"]
        );
        assert_eq!(entries(b"\xff\xfe{\0\n"), ["1: UTF-16 text; convert it with: iconv -f UTF-16LE -t UTF-8"]);
        assert_eq!(entries(b"{\"a\": \"\xc3\"}"), ["1: not UTF-8 from byte 8"]);
        assert_eq!(entries(b"[1]"), ["1: a JSON array; put one exchange on each line (jq -c '.[]')"]);
        assert_eq!(entries(b"7"), ["1: not a JSON object"]);
    }

    #[test]
    fn a_scope_pointer_replaces_user_and_key() {
        let pointer = "/meta/team".parse().unwrap();
        let line = b"{\"prompt\": \"a\", \"user\": \"ann\", \"meta\": {\"team\": \"red\"}}";
        assert_eq!(exchange(line, Some(&pointer)).unwrap().scope.as_deref(), Some("red"));
        assert_eq!(exchange(line, None).unwrap().scope.as_deref(), Some("user:ann"));
        assert!("meta.team".parse::<Pointer>().unwrap_err().ends_with("/meta/team"));
    }
}
