//! Characters that are not seen are spelled out: what stands in a log neither steers the terminal that a report is read on nor
//! shows another text than it holds.

use std::borrow::Cow;
use std::io::{self, Write};

/// The text with its control characters spelled out, line feeds and tabs aside, and those that turn the direction of writing round, begin
/// a line or have no width.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_sent = |letter: char| match letter {
        '\n' | '\t' => true,
        // The last are tags, which spell words that nobody sees.
        '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}' => false,
        _ => !letter.is_control(),
    };
    if text.chars().all(is_sent) {
        return Cow::Borrowed(text);
    }
    let spelled = |letter: char| if is_sent(letter) { letter.to_string() } else { letter.escape_unicode().to_string() };
    Cow::Owned(text.chars().map(spelled).collect())
}

/// Writes text that way.
pub(super) struct Visible<'a>(pub(super) &'a mut dyn Write);

impl Write for Visible<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.0.write_all(visible(text).as_bytes())?,
            Err(_) => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_are_spelled_out() {
        assert_eq!(visible("a\u{1b}[31mred\u{9b}0m\r\n\tπ"), "a\\u{1b}[31mred\\u{9b}0m\\u{d}\n\tπ");
        assert_eq!(visible("a\u{202e}cod.exe\u{200b}"), "a\\u{202e}cod.exe\\u{200b}");
        assert_eq!(visible("a\u{2028}b\u{e0041}"), "a\\u{2028}b\\u{e0041}");
        let mut bytes = Vec::new();
        writeln!(Visible(&mut bytes), "\u{7}bell").unwrap();
        assert_eq!(bytes, b"\\u{7}bell\n");
    }
}
