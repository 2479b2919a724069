//! `{{ … }}` without quotes in YAML, which is a map there.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::document::{self, Node, NodeKind, Notation};
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, pattern, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "unquoted-braces",
    severity: Severity::Error,
    summary: "A variable stands without quotes in YAML, which reads it as a map.",
    explanation: "YAML reads `{{ name }}` without quotes as a map whose key is a map. The text differs from what is written, or the file is not \
        valid YAML.\n\nPut it in quotes, or into a block after `|`. Files that are rendered before they are read as YAML \
        (`.yaml.j2`, Helm charts) are not reported.",
    bad: Example::new("chat.yaml", "messages:\n  - role: user\n    content: «{{ question }}\n"),
    good: Example::new(
        "chat.yaml",
        "messages:\n  - role: user\n    content: \"{{ question }}\"\n  - role: user\n    content: |\n      key: {{ it }}\n",
    ),
    check,
};

static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:-[ \t]+)*(?:[\w.-]+:[ \t]+)?(\{\{-?[ \t]*[A-Za-z_][^{}\n]*\}\})"));

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let source = &context.file.source;
    // `SourceText::extension` takes `.yaml.j2` for YAML, but that file is YAML only after it was rendered.
    let is_yaml = Path::new(source.label()).extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let is_filled_before =
        source.text().contains("{%") || source.text().contains("{{ .") || source.text().contains("{{.");
    if !is_yaml || !BARE.is_match(source.text()) {
        return Vec::new();
    }
    let read = document::read(source.text(), Notation::Yaml);
    let candidates = BARE.captures_iter(source.text()).filter_map(|found| found.get(1));
    let is_map = |start: usize| match &read {
        Ok(documents) => documents.iter().any(|node| has_map_at(node, start)),
        // The line that it breaks off at, or the one before.
        Err(refusal) => !is_filled_before && source.place(refusal.byte).line.abs_diff(source.place(start).line) <= 1,
    };
    let unquoted = candidates.filter(|found| is_map(found.start()));
    let finding = unquoted.map(|found| {
        let message = format!("{} without quotes is a map in YAML, not text.", quoted(found.as_str()));
        let finding = RULE.finding(context.file, found.range(), message);
        Finding { help: Some("Put it in quotes.".into()), ..finding }
    });
    finding.collect()
}

/// Tells whether a map begins at that byte.
fn has_map_at(node: &Node, start: usize) -> bool {
    match &node.kind {
        NodeKind::Map(_) if node.span.start == start => true,
        NodeKind::Map(entries) => entries.iter().any(|entry| has_map_at(&entry.value, start)),
        NodeKind::List(items) => items.iter().any(|item| has_map_at(item, start)),
        NodeKind::Scalar(_) => false,
    }
}
