//! A counter before stable text.

use super::{policies, volatile_first_block};
use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "request-counter",
    severity: Severity::Warning,
    summary: "A turn, step or attempt is counted before text that is the same in each request.",
    explanation: "A counter differs in every request of a conversation, so each turn pays anew for all that stands behind it, and the \
        conversation so far with it.\n\nCount in the last message, or not at all: the model sees how many turns there were.",
    bad: Example::new("agent.j2", concat!(policies!(), "\nThis is step «{{ step }}.\n", policies!(), "\n")),
    good: Example::new(
        "agent.j2",
        concat!(policies!(), "\n", policies!(), "\nThis is step {{ step }} of {{ max_step }}.\n"),
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let early = context
        .costly(Concern::Counter)
        .filter(|(prompt, site)| !volatile_first_block::is_first(context, prompt, site));
    let finding = early.map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(
            context.file,
            prompt,
            site,
            format!("{name} counts up with each request and stands before stable text."),
        )
    });
    finding.collect()
}
