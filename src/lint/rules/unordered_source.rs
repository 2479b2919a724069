//! A list whose order nobody fixed: a map's items, a set, a folder.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "unordered-source",
    severity: Severity::Warning,
    summary: "Tools or other parts come from a collection without a fixed order.",
    explanation: "A map gives its items in the order in which they were put in, a set and a folder's listing in any. The same tools in \
        another order are another prompt, and tools stand at its very beginning.\n\n\
        Sort where the prompt is made: `tools | dictsort`, `| sort(attribute='name')`.",
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
    let finding = context.sites(Concern::Unordered).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(context.file, prompt, site, format!("{name} gives its items in an order that nothing fixes."))
    });
    finding.collect()
}
