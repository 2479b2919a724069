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
    /// The file of this name, or stdout, to which nothing can be written where it is closed.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn open(path: Option<&Path>, look: Look, stdout_is_closed: bool) -> anyhow::Result<Self> {
        let to = match path.filter(|path| *path != Path::new("-")) {
            None if stdout_is_closed => To::Stream(Box::new(Closed)),
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
            To::File { draft, path } => draft.write(bytes).map_err(|error| cannot_write(path, &error)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stream(stream) => stream.flush(),
            To::File { draft, path } => draft.flush().map_err(|error| cannot_write(path, &error)),
        }
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
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

/// A stdout that was closed before the program began.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(closed())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error of writing to a closed stdout.
pub(crate) fn closed() -> io::Error {
    io::Error::other("stdout is closed")
}
