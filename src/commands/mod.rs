//! One file per subcommand: its arguments and what it does with them.

pub(crate) mod args;
pub(crate) mod completions;
pub(crate) mod logs;
pub(crate) mod parse;
pub(crate) mod profiles;
pub(crate) mod simulate;

/// How a command ended, where it ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, and the gates held.
    Done,
}

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
        }
    }
}
