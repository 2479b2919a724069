//! JSON whose keys stand in whatever order they came.

use crate::lint::classify::{Concern, is_tojson};
use crate::lint::context::LintContext;
use crate::lint::{Example, LintRule, quoted};
use crate::report::{Finding, Severity};

pub(super) const RULE: LintRule = LintRule {
    id: "unsorted-json",
    severity: Severity::Warning,
    summary: "Tools, schemas or settings are written as JSON without sorted keys, or read and written again.",
    explanation: "The same object with its keys in another order, other blanks or other escapes is another text. JSON that is meant to be \
        the same in each request must be written the same way by every service, version and library.\n\n\
        Sort the keys (`json.dumps(tools, sort_keys=True)`), or keep the text that was written once. `tojson` is a note only: \
        Jinja2 itself sorts, Transformers and minijinja do not.",
    bad: Example::new("tools.erb", "Your tools: «<%= tools.to_json %>\n"),
    good: Example::new(
        "tools.j2",
        "Your tools: {{ tools | tojson(sort_keys=true) }}\nThe order: {{ order | tojson }}\n",
    ),
    check,
};

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let finding = context.sites(Concern::Json).map(|(prompt, site)| {
        let name = quoted(site.fragment.written());
        let (severity, message) = if is_tojson(site.fragment.written()) {
            (Severity::Note, format!("{name} has sorted keys in Jinja2 alone; say `tojson(sort_keys=true)`."))
        } else {
            (RULE.severity, format!("{name} writes JSON with its keys in whatever order they came."))
        };
        Finding { severity, ..RULE.at_site(context.file, prompt, site, message) }
    });
    finding.collect()
}
