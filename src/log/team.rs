//! Those who read: lines become exchanges on several threads, in the order of the log.
//!
//! A line is read here as far as it can be by itself. What a format makes of several lines is left to the reader, which takes the
//! lines back one after the other: the number of threads changes nothing but the time.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::Value;

use super::block_line::{self, HASH_IDS};
use super::block_trace::{self, BlockTraceLine as BLOCK_TRACE};
use super::format::LogFormat;
use super::reader::parse;
use super::skim::Skimmer;
use super::{Exchange, Options, Place, broken};
use crate::input::{Chunk, Line};

/// Chunks that are given out for each thread that helps.
const AHEAD: usize = 3;

/// Bytes beyond which no chunk is given out while another is, even where threads wait: a line may be as long as a thousand others.
const MOST_AHEAD: usize = 1 << 26;

/// What is done with each exchange before its turn.
pub type Work<T> = Arc<dyn Fn(&Exchange) -> T + Send + Sync>;

/// What a line is by itself.
pub(super) enum Reading<T> {
    /// An exchange, and what was made of it before its turn.
    Exchange(Box<Exchange>, T),
    /// JSON for a format to read.
    Value(Value),
    /// The same of a line that was no JSON to the letter.
    Mended(Value),
    /// A line of a known format that is no exchange, said why.
    Skip(String),
    /// Something else.
    NotJson(serde_json::Error),
    /// White space.
    Blank,
    /// It was longer than lines are read: its length in bytes.
    TooLong(usize),
}

/// The lines of a chunk, with what each is by itself.
pub(super) struct Read<T> {
    pub(super) chunk: Chunk,
    pub(super) lines: Vec<Reading<T>>,
}

/// All that a line is read with.
pub(super) struct Desk<T> {
    pub(super) options: Options,
    pub(super) work: Work<T>,
    /// The quick way, where it may be taken.
    skimmer: Option<Skimmer>,
}

/// Threads that read: the one that asks, which reads too where it would wait, and those that help it.
pub(super) struct Team<T> {
    pub(super) desk: Arc<Desk<T>>,
    table: Arc<Table<T>>,
    helpers: usize,
    /// Chunks that were given out, and taken back.
    given: usize,
    taken: usize,
    /// Bytes in those that were not taken back.
    bytes: usize,
}

/// Where chunks lie.
struct Table<T> {
    chunks: Mutex<Chunks<T>>,
    /// There is a chunk to read, or there never will be: those that help wait for it.
    was_given: Condvar,
    /// A chunk was read: the one that asks waits for it, where nothing is left to read.
    was_read: Condvar,
}

struct Chunks<T> {
    /// Those that nobody has begun, with their numbers and sources.
    unread: VecDeque<(usize, Chunk, usize)>,
    /// Those that wait to be taken, by number; a panic goes on where its chunk is taken.
    read: BTreeMap<usize, thread::Result<Read<T>>>,
    is_closed: bool,
}

impl<T> Desk<T> {
    fn new(options: Options, work: Work<T>) -> Self {
        let skimmer = Skimmer::is_possible(&options).then(|| Skimmer::new(options.messages_memory()));
        Self { options, work, skimmer }
    }

    pub(super) fn line(&self, line: Line<'_>, place: Place) -> Reading<T> {
        let bytes = match line {
            Line::TooLong(length) => return Reading::TooLong(length),
            Line::Bytes(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => return Reading::Blank,
            Line::Bytes(bytes) => bytes,
        };
        match self.quickly(bytes, place) {
            Some(Ok(exchange)) => {
                let made = (self.work)(&exchange);
                Reading::Exchange(exchange, made)
            }
            Some(Err(reason)) => Reading::Skip(reason),
            None => match parse(bytes) {
                Ok(value) => Reading::Value(value),
                Err(error) => broken::mended(bytes).map_or(Reading::NotJson(error), Reading::Mended),
            },
        }
    }

    /// A line the quick way, where that leaves the same result.
    fn quickly(&self, line: &[u8], place: Place) -> Option<Result<Box<Exchange>, String>> {
        let skimmed = || self.skimmer.as_ref()?.read(line, place, &self.options).map(|exchange| Ok(exchange.into()));
        self.block_line(line, place).or_else(skimmed)
    }

    /// A line of a block trace.
    fn block_line(&self, line: &[u8], place: Place) -> Option<Result<Box<Exchange>, String>> {
        let Options { format, scope, .. } = &self.options;
        let is_asked_for = format.is_none_or(|format| format.name() == BLOCK_TRACE.name());
        let is_scoped_by_ids = scope.as_ref().is_some_and(|pointer| pointer.names(HASH_IDS));
        let cut = block_line::cut(line).filter(|_| is_asked_for && !is_scoped_by_ids)?;
        let (scope, exchange) = match cut.numbers() {
            Some(numbers) if scope.is_none() => (None, Ok(block_trace::of_numbers(&numbers, cut.hash_ids))),
            _ => {
                let line = cut.read()?;
                (scope.as_ref().and_then(|pointer| pointer.name(&line.rest)), block_trace::of_line(line))
            }
        };
        Some(exchange.map(|exchange| {
            let mut exchange = Box::new(exchange);
            (exchange.place, exchange.scope, exchange.format) = (place, scope, Some(BLOCK_TRACE.name()));
            exchange
        }))
    }

    fn chunk(&self, chunk: Chunk, source: usize) -> Read<T> {
        let lines = chunk.lines().map(|(number, line)| self.line(line, Place { source, line: number })).collect();
        Read { chunk, lines }
    }
}

impl<T: Send + 'static> Team<T> {
    pub(super) fn new(options: Options, work: Work<T>) -> Self {
        let helpers = options.threads.saturating_sub(1);
        let (desk, table) = (Arc::new(Desk::new(options, work)), Arc::new(Table::default()));
        for _ in 0..helpers {
            let (desk, table) = (Arc::clone(&desk), Arc::clone(&table));
            thread::spawn(move || table.help(&desk));
        }
        Self { desk, table, helpers, given: 0, taken: 0, bytes: 0 }
    }

