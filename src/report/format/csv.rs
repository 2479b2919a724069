//! The report as comma-separated values: its first table, else its gates or its findings, else the summary.

use std::io::{self, Write};

use crate::report::{Cell, Report, Table, text, verdict_tables, visible};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if let Some(table) = report.tables.first() {
        write_table(table, &mut writer)?;
    } else if !report.gates.is_empty() {
        write_table(&verdict_tables::gates(report), &mut writer)?;
    } else if report.is_judged() {
        write_table(&verdict_tables::findings(report), &mut writer)?;
    } else {
        writer.write_record(["key", "value"])?;
        for fact in &report.summary {
            writer.write_record([fact.key, &field(&fact.value)])?;
        }
    }
    writer.flush()
}

fn write_table(table: &Table, writer: &mut csv::Writer<&mut dyn Write>) -> csv::Result<()> {
    writer.write_record(table.columns.iter().map(|column| &*column.key))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(field))?;
    }
    Ok(())
}

/// A cell's value. A spreadsheet takes a text that begins with one of these signs for a formula, and runs it: an apostrophe before
/// it makes it a text.
fn field(cell: &Cell) -> String {
    let value = visible(&text::plain(cell)).into_owned();
    let may_be_formula = matches!(cell, Cell::Text(_) | Cell::Place(_) | Cell::List(_) | Cell::Map(_));
    let signs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if may_be_formula && value.starts_with(signs) { format!("'{value}") } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn csv(report: &Report) -> String {
        samples::written(report, write)
    }

    #[test]
    fn no_field_is_a_formula() {
        for formula in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx"] {
            assert_eq!(field(&Cell::Text(formula.into())), format!("'{formula}"));
        }
        assert_eq!(field(&Cell::Text("gpt-4o".into())), "gpt-4o");
        assert_eq!(field(&Cell::Ratio(-0.5)), "-0.5");
        assert_eq!(field(&Cell::Text("a\u{1b}[2J\u{202e}b".into())), "a\\u{1b}[2J\\u{202e}b");
    }

    #[test]
    fn gates_come_before_findings() {
        let mut report = samples::check();
        assert_eq!(
            csv(&report),
            "\
name,subject,verdict,measured,limit,place,reason,tokens,cost
max_prefix_tokens_lost,prompts/a b.yaml,fail,2944,64,prompts/a b.yaml:3:14,\"The stable prefix loses 2,944 tokens.\",2944,12.5
min_hit_ratio,,unknown,,0.9,,No log was given.,,
min_stable_prefix_tokens,prompts/b.yaml,pass,4096,2048,,\"The stable prefix has 4,096 tokens.\",,
"
        );
        report.gates.clear();
        report.findings.remove(0);
        assert_eq!(
            csv(&report),
            "\
place,end,severity,rule,message,help,tokens,cost
prompts/a b.yaml:5:1,,note,trailing-blanks,Blanks stand at the end of the line.,,,
"
        );
    }
}
