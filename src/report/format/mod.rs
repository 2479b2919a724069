//! The output formats of reports, and which of them suit which kind of report.

mod csv;
mod fit;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod link;
mod look;
mod markdown;
mod pictures;
mod prometheus;
mod sarif;
mod table;

use std::io::{self, Write};

use clap::ValueEnum;

pub use json::{SCHEMA_VERSION, limits};
pub use look::{Look, wrapped};

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
    /// One HTML page with pictures, which needs no network
    Html,
    /// Figures as Prometheus reads them
    Prometheus,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Code quality of GitLab, for merge requests
    Gitlab,
}

/// The formats of reports that are facts and tables.
pub const OF_TABLES: &[Format] =
    &[Format::Table, Format::Json, Format::Csv, Format::Markdown, Format::Html, Format::Prometheus];

/// The formats of reports that are findings and gates.
pub const OF_FINDINGS: &[Format] = &[
    Format::Table,
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Github,
    Format::Sarif,
    Format::Junit,
    Format::Gitlab,
];

impl Format {
    /// Tells whether findings are shown beside the code, so that files must be named as the repository knows them.
    pub fn is_beside_code(self) -> bool {
        matches!(self, Self::Github | Self::Sarif | Self::Junit | Self::Gitlab)
    }
}

/// Writes a report, for people in a look.
///
/// # Errors
/// Fails if the output cannot be written to.
pub fn render(report: &Report, format: Format, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, look, out),
        Format::Json => json::write(report, out),
        Format::Csv => csv::write(report, out),
        Format::Markdown => markdown::write(report, &mut Visible(out)),
        Format::Html => html::write(report, out),
        Format::Prometheus => prometheus::write(report, out),
        Format::Github => github::write(report, &mut Visible(out)),
        Format::Sarif => sarif::write(report, out),
        Format::Junit => junit::write(report, &mut Visible(out)),
        Format::Gitlab => gitlab::write(report, out),
    }
}
