//! Arguments on output: how a report is written, and from which severity on it fails.

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::report::{Format, Severity};

/// The name of the output that has a line for each request in place of a report.
const ROWS: &str = "jsonl";

/// The formats that a command over requests can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// A line of JSON for each request, as it is read.
    Rows,
    /// One report on all of them.
    Report(Format),
}

/// Reads one of the formats that a command offers.
pub(crate) fn one_of(offered: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(named(offered)).try_map(|name| Format::from_str(&name, false))
}

/// Reads `jsonl`, or one of the formats that a command offers for its report.
pub(crate) fn rows_or_one_of(offered: &'static [Format]) -> impl TypedValueParser<Value = Output> {
    let rows = PossibleValue::new(ROWS).help("One JSON object for each request");
    PossibleValuesParser::new(named(offered).chain([rows])).try_map(|name| match name.as_str() {
        ROWS => Ok(Output::Rows),
        name => Format::from_str(name, false).map(Output::Report),
    })
}

/// Formats by their names on the command line, each with what it is for.
fn named(offered: &'static [Format]) -> impl Iterator<Item = PossibleValue> {
    offered.iter().filter_map(ValueEnum::to_possible_value)
}

/// The lowest severity that fails the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// None
    Never,
}

impl FailOn {
    /// The severity from which on findings fail; `None` where none does.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// Verdict of the run if a gate is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnknownIs {
    /// It fails
    #[default]
    Fail,
    /// It passes
    Pass,
}
