//! The report for a person at a terminal.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, presets};
use unicode_width::UnicodeWidthStr;

use super::fit::{MARGINS, fit, shortened};
use super::look::{BAD, DOUBTFUL, GOOD, HEADING, Look, PLAIN, Page};
use crate::report::{Report, SkippedLines, Table, Verdict, conclusion, diagnostic, text, verdict_tables};

/// Tables in which the first row is the costliest.
const RANKED: [&str; 1] = ["causes"];

/// The room that is kept for words beside the facts of the summary.
const LEAST_ASIDE: usize = 20;

pub(super) fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, look, report.log.as_deref());
    for (index, sentence) in report.sentences.iter().enumerate() {
        let style = if index == 0 { HEADING } else { PLAIN };
        page.styled_sentence(style, sentence)?;
    }
    if !report.sentences.is_empty() {
        page.line("")?;
    }
    write_summary(report, &mut page)?;
    let mut is_first = report.summary.iter().all(|fact| fact.label.is_none());
    for table in &report.tables {
        separate(&mut is_first, &mut page)?;
        write_table(&table.for_people(), &mut page)?;
    }
    write_judged(report, is_first, &mut page)?;
    for note in &report.main_notes() {
        page.line("")?;
        page.sentence(&format!("note: {}", text::one_line(note)))?;
    }
    write_lines_of("skipped", &report.skipped.passed_over, &mut page)?;
    write_lines_of("read with a remark", &report.skipped.remarked, &mut page)?;
    write_verdict(report, &mut page)
}

fn write_verdict(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let style = match report.verdict() {
        None => return Ok(()),
        Some(_) if report.is_failed() => BAD,
        Some(Verdict::Unknown) => DOUBTFUL,
        Some(_) => GOOD,
    };
    page.line("")?;
    page.styled_sentence(style, &format!("verdict: {}", conclusion::sentence(report)))
}

/// An empty line before all blocks but the first.
fn separate(is_first: &mut bool, page: &mut Page<'_>) -> io::Result<()> {
    if std::mem::take(is_first) { Ok(()) } else { page.line("") }
}

/// The diagnostics, one a line so that editors find the places, then all gates.
fn write_judged(report: &Report, mut is_first: bool, page: &mut Page<'_>) -> io::Result<()> {
    let diagnostics = diagnostic::all(report);
    if !diagnostics.is_empty() {
        separate(&mut is_first, page)?;
    }
    for diagnostic in &diagnostics {
        page.sentence(&diagnostic.line())?;
        if let Some(help) = diagnostic.help {
            page.sentence(&format!("  help: {help}"))?;
        }
    }
    if report.gates.is_empty() {
        return Ok(());
    }
    separate(&mut is_first, page)?;
    write_table(&verdict_tables::gates(report).only(&["name", "subject", "verdict", "measured", "limit"]), page)
}

fn write_summary(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let mut grid = grid();
    let rows = report.summary.iter().filter_map(|fact| {
        let aside = fact.aside.clone().unwrap_or_default();
        Some([fact.label?.to_owned(), text::human(&fact.value), aside])
    });
    let mut rows: Vec<[String; 3]> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    if let Some(width) = page.look.width {
        let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let room = width.saturating_sub(widest(0) + widest(2).min(LEAST_ASIDE) + 3 * MARGINS);
        for row in &mut rows {
            let short = shortened(&row[1], room);
            page.places.note(&short, &row[1]);
            row[1] = short;
        }
        grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    grid.add_rows(rows);
    // Words are broken into lines, labels and values are not.
    for column in grid.column_iter_mut().take(2) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    align(&mut grid, 1);
    grid.lines().try_for_each(|line| page.line(line.trim_end()))
}

fn write_table(table: &Table, page: &mut Page<'_>) -> io::Result<()> {
    let fitted = fit(table, page.look.width);
    fitted.shortened.iter().for_each(|(shown, whole)| page.places.note(shown, whole));
    page.styled_sentence(HEADING, &table.title)?;
    let mut grid = grid();
    let height = fitted.header.iter().map(|heading| heading.lines().count()).max().unwrap_or(0);
    grid.set_header(fitted.header);
    grid.add_rows(fitted.rows);
    for (column, is_number) in fitted.is_number.into_iter().enumerate() {
        if is_number {
            align(&mut grid, column);
        }
    }
    for (index, line) in grid.lines().enumerate() {
        let is_costliest = index == height && RANKED.contains(&table.key);
        page.styled(if is_costliest { HEADING } else { PLAIN }, line.trim_end())?;
    }
    if !fitted.constant.is_empty() {
        page.sentence(&format!("  (in all rows: {})", fitted.constant.join(", ")))?;
    }
    if !fitted.left_out.is_empty() {
        let names = fitted.left_out.join(", ");
        page.sentence(&format!("  (no room for: {names}; a wider window or --format json has them)"))?;
    }
    Ok(())
}

fn write_lines_of(title: &str, lines: &SkippedLines, page: &mut Page<'_>) -> io::Result<()> {
    if lines.count == 0 {
        return Ok(());
    }
    page.line("")?;
    page.line(&format!("{title}: {}", text::plural(lines.count, "line")))?;
    lines.words().iter().try_for_each(|words| page.sentence(&format!("  {words}")))
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid
}

fn align(grid: &mut Grid, column: usize) {
    if let Some(column) = grid.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_verdict_comes_last() {
        let mut bytes = Vec::new();
        write(&samples::check(), Look::default(), &mut bytes).unwrap();
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
