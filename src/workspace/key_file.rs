//! Keys of fingerprints: read from a file, put into a new file, or made for one run and shown once.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, anyhow};

use super::files::{self, Existing};
use super::output::line_on_stderr;
use crate::hash::Key;

/// The key of a file; `None` if there is no such file.
///
/// # Errors
/// The file cannot be read, or the key is too weak.
pub(crate) fn existing(file: &Path) -> anyhow::Result<Option<Key>> {
    let text = match files::named_text(file, files::SMALL) {
        // A link that leads to nothing is no place for a key: it would be made wherever the link leads.
        Err(error) if error.kind() == ErrorKind::NotFound && file.symlink_metadata().is_err() => return Ok(None),
        read => read.with_context(|| format!("cannot read the key file {}", file.display()))?,
    };
    let weak = || {
        let (length, variety) = (Key::SHORTEST, Key::LEAST_VARIETY);
        anyhow!(
            "{}: the key is too weak: a key needs {length} characters or more, {variety} of them different",
            file.display()
        )
    };
    of_text(&text).map(Some).ok_or_else(weak)
}

/// A line feed at the end, as editors put it, is no part of the key.
fn of_text(text: &str) -> Option<Key> {
    Key::new(text.trim().as_bytes())
}

/// A new key, in a file that only its owner may read, or shown once.
///
/// # Errors
/// There are no random numbers, or the file cannot be written.
pub(crate) fn make(file: Option<&Path>) -> anyhow::Result<Key> {
    let text = Key::random().context("cannot make a key: the system provides no random numbers")?;
    match file {
        Some(file) => {
            files::write(file, format!("{text}\n").as_bytes(), Existing::Kept)
                .with_context(|| format!("cannot write a new key to {}", file.display()))?;
            line_on_stderr(&format!("made a new key: {}; keep it where the redacted log does not go", file.display()));
        }
        None => line_on_stderr(&format!(
            "redacted with a new key that is shown only here: {text} (in a file for --key-file, it redacts other logs alike)"
        )),
    }
    of_text(&text).context("a new key is too short")
}
