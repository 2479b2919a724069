//! Splits text into the pieces within which bytes may merge.
//!
//! The official rules are three regular expressions applied one after another: numbers of up to three digits are cut out,
//! then runs of the CJK block, and a third expression cuts what lies between and within these. Since the class of a character
//! decides which expression can touch it, one `match` over the class of a piece's first character does the same in one pass.
//! It does not know tokens.

use super::classes::Class;
use crate::tokens::bpe::{self, Classes, Text, window};

pub(super) struct Scanner<'t>(Text<'t, Class>);

impl bpe::SplitRules for Scanner<'_> {
    #[inline]
    fn piece_end(&self, start: usize) -> usize {
        self.ascii_word(start).unwrap_or_else(|| self.any_piece(start))
    }
}

impl<'t> Scanner<'t> {
    pub(super) fn new(classes: &'t Classes<Class>, text: &'t str) -> Self {
        Self(Text::new(classes, text, Class::End))
    }

    /// The end of a run of one class.
    fn skip(&self, at: usize, class: Class) -> usize {
        self.0.skip(at, |found| found == class)
    }

    fn any_piece(&self, start: usize) -> usize {
        let (class, next) = self.0.read(start);
        match class {
            Class::Number => self.number(next),
            Class::Word | Class::CjkWord | Class::CjkMark => self.skip(next, class),
            Class::Mark => self.mark(start, next),
            Class::Space => self.space(start, next),
            Class::LineEnd => self.white_space(start),
            Class::Other => self.gap(next, Class::Other, Class::Word),
            Class::CjkOther => self.gap(next, Class::CjkOther, Class::CjkWord),
            Class::End => start,
        }
    }

    /// The commonest piece by far, sixteen bytes at once: one ASCII character and the ASCII letters after it.
    ///
    /// Answers only where the piece ends within the window; in all other cases the general rules do. The zeros beyond the end of the
    /// text are no letters.
    #[inline]
    fn ascii_word(&self, start: usize) -> Option<usize> {
        let number = window(self.0.bytes, start);
        let window = number.to_le_bytes();
        let first = window[0];
        if first >= 0x80 || first.is_ascii_digit() || first == b'\n' || first == b'\r' {
            return None;
        }
        let letters = ascii_letters_after_first(number);
        let after = *window.get(1 + letters)?;
        // A letter of another script continues a word, except one that an ASCII mark begins.
        let complete = after < 0x80 || first.is_ascii_punctuation();
        (complete && (letters > 0 || first.is_ascii_alphabetic())).then_some(start + 1 + letters)
    }

    /// `\p{N}{1,3}`, the first of which is read.
    fn number(&self, mut at: usize) -> usize {
        for _ in 0..2 {
            match self.0.read(at) {
                (Class::Number, next) => at = next,
                _ => break,
            }
        }
        at
    }

    /// `[ASCII mark][A-Za-z]+` or `[\p{P}\p{S}]+[\r\n]*`.
    fn mark(&self, start: usize, next: usize) -> usize {
        let letters = self.0.bytes[next..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters > 0 && self.0.bytes[start].is_ascii() {
            return next + letters;
        }
        self.skip(self.skip(next, Class::Mark), Class::LineEnd)
    }

    /// White space that is not a line end: it may belong to the word or, if a plain space, to the marks that follow.
    fn space(&self, start: usize, next: usize) -> usize {
        match self.0.read(next) {
            (Class::Word, after) => self.skip(after, Class::Word),
            (Class::Mark, after) if self.0.bytes[start] == b' ' => {
                self.skip(self.skip(after, Class::Mark), Class::LineEnd)
            }
            _ => self.white_space(start),
        }
    }

    /// `\s*[\r\n]+`, else `\s+(?!\S)`, else `\s+`: up to the last line end, else all but the last character, else all.
    fn white_space(&self, start: usize) -> usize {
        let (mut at, mut last, mut line_end) = (start, start, None);
        let follower = loop {
            match self.0.read(at) {
                (Class::Space, next) => (last, at) = (at, next),
                (Class::LineEnd, next) => (last, at, line_end) = (at, next, Some(next)),
                (class, _) => break class,
            }
        };
        // Numbers and CJK are cut out before, so to the third expression the text ends in front of them.
        let text_goes_on = matches!(follower, Class::Word | Class::Mark | Class::Other);
        line_end.unwrap_or(if text_goes_on && last > start { last } else { at })
    }

    /// A character of no class before a word belongs to it; where no rule matches, characters stay together up to such a one.
    fn gap(&self, next: usize, own: Class, word: Class) -> usize {
        let mut at = next;
        loop {
            match self.0.read(at) {
                (class, after) if class == word && at == next => return self.skip(after, word),
                (class, after) if class == own && self.0.read(after).0 != word => at = after,
                _ => return at,
            }
        }
    }
}

/// Counts the ASCII letters that follow the first byte of a window (little endian).
///
/// Per byte, without its top bit: adding what is missing to 0x80 sets the top bit of a byte that reaches the bound.
#[inline]
fn ascii_letters_after_first(window: u128) -> usize {
    const ONES: u128 = u128::MAX / 0xFF;
    const TO_A: u128 = ONES * (0x80 - 0x61);
    const TO_BEYOND_Z: u128 = ONES * (0x80 - 0x7B);
    let lower = (window | (ONES * 0x20)) & (ONES * 0x7F);
    let is_letter = (lower + TO_A) & !(lower + TO_BEYOND_Z) & !window;
    let others = !is_letter & (ONES * 0x80);
    ((others >> 8).trailing_zeros() / 8).min(15) as usize
}
