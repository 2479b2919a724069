//! HTTP messages as recorders keep them: the request and the answer of a call, among traffic that is none.

use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::input::{MAX_LINE, gunzipped};
use crate::log::base64;
use crate::log::body::envelope::Envelope;
use crate::log::body::no_prompt;
use crate::log::body::registry;
use crate::log::json::unquoted;

/// A pair of messages.
#[derive(Default)]
pub(super) struct Recorded {
    /// The address that was called.
    pub(super) url: String,
    /// Something was sent.
    pub(super) is_post: bool,
    /// The request's headers that tell who called, by their names in lower case.
    pub(super) headers: Value,
    /// The answer's status.
    pub(super) status: Option<Value>,
    /// The request's body, or the reason why it cannot be read; `None` where there is none.
    pub(super) request: Option<Result<Value, String>>,
    /// The same of the answer's.
    pub(super) response: Option<Result<Value, String>>,
}

impl Recorded {
    /// The call, without the times that the recorder noted; `None` for what is no call of a model.
    ///
    /// # Errors
    /// The reason why a call cannot be read.
    pub(super) fn exchange(self) -> Result<Option<Exchange>, String> {
        if no_prompt::at_address(&self.url).is_some() {
            return Ok(None);
        }
        let is_call = is_call(&self.url);
        let request = match self.request {
            Some(Ok(request)) => request,
            Some(Err(reason)) if is_call => return Err(format!("the request's body {reason}")),
            None if is_call && self.is_post => return Err("the request's body is not in the file".into()),
            _ => return Ok(None),
        };
        if let Err(reason) = registry::of_request(&request) {
            return if is_call { Err(reason) } else { Ok(None) };
        }
        let outside = json!({"url": self.url, "headers": self.headers, "response_status": self.status});
        // An answer that cannot be read leaves the request readable.
        let response = self.response.and_then(Result::ok).filter(|body| !body.is_string());
        Envelope { outside, request, response, ..Envelope::default() }.read().map(Some)
    }
}

/// True if a URL is one that models are called at.
fn is_call(url: &str) -> bool {
    const CALLS: [&str; 9] = [
        "/completions",
        "/responses",
        "/messages",
        ":generateContent",
        ":streamGenerateContent",
        "/converse",
        "/converse-stream",
        "/invoke",
        "/invoke-with-response-stream",
    ];
    let path = url.split(['?', '#']).next().unwrap_or_default();
    CALLS.iter().any(|call| path.ends_with(call))
}

/// The JSON or the events that a text spells.
pub(super) fn spelled(text: String) -> Result<Value, String> {
    unquoted(text.into()).map_err(|heavy| format!("has {heavy}"))
}

/// The same of bytes in base64, which may be packed by gzip.
pub(super) fn of_base64(text: &str) -> Result<Value, String> {
    let bytes = unfolded_base64(text).ok_or("is not base64")?;
    let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
    let bytes = if is_packed { gunzipped(&bytes, MAX_LINE).map_err(|error| error.to_string())? } else { bytes };
    spelled(String::from_utf8(bytes).map_err(|_| "is not text")?)
}

/// Decodes base64, which may be folded into lines; `None` if something in it is no letter of it.
fn unfolded_base64(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let (bytes, rest) = base64::decode(&letters);
    rest.iter().all(|byte| *byte == b'=').then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_may_be_folded_and_padded() {
        assert_eq!(unfolded_base64("eyJhIjoxfQ==").unwrap(), b"{\"a\":1}");
        assert_eq!(unfolded_base64("TWF\nu").unwrap(), b"Man");
        assert_eq!(unfolded_base64("a.b"), None);
    }
}
