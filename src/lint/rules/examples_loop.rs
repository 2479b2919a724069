//! Few-shot examples from a loop over a list that is not sorted.

use crate::lint::concern::Concern;
use crate::lint::subject::Subject;
use crate::lint::{Example, Rule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
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

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let finding = subject.sites(Concern::Examples).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        RULE.at_site(subject.file, prompt, site, format!("{name} puts examples in whatever order they arrive."))
    });
    finding.collect()
}
