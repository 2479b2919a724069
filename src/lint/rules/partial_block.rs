//! The end of a stable prefix behind its last whole block.

use super::policies;
use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::{Example, LintRule};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "partial-block",
    severity: Severity::Note,
    summary: "The stable prefix is not a whole number of blocks; its tail is never served.",
    explanation: "A cache serves whole blocks. The tokens of the stable prefix behind its last whole block are paid in full by each request. \
        That is good to know and seldom worth a change; where a few tokens are missing to the next block, stable text from behind \
        the variable may fill it.",
    bad: Example::new("support.j2", concat!(policies!(), "\nQuestion: «{{ question }}\n")),
    good: Example::new("support.j2", concat!(policies!(), "\nBe brief.\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let servable = prompt.prefix.servable();
    let served = context.layout.served(servable).filter(|served| *served > 0)?;
    let end = prompt.sites.iter().find(|site| site.is_end)?;
    let tail = servable - served;
    let missing = context.block() - tail;
    let message = format!(
        "The stable prefix is {} blocks of {} and {tail} tokens; the next block lacks {missing}.",
        served / context.block(),
        context.block()
    );
    let finding = RULE.finding(context.file, end.span.clone(), message);
    (tail > 0).then_some(Finding { tokens: Some(tail), ..finding })
}
