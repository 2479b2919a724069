//! Few-shot examples from a loop over a list that is not sorted.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "examples-loop",
    severity: Severity::Warning,
    summary: "Few-shot examples come from a loop that fixes neither their order nor their number.",
    explanation: "Examples that arrive in another order, as from a search or a database, are another prompt. That the same examples are \
        in it does not count.\n\n\
        Write the examples into the template, or sort them: `examples | sort(attribute='id')`. Where the program that fills the \
        template always gives the same list, say so with `--stable examples`.",
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
        RULE.at_site(context.file, prompt, site, format!("{name} puts examples in whatever order they arrive."))
    });
    finding.collect()
}
