//! Splits text into the pieces within which bytes may merge, by the two rules of OpenAI's encodings.
//!
//! Each rule is a regular expression of alternatives, of which the first that matches decides. Since the class of a character
//! decides which alternative can begin at it, a `match` over the class of a piece's first character does the same in one pass,
//! without going back and without a bound on the length of a piece. It does not know tokens.

use super::classes::Category;
use crate::tokens::bpe::{self, Classes, Text};

/// The rule of an encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// `cl100k_base`: a word is a run of letters; a contraction is a piece of its own.
    Cl100k,
    /// `o200k_base` and `o200k_harmony`: a word ends before the next capital, and a contraction belongs to it.
    O200k,
}

pub(super) struct Splitter<'t> {
    rule: Rule,
    text: Text<'t, Category>,
}

impl bpe::SplitRules for Splitter<'_> {
    #[inline]
    fn piece_end(&self, start: usize) -> usize {
        match self.rule {
            Rule::Cl100k => self.cl100k(start),
            Rule::O200k => self.o200k(start),
        }
    }
}

impl<'t> Splitter<'t> {
    pub(super) fn new(rule: Rule, classes: &'t Classes<Category>, text: &'t str) -> Self {
        Self { rule, text: Text::new(classes, text, Category::End) }
    }

    /// `'(?i:[sdmt]|ll|ve|re)`, then `[^\r\n\p{L}\p{N}]?+\p{L}++`, then what both rules share.
    fn cl100k(&self, start: usize) -> usize {
        if let Some(end) = self.contraction(start) {
            return end;
        }
        let (class, next) = self.text.read(start);
        let word = if class.may_lead() { next } else { start };
        let end = self.text.skip(word, Category::is_letter);
        if end > word { end } else { self.no_word(start, class, next) }
    }

    /// Words with their case and contraction, then what both rules share.
    fn o200k(&self, start: usize) -> usize {
        let (class, next) = self.text.read(start);
        let word = if class.may_lead() { next } else { start };
        let end = match self.lower_end(word) {
            Some(end) => end,
            // A mark that leads no word is one by itself.
            None if class == Category::Mark => next,
            None => {
                let end = self.text.skip(word, Category::may_be_upper);
                if end == word {
                    return self.no_word(start, class, next);
                }
                end
            }
        };
        self.contraction(end).unwrap_or(end)
    }

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: `None` where nothing of the second kind follows.
    fn lower_end(&self, word: usize) -> Option<usize> {
        let (mut at, mut last) = (word, None);
        loop {
            match self.text.read(at) {
                (Category::Lower, next) => return Some(self.text.skip(next, Category::may_be_lower)),
                (class, next) if class.may_be_upper() => {
                    at = next;
                    last = if class.may_be_lower() { Some(next) } else { last };
                }
                // Of the first kind as many are given back as it takes, and no more.
                _ => return last,
            }
        }
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`; the long s is an s too.
    fn contraction(&self, at: usize) -> Option<usize> {
        let [b'\'', rest @ ..] = self.text.bytes.get(at..)? else { return None };
        let length = match rest {
            [b's' | b'S' | b't' | b'T' | b'm' | b'M' | b'd' | b'D', ..] => 1,
            [b'r' | b'R' | b'v' | b'V', b'e' | b'E', ..] | [b'l' | b'L', b'l' | b'L', ..] | [0xC5, 0xBF, ..] => 2,
            _ => return None,
        };
        Some(at + 1 + length)
    }

    /// Numbers, signs and white space, where no word begins.
    fn no_word(&self, start: usize, class: Category, next: usize) -> usize {
        match class {
            Category::Number => self.number(next),
            Category::Space if self.text.bytes[start] == b' ' && self.text.read(next).0.is_sign() => self.signs(next),
            Category::Space | Category::LineEnd => self.white_space(start),
            _ => self.signs(start),
        }
    }

    /// `\p{N}{1,3}`, the first of which is read.
    fn number(&self, mut at: usize) -> usize {
        for _ in 0..2 {
            match self.text.read(at) {
                (Category::Number, next) => at = next,
                _ => break,
            }
        }
        at
    }

    /// `[^\s\p{L}\p{N}]+[\r\n]*`; after a line end, `o200k_base` takes strokes too.
    fn signs(&self, start: usize) -> usize {
        let mut at = self.text.skip(start, Category::is_sign);
        while let Some(b'\r' | b'\n' | b'/') = self.text.bytes.get(at)
            && (self.rule == Rule::O200k || self.text.bytes[at] != b'/')
        {
            at += 1;
        }
        at
    }

    /// `\s*[\r\n]+`, else `\s+(?!\S)`, else `\s+`: up to the last line end, else all but the last character, else all.
    ///
    /// In `cl100k_base` `\s++$` comes first: at the end of the text all of it.
    fn white_space(&self, start: usize) -> usize {
        let (mut at, mut last, mut line_end) = (start, start, None);
        let follower = loop {
            match self.text.read(at) {
                (Category::Space, next) => (last, at) = (at, next),
                (Category::LineEnd, next) => (last, at, line_end) = (at, next, Some(next)),
                (class, _) => break class,
            }
        };
        match (line_end, follower) {
            (_, Category::End) if self.rule == Rule::Cl100k => at,
            (Some(end), _) => end,
            (None, Category::End) => at,
            (None, _) if last > start => last,
            (None, _) => at,
        }
    }
}
