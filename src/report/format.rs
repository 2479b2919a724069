//! The output formats.

use std::io::{self, Write};

use clap::ValueEnum;

use super::visible::Visible;
use super::{Report, csv, github, json, junit, markdown, sarif, table};

/// How a report is written. The last three are for reports of findings and gates, and only their commands offer them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document, with a schema version
    Json,
    /// One JSON object per exchange
    Jsonl,
    /// The table as comma-separated values
    Csv,
    /// Markdown, for a pull request or a wiki
    Markdown,
    /// Annotations of GitHub Actions, and a line that sums up
    #[value(skip)]
    Github,
    /// SARIF 2.1.0
    #[value(skip)]
    Sarif,
    /// JUnit XML
    #[value(skip)]
    Junit,
}

/// Writes a report. `Jsonl` has no report: its lines were written as they came.
///
/// # Errors
/// When the output cannot be written to.
pub fn render(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, &mut Visible(out)),
        Format::Json => json::write(report, out),
        Format::Jsonl => Ok(()),
        Format::Csv => csv::write(report, out),
        Format::Markdown => markdown::write(report, &mut Visible(out)),
        Format::Github => github::write(report, &mut Visible(out)),
        Format::Sarif => sarif::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}
