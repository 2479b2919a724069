//! Comments that allow a rule which finds nothing there. `allow.rs` applies it after all other rules.

use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::Severity;

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "idle-allow",
    severity: Severity::Note,
    summary: "A comment allows a rule that does not exist or finds nothing there.",
    explanation: "`cachecheck: allow ID` in a comment silences a rule: for its line if it follows other text, for the next line if it \
        stands alone, for the whole file if it stands alone on the first line. A comment that silences nothing is reported, since it is out of date.\n\n\
        Remove it, or move it to the line of the finding.",
    bad: Example::new("support.j2", "Be brief.\n{# cachecheck: allow «trailing-blanks #}\nBe kind.\n"),
    good: Example::new("support.txt", "Be brief.\n# cachecheck: allow trailing-blanks\nBe kind. \n"),
    check: |_| Vec::new(),
};
