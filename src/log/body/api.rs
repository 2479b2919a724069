//! An API by its bodies: how a request and a response are recognised and read.
//!
//! A container (a wrapper line, a HAR file, a batch) finds the bodies; what they say is read here, by the same code for all.

use serde_json::Value;

use crate::exchange::{Request, Response};
use crate::log::body::parts::Parts;

/// An API by the bodies it exchanges.
pub(crate) trait Api: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// Description of the API, in one line.
    fn about(&self) -> &'static str;
    /// The key of a request that holds what the model is to read.
    fn input(&self) -> &'static str;
    /// True if a body is one of its requests, judged by what no other API has.
    fn is_request(&self, body: &Value) -> bool;
    /// True if a call is one of its own, where the answer is there to tell what the request leaves open.
    fn is_call(&self, request: &Value, _answer: &Value) -> bool {
        self.is_request(request)
    }
    /// The explicit cache that stands for the beginning of a request's prompt, by its name.
    fn explicit_cache(&self, _request: &Value) -> Option<String> {
        None
    }
    /// Reads a request.
    fn request(&self, body: Value) -> Result<Request, String>;
    /// True if a body is one of its responses.
    fn is_response(&self, body: &Value) -> bool;
    /// Reads a response.
    fn response(&self, body: &Value) -> Result<Response, String>;
    /// The parts of a request that may be read apart from the line, on the fast path; `None` if there are none.
    fn parts(&self) -> Option<&'static Parts> {
        None
    }
    /// True if a message makes any request with it this API's, so that its parts cannot be read apart from the line.
    fn claims(&self, _message: &Value) -> bool {
        false
    }
    /// Puts the events of a stream together into a response of the unstreamed shape; `None` for another API's events.
    fn assemble(&self, events: &[Value]) -> Option<Value>;
}
