//! HAR 1.2: what a browser or a proxy (mitmproxy, Charles, Fiddler) recorded, one entry for each HTTP message pair.
//!
//! Entries that are no call of a model are passed over; one whose address is that of a call and whose body cannot be read is named.

use serde_json::Value;

use super::recorded::{self, Recorded};
use crate::exchange::{Exchange, HasFields};
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::json::{at, instant, items, text};
use crate::log::reason::Reason;
use crate::time::SignedDuration;

/// A HAR document, or an entry of one by itself.
pub(crate) struct Har;

impl LogFormat for Har {
    fn name(&self) -> &'static str {
        "har"
    }

    fn about(&self) -> &'static str {
        "HAR files of browsers and proxies"
    }

    fn request_shape(&self) -> RequestShape {
        RequestShape::OfApi
    }

    fn recognises(&self, line: &Value) -> bool {
        let entries = at(line, "/log/entries").and_then(Value::as_array);
        entries.is_some_and(|entries| entries.iter().all(|entry| entry["request"].is_object())) || is_entry(line)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Har {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if is_entry(&line) {
            let read = exchange(&line);
            return match context.entry.take() {
                Some(name) => Ok(context.named(|| name, read).into_iter().collect()),
                None => Ok(read?.into_iter().collect()),
            };
        }
        let entries = items(line.pointer("/log/entries")).enumerate();
        let exchanges: Vec<Exchange> = entries
            .filter_map(|(index, entry)| context.named(|| format!("entry {}", index + 1), exchange(entry)))
            .collect();
        if exchanges.is_empty() && context.skips.is_empty() {
            return Err(no_call(items(line.pointer("/log/entries")).count()));
        }
        Ok(exchanges)
    }
}

/// The reason why a file of so many entries is passed over.
pub(crate) fn no_call(entries: usize) -> Reason {
    format!("no entry of the HAR file is a request to a known API ({entries} in total)").into()
}

/// True for an entry by itself, such as `jq -c .log.entries[]` gives.
fn is_entry(line: &Value) -> bool {
    line["startedDateTime"].is_string() && line["request"].is_object() && line.field("response").is_some()
}

/// The call of an entry; `None` for what is no call of a model.
fn exchange(entry: &Value) -> Result<Option<Exchange>, String> {
    let started = instant(entry, &["/startedDateTime"]);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of one request")]
    let took = entry["time"].as_f64().map(|millis| SignedDuration::from_millis(millis as i64));
    let ended = started.zip(took).and_then(|(start, took)| start.checked_add(took).ok());
    let recorded = Recorded {
        url: text(entry, &["/request/url"]).unwrap_or_default(),
        is_post: entry["request"]["method"] == "POST",
        headers: headers(entry),
        status: entry.pointer("/response/status").cloned(),
        request: body(entry.pointer("/request/postData")),
        response: body(entry.pointer("/response/content")),
    };
    let Some(exchange) = recorded.exchange()? else { return Ok(None) };
    Ok(Some(Exchange { time: started.or(exchange.time), end_time: ended, ..exchange }))
}

/// A body as JSON where it is some; `None` where there is none.
fn body(content: Option<&Value>) -> Option<Result<Value, String>> {
    let content = content?;
    let text = content["text"].as_str()?;
    Some(if content["encoding"] == "base64" { recorded::of_base64(text) } else { recorded::spelled(text.into()) })
}

/// The headers that tell who called, by their names in lower case.
fn headers(entry: &Value) -> Value {
    let pairs = items(entry.pointer("/request/headers"));
    let pairs = pairs.filter_map(|pair| Some((pair["name"].as_str()?.to_ascii_lowercase(), pair["value"].clone())));
    Value::Object(pairs.collect())
}
