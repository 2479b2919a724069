//! A source whose lines are given to threads to read.

use crate::input::{Chunk, End, Lines};
use crate::log::options::Options;
use crate::log::reading::diagnose::opens_document;
use crate::log::reading::entries::{DocumentPart, Entries};
use crate::log::reading::line::{LinesToRead, ReadChunk};
use crate::log::reading::yaml;
use crate::parallel::OrderedMap;

/// Threads that read lines.
pub(super) type Threads = OrderedMap<LinesToRead, ReadChunk>;

/// A source, and how far its lines were given out.
#[derive(Default)]
pub(super) struct OpenSource {
    pub(super) lines: Option<Lines>,
    pub(super) source: usize,
    /// True if a line may be the first of a document.
    pub(super) has_documents: bool,
    /// True if nothing was read of the source, so that it may be a document of YAML.
    pub(super) may_be_yaml: bool,
    /// The reason for the end of the lines that were given out.
    pub(super) end: End,
    /// Chunks of it that were given out and not taken back.
    pub(super) in_flight: usize,
    /// Bytes from which on the entries of a document are read one by one.
    large: usize,
}

impl OpenSource {
    /// The source with this index, of which nothing was read.
    pub(super) fn new(lines: Lines, source: usize, options: &Options) -> Self {
        let lines = Some(lines.up_to(options.max_line));
        Self { lines, source, has_documents: true, may_be_yaml: true, large: options.large, ..Self::default() }
    }

    /// True if all its lines were given out, so that those of another source may follow them.
    pub(super) fn is_given_out(&self) -> bool {
        self.lines.is_none() || matches!(self.end, End::Source)
    }

    /// Gives lines to the threads, as far ahead as there is room, but not beyond what may be a document's first line.
    pub(super) fn give_lines(&mut self, threads: &mut Threads, bytes: usize, spent: &mut Chunk) {
        let opens = if self.has_documents { opens_document } else { |_: &[u8]| false };
        let (may_be_yaml, large) = (self.may_be_yaml, self.large);
        let stops = |line: &[u8]| {
            opens(line) || line.len() >= large && Entries::begin(line) || may_be_yaml && yaml::may_begin(line)
        };
        while matches!(self.end, End::Full) && threads.has_room() {
            let Some(lines) = &mut self.lines else { return };
            let (chunk, end) = lines.chunk(bytes, stops, std::mem::take(spent));
            self.end = end;
            self.may_be_yaml &= chunk.lines().next().is_none();
            self.give(threads, chunk, None);
        }
    }

    /// Gives a chunk to the threads.
    pub(super) fn give(&mut self, threads: &mut Threads, chunk: Chunk, part: Option<DocumentPart>) {
        let bytes = chunk.size();
        threads.push(LinesToRead { chunk, source: self.source, part }, bytes);
        self.in_flight += 1;
    }
}
