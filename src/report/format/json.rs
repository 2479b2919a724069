//! The report as one JSON document.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::report::{Cell, Report, SkippedLine, SkippedLines, Table, Verdict, text, verdict_tables, visible_json};
use crate::source::Place;

/// Grows when a script that reads the document would have to change.
pub const SCHEMA_VERSION: u32 = 2;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary: Map<String, Value> = report.summary.iter().map(|fact| (fact.key.into(), value(&fact.value))).collect();
    let tables: Map<String, Value> = report.tables.iter().map(|table| (table.key.into(), rows(table))).collect();
    let mut document = json!({
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "summary": summary,
        "tables": tables,
        "sentences": report.sentences,
    });
    for (key, limits) in limits(report) {
        document[key] = limits;
    }
    for (key, cell) in &report.entries {
        document[*key] = value(cell);
    }
    if report.is_judged() {
        document["verdict"] = report.verdict().map(Verdict::name).into();
        document["gates"] = rows(&verdict_tables::gates(report));
        document["findings"] = rows(&verdict_tables::findings(report));
    }
    write_document(&document, out)
}

/// Writes a value as an indented document, with no character in it that a terminal acts on.
pub(super) fn write_document(document: &Value, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible_json(&serde_json::to_string_pretty(document)?))
}

/// The limits of an answer, by their keys in every document: notes, caveats, and lines that were skipped or read with a remark.
pub fn limits(report: &Report) -> [(&'static str, Value); 4] {
    [
        ("notes", report.notes().into()),
        ("caveats", rows(&report.caveats_table())),
        ("skipped", lines(&report.skipped.passed_over)),
        ("remarks", lines(&report.skipped.remarked)),
    ]
}

fn rows(table: &Table) -> Value {
    let row = |cells: &Vec<Cell>| -> Value {
        let entries =
            table.columns.iter().zip(cells).map(|(column, cell)| (column.key.clone().into_owned(), value(cell)));
        Value::Object(entries.collect())
    };
    table.rows.iter().map(row).collect()
}

/// Lines by kind, and the first of them each by itself.
fn lines(lines: &SkippedLines) -> Value {
    let line = |line: &SkippedLine| json!({"source": line.source, "line": line.line, "reason": line.reason});
    let kinds = lines.kinds.iter().map(|kind| json!({"lines": kind.count, "first": line(&kind.first)}));
    let first = lines.first.iter().map(line);
    json!({"lines": lines.count, "kinds": kinds.collect::<Vec<_>>(), "first": first.collect::<Vec<_>>()})
}

/// A cell as JSON: money is a decimal string, since a JSON number may lose digits.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => text.as_str().into(),
        Cell::Count(count) | Cell::Bytes(count) => (*count).into(),
        Cell::Difference(count) => (*count).into(),
        Cell::Ratio(ratio) | Cell::Points(ratio) => text::rounded(*ratio).into(),
        Cell::Money(amount) | Cell::Exact(amount) => amount.decimal().into(),
        Cell::Place(Place { path, line, column }) => json!({"path": path, "line": line, "column": column}),
        Cell::Map(entries) => {
            Value::Object(entries.iter().map(|(key, cell)| ((*key).to_owned(), value(cell))).collect())
        }
        Cell::List(items) => items.iter().map(value).collect(),
        Cell::Unknown => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn document(report: &Report) -> Value {
        samples::document(report, write)
    }

    #[test]
    fn a_judged_report_has_its_verdict_gates_and_findings() {
        let document = document(&samples::check());
        assert_eq!(document["verdict"], "fail");
        assert_eq!(
            document["gates"][0],
            json!({
                "name": "max_prefix_tokens_lost",
                "subject": "prompts/a b.yaml",
                "verdict": "fail",
                "measured": 2944,
                "limit": 64,
                "place": {"path": "prompts/a b.yaml", "line": 3, "column": 14},
                "reason": "The stable prefix loses 2,944 tokens.",
                "tokens": 2944,
                "cost": "12.5",
            })
        );
        assert_eq!(
            document["findings"][1],
            json!({
                "place": {"path": "prompts/a b.yaml", "line": 5, "column": 1},
                "end": null,
                "severity": "note",
                "rule": "trailing-blanks",
                "message": "Blanks stand at the end of the line.",
                "help": null,
                "tokens": null,
                "cost": null,
            })
        );
    }

    #[test]
    fn other_reports_have_none_of_it() {
        let document = document(&Report::default());
        assert!(["verdict", "gates", "findings"].iter().all(|key| document.get(key).is_none()), "{document}");
    }
}
