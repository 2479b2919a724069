//! Character classes, as far as OpenAI's split rules tell characters apart.

use crate::tokens::bpe::Classes;

/// The class of a character in the split rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Category {
    /// None of the below: punctuation, symbols, control, format and unassigned characters.
    Other,
    /// `\p{Lu}` or `\p{Lt}`.
    Upper,
    /// `\p{Ll}`.
    Lower,
    /// `\p{Lm}` or `\p{Lo}`.
    Caseless,
    /// `\p{M}`.
    Mark,
    /// `\p{N}`.
    Number,
    /// `\s` except line ends.
    Space,
    /// `\r` or `\n`.
    LineEnd,
    /// There is no character: the text has ended.
    End,
}

impl Category {
    /// `\p{L}`.
    pub(super) fn is_letter(self) -> bool {
        matches!(self, Self::Upper | Self::Lower | Self::Caseless)
    }

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, what the first part of a word consists of.
    pub(super) fn may_be_upper(self) -> bool {
        matches!(self, Self::Upper | Self::Caseless | Self::Mark)
    }

    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`, what the second part of a word consists of.
    pub(super) fn may_be_lower(self) -> bool {
        matches!(self, Self::Lower | Self::Caseless | Self::Mark)
    }

    /// `[^\s\p{L}\p{N}]`.
    pub(super) fn is_sign(self) -> bool {
        matches!(self, Self::Other | Self::Mark)
    }

    /// `[^\r\n\p{L}\p{N}]`, what may stand before a word and belong to it.
    pub(super) fn may_lead(self) -> bool {
        self.is_sign() || self == Self::Space
    }
}

/// The class of every character.
pub(super) fn embedded() -> Classes<Category> {
    Classes::read(include_str!("classes.txt"), |letter| match letter {
        "u" => Category::Upper,
        "l" => Category::Lower,
        "c" => Category::Caseless,
        "m" => Category::Mark,
        "n" => Category::Number,
        "s" => Category::Space,
        "e" => Category::LineEnd,
        _ => Category::Other,
    })
}
