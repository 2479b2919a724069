//! One file per subcommand: its arguments and what it does with them.

pub(crate) mod args;
pub(crate) mod by;
pub(crate) mod card;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod curve;
pub(crate) mod logs;
pub(crate) mod parse;
pub(crate) mod prices;
pub(crate) mod profiles;
pub(crate) mod rates;
pub(crate) mod simulate;
pub(crate) mod stale;

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
