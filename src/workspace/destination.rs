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
    /// A file, which takes its place when it is complete; without a draft nothing is written to it yet.
    File { draft: Option<Draft>, path: PathBuf },
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
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.publish()
    }

    /// Brings to the end what was written so far; what follows is another report, and a file's own.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub(crate) fn publish(&mut self) -> anyhow::Result<()> {
        match &mut self.to {
            To::Stream(stream) => Ok(stream.flush()?),
            To::File { draft, path } => {
                let finished = draft.take().map_or(Ok(()), Draft::finish);
                finished.with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }

    /// Makes room for the next report: on an empty page of a terminal, behind the last one in a pipe, in place of it in a file.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub(crate) fn begin_again(&mut self) -> anyhow::Result<()> {
        match &mut self.to {
            To::Stream(stream) if self.look.is_terminal => Ok(stream.write_all(b"\x1b[H\x1b[2J")?),
            To::Stream(stream) => Ok(stream.write_all(b"\n")?),
            To::File { draft, path } => {
                *draft = Some(Draft::create(path).with_context(|| format!("cannot write {}", path.display()))?);
                Ok(())
            }
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
            _ => Ok(Self::File { draft: Some(Draft::create(path)?), path: path.to_owned() }),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stream(stream) => stream.write(bytes),
            To::File { draft: Some(draft), path } => draft.write(bytes).map_err(|error| cannot_write(path, &error)),
            To::File { draft: None, path } => Err(cannot_write(path, &io::Error::other("it is complete"))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stream(stream) => stream.flush(),
            To::File { draft: Some(draft), path } => draft.flush().map_err(|error| cannot_write(path, &error)),
            To::File { draft: None, .. } => Ok(()),
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
