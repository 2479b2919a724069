//! Lint: what in a template keeps a cache from serving it, by rules that each have an id, a reason and two examples.
//!
//! A rule is one file in `rules/`. It is given a file's templates with their stable prefixes, which are computed once, and says
//! what it found where. `cachecheck: allow ID` in a comment silences a rule at a place (`allow.rs`).

mod allow;
mod classify;
mod context;
mod cuts;
mod example;
mod fix;
mod gaps;
mod markdown;
mod marks;
mod rule;
mod rules;
#[cfg(test)]
mod tests;

pub use example::Example;
pub use fix::{fixed, unified};
pub use gaps::Gaps;
pub use rule::LintRule;
pub use rules::RULES;

use crate::report::Finding;
use crate::template::{Layout, Template, TemplateFile};
use context::LintContext;

/// The findings of all rules in a file, in reading order, without those that its comments allow. Gaps are those between calls in logs.
pub fn lint(file: &TemplateFile, layout: &Layout, gaps: &Gaps) -> Vec<Finding> {
    lint_some(file, layout, gaps, &|_| true)
}

/// The same, of some of its templates: those that this layout is for.
pub fn lint_some(
    file: &TemplateFile,
    layout: &Layout,
    gaps: &Gaps,
    is_wanted: &dyn Fn(&Template) -> bool,
) -> Vec<Finding> {
    let context = LintContext::new(file, layout, gaps, is_wanted);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| (rule.check)(&context)).collect();
    allow::apply(file, &mut findings);
    findings.sort_by(|one, other| (&one.place, one.rule).cmp(&(&other.place, other.rule)));
    // A text that stands in two templates is mended once.
    findings.dedup_by(|later, kept| later.rule == kept.rule && later.place == kept.place);
    rules::trailing_blanks::gather(&mut findings);
    findings
}

impl LintRule {
    /// The rule of that id.
    pub fn named(id: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.id == id)
    }
}