    /// Whether a chunk can be given out: enough that nobody waits while one is taken, and one alone where nobody helps.
    pub(super) fn has_room(&self) -> bool {
        let out = self.given - self.taken;
        out == 0 || out < 1 + AHEAD * self.helpers && self.bytes < MOST_AHEAD
    }

    /// Gives a chunk of a source to whoever comes first.
    pub(super) fn give(&mut self, chunk: Chunk, source: usize) {
        self.bytes += chunk.size();
        self.table.chunks().unread.push_back((self.given, chunk, source));
        self.table.was_given.notify_one();
        self.given += 1;
    }

    /// Takes back the chunk that was given out first; `None` where there is none.
    pub(super) fn take(&mut self) -> Option<Read<T>> {
        if self.given == self.taken {
            return None;
        }
        let read = self.table.wait_for(self.taken, &self.desk);
        let read = read.unwrap_or_else(|panic| resume_unwind(panic));
        self.taken += 1;
        self.bytes -= read.chunk.size();
        Some(read)
    }
}

impl<T> Drop for Team<T> {
    fn drop(&mut self) {
        let mut chunks = self.table.chunks();
        chunks.is_closed = true;
        chunks.unread.clear();
        self.table.was_given.notify_all();
    }
}

impl<T> Table<T> {
    /// Reads chunks until nobody is left to read for.
    fn help(&self, desk: &Desk<T>) {
        let mut chunks = self.chunks();
        while !chunks.is_closed {
            chunks = match chunks.unread.pop_front() {
                Some(unread) => self.read(chunks, unread, desk),
                None => wait(&self.was_given, chunks),
            };
        }
    }

    /// The chunk with this number, read; meanwhile others are.
    fn wait_for(&self, number: usize, desk: &Desk<T>) -> thread::Result<Read<T>> {
        let mut chunks = self.chunks();
        loop {
            if let Some(read) = chunks.read.remove(&number) {
                return read;
            }
            chunks = match chunks.unread.pop_front() {
                Some(unread) => self.read(chunks, unread, desk),
                None => wait(&self.was_read, chunks),
            };
        }
    }

    /// Reads a chunk while others may come to the table.
    fn read<'a>(
        &'a self,
        chunks: MutexGuard<'a, Chunks<T>>,
        (number, chunk, source): (usize, Chunk, usize),
        desk: &Desk<T>,
    ) -> MutexGuard<'a, Chunks<T>> {
        drop(chunks);
        // Nothing of a chunk is seen where reading it panicked: the panic goes on.
        let read = catch_unwind(AssertUnwindSafe(|| desk.chunk(chunk, source)));
        let mut chunks = self.chunks();
        chunks.read.insert(number, read);
        self.was_read.notify_one();
        chunks
    }

    fn chunks(&self) -> MutexGuard<'_, Chunks<T>> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        let chunks = Chunks { unread: VecDeque::new(), read: BTreeMap::new(), is_closed: false };
        Self { chunks: Mutex::new(chunks), was_given: Condvar::new(), was_read: Condvar::new() }
    }
}

fn wait<'a, T>(condition: &Condvar, chunks: MutexGuard<'a, Chunks<T>>) -> MutexGuard<'a, Chunks<T>> {
    condition.wait(chunks).unwrap_or_else(PoisonError::into_inner)
}
