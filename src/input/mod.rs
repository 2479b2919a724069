//! Input: files and stdin as lines of bytes, gzip and zstd recognised by content.
//!
//! It knows nothing of what the lines hold. Memory is bounded by [`MAX_LINE`], not by the file.

mod foreign;
mod kind;
mod packed;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::ops::Range;

pub(crate) use foreign::{ENDINGS as FOREIGN_ENDINGS, word};
pub use kind::{special, stdin_is_fed};
pub(crate) use packed::{gunzipped, may_be_text};

/// The longest line that is read unless another limit is given, in bytes; longer ones are reported and skipped.
pub const MAX_LINE: usize = 64 << 20;

/// The name under which stdin is shown.
pub const STDIN: &str = "<stdin>";

/// Bytes from which on a line is long.
const LONG: usize = 1 << 20;

/// Bytes by which a line is read on that goes beyond its chunk.
const STEP: usize = 1 << 16;

/// A place that lines come from: a path, or `-` for stdin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// Its path as it is opened.
    pub name: String,
    /// The name under which it is shown, where that is another.
    shown: Option<String>,
    /// True if it was found in a folder, so that it may be no log.
    pub is_found: bool,
}

/// One line, or what stood in its place.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// Its bytes without the line ending (and without a byte order mark on the first).
    Bytes(&'a [u8]),
    /// It was longer than lines are read: its length in bytes.
    TooLong(usize),
}

/// The lines of one source, numbered from 1.
pub struct Lines {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    number: u64,
    /// The longest line or document that is read.
    longest: usize,
    /// Beginning and end, in the buffer, of the line last given.
    line: Range<usize>,
    /// Beginning of the bytes in the buffer that follow.
    unread: usize,
    /// The reader has given all: a terminal would be asked for its end once more.
    is_at_end: bool,
    /// The failure of the reader, told when the lines before it were given.
    failure: Option<io::Error>,
    /// Bytes that are still to come at least, as far as the size of a file tells.
    left: usize,
}

/// Found behind the line last given.
enum Following {
    /// A line.
    Line,
    /// A line of so many bytes, which are more than are kept.
    TooLong(usize),
    /// A line that is not whole yet, behind as many bytes as were asked for.
    Full,
    /// Nothing.
    End,
}

/// Lines that were read together.
#[derive(Debug, Default)]
pub struct Chunk {
    bytes: Vec<u8>,
    /// Their numbers, and where each lies, or its length where it was longer than lines are read.
    lines: Vec<(u64, Result<Range<usize>, usize>)>,
}

/// The reason why a chunk ends.
#[derive(Debug, Default)]
pub enum End {
    /// It has the bytes that were asked for.
    #[default]
    Full,
    /// The line with this number is not to be among others.
    Stop(u64),
    /// There are no more lines.
    Source,
    /// Reading or unpacking failed.
    Failed(io::Error),
}

impl Chunk {
    /// Number of bytes that it holds.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a line of this number.
    pub(crate) fn push(&mut self, number: u64, line: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line);
        self.lines.push((number, Ok(start..self.bytes.len())));
    }

    /// Its lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u64, Line<'_>)> {
        self.lines.iter().map(|(number, line)| match line {
            Ok(range) => (*number, Line::Bytes(&self.bytes[range.clone()])),
            Err(length) => (*number, Line::TooLong(*length)),
        })
    }
}

