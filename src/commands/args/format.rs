//! Arguments on output: how a report is written, and from which severity on it fails.

use clap::ValueEnum;

use crate::report::{Format, Severity};

/// How a report without a line per exchange is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// The first table as comma-separated values
    Csv,
    /// Markdown
    Markdown,
}

/// How gates and findings are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GateFormat {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// Markdown, for a pull request
    Markdown,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit, for test reports
    Junit,
}

impl GateFormat {
    /// Whether findings are shown beside the code.
    pub(crate) fn is_beside_code(self) -> bool {
        matches!(self, Self::Github | Self::Sarif | Self::Junit)
    }
}

/// The mildest finding that fails.
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

impl From<GateFormat> for Format {
    fn from(format: GateFormat) -> Self {
        match format {
            GateFormat::Table => Self::Table,
            GateFormat::Json => Self::Json,
            GateFormat::Markdown => Self::Markdown,
            GateFormat::Github => Self::Github,
            GateFormat::Sarif => Self::Sarif,
            GateFormat::Junit => Self::Junit,
        }
    }
}

impl From<ReportFormat> for Format {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Table => Self::Table,
            ReportFormat::Json => Self::Json,
            ReportFormat::Csv => Self::Csv,
            ReportFormat::Markdown => Self::Markdown,
        }
    }
}
