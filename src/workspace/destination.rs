//! The place that a command's output goes to: stdout, or the file that `--output` names.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::files::Draft;
use crate::input::special;
use crate::report::Look;

/// The place that output goes to, and the look that reports for people have there.
pub(crate) struct Destination {
    to: To,
    pub(crate) look: Look,
}

enum To {
    /// A terminal, a pipe, or whatever the shell put in place of stdout; a device or a pipe that was named.
    Stream(Box<dyn Write>),
    /// A file, which takes its place when it is complete.
    File { draft: Draft, path: PathBuf },
}

impl Destination {
    /// The file of this name, or stdout.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn open(path: Option<&Path>, look: Look) -> anyhow::Result<Self> {
        let to = match path.filter(|path| *path != Path::new("-")) {
            None => To::Stream(stdout()),
            Some(path) => To::open(path).with_context(|| format!("cannot write {}", path.display()))?,
        };
        Ok(Self { to, look })
    }

    /// Brings to the end what was written.
    ///
    /// # Errors
    /// It cannot be written whole.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match self.to {
            To::Stream(mut stream) => Ok(stream.flush()?),
            To::File { draft, path } => draft.finish().with_context(|| format!("cannot write {}", path.display())),
        }
    }
}

impl To {
    fn open(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(metadata) if special(&metadata).is_some() => {
                Ok(Self::Stream(Box::new(BufWriter::new(OpenOptions::new().write(true).open(path)?))))
            }
            Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            _ => Ok(Self::File { draft: Draft::create(path)?, path: path.to_owned() }),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stream(stream) => stream.write(bytes),
            To::File { draft, .. } => draft.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stream(stream) => stream.flush(),
            To::File { draft, .. } => draft.flush(),
        }
    }
}

/// Stdout, written line by line to a terminal and in blocks to a pipe.
fn stdout() -> Box<dyn Write> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        Box::new(LineWriter::new(stdout))
    } else {
        Box::new(BufWriter::with_capacity(1 << 16, stdout))
    }
}
