//! A date, a time or an id before stable text.

use super::{policies, volatile_first_block};
use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "volatile-before-stable",
    severity: Severity::Warning,
    summary: "A date, a time or an id stands before text that is the same in each request.",
    explanation: "What stands behind a value that differs is paid in full by each request, even if every word of it was sent before: \
        only what is the same from the first token on counts.\n\n\
        Move the value behind the text, to the end of the prompt or into the user's message. A value that does not change is \
        declared with `--stable NAME`.",
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
