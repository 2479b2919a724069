//! A byte order mark.

use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "byte-order-mark",
    severity: Severity::Warning,
    summary: "The file begins with a byte order mark.",
    explanation: "Some programs send the mark as the first token of the prompt, others drop it, and editors add or remove it when they save the \
        file. If the first token changes, the whole prompt misses the cache.\n\nSave the file as UTF-8 without a byte order mark.",
    bad: Example::new("support.txt", "«\u{feff}You answer questions about orders.\n"),
    good: Example::new("support.txt", "You answer questions about orders.\n"),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let message = "The file begins with a byte order mark, which some programs send to the model and some do not.";
    // Compilers leave out the mark of source code, and readers of documents that of theirs.
    let is_document = ["yaml", "yml", "json", "toml"].contains(&context.file.source.extension());
    let has_mark = !context.file.is_source() && !is_document && context.file.source.text().starts_with('\u{feff}');
    has_mark.then(|| RULE.finding(context.file, 0..0, message)).into_iter().collect()
}
