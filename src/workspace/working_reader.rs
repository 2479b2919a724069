//! A log reader whose threads also work on the exchanges, ahead of their turn: counting them, or writing their lines.

use std::io;

use crate::exchange::Exchange;
use crate::log::{Batch, Entry, LogReader, Skip};
use crate::parallel::OrderedMap;

/// An exchange with the result of work that was done on it ahead of its turn, or a line that was skipped.
pub(crate) type WorkedEntry<T> = Result<(Box<Exchange>, T), Skip>;

/// A reader whose threads also do some work on each exchange.
pub(crate) struct WorkingReader<T> {
    pub(crate) log: LogReader,
    work: OrderedMap<Batch, Vec<WorkedEntry<T>>>,
    /// The end of the source or a failure, which comes behind what is in work.
    end: Option<io::Result<()>>,
}

impl<T: Send + 'static> WorkingReader<T> {
    pub(crate) fn new(log: LogReader, work: impl Fn(&Exchange) -> T + Send + Sync + 'static) -> Self {
        let on_entry = move |entry| match entry {
            Entry::Exchange(exchange) => {
                let result = work(&exchange);
                Ok((exchange, result))
            }
            Entry::Skip(skip) => Err(skip),
        };
        let on_batch = move |batch: Batch| batch.entries.into_iter().map(&on_entry).collect();
        Self { work: OrderedMap::new(log.pool(), on_batch), log, end: None }
    }

    /// The next entries of the source, read as far ahead as there is room.
    pub(crate) fn next_batch(&mut self) -> io::Result<Option<Vec<WorkedEntry<T>>>> {
        while self.end.is_none() && self.work.has_room() {
            match self.log.next_batch() {
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

    /// The exchanges that wait for a line when all sources are read.
    pub(crate) fn finish(&mut self) -> Vec<WorkedEntry<T>> {
        let rest = self.log.finish();
        self.work.push(rest, 0);
        self.work.pop().unwrap_or_default()
    }
}
