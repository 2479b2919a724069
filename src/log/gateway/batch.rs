//! Batches of OpenAI and Anthropic: a file of requests and a file of answers, joined by `custom_id`.
//!
//! The files may come in either order, and an answer need not stand where its request does. What waits for its other half lies in a
//! [`Spool`]; in memory is one entry of the index for each. The answers do not say when a request was made.
//!
//! A batch is billed as such, whatever tier its answers name. What reads no prompt (embeddings, images, …) is passed over.
//!
//! A `custom_id` is unique in a batch, not among batches. Where several requests of one name wait at once, the first is joined with
//! the first answer and so on, with a remark. A request without an answer is an exchange nonetheless: its prompt is known, so
//! that a batch can be simulated before it is sent; if other requests were answered, there is a remark too.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place, Usage};
use crate::log::Skip;
use crate::log::body::envelope::Envelope;
use crate::log::body::failure;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{take, text};
use crate::log::options::Owner;
use crate::log::reason::Reason;
use crate::log::spool::{Slot, Spool};

/// A line of a batch, request or answer.
pub(crate) struct BatchFile;

/// Halves that wait for the other.
pub(crate) struct Waiting {
    requests: Halves,
    answers: Halves,
    store: Spool,
    /// Lines so far, which distinguish halves of one name.
    lines: u64,
    has_answers: bool,
}

/// Number of bytes of them that lie in memory.
const IN_MEMORY: usize = 16 << 20;

/// By `custom_id` and in the order of the log.
type Halves = BTreeMap<(String, u64), BatchHalf>;

/// A half of an exchange; a request without a body reads no prompt.
struct Half {
    id: String,
    place: Place,
    owner: Owner,
    body: Option<Value>,
}

/// A half that was put away; without a body it is the answer of a request that failed, or a request that reads no prompt.
struct BatchHalf {
    place: Place,
    owner: Owner,
    body: Option<Slot>,
}

impl LogFormat for BatchFile {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn about(&self) -> &'static str {
        "batch files of OpenAI and Anthropic, requests and answers joined by custom_id"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("custom_id").is_some()
            && ["body", "params", "response", "result"].iter().any(|key| line.field(key).is_some())
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Waiting::default())
    }
}

impl FormatReader for Waiting {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let id = text(&line, &["/custom_id"]).ok_or("`custom_id` is not a text")?;
        let (place, owner) = (context.place, context.owner.clone());
        let remarks = &mut context.remarks;
        let exchange = match take(&mut line, "body").or_else(|| take(&mut line, "params")) {
            Some(body) => {
                let body = Some(body).filter(|_| !reads_no_prompt(&line));
                self.request(Half { id, place, owner, body }, remarks)?
            }
            None => self.answer(Half { id, place, owner, body: answer(&mut line) }, remarks)?,
        };
        Ok(exchange.into_iter().collect())
    }

    /// Requests without an answer, which are exchanges nonetheless, and what is to be said of them and of other lines.
    fn end(&mut self, context: &mut LineContext) -> Vec<Exchange> {
        let remarks = &mut context.remarks;
        let Self { requests, answers, mut store, has_answers, .. } = std::mem::take(self);
        let mut exchanges = Vec::new();
        let mut answers: Vec<BatchHalf> = answers.into_values().collect();
        answers.sort_by_key(|answer| answer.place);
        for BatchHalf { place, owner, body } in answers {
            let Some(body) = body else { continue };
            match store.fetch(body).and_then(|answer| unasked(place, &owner, answer)) {
                Ok(exchange) => {
                    exchanges.push(exchange);
                    remarks.push(Skip { place, reason: LONELY.into(), is_read: true });
                }
                Err(reason) => remarks.push(Skip { place, reason, is_read: false }),
            }
        }
        let mut requests: Vec<BatchHalf> = requests.into_values().collect();
        requests.sort_by_key(|request| request.place);
        for BatchHalf { place, owner, body } in requests {
            let Some(body) = body else { continue };
            match store.fetch(body).and_then(|request| joined(place, &owner, request, None)) {
                Ok(exchange) => {
                    exchanges.push(exchange);
                    if has_answers {
                        remarks.push(Skip { place, reason: UNANSWERED.into(), is_read: true });
                    }
                }
                Err(reason) => remarks.push(Skip { place, reason, is_read: false }),
            }
        }
        remarks.sort_by_key(|remark| remark.place);
        exchanges
    }
}

