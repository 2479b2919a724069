//! Blanks before the first word.

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};
use crate::template::volatile::words;

pub(super) const RULE: LintRule = LintRule {
    id: "leading-blanks",
    severity: Severity::Note,
    summary: "The first message begins with spaces or empty lines.",
    explanation: "Some clients and formatters strip white space in front of the first word, others do not. It is the first token of the \
        prompt: if it appears or disappears, the whole prompt misses the cache.\n\nBegin the prompt with a word.",
    bad: Example::new("support.txt", "«\n  You answer questions about orders.\n"),
    good: Example::new("support.txt", "You answer questions about orders.\n"),
    check,
};

/// Words of the names of files that are put behind another.
const PARTS: [&str; 7] = ["append", "appendix", "addon", "addendum", "suffix", "footer", "section"];

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    // An empty line behind front matter is customary, and the programs that read front matter strip it.
    // A literal of code begins with an empty line where its words begin on a line of their own; nothing strips it by itself.
    // Text that is put behind another begins with an empty line on purpose.
    let name = context.file.source.label().rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let is_part = words(name).iter().any(|word| PARTS.contains(&word.as_str()));
    let is_plain = context.file.shape != "front-matter" && !context.file.is_source() && !is_part;
    context.prompts.iter().filter(|_| is_plain).filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let raw = &prompt.template.messages.first()?.raw;
    let blanks = raw.len() - raw.trim_start().len();
    let is_blank = raw.trim().is_empty();
    // In front of a tag, the template engine decides which blanks are left.
    let is_text = prompt.texts().first().is_some_and(|passage| passage.text.len() > blanks);
    let at = prompt.texts().first()?.map.at(0);
    let message = "The prompt begins with spaces or empty lines, which some clients strip and some do not.";
    (blanks > 0 && !is_blank && is_text).then(|| RULE.finding(context.file, at..at, message))
}
