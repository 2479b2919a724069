//! Character classes, as far as the split rules tell characters apart.
//!
//! The table `classes.txt` beside this file is made from regex-syntax 0.8.11 (Unicode 16), whose tables agree with the regex
//! engine of Hugging Face `tokenizers` 0.23 on every character; newer Unicode tables would not. It lists, in order, the first
//! code point (hexadecimal) of each run of equal class and the class's letter. A test compares and renews it.

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

const TABLE: &str = include_str!("classes.txt");
/// Below are the characters that texts consist of; beyond it rare ideographs, selectors and private use.
const COMMON: usize = 0x2_0000;

/// The class of every code point.
pub(super) struct Classes {
    common: Vec<Class>,
    /// From where on characters have which class, in order.
    runs: Vec<(u32, Class)>,
}

impl Classes {
    pub(super) fn embedded() -> Self {
        let runs: Vec<_> = TABLE.split_ascii_whitespace().filter_map(parse_run).collect();
        let mut common = Vec::with_capacity(COMMON);
        for (at, (_, class)) in runs.iter().enumerate() {
            let end = runs.get(at + 1).map_or(COMMON, |(start, _)| COMMON.min(*start as usize));
            common.resize(end, *class);
        }
        Self { common, runs }
    }

    #[inline]
    pub(super) fn class(&self, code_point: u32) -> Class {
        match self.common.get(code_point as usize) {
            Some(class) => *class,
            None => self.of_rare(code_point),
        }
    }

    #[cold]
    fn of_rare(&self, code_point: u32) -> Class {
        let after = self.runs.partition_point(|(start, _)| *start <= code_point);
        self.runs[after - 1].1
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
