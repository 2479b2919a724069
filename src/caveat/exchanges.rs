//! Limits of every answer from a log, whichever command gives it: times that cannot be read, owners that were not found, requests that
//! are there twice.

use super::{Caveats, Code};
use crate::exchange::Exchange;
use crate::hash;

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
        let at_its_time = exchange.id.as_ref().zip(exchange.time);
        let at_its_time =
            at_its_time.map(|(id, time)| hash::chain(time.as_nanosecond().cast_unsigned(), id.as_bytes()));
        // Both are kept, whichever of them tells a later copy.
        let is_repeated = [at_its_time, answered(exchange)].into_iter().flatten().map(|call| !self.calls.insert(call));
        if is_repeated.fold(false, |any, is| any | is) {
            self.note(Code::RepeatedCall, place);
        }
    }
}

/// A digest of the provider's id of an answer and its counts: who logs one call a second time, as a gateway does beside an SDK, has
/// other clocks. Short ids are made up, and those of several answers may be the same.
fn answered(exchange: &Exchange) -> Option<u128> {
    let id = exchange.response.as_ref()?.id.as_ref().filter(|id| id.len() >= 8)?;
    let (prompt, output) = exchange.usage.prompt_tokens.zip(exchange.usage.output_tokens)?;
    Some(hash::chain(u128::from(prompt) << 64 | u128::from(output), id.as_bytes()))
}
