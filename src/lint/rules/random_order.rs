//! Text that is drawn or shuffled at random.

use crate::lint::classify::Concern;
use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "random-order",
    severity: Severity::Error,
    summary: "Examples, tools or words are drawn or shuffled at random.",
    explanation: "A random greeting, heading or wrapper and shuffled examples make each prompt differ from the last. Nothing after the first \
        difference is served from the cache.\n\n\
        Choose one, or put the random part at the end of the prompt.",
    bad: Example::new("few-shot.j2", concat!("«{{ greetings | random }}\n", policies!(), "\n")),
    good: Example::new("few-shot.j2", "{{ greetings | first }}\n"),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.costly(Concern::Random).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        let message =
            format!("{name} is drawn at random and stands before text that could be the same in each request.");
        RULE.at_site(context.file, prompt, site, message)
    });
    finding.collect()
}
