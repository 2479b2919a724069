//! The report as one JSON document.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Cell, Report, Skipped, Table, text};

/// Grows when a script that reads the document would have to change.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary: Map<String, Value> = report.summary.iter().map(|fact| (fact.key.into(), value(&fact.value))).collect();
    let tables: Map<String, Value> = report.tables.iter().map(|table| (table.key.into(), rows(table))).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "summary": summary,
        "tables": tables,
        "sentences": report.sentences,
        "notes": report.notes,
        "skipped": skipped(&report.skipped),
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn rows(table: &Table) -> Value {
    let row = |cells: &Vec<Cell>| -> Value {
        let entries = table.columns.iter().zip(cells).map(|(column, cell)| (column.key.to_owned(), value(cell)));
        Value::Object(entries.collect())
    };
    table.rows.iter().map(row).collect()
}

fn skipped(skipped: &Skipped) -> Value {
    let first =
        skipped.first.iter().map(|skip| json!({"source": skip.source, "line": skip.line, "reason": skip.reason}));
    json!({"lines": skipped.lines, "first": first.collect::<Vec<_>>()})
}

/// A cell as JSON: money is a decimal string, since a JSON number may lose digits.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => text.as_str().into(),
        Cell::Count(count) => (*count).into(),
        Cell::Ratio(ratio) => text::rounded(*ratio).into(),
        Cell::Money(amount) | Cell::Exact(amount) => amount.decimal().into(),
        Cell::Map(entries) => {
            Value::Object(entries.iter().map(|(key, cell)| ((*key).to_owned(), value(cell))).collect())
        }
        Cell::List(items) => items.iter().map(value).collect(),
        Cell::Unknown => Value::Null,
    }
}
