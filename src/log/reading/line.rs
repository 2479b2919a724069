//! Lines read by themselves, on several threads.
//!
//! Exchanges that span several lines are left to the reader, which takes the lines back in the order of the log.

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Exchange, Place, Scope};
use crate::input::{Chunk, Line};
use crate::log::body::stream;
use crate::log::format::{LineContext, PreparedLine};
use crate::log::options::Owner;
use crate::log::reading::bodies;
use crate::log::reading::diagnose;
use crate::log::reading::entries::DocumentPart;
use crate::log::reading::fast_path::FastPath;
use crate::log::reading::known_parts::KnownParts;
use crate::log::reading::parse::{page_key, parse, parse_without};
use crate::log::reading::readers::Readers;
use crate::log::reading::span_path::SpanPath;
use crate::log::reading::wrapped;
use crate::log::reason::Reason;
use crate::log::registry::{self, FORMATS};
use crate::log::trace::block_trace::{self, BlockTraceLine as BLOCK_TRACE};
use crate::log::trace::fast_path::{self as trace_fast_path, HASH_IDS};
use crate::log::{LogFormat, Options};

/// A line read by itself.
pub(crate) enum ReadLine {
    /// An exchange.
    Exchange(Box<Exchange>),
    /// JSON whose format is to be told.
    Value(Value),
    /// A line for this format to read, with the owner that it names.
    Known(PreparedLine, &'static dyn LogFormat, Owner),
    /// JSON that was read, as its format reads each line by itself.
    Read(Box<ReadAlone>),
    /// The same of a line that was JSON but for what [`diagnose::mended`] mends.
    Mended(Value),
    /// A line of a known format that is no exchange, with the reason.
    Skip(String),
    /// Something else.
    NotJson(serde_json::Error),
    /// White space.
    Blank,
    /// A line longer than lines may be: its length in bytes.
    TooLong(usize),
}

/// The result of reading a line by itself.
pub(crate) struct ReadAlone {
    pub(crate) exchanges: Result<Vec<Exchange>, Reason>,
    /// Reasons and remarks beside the exchanges.
    pub(crate) context: LineContext,
}

impl ReadAlone {
    /// Number of its calls.
    pub(crate) fn calls(&self) -> usize {
        self.exchanges.as_ref().map_or(0, Vec::len)
    }

    /// Numbers its calls among those of a line, of which the first is this one.
    pub(crate) fn number(&mut self, first: Place) {
        let calls = self.exchanges.iter_mut().flatten().map(|exchange| &mut exchange.place);
        let remarks = self.context.remarks.iter_mut().map(|remark| &mut remark.place);
        for place in calls.chain(remarks) {
            *place = first.further(place.within as usize);
        }
    }
}

/// Lines for a thread to read.
pub(crate) struct LinesToRead {
    pub(crate) chunk: Chunk,
    pub(crate) source: usize,
    /// The entries of a document that they are, if they are some.
    pub(crate) part: Option<DocumentPart>,
}

/// The lines of a chunk as they were found and as they were read.
pub(crate) struct ReadChunk {
    pub(crate) chunk: Chunk,
    pub(crate) lines: Vec<ReadLine>,
    pub(crate) part: Option<DocumentPart>,
}

/// All that a line is read with.
pub(crate) struct LineReader {
    pub(crate) options: Options,
    /// Set if the options leave the same result on the fast path.
    fast_path: Option<FastPath>,
    /// Set if they leave the same result on that of spans.
    span_path: Option<SpanPath>,
    /// Fields of a line that no format reads and no option names.
    left_out: Vec<&'static str>,
}

impl LineReader {
    pub(crate) fn new(options: Options) -> Self {
        let known = Arc::new(KnownParts::new(options.messages_memory()));
        let fast_path = FastPath::is_possible(&options).then(|| FastPath::knowing(&known));
        let span_path = SpanPath::is_possible(&options).then(|| SpanPath::new(&known));
        let left_out = FORMATS.iter().flat_map(|format| format.unread_fields()).copied();
        let left_out = left_out.filter(|field| !options.names(field)).collect();
        Self { options, fast_path, span_path, left_out }
    }

