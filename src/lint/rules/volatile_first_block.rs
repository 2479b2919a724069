//! A date, a time, an id or a counter in the first block, so that the cache never serves any of the prompt.

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::text::plural;
use crate::report::{Finding, Severity};
use crate::template::Syntax;

pub(super) const RULE: LintRule = LintRule {
    id: "volatile-first-block",
    severity: Severity::Error,
    summary: "A date, a time, an id or a counter stands in the first block of the prompt.",
    explanation: "A cache serves a prompt from its first token up to the first that differs, in whole blocks. If a value in the first block \
        changes, the whole prompt misses the cache, however much stays the same after it.\n\n\
        Move the value to the end of the prompt, or into the user's message.",
    bad: Example::new("support.j2", concat!("It is «{{ now }}.\n", policies!(), "\n")),
    good: Example::new("support.j2", concat!(policies!(), "\nIt is {{ now }}.\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let concerns = [Concern::Moment, Concern::Counter];
    let costly = concerns.into_iter().flat_map(|concern| context.costly(concern));
    let costly = costly.filter(|(_, site)| !site.is_of_setup());
    let first = costly.filter(|(prompt, site)| is_first(context, prompt, site));
    first.map(|(prompt, site)| RULE.at_site(context.file, prompt, site, message(prompt, site))).collect()
}

/// Tells whether a value keeps the whole prompt from the cache: it stands in the part below which nothing is served. Of a prompt that
/// is too short whatever stands in it nothing ever is.
pub(super) fn is_first(context: &LintContext<'_>, prompt: &LintedPrompt<'_>, site: &Site<'_>) -> bool {
    let minimum = context.minimum();
    let is_short = prompt.prefix.servable() < minimum && prompt.prefix.prompt_tokens >= minimum;
    // A task of CrewAI stands behind the agent that does it.
    let is_behind_another = context.file.shape == "crewai" || is_put_behind(prompt) || prompt.may_be_a_part();
    site.is_end && is_short && !is_behind_another
}

/// Tells whether a text of code begins with an empty line, so that it is put behind another.
fn is_put_behind(prompt: &LintedPrompt<'_>) -> bool {
    let first = prompt.template.messages.first().map_or("", |message| message.raw.as_str());
    prompt.template.syntax == Syntax::Code && first.starts_with("\n\n")
}

fn message(prompt: &LintedPrompt<'_>, site: &Site<'_>) -> String {
    let name = quoted(site.fragment.written());
    format!(
        "{name} changes in the first block, after {}, so the cache serves nothing of this prompt.",
        plural(prompt.prefix.tokens, "token")
    )
}
