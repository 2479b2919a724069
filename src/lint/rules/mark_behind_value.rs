//! Marks for a cache that all stand behind a value that changes.

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::marks::Mark;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "mark-behind-value",
    severity: Severity::Warning,
    summary: "All cache breakpoints come after a value that changes, so that the stable text before it is not kept.",
    explanation: "A cache with breakpoints keeps a prompt up to each of them, and serves it to requests that are the same up to there. After a value that \
        differs, the prompt is written again with each request, at a higher price than without a cache, and never read.\n\n\
        Put a breakpoint at the end of the last text before the value. One at the end may stay: it serves the next turn of the same conversation.",
    bad: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: system\n    content: ",
            policies!(),
            "\n  - role: user\n    content:\n      - {type: text, text: \"{{ question }}\", «cache_control: {type: ephemeral}}\n"
        ),
    ),
    good: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: system\n    content:\n      - type: text\n        text: ",
            policies!(),
            "\n        cache_control: {type: ephemeral}\n  - role: user\n    content: \"{{ question }}\"\n"
        ),
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.marked_prompts().iter().filter_map(|(prompt, marks)| check_prompt(context, prompt, marks)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>, marks: &[Mark]) -> Option<Finding> {
    let end = prompt.sites.iter().find(|site| site.is_end)?;
    // Too short a text is not kept, wherever a mark stands.
    if marks.iter().any(|mark| mark.may_be_before(prompt, end)) || prompt.prefix.servable() < context.minimum() {
        return None;
    }
    let message = format!(
        "No cache breakpoint stands before {}, so the stable text before it is not kept for other requests.",
        quoted(end.fragment.written())
    );
    let finding = RULE.finding(context.file, marks.first()?.span.clone(), message);
    Some(Finding { tokens: Some(prompt.prefix.servable()), ..finding })
}
