//! A stable prefix that is too short to be served at all.

use super::policies;
use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::{Example, LintRule};
use crate::profile::Rule as CacheRule;
use crate::report::text::plural;
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "short-prefix",
    severity: Severity::Warning,
    summary: "The stable prefix is shorter than what the provider's cache keeps.",
    explanation: "A cache keeps whole blocks, and some providers only prompts of a certain length. A prefix below that is never served, so \
        each request is paid in full.\n\n\
        Move stable text to the front where there is some. For a prompt that is short as a whole there is nothing to gain, and this \
        is but a note.",
    bad: Example::new(
        "translate.j2",
        "«{{ text }} is to be translated in full, name by name and number by number, with every heading, list, table and footnote \
         in its place, nothing added, nothing explained and nothing left out, in the tone of the original and the spelling of the \
         country it is for, quotations in its own marks, units as they are, and what cannot be translated, such as names of \
         products, commands and files, in the letters in which it stands, so that who reads both finds the same in both.\n",
    ),
    good: Example::new("translate.j2", concat!(policies!(), "\n{{ text }}\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let profile = context.layout.profile.as_ref();
    if profile.is_none_or(|profile| profile.rule == CacheRule::None) {
        return Vec::new();
    }
    // What has no shape of its own is too often no prompt.
    let is_sure = context.file.shape != "document";
    context.prompts.iter().filter(|_| is_sure).filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let (prefix, minimum) = (&prompt.prefix, context.minimum());
    // Where another order helps, the rules that know what stands in the way have said so.
    if prefix.servable() >= minimum || prompt.suggestion.is_some() {
        return None;
    }
    let is_short = prefix.prompt_tokens < minimum;
    let severity = if is_short { Severity::Note } else { RULE.severity };
    let end = prompt.sites.iter().find(|site| site.is_end);
    // What is included may be long, and the same in each request: the prefix is not known.
    if end.is_some_and(|end| end.concern == Concern::Include) {
        return None;
    }
    let at = end.map_or(prompt.template.messages.first()?.at, |site| site.span.start);
    // How long a prompt with variables is, nobody knows here.
    let (whole, tokens) = match end {
        None if is_short => ("prompt", prefix.prompt_tokens),
        _ => ("stable prefix", prefix.tokens),
    };
    let tokens = plural(tokens, "token");
    let message = format!("The {whole} has {tokens}; below {minimum} nothing is served from the cache.");
    Some(Finding { severity, ..RULE.finding(context.file, at..at, message) })
}
