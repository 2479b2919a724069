//! Source maps: for every byte of a text the byte of the file it was written as.

use std::ops::Range;

/// The place in a file of each byte of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Stretches of the text, in order.
    runs: Vec<Run>,
}

/// A stretch of a text, up to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// The byte of the text at which it begins.
    text: usize,
    /// The byte of the file for it.
    file: usize,
    /// All of it stands for that one byte; otherwise both advance together.
    is_pinned: bool,
}

impl SourceMap {
    /// A text that stands in the file as it is, from this byte on.
    pub fn verbatim(start: usize) -> Self {
        Self { runs: vec![Run { text: 0, file: start, is_pinned: false }] }
    }

    /// A text that stands elsewhere, all of it in place of this byte.
    pub fn pinned(start: usize) -> Self {
        Self { runs: vec![Run { text: 0, file: start, is_pinned: true }] }
    }

    /// Says that from this byte of the text on, it stands in the file from that byte on.
    pub(super) fn push(&mut self, text: usize, file: usize) {
        self.push_run(Run { text, file, is_pinned: false });
    }

    fn push_run(&mut self, run: Run) {
        let follows = self.runs.last().is_some_and(|last| {
            let way = if last.is_pinned { 0 } else { run.text - last.text };
            last.is_pinned == run.is_pinned && run.file.checked_sub(last.file) == Some(way)
        });
        if !follows {
            self.runs.push(run);
        }
    }

    /// Says that from this byte of the text on, it stands as another map has its text.
    pub fn append(&mut self, text: usize, other: &Self) {
        other.runs.iter().for_each(|run| self.push_run(Run { text: text + run.text, ..*run }));
    }

    /// The byte of the file that this byte of the text was written as.
    pub fn at(&self, byte: usize) -> usize {
        self.run_at(byte).map_or(0, |run| run.file + if run.is_pinned { 0 } else { byte.saturating_sub(run.text) })
    }

    fn run_at(&self, byte: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.text <= byte);
        after.checked_sub(1).and_then(|index| self.runs.get(index)).or(self.runs.first())
    }

    /// The part of the map for these bytes of the text.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let from = self.runs.partition_point(|run| run.text <= range.start);
        let inside = self.runs[from..].iter().take_while(|run| run.text < range.end);
        let is_pinned = self.run_at(range.start).is_some_and(|run| run.is_pinned);
        let first = Run { text: 0, file: self.at(range.start), is_pinned };
        let inside = inside.map(|run| Run { text: run.text - range.start, ..*run });
        Self { runs: std::iter::once(first).chain(inside).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_map_points_where_the_whole_does() {
        let mut map = SourceMap::default();
        for (text, file) in [(0, 10), (1, 11), (2, 20), (3, 21), (4, 30)] {
            map.push(text, file);
        }
        let runs: Vec<(usize, usize)> = map.runs.iter().map(|run| (run.text, run.file)).collect();
        assert_eq!(runs, [(0, 10), (2, 20), (4, 30)]);
        assert_eq!((0..6).map(|byte| map.at(byte)).collect::<Vec<_>>(), [10, 11, 20, 21, 30, 31]);
        let part = map.slice(1..4);
        assert_eq!((0..3).map(|byte| part.at(byte)).collect::<Vec<_>>(), [11, 20, 21]);
        let mut both = part.clone();
        both.append(3, &map);
        assert_eq!((2..6).map(|byte| both.at(byte)).collect::<Vec<_>>(), [21, 10, 11, 20]);
    }
    #[test]
    fn a_text_that_stands_elsewhere_has_one_place() {
        let mut map = SourceMap::verbatim(10);
        map.append(3, &SourceMap::pinned(13));
        map.append(8, &SourceMap::verbatim(20));
        assert_eq!([2, 3, 7, 8, 9].map(|byte| map.at(byte)), [12, 13, 13, 20, 21]);
        let part = map.slice(5..9);
        assert_eq!([0, 2, 3].map(|byte| part.at(byte)), [13, 13, 20]);
    }
}
