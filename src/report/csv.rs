//! The report as comma-separated values: its first table, or the summary where it has none.

use std::io::{self, Write};

use super::{Report, text};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    if let Some(table) = report.tables.first() {
        writer.write_record(table.columns.iter().map(|column| column.key))?;
        for row in &table.rows {
            writer.write_record(row.iter().map(text::plain))?;
        }
    } else {
        writer.write_record(["key", "value"])?;
        for fact in &report.summary {
            writer.write_record([fact.key, &text::plain(&fact.value)])?;
        }
    }
    writer.flush()
}
