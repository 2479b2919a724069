//! Copies of what can be read once: pipes, which are copied as they are read, so that another pass finds the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::input::{Lines, Source};
use crate::rewind;

/// Bytes of a copy that lie in memory; what comes behind them goes to a file without a name.
const IN_MEMORY: usize = 64 << 20;

/// The copies of a run's sources, by their index.
#[derive(Default)]
pub(crate) struct Copies(BTreeMap<usize, rewind::Copy>);

impl Copies {
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
        if let Some(copy) = self.0.get(&index) {
            return Lines::within(progress(Box::new(copy.read_again())), Some(max_memory));
        }
        let copy = rewind::Copy::new(IN_MEMORY);
        self.0.insert(index, copy.clone());
        source.open(max_memory, move |raw| Box::new(copy.fill_from(progress(raw))))
    }
}
