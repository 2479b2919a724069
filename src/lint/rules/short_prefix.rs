//! A stable prefix that is too short to be served at all.

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::LintRule;
use crate::lint::rules::volatile_first_block::is_first;
use crate::report::text::plural;
use crate::report::{Finding, Severity};
use crate::template::{Fragment, Syntax};

pub(super) const RULE: LintRule = LintRule {
    id: "short-prefix",
    severity: Severity::Warning,
    summary: "The stable prefix is shorter than the provider's cache requires.",
    explanation: "A cache keeps whole blocks, and some providers only prompts of a minimum length. A shorter prefix is never served, so each \
        request pays in full.\n\n\
        Move stable text to the front if there is any. A prompt that is short as a whole has nothing to gain: for it this is only \
        a note, as is one under a rule that nobody named, and nothing is said where it has not even a block. Nor is anything said of short texts in code, which puts requests together of them.",
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
    if profile.is_none_or(|profile| !profile.policy.has_cache()) {
        return Vec::new();
    }
    // Documents of no known shape often contain no prompt, and what an assistant reads stands behind much else.
    let is_sure = context.file.shape != "document" && !context.file.is_part_of_an_assistants();
    context.prompts.iter().filter(|_| is_sure).filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let (prefix, minimum) = (&prompt.prefix, context.minimum());
    // If another order helps, the rules about values report it.
    if prefix.servable() >= minimum || prompt.suggestion.is_some() {
        return None;
    }
    let end = prompt.sites.iter().find(|site| site.is_end);
    if end.is_some_and(|end| context.stranded(prompt, end).is_some()) {
        return None;
    }
    // The last token of a prompt is never served.
    let is_short = prefix.prompt_tokens < minimum || end.is_none();
    let in_code = prompt.template.syntax == Syntax::Code;
    // Code puts a request together of many short texts, and one that begins with a setting or another prompt is not known to be short.
    // A user's message alone most often follows instructions that stand elsewhere.
    let is_of_user =
        matches!(prompt.template.messages.as_slice(), [only] if only.role == "user") && prompt.template.is_role_known;
    // Each of several written-out texts is served by itself, and a message that is one value is not known at all.
    let first = prompt.template.messages.first().map(|first| first.content.as_slice());
    let is_unknown = matches!(first, Some([Fragment::Value(_)]));
    // `system += "…"` behind a text that another file gives.
    let is_behind = matches!(first, Some([Fragment::Value(_), next, ..]) if begins_a_paragraph(next));
    let is_chosen = end.is_some_and(|end| matches!(end.fragment, Fragment::Choice(_)));
    // A text of code that this file sends nowhere may stand behind others in its request.
    let is_unsent = !prompt.template.is_role_known;
    let is_of_setup = end.is_some_and(Site::is_of_setup);
    if is_of_setup || in_code && (is_short || is_of_user || is_chosen || is_unknown || is_behind || is_unsent) {
        return None;
    }
    // The value that is in the way is spoken of itself.
    let is_spoken_of = |end: &Site<'_>| {
        [Concern::Moment, Concern::Counter].contains(&end.concern)
            && prompt.is_costly(end)
            && is_first(context, prompt, end)
    };
    if end.is_some_and(is_spoken_of) {
        return None;
    }
    // No model is named: under the minimum of most others the whole prompt may be too short.
    let severity = if is_short || context.layout.is_assumed() { Severity::Note } else { RULE.severity };
    // An included file may be long and the same in each request, so the length of the prefix is not known.
    if end.is_some_and(|end| end.concern == Concern::Include) {
        return None;
    }
    let at = end.map_or(prompt.template.messages.first()?.at, |site| site.span.start);
    // The length of a prompt with variables is not known.
    let (whole, tokens) = match end {
        None if is_short => ("prompt", prefix.prompt_tokens),
        _ => ("stable prefix", prefix.tokens),
    };
    // A prompt shorter than a block is served nowhere, and of what is long enough only the last token is not.
    if prefix.prompt_tokens < context.block() || tokens >= minimum {
        return None;
    }
    let tokens = plural(tokens, "token");
    let message = format!("The {whole} has {tokens}; the cache serves none with fewer than {minimum}.");
    Some(Finding { severity, ..RULE.finding(context.file, at..at, message) })
}

/// Tells whether a text, or one of several, begins a paragraph.
fn begins_a_paragraph(fragment: &Fragment) -> bool {
    match fragment {
        Fragment::Text(passage) => passage.text.starts_with("\n\n"),
        Fragment::Value(_) => false,
        Fragment::Choice(choice) => choice.branches.iter().filter_map(|branch| branch.first()).any(begins_a_paragraph),
    }
}
