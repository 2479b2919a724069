//! One server: the blocks that it keeps.

use super::Eviction;
use super::uses::Used;
use crate::cache::Instant;
use crate::cache::index::{NONE, Slot};
use crate::cache::limits::Limits;
use crate::cache::table::Table;

/// A server's blocks.
pub(super) struct Server {
    /// The number that a block has here, in the order in which blocks came to this server.
    own: Vec<Slot>,
    known: Slot,
    table: Table,
    /// Prompt tokens of the requests that it was sent.
    pub(super) sent: u64,
}

impl Server {
    /// An empty server, to which any of so many blocks may come.
    pub(super) fn new(limits: Limits, eviction: Eviction, blocks: usize) -> Self {
        let table = Table::new(limits);
        let table = if eviction == Eviction::FirstIn { table.first_in_first_out() } else { table };
        Self { own: vec![NONE; blocks], known: 0, table, sent: 0 }
    }

    /// Number of blocks from the first on that can be served now.
    pub(super) fn held(&self, path: &[Slot], now: Instant) -> u32 {
        let held = path.iter().take_while(|slot| {
            let own = self.own[**slot as usize];
            own != NONE && self.table.probe(own, now).is_ok()
        });
        u32::try_from(held.count()).unwrap_or(u32::MAX)
    }

    /// Writes the blocks of a request.
    pub(super) fn keep(&mut self, path: &[Slot], used: &Used) {
        self.sent += used.prompt_tokens;
        for (index, slot) in path.iter().enumerate() {
            let own = &mut self.own[*slot as usize];
            if *own == NONE {
                *own = self.known;
                self.known += 1;
            }
            self.table.write(*own, used.now, used.visible_at(index));
        }
    }
}
