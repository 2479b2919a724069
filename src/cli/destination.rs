//! The place that a command's output goes to: stdout, or the file that `--output` names.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::input::special;
use crate::workspace::files::Draft;

/// The place that output goes to.
pub(super) enum Destination {
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
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else { return Ok(Self::Stream(stdout())) };
        let open = || match std::fs::metadata(path) {
            Ok(metadata) if special(&metadata).is_some() => {
                let stream: File = OpenOptions::new().write(true).open(path)?;
                Ok(Self::Stream(Box::new(BufWriter::new(stream))))
            }
            Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            _ => Ok(Self::File { draft: Draft::create(path)?, path: path.to_owned() }),
        };
        open().with_context(|| format!("cannot write {}", path.display()))
    }

    /// Brings to the end what was written.
    ///
    /// # Errors
    /// It cannot be written whole.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Stream(mut stream) => Ok(stream.flush()?),
            Self::File { draft, path } => draft.finish().with_context(|| format!("cannot write {}", path.display())),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.write(bytes),
            Self::File { draft, .. } => draft.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::File { draft, .. } => draft.flush(),
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
