//! Sources for another pass over the same logs: the requests that were read, if they were kept, else the same bytes. Pipes, which can be
//! read once, are copied as they are read.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::mem::take;

use super::kept::Kept;
use crate::input::{Lines, Source};
use crate::rewind;

/// Bytes of a copy that lie in memory; what comes behind them goes to a file without a name.
const IN_MEMORY: usize = 64 << 20;

/// Things that a pass over a run's sources leaves to the next.
#[derive(Default)]
pub(crate) struct Copies {
    /// The copies of pipes, by their index among the sources.
    pipes: BTreeMap<usize, rewind::Copy>,
    kept: Kept,
}

impl Copies {
    /// The requests that the passes before kept.
    pub(super) fn begin_pass(&mut self) -> Kept {
        take(&mut self.kept)
    }

    /// Takes up what a pass kept; no bytes are asked for any more where that is all.
    pub(super) fn end_pass(&mut self, kept: Kept) {
        if kept.is_whole() {
            self.pipes.clear();
        }
        self.kept = kept;
    }

    /// Opens a source, again if it was read before. `progress` wraps the raw bytes.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub(crate) fn open(
        &mut self,
        index: usize,
        source: &Source,
        max_memory: usize,
        progress: impl FnOnce(Box<dyn Read + Send>) -> Box<dyn Read + Send>,
    ) -> io::Result<Lines> {
        if source.size().is_some() {
            return source.open(max_memory, progress);
        }
        if let Some(copy) = self.pipes.get(&index) {
            return Lines::within(progress(Box::new(copy.read_again())), Some(max_memory), None);
        }
        let copy = rewind::Copy::new(IN_MEMORY);
        self.pipes.insert(index, copy.clone());
        source.open(max_memory, move |raw| Box::new(copy.fill_from(progress(raw))))
    }
}
