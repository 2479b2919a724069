//! Files that a template includes and that are not read here.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "unread-include",
    severity: Severity::Note,
    summary: "The template includes another file, which is not read.",
    explanation: "What an included file says is not known here, so it counts as something that may differ: the stable prefix given is \
        shorter than it may be.\n\nLint the file that is put together, or the included file by itself.",
    bad: Example::new("agent.j2", "You are an agent.\n«{% include 'rules.j2' %}\n"),
    good: Example::new(
        "agent.j2",
        "You are an agent.\nWrite {% raw %}{% include 'rules.j2' %}{% endraw %} to include rules.\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.sites(Concern::Include).map(|(_, site)| {
        let name = quoted(site.fragment.written());
        RULE.finding(
            context.file,
            site.span.clone(),
            format!("{name} is not read; it counts as something that may differ."),
        )
    });
    finding.collect()
}