impl Source {
    /// A path, or `-`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), shown: None, is_found: false }
    }

    /// A file that was found in a folder, and the name under which it is shown.
    pub fn found(name: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { name: name.into(), shown: Some(shown.into()), is_found: true }
    }

    /// The name under which it is shown: [`STDIN`] for `-`, else as given.
    pub fn label(&self) -> &str {
        match &self.shown {
            Some(shown) => shown,
            None if self.name == "-" => STDIN,
            None => &self.name,
        }
    }

    /// Its size in bytes on disk, where it is a file.
    pub fn size(&self) -> Option<u64> {
        std::fs::metadata(&self.name).ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len())
    }

    /// Opens it, unpacked if it is gzip or zstd, with at most so much memory for that. `progress` wraps the raw bytes, so that it
    /// counts what [`Self::size`] counts.
    ///
    /// # Errors
    /// Fails as the operating system reports it; a directory is an error.
    pub fn open(
        &self,
        memory: usize,
        progress: impl FnOnce(Box<dyn Read + Send>) -> Box<dyn Read + Send>,
    ) -> io::Result<Lines> {
        let raw: Box<dyn Read + Send> = if self.name == "-" {
            Box::new(io::stdin())
        } else {
            let metadata = std::fs::metadata(&self.name)?;
            if metadata.is_dir() {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; name the log files in it"));
            }
            if let Some(kind @ ("a block device" | "a socket")) = special(&metadata) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {kind}, not a log")));
            }
            Box::new(File::open(&self.name)?)
        };
        let name = (self.name != "-").then(|| self.label());
        let lines = Lines::within(progress(raw), Some(memory), name)?;
        let size = self.size().and_then(|size| usize::try_from(size).ok());
        Ok(Lines { left: size.unwrap_or_default(), ..lines })
    }
}

/// The reason why a run ends where what does not fit in memory cannot be put away, and the way out. The system's reason follows.
pub(crate) const TEMPORARY_FILE_FAILED: &str =
    "cannot write a temporary file; TMPDIR (on Windows TEMP) names the folder for them, which needs room";

/// Tells whether reading failed because of the machine or the system, not of the input: no room, no permission, a broken disk.
pub fn is_failure_of_machine(error: &io::Error) -> bool {
    use io::ErrorKind::{OutOfMemory, PermissionDenied, StorageFull};
    error.raw_os_error().is_some() || matches!(error.kind(), OutOfMemory | PermissionDenied | StorageFull)
}

impl Lines {
    /// The lines of any bytes.
    ///
    /// # Errors
    /// Fails if the first bytes cannot be read.
    pub fn new(raw: impl Read + Send + 'static) -> io::Result<Self> {
        Self::within(raw, None, None)
    }

    /// The same, with at most so much memory for unpacking them, and the name of their file for advice.
    ///
    /// # Errors
    /// As above, and where bytes are packed in a way that is not unpacked here, or are no text.
    pub fn within(raw: impl Read + Send + 'static, memory: Option<usize>, name: Option<&str>) -> io::Result<Self> {
        let reader = packed::unpacked(raw, memory, name)?;
        Ok(Self {
            reader,
            buffer: Vec::new(),
            number: 0,
            longest: MAX_LINE,
            line: 0..0,
            unread: 0,
            is_at_end: false,
            failure: None,
            left: 0,
        })
    }

    /// The same lines, read up to this length.
    #[must_use]
    pub fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// The next lines up to about so many bytes, and why they end there. A line that `stops` is read and left out: it is the line
    /// last given. `spent` gives its memory.
    pub fn chunk(&mut self, bytes: usize, stops: impl Fn(&[u8]) -> bool, spent: Chunk) -> (Chunk, End) {
        let Chunk { bytes: mut buffer, mut lines } = spent;
        buffer.clear();
        lines.clear();
        // Room for the line that lies across the end, so that it is not moved.
        buffer.reserve(bytes + bytes / 4);
        buffer.extend_from_slice(&self.buffer[self.unread..]);
        self.buffer = buffer;
        self.unread = 0;
        let end = loop {
            match self.following_line(bytes, !lines.is_empty()) {
                Err(error) => break End::Failed(error),
                Ok(Following::End) => break End::Source,
                Ok(Following::Full) => break End::Full,
                Ok(Following::TooLong(length)) => lines.push((self.number, Err(length))),
                Ok(Following::Line) if stops(self.line()) => break End::Stop(self.number),
                Ok(Following::Line) => lines.push((self.number, Ok(self.line_range()))),
            }
        };
        let kept = if matches!(end, End::Stop(_)) { self.line.start } else { self.unread };
        let rest = self.buffer.split_off(kept);
        self.unread -= kept;
        self.line = 0..self.unread;
        (Chunk { bytes: std::mem::replace(&mut self.buffer, rest), lines }, end)
    }

