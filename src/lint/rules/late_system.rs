//! A system message behind messages that change.

use crate::exchange::is_system;
use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "late-system",
    severity: Severity::Warning,
    summary: "A system message comes after a message that changes.",
    explanation: "Each request pays for instructions that come after the user's text. Some providers move system messages to the front, others \
        do not.\n\nPut the instructions into the first message. A reminder of a line or two costs little.",
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

/// The length in bytes below which a system message is a reminder and not reported.
const REMINDER: usize = 256;

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().flat_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Vec<Finding> {
    let messages = prompt.template.messages.iter().enumerate();
    let Some(first) = prompt.sites.iter().map(|site| site.message).min() else { return Vec::new() };
    let is_late = |(index, role): (usize, &str)| index > first && is_system(role);
    let late = messages.filter(|(index, message)| is_late((*index, &message.role)) && message.raw.len() >= REMINDER);
    // The value must stand in a message of another role: other rules report values in system messages.
    let late = late
        .filter(|(index, _)| prompt.sites.iter().any(|site| site.message < *index && !is_system(prompt.role_of(site))));
    let finding = late.map(|(_, message)| {
        let message_of = "This system message comes after a message that changes, so each request pays for all of it.";
        RULE.finding(context.file, message.at..message.at, message_of)
    });
    finding.collect()
}
