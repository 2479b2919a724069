//! A list without a fixed order: the items of a map, a set, the files of a folder.

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, Site};
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};
use crate::template::class::ExpressionClass;

pub(super) const RULE: LintRule = LintRule {
    id: "unordered-source",
    severity: Severity::Warning,
    summary: "Tools or other parts come from a collection without a fixed order.",
    explanation: "A map lists its items in the order in which they were added, a set and a folder in any order. The same tools in another order \
        make a different prompt, from its start on: tools come first.\n\n\
        Sort them in the template: `tools | dictsort`, `| sort(attribute='name')`.",
    bad: Example::new(
        "tools.j2",
        "Your tools:\n«{% for name, tool in tools.items() %}- {{ name }}: {{ tool }}\n{% endfor %}",
    ),
    good: Example::new(
        "tools.j2",
        "Your tools:\n{% for name, tool in tools.items() | sort %}- {{ name }}: {{ tool }}\n{% endfor %}",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    // A map of what each request brings differs anyway.
    let is_kept = |site: &Site<'_>| {
        !is_of_a_map(site.fragment.written())
            || ExpressionClass::of_words(site.fragment.written()) != Some(ExpressionClass::Volatile)
    };
    let finding = context.sites(Concern::Unordered).filter(|(_, site)| is_kept(site)).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        let is_map = is_of_a_map(site.fragment.written());
        let order = if is_map { "the order in which they were added" } else { "no fixed order" };
        let finding = RULE.at_site(context.file, prompt, site, format!("{name} lists its items in {order}."));
        // Most programs add them alike each time.
        let severity = if is_map { Severity::Note } else { finding.severity };
        Finding { severity, ..finding }
    });
    finding.collect()
}

/// Tells whether the items are those of a map, which has an order, if none that is told here.
fn is_of_a_map(written: &str) -> bool {
    [".items()", ".values()", ".keys()", "| items", "|items"].iter().any(|method| written.contains(method))
}
