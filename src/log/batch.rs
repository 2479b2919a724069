//! Batches of OpenAI and Anthropic: a file of requests and a file of answers, joined by `custom_id`.
//!
//! The files may come in either order, and an answer need not stand where its request does. What waits for its other half lies
//! in memory while it is small, else in a file without a name that goes with the program; in memory is then one entry of the
//! index for each request. The answers do not say when a request was made.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{take, text};
use super::{Exchange, Place};

/// How many bytes wait in memory.
const IN_MEMORY: usize = 16 << 20;

/// A line of a batch, request or answer.
pub(super) struct Batch;

/// Halves that wait for the other, by `custom_id`.
pub(super) struct Waiting {
    requests: BTreeMap<String, (Place, Shelf)>,
    /// Answers; `None` for a request that failed.
    answers: BTreeMap<String, (Place, Option<Shelf>)>,
    store: SpooledTempFile,
}

/// Where a half lies in the store.
#[derive(Clone, Copy)]
struct Shelf {
    start: u64,
    length: usize,
}

impl LogFormat for Batch {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn about(&self) -> &'static str {
        "batch files of OpenAI and Anthropic, requests and answers joined by custom_id"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("custom_id").is_some()
            && ["body", "params", "response", "result"].iter().any(|key| line.get(key).is_some())
    }

    fn read(&self, mut line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String> {
        let id = text(&line, &["/custom_id"]).ok_or("`custom_id` is not a text")?;
        let (waiting, place) = (&mut memory.batch, memory.place);
        match take(&mut line, "body").or_else(|| take(&mut line, "params")) {
            Some(request) => waiting.request(id, place, request),
            None => waiting.answer(id, place, answer(&mut line)),
        }
    }
}

/// The response's body of an answer that went well.
fn answer(line: &mut Value) -> Option<Value> {
    ["/response/body", "/result/message"].iter().find_map(|at| Some(line.pointer_mut(at)?.take()))
}

/// Where it stands is where its request stands.
fn joined(place: Place, request: Value, answer: Option<Value>) -> Result<Exchange, String> {
    let exchange = Envelope { outside: json!({}), request, response: answer, ..Envelope::default() }.read()?;
    Ok(Exchange { place, format: Some(Batch.name()), ..exchange })
}

impl Waiting {
    fn request(&mut self, id: String, place: Place, request: Value) -> Result<Vec<Exchange>, String> {
        match self.answers.remove(&id) {
            Some((_, Some(answer))) => Ok(vec![joined(place, request, Some(self.fetch(answer)?))?]),
            // It failed: nothing was billed.
            Some((_, None)) => Ok(Vec::new()),
            None => {
                let kept = self.put(&request)?;
                self.requests.insert(id, (place, kept));
                Ok(Vec::new())
            }
        }
    }

    fn answer(&mut self, id: String, place: Place, answer: Option<Value>) -> Result<Vec<Exchange>, String> {
        match (self.requests.remove(&id), &answer) {
            (Some((place, request)), Some(_)) => Ok(vec![joined(place, self.fetch(request)?, answer)?]),
            (Some(_), None) => Err(FAILED.into()),
            (None, Some(answer)) => {
                let kept = self.put(answer)?;
                self.answers.insert(id, (place, Some(kept)));
                Ok(Vec::new())
            }
            (None, None) => {
                self.answers.insert(id, (place, None));
                Err(FAILED.into())
            }
        }
    }

    fn put(&mut self, half: &Value) -> Result<Shelf, String> {
        let bytes = half.to_string().into_bytes();
        let mut write = || {
            let start = self.store.seek(SeekFrom::End(0))?;
            self.store.write_all(&bytes)?;
            Ok(Shelf { start, length: bytes.len() })
        };
        write().map_err(|error| unkept(&error))
    }

    fn fetch(&mut self, kept: Shelf) -> Result<Value, String> {
        let mut bytes = vec![0; kept.length];
        let mut read = || {
            self.store.seek(SeekFrom::Start(kept.start))?;
            self.store.read_exact(&mut bytes)
        };
        read().map_err(|error| unkept(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| unkept(&error.into()))
    }

    /// Requests without an answer, which are exchanges nonetheless, and the lines that are none, with the reason.
    pub(super) fn end(&mut self) -> (Vec<Exchange>, Vec<(Place, String)>) {
        let mut requests: Vec<(Place, Shelf)> = std::mem::take(&mut self.requests).into_values().collect();
        requests.sort_by_key(|(place, _)| *place);
        let answers = std::mem::take(&mut self.answers).into_values().filter(|(_, answer)| answer.is_some());
        let mut skips: Vec<(Place, String)> =
            answers.map(|(place, _)| (place, "an answer whose request is in no log".into())).collect();
        let mut exchanges = Vec::new();
        for (place, request) in requests {
            match self.fetch(request).and_then(|request| joined(place, request, None)) {
                Ok(exchange) => exchanges.push(exchange),
                Err(reason) => skips.push((place, reason)),
            }
        }
        skips.sort();
        (exchanges, skips)
    }
}

impl Default for Waiting {
    fn default() -> Self {
        let store = SpooledTempFile::new(IN_MEMORY);
        Self { requests: BTreeMap::new(), answers: BTreeMap::new(), store }
    }
}

const FAILED: &str = "the request failed: there is no answer";

fn unkept(error: &io::Error) -> String {
    format!("no room for what waits for its other half: {error}")
}
