//! A report with a bit of everything, for the renderers' tests.

use std::io::{self, Write};

use serde_json::Value;

use super::{Cell, Finding, Gate, Policy, Report, RuleDescription, Severity, Verdict};
use crate::money::{Currency, Money};
use crate::source::Place;

/// Three gates, one of each verdict, and two findings, of which the first fails.
pub(super) fn check() -> Report {
    Report {
        command: "check",
        policy: Some(Policy { fail_on: Some(Severity::Error), unknown_passes: false }),
        rules: vec![rule()],
        findings: vec![volatile_first(), finding("trailing-blanks", Severity::Note, 5, None, None)],
        gates: vec![prefix_lost(), hit_ratio(), stable_prefix()],
        ..Report::default()
    }
}

/// A finding in `prompts/a b.yaml`.
pub(super) fn finding(
    rule: &'static str,
    severity: Severity,
    line: u64,
    tokens: Option<u64>,
    cost: Option<&str>,
) -> Finding {
    let message = "Blanks stand at the end of the line.";
    Finding { tokens, cost: cost.map(dollars), ..Finding::new(rule, severity, place(line, 1), message) }
}

pub(super) fn place(line: u64, column: u64) -> Place {
    Place { path: "prompts/a b.yaml".into(), line, column }
}

fn rule() -> RuleDescription {
    RuleDescription {
        id: "volatile-first",
        severity: Severity::Error,
        summary: "A volatile value stands before stable text.",
        help: "What follows a volatile value is **never** served from the cache.",
    }
}

fn volatile_first() -> Finding {
    Finding {
        end: Some(place(3, 25)),
        help: Some("Move it to the end: 100% of the text before it stays.".into()),
        tokens: Some(2944),
        cost: Some(dollars("0.0008")),
        ..Finding::new("volatile-first", Severity::Error, place(3, 14), "`{{ a | b }}` stands before <stable> text.")
    }
}

fn prefix_lost() -> Gate {
    Gate {
        name: "max_prefix_tokens_lost",
        subject: Some("prompts/a b.yaml".into()),
        verdict: Verdict::Fail,
        measured: Cell::Count(2944),
        limit: Cell::Count(64),
        reason: "The stable prefix loses 2,944 tokens.".into(),
        place: Some(place(3, 14)),
        tokens: Some(2944),
        cost: Some(dollars("12.5")),
    }
}

fn hit_ratio() -> Gate {
    Gate {
        name: "min_hit_ratio",
        subject: None,
        verdict: Verdict::Unknown,
        measured: Cell::Unknown,
        limit: Cell::Ratio(0.9),
        reason: "No log was given.".into(),
        place: None,
        tokens: None,
        cost: None,
    }
}

fn stable_prefix() -> Gate {
    Gate {
        name: "min_stable_prefix_tokens",
        subject: Some("prompts/b.yaml".into()),
        verdict: Verdict::Pass,
        measured: Cell::Count(4096),
        limit: Cell::Count(2048),
        reason: "The stable prefix has 4,096 tokens.".into(),
        place: None,
        tokens: None,
        cost: None,
    }
}

fn dollars(amount: &str) -> Money {
    Money::new(amount.parse().expect("a decimal"), Currency::USD)
}

/// The document that a renderer of JSON makes of a report.
pub(super) fn document(report: &Report, write: Render) -> Value {
    serde_json::from_str(&written(report, write)).unwrap()
}

/// The text that a renderer writes.
pub(super) fn written(report: &Report, write: Render) -> String {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The function that writes a report in one format.
type Render = fn(&Report, &mut dyn Write) -> io::Result<()>;
