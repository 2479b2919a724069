//! A date, a time or an id before stable text.

use super::volatile_first_block;
use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "volatile-before-stable",
    severity: Severity::Warning,
    summary: "A date, a time or an id stands before text that is the same in each request.",
    explanation: "A cache compares prompts from the first token on, so each request pays in full for text after a value that differs, even if \
        that text was sent before.\n\n\
        Move the value to the end of the prompt or into the user's message. Declare a value that does not change \
        with `--stable NAME`.",
    bad: Example::new("support.j2", concat!(policies!(), "\nSession: «{{ session_id }}\n", policies!(), "\n")),
    good: Example::new("support.j2", concat!(policies!(), "\n", policies!(), "\nSession: {{ session_id }}\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let early =
        context.costly(Concern::Moment).filter(|(prompt, site)| !volatile_first_block::is_first(context, prompt, site));
    let finding = early.map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(
            context.file,
            prompt,
            site,
            format!("{name} differs from request to request and stands before stable text."),
        )
    });
    finding.collect()
}
