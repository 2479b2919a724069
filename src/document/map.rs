//! Source maps: for every byte of a text the byte of the file it was written as.

use std::ops::Range;

/// The place in a file of each byte of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Bytes of the text and of the file from which on both advance together, in order.
    runs: Vec<(usize, usize)>,
}

impl SourceMap {
    /// A text that stands in the file as it is, from this byte on.
    pub fn verbatim(start: usize) -> Self {
        Self { runs: vec![(0, start)] }
    }

    /// Says that from this byte of the text on, it stands in the file from that byte on.
    pub(super) fn push(&mut self, text: usize, file: usize) {
        let follows = self.runs.last().is_some_and(|(start, at)| file.checked_sub(*at) == Some(text - start));
        if !follows {
            self.runs.push((text, file));
        }
    }

    /// Says that from this byte of the text on, it stands as another map has its text.
    pub fn append(&mut self, text: usize, other: &Self) {
        other.runs.iter().for_each(|(start, file)| self.push(text + start, *file));
    }

    /// The byte of the file that this byte of the text was written as.
    pub fn at(&self, byte: usize) -> usize {
        let after = self.runs.partition_point(|(text, _)| *text <= byte);
        let run = after.checked_sub(1).and_then(|index| self.runs.get(index)).or(self.runs.first());
        run.map_or(0, |(text, file)| file + byte.saturating_sub(*text))
    }

    /// The part of the map for these bytes of the text.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let inside = self.runs.iter().filter(|(text, _)| range.start < *text && *text < range.end);
        let first = (0, self.at(range.start));
        Self { runs: std::iter::once(first).chain(inside.map(|(text, file)| (text - range.start, *file))).collect() }
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
        assert_eq!(map.runs, [(0, 10), (2, 20), (4, 30)]);
        assert_eq!((0..6).map(|byte| map.at(byte)).collect::<Vec<_>>(), [10, 11, 20, 21, 30, 31]);
        let part = map.slice(1..4);
        assert_eq!((0..3).map(|byte| part.at(byte)).collect::<Vec<_>>(), [11, 20, 21]);
        let mut both = part.clone();
        both.append(3, &map);
        assert_eq!((2..6).map(|byte| both.at(byte)).collect::<Vec<_>>(), [21, 10, 11, 20]);
    }
}
