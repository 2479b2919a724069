//! Findings: what a rule has to say about one place of a file.

use crate::money::Money;
use crate::source::Place;

/// A place that a rule reports.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule, by its id.
    pub rule: &'static str,
    /// Its severity.
    pub severity: Severity,
    /// The mistake in one sentence; quotes stand in backticks.
    pub message: String,
    /// Its beginning.
    pub place: Place,
    /// The place after its last character.
    pub end: Option<Place>,
    /// The way out, one sentence.
    pub help: Option<String>,
    /// Tokens at stake.
    pub tokens: Option<u64>,
    /// Money at stake, in the report's currency.
    pub cost: Option<Money>,
}

impl Finding {
    /// A finding of which nothing more is known.
    pub fn new(rule: &'static str, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self { rule, severity, message: message.into(), place, end: None, help: None, tokens: None, cost: None }
    }
}

/// The severity of a finding, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Probably not meant.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// Its name: `note`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Error].into_iter().find(|severity| severity.name() == name)
    }
}

/// A rule that was applied, for formats that explain their findings.
#[derive(Clone, Debug)]
pub struct RuleDescription {
    /// Its id; a gate's is `gate/` and its name.
    pub id: &'static str,
    /// The severity of its findings, unless one has its own.
    pub severity: Severity,
    /// A summary in one sentence.
    pub summary: &'static str,
    /// The reason and the remedy, in Markdown.
    pub help: &'static str,
}
