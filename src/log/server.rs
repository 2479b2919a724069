//! Logs of servers (vLLM, SGLang): most lines tell how the server fares, and requests are in them only where it was told to log them.

use super::Skip;
use crate::exchange::Place;

const TOLD: &str = "a server's log without a request in it: vLLM logs them with --enable-log-requests (newer versions also want \
                    VLLM_LOGGING_LEVEL=DEBUG), SGLang with --log-requests --log-requests-level 3";

/// What was seen of servers' logs.
#[derive(Default)]
pub(super) struct Server {
    /// The request whose prompt vLLM logged last.
    pub(super) prompted: Option<String>,
    /// The first line that is of no request.
    other: Option<Place>,
    has_requests: bool,
}

impl Server {
    /// Notes a line of a request, read or not.
    pub(super) fn request(&mut self) {
        self.has_requests = true;
    }

    /// Notes a line that is of no request.
    pub(super) fn other(&mut self, place: Place) {
        self.other.get_or_insert(place);
    }

    /// What is to be said where no line of any log was one of a request.
    pub(super) fn end(self) -> Option<Skip> {
        let place = self.other.filter(|_| !self.has_requests)?;
        Some(Skip { place, reason: TOLD.into(), is_read: false })
    }
}
