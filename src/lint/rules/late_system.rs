//! A system message behind messages that change.

use super::policies;
use crate::lint::context::{LintContext, LintedPrompt, is_system};
use crate::lint::{Example, LintRule};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "late-system",
    severity: Severity::Warning,
    summary: "A system message stands behind a message that changes.",
    explanation: "Instructions behind what the user says are paid anew with each request. Providers that lay out system messages first do \
        not, but not all of them do.\n\nPut the instructions into the first message. A reminder of a line or two costs little.",
    bad: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: user\n    content: \"{{ question }}\"\n  - role: system\n    content: «",
            policies!(),
            "\n"
        ),
    ),
    good: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: system\n    content: ",
            policies!(),
            "\n  - role: user\n    content: \"{{ question }}\"\n  - role: system\n    content: Be brief.\n"
        ),
    ),
    check,
};

/// A reminder that is shorter than this, in bytes, is none of our business.
const REMINDER: usize = 256;

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().flat_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Vec<Finding> {
    let messages = prompt.template.messages.iter().enumerate();
    let Some(first) = prompt.sites.iter().map(|site| site.message).min() else { return Vec::new() };
    let is_late = |(index, role): (usize, &str)| index > first && is_system(role);
    let late = messages.filter(|(index, message)| is_late((*index, &message.role)) && message.raw.len() >= REMINDER);
    // The change must stand in a message of someone else: a system message that varies itself is told of elsewhere.
    let late = late
        .filter(|(index, _)| prompt.sites.iter().any(|site| site.message < *index && !is_system(prompt.role_of(site))));
    let finding = late.map(|(_, message)| {
        let message_of = "This system message stands behind a message that changes; each request pays for it anew.";
        RULE.finding(context.file, message.at..message.at, message_of)
    });
    finding.collect()
}
