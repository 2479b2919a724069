//! Blanks before the first word.

use crate::lint::subject::{Prompt, Subject};
use crate::lint::{Example, Rule};
use crate::report::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    id: "leading-blanks",
    severity: Severity::Note,
    summary: "The first message begins with blanks or empty lines.",
    explanation: "Some clients strip what they send and some do not, and so do formatters. Blanks in front of the first word are the first \
        token of the prompt: where they come and go, all of it is built anew.\n\nBegin with a word.",
    bad: Example::new("support.txt", "«\n  You answer questions about orders.\n"),
    good: Example::new("support.txt", "You answer questions about orders.\n"),
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // Behind front matter an empty line is good manners, and those who read it know that.
    let is_plain = subject.file.shape != "front-matter";
    subject.prompts.iter().filter(|_| is_plain).filter_map(|prompt| of(subject, prompt)).collect()
}

fn of(subject: &Subject<'_>, prompt: &Prompt<'_>) -> Option<Finding> {
    let raw = &prompt.template.messages.first()?.raw;
    let blanks = raw.len() - raw.trim_start().len();
    let is_blank = raw.trim().is_empty();
    // In front of a tag, what makes the prompt decides what is left of them.
    let is_text = prompt.texts().first().is_some_and(|passage| passage.text.len() > blanks);
    let at = prompt.texts().first()?.map.at(0);
    let message = "The prompt begins with blanks, which some clients strip and some do not.";
    (blanks > 0 && !is_blank && is_text).then(|| RULE.finding(subject.file, at..at, message))
}