    /// Puts the line at the next one that is not blank, and its number.
    fn following_line(&mut self, bytes: usize, may_be_full: bool) -> io::Result<Following> {
        let mut dropped = 0;
        let mut searched = self.unread;
        loop {
            if searched == self.unread && dropped == 0 {
                self.pass_over_blank_lines();
                searched = self.unread;
            }
            let end = memchr::memchr(b'\n', &self.buffer[searched..]).map(|found| searched + found + 1);
            searched = end.unwrap_or(self.buffer.len());
            let length = dropped + searched - self.unread;
            if length > self.longest {
                self.buffer.drain(self.unread..searched);
                (dropped, searched) = (length, self.unread);
            }
            if end.is_none() {
                if may_be_full && dropped == 0 && self.buffer.len() >= bytes {
                    return Ok(Following::Full);
                }
                if self.read(bytes)? {
                    continue;
                }
            }
            self.line = self.unread..searched;
            self.unread = searched;
            self.number += u64::from(length > 0);
            return Ok(match length {
                0 => Following::End,
                _ if dropped > 0 => Following::TooLong(length),
                _ => Following::Line,
            });
        }
    }

    /// Reads on, until so many bytes are there or a part of a long line; false at the end.
    fn read(&mut self, bytes: usize) -> io::Result<bool> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.is_at_end {
            return Ok(false);
        }
        let before = self.buffer.len();
        if before >= LONG {
            // Room for all of a long line at once: growing as it comes moves it again and again.
            self.buffer.reserve_exact(self.left.min(self.longest.saturating_sub(before)));
        }
        let wanted = bytes.saturating_sub(before).max(STEP);
        match self.reader.by_ref().take(wanted as u64).read_to_end(&mut self.buffer) {
            Ok(given) => {
                self.is_at_end = given < wanted;
                self.left = self.left.saturating_sub(given);
            }
            Err(failure) => self.failure = Some(failure),
        }
        Ok(self.buffer.len() > before || self.failure.is_some())
    }

    /// The line last given, without its ending.
    pub fn line(&self) -> &[u8] {
        &self.buffer[self.line_range()]
    }

    fn line_range(&self) -> Range<usize> {
        let start = self.start();
        let line = &self.buffer[start..self.line.end];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        start..start + line.strip_suffix(b"\r").unwrap_or(line).len()
    }

    /// The line last given and all that follows it, as one; `None` where that is longer than lines are read.
    ///
    /// # Errors
    /// Fails if reading or unpacking fails.
    pub fn document(&mut self) -> io::Result<Option<&[u8]>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let most = self.longest - self.buffer.len().min(self.longest);
        self.buffer.reserve_exact(self.left.min(most));
        self.reader.by_ref().take(most as u64 + 1).read_to_end(&mut self.buffer)?;
        self.unread = self.buffer.len();
        if self.buffer.len() > self.longest {
            return Ok(None);
        }
        Ok(Some(&self.buffer[self.start()..]))
    }

    /// Gives away the line or document last given, without a copy of it: all bytes up to its end, and where it begins among them.
    pub(crate) fn take(&mut self) -> (Vec<u8>, usize) {
        let start = self.start();
        let rest = self.buffer.split_off(self.unread);
        (self.line, self.unread) = (0..0, 0);
        (std::mem::replace(&mut self.buffer, rest), start)
    }

    /// Passes over all that follows.
    ///
    /// # Errors
    /// Fails if reading or unpacking fails.
    pub fn pass_over(&mut self) -> io::Result<()> {
        self.buffer.clear();
        (self.line, self.unread) = (0..0, 0);
        io::copy(&mut self.reader, &mut io::sink()).map(|_| ())
    }

    /// Gives what [`Self::document`] has read beyond the line once more, line by line.
    pub fn reread(&mut self) {
        let rest = self.buffer.split_off(self.line.end);
        self.unread = self.line.end;
        self.is_at_end = false;
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(rest).chain(reader));
    }

    /// Beginning of the text in the buffer: behind a byte order mark on the first line.
    fn start(&self) -> usize {
        let start = self.line.start;
        if self.number == 1 && self.buffer[start..].starts_with(b"\xef\xbb\xbf") { start + 3 } else { start }
    }

    /// Passes over lines of white space, many at once: a few kilobytes can unpack to a thousand million of them.
    fn pass_over_blank_lines(&mut self) {
        let unread = &self.buffer[self.unread..];
        let space = unread.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(unread.len());
        let Some(last) = memchr::memrchr(b'\n', &unread[..space]) else { return };
        self.number += memchr::memchr_iter(b'\n', &unread[..=last]).count() as u64;
        if last + 1 == unread.len() {
            self.buffer.truncate(self.unread);
        } else {
            self.unread += last + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<String> {
        read_in_chunks(bytes, 1 << 20)
    }

    fn read_in_chunks(bytes: Vec<u8>, size: usize) -> Vec<String> {
        let mut lines = Lines::new(Cursor::new(bytes)).unwrap();
        let mut all = Vec::new();
        let mut spent = Chunk::default();
        loop {
            let (chunk, end) = lines.chunk(size, |line| line == b"stop", spent);
            for (number, line) in chunk.lines() {
                match line {
                    Line::Bytes(bytes) => all.push(format!("{number}:{}", String::from_utf8_lossy(bytes))),
                    Line::TooLong(length) => all.push(format!("{number}:{length} bytes")),
                }
            }
            match end {
                End::Full => {}
                End::Stop(number) => all.push(format!("{number}!{}", String::from_utf8_lossy(lines.line()))),
                End::Source => return all,
                End::Failed(error) => panic!("{error}"),
            }
            spent = chunk;
        }
    }

    #[test]
    fn chunks_of_any_size_hold_the_lines_of_the_whole() {
        let log = (0..9_000).map(|line| match line % 40 {
            20 => "stop\n".into(),
            8 => " \t\r\n\n".into(),
            9 => format!("{}\r\n", "long ".repeat(line * 7)),
            _ => format!("line {line}\n"),
        });
        let log: String = log.collect();
        let expected = log.split_terminator('\n').zip(1..).filter(|(line, _)| !line.trim().is_empty());
        let expected = expected.map(|(line, number)| match line {
            "stop" => format!("{number}!stop"),
            line => format!("{number}:{}", line.trim_end_matches('\r')),
        });
        let expected: Vec<_> = expected.collect();
        for size in [0, 1, 7, 4_000, 1 << 16, 100_000, 1 << 20, 1 << 30] {
            assert!(read_in_chunks(log.clone().into_bytes(), size) == expected, "{size}");
        }
    }

    #[test]
    fn a_byte_order_mark_carriage_returns_and_a_torn_last_line_are_no_trouble() {
        assert_eq!(read(b"\xef\xbb\xbfa\r\n\r\nb".to_vec()), ["1:a", "3:b"]);
        assert!(read(Vec::new()).is_empty());
    }

    #[test]
    fn blank_lines_are_counted_and_not_given() {
        assert_eq!(read(b"\n \r\n\t\n a\n\n\n\n  \n b \n\n   ".to_vec()), ["4: a", "9: b ", "11:   "]);
        let many = [&b"\n".repeat(3 << 20)[..], b"a"].concat();
        assert_eq!(read(many), [format!("{}:a", (3 << 20) + 1)]);
    }

    #[test]
    fn several_gzip_members_read_as_one() {
        let mut packed = Vec::new();
        for text in ["a\nb", "c\n"] {
            let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            encoder.finish().unwrap();
        }
        assert_eq!(read(packed), ["1:a", "2:bc"]);
    }

    #[test]
    fn what_was_read_before_a_failure_is_given_before_it_as_lines_and_as_a_document() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("torn"))
            }
        }
        let lines = || Lines::new(Cursor::new(b"a\nstop\nrest".to_vec()).chain(Failing)).unwrap();
        let mut read = lines();
        let (chunk, end) = read.chunk(1 << 20, |_| false, Chunk::default());
        assert_eq!((chunk.lines().count(), matches!(end, End::Failed(_))), (2, true));
        let mut read = lines();
        let (chunk, end) = read.chunk(1 << 20, |line| line == b"stop", Chunk::default());
        assert_eq!((chunk.lines().count(), matches!(end, End::Stop(2)), read.line()), (1, true, &b"stop"[..]));
        assert_eq!(read.document().unwrap_err().to_string(), "torn");
    }

    #[test]
    fn a_line_beyond_the_bound_is_named_and_the_next_is_read() {
        let mut bytes = vec![b'x'; MAX_LINE + 10];
        bytes.extend(b"\nnext\n");
        assert_eq!(read(bytes), [format!("1:{} bytes", MAX_LINE + 11), "2:next".into()]);
    }
}
