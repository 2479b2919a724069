//! The end of a stable prefix after its last whole block.

use crate::exchange::is_system;
use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::rule::LintRule;
use crate::report::text::{plural, thousands};
use crate::report::{Finding, Severity};
use crate::template::Syntax;

/// A part of a block that so few tokens are at most: one in so many.
const FEW: u64 = 8;

pub(super) const RULE: LintRule = LintRule {
    id: "partial-block",
    severity: Severity::Note,
    summary: "The stable prefix ends within a block, and the tokens after the last whole block are never served.",
    explanation: "A cache serves whole blocks, so each request pays in full for the tokens of the stable prefix after its last whole block. \
        Where only a few tokens are missing to the next block, an eighth of one at most, stable text from after the variable \
        can fill it. Nothing is said where neither a person, nor the configuration, nor the file names the model or the profile, \
        whose blocks they are.",
    bad: Example::new(
        "support.j2",
        concat!(
            policies!(),
            "\nSay where each answer was found, in one short line at its end.\nQuestion: «{{ question }}\n"
        ),
    ),
    good: Example::new("support.j2", concat!(policies!(), "\nBe brief.\n")),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    // Elsewhere there are no blocks: entries end at marks, or at steps that a provider's count of the prompt shifts.
    if context.layout.profile.as_ref().is_some_and(|profile| !profile.policy.has_blocks()) {
        return None;
    }
    // Blocks of another size would end elsewhere.
    if context.layout.is_assumed() {
        return None;
    }
    // The place in a request is not known of what an assistant reads, and of another text of code.
    if context.file.is_part_of_an_assistants() {
        return None;
    }
    let is_first =
        prompt.template.messages.first().is_some_and(|first| is_system(&first.role)) && prompt.template.is_role_known;
    if prompt.template.syntax == Syntax::Code && !is_first {
        return None;
    }
    let servable = prompt.prefix.servable();
    let served = context.layout.served(servable).filter(|served| *served > 0)?;
    let end = prompt.sites.iter().find(|site| site.is_end)?;
    let tail = servable - served;
    let missing = context.block() - tail;
    if missing > context.block() / FEW {
        return None;
    }
    let message = format!(
        "The stable prefix has {} of {} tokens and {} more; {} {} missing to the next block.",
        plural(served / context.block(), "block"),
        context.block(),
        thousands(tail),
        plural(missing, "token"),
        if missing == 1 { "is" } else { "are" }
    );
    let finding = RULE.finding(context.file, end.span.clone(), message);
    (tail > 0).then_some(Finding { tokens: Some(tail), ..finding })
}
