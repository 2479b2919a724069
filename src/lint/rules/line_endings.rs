//! Carriage returns that reach the model.

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::text::thousands;
use crate::report::{Finding, Severity};

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "line-endings",
    severity: Severity::Warning,
    summary: "Lines end in carriage returns that are sent to the model.",
    explanation: "Git, editors and operating systems turn line feeds into CRLF and back. `\\r\\n` and `\\n` are different tokens, so the same \
        template deployed from two machines gives two prompts that share only their first line.\n\n\
        Keep templates with line feeds: `*.txt text eol=lf` in `.gitattributes`.",
    bad: Example::new("support.txt", "You answer questions.«\r\nBe brief.\r\n"),
    good: Example::new(
        "support.yaml",
        "messages:\r\n  - role: system\r\n    content: |\r\n      Be brief.\r\n      Be kind.\r\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let file = context.file.source.text().as_bytes();
    let (mut first, mut returns, mut feeds) = (None, 0_u64, 0_u64);
    for passage in prompt.texts() {
        for (at, _) in passage.text.match_indices('\n') {
            // An escape says what it means; only what stands in the file as it is can be changed by a checkout.
            let is_return = passage.text[..at].ends_with('\r') && file.get(passage.map.at(at - 1)) == Some(&b'\r');
            if is_return {
                returns += 1;
                first = first.or(Some(passage.map.at(at - 1)));
            } else if file.get(passage.map.at(at)) == Some(&b'\n') {
                feeds += 1;
            }
        }
    }
    let first = first?;
    let message = if feeds > 0 {
        format!(
            "{} in CRLF and {feeds} in a line feed alone; both are sent to the model as they are.",
            if returns == 1 { "1 line ends".to_owned() } else { format!("{} lines end", thousands(returns)) }
        )
    } else {
        "Lines end in CRLF, which is sent to the model as it is; a checkout on another machine may have line feeds."
            .to_owned()
    };
    let finding = RULE.finding(context.file, first..first, message);
    // An assistant reads its files anew on each machine.
    let severity = if context.file.is_of_assistants() { Severity::Note } else { finding.severity };
    Some(Finding { severity, ..finding })
}
