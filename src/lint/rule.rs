//! A rule: its id, its words, its examples and its check; and what the files of rules share.

use std::ops::Range;

use regex::Regex;

use super::context::{LintContext, LintedPrompt, Site};
use super::example::Example;
use crate::report::{Finding, RuleDescription, Severity};
use crate::template::TemplateFile;

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
    pub(super) check: fn(&LintContext<'_>) -> Vec<Finding>,
}

impl LintRule {
    /// The rule as reports carry it.
    pub fn described(&self) -> RuleDescription {
        RuleDescription { id: self.id, severity: self.severity, summary: self.summary, help: self.explanation }
    }

    /// A finding of this rule in these bytes of a file.
    pub(super) fn finding(&self, file: &TemplateFile, span: Range<usize>, message: impl Into<String>) -> Finding {
        let end = Some(file.place(span.end)).filter(|_| span.end > span.start);
        Finding { end, ..Finding::new(self.id, self.severity, file.place(span.start), message) }
    }

    /// A finding at a value; with what is at stake and the way out, where the value is what ends the stable prefix.
    pub(super) fn at_site(
        &self,
        file: &TemplateFile,
        prompt: &LintedPrompt<'_>,
        site: &Site<'_>,
        message: String,
    ) -> Finding {
        let finding = self.finding(file, site.span.clone(), message);
        // A part of a request may stand at its end.
        let severity = if prompt.may_be_a_part() { Severity::Note } else { finding.severity };
        let finding = Finding { severity, ..finding };
        let Some(suggestion) = prompt.suggestion_for(site) else {
            // No part with it can move and leave the prompt whole.
            let is_worth = site.is_end && prompt.is_costly(site);
            return Finding { help: is_worth.then(|| PUT_LAST.to_owned()), ..finding };
        };
        let help = Some(format!("Move {}. {}", suggestion.in_words(Some(&finding.place)), suggestion.warning));
        Finding { help, tokens: Some(suggestion.gained_tokens), ..finding }
    }
}

/// Advice for a value that no move can take along.
const PUT_LAST: &str =
    "Let what changes come last, after all that stays the same, or in a later message, if the text allows it.";

/// A value or tag as written, short enough for a sentence.
pub(super) fn quoted(written: &str) -> String {
    const LONGEST: usize = 60;
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= LONGEST {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(LONGEST).collect::<String>())
}

/// A pattern of a rule.
pub(super) fn pattern(pattern: &str) -> Regex {
    match Regex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => unreachable!("patterns are constants and run in tests: {error}"),
    }
}
