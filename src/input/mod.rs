//! Input: files and stdin as lines of bytes, gzip and zstd recognised by content.
//!
//! It knows nothing of what the lines hold. Memory is bounded by [`MAX_LINE`], not by the file.

mod packed;

use std::fs::{File, Metadata};
use std::io::{self, BufRead, Cursor, Read};
use std::ops::Range;

pub(crate) use packed::gunzipped;

/// The longest line that is read unless another limit is given, in bytes; longer ones are reported and skipped.
pub const MAX_LINE: usize = 64 << 20;

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
    reader: Box<dyn BufRead + Send>,
    buffer: Vec<u8>,
    number: u64,
    /// The longest line or document that is read.
    longest: usize,
    /// Beginning and end, in the buffer, of the line last given.
    line: Range<usize>,
}

/// Lines that were read together.
#[derive(Debug, Default)]
pub struct Chunk {
    bytes: Vec<u8>,
    /// Their numbers, and where each lies, or its length where it was longer than lines are read.
    lines: Vec<(u64, Result<Range<usize>, usize>)>,
}

/// The reason why a chunk ends.
#[derive(Debug)]
pub enum End {
    /// It has the bytes that were asked for.
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

    /// The name under which it is shown: `<stdin>` for `-`, else as given.
    pub fn label(&self) -> &str {
        match &self.shown {
            Some(shown) => shown,
            None if self.name == "-" => "<stdin>",
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
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory; name the log files in it"));
            }
            if let Some(kind @ ("a block device" | "a socket")) = special(&metadata) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("is {kind}, not a log")));
            }
            Box::new(File::open(&self.name)?)
        };
        Lines::within(progress(raw), Some(memory))
    }
}

/// True if a file or another program's output was put in the place of the keyboard.
pub fn stdin_is_fed() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        std::fs::metadata("/dev/stdin").is_ok_and(|stdin| stdin.is_file() || stdin.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    !io::IsTerminal::is_terminal(&io::stdin())
}

/// The kind of a file that is neither a regular file nor a folder, such as `a pipe`.
pub fn special(metadata: &Metadata) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        let kinds = [
            (kind.is_fifo(), "a pipe"),
            (kind.is_socket(), "a socket"),
            (kind.is_char_device(), "a character device"),
            (kind.is_block_device(), "a block device"),
        ];
        kinds.into_iter().find_map(|(is_it, name)| is_it.then_some(name))
    }
    #[cfg(not(unix))]
    (!metadata.is_file() && !metadata.is_dir()).then_some("a device")
}

