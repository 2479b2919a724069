//! A system message that consists of one variable.

use crate::exchange::is_system;
use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, Site};
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};
use crate::template::{Fragment, TemplateMessage};

pub(super) const RULE: LintRule = LintRule {
    id: "system-is-variable",
    severity: Severity::Note,
    summary: "The system message consists of one variable.",
    explanation: "The text of the system message is not in this file, so its tokens cannot be counted. A system message that changes in \
        each turn is never served.\n\n\
        Lint the text that goes there, and declare the variable with `--stable NAME` if it is always the same.",
    bad: Example::new(
        "chat.yaml",
        "messages:\n  - role: system\n    content: \"«{{ system_prompt }}\"\n  - role: user\n    content: \"{{ question }}\"\n",
    ),
    good: Example::new(
        "chat.yaml",
        "messages:\n  - role: system\n    content: \"Answer briefly.\"\n  - role: user\n    content: \"{{ question }}\"\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for prompt in &context.prompts {
        let first = prompt.template.messages.first().filter(|message| is_system(&message.role));
        let Some(span) = first.and_then(only_value) else { continue };
        // Of a file that is included another rule speaks.
        let is_value = |site: &&Site<'_>| {
            let is_here = site.span.start == span && site.concern != Concern::Include;
            is_here && !is_made_here(context, site.fragment.written())
        };
        if let Some(site) = prompt.sites.iter().find(is_value) {
            let name = quoted(site.fragment.written());
            let message = format!("The system message consists of {name} alone, so its tokens cannot be counted here.");
            found.push(RULE.finding(context.file, site.span.clone(), message));
        }
    }
    found
}

/// Tells whether a value is what a function of this file gives whose text is a template itself: `self.rules()` beside `Desk.rules`.
fn is_made_here(context: &LintContext<'_>, written: &str) -> bool {
    let Some((function, _)) = written.split_once('(') else { return false };
    let function = function.rsplit(['.', ' ']).next().unwrap_or_default();
    let names = context.file.templates.iter().filter_map(|template| template.name.as_deref());
    names.flat_map(|name| name.split('.')).any(|name| name == function)
}

/// The byte of the value that is all of a message.
fn only_value(message: &TemplateMessage) -> Option<usize> {
    let is_blank = |fragment: &&Fragment| matches!(fragment, Fragment::Text(text) if text.text.trim().is_empty());
    let mut inked = message.content.iter().filter(|fragment| !is_blank(fragment));
    match (inked.next(), inked.next()) {
        (Some(Fragment::Value(value)), None) => Some(value.span.start),
        _ => None,
    }
}
