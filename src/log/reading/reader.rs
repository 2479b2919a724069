//! Reads sources line by line into exchanges; a bad line is an entry of its own and never stops the run.

use std::io;
use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Exchange, Place};
use crate::input::{Chunk, End, Line, Lines};
use crate::log::format::{LineContext, LogFormat, Skip};
use crate::log::gateway::har;
use crate::log::options::Options;
use crate::log::reading::bodies;
use crate::log::reading::diagnose::{self, is_bracket};
use crate::log::reading::entries::{DocumentPart, Entries, Kind, of_torn_list};
use crate::log::reading::line::{LineReader, LinesToRead, ReadAlone, ReadChunk, ReadLine};
use crate::log::reading::open_source::OpenSource;
use crate::log::reading::parse::{elements, parse};
use crate::log::reading::queue::{self, Queue};
use crate::log::reading::readers::Readers;
use crate::log::reading::{wrapped, yaml};
use crate::log::reason::Reason;
use crate::log::registry::{self, detect};
use crate::log::value_budget;
use crate::parallel::{OrderedMap, Pool};

/// Entries of a batch at most: enough to be worth a thread's while, few enough that a document is shared among threads.
const BATCH: usize = 128;

/// The result of reading a line.
#[derive(Clone, Debug)]
pub enum Entry {
    /// An exchange.
    Exchange(Arc<Exchange>),
    /// Something else, with the reason.
    Skip(Skip),
}

/// Entries in the order of the log.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// At least one.
    pub entries: Vec<Entry>,
    /// The bytes that were read for them.
    pub bytes: usize,
}

/// The exchanges of one source after the other.
pub struct LogReader {
    pool: Arc<Pool>,
    line_reader: Arc<LineReader>,
    chunks: OrderedMap<LinesToRead, ReadChunk>,
    readers: Readers,
    /// The source whose calls are asked for.
    current: OpenSource,
    /// The source after it, of which the threads read what they have time for.
    ahead: Option<OpenSource>,
    /// Entries of a large document that were not given to a thread yet.
    entries: Option<Entries>,
    /// True if an entry of the document that is being read was a call, or was named as one that cannot be read.
    has_found: bool,
    /// A chunk whose memory can be used again.
    spent: Chunk,
    /// Entries that were not yet asked for, and the bytes read since they were.
    queue: Queue,
    bytes: usize,
    /// The id that the name of the source gives to its first call.
    id_of_file: Option<u128>,
}

impl LogReader {
    /// Reads nothing yet.
    pub fn new(options: Options) -> Self {
        let pool = Arc::new(Pool::new(options.threads));
        let line_reader = Arc::new(LineReader::new(options));
        let reads_lines = Arc::clone(&line_reader);
        Self {
            chunks: OrderedMap::new(Arc::clone(&pool), move |given| reads_lines.chunk(given)),
            pool,
            line_reader,
            readers: Readers::default(),
            current: OpenSource::default(),
            ahead: None,
            entries: None,
            has_found: false,
            spent: Chunk::default(),
            queue: Queue::default(),
            bytes: 0,
            id_of_file: None,
        }
    }

    /// The threads that read, which other work can share.
    pub fn pool(&self) -> Arc<Pool> {
        Arc::clone(&self.pool)
    }

    /// Goes on with `lines`, the source with index `source`.
    pub fn open(&mut self, lines: Lines, source: usize) {
        self.current = OpenSource::new(lines, source, self.options());
        self.queue.begin_source();
        self.id_of_file = None;
    }

    /// Lets the threads read the source that is opened next while the calls of this one are taken.
    pub fn read_ahead(&mut self, lines: Lines, source: usize) {
        self.ahead = Some(OpenSource::new(lines, source, self.options()));
    }

    /// Goes on with the source that was read ahead, which has this name.
    pub fn open_ahead(&mut self, name: &str) {
        self.current = self.ahead.take().unwrap_or_default();
        self.queue.begin_source();
        self.id_of_file = queue::id_of_file(name);
    }

    /// The same with a source of this name, which may tell the file of its other half.
    pub fn open_file(&mut self, lines: Lines, source: usize, name: &str) {
        self.open(lines, source);
        self.id_of_file = queue::id_of_file(name);
    }

