//! A byte order mark.

use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "byte-order-mark",
    severity: Severity::Warning,
    summary: "The file begins with a byte order mark.",
    explanation: "Some programs read the mark as a character and send it as the first token of the prompt, others drop it; the next editor \
        that saves the file decides. Either way the first token changes, and with it everything.\n\nSave the file as UTF-8 without it.",
    bad: Example::new("support.txt", "«\u{feff}You answer questions about orders.\n"),
    good: Example::new("support.txt", "You answer questions about orders.\n"),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let message = "The file begins with a byte order mark, which some programs send and some do not.";
    let has_mark = context.file.source.text().starts_with('\u{feff}');
    has_mark.then(|| RULE.finding(context.file, 0..0, message)).into_iter().collect()
}
