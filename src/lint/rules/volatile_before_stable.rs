//! A date, a time or an id before stable text.

use super::volatile_first_block;
use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "volatile-before-stable",
    severity: Severity::Warning,
    summary: "A date, a time or an id stands before text that is the same in each request.",
    explanation: "A cache compares prompts from the first token on, so each request pays in full for text after a value that differs, even if \
        that text was sent before.\n\n\
        Move the value to the end of the prompt or into the user's message. Declare a value that does not change \
        with `--stable NAME`.",
    bad: Example::new("support.j2", concat!(policies!(), "\nSession: «{{ session_id }}\n", policies!(), "\n")),
    good: Example::new("support.j2", concat!(policies!(), "\n", policies!(), "\nSession: {{ session_id }}\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

/// The first such value of a prompt: who mends it sees the others.
fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let is_early = |site: &&Site<'_>| {
        let is_told_elsewhere = volatile_first_block::is_first(context, prompt, site) || prompt.is_cut_before(site);
        site.concern == Concern::Moment && !site.is_of_setup() && prompt.is_costly(site) && !is_told_elsewhere
    };
    let mut early = prompt.sites.iter().filter(is_early);
    let (first, others) = (early.next()?, early.count() as u64);
    let name = quoted(first.fragment.written());
    let also = match others {
        0 => String::new(),
        1 => ", as 1 more place of the prompt does".into(),
        more => format!(", as {more} more places of the prompt do"),
    };
    let message = format!("{name} differs from request to request and stands before stable text{also}.");
    Some(RULE.at_site(context.file, prompt, first, message))
}
