//! Diagnostics: findings, and gates that do not hold, in one list for renderers that show both alike.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

use super::{Finding, Gate, Report, Severity, Verdict, text};
use crate::money::Money;
use crate::source::Place;

/// Something that wants attention.
pub(super) struct Diagnostic<'a> {
    /// A rule's id, or `gate/` and the gate's name.
    pub(super) rule: Cow<'a, str>,
    pub(super) severity: Severity,
    /// It makes the command fail.
    pub(super) fails: bool,
    pub(super) message: &'a str,
    pub(super) help: Option<&'a str>,
    /// The file, also where no place in it is known.
    pub(super) path: Option<&'a str>,
    pub(super) place: Option<&'a Place>,
    pub(super) end: Option<&'a Place>,
    pub(super) tokens: Option<u64>,
    pub(super) cost: Option<Money>,
}

/// The gates that do not hold, then the findings, each in the report's order.
pub(super) fn all(report: &Report) -> Vec<Diagnostic<'_>> {
    let gates = report.gates.iter().filter(|gate| gate.verdict != Verdict::Pass);
    let gates = gates.map(|gate| Diagnostic::of_gate(gate, report));
    gates.chain(findings(report)).collect()
}

/// The findings, in the report's order.
pub(super) fn findings(report: &Report) -> impl Iterator<Item = Diagnostic<'_>> {
    report.findings.iter().map(|finding| Diagnostic::of_finding(finding, report))
}

/// All diagnostics: what fails first, then the costliest.
pub(super) fn costliest(report: &Report) -> Vec<Diagnostic<'_>> {
    let mut diagnostics = all(report);
    diagnostics.sort_by(Diagnostic::by_weight);
    diagnostics
}

impl<'a> Diagnostic<'a> {
    fn of_finding(finding: &'a Finding, report: &Report) -> Self {
        Self {
            rule: finding.rule.into(),
            severity: finding.severity,
            fails: report.policy.is_some_and(|policy| policy.fails(finding.severity)),
            message: &finding.message,
            help: finding.help.as_deref(),
            path: Some(&finding.place.path),
            place: Some(&finding.place),
            end: finding.end.as_ref(),
            tokens: finding.tokens,
            cost: finding.cost,
        }
    }

    pub(super) fn of_gate(gate: &'a Gate, report: &Report) -> Self {
        let fails = gate.verdict == Verdict::Fail || gate.verdict == Verdict::Unknown && !report.unknown_passes();
        Self {
            rule: format!("gate/{}", gate.name).into(),
            severity: if fails { Severity::Error } else { Severity::Warning },
            fails,
            message: &gate.reason,
            help: None,
            path: gate.place.as_ref().map(|place| place.path.as_str()).or(gate.subject.as_deref()),
            place: gate.place.as_ref(),
            end: None,
            tokens: gate.tokens,
            cost: gate.cost,
        }
    }

    /// One line for a person: `path:line:column: severity rule message (figures)`.
    pub(super) fn line(&self) -> String {
        let place = self.place.map(Place::to_string).or(self.path.map(str::to_owned));
        let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
        format!("{place}{} {} {}", self.severity.name(), self.rule, self.statement())
    }

    /// The message and what is at stake.
    pub(super) fn statement(&self) -> String {
        let tokens = self.tokens.map(|tokens| text::plural(tokens, "token"));
        let figures: Vec<String> = tokens.into_iter().chain(self.cost.as_ref().map(text::money)).collect();
        if figures.is_empty() { self.message.into() } else { format!("{} ({})", self.message, figures.join(", ")) }
    }

    fn by_weight(&self, other: &Self) -> Ordering {
        let rest = |diagnostic: &Self| (Reverse(diagnostic.tokens), Reverse(diagnostic.severity));
        other
            .fails
            .cmp(&self.fails)
            .then_with(|| by_cost(self.cost, other.cost))
            .then_with(|| rest(self).cmp(&rest(other)))
            .then_with(|| (self.path, self.place, &self.rule).cmp(&(other.path, other.place, &other.rule)))
    }
}

/// The dearest first, what has no price last. A report has one currency; were there two, neither would outweigh the other.
fn by_cost(one: Option<Money>, other: Option<Money>) -> Ordering {
    let key = |cost: Option<Money>| cost.map(|cost| (Reverse(cost.currency), cost.amount));
    key(other).cmp(&key(one))
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, samples};
    use super::*;

    #[test]
    fn what_fails_comes_first_and_then_the_costliest() {
        let mut report = samples::check();
        report.findings.push(samples::finding("cheap-note", Severity::Note, 9, Some(7), None));
        report.findings.push(samples::finding("dear-note", Severity::Note, 8, Some(3), Some("1.5")));
        report.findings.push(samples::finding("long-note", Severity::Note, 7, Some(10), None));
        let rules: Vec<String> = costliest(&report).iter().map(|diagnostic| diagnostic.rule.to_string()).collect();
        assert_eq!(
            rules,
            [
                "gate/max_prefix_tokens_lost",
                "volatile-first",
                "gate/min_hit_ratio",
                "dear-note",
                "long-note",
                "cheap-note",
                "trailing-blanks",
            ]
        );
    }

    #[test]
    fn the_order_of_two_equals_is_that_of_their_places() {
        let mut report = Report::default();
        report.findings.push(samples::finding("b", Severity::Note, 2, None, None));
        report.findings.push(samples::finding("b", Severity::Note, 1, None, None));
        report.findings.push(samples::finding("a", Severity::Note, 2, None, None));
        let lines: Vec<String> = costliest(&report).iter().map(Diagnostic::line).collect();
        let starts =
            ["prompts/a b.yaml:1:1: note b ", "prompts/a b.yaml:2:1: note a ", "prompts/a b.yaml:2:1: note b "];
        assert!(lines.iter().zip(starts).all(|(line, start)| line.starts_with(start)), "{lines:?}");
    }

    #[test]
    fn an_unknown_gate_that_passes_is_a_warning() {
        let mut report = samples::check();
        let severity = |report: &Report| all(report)[1].severity;
        assert_eq!(severity(&report), Severity::Error);
        report.policy = report.policy.map(|policy| Policy { unknown_passes: true, ..policy });
        assert_eq!(severity(&report), Severity::Warning);
    }
}
