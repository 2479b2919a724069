//! Output: a report on stdout, and on stderr what its format has no room for.

use std::io::{self, Write};

use super::destination::Destination;
use crate::report::{self, Caveat, Format, Report, Skipped, SkippedLines};

/// Writes a report. CSV has no room for the lines that were passed over and for what limits the answer: they go to stderr.
///
/// # Errors
/// Fails if the output cannot be written to.
pub(crate) fn render(report: &Report, format: Format, out: &mut Destination) -> io::Result<()> {
    let look = out.look;
    report::render(report, format, look, out)?;
    if format == Format::Csv {
        skipped_on_stderr(&report.skipped, false);
        notes_on_stderr(&report.caveats);
    }
    Ok(())
}

/// Names the lines that were passed over, away from what a pipe reads: by their reasons, or each by itself.
pub(crate) fn skipped_on_stderr(skipped: &Skipped, each: bool) {
    let words = |lines: &SkippedLines| if each { lines.all() } else { lines.words() };
    for words in words(&skipped.passed_over).into_iter().chain(words(&skipped.remarked)) {
        line_on_stderr(&words);
    }
}

/// Says what limits an answer, away from what a pipe reads, each with the code of its kind.
pub(crate) fn notes_on_stderr(caveats: &[Caveat]) {
    for (code, note) in caveats.iter().filter_map(|caveat| Some((caveat.code, caveat.note.as_ref()?))) {
        line_on_stderr(&format!("note: {note} [{code}]"));
    }
}

/// Says something beside the output, on one line whatever the names in it hold.
pub(crate) fn line_on_stderr(words: &str) {
    let words = words.replace('\n', " ");
    // A closed stderr leaves no way to report that the note was not written.
    let _ = writeln!(io::stderr(), "cachecheck: {}", report::visible(&words));
}
