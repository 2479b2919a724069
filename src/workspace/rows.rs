//! Rows of a result, which are kept until it is certain that the pass that made them was the last.

use std::io::{self, Seek, SeekFrom, Write};

use anyhow::Context;
use serde::Serialize;
use tempfile::SpooledTempFile;

use crate::input::TEMPORARY_FILE_FAILED;

/// Bytes of rows that lie in memory; what comes behind them goes to a file without a name.
const IN_MEMORY: usize = 16 << 20;

/// JSON lines.
pub(crate) struct Rows(SpooledTempFile);

impl Default for Rows {
    fn default() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }
}

impl Rows {
    /// Keeps a row.
    ///
    /// # Errors
    /// There is no room for it.
    pub(crate) fn add(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(row)?;
        line.push(b'\n');
        self.0.write_all(&line).context(TEMPORARY_FILE_FAILED)
    }

    /// Writes all rows.
    ///
    /// # Errors
    /// Fails if the output cannot be written to.
    pub(crate) fn write(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.0, out).map(|_| ())
    }
}
