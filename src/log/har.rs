//! HAR 1.2: what a browser or a proxy (mitmproxy, Charles, Fiddler) recorded, one entry for each HTTP message pair.
//!
//! Entries that are no call of a known API are passed over. Bodies in base64 that are not text are not read.

use serde_json::{Value, json};

use super::Exchange;
use super::api;
use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{instant, items, text, unquoted};
use crate::time::SignedDuration;

/// A HAR document.
pub(super) struct Har;

impl LogFormat for Har {
    fn name(&self) -> &'static str {
        "har"
    }

    fn about(&self) -> &'static str {
        "HAR files of browsers and proxies"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.pointer("/log/entries").is_some_and(Value::is_array)
    }

    fn read(&self, line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        let exchanges: Vec<Exchange> = items(line.pointer("/log/entries")).filter_map(exchange).collect();
        if exchanges.is_empty() {
            return Err("no entry of the HAR file is a call of a known API".into());
        }
        Ok(exchanges)
    }
}

fn exchange(entry: &Value) -> Option<Exchange> {
    let body = |content: Option<&Value>| {
        let content = content?;
        let text = content["text"].as_str()?;
        let encoded = content["encoding"] == "base64";
        let text = if encoded { String::from_utf8(base64(text)?).ok()? } else { text.to_owned() };
        Some(unquoted(text.into()))
    };
    let request = body(entry.pointer("/request/postData"))?;
    api::of_request(&request).ok()?;
    let started = instant(entry, &["/startedDateTime"]);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of one call")]
    let took = entry["time"].as_f64().map(|millis| SignedDuration::from_millis(millis as i64));
    let ended = started.zip(took).and_then(|(start, took)| start.checked_add(took).ok());
    let outside = json!({"url": text(entry, &["/request/url"]), "headers": headers(entry)});
    let response = body(entry.pointer("/response/content"));
    let exchange = Envelope { outside, request, response, ..Envelope::default() }.read().ok()?;
    Some(Exchange { time: started.or(exchange.time), end_time: ended, ..exchange })
}

/// The headers that tell who called, by their names in lower case.
fn headers(entry: &Value) -> Value {
    let pairs = items(entry.pointer("/request/headers"));
    let pairs = pairs.filter_map(|pair| Some((pair["name"].as_str()?.to_ascii_lowercase(), pair["value"].clone())));
    Value::Object(pairs.collect())
}

/// Decodes base64 (RFC 4648, standard alphabet); `None` for a letter that is not of it.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        assert_eq!(base64("eyJhIjoxfQ==").unwrap(), b"{\"a\":1}");
        assert_eq!(base64("TWF\nu").unwrap(), b"Man");
        assert_eq!(base64("a-b"), None);
    }
}
