//! Character classes, as far as the split rules tell characters apart.

use crate::tokens::bpe::Classes;

/// The class of a character in the split rules. Those of the CJK block, which is split off first, have classes of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// None of the below: control, format and unassigned characters.
    Other,
    /// `\p{L}` or `\p{M}`.
    Word,
    /// `\p{P}` or `\p{S}`.
    Mark,
    /// `\p{N}`.
    Number,
    /// `\s` except line ends.
    Space,
    /// `\r` or `\n`.
    LineEnd,
    /// [`Class::Word`] in the CJK block.
    CjkWord,
    /// [`Class::Mark`] in the CJK block.
    CjkMark,
    /// [`Class::Other`] in the CJK block.
    CjkOther,
    /// There is no character: the text has ended.
    End,
}

/// The class of every character.
pub(super) fn embedded() -> Classes<Class> {
    Classes::read(include_str!("classes.txt"), |letter| match letter {
        "w" => Class::Word,
        "m" => Class::Mark,
        "n" => Class::Number,
        "s" => Class::Space,
        "e" => Class::LineEnd,
        "W" => Class::CjkWord,
        "M" => Class::CjkMark,
        "O" => Class::CjkOther,
        _ => Class::Other,
    })
}
