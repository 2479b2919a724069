//! Bytes of a file that hold the text of a scalar: the text that a parser gave and its source, walked together.
//!
//! Each walk follows the rules of its style only as far as two texts can differ; where they part against all rules, what is left
//! points at the scalar's start.

use super::SourceMap;

/// The notation of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// YAML without quotes.
    Plain,
    /// YAML in single quotes.
    Single,
    /// YAML in double quotes.
    Double,
    /// A YAML block, literal or folded, without its header.
    Block,
    /// A JSON string.
    Json,
    /// A TOML string with escapes.
    TomlBasic,
    /// A TOML string without escapes.
    TomlLiteral,
}

struct AlignWalk<'a> {
    raw: &'a str,
    at: usize,
    /// Line feeds that a fold stands for and that are still to come.
    folded: usize,
}

/// Maps `text`, which was written as `raw` at byte `base` of the file.
pub(super) fn align(text: &str, raw: &str, base: usize, style: Style) -> SourceMap {
    let mut walk = AlignWalk { raw, at: 0, folded: 0 };
    let indent = walk.enter(text, style);
    let mut map = SourceMap::default();
    map.push(0, base + walk.at);
    for (byte, letter) in text.char_indices() {
        let found = match style {
            Style::Block => walk.in_block(letter, indent),
            Style::Plain | Style::Single | Style::Double => walk.in_flow(letter, style),
            Style::Json => walk.in_json(letter),
            Style::TomlBasic | Style::TomlLiteral => walk.in_toml(letter, style),
        };
        match found {
            Some(at) => map.push(byte, base + at),
            None => break,
        }
    }
    map
}

impl AlignWalk<'_> {
    fn rest(&self) -> &str {
        &self.raw[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over quotes, and gives the indentation of a block.
    fn enter(&mut self, text: &str, style: Style) -> usize {
        match style {
            Style::Plain => {}
            Style::Single | Style::Double | Style::Json => self.at = 1.min(self.raw.len()),
            Style::TomlBasic | Style::TomlLiteral => {
                let is_long =
                    ["\"\"\"", "'''"].iter().any(|quotes| self.raw.starts_with(quotes) && self.raw.len() >= 6);
                self.at = if is_long { 3 } else { 1 }.min(self.raw.len());
                if is_long {
                    let skipped = ["\r\n", "\n"].iter().find(|end| self.rest().starts_with(**end));
                    self.at += skipped.map_or(0, |end| end.len());
                }
            }
            Style::Block => {
                let spaces = |text: &str| {
                    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                    line.len() - line.trim_start_matches(' ').len()
                };
                return spaces(self.rest()).saturating_sub(spaces(text));
            }
        }
        0
    }

    /// Takes one character of the source.
    fn take(&mut self, length: usize) -> usize {
        let at = self.at;
        self.at += length;
        at
    }

    fn in_block(&mut self, letter: char, indent: usize) -> Option<usize> {
        loop {
            if self.at == 0 || self.raw[..self.at].ends_with('\n') {
                let spaces = self.rest().bytes().take(indent).take_while(|byte| *byte == b' ').count();
                self.at += spaces;
            }
            match self.next() {
                Some('\r') if letter != '\r' => self.at += 1,
                Some(next) if next == letter => return Some(self.take(next.len_utf8())),
                // A fold, or a line feed that a fold took away.
                Some('\n') if letter == ' ' => return Some(self.take(1)),
                Some('\n') => self.at += 1,
                // The last line feed of a file without one.
                None if letter == '\n' => return Some(self.at),
                _ => return None,
            }
        }
    }

    fn in_flow(&mut self, letter: char, style: Style) -> Option<usize> {
        if self.folded > 0 {
            self.folded -= 1;
            return Some(self.at);
        }
        loop {
            if let Some(breaks) = self.fold() {
                self.folded = breaks.saturating_sub(2);
                let at = self.at;
                self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
                return Some(at);
            }
            return match (style, self.next()?) {
                (Style::Double, '\\') => {
                    if self.skip_line_end() {
                        continue;
                    }
                    let is_half = u32::from(letter) > 0xffff && self.rest().starts_with("\\u");
                    let at = self.escape();
                    // Two escapes that are one character.
                    if is_half {
                        self.escape();
                    }
                    Some(at)
                }
                (Style::Single, '\'') if self.rest().starts_with("''") => Some(self.take(2)),
                (_, next) if next == letter => Some(self.take(next.len_utf8())),
                _ => None,
            };
        }
    }

    /// The number of line ends in the white space here, if it holds any.
    fn fold(&self) -> Option<usize> {
        let rest = self.rest();
        let space = &rest[..rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()];
        let breaks = space.matches('\n').count();
        (breaks > 0).then_some(breaks)
    }

    /// Steps over a backslash at a line's end and the white space after it.
    fn skip_line_end(&mut self) -> bool {
        let after = &self.rest()[1..];
        let is_line_end = after.trim_start_matches([' ', '\t']).trim_start_matches('\r').starts_with('\n');
        if is_line_end {
            self.at += 1 + after.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len();
        }
        is_line_end
    }

    /// Steps over an escape.
    fn escape(&mut self) -> usize {
        let length = match self.rest()[1..].chars().next() {
            Some('x') => 4,
            Some('u') => 6,
            Some('U') => 10,
            Some(letter) => 1 + letter.len_utf8(),
            None => 1,
        };
        let whole = (0..=length.min(self.rest().len())).rev().find(|end| self.rest().is_char_boundary(*end));
        self.take(whole.unwrap_or(1))
    }

    fn in_json(&mut self, letter: char) -> Option<usize> {
        match self.next()? {
            '\\' => {
                let at = self.escape();
                // Two escapes that are one character.
                if u32::from(letter) > 0xffff {
                    self.escape();
                }
                Some(at)
            }
            next if next == letter => Some(self.take(next.len_utf8())),
            _ => None,
        }
    }

    fn in_toml(&mut self, letter: char, style: Style) -> Option<usize> {
        loop {
            return match self.next()? {
                '\\' if style == Style::TomlBasic => {
                    if self.skip_line_end() {
                        continue;
                    }
                    Some(self.escape())
                }
                next if next == letter => Some(self.take(next.len_utf8())),
                '\r' => {
                    self.at += 1;
                    continue;
                }
                _ => None,
            };
        }
    }
}
