//! The bodies of the providers' APIs: which API a body belongs to, and its request and response as ours.
//!
//! A container (a wrapper line, a HAR file, a batch) finds the bodies; what they say is read here, by the same code for all.

use std::slice;

use serde_json::Value;

use super::envelope::{self, Envelope};
use super::format::{LogFormat, Memory};
use super::{anthropic, bedrock, chat, gemini, responses, stream};
use crate::exchange::{Exchange, Request, Response};

/// An API by the bodies it exchanges.
pub(super) trait Api: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is, in one line.
    fn about(&self) -> &'static str;
    /// The key of a request that holds what the model is to read.
    fn input(&self) -> &'static str;
    /// Whether a body is one of its requests, judged by what no other API has.
    fn is_request(&self, body: &Value) -> bool;
    /// Whether a call is one of its own, where the answer is there to tell what the request leaves open.
    fn is_call(&self, request: &Value, _answer: &Value) -> bool {
        self.is_request(request)
    }
    /// Reads a request.
    fn request(&self, body: Value) -> Result<Request, String>;
    /// Whether a body is one of its responses.
    fn is_response(&self, body: &Value) -> bool;
    /// Reads a response.
    fn response(&self, body: &Value) -> Result<Response, String>;
    /// Puts the events of a stream together into a response of the unstreamed shape; `None` for another API's events.
    fn assemble(&self, events: &[Value]) -> Option<Value>;
}

/// All APIs, in the order in which a body is tried.
pub(super) const APIS: &[&dyn Api] = &[
    &gemini::GenerateContent,
    &bedrock::Converse,
    &anthropic::Messages,
    &responses::Responses,
    &chat::CHAT,
    &chat::COMPLETIONS,
];

/// An API's bodies as lines: bare as sent, or in an envelope `{"timestamp", "request", "response", …}`.
pub(super) struct Bodies(pub(super) &'static dyn Api);

impl LogFormat for Bodies {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn about(&self) -> &'static str {
        self.0.about()
    }

    fn recognises(&self, line: &Value) -> bool {
        let body = envelope::body(line);
        let answer = envelope::answer(line);
        let by_answer = || {
            // A conversation that says nothing of its API has it from the answer, or from what its stream begins with.
            let begins = || stream::is_event(&answer) && self.0.assemble(slice::from_ref(&answer)).is_some();
            let is_open = body.get(self.0.input()).is_some() && line.get("response").is_some();
            is_open && (self.0.is_response(&answer) || begins())
        };
        body.is_object() && (self.0.is_call(body, &answer) || by_answer())
    }

    fn read(&self, line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        Ok(vec![Envelope::open(line).read_as(self.0)?])
    }
}

/// The API that a request belongs to.
///
/// # Errors
/// What an unknown body lacks.
pub(super) fn of_request(body: &Value) -> Result<&'static dyn Api, String> {
    of_call(body, &Value::Null)
}

/// The API that a call belongs to, by its request and, where that leaves it open, its answer.
///
/// # Errors
/// What an unknown body lacks.
pub(super) fn of_call(body: &Value, answer: &Value) -> Result<&'static dyn Api, String> {
    if !body.is_object() {
        return Err("the request is not a JSON object".into());
    }
    let api = APIS.iter().copied().find(|api| api.is_call(body, answer));
    api.ok_or_else(|| "the request has neither `messages` nor `prompt`, `input` or `contents`".into())
}

/// Reads a response by its own shape, or as `otherwise` would; a list is a stream's events.
pub(super) fn unstreamed(body: Value) -> Value {
    let Value::Array(list) = body else { return body };
    let events = stream::events(list);
    APIS.iter().find_map(|api| api.assemble(&events)).unwrap_or(Value::Array(events))
}

/// Reads a response in the shape it has.
pub(super) fn response(body: &Value) -> Result<Response, String> {
    match APIS.iter().find(|api| api.is_response(body)) {
        Some(api) => api.response(body),
        None => chat::CHAT.response(body),
    }
}
