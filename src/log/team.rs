//! Those who read: lines become exchanges on several threads, in the order of the log.
//!
//! A line is read here as far as it can be by itself. What a format makes of several lines is left to the reader, which takes the
//! lines back one after the other: the number of threads changes nothing but the time.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use super::block_line::{self, HASH_IDS};
use super::block_trace::{self, BlockTraceLine as BLOCK_TRACE};
use super::format::LogFormat;
use super::reader::parse;
use super::skim::Skimmer;
use super::{Exchange, Options, Place};
use crate::input::{Chunk, Line};

/// What is done with each exchange before its turn.
pub type Work<T> = Arc<dyn Fn(&Exchange) -> T + Send + Sync>;

/// What a line is by itself.
pub(super) enum Reading<T> {
    /// An exchange, and what was made of it before its turn.
    Exchange(Box<Exchange>, T),
    /// JSON for a format to read.
    Value(Value),
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

/// Threads that take turns, chunk by chunk; none where the reader does it all by itself.
pub(super) struct Team<T> {
    pub(super) desk: Arc<Desk<T>>,
    members: Vec<Member<T>>,
    /// Chunks that were given out, and taken back.
    given: usize,
    taken: usize,
    /// What the reader has read by itself.
    done: VecDeque<Read<T>>,
}

struct Member<T> {
    chunks: Sender<(Chunk, usize)>,
    read: Receiver<Read<T>>,
    thread: JoinHandle<()>,
}

impl<T> Desk<T> {
    fn new(options: Options, work: Work<T>) -> Self {
        // The other half is for tokens.
        let skimmer = Skimmer::is_possible(&options).then(|| Skimmer::new(options.max_memory / 2));
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
                Reading::Exchange(Box::new(exchange), made)
            }
            Some(Err(reason)) => Reading::Skip(reason),
            None => parse(bytes).map_or_else(Reading::NotJson, Reading::Value),
        }
    }

    /// A line the quick way, where that leaves the same result.
    fn quickly(&self, line: &[u8], place: Place) -> Option<Result<Exchange, String>> {
        let skimmed = || self.skimmer.as_ref()?.read(line, place, &self.options).map(Ok);
        self.block_line(line, place).or_else(skimmed)
    }

    /// A line of a block trace.
    fn block_line(&self, line: &[u8], place: Place) -> Option<Result<Exchange, String>> {
        let Options { format, scope, .. } = &self.options;
        let is_asked_for = format.is_none_or(|format| format.name() == BLOCK_TRACE.name());
        let is_scoped_by_ids = scope.as_ref().is_some_and(|pointer| pointer.names(HASH_IDS));
        let line = block_line::read(line).filter(|_| is_asked_for && !is_scoped_by_ids)?;
        let scope = scope.as_ref().and_then(|pointer| pointer.name(&line.rest));
        let exchange = block_trace::of_line(line);
        Some(exchange.map(|exchange| Exchange { place, scope, format: Some(BLOCK_TRACE.name()), ..exchange }))
    }

    fn chunk(&self, chunk: Chunk, source: usize) -> Read<T> {
        let lines = chunk.lines().map(|(number, line)| self.line(line, Place { source, line: number })).collect();
        Read { chunk, lines }
    }
}

impl<T: Send + 'static> Team<T> {
    pub(super) fn new(options: Options, work: Work<T>) -> Self {
        let threads = if options.threads > 1 { options.threads } else { 0 };
        let desk = Arc::new(Desk::new(options, work));
        let members = (0..threads).map(|_| Member::start(Arc::clone(&desk))).collect();
        Self { desk, members, given: 0, taken: 0, done: VecDeque::new() }
    }

    /// Whether a chunk can be given out: each member has one in hand and one that waits.
    pub(super) fn has_room(&self) -> bool {
        if self.members.is_empty() { self.done.is_empty() } else { self.given - self.taken < 2 * self.members.len() }
    }

    /// Gives a chunk of a source to the member whose turn it is.
    pub(super) fn give(&mut self, chunk: Chunk, source: usize) {
        if self.members.is_empty() {
            return self.done.push_back(self.desk.chunk(chunk, source));
        }
        let index = self.given % self.members.len();
        if self.members[index].chunks.send((chunk, source)).is_err() {
            self.members.swap_remove(index).end();
        }
        self.given += 1;
    }

    /// Takes back the chunk that was given out first; `None` where there is none.
    pub(super) fn take(&mut self) -> Option<Read<T>> {
        if self.given == self.taken {
            return self.done.pop_front();
        }
        let index = self.taken % self.members.len();
        self.taken += 1;
        match self.members[index].read.recv() {
            Ok(read) => Some(read),
            Err(_) => self.members.swap_remove(index).end(),
        }
    }
}

impl<T: Send + 'static> Member<T> {
    fn start(desk: Arc<Desk<T>>) -> Self {
        let (chunks, given) = channel();
        let (finished, read) = channel();
        let thread = thread::spawn(move || {
            // Either end closes when nobody is left to read for.
            while let Ok((chunk, source)) = given.recv() {
                if finished.send(desk.chunk(chunk, source)).is_err() {
                    return;
                }
            }
        });
        Self { chunks, read, thread }
    }

    /// Goes on with the panic that ended a thread before its time.
    fn end(self) -> ! {
        drop(self.chunks);
        match self.thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("a thread ends by a panic, or when its chunks do"),
        }
    }
}
