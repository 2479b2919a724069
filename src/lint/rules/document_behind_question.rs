//! A large document behind a value that changes from request to request.

use std::sync::LazyLock;

use regex::Regex;

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, pattern, quoted};
use crate::report::{Finding, Severity};
use crate::template::Fragment;
use crate::template::volatile::words;

pub(super) const RULE: LintRule = LintRule {
    id: "document-behind-question",
    severity: Severity::Note,
    summary: "A document that many requests share comes after a value that changes.",
    explanation: "Several questions about one document share it in the cache if it stands before the question. After a question, a date or an \
        id, each request pays for the whole document.\n\nPut the document first and the values that change last.",
    bad: Example::new("ask.j2", "Answer the question.\nQuestion: {{ question }}\nContract: «{{ contract }}\n"),
    good: Example::new("ask.j2", "Answer the question.\nContract: {{ contract }}\nQuestion: {{ question }}\n"),
    check,
};

static DOCUMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:full_?|source_?|the_?)?(?:document|article|book|contract|manual|handbook|knowledge_?base|transcript|codebase|repository_?map|source_?code|policy|policies|paper)(?:_?(?:text|content|body|contents))?\W*$",
    )
});

static SPEAKER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:user|human|customer|caller|patient|speaker)\W{0,3}:\W{0,4}$"));

static QUESTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\W*(?:(?:user|current|customer)_?)?(?:question|query|message|input|request)\W*$"));

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    context.prompts.iter().flat_map(|prompt| check_prompt(context, prompt)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>) -> Vec<Finding> {
    let Some(first) = prompt.sites.iter().position(changes) else { return Vec::new() };
    let changing = &prompt.sites[first];
    // A document's own id is the same whenever the document is.
    let is_shared = |site: &&Site<'_>| is_document(site) && !names_it(changing, site) && !is_said(context, site);
    let behind = prompt.sites[first + 1..].iter().filter(is_shared);
    let finding = behind.map(|site| {
        let (document, value) = (quoted(site.fragment.written()), quoted(changing.fragment.written()));
        RULE.finding(
            context.file,
            site.span.clone(),
            format!("{document} comes after {value}, so no two requests share it in the cache."),
        )
    });
    finding.collect()
}

/// Tells whether a value is what a person says in a conversation: `user: {transcript}`.
fn is_said(context: &LintContext<'_>, site: &Site<'_>) -> bool {
    let before = context.file.source.text().get(..site.span.start).unwrap_or_default();
    SPEAKER.is_match(before.rsplit('\n').next().unwrap_or_default())
}

fn changes(site: &Site<'_>) -> bool {
    matches!(site.concern, Concern::Moment | Concern::Counter | Concern::Random)
        || QUESTION.is_match(site.fragment.written())
}

/// True if a value is named after a document, such as `document_id` beside `document`.
fn names_it(value: &Site<'_>, document: &Site<'_>) -> bool {
    let of = |site: &Site<'_>| words(site.fragment.written());
    let first = of(document).into_iter().find(|word| !word.is_empty());
    first.is_some_and(|first| of(value).contains(&first))
}

fn is_document(site: &Site<'_>) -> bool {
    matches!(site.fragment, Fragment::Value(_)) && DOCUMENT.is_match(site.fragment.written())
}
