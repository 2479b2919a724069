//! Source texts: where a byte of a file stands, as people count lines and columns.

use std::fmt;
use std::ops::Range;

/// A text with its name, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceText {
    label: String,
    text: String,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

/// A place in a file that a person can go to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it.
    pub path: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl SourceText {
    /// A text by the name of its file.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { label: label.into(), text, lines }
    }

    /// The file as the user named it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ending of its name that says what it is: `yaml`, and for `prompt.yaml.j2` too; nothing where there is none.
    pub fn extension(&self) -> &str {
        let file = self.label.rsplit(['/', '\\', ':']).next().unwrap_or_default();
        let bare = ["j2", "jinja", "jinja2", "tmpl"].iter().find_map(|end| file.strip_suffix(end)?.strip_suffix('.'));
        let file = bare.filter(|bare| bare.contains('.')).unwrap_or(file);
        file.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The last ending of its name: `j2` for `prompt.yaml.j2`; nothing where there is none.
    pub fn last_ending(&self) -> &str {
        let file = self.label.rsplit(['/', '\\', ':']).next().unwrap_or_default();
        file.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// The place of a byte; of the end, for one beyond it.
    pub fn place(&self, byte: usize) -> Place {
        let byte = (0..=byte.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let line = self.lines.partition_point(|start| *start <= byte) - 1;
        let before = self.text[self.lines[line]..byte].trim_start_matches('\u{feff}');
        Place { path: self.label.clone(), line: line as u64 + 1, column: before.chars().count() as u64 + 1 }
    }

    /// The line of a byte, from 1.
    pub fn line_at(&self, byte: usize) -> u64 {
        self.lines.partition_point(|start| *start <= byte.min(self.text.len())) as u64
    }

    /// The bytes of a line, from 1, without its end; `None` beyond the last.
    pub fn line(&self, line: u64) -> Option<Range<usize>> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.lines.get(index)?;
        let end = self.lines.get(index + 1).map_or(self.text.len(), |next| next - 1);
        Some(start..end)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_the_byte_order_mark() {
        let source = SourceText::new("a.yaml", "\u{feff}ab\nß日x\r\n");
        let at = |byte| source.place(byte).to_string();
        assert_eq!(at(3), "a.yaml:1:1");
        assert_eq!(at(source.text().find('x').unwrap()), "a.yaml:2:3");
        assert_eq!(at(7), "a.yaml:2:1", "inside a character is at that character");
        assert_eq!(at(1000), "a.yaml:3:1");
        assert_eq!(&source.text()[source.line(2).unwrap()], "ß日x\r");
        assert_eq!(source.line(4), None);
        assert_eq!(
            [0, 5, 6, 1000].map(|byte| (source.line_at(byte), source.place(byte).line)),
            [(1, 1), (1, 1), (2, 2), (3, 3)]
        );
    }
}
