//! A date or an id of a session written into the template, as if it were today's.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::exchange::is_system;
use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, pattern};
use crate::report::{Finding, Severity};
use crate::template::{Fragment, Passage};

pub(super) const RULE: LintRule = LintRule {
    id: "baked-date",
    severity: Severity::Note,
    summary: "Today's date, the time or the id of a session is written into the template.",
    explanation: "A date that the prompt calls today's must be changed each day, by hand or by a script. After each change, everything after \
        the date misses the cache once. Dates in examples, versions, code and knowledge cutoffs are not reported.\n\n\
        Make it a variable at the end of the prompt, or remove it.",
    bad: Example::new("support.txt", concat!("Current date: «2025-03-04\n", policies!(), "\n")),
    good: Example::new(
        "support.txt",
        concat!(
            "Knowledge cutoff: 2024-06. Version 2025.3.4 of the API.\n",
            policies!(),
            "\nWrite dates such as: today is 2025-03-04.\n```\ncurrent date: 2025-03-04\n```\n"
        ),
    ),
    check,
};

const GAP: &str = r#"(?:[\s:=*_"'`(,]|\bis\b|\bit\b|\bthe\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day){0,8}"#;
const DATE: &str = r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}\.? (?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6} \d{4})";
const UUID: &str = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";

static MOMENTS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    let today = r"(?i-u)\b(?:today(?:'s date)?|current (?:date(?: and time)?|datetime|time)|date today|current_date)";
    let session = r"(?i-u)\b(?:session|request|trace|conversation|run|correlation)[ _-]?id\b";
    [pattern(&format!("{today}{GAP}{DATE}")), pattern(&format!("{session}{GAP}{UUID}"))]
});

/// Words of lines that only show the format of a date.
const SHOWING: [&str; 6] = ["example", "e.g.", "such as", "for instance", "format", "like "];

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().flat_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Vec<Finding> {
    let system = prompt.template.messages.iter().filter(|message| is_system(&message.role));
    let passages = system.flat_map(|message| &message.content).filter_map(|fragment| match fragment {
        Fragment::Text(passage) => Some(passage),
        Fragment::Value(_) | Fragment::Choice(_) => None,
    });
    let spans = passages.flat_map(|passage| moments(passage).into_iter().map(|at| passage.span(at)));
    let message =
        "A date or id of the current day or session is written into the template and must be changed by hand.";
    spans.map(|span| RULE.finding(context.file, span, message)).collect()
}

/// The bytes of dates and ids in a text, outside fences and lines that show a format.
fn moments(passage: &Passage) -> Vec<Range<usize>> {
    let (mut found, mut at, mut is_fenced) = (Vec::new(), 0, false);
    for line in passage.text.split_inclusive('\n') {
        is_fenced ^= line.trim_start().starts_with("```");
        let lower = line.to_lowercase();
        if !is_fenced && !SHOWING.iter().any(|word| lower.contains(word)) {
            let moment = MOMENTS.iter().find_map(|moment| moment.captures(line)?.get(1));
            found.extend(moment.map(|moment| at + moment.start()..at + moment.end()));
        }
        at += line.len();
    }
    found
}
