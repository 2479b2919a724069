//! The report for a person at a terminal.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, Width, presets};

use crate::report::{Cell, Report, SkippedLines, Table, conclusion, diagnostic, text, verdict_tables};

/// Tables wrap their text at this width, wherever they are written to, so that the same input gives the same bytes.
const WIDTH: u16 = 140;

/// Columns up to this width are never wrapped, nor are numbers.
const NARROW: u16 = 28;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for sentence in &report.sentences {
        writeln!(out, "{sentence}")?;
    }
    if !report.sentences.is_empty() {
        writeln!(out)?;
    }
    write_summary(report, out)?;
    let mut is_first = report.summary.is_empty();
    for table in &report.tables {
        separate(&mut is_first, out)?;
        write_table(&table.for_people(), out)?;
    }
    write_judged(report, is_first, out)?;
    for note in &report.notes {
        writeln!(out, "\nnote: {note}")?;
    }
    write_lines_of("skipped", &report.skipped.passed_over, out)?;
    write_lines_of("read with a remark", &report.skipped.remarked, out)?;
    report.verdict().map_or(Ok(()), |_| writeln!(out, "\nverdict: {}", conclusion::sentence(report)))
}

/// An empty line before all blocks but the first.
fn separate(is_first: &mut bool, out: &mut dyn Write) -> io::Result<()> {
    if std::mem::take(is_first) { Ok(()) } else { writeln!(out) }
}

/// The diagnostics, one a line so that editors find the places, then all gates.
fn write_judged(report: &Report, mut is_first: bool, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = diagnostic::all(report);
    if !diagnostics.is_empty() {
        separate(&mut is_first, out)?;
    }
    for diagnostic in &diagnostics {
        writeln!(out, "{}", diagnostic.line())?;
        if let Some(help) = diagnostic.help {
            writeln!(out, "  help: {help}")?;
        }
    }
    if report.gates.is_empty() {
        return Ok(());
    }
    separate(&mut is_first, out)?;
    write_table(&verdict_tables::gates(report).only(&["name", "subject", "verdict", "measured", "limit"]), out)
}

fn write_summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut grid = grid();
    for fact in &report.summary {
        if let Some(label) = fact.label {
            let aside = fact.aside.as_deref().unwrap_or_default();
            grid.add_row([label, &text::human(&fact.value), aside]);
        }
    }
    align(&mut grid, 1);
    write_lines(&grid, out)
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", table.title)?;
    let mut grid = grid();
    grid.set_header(table.columns.iter().map(|column| column.title.as_str()));
    for row in &table.rows {
        grid.add_row(row.iter().map(text::human));
    }
    for (index, width) in grid.column_max_content_widths().into_iter().enumerate() {
        let is_text = table.rows.iter().any(|row| matches!(row[index], Cell::Text(_) | Cell::Place(_)));
        if let Some(column) = grid.column_mut(index) {
            column.set_cell_alignment(if is_text { CellAlignment::Left } else { CellAlignment::Right });
            column.set_constraint(if is_text && width > NARROW {
                ColumnConstraint::LowerBoundary(Width::Fixed(NARROW))
            } else {
                ColumnConstraint::ContentWidth
            });
        }
    }
    write_lines(&grid, out)
}

fn write_lines_of(title: &str, lines: &SkippedLines, out: &mut dyn Write) -> io::Result<()> {
    if lines.count == 0 {
        return Ok(());
    }
    writeln!(out, "\n{title}: {}", text::plural(lines.count, "line"))?;
    for words in lines.words() {
        writeln!(out, "  {words}")?;
    }
    Ok(())
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(WIDTH);
    grid
}

fn align(grid: &mut Grid, column: usize) {
    if let Some(column) = grid.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn write_lines(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    for line in grid.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_verdict_comes_last() {
        let mut bytes = Vec::new();
        write(&samples::check(), &mut bytes).unwrap();
        let expected = "\
prompts/a b.yaml:3:14: error gate/max_prefix_tokens_lost The stable prefix loses 2,944 tokens. (2,944 tokens, $12.5000)
error gate/min_hit_ratio No log was given.
prompts/a b.yaml:3:14: error volatile-first `{{ a | b }}` stands before <stable> text. (2,944 tokens, $0.0008)
  help: Move it to the end: 100% of the text before it stays.
prompts/a b.yaml:5:1: note trailing-blanks Blanks stand at the end of the line.

Gates
 Gate                      Template          Verdict  Measured   Limit
 max_prefix_tokens_lost    prompts/a b.yaml  fail        2,944      64
 min_hit_ratio             –                 unknown         –  90.0 %
 min_stable_prefix_tokens  prompts/b.yaml    pass        4,096   2,048

verdict: fail (3 gates: 1 passed, 1 failed, 1 unknown; 1 error, 1 note)
";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
