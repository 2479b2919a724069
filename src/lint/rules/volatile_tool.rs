//! Variables within tool definitions.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::{Node, NodeKind, Scalar};
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, pattern, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "volatile-tool",
    severity: Severity::Error,
    summary: "A tool definition contains a variable.",
    explanation: "Most providers put tools before all messages. If a value in a tool's description changes, the whole prompt misses the cache.\n\n\
        Describe tools without dates, ids and users; put those into the last message.",
    bad: Example::new(
        "agent.yaml",
        "tools:\n  - name: search\n    description: \"«Searches offers valid on {{ today }}.\"\nmessages:\n  - {role: user, content: Hello}\n",
    ),
    good: Example::new(
        "agent.yaml",
        "tools:\n  - name: search\n    description: Searches offers that are valid.\nmessages:\n  - {role: user, content: Hello}\n",
    ),
    check,
};

static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\{\{-?\s*[A-Za-z_][^{}\n]*\}\}|\{%-?\s*[a-z]+[^%\n]*%\}|<%=[^%\n]*%>"));

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let tools = context.prompts.iter().flat_map(|prompt| &prompt.template.tools);
    let finding = tools.filter_map(variable).map(|(scalar, written)| {
        let at = scalar.map.at(0);
        let message =
            format!("{} stands in a tool definition, which most providers put before all messages.", quoted(written));
        RULE.finding(context.file, at..at, message)
    });
    finding.collect()
}

/// The first variable in a value, and the text it stands in.
fn variable(node: &Node) -> Option<(&Scalar, &str)> {
    match &node.kind {
        NodeKind::Scalar(scalar) => VARIABLE.find(&scalar.text).map(|found| (scalar, found.as_str())),
        NodeKind::List(items) => items.iter().find_map(variable),
        NodeKind::Map(entries) => entries.iter().find_map(|entry| variable(&entry.value)),
    }
}
