//! Comments that allow what is not there. What they allow is known when all other rules have spoken, in `allow.rs`.

use crate::lint::{Example, LintRule};
use crate::report::Severity;

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "idle-allow",
    severity: Severity::Note,
    summary: "A comment allows a rule that does not exist or finds nothing there.",
    explanation: "`cachecheck: allow ID` in a comment silences a rule: on its own line behind other text, on the next line when it stands \
        alone, in the whole file when it stands alone on the first line. One that silences nothing hides that the reason is gone.\n\n\
        Take it out, or put it where the finding is.",
    bad: Example::new("support.j2", "Be brief.\n{# cachecheck: allow «trailing-blanks #}\nBe kind.\n"),
    good: Example::new("support.txt", "Be brief.\n# cachecheck: allow trailing-blanks\nBe kind. \n"),
    check: |_| Vec::new(),
};
