//! Sources of a pass opened in their order, the next file ahead of its turn, so that helpers read it while the calls of the one before are
//! taken: a folder of sessions has many files, each too small to be shared among threads.

use std::io;
use std::ops::Range;

use super::copies::Copies;
use super::logs::LogInputs;
use super::progress::Progress;
use crate::input::{Lines, Source};
use crate::log::Options;

/// Something that a source's calls come from.
pub(super) enum Opened {
    /// Its lines.
    Lines(Box<Lines>),
    /// Its lines, which helpers read already.
    Ahead,
    /// The calls that an earlier pass kept.
    Kept,
}

/// The sources of a pass.
pub(super) struct Opening<'a> {
    sources: Vec<Source>,
    indexes: Range<usize>,
    copies: Option<&'a mut Copies>,
    progress: &'a Progress,
    max_memory: usize,
    has_helpers: bool,
    /// The result of opening the next source, if that was tried.
    ahead: Option<io::Result<Opened>>,
}

impl<'a> Opening<'a> {
    pub(super) fn new(inputs: &LogInputs, copies: Option<&'a mut Copies>, progress: &'a Progress) -> Self {
        let sources = inputs.sources();
        let indexes = inputs.own_sources.clone().unwrap_or(0..sources.len());
        let Options { max_memory, threads, .. } = inputs.options;
        Self { sources, indexes, copies, progress, max_memory, has_helpers: threads > 1, ahead: None }
    }

    /// The indexes of the sources that are read.
    pub(super) fn indexes(&self) -> Range<usize> {
        self.indexes.clone()
    }

    /// Opens a source, if it was not opened ahead.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub(super) fn open(&mut self, index: usize) -> io::Result<Opened> {
        match self.ahead.take() {
            Some(opened) => opened,
            None => self.lines(index).map(|lines| Opened::Lines(Box::new(lines))),
        }
    }

    /// Opens the source behind one, if it is a file and a helper has time for it. A failure is told in its turn.
    pub(super) fn open_behind(&mut self, index: usize) -> Option<(usize, Lines)> {
        let next = index + 1;
        if !self.has_helpers || !self.indexes.contains(&next) || self.sources[next].size().is_none() {
            return None;
        }
        let (lines, opened) = match self.lines(next) {
            Ok(lines) => (Some((next, lines)), Ok(Opened::Ahead)),
            Err(error) => (None, Err(error)),
        };
        self.ahead = Some(opened);
        lines
    }

    fn lines(&mut self, index: usize) -> io::Result<Lines> {
        let (source, count) = (&self.sources[index], self.progress.count());
        match &mut self.copies {
            Some(copies) => copies.open(index, source, self.max_memory, count),
            None => source.open(self.max_memory, count),
        }
    }
}
