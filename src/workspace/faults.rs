//! Faults of the logs that a run reads.

use crate::exchange::Exchange;
use crate::money::{Decimal, fraction};
use crate::report::text::{percent, plural, thousands};
use crate::report::{Skipped, SkippedLine};

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

    /// The reason why a line was not read, or not as it stands, if that was so and is kept.
    pub(crate) fn reason(&self, source: &str, line: u64) -> Option<String> {
        let is_it = |skipped: &&SkippedLine| skipped.source == source && skipped.line == Some(line);
        [&self.skipped.passed_over, &self.skipped.remarked]
            .into_iter()
            .flat_map(|lines| &lines.first)
            .find(is_it)
            .map(|skipped| skipped.reason.clone())
    }

    /// A request that failed is no fault of the log: it is named, and nothing more.
    pub(super) fn note_failed(&mut self, source: &str, exchange: &Exchange) {
        let reason = "the request failed and no usage was reported: counted as not billed and not cached";
        self.skipped.passed_over.add(line(source, exchange, reason));
    }

    /// Names a request that is an earlier one, logged by another.
    pub(super) fn note_copy(&mut self, source: &str, exchange: &Exchange) {
        let reason = "a copy of an earlier request, logged by another, by its id and its counts: counted once";
        self.skipped.remarked.add(line(source, exchange, reason));
    }

    /// The reason why figures of logs of which so many requests were read may be far from those of the whole.
    pub(super) fn incomplete(&self, exchanges: u64, max_skipped: Decimal) -> Option<String> {
        if let Some(unfinished) = &self.unfinished {
            return Some(format!("{unfinished}: what follows is not known"));
        }
        let lines = exchanges + self.lines;
        let share = Decimal::from(self.lines) / Decimal::from(lines.max(1));
        (share > max_skipped).then(|| {
            format!(
                "{} of {} could not be read, more than the {} that --max-skipped allows",
                thousands(self.lines),
                plural(lines, "line"),
                percent(fraction(max_skipped))
            )
        })
    }
}

/// The line of a request that is no part of the answer, with the reason.
fn line(source: &str, exchange: &Exchange, reason: &str) -> SkippedLine {
    let entry = exchange.entry.as_ref().map(|entry| format!("{entry}: ")).unwrap_or_default();
    SkippedLine { source: source.to_owned(), line: Some(exchange.place.line), reason: format!("{entry}{reason}") }
}