/// Why the run ends where what does not fit in memory cannot be put away, and the way out. The system's reason follows.
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
        Self::within(raw, None)
    }

    /// The same, with at most so much memory for unpacking them.
    ///
    /// # Errors
    /// As above, and where bytes are packed in a way that is not unpacked here.
    pub fn within(raw: impl Read + Send + 'static, memory: Option<usize>) -> io::Result<Self> {
        let reader = packed::unpacked(raw, memory)?;
        Ok(Self { reader, buffer: Vec::new(), number: 0, longest: MAX_LINE, line: 0..0 })
    }

    /// The same lines, read up to this length.
    #[must_use]
    pub fn up_to(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// The next line that is not blank, and its number, read behind those that are in the buffer.
    fn following_line(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        let start = self.buffer.len();
        self.line = start..start;
        self.pass_over_blank_lines()?;
        let length = self.fill_line()?;
        self.line = start..self.buffer.len();
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        if length > self.longest {
            return Ok(Some((self.number, Line::TooLong(length))));
        }
        Ok(Some((self.number, Line::Bytes(self.line()))))
    }

    /// The next lines up to about so many bytes, and why they end there. A line that `stops` is read and left out: it is the line
    /// last given. `spent` gives its memory.
    pub fn chunk(&mut self, bytes: usize, stops: impl Fn(&[u8]) -> bool, spent: Chunk) -> (Chunk, End) {
        let Chunk { bytes: buffer, mut lines } = spent;
        self.buffer = buffer;
        self.buffer.clear();
        self.buffer.reserve(bytes + bytes / 4);
        lines.clear();
        let end = loop {
            match self.following_line() {
                Err(error) => break End::Failed(error),
                Ok(None) => break End::Source,
                Ok(Some((number, Line::TooLong(length)))) => lines.push((number, Err(length))),
                Ok(Some((number, Line::Bytes(line)))) if stops(line) => break End::Stop(number),
                Ok(Some((number, Line::Bytes(_)))) => lines.push((number, Ok(self.line_range()))),
            }
            if self.buffer.len() >= bytes {
                break End::Full;
            }
        };
        let rest = match end {
            End::Stop(_) => self.buffer.split_off(self.line.start),
            _ => Vec::new(),
        };
        let buffer = std::mem::replace(&mut self.buffer, rest);
        self.line = 0..self.buffer.len();
        (Chunk { bytes: buffer, lines }, end)
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
        let most = (self.longest - self.buffer.len().min(self.longest)) as u64;
        self.reader.by_ref().take(most + 1).read_to_end(&mut self.buffer)?;
        if self.buffer.len() > self.longest {
            return Ok(None);
        }
        Ok(Some(&self.buffer[self.start()..]))
    }

    /// Passes over all that follows.
    ///
    /// # Errors
    /// Fails if reading or unpacking fails.
    pub fn pass_over(&mut self) -> io::Result<()> {
        self.buffer.truncate(self.line.end);
        io::copy(&mut self.reader, &mut io::sink()).map(|_| ())
    }

    /// Gives what [`Self::document`] has read beyond the line once more, line by line.
    pub fn reread(&mut self) {
        let rest = self.buffer.split_off(self.line.end);
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(rest).chain(reader));
    }

    /// Beginning of the text in the buffer: behind a byte order mark on the first line.
    fn start(&self) -> usize {
        let start = self.line.start;
        if self.number == 1 && self.buffer[start..].starts_with(b"\xef\xbb\xbf") { start + 3 } else { start }
    }

    /// Passes over lines of white space, many at once: a few kilobytes can unpack to a thousand million of them.
    fn pass_over_blank_lines(&mut self) -> io::Result<()> {
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let space = available.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(available.len());
            let Some(last) = memchr::memrchr(b'\n', &available[..space]) else { return Ok(()) };
            self.number += memchr::memchr_iter(b'\n', &available[..=last]).count() as u64;
            self.reader.consume(last + 1);
        }
    }

    /// Reads up to the next line feed, keeping at most the longest line; the length counts all of them.
    fn fill_line(&mut self) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = memchr::memchr(b'\n', available).map(|found| found + 1);
            let taken = end.unwrap_or(available.len());
            length += taken;
            if length <= self.longest {
                self.buffer.extend_from_slice(&available[..taken]);
            } else {
                self.buffer.truncate(self.line.start);
                self.buffer.shrink_to(self.line.start.max(1 << 20));
            }
            self.reader.consume(taken);
            if end.is_some() || taken == 0 {
                return Ok(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<String> {
        let mut lines = Lines::new(Cursor::new(bytes)).unwrap();
        let mut all = Vec::new();
        loop {
            lines.buffer.clear();
            let Some((number, line)) = lines.following_line().unwrap() else { return all };
            match line {
                Line::Bytes(bytes) => all.push(format!("{number}:{}", String::from_utf8_lossy(bytes))),
                Line::TooLong(length) => all.push(format!("{number}:{length} bytes")),
            }
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
    fn a_line_beyond_the_bound_is_named_and_the_next_is_read() {
        let mut bytes = vec![b'x'; MAX_LINE + 10];
        bytes.extend(b"\nnext\n");
        assert_eq!(read(bytes), [format!("1:{} bytes", MAX_LINE + 11), "2:next".into()]);
    }
}
