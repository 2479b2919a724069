//! A store for data that is needed later: in memory while it is small, else in a file without a name that goes with the program.

use std::io::{self, Read, Seek, SeekFrom, Write};

use serde_json::Value;
use tempfile::SpooledTempFile;

use super::reason::Reason;

/// Values that were put away.
pub(crate) struct Spool(SpooledTempFile);

/// Place of a value in the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    start: u64,
    length: usize,
}

impl Spool {
    /// Nothing yet; so many bytes of what comes lie in memory.
    pub(crate) fn new(in_memory: usize) -> Self {
        Self(SpooledTempFile::new(in_memory))
    }

    /// Puts a value away.
    ///
    /// # Errors
    /// There is no room for it.
    pub(crate) fn put(&mut self, value: &Value) -> Result<Slot, Reason> {
        let bytes = value.to_string().into_bytes();
        let mut write = || -> io::Result<Slot> {
            let start = self.0.seek(SeekFrom::End(0))?;
            self.0.write_all(&bytes)?;
            Ok(Slot { start, length: bytes.len() })
        };
        write().map_err(|error| failed(&error))
    }

    /// The value that lies there.
    ///
    /// # Errors
    /// The file cannot be read any more.
    pub(crate) fn fetch(&mut self, slot: Slot) -> Result<Value, Reason> {
        let mut bytes = vec![0; slot.length];
        let mut read = || {
            self.0.seek(SeekFrom::Start(slot.start))?;
            self.0.read_exact(&mut bytes)
        };
        read().map_err(|error| failed(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| failed(&error))
    }
}

fn failed(error: &impl ToString) -> Reason {
    Reason::TemporaryFile(error.to_string())
}
