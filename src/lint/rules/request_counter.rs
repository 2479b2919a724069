//! A counter before stable text.

use super::volatile_first_block;
use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "request-counter",
    severity: Severity::Warning,
    summary: "A counter of turns, steps or attempts stands before text that is the same in each request.",
    explanation: "A counter differs in every request of a conversation, so each turn pays for everything after it, the conversation so far \
        included.\n\nPut the counter into the last message, or leave it out: the model sees how many turns there were.",
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
            format!("{name} changes with each request and stands before stable text."),
        )
    });
    finding.collect()
}
