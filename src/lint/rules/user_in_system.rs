//! A user's name or id in the system message before stable text.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "user-in-system",
    severity: Severity::Warning,
    summary: "A user's name or id stands in the system message before text that is the same for everybody.",
    explanation: "A user's name makes the system message different for each user: no two users share the text after the name in the cache.\n\n\
        Put the name at the end of the system message, or into the user's message.",
    bad: Example::new("support.j2", concat!("You talk with «{{ user.name }}.\n", policies!(), "\n")),
    good: Example::new("support.j2", concat!(policies!(), "\nYou talk with {{ user.name }}.\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.costly(Concern::User).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(context.file, prompt, site, format!("{name} makes the system message different for each user."))
    });
    finding.collect()
}
