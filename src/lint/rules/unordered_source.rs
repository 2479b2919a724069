//! A list without a fixed order: the items of a map, a set, the files of a folder.

use std::ops::Range;

use crate::lint::classify::Concern;
use crate::lint::context::{LintContext, LintedPrompt, Site};
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};
use crate::template::class::ExpressionClass;
use crate::template::{Disorder, UnorderedOf, UnorderedPlace, unordered};

pub(super) const RULE: LintRule = LintRule {
    id: "unordered-source",
    severity: Severity::Warning,
    summary: "Tools or other parts come from a collection without a fixed order.",
    explanation: "A map lists its items in the order in which they were added; a set, a folder, a map of Go and a hash map of Java in any order. \
        The same tools in another order make a different prompt, from its start on: tools come first.\n\n\
        Sort them in the template, `tools | dictsort`, `| sort(attribute='name')`, or in the code, with a `TreeMap` or `OrderBy`.",
    bad: Example::new(
        "tools.j2",
        "Your tools:\n«{% for name, tool in tools.items() %}- {{ name }}: {{ tool }}\n{% endfor %}",
    ),
    good: Example::new(
        "tools.j2",
        "Your tools:\n{% for name, tool in tools.items() | sort %}- {{ name }}: {{ tool }}\n{% endfor %}",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    // A map of what each request brings differs anyway.
    let is_kept = |site: &Site<'_>| {
        !is_of_a_map(site.fragment.written())
            || ExpressionClass::of_words(site.fragment.written()) != Some(ExpressionClass::Volatile)
    };
    let finding = context.sites(Concern::Unordered).filter(|(_, site)| is_kept(site)).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        let is_map = is_of_a_map(site.fragment.written());
        let order = if is_map { "the order in which they were added" } else { "no fixed order" };
        let finding = RULE.at_site(context.file, prompt, site, format!("{name} lists its items in {order}."));
        // Most programs add them alike each time.
        let severity = if is_map { Severity::Note } else { finding.severity };
        Finding { severity, ..finding }
    });
    let mut found: Vec<Finding> = finding.collect();
    for place in in_code(context) {
        let finding = RULE.finding(context.file, place.span.clone(), in_words(&place));
        let is_sure = place.disorder == Disorder::Any;
        let finding = Finding { severity: if is_sure { finding.severity } else { Severity::Note }, ..finding };
        if !found.iter().any(|known| known.place == finding.place) {
            found.push(finding);
        }
    }
    found
}

/// The places in code that have no order and decide what stands in these prompts, or the tools beside them.
fn in_code(context: &LintContext<'_>) -> Vec<UnorderedPlace> {
    if context.prompts.is_empty() || !context.file.is_source() {
        return Vec::new();
    }
    let prompts: Vec<Vec<Range<usize>>> = context.prompts.iter().map(LintedPrompt::places).collect();
    let texts: Vec<Vec<usize>> = context.prompts.iter().map(starts_of_texts).collect();
    let is_within = |inner: &Range<usize>, outer: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
    // The wording of a value has told it.
    let told: Vec<&Range<usize>> = context.sites(Concern::Unordered).map(|(_, site)| &site.span).collect();
    let is_told = |place: &UnorderedPlace| match &place.of {
        UnorderedOf::Tools => false,
        UnorderedOf::Value => told.iter().any(|span| is_within(span, &place.span) || is_within(&place.span, span)),
        UnorderedOf::Loop(body) => told.iter().any(|span| body.contains(&span.start) || is_within(span, &place.span)),
    };
    let is_in_text = |place: &UnorderedPlace| match &place.of {
        UnorderedOf::Tools => true,
        UnorderedOf::Value => {
            prompts.iter().flatten().any(|span| is_within(&place.span, span) || is_within(span, &place.span))
        }
        // A prompt that stands in the loop as a whole is one of several, each made of one item.
        UnorderedOf::Loop(body) => {
            let has_part = |spans: &[Range<usize>]| spans.iter().any(|span| body.contains(&span.start));
            let is_whole = |texts: &[usize]| texts.iter().all(|start| body.contains(start));
            prompts.iter().zip(&texts).any(|(spans, texts)| has_part(spans) && !is_whole(texts))
        }
    };
    unordered(&context.file.source).into_iter().filter(|place| is_in_text(place) && !is_told(place)).collect()
}

/// The bytes at which the texts of a prompt begin.
fn starts_of_texts(prompt: &LintedPrompt<'_>) -> Vec<usize> {
    let texts = prompt.texts();
    texts.iter().filter(|text| !text.text.is_empty()).map(|text| text.map.at(0)).collect()
}

fn in_words(place: &UnorderedPlace) -> String {
    let name = quoted(&place.written);
    let order = match place.disorder {
        Disorder::Any => "no fixed order",
        Disorder::AsAdded => "the order in which they were added",
    };
    match place.of {
        UnorderedOf::Tools => format!("{name} gives the tools in {order}, and tools stand before all else: sort them."),
        UnorderedOf::Value | UnorderedOf::Loop(_) => format!("{name} lists its items in {order}."),
    }
}

/// Tells whether the items are those of a map, which has an order, if none that is told here.
fn is_of_a_map(written: &str) -> bool {
    [".items()", ".values()", ".keys()", "| items", "|items"].iter().any(|method| written.contains(method))
}
