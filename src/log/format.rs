//! The registry of log formats, and which of them a line is.

use serde_json::Value;

use super::{Exchange, block_trace, chat};

/// A shape in which exchanges are logged, one JSON value a line.
pub trait LogFormat: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is, in one line.
    fn about(&self) -> &'static str;
    /// Whether a line has this shape, judged by the keys it cannot do without.
    fn recognises(&self, line: &Value) -> bool;
    /// Reads a line it recognises.
    ///
    /// # Errors
    /// What is missing or of the wrong type, in words that complete "line 3: …".
    fn read(&self, line: Value) -> Result<Exchange, String>;
}

/// All formats, in the order in which a line is tried.
pub const FORMATS: &[&dyn LogFormat] = &[&block_trace::BlockTraceLine, &chat::Wrapped, &chat::Bare];

/// The format of a line.
///
/// # Errors
/// A hint at what the line seems to be instead.
pub(super) fn detect(line: &Value) -> Result<&'static dyn LogFormat, String> {
    FORMATS.iter().copied().find(|format| format.recognises(line)).ok_or_else(|| unrecognised(line))
}

/// Says what an unrecognised line seems to be.
fn unrecognised(line: &Value) -> String {
    match line {
        Value::Object(map) if map.contains_key("choices") => {
            "a response without its request: log both, as {\"request\": …, \"response\": …}".into()
        }
        Value::Object(map) if map.contains_key("usage") => "usage without a request: no prompt text to simulate".into(),
        Value::Object(map) => {
            let mut keys: Vec<&str> = map.keys().map(String::as_str).take(5).collect();
            keys.sort_unstable();
            format!("no known log format (no `messages`, `prompt`, `request` or `hash_ids`; keys: {})", keys.join(", "))
        }
        Value::Array(_) => "a JSON array; put one exchange on each line (jq -c '.[]')".into(),
        _ => "not a JSON object".into(),
    }
}
