//! The output formats of reports, and which of them suit which kind of report.

mod csv;
mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod table;

use std::io::{self, Write};

use clap::ValueEnum;

pub use json::SCHEMA_VERSION;

use super::Report;
use super::visible::Visible;

/// A way to write a report. A command states which of them it offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document, with a schema version
    Json,
    /// The first table as comma-separated values
    Csv,
    /// Markdown, for a pull request or a wiki
    Markdown,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
}

/// The formats of reports that are facts and tables.
pub const OF_TABLES: &[Format] = &[Format::Table, Format::Json, Format::Csv, Format::Markdown];

/// The formats of reports that are findings and gates.
pub const OF_FINDINGS: &[Format] =
    &[Format::Table, Format::Json, Format::Markdown, Format::Github, Format::Sarif, Format::Junit];

impl Format {
    /// Tells whether findings are shown beside the code, so that files must be named as the repository knows them.
    pub fn is_beside_code(self) -> bool {
        matches!(self, Self::Github | Self::Sarif | Self::Junit)
    }
}

/// Writes a report.
///
/// # Errors
/// Fails if the output cannot be written to.
pub fn render(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, &mut Visible(out)),
        Format::Json => json::write(report, out),
        Format::Csv => csv::write(report, out),
        Format::Markdown => markdown::write(report, &mut Visible(out)),
        Format::Github => github::write(report, &mut Visible(out)),
        Format::Sarif => sarif::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}
