//! Stable text behind a variable, with the tokens that another order gives back.

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::{LintRule, quoted};
use crate::report::text::plural;
use crate::report::{Finding, Severity};
use crate::template::Fragment;

pub(super) const RULE: LintRule = LintRule {
    id: "stranded-text",
    severity: Severity::Warning,
    summary: "Text that is the same in each request comes after a variable.",
    explanation: "A cache compares prompts from the first token on, so equal text after a difference does not count. The number of tokens is \
        the growth of the stable prefix if lines with variables move behind lines without; where none can move alone, the message has \
        the tokens behind the variable.\n\n\
        Put instructions, examples and output formats first, and the values of a request last. Declare a variable that has the \
        same value in each request with `--stable NAME`. Of a variable whose name does not tell that a request brings it, this is a note.",
    bad: Example::new("answer.j2", concat!("Question: «{{ question }}\n", policies!(), "\n")),
    good: Example::new("answer.j2", concat!(policies!(), "\nQuestion: {{ question }}\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let is_worth =
        |prompt: &LintedPrompt<'_>, site: &Site<'_>| prompt.suggestion_for(site).is_some() && !site.is_of_setup();
    let is_told = |(prompt, site): &(&LintedPrompt<'_>, &Site<'_>)| !prompt.is_between_wholes(site);
    let ends = context.sites(Concern::Other).filter(is_told).filter(|(prompt, site)| is_worth(prompt, site));
    let moved = ends.map(|(prompt, site)| (prompt, site, "stable text".to_owned()));
    let whole = context.sites(Concern::Other).filter(is_told).filter_map(|(prompt, site)| {
        let behind = context.stranded(prompt, site)?;
        Some((prompt, site, format!("text of {}", plural(behind, "token"))))
    });
    let finding = moved.chain(whole).map(|(prompt, site, behind)| {
        let what = if matches!(site.fragment, Fragment::Choice(_)) { "The choice" } else { "The variable" };
        let name = quoted(site.fragment.written());
        let place = format!("ends the stable prefix at token {}, before {behind}", prompt.prefix.tokens);
        let is_whole = prompt.suggestion.is_some() || !prompt.may_be_a_part();
        if is_whole && site.is_known_to_vary() {
            return RULE.at_site(context.file, prompt, site, format!("{what} {name} {place}."));
        }
        // A deployment may well set it, as it does a country or a house.
        let message = format!("{what} {name} {place}, if it differs from request to request.");
        Finding { severity: Severity::Note, ..RULE.at_site(context.file, prompt, site, message) }
    });
    finding.collect()
}
