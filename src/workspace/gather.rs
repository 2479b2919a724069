//! The taking of requests as passes over logs replay them.

use super::logs::Logs;
use crate::exchange::Exchange;
use crate::simulation::Record;

/// Takes the requests of a pass. The passes know it by a pointer, since they would else be compiled anew for every command.
pub(super) trait Gather {
    /// Forgets the pass before.
    fn begin_again(&mut self);

    fn add(&mut self, logs: &Logs, record: Record) -> anyhow::Result<()>;
}

/// Results of a command of the requests of the last pass.
pub(super) struct Gathering<G, S, A> {
    pub(super) gathered: G,
    pub(super) start: S,
    pub(super) add: A,
}

impl<G, S: Fn() -> G, A: Fn(&mut G, &Logs, Record) -> anyhow::Result<()>> Gather for Gathering<G, S, A> {
    fn begin_again(&mut self) {
        self.gathered = (self.start)();
    }

    fn add(&mut self, logs: &Logs, record: Record) -> anyhow::Result<()> {
        (self.add)(&mut self.gathered, logs, record)
    }
}

/// Gives a record to the gatherer if it lies in the period that is asked for.
pub(super) fn give(
    gather: &mut dyn Gather,
    logs: &mut Logs,
    exchange: &Exchange,
    record: Record,
) -> anyhow::Result<()> {
    if !logs.is_asked_for(record.place, record.replayed_at) {
        return Ok(());
    }
    record.note_caveats(exchange, &mut logs.caveats);
    gather.add(logs, record)
}
