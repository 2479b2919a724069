//! The reader of servers' logs (vLLM, SGLang): most lines tell how the server fares, and requests are in them only if the server was
//! configured to log them.

use serde_json::Value;

use crate::exchange::{Exchange, Place};
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::reason::Reason;
use crate::log::server::{sglang, vllm};

/// The name of the reader that both formats share: both servers write the lines of the same web server, so that a line of either
/// may look like one of the other's.
pub(crate) const READER: &str = "server";

const TOLD: &str = "a server's log without requests: vLLM logs them with --enable-log-requests (newer versions also want \
                    VLLM_LOGGING_LEVEL=DEBUG), SGLang with --log-requests --log-requests-level 3";

/// Reads the lines of servers, and remembers which kinds there were.
#[derive(Default)]
pub(crate) struct ServerReader {
    /// The request whose prompt vLLM logged last.
    pub(crate) prompted: Option<String>,
    /// The first line that is of no request.
    other: Option<Place>,
    has_requests: bool,
}

impl ServerReader {
    /// Notes a line of a request, read or not.
    pub(crate) fn request(&mut self) {
        self.has_requests = true;
    }

    /// Notes a line that is of no request.
    pub(crate) fn other(&mut self, place: Place) {
        self.other.get_or_insert(place);
    }
}

impl FormatReader for ServerReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if sglang::SglangLog.recognises(&line) {
            Ok(sglang::line(line, self, context.place)?)
        } else {
            Ok(vllm::line(&line, self, context.place)?)
        }
    }

    /// Names one line if no log of the run has a request.
    fn end(&mut self, context: &mut LineContext) -> Vec<Exchange> {
        let place = self.other.take().filter(|_| !self.has_requests);
        context.remarks.extend(place.map(|place| Skip { place, reason: TOLD.into(), is_read: false }));
        Vec::new()
    }
}
