//! Invisible characters.

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::named;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "invisible-characters",
    severity: Severity::Warning,
    summary: "The prompt contains invisible characters.",
    explanation: "Zero-width spaces, direction marks and no-break spaces at the start of lines come from pasted text. They are tokens, and \
        they appear or disappear whenever someone retypes or pastes a line.\n\n\
        Remove them. Joiners within words and no-break spaces between words belong to some languages and are not reported.",
    bad: Example::new("support.txt", "You answer«\u{200b} questions about orders.\n"),
    good: Example::new(
        "support.txt",
        "Bonjour\u{a0}! \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{645}\u{6cc}\u{200c}\u{62e}\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().filter_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Option<Finding> {
    let mut found = Vec::new();
    for passage in prompt.texts() {
        let mut before = '\n';
        for (at, letter) in passage.text.char_indices() {
            if let Some(name) = named(letter).filter(|_| is_stray(letter, before)) {
                found.push((name, passage.span(at..at + letter.len_utf8())));
            }
            before = letter;
        }
    }
    let (name, span) = found.first()?.clone();
    let more = match found.len() as u64 - 1 {
        0 => String::new(),
        more => format!(", and {more} more such {}", if more == 1 { "character" } else { "characters" }),
    };
    let name = name.trim_matches(['<', '>']);
    Some(RULE.finding(context.file, span, format!("A {name} stands here{more}.")))
}

/// Tells whether a character has no business where it stands.
fn is_stray(letter: char, before: char) -> bool {
    letter != '\u{a0}' || before == '\n'
}
