//! Characters that are not seen are spelled out: what stands in a log neither steers the terminal that a report is read on nor
//! shows another text than it holds.

use std::borrow::Cow;
use std::io::{self, Write};

/// The letter is sent as it is: it neither steers a terminal nor turns the direction of writing round, begins a line or has no width.
fn is_sent(letter: char) -> bool {
    match letter {
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
    }
}

/// The text with its control characters spelled out, line feeds and tabs aside, and those that turn the direction of writing round, begin
/// a line or have no width.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_sent) {
        return Cow::Borrowed(text);
    }
    let spelled = |letter: char| if is_sent(letter) { letter.to_string() } else { letter.escape_unicode().to_string() };
    Cow::Owned(text.chars().map(spelled).collect())
}

/// A JSON document with the same characters escaped as JSON does it, so that it has the same values.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(is_sent) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_sent(letter) {
            text.push(letter);
        } else {
            letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    Cow::Owned(text)
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
        let json = "[\"\u{7f}\u{9b}\u{202e}x\u{e0041}\"]";
        assert_eq!(visible_json(json), "[\"\\u007f\\u009b\\u202ex\\udb40\\udc41\"]");
        let mut bytes = Vec::new();
        writeln!(Visible(&mut bytes), "\u{7}bell").unwrap();
        assert_eq!(bytes, b"\\u{7}bell\n");
    }
}
