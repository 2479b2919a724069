//! Character classes, as far as the split rules tell characters apart.
//!
//! The table `classes.txt` beside this file is made from regex-syntax 0.8.11 (Unicode 16), whose tables agree with the regex
//! engine of Hugging Face `tokenizers` 0.23 on every character; newer Unicode tables would not. It lists, in order, the first
//! code point (hexadecimal) of each run of equal class and the class's letter. A test compares and renews it.

/// What a character is to the split rules. Those of the CJK block, which is split off first, have classes of their own.
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

const CODE_POINTS: u32 = 0x11_0000;
const TABLE: &str = include_str!("classes.txt");

/// The class of every code point.
pub(super) struct Classes(Box<[Class]>);

impl Classes {
    pub(super) fn embedded() -> Self {
        let mut classes = Vec::with_capacity(CODE_POINTS as usize);
        let mut class = Class::Other;
        for (start, next) in TABLE.split_ascii_whitespace().filter_map(parse_run).chain([(CODE_POINTS, Class::End)]) {
            classes.resize(start as usize, class);
            class = next;
        }
        Self(classes.into())
    }

    #[inline]
    pub(super) fn of(&self, code_point: u32) -> Class {
        self.0[code_point as usize]
    }
}

fn parse_run(run: &str) -> Option<(u32, Class)> {
    let (start, letter) = run.split_at_checked(run.len().checked_sub(1)?)?;
    let class = match letter {
        "w" => Class::Word,
        "m" => Class::Mark,
        "n" => Class::Number,
        "s" => Class::Space,
        "e" => Class::LineEnd,
        "W" => Class::CjkWord,
        "M" => Class::CjkMark,
        "O" => Class::CjkOther,
        _ => Class::Other,
    };
    Some((u32::from_str_radix(start, 16).ok()?, class))
}
