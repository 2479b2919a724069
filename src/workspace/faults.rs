//! Faults of the logs that a run reads.

use crate::report::Skipped;

/// Lines that were passed over, and sources that break off.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    pub(crate) skipped: Skipped,
    /// Number of lines that could not be read. Others were skipped although they can be, such as failed requests.
    pub(super) lines: u64,
    /// The first source that could not be read to its end, with the reason.
    pub(super) unfinished: Option<String>,
}

impl Faults {
    /// These and later ones, in this order.
    pub(super) fn with(mut self, later: Self) -> Self {
        self.skipped.append(later.skipped);
        let unfinished = self.unfinished.or(later.unfinished);
        Self { skipped: self.skipped, lines: self.lines + later.lines, unfinished }
    }
}
