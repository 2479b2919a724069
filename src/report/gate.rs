//! Gates: what was measured against which limit, and what comes of it.

use super::{Cell, Report, Severity};
use crate::money::Money;
use crate::source::Place;

/// A limit that was set, and whether it holds.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name, as the configuration spells it.
    pub name: &'static str,
    /// The template it was applied to; `None` for the whole.
    pub subject: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// The measured value.
    pub measured: Cell,
    /// The limit.
    pub limit: Cell,
    /// Reason for the verdict, one sentence.
    pub reason: String,
    /// The place to look at; for the whole, the line of the configuration, since some readers drop results without a place.
    pub place: Option<Place>,
    /// Tokens at stake.
    pub tokens: Option<u64>,
    /// Money at stake, in the report's currency.
    pub cost: Option<Money>,
}

/// The verdict of a gate, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It could not be told.
    Unknown,
    /// It does not hold.
    Fail,
}

impl Verdict {
    /// Its name: `pass`, `unknown` or `fail`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

/// The limits that a report is held to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    /// Findings at least this bad fail; `None` where none does.
    pub fail_on: Option<Severity>,
    /// An unknown gate counts as one that holds.
    pub unknown_passes: bool,
}

impl Policy {
    /// Tells whether findings of that severity fail.
    pub(super) fn fails(self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|least| severity >= least)
    }
}

impl Report {
    /// The worst verdict of findings and gates; `None` where the report is held to nothing.
    pub fn verdict(&self) -> Option<Verdict> {
        let policy = self.policy?;
        let findings = self.findings.iter().filter(|finding| policy.fails(finding.severity)).map(|_| Verdict::Fail);
        let gates = self.gates.iter().map(|gate| gate.verdict);
        Some(findings.chain(gates).max().unwrap_or(Verdict::Pass))
    }

    /// Tells whether the command ends with failure: the verdict is fail, or unknown where that does not pass.
    pub fn is_failed(&self) -> bool {
        match self.verdict() {
            Some(Verdict::Fail) => true,
            Some(Verdict::Unknown) => !self.unknown_passes(),
            Some(Verdict::Pass) | None => false,
        }
    }

    /// Tells whether findings and gates are what the report is about.
    pub(super) fn is_judged(&self) -> bool {
        self.policy.is_some() || !self.findings.is_empty() || !self.gates.is_empty()
    }

    /// Tells whether what could not be told counts as a pass.
    pub(super) fn unknown_passes(&self) -> bool {
        self.policy.is_some_and(|policy| policy.unknown_passes)
    }
}
