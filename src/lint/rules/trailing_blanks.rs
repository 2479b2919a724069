//! Blanks at the ends of lines.

use std::ops::Range;

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity, text};
use crate::template::{Passage, TemplateFile};

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "trailing-blanks",
    severity: Severity::Note,
    summary: "Lines of the prompt end in spaces or tabs.",
    explanation: "Many editors and formatters strip spaces at the ends of lines, and a review does not show them. The prompt changes at the first \
        of them, and everything after it misses the cache once.\n\n\
        Strip them on purpose. Two spaces that break a line in Markdown are not reported.",
    bad: Example::new("support.txt", "You answer questions.« \t\nBe brief.\n"),
    good: Example::new("support.md", "You answer questions.  \nBe brief.\n"),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let found = blanks(context.file, &prompt.texts());
    let lines = found.len() as u64;
    let (verb, lines) = (if lines == 1 { "ends" } else { "end" }, text::plural(lines, "line"));
    let first = found.into_iter().next()?;
    Some(RULE.finding(
        context.file,
        first,
        format!("{lines} of the prompt {verb} in spaces or tabs, which many editors strip."),
    ))
}

/// Makes one finding of those in several prompts of a file: a list of them would hide what costs more.
pub(in crate::lint) fn gather(findings: &mut Vec<Finding>) {
    let is_own = |finding: &Finding| finding.rule == RULE.id;
    let prompts = findings.iter().filter(|finding| is_own(finding)).count();
    let mut is_first = true;
    findings.retain(|finding| !is_own(finding) || std::mem::take(&mut is_first));
    if let Some(first) = findings.iter_mut().find(|finding| is_own(finding)).filter(|_| prompts > 1) {
        first.message =
            format!("Lines of {prompts} prompts of this file end in spaces or tabs, which many editors strip.");
    }
}

/// The bytes of blanks at the ends of lines in the texts of a file; two that break a line of Markdown are none.
pub(in crate::lint) fn blanks(file: &TemplateFile, texts: &[&Passage]) -> Vec<Range<usize>> {
    let bytes = file.source.text().as_bytes();
    let is_markdown = matches!(file.source.extension(), "md" | "mdc" | "markdown" | "mdx");
    let mut found = Vec::new();
    for passage in texts {
        for (end, _) in passage.text.match_indices('\n') {
            let line = passage.text[..end].trim_end_matches('\r');
            let inked = line.trim_end_matches([' ', '\t']);
            let blanks = &line[inked.len()..];
            let is_break = is_markdown && blanks == "  " && !inked.ends_with('\n');
            let is_written = matches!(bytes.get(passage.map.at(end)), Some(b'\n' | b'\r'));
            if !blanks.is_empty() && is_written && !is_break {
                found.push(passage.span(inked.len()..line.len()));
            }
        }
    }
    found
}
