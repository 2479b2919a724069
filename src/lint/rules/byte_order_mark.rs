//! A byte order mark.

use crate::lint::subject::Subject;
use crate::lint::{Example, Rule};
use crate::report::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "byte-order-mark",
    severity: Severity::Warning,
    summary: "The file begins with a byte order mark.",
    explanation: "Some programs read the mark as a character and send it as the first token of the prompt, others drop it; the next editor \
        that saves the file decides. Either way the first token changes, and with it everything.\n\nSave the file as UTF-8 without it.",
    bad: Example::new("support.txt", "«\u{feff}You answer questions about orders.\n"),
    good: Example::new("support.txt", "You answer questions about orders.\n"),
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = "The file begins with a byte order mark, which some programs send and some do not.";
    let has_mark = subject.file.source.text().starts_with('\u{feff}');
    has_mark.then(|| RULE.finding(subject.file, 0..0, message)).into_iter().collect()
}
