//! Parts of a template that may be variables and are not read as such.

use std::collections::BTreeSet;

use crate::lint::context::LintContext;
use crate::lint::example::Example;
use crate::lint::rule::LintRule;
use crate::report::{Finding, Severity};
use crate::template::{Unread, UnreadReason};

pub(super) const RULE: LintRule = LintRule {
    id: "unread-construct",
    severity: Severity::Warning,
    summary: "A part of the template looks like a variable but cannot be read as one.",
    explanation: "A construct that cannot be read counts as plain text, so the stable prefix may be shorter than the one given. \
        In `cachecheck check` every gate on such a template is unknown.\n\n\
        Name the syntax of the file with `--syntax NAME` or `syntax:` in cachecheck.yaml. Then constructs of other syntaxes are text. \
        Front matter with variables and files that are not the YAML, JSON or TOML that their name says are reported too. Text that a \
        macro or a filter makes, and a constant whose text stands in another file, are a note: they may be the same in each request, \
        and only their tokens are not counted.",
    bad: Example::new("greeting.txt", "You are kind. Today is «<<date>>.\n"),
    good: Example::new("greeting.txt", "You are kind. Today is {{ date }}.\n"),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let unread = context.file.templates.iter().flat_map(|template| outermost(&template.unread));
    // `unread-include` reports what is included.
    let unread = unread.filter(|unread| unread.reason != UnreadReason::Include);
    unread.filter(|unread| seen.insert(unread.written.clone())).map(|unread| finding(context, unread)).collect()
}

/// Those of a template that say something new: of the tags of a block that is not read the first says it for all.
fn outermost(unread: &[Unread]) -> impl Iterator<Item = &Unread> {
    let is_tag = |unread: &Unread| unread.reason == UnreadReason::Computed && unread.written.starts_with("{%");
    let first = unread.iter().find(|unread| is_tag(unread)).map(|unread| unread.span.start);
    unread.iter().filter(move |unread| !is_tag(unread) || Some(unread.span.start) == first)
}

/// The severity: text that stands elsewhere, or that is made of what stands here, is the same in each request, and only its length is not known.
fn severity(reason: &UnreadReason) -> Severity {
    match reason {
        UnreadReason::Elsewhere | UnreadReason::Computed | UnreadReason::Include => Severity::Note,
        UnreadReason::OtherSyntax
        | UnreadReason::Unclosed
        | UnreadReason::TooLarge
        | UnreadReason::FrontMatter
        | UnreadReason::NoDocument(_) => RULE.severity,
    }
}

fn finding(context: &LintContext<'_>, unread: &Unread) -> Finding {
    let (words, span) = (unread.describe(), unread.span.clone());
    let message = words[..1].to_uppercase() + &words[1..] + ".";
    let help = (unread.reason == UnreadReason::OtherSyntax)
        .then(|| "Name the syntax with --syntax, or in cachecheck.yaml with `syntax:`.".to_owned());
    Finding { help, severity: severity(&unread.reason), ..RULE.finding(context.file, span, message) }
}
