//! The registry of APIs: which API a body belongs to, and bodies as a log format.

use std::slice;

use serde_json::Value;

use crate::exchange::{Exchange, HasFields, Response};
use crate::log::body::api::Api;
use crate::log::body::envelope::{self, Envelope};
use crate::log::body::{
    anthropic, bedrock, chat, dashscope, gemini, interactions, no_prompt, other_shapes, responses, stream,
};
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::reason::Reason;

/// All APIs, in the order in which a body is tried.
pub(crate) const APIS: &[&dyn Api] = &[
    &gemini::GenerateContent,
    &bedrock::Converse,
    &anthropic::Messages,
    &interactions::Interactions,
    &dashscope::DashScope,
    &responses::Responses,
    &chat::CHAT,
    &chat::COMPLETIONS,
];

/// An API's bodies as lines: bare as sent, or in an envelope `{"timestamp", "request", "response", …}`.
#[derive(Clone, Copy)]
pub(crate) struct Bodies(pub(crate) &'static dyn Api);

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
            let is_open = body.field(self.0.input()).is_some() && line.field("response").is_some();
            is_open && (self.0.is_response(&answer) || begins())
        };
        body.is_object() && (self.0.is_call(body, &answer) || by_answer())
    }

    fn request_shape(&self) -> RequestShape {
        if self.0.parts().is_some() { RequestShape::OfApi } else { RequestShape::Other }
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(*self)
    }
}

impl FormatReader for Bodies {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if let Some(reason) = no_prompt::reason(&line, &envelope::answer(&line)) {
            context.remark(reason);
            return Ok(Vec::new());
        }
        Ok(vec![Envelope::open(line).read_as(self.0)?])
    }
}

/// The API that a request belongs to.
///
/// # Errors
/// Fails if the body is of no known API, and names what it lacks.
pub(crate) fn of_request(body: &Value) -> Result<&'static dyn Api, String> {
    of_call(body, &Value::Null)
}

/// The API that a call belongs to, by its request and, where that leaves it open, its answer.
///
/// # Errors
/// Fails if the body is of no known API, and names what it lacks.
pub(crate) fn of_call(body: &Value, answer: &Value) -> Result<&'static dyn Api, String> {
    if !body.is_object() {
        return Err("the request is not a JSON object".into());
    }
    let api = APIS.iter().copied().find(|api| api.is_call(body, answer));
    api.ok_or_else(|| "the request has neither `messages` nor `prompt`, `input` or `contents`".into())
}

/// A response in unstreamed shape, that of an API where others write their own; a list is a stream's events.
pub(crate) fn unstreamed(body: Value) -> Value {
    let Value::Array(list) = body else { return other_shapes::usual(&body).unwrap_or(body) };
    let events = stream::events(list);
    let assembled = APIS.iter().find_map(|api| api.assemble(&events)).or_else(|| other_shapes::assemble(&events));
    assembled.unwrap_or(Value::Array(events))
}

/// Reads a response in the shape it has.
pub(crate) fn response(body: &Value) -> Result<Response, String> {
    match APIS.iter().find(|api| api.is_response(body)) {
        Some(api) => api.response(body),
        None => chat::CHAT.response(body),
    }
}
