//! The report as Markdown.

use std::io::{self, Write};

use super::{Report, text};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## cachecheck {}\n", report.command)?;
    for sentence in &report.sentences {
        writeln!(out, "{sentence}\n")?;
    }
    let facts: Vec<_> = report.summary.iter().filter_map(|fact| Some((fact.label?, fact))).collect();
    if !facts.is_empty() {
        writeln!(out, "| | | |\n|---|---:|---|")?;
    }
    for (label, fact) in facts {
        let aside = fact.aside.as_deref().unwrap_or_default();
        writeln!(out, "| {} | {} | {} |", escaped(label), escaped(&text::human(&fact.value)), escaped(aside))?;
    }
    for table in &report.tables {
        writeln!(out, "\n### {}\n", table.title)?;
        let titles: Vec<String> = table.columns.iter().map(|column| escaped(&column.title)).collect();
        writeln!(out, "| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len()))?;
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(&text::human(cell))).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
    }
    for note in &report.notes {
        writeln!(out, "\n> {note}")?;
    }
    if report.skipped.lines > 0 {
        writeln!(out, "\n{} lines skipped:\n", report.skipped.lines)?;
        for skip in &report.skipped.first {
            writeln!(out, "- {}: {}", escaped(&skip.place()), escaped(&skip.reason))?;
        }
    }
    Ok(())
}

/// Text that cannot break out of a table's cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
