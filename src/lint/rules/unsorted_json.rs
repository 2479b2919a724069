//! JSON with keys in no fixed order.

use crate::lint::classify::{Concern, is_tojson};
use crate::lint::context::{LintContext, Site};
use crate::lint::example::Example;
use crate::lint::rule::{LintRule, quoted};
use crate::report::{Finding, Severity};
use crate::template::class::ExpressionClass;
use crate::template::{Fragment, Placeholder};

pub(in crate::lint) const RULE: LintRule = LintRule {
    id: "unsorted-json",
    severity: Severity::Note,
    summary: "Tools, schemas or settings are written as JSON without sorted keys, or parsed and written again.",
    explanation: "The same object with its keys in another order, other white space or other escapes is a different text. To be the same in each request, \
        every service, version and library must write it the same way.\n\n\
        Sort the keys (`json.dumps(tools, sort_keys=True)`), or write the text once and keep it. `tojson` is only a note: \
        Jinja2 sorts keys, Transformers and minijinja do not. Of the three only Transformers takes `tojson(sort_keys=true)`; Jinja2 and \
        minijinja refuse it.",
    bad: Example::new("tools.erb", "Your tools: «<%= tools.to_json %>\n"),
    good: Example::new(
        "tools.j2",
        "Your tools: {{ tools | tojson(sort_keys=true) }}\nThe order: {{ order | tojson }}\n",
    ),
    check,
};

/// Tells whether the same object may be written in two ways: what code writes out itself keeps its order, JavaScript's objects do wherever they
/// were made, and what each request brings is another object.
fn may_vary(site: &Site<'_>) -> bool {
    let Fragment::Value(Placeholder { class: Some(class), written, .. }) = site.fragment else { return true };
    let given = written.split_once("dumps").or(written.split_once("stringify")).map_or("", |(_, given)| given);
    if given.trim_start_matches(|letter: char| letter == '(' || letter.is_whitespace()).starts_with(['{', '[']) {
        return false;
    }
    let is_parsed = written.contains("json.loads") || written.contains("JSON.parse");
    is_parsed || *class == ExpressionClass::Config && !written.contains("JSON.stringify")
}

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.sites(Concern::Json).filter(|(_, site)| may_vary(site)).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        let (severity, message) = if is_tojson(site.fragment.written()) {
            (
                Severity::Note,
                format!("{name} sorts its keys in Jinja2 but not in other engines; sort them before, or in Transformers write `tojson(sort_keys=true)`."),
            )
        } else {
            let message = format!("{name} writes keys in the order in which they were put in, which every service must do alike.");
            (RULE.severity, message)
        };
        Finding { severity, ..RULE.at_site(context.file, prompt, site, message) }
    });
    finding.collect()
}
