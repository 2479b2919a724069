//! Marks for a cache that a provider refuses.

use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::marks::Mark;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};
use crate::simulation::MOST_MARKS;
use crate::time::SignedDuration;

pub(super) const RULE: LintRule = LintRule {
    id: "invalid-mark",
    severity: Severity::Error,
    summary: "The provider refuses a cache breakpoint.",
    explanation: "A request takes at most four cache breakpoints. One for a longer time must stand before those for shorter ones, since each covers all text before \
        it, and none can stand on an empty text. If a \
        breakpoint breaks these rules, the provider rejects the request, or a gateway drops the breakpoint without an error.",
    bad: Example::new(
        "chat.yaml",
        "messages:\n  - role: user\n    content:\n      - {type: text, text: Be brief., cache_control: {type: ephemeral}}\n      \
         - {type: text, text: Be kind., «cache_control: {type: ephemeral, ttl: 1h}}\n",
    ),
    good: Example::new(
        "chat.yaml",
        "messages:\n  - role: user\n    content:\n      - {type: text, text: Be brief., cache_control: {type: ephemeral, ttl: 1h}}\n      \
         - {type: text, text: Be kind., cache_control: {type: ephemeral}}\n",
    ),
    check,
};

/// The lifetime of a mark that asks for none (Anthropic's and Bedrock's pages on prompt caching, 2026-09; Qwen's, 2026-09-24).
const USUAL: SignedDuration = SignedDuration::from_mins(5);

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let requests = context.marked_requests();
    let of_request = |marks: &Vec<Mark>| -> Vec<Finding> {
        faults(marks).into_iter().map(|(mark, fault)| RULE.finding(context.file, mark.span.clone(), fault)).collect()
    };
    requests.iter().flat_map(of_request).collect()
}

/// The marks that are refused, each with the reason.
fn faults(marks: &[Mark]) -> Vec<(&Mark, &'static str)> {
    let mut shortest = None;
    let fault = |(index, mark): (usize, &Mark)| {
        let lifetime = mark.lifetime.unwrap_or(USUAL);
        let is_behind_shorter = shortest.is_some_and(|shortest| shortest < lifetime);
        shortest = Some(shortest.map_or(lifetime, |shortest: SignedDuration| shortest.min(lifetime)));
        if index == MOST_MARKS {
            Some("A request takes four cache breakpoints; this is the fifth.")
        } else if mark.is_on_nothing {
            Some("A cache breakpoint stands on an empty text.")
        } else {
            is_behind_shorter.then_some("A cache breakpoint for a longer time comes after one for a shorter.")
        }
    };
    let mut fault = fault;
    marks.iter().enumerate().filter_map(|(index, mark)| Some((mark, fault((index, mark))?))).collect()
}
