//! The report for a person at a terminal.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, Width, presets};

use super::{Cell, Report, Skipped, Table, text};

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
    for (number, table) in report.tables.iter().enumerate() {
        if number > 0 || !report.summary.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{}", table.title)?;
        write_table(table, out)?;
    }
    for note in &report.notes {
        writeln!(out, "\nnote: {note}")?;
    }
    write_skipped(&report.skipped, out)
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
    let mut grid = grid();
    grid.set_header(table.columns.iter().map(|column| column.title.as_str()));
    for row in &table.rows {
        grid.add_row(row.iter().map(text::human));
    }
    for (index, width) in grid.column_max_content_widths().into_iter().enumerate() {
        let is_text = table.rows.iter().any(|row| matches!(row[index], Cell::Text(_)));
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

fn write_skipped(skipped: &Skipped, out: &mut dyn Write) -> io::Result<()> {
    if skipped.lines == 0 {
        return Ok(());
    }
    let noun = if skipped.lines == 1 { "line" } else { "lines" };
    writeln!(out, "\nskipped: {} {noun}", skipped.lines)?;
    for skip in &skipped.first {
        writeln!(out, "  {}: {}", skip.place(), skip.reason)?;
    }
    let rest = skipped.lines - skipped.first.len() as u64;
    if rest > 0 {
        writeln!(out, "  … and {rest} more")?;
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