    /// The next entries of the source; blank lines are skipped without an entry, and so are lines of a known format that are no
    /// exchange.
    ///
    /// # Errors
    /// Fails if reading or unpacking fails; the entries before it were good.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch>> {
        loop {
            let entries: Vec<Entry> = std::iter::from_fn(|| self.queue.next()).take(BATCH).collect();
            if !entries.is_empty() {
                return Ok(Some(Batch { entries, bytes: std::mem::take(&mut self.bytes) }));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The exchanges that wait for a line when all sources are read.
    pub fn finish(&mut self) -> Batch {
        let exchanges = self.readers.end();
        self.push_all(exchanges);
        self.push_remarks();
        Batch { entries: self.queue.end(), bytes: 0 }
    }

    /// Reads on; `false` where the source has ended and left nothing.
    fn fill(&mut self) -> io::Result<bool> {
        self.give_out();
        if self.current.in_flight > 0
            && let Some(read) = self.chunks.pop()
        {
            self.current.in_flight -= 1;
            self.bytes += read.chunk.size();
            self.queue.advance(read.chunk.size());
            self.take(read);
            return Ok(true);
        }
        match std::mem::replace(&mut self.current.end, End::Full) {
            End::Full if self.current.lines.is_none() => Ok(self.rest()),
            End::Full => Ok(true),
            End::Stop(number) => self.opening(number).map(|()| true),
            End::Failed(error) => {
                self.current.lines = None;
                Err(error)
            }
            End::Source => {
                self.current.lines = None;
                Ok(true)
            }
        }
    }

    /// Takes the entries that are left of a source that has ended; `false` if there are none.
    fn rest(&mut self) -> bool {
        let next = self.readers.next_of_source();
        let has_left = next.is_some() || !self.readers.context.remarks.is_empty();
        self.push_all(next);
        self.push_remarks();
        if !has_left {
            self.queue.end_source();
        }
        has_left || self.queue.is_ready()
    }

    /// Gives lines to the threads, as far ahead as there is room, but not beyond what may be a document's first line.
    fn give_out(&mut self) {
        let bytes = self.options().chunk;
        while let Some(entries) = self.entries.as_mut().filter(|_| self.chunks.has_room()) {
            match entries.next(bytes) {
                Some((chunk, part)) => self.current.give(&mut self.chunks, chunk, Some(part)),
                None => self.entries = None,
            }
        }
        if self.entries.is_some() {
            return;
        }
        self.current.give_lines(&mut self.chunks, self.line_reader.options.chunk, &mut self.spent);
        if self.current.is_given_out()
            && let Some(ahead) = &mut self.ahead
        {
            ahead.give_lines(&mut self.chunks, self.line_reader.options.chunk, &mut self.spent);
        }
    }

    /// Takes lines back from the threads.
    fn take(&mut self, read: ReadChunk) {
        let ReadChunk { chunk, lines, part } = read;
        self.queue.had_call();
        for (index, ((number, line), reading)) in chunk.lines().zip(lines).enumerate() {
            let place = Place::new(self.current.source, number);
            match reading {
                ReadLine::Exchange(mut exchange) => {
                    if part.is_some() {
                        exchange.place = self.readers.place_of_next(place, 1);
                    }
                    self.push_all([*exchange]);
                }
                ReadLine::Value(value) => self.value(value, place),
                ReadLine::Known(line, format, owner) => {
                    let exchanges = self.readers.prepared(format, line, &owner, place);
                    self.push_known(exchanges, place);
                }
                ReadLine::Read(mut read) => {
                    if let Some(part) = &part {
                        // A value of a list has a number also if it is no call.
                        let numbers = read.calls().max(usize::from(part.kind == Kind::List));
                        read.number(self.readers.place_of_next(place, numbers));
                    }
                    let ReadAlone { exchanges, context: LineContext { skips, remarks, .. } } = *read;
                    self.readers.context.remarks.extend(remarks);
                    self.push_read(exchanges, skips, place);
                }
                ReadLine::Mended(value) => self.mended(value, place),
                ReadLine::NotJson(error) => {
                    if let Line::Bytes(bytes) = line {
                        match &part {
                            None => self.not_json(bytes, &error, place),
                            Some(part) => {
                                let reason = diagnose::described(bytes, &error);
                                self.skip(place, format!("{}: {reason}", part.place(index)));
                            }
                        }
                    }
                }
                ReadLine::Skip(reason) => self.skip(place, reason),
                ReadLine::Blank => {}
                ReadLine::TooLong(length) => {
                    let most = self.options().max_line;
                    self.skip(place, format!("{length} bytes long; lines up to {most} bytes are read, longer ones with a larger --max-line"));
                }
            }
        }
        if let Some((part, (number, _))) = part.zip(chunk.lines().next()) {
            self.end_part(part, Place::new(self.current.source, number));
        }
        self.spent = chunk;
    }

    /// Takes up what a part of a document ends with it.
    fn end_part(&mut self, part: DocumentPart, place: Place) {
        self.has_found |= self.queue.had_call();
        let Some(all) = part.all else { return };
        match part.kind {
            Kind::List => self.end_list(),
            Kind::Har if !self.has_found => self.skip(place, har::no_call(all)),
            Kind::Har | Kind::Spans => {}
        }
        self.has_found = false;
    }

    /// Reads the line that the lines given out stopped at, and the document that it may open.
    fn opening(&mut self, number: u64) -> io::Result<()> {
        let large = self.options().large;
        let Some(lines) = &mut self.current.lines else { return Ok(()) };
        let place = Place::new(self.current.source, number);
        let may_be_yaml = std::mem::take(&mut self.current.may_be_yaml) && yaml::may_begin(lines.line());
        if may_be_yaml && let Some(read) = yaml::read(lines)? {
            match read {
                Ok(value) => self.value(value, place),
                Err(reason) => self.skip(place, reason),
            }
            return Ok(());
        }
        if let Some(found) = Entries::find(lines.line(), large) {
            self.entries = Some(Entries::new(found, lines, number));
            return Ok(());
        }
        match parse(lines.line()) {
            Ok(value) => self.value(value, place),
            Err(error) if error.is_eof() => self.document(place, &error)?,
            Err(error) => {
                let bytes = lines.line().to_vec();
                match diagnose::mended(&bytes) {
                    Some(value) => self.mended(value, place),
                    None => self.not_json(&bytes, &error, place),
                }
            }
        }
        Ok(())
    }

    fn options(&self) -> &Options {
        &self.line_reader.options
    }

    fn push_all(&mut self, exchanges: impl IntoIterator<Item = Exchange>) {
        for mut exchange in exchanges {
            if let Some(id) = self.id_of_file.take() {
                exchange.call_ids = exchange.call_ids.iter().copied().chain([id]).collect();
            }
            let own = self.readers.finish(&mut exchange);
            [exchange].into_iter().chain(own).for_each(|call| self.queue.exchange(call));
        }
    }

    fn skip(&mut self, place: Place, reason: impl Into<Reason>) {
        self.queue.skip(Skip { place, reason: reason.into(), is_read: false });
    }

    fn push_remarks(&mut self) {
        self.readers.context.remarks.drain(..).for_each(|remark| self.queue.skip(remark));
    }

    /// Reads the rest of the source as JSON that is spread over lines; where it is none, line by line after all.
    fn document(&mut self, place: Place, torn: &serde_json::Error) -> io::Result<()> {
        let Some(lines) = &mut self.current.lines else { return Ok(()) };
        let first = lines.line().to_vec();
        let Some(bytes) = lines.document()? else {
            let most = self.options().max_line;
            let long = format!("one JSON value of more than {most} bytes; give a larger --max-line");
            return self.too_large(&first, torn, place, long);
        };
        if let Some(found) = Entries::find(bytes, self.line_reader.options.large) {
            self.entries = Some(Entries::new(found, lines, place.line));
            return Ok(());
        }
        if let Err(heavy) = value_budget::check(bytes) {
            return self.too_large(&first, torn, place, heavy.to_string());
        }
        let mut values = Vec::new();
        let mut error = None;
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
            match value {
                Ok(value) => values.push(value),
                Err(failed) => error = Some(failed),
            }
        }
        if let Some(error) = error {
            if let Some(value) = is_bracket(&first).then(|| diagnose::mended(bytes)).flatten() {
                self.mended(value, place);
                return Ok(());
            }
            let list = (is_bracket(&first) && error.is_eof()).then(|| bytes.to_vec());
            if list.is_some_and(|list| self.torn_list(&list, place)) {
                return Ok(());
            }
            if let Some(lines) = &mut self.current.lines {
                lines.reread();
            }
            self.not_json(&first, if is_bracket(&first) { &error } else { torn }, place);
            return Ok(());
        }
        for value in values {
            self.value(value, place);
        }
        Ok(())
    }

    /// Reads the whole entries of a list that breaks off; `false` for anything else.
    fn torn_list(&mut self, bytes: &[u8], place: Place) -> bool {
        let Some((whole, behind)) = of_torn_list(bytes) else { return false };
        for entry in &whole {
            match parse(&bytes[entry.clone()]) {
                Ok(value) => self.element(value, place),
                Err(error) => self.skip(place, diagnose::described(&bytes[entry.clone()], &error)),
            }
        }
        self.end_list();
        let whole = whole.len();
        self.skip(
            place,
            format!("a list that breaks off: its whole entries ({whole}) are read, {behind} bytes behind them are not"),
        );
        true
    }

    /// Passes over a document that is too large to be read. A torn line looks like one until the source ends: behind it lines are
    /// read on, none as a document again, for each would be read as far.
    fn too_large(&mut self, first: &[u8], torn: &serde_json::Error, place: Place, reason: String) -> io::Result<()> {
        let Some(lines) = &mut self.current.lines else { return Ok(()) };
        if is_bracket(first) {
            lines.pass_over()?;
            self.skip(place, reason);
        } else {
            lines.reread();
            self.current.has_documents = false;
            let line = Box::new(diagnose::described(first, torn));
            self.skip(place, Reason::OrDocument(line, reason));
        }
        Ok(())
    }

    /// A line's value; a list is one value after the other, and so is a page of an API.
    fn value(&mut self, value: Value, place: Place) {
        let is_list = value.is_array();
        for element in elements(value) {
            self.element(element, place);
        }
        if is_list {
            self.end_list();
        }
    }

    fn end_list(&mut self) {
        let ended = self.readers.end_of_list();
        self.push_all(ended);
        self.push_remarks();
    }

    /// The value of a line that was no JSON to the letter, and that it was not.
    fn mended(&mut self, value: Value, place: Place) {
        self.readers.context.remarks.push(Skip { place, reason: diagnose::MENDED.into(), is_read: true });
        self.value(value, place);
    }

    fn element(&mut self, mut value: Value, place: Place) {
        let format = bodies::open(&mut value).and_then(|()| registry::format_of(&value, self.options().format));
        if self.options().format.is_none() && wrapped::may_be(&value, &format) {
            let lines = wrapped::lines(&value);
            if !lines.is_empty() {
                return lines.into_iter().for_each(|line| self.element(line, place));
            }
        }
        match format {
            Ok(format) => self.known(value, format, place),
            Err(reason) => self.skip(place, reason),
        }
    }

    /// A value of this format.
    fn known(&mut self, value: Value, format: &'static dyn LogFormat, place: Place) {
        let exchanges = self.readers.line(format, value, place, &self.line_reader.options);
        self.push_known(exchanges, place);
    }

    /// The result of reading a line by the readers that all lines share.
    fn push_known(&mut self, exchanges: Result<Vec<Exchange>, Reason>, place: Place) {
        let skips = std::mem::take(&mut self.readers.context.skips);
        self.push_read(exchanges, skips, place);
    }

    /// The result of reading a line, with what was remarked upon.
    fn push_read(&mut self, exchanges: Result<Vec<Exchange>, Reason>, skips: Vec<Reason>, place: Place) {
        for reason in skips {
            self.skip(place, reason);
        }
        self.push_remarks();
        match exchanges {
            Ok(exchanges) => self.push_all(exchanges),
            Err(reason) => self.skip(place, reason),
        }
    }

    /// A line that is not JSON: a format of plain text, or what it seems to be.
    fn not_json(&mut self, bytes: &[u8], error: &serde_json::Error, place: Place) {
        if error.is_eof() && self.torn_list(bytes, place) {
            return;
        }
        let text = std::str::from_utf8(bytes).ok().map(Value::from);
        match text.filter(|text| detect(text).is_ok()) {
            Some(text) => self.element(text, place),
            None => self.skip(place, diagnose::described(bytes, error)),
        }
    }
}
