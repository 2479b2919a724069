//! Lint: what in a template keeps a cache from serving it, by rules that each have an id, a reason and two examples.
//!
//! A rule is one file in `rules/`. It is given a file's templates with their stable prefixes, which are computed once, and says
//! what it found where. `cachecheck: allow ID` in a comment silences a rule at a place (`allow.rs`).

mod allow;
mod classify;
mod context;
mod example;
mod markdown;
mod rules;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use example::Example;
pub use rules::RULES;

use regex::Regex;

use crate::report::{Finding, RuleDescription, Severity};
use crate::template::{Layout, TemplateFile};
use context::{LintContext, LintedPrompt, Site};

/// Something that a template should not do.
pub struct LintRule {
    /// Its id.
    pub id: &'static str,
    /// The severity of its findings, unless one has its own.
    pub severity: Severity,
    /// A summary in one sentence.
    pub summary: &'static str,
    /// The reason and the remedy, in Markdown.
    pub explanation: &'static str,
    /// A template in which it finds something, at the mark.
    pub bad: Example,
    /// One in which it finds nothing.
    pub good: Example,
    check: fn(&LintContext<'_>) -> Vec<Finding>,
}

/// The findings of all rules in a file, in reading order, without those that its comments allow.
pub fn lint(file: &TemplateFile, layout: &Layout) -> Vec<Finding> {
    let context = LintContext::new(file, layout);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| (rule.check)(&context)).collect();
    allow::apply(file, &mut findings);
    findings.sort_by(|one, other| (&one.place, one.rule).cmp(&(&other.place, other.rule)));
    findings
}

impl LintRule {
    /// The rule of that id.
    pub fn named(id: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.id == id)
    }

    /// The rule as reports carry it.
    pub fn described(&self) -> RuleDescription {
        RuleDescription { id: self.id, severity: self.severity, summary: self.summary, help: self.explanation }
    }

    /// A finding of this rule in these bytes of a file.
    fn finding(&self, file: &TemplateFile, span: Range<usize>, message: impl Into<String>) -> Finding {
        let end = Some(file.place(span.end)).filter(|_| span.end > span.start);
        Finding { end, ..Finding::new(self.id, self.severity, file.place(span.start), message) }
    }

    /// A finding at a value; with what is at stake and the way out, where the value is what ends the stable prefix.
    fn at_site(&self, file: &TemplateFile, prompt: &LintedPrompt<'_>, site: &Site<'_>, message: String) -> Finding {
        let finding = self.finding(file, site.span.clone(), message);
        let Some(suggestion) = prompt.suggestion_for(site) else { return finding };
        let help = Some(format!("Move {}. {}", suggestion.told(Some(&finding.place)), suggestion.warning));
        Finding { help, tokens: Some(suggestion.gained_tokens), ..finding }
    }
}

/// A value or tag as written, short enough for a sentence.
fn quoted(written: &str) -> String {
    const LONGEST: usize = 60;
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= LONGEST {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(LONGEST).collect::<String>())
}

/// A pattern of a rule.
fn pattern(pattern: &str) -> Regex {
    match Regex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => unreachable!("patterns are constants and run in tests: {error}"),
    }
}