const FAILED: &str = "the request failed: there is no answer";
const AMBIGUOUS: &str = "another line has the same `custom_id`: requests and answers with it are joined in their order";
const LONELY: &str = "an answer of a batch without its request: usage is read, the prompt is not known";
const UNANSWERED: &str = "a request of a batch without its answer: the prompt is read, usage is not known";

/// True if the request of a line is for what has no prompt in this program's sense.
fn reads_no_prompt(line: &Value) -> bool {
    const OTHERS: [&str; 6] = ["embedding", "moderation", "image", "video", "audio", "rerank"];
    let url = text(line, &["/url"]).unwrap_or_default();
    OTHERS.iter().any(|other| url.contains(other))
}

/// The response's body of an answer that went well.
fn answer(line: &mut Value) -> Option<Value> {
    if failure::is_said(&line["response"]) {
        return None;
    }
    ["/response/body", "/result/message"].iter().find_map(|at| Some(line.pointer_mut(at)?.take()))
}

impl Default for Waiting {
    fn default() -> Self {
        let (requests, answers) = Default::default();
        Self { requests, answers, store: Spool::new(IN_MEMORY), lines: 0, has_answers: false }
    }
}

impl Waiting {
    /// Takes up a request; gives the exchange where its answer is there.
    fn request(&mut self, request: Half, remarks: &mut Vec<Skip>) -> Result<Option<Exchange>, Reason> {
        let Some(answer) = take_first(&mut self.answers, &request.id) else {
            self.put(request, |waiting| &mut waiting.requests, remarks)?;
            return Ok(None);
        };
        // Without a body it failed: nothing was billed.
        let (Some(asked), Some(body)) = (request.body, answer.body) else { return Ok(None) };
        let owner = request.owner.or(&answer.owner);
        joined(request.place, &owner, asked, Some(self.store.fetch(body)?)).map(Some)
    }

    /// Takes up an answer; gives the exchange where its request is there.
    fn answer(&mut self, answer: Half, remarks: &mut Vec<Skip>) -> Result<Option<Exchange>, Reason> {
        self.has_answers = true;
        let has_failed = answer.body.is_none();
        match take_first(&mut self.requests, &answer.id) {
            None => self.put(answer, |waiting| &mut waiting.answers, remarks)?,
            Some(BatchHalf { place, owner, body: Some(body) }) if !has_failed => {
                let request = self.store.fetch(body)?;
                return joined(place, &owner.or(&answer.owner), request, answer.body).map(Some);
            }
            Some(_) => {}
        }
        if has_failed { Err(FAILED.into()) } else { Ok(None) }
    }

    /// Stores a half, with a remark if another of its name waits.
    fn put(&mut self, half: Half, halves: fn(&mut Self) -> &mut Halves, remarks: &mut Vec<Skip>) -> Result<(), Reason> {
        let Half { id, place, owner, body } = half;
        if first(halves(self), &id).is_some() {
            remarks.push(Skip { place, reason: AMBIGUOUS.into(), is_read: true });
        }
        let body = body.map(|body| self.store.put(&body)).transpose()?;
        self.lines += 1;
        let line = self.lines;
        halves(self).insert((id, line), BatchHalf { place, owner, body });
        Ok(())
    }
}

/// Makes one exchange of both lines; its place is the place of its request.
fn joined(place: Place, owner: &Owner, request: Value, answer: Option<Value>) -> Result<Exchange, Reason> {
    let exchange = Envelope { outside: json!({}), request, response: answer, ..Envelope::default() }.read()?;
    let usage = Usage { service_tier: Some("batch".into()), ..exchange.usage };
    Ok(owner.name(Exchange { place, usage, format: Some(BatchFile.name()), ..exchange }))
}

/// Reads an answer without its request.
fn unasked(place: Place, owner: &Owner, answer: Value) -> Result<Exchange, Reason> {
    let exchange = Envelope { outside: json!({}), response: Some(answer), ..Envelope::default() }.usage_only()?;
    if exchange.usage.known() == 0 {
        return Err("an answer without its request and without usage".into());
    }
    let usage = Usage { service_tier: Some("batch".into()), ..exchange.usage };
    Ok(owner.name(Exchange { place, usage, format: Some(BatchFile.name()), ..exchange }))
}

/// The half of this name that has waited longest.
fn first(halves: &Halves, id: &str) -> Option<u64> {
    let (key, _) = halves.range((id.to_owned(), 0)..).next()?;
    (key.0 == id).then_some(key.1)
}

fn take_first(halves: &mut Halves, id: &str) -> Option<BatchHalf> {
    let line = first(halves, id)?;
    halves.remove(&(id.to_owned(), line))
}
