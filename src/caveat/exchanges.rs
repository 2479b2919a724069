//! Limits of every answer from a log, whichever command gives it: times that cannot be read, owners that were not found.

use super::{Caveats, Code};
use crate::exchange::Exchange;

impl Caveats {
    /// Looks at the next exchange of the run.
    pub fn see(&mut self, exchange: &Exchange) {
        let place = exchange.place;
        self.requests += 1;
        self.timed += u64::from(exchange.time.is_some());
        if exchange.has_unreadable_time {
            self.note(Code::UnreadableTime, place);
        } else if exchange.time.is_none() {
            self.note(Code::NoTime, place);
        }
        if let Some(pointer) = self.owner.as_ref().filter(|_| exchange.scope.named.is_none()) {
            let pointer = pointer.to_string();
            self.note_because(Code::NoOwner, &pointer, place);
        }
    }
}
