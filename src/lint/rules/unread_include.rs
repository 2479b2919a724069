//! Files that a template includes and that are not read.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};
use crate::template::UnreadReason;

pub(super) const RULE: LintRule = LintRule {
    id: "unread-include",
    severity: Severity::Note,
    summary: "The template includes another file, which is not read.",
    explanation: "The text of an included file is not known, so it counts as a value that may differ. The real stable prefix may be longer.\n\n\
        Lint the rendered file, or the included file by itself.",
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
            format!("{name} is not read; it counts as a value that may differ."),
        )
    });
    // Settings that name a file of tools are no part of a message.
    let outside = context.file.templates.iter().flat_map(|template| &template.unread).filter(|unread| {
        let is_site = context.sites(Concern::Include).any(|(_, site)| site.span.start == unread.span.start);
        unread.reason == UnreadReason::Include && !is_site
    });
    let outside = outside.map(|unread| {
        let name = quoted(&unread.written);
        RULE.finding(context.file, unread.span.clone(), format!("{name} names another file, which is not read."))
    });
    finding.chain(outside).collect()
}
