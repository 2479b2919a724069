//! A text as rules of cutting see it: a class for every character.
//!
//! A table of classes lists, in order, the first code point (hexadecimal) of each run of equal class and the class's letter. Tables
//! are made from regex-syntax 0.8.11 (Unicode 16), whose tables agree with the regex engines of the reference tokenizers on every
//! character; newer Unicode tables would not. A test compares and renews them (`assets.rs`).

/// Below are the characters that texts consist of; beyond it rare ideographs, selectors and private use.
const COMMON: usize = 0x2_0000;

/// The class of every code point.
pub(in crate::tokens) struct Classes<C> {
    common: Vec<C>,
    /// From where on characters have which class, in order.
    runs: Vec<(u32, C)>,
}

impl<C: Copy> Classes<C> {
    /// Reads a table, whose letters `class` knows.
    pub(in crate::tokens) fn read(table: &str, class: impl Fn(&str) -> C) -> Self {
        let parse = |run: &str| {
            let (start, letter) = run.split_at_checked(run.len().checked_sub(1)?)?;
            Some((u32::from_str_radix(start, 16).ok()?, class(letter)))
        };
        let runs: Vec<_> = table.split_ascii_whitespace().filter_map(parse).collect();
        let mut common = Vec::with_capacity(COMMON);
        for (at, (_, class)) in runs.iter().enumerate() {
            let end = runs.get(at + 1).map_or(COMMON, |(start, _)| COMMON.min(*start as usize));
            common.resize(end, *class);
        }
        Self { common, runs }
    }

    #[inline]
    fn class(&self, code_point: u32) -> C {
        match self.common.get(code_point as usize) {
            Some(class) => *class,
            None => self.of_rare(code_point),
        }
    }

    #[cold]
    fn of_rare(&self, code_point: u32) -> C {
        let after = self.runs.partition_point(|(start, _)| *start <= code_point);
        self.runs[after - 1].1
    }
}

/// A text whose characters have classes.
pub(in crate::tokens) struct Text<'t, C> {
    classes: &'t Classes<C>,
    pub(in crate::tokens) bytes: &'t [u8],
    /// The class of what stands beyond the last character.
    end: C,
}

impl<'t, C: Copy> Text<'t, C> {
    pub(in crate::tokens) fn new(classes: &'t Classes<C>, text: &'t str, end: C) -> Self {
        Self { classes, bytes: text.as_bytes(), end }
    }

    /// The class of the character at `at`, and where the next one begins.
    #[inline]
    pub(in crate::tokens) fn read(&self, at: usize) -> (C, usize) {
        let Some(&lead) = self.bytes.get(at) else { return (self.end, at) };
        let tail = |n: usize| u32::from(self.bytes[at + n] & 0x3F);
        let lead = u32::from(lead);
        let (code_point, length) = match lead {
            0..0x80 => (lead, 1),
            0x80..0xE0 => ((lead & 0x1F) << 6 | tail(1), 2),
            0xE0..0xF0 => ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
            _ => ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
        };
        (self.classes.class(code_point), at + length)
    }

    /// The end of a run of characters of such classes. The class of the end must not be one of them.
    #[inline]
    pub(in crate::tokens) fn skip(&self, mut at: usize, belongs: impl Fn(C) -> bool) -> usize {
        loop {
            match self.read(at) {
                (found, next) if belongs(found) => at = next,
                _ => return at,
            }
        }
    }
}
