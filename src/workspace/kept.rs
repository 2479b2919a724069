//! Requests that were read, kept for the next pass over the same logs where they take little memory: no line is parsed twice then.

use std::mem::size_of;

use crate::exchange::Exchange;
use crate::input::Source;
use crate::log::Batch;

/// Memory that kept requests may take, about. A log that takes more is read again, in as much memory as its distinct texts ask for.
const MOST_BYTES: usize = 128 << 20;

/// Entries that a pass over logs read, in its order.
#[derive(Default)]
pub(crate) struct Kept {
    /// Entries with the index of their source.
    batches: Vec<(usize, Batch)>,
    /// Entries that waited for a line when all sources were read.
    rest: Batch,
    /// The next batch of this pass.
    next: usize,
    bytes: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The pass that reads has not ended.
    #[default]
    Reading,
    /// All of the logs is here.
    Whole,
    /// Each pass reads.
    GivenUp,
}

impl Kept {
    /// Keeps nothing.
    pub(super) fn nothing() -> Self {
        Self { state: State::GivenUp, ..Self::default() }
    }

    /// Begins a pass over these sources.
    pub(super) fn begin_pass(&mut self, sources: &[Source]) {
        self.next = 0;
        let size: u64 = sources.iter().filter_map(Source::size).sum();
        if self.state == State::Reading && size > MOST_BYTES as u64 {
            *self = Self::nothing();
        }
    }

    /// True if a pass finds all here and has nothing to read.
    pub(super) fn is_whole(&self) -> bool {
        self.state == State::Whole
    }

    /// Keeps what was read of a source.
    pub(super) fn keep(&mut self, source: usize, batch: &Batch) {
        if self.state != State::Reading {
            return;
        }
        self.bytes += batch.bytes + batch.entries.len() * size_of::<Exchange>();
        if self.bytes > MOST_BYTES {
            *self = Self::nothing();
        } else {
            self.batches.push((source, batch.clone()));
        }
    }

    /// Keeps nothing more: a source could not be read, which the next pass is to tell in its turn.
    pub(super) fn give_up(&mut self) {
        *self = Self::nothing();
    }

    /// Ends the pass that reads.
    pub(super) fn end(&mut self, rest: &Batch) {
        if self.state == State::Reading {
            (self.rest, self.state) = (rest.clone(), State::Whole);
        }
    }

    /// The next entries of a source.
    pub(super) fn next_of(&mut self, source: usize) -> Option<Batch> {
        let (_, batch) = self.batches.get(self.next).filter(|(of, _)| *of == source)?;
        self.next += 1;
        Some(batch.clone())
    }

    /// The entries behind all sources.
    pub(super) fn rest(&self) -> Batch {
        self.rest.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Place;
    use crate::log::{Entry, Skip};

    fn batch(lines: &[u64], bytes: usize) -> Batch {
        let skip = |line| Skip { place: Place::new(0, line), reason: "no call".into(), is_read: false };
        Batch { entries: lines.iter().map(|line| Entry::Skip(skip(*line))).collect(), bytes }
    }

    fn lines(batch: &Batch) -> Vec<u64> {
        let line = |entry: &Entry| match entry {
            Entry::Skip(skip) => skip.place.line,
            Entry::Exchange(exchange) => exchange.place.line,
        };
        batch.entries.iter().map(line).collect()
    }

    #[test]
    fn each_pass_finds_what_was_read_in_its_order_and_each_source_its_own() {
        let mut kept = Kept::default();
        kept.begin_pass(&[]);
        for (source, numbers) in [(0, vec![1, 2]), (0, vec![3]), (2, vec![4])] {
            kept.keep(source, &batch(&numbers, 10));
        }
        assert!(!kept.is_whole());
        kept.end(&batch(&[9], 0));
        for _ in 0..2 {
            kept.begin_pass(&[]);
            assert!(kept.is_whole());
            let found: Vec<_> = [0, 0, 0, 1, 2, 2].map(|source| kept.next_of(source).map(|batch| lines(&batch))).into();
            assert_eq!(found, [Some(vec![1, 2]), Some(vec![3]), None, None, Some(vec![4]), None]);
            assert_eq!(lines(&kept.rest()), [9]);
        }
    }

    #[test]
    fn requests_that_take_much_memory_are_not_kept_and_neither_is_a_part_of_them() {
        let (mut large, mut torn) = (Kept::default(), Kept::default());
        large.keep(0, &batch(&[1], MOST_BYTES / 2));
        large.keep(0, &batch(&[2], MOST_BYTES / 2));
        torn.keep(0, &batch(&[1], 10));
        torn.give_up();
        torn.keep(1, &batch(&[2], 10));
        for kept in [&mut large, &mut torn] {
            kept.end(&Batch::default());
            kept.begin_pass(&[]);
            assert!(!kept.is_whole() && kept.next_of(0).is_none());
        }
    }
}
