//! Finds where values lie in JSON text, without making them.
//!
//! It does not judge: what it steps over may be no JSON at all. The caller parses each piece, and where a whole piece parses
//! its end was found right, for an object or a list ends at its own bracket and nowhere else.

use std::ops::Range;

use memchr::{memchr2, memmem};

/// Deeper values are left to the parser, which has a limit of its own.
const DEEPEST: usize = 64;

/// True if the words stand anywhere in a text.
pub(crate) fn contains(text: &[u8], words: &str) -> bool {
    memmem::find(text, words.as_bytes()).is_some()
}

/// A position in JSON text. Every step gives `None` where the text is not as expected.
pub(crate) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next byte that is not white space; it is not taken.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at)?, b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
        Some(self.bytes[self.at])
    }

    /// Returns the rest, from the next byte on that is not white space.
    pub(crate) fn rest(&mut self) -> Option<&'a [u8]> {
        self.peek()?;
        Some(&self.bytes[self.at..])
    }

    /// Steps over so many bytes, and says where they lie.
    pub(crate) fn skip(&mut self, length: usize) -> Range<usize> {
        let start = self.at;
        self.at += length;
        start..self.at
    }

    /// Steps over the fields of an object: `field` is called in front of each value and steps over it. A key that is spelled with
    /// escapes ends it.
    pub(crate) fn object(&mut self, mut field: impl FnMut(&mut Self, &'a [u8]) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            let key = self.key()?;
            self.take(b':')?;
            self.peek()?;
            field(self, key)?;
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    /// Steps over the elements of a list: `element` is called in front of each and steps over it.
    pub(crate) fn list(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            self.peek()?;
            element(self)?;
            if !self.goes_on(b']')? {
                return Some(());
            }
        }
    }

    /// Steps over a value, and says where it lies.
    pub(crate) fn value(&mut self) -> Option<Range<usize>> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.nested()?,
            _ => {
                while !matches!(self.bytes.get(self.at)?, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
                    self.at += 1;
                }
            }
        }
        Some(start..self.at)
    }

    /// Steps over a value, and gives its text.
    pub(crate) fn taken(&mut self) -> Option<&'a [u8]> {
        let place = self.value()?;
        Some(&self.bytes[place])
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Takes a comma, or the bracket that closes.
    fn goes_on(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        (byte == b',' || byte == close).then_some(byte == b',')
    }

    fn key(&mut self) -> Option<&'a [u8]> {
        self.peek().filter(|byte| *byte == b'"')?;
        let start = self.at + 1;
        self.string()?;
        let key = &self.bytes[start..self.at - 1];
        (!key.contains(&b'\\')).then_some(key)
    }

    /// Steps over a string, whose opening quote is next.
    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            self.at += memchr2(b'"', b'\\', self.bytes.get(self.at..)?)?;
            if self.bytes[self.at] == b'"' {
                self.at += 1;
                return Some(());
            }
            self.at += 2;
        }
    }

    /// Steps over an object or a list, whose opening bracket is next.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
            if depth > DEEPEST {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        let text = br#" {"a" : "x\"}\\", "b":[1, {"c": "]"}] ,"d": -1e3, "e": {}} rest"#;
        let mut found = Vec::new();
        let mut scan = Scan::new(text);
        scan.object(|scan, key| {
            let value = &text[scan.value()?];
            found.push(format!("{}={}", String::from_utf8_lossy(key), String::from_utf8_lossy(value)));
            Some(())
        })
        .unwrap();
        assert_eq!(found, [r#"a="x\"}\\""#, r#"b=[1, {"c": "]"}]"#, "d=-1e3", "e={}"]);
        assert_eq!(scan.rest(), Some(&b"rest"[..]));
    }

    #[test]
    fn what_breaks_off_has_no_end() {
        for text in [&b"{"[..], b"[1, 2", b"\"x\\", b"\"x\\\"", b"12", b""] {
            assert_eq!(Scan::new(text).value(), None, "{}", String::from_utf8_lossy(text));
        }
    }
}
