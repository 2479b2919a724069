//! One file or folder per subcommand, with its arguments and what it does with them; `args/` has the arguments that they share.

pub(crate) mod args;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod curve;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod hits;
pub(crate) mod infer;
pub(crate) mod keys;
pub(crate) mod lint;
pub(crate) mod lock;
pub(crate) mod parse;
pub(crate) mod plan;
pub(crate) mod profiles;
pub(crate) mod rates;
pub(crate) mod report;
pub(crate) mod simulate;
pub(crate) mod trend;

/// The outcome of a command that ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, and the gates held.
    Done,
    /// Done, and a gate did not hold, or something differs where that was asked.
    Failed,
}

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
        }
    }
}
