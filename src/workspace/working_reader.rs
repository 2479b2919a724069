//! A log reader whose threads also work on the exchanges, ahead of their turn: counting them, or writing their lines.

use std::io;
use std::mem::take;
use std::sync::Arc;

use super::kept::Kept;
use super::opening::Opened;
use crate::exchange::Exchange;
use crate::input::Lines;
use crate::log::{Batch, Entry, LogReader, Options, Skip};
use crate::parallel::OrderedMap;

/// An exchange with the result of work that was done on it ahead of its turn, or a line that was skipped.
pub(crate) type WorkedEntry<T> = Result<(Arc<Exchange>, T), Skip>;

/// Entries of what is left at the end that a thread works on at a time.
const PART: usize = 128;

/// A reader whose threads also do some work on each exchange, as it is read or as it was kept when it was read before.
pub(crate) struct WorkingReader<T> {
    log: LogReader,
    source: usize,
    kept: Kept,
    work: OrderedMap<Batch, Vec<WorkedEntry<T>>>,
    /// The end of the source or a failure, which comes behind what is in work.
    end: Option<io::Result<()>>,
}

impl<T: Send + 'static> WorkingReader<T> {
    pub(crate) fn new(options: Options, kept: Kept, work: impl Fn(&Exchange) -> T + Send + Sync + 'static) -> Self {
        let on_entry = move |entry| match entry {
            Entry::Exchange(exchange) => {
                let result = work(&exchange);
                Ok((exchange, result))
            }
            Entry::Skip(skip) => Err(skip),
        };
        let on_batch = move |batch: Batch| batch.entries.into_iter().map(&on_entry).collect();
        let log = LogReader::new(options);
        Self { work: OrderedMap::new(log.pool(), on_batch), log, source: 0, kept, end: None }
    }

    /// Goes on with the source of this index and name.
    pub(super) fn open(&mut self, source: usize, name: &str, opened: Opened) {
        self.source = source;
        match opened {
            Opened::Lines(lines) => self.log.open_file(*lines, source, name),
            Opened::Ahead => self.log.open_ahead(name),
            Opened::Kept => {}
        }
    }

    /// Opens the source that comes next and reads it as far ahead as helpers have time for, if sources are read at all.
    pub(super) fn read_ahead(&mut self, next: impl FnOnce() -> Option<(usize, Lines)>) {
        if let Some((source, lines)) = self.reads().then(next).flatten() {
            self.log.read_ahead(lines, source);
        }
    }

    /// True if the sources are to be opened, and not taken from what was kept of them.
    pub(crate) fn reads(&self) -> bool {
        !self.kept.is_whole()
    }

    /// Takes note that a source cannot be opened.
    pub(crate) fn cannot_open(&mut self) {
        self.kept.give_up();
    }

    /// The next entries of the source, read as far ahead as there is room.
    pub(crate) fn next_batch(&mut self) -> io::Result<Option<Vec<WorkedEntry<T>>>> {
        while self.end.is_none() && self.work.has_room() {
            match self.read() {
                Ok(Some(batch)) => {
                    let bytes = batch.bytes;
                    self.work.push(batch, bytes);
                }
                Ok(None) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
        match self.work.pop() {
            Some(batch) => Ok(Some(batch)),
            None => self.end.take().unwrap_or(Ok(())).map(|()| None),
        }
    }

    fn read(&mut self) -> io::Result<Option<Batch>> {
        if self.kept.is_whole() {
            return Ok(self.kept.next_of(self.source));
        }
        let batch = self.log.next_batch();
        match &batch {
            Ok(Some(batch)) => self.kept.keep(self.source, batch),
            Ok(None) => {}
            Err(_) => self.kept.give_up(),
        }
        batch
    }

    /// The exchanges that wait for a line when all sources are read, and what is kept for the next pass.
    pub(crate) fn finish(mut self) -> (Vec<WorkedEntry<T>>, Kept) {
        let rest = if self.kept.is_whole() { self.kept.rest() } else { self.log.finish() };
        self.kept.end(&rest);
        // In parts, which the threads share.
        for entries in rest.entries.chunks(PART) {
            self.work.push(Batch { entries: entries.to_vec(), bytes: 0 }, 0);
        }
        let mut all = Vec::with_capacity(rest.entries.len());
        while let Some(worked) = self.work.pop() {
            all.extend(worked);
        }
        (all, take(&mut self.kept))
    }
}