    pub(crate) fn chunk(&self, given: LinesToRead) -> ReadChunk {
        let LinesToRead { chunk, source, part } = given;
        let read = |(index, (number, line)): (usize, (u64, Line<'_>))| {
            let place = Place::new(source, number);
            match &part {
                None => self.line(line, place),
                Some(part) => self.entry(line, place, (part, index)),
            }
        };
        let lines = chunk.lines().enumerate().map(read).collect();
        ReadChunk { chunk, lines, part }
    }

    fn line(&self, line: Line<'_>, place: Place) -> ReadLine {
        let bytes = match line {
            Line::TooLong(length) => return ReadLine::TooLong(length),
            Line::Bytes(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => return ReadLine::Blank,
            Line::Bytes(bytes) => bytes,
        };
        match self.fast(bytes, place) {
            Some(Ok(exchange)) => return ReadLine::Exchange(exchange),
            Some(Err(reason)) => return ReadLine::Skip(reason),
            None => {}
        }
        if let Some(read) = self.spans(bytes, place, place.line) {
            return read;
        }
        if let Some(prepared) = self.prepared(bytes) {
            return prepared;
        }
        match parse_without(bytes, &self.left_out) {
            // Such a value may stand for several.
            Ok(value) if !value.is_object() || page_key(&value).is_some() => ReadLine::Value(value),
            Ok(value) => self.value(value, place, None),
            Err(error) => diagnose::mended(bytes).map_or(ReadLine::NotJson(error), ReadLine::Mended),
        }
    }

    /// Reads an entry of a part of a document.
    fn entry(&self, line: Line<'_>, place: Place, (part, index): (&DocumentPart, usize)) -> ReadLine {
        let Line::Bytes(bytes) = line else { return ReadLine::Blank };
        let (name, number) = (part.name(index), (part.before + index) as u64);
        let fast_path = self.fast_path.as_ref();
        if let Some(exchange) = fast_path.and_then(|path| path.read_if_likely(bytes, number, place, &self.options)) {
            let exchange = match name {
                Some(name) => exchange.with_entry(name),
                None => exchange,
            };
            return ReadLine::Exchange(exchange.into());
        }
        if let Some(read) = self.spans(bytes, place, number) {
            return read;
        }
        match parse(bytes) {
            Ok(value) => match stream::events(vec![value]).pop() {
                Some(value) => self.value(value, place, name),
                None => ReadLine::Blank,
            },
            Err(error) => diagnose::mended(bytes).map_or(ReadLine::NotJson(error), ReadLine::Mended),
        }
    }

    /// A line that a format knows by its bytes, if no pointer leads into it.
    fn prepared(&self, line: &[u8]) -> Option<ReadLine> {
        let Options { format: asked, scope, groups, .. } = &self.options;
        if scope.is_some() || !groups.is_empty() {
            return None;
        }
        let formats = FORMATS.iter().filter(|format| asked.is_none_or(|asked| asked.name() == format.name()));
        let (line, format) = formats.copied().find_map(|format| Some((format.prepare_bytes(line)?, format)))?;
        Some(ReadLine::Known(line, format, Owner::default()))
    }

    /// The spans of a line of this number, if they can be read the quick way.
    fn spans(&self, line: &[u8], place: Place, number: u64) -> Option<ReadLine> {
        let cut = self.span_path.as_ref()?.cut(line, number)?;
        let value = parse(&cut.rest).ok().filter(|value| value.is_object() && page_key(value).is_none())?;
        let ReadLine::Read(mut read) = self.value(value, place, None) else { return None };
        cut.put_back(read.exchanges.as_mut().ok()?)?;
        Some(ReadLine::Read(read))
    }

    /// Reads a value as its format does, if that reads each line by itself.
    fn value(&self, mut value: Value, place: Place, entry: Option<String>) -> ReadLine {
        let format = bodies::open(&mut value).and_then(|()| registry::format_of(&value, self.options.format));
        match format {
            // Such a value may stand for several.
            _ if entry.is_none() && self.options.format.is_none() && wrapped::may_be(&value, &format) => {
                ReadLine::Value(value)
            }
            Err(reason) => ReadLine::Skip(reason),
            Ok(format) if format.reads_lines_alone() => {
                let mut readers = Readers::default();
                readers.context.entry = entry;
                let exchanges = readers.line(format, value, place, &self.options);
                ReadLine::Read(Box::new(ReadAlone { exchanges, context: readers.context }))
            }
            Ok(format) => {
                let owner = Owner::find(&self.options, &value);
                ReadLine::Known(format.prepare(value), format, owner)
            }
        }
    }

    /// A line on a fast path, if that leaves the same result.
    fn fast(&self, line: &[u8], place: Place) -> Option<Result<Box<Exchange>, String>> {
        let of_messages = || {
            let exchange = self.fast_path.as_ref()?.read_if_likely(line, place.line, place, &self.options)?;
            Some(Ok(exchange.into()))
        };
        self.block_trace(line, place).or_else(of_messages)
    }

    /// A line of a block trace.
    fn block_trace(&self, line: &[u8], place: Place) -> Option<Result<Box<Exchange>, String>> {
        let Options { format, scope, groups, .. } = &self.options;
        let is_asked_for = format.is_none_or(|format| format.name() == BLOCK_TRACE.name());
        let cut = trace_fast_path::cut(line).filter(|_| is_asked_for && !self.options.names(HASH_IDS))?;
        let (owner, exchange) = match cut.numbers() {
            Some(numbers) if scope.is_none() && groups.is_empty() => {
                (Owner::default(), Ok(block_trace::of_numbers(&numbers, cut.hash_ids)))
            }
            _ => {
                let line = cut.read()?;
                (Owner::find(&self.options, &line.rest), block_trace::of_line(line))
            }
        };
        Some(exchange.map(|exchange| {
            let (scope, format) = (Scope::default(), Some(BLOCK_TRACE.name()));
            Box::new(owner.name(Exchange { place, scope, format, ..exchange }))
        }))
    }
}
