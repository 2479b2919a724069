//! Batches of OpenAI and Anthropic: a file of requests and a file of answers, joined by `custom_id`.
//!
//! The files may come in either order, and an answer need not stand where its request does. What waits for its other half is
//! kept in memory, up to a whole batch. The answers do not say when a request was made.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{take, text};
use super::{Exchange, Place};

/// A line of a batch, request or answer.
pub(super) struct Batch;

/// Halves that wait for the other, by `custom_id`.
#[derive(Default)]
pub(super) struct Waiting {
    requests: BTreeMap<String, (Place, Value)>,
    answers: BTreeMap<String, (Place, Value)>,
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
        if let Some(request) = take(&mut line, "body").or_else(|| take(&mut line, "params")) {
            if let Some((_, answer)) = waiting.answers.remove(&id) {
                return Ok(vec![joined(place, request, Some(answer))?]);
            }
            waiting.requests.insert(id, (place, request));
            return Ok(Vec::new());
        }
        let answer = answer(&mut line)?;
        if let Some((place, request)) = waiting.requests.remove(&id) {
            return Ok(vec![joined(place, request, Some(answer))?]);
        }
        waiting.answers.insert(id, (place, answer));
        Ok(Vec::new())
    }
}

/// The response's body of an answer that went well.
fn answer(line: &mut Value) -> Result<Value, String> {
    let taken = ["/response/body", "/result/message"].iter().find_map(|at| Some(line.pointer_mut(at)?.take()));
    taken.ok_or_else(|| "the request failed: there is no answer".into())
}

/// Where it stands is where its request stands.
fn joined(place: Place, request: Value, answer: Option<Value>) -> Result<Exchange, String> {
    let exchange = Envelope { outside: json!({}), request, response: answer, ..Envelope::default() }.read()?;
    Ok(Exchange { place, format: Some(Batch.name()), ..exchange })
}

impl Waiting {
    /// Requests without an answer, which are exchanges nonetheless, and the lines that are none, with the reason.
    pub(super) fn end(&mut self) -> (Vec<Exchange>, Vec<(Place, String)>) {
        let mut requests: Vec<(Place, Value)> = std::mem::take(&mut self.requests).into_values().collect();
        requests.sort_by_key(|(place, _)| *place);
        let answers = std::mem::take(&mut self.answers).into_values();
        let mut skips: Vec<(Place, String)> =
            answers.map(|(place, _)| (place, "an answer whose request is in no log".into())).collect();
        let mut exchanges = Vec::new();
        for (place, request) in requests {
            match joined(place, request, None) {
                Ok(exchange) => exchanges.push(exchange),
                Err(reason) => skips.push((place, reason)),
            }
        }
        skips.sort();
        (exchanges, skips)
    }
}
