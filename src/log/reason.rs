//! The reasons why a line is skipped or remarked upon: their kinds, and the sentences for those that something depends on.

use std::fmt;

use crate::input::TEMPORARY_FILE_FAILED;

/// Remark on counts that several requests have together.
pub(in crate::log) const SUM: &str = "the sum of several requests, whose own counts are not in the log";

/// The reason why a line was skipped, or read with a remark, in words that complete "line 3: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The JSON ends in the middle, at this column.
    Torn(usize),
    /// The bytes are no UTF-8 from this one on, counted from 1: a text may be cut within a letter.
    NotUtf8(usize),
    /// A line that fits this reason, or else the beginning of a document that cannot be read for the other.
    OrDocument(Box<Self>, String),
    /// The machine failed, not the log: this run cannot keep what it needs later.
    TemporaryFile(String),
    /// Any other.
    Other(String),
}

impl Reason {
    /// True if the line ends in the middle, as the last line of a log does that is still being written.
    pub fn is_torn(&self) -> bool {
        match self {
            Self::Torn(_) | Self::NotUtf8(_) => true,
            Self::OrDocument(line, _) => line.is_torn(),
            Self::TemporaryFile(_) | Self::Other(_) => false,
        }
    }

    /// True if the machine failed, not the log, so that another run may do better.
    pub fn is_failure_of_machine(&self) -> bool {
        matches!(self, Self::TemporaryFile(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn(column) => write!(formatter, "torn: the JSON ends in the middle (column {column})"),
            Self::NotUtf8(byte) => write!(formatter, "not UTF-8 from byte {byte}"),
            Self::OrDocument(line, document) => write!(formatter, "{line}, or {document}"),
            Self::TemporaryFile(error) => write!(formatter, "{TEMPORARY_FILE_FAILED}: {error}"),
            Self::Other(reason) => formatter.write_str(reason),
        }
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self::Other(reason)
    }
}

impl From<&str> for Reason {
    fn from(reason: &str) -> Self {
        Self::Other(reason.into())
    }
}
