//! Few-shot examples from a loop over a list that is not sorted.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "examples-loop",
    severity: Severity::Note,
    summary: "Few-shot examples come from a loop over a list that is not sorted.",
    explanation: "The same examples in another order, as a search or a database may return them, make a different prompt.\n\n\
        Write the examples into the template, or sort them: `examples | sort(attribute='id')`. If the program that fills the \
        template always passes the same list, declare it with `--stable examples`.",
    bad: Example::new(
        "few-shot.j2",
        "«{% for example in examples %}Q: {{ example.q }}\nA: {{ example.a }}\n{% endfor %}\n",
    ),
    good: Example::new(
        "few-shot.j2",
        "{% for example in examples | sort(attribute='id') %}Q: {{ example.q }}\nA: {{ example.a }}\n{% endfor %}\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.sites(Concern::Examples).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(
            context.file,
            prompt,
            site,
            format!("{name} inserts examples in the order in which they arrive, which may change."),
        )
    });
    finding.collect()
}
