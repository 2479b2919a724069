//! Variables within tool definitions.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::{Kind, Node, Scalar};
use crate::lint::subject::Subject;
use crate::lint::{Example, Rule, pattern, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "volatile-tool",
    severity: Severity::Error,
    summary: "A tool definition holds a variable.",
    explanation: "Tools are laid out before all messages by most providers. A value in a tool's description that changes keeps the whole \
        prompt from the cache.\n\n\
        Describe tools without dates, ids and users; give those in the last message.",
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

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let tools = subject.prompts.iter().flat_map(|prompt| &prompt.template.tools);
    let finding = tools.filter_map(variable).map(|(scalar, written)| {
        let at = scalar.map.at(0);
        let message = format!("{} stands in a tool definition, before all messages.", quoted(written));
        RULE.finding(subject.file, at..at, message)
    });
    finding.collect()
}

/// The first variable in a value, and the text it stands in.
fn variable(node: &Node) -> Option<(&Scalar, &str)> {
    match &node.kind {
        Kind::Scalar(scalar) => VARIABLE.find(&scalar.text).map(|found| (scalar, found.as_str())),
        Kind::List(items) => items.iter().find_map(variable),
        Kind::Map(entries) => entries.iter().find_map(|entry| variable(&entry.value)),
    }
}
