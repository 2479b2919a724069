//! Rows of a result, which are kept until it is certain that the pass that made them was the last.

use std::borrow::Cow;
use std::io::{self, Seek, SeekFrom, Write};

use anyhow::Context;
use serde::Serialize;
use tempfile::SpooledTempFile;

use crate::input::TEMPORARY_FILE_FAILED;
use crate::report::visible_json;

/// Bytes of rows that lie in memory; what comes behind them goes to a file without a name.
const IN_MEMORY: usize = 16 << 20;

/// JSON lines.
pub(crate) struct Rows(SpooledTempFile);

impl Default for Rows {
    fn default() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }
}

/// A value as a line of JSON with its end, and no character in it that a terminal acts on.
///
/// # Errors
/// The value cannot be written as JSON.
pub(super) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    Ok(match visible_json(&line) {
        Cow::Borrowed(_) => line,
        Cow::Owned(escaped) => escaped,
    })
}

impl Rows {
    /// Keeps a row.
    ///
    /// # Errors
    /// There is no room for it.
    pub(crate) fn add(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        self.0.write_all(json_line(row)?.as_bytes()).context(TEMPORARY_FILE_FAILED)
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
