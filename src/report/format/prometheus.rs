//! The figures of a report in Prometheus' text format, for the textfile collector of its node exporter and whatever else reads that.
//!
//! A series that is not there is not known: unknown figures are left out, never zero. A table gives a series for each of its columns
//! of numbers; the columns of words before them are the labels.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::report::{Cell, Fact, Report, Table, text, visible};

/// A metric: its name, what it is, and a line for each series.
struct Metric {
    name: String,
    help: String,
    series: Vec<String>,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut metrics: Vec<Metric> = report.summary.iter().map(of_fact).collect();
    metrics.extend(report.tables.iter().flat_map(of_table));
    let skipped = report.skipped.passed_over.count;
    metrics.push(metric(
        "cachecheck_skipped_lines",
        "lines that could not be read",
        vec![(vec![], Cell::Count(skipped))],
    ));
    for Metric { name, help, series } in metrics.iter().filter(|metric| !metric.series.is_empty()) {
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")?;
        series.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

fn of_fact(fact: &Fact) -> Metric {
    metric(&format!("cachecheck_{}", fact.key), &fact.key.replace('_', " "), vec![(vec![], fact.value.clone())])
}

fn of_table(table: &Table) -> Vec<Metric> {
    let is_word = |column: usize| table.rows.iter().all(|row| matches!(row[column], Cell::Text(_)));
    let words = (0..table.columns.len()).take_while(|column| is_word(*column)).count();
    if words == 0 {
        return Vec::new();
    }
    let labels = |row: &[Cell]| -> Vec<String> {
        let label = |(column, cell): (usize, &Cell)| label(&table.columns[column].key, &text::plain(cell));
        row[..words].iter().enumerate().map(label).collect()
    };
    let of_column = |column: usize| {
        let key = &table.columns[column].key;
        let mut seen = BTreeSet::new();
        let series = table.rows.iter().map(|row| (labels(row), row[column].clone()));
        // Two series of the same labels are an error to whoever reads them.
        let series = series.filter(|(labels, _)| seen.insert(labels.clone())).collect();
        metric(
            &format!("cachecheck_{}_{key}", table.key),
            &format!("{} of {}", key.replace('_', " "), table.title),
            series,
        )
    };
    (words..table.columns.len()).map(of_column).collect()
}

/// A metric of those values that are numbers.
fn metric(name: &str, help: &str, values: Vec<(Vec<String>, Cell)>) -> Metric {
    let name: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let line = |(mut labels, cell): (Vec<String>, Cell)| {
        match &cell {
            Cell::Count(_) | Cell::Bytes(_) | Cell::Difference(_) | Cell::Ratio(_) | Cell::Points(_) => {}
            Cell::Money(money) | Cell::Exact(money) => labels.push(label("currency", money.currency.code())),
            _ => return None,
        }
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        Some(format!("{name}{labels} {}", text::plain(&cell)))
    };
    let series = values.into_iter().filter_map(line).collect();
    Metric { help: visible(help).replace('\n', " "), series, name }
}

fn label(key: &str, value: &str) -> String {
    let value = visible(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{}=\"{value}\"", key.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Currency, Money};
    use crate::report::{Column, samples};

    #[test]
    fn facts_and_tables_are_series_and_what_is_not_known_is_not_there() {
        let money = Money::new("1.50".parse().unwrap(), Currency::USD);
        let report = Report {
            command: "simulate",
            summary: vec![
                Fact::hidden("requests", Cell::Count(36)),
                Fact::hidden("hit_ratio_reported", Cell::Unknown),
                Fact::hidden("cost_predicted", Cell::Money(money)),
            ],
            tables: vec![Table {
                key: "causes",
                title: "why".into(),
                columns: ["cause", "requests", "place"].map(|key| Column::new(key, key)).into(),
                rows: vec![
                    vec![Cell::Text("a \"b\"\\\u{1b}".into()), Cell::Count(12), Cell::Text("line 3".into())],
                    vec![Cell::Text("idle".into()), Cell::Unknown, Cell::Text("line 4".into())],
                ],
            }],
            ..Report::default()
        };
        let expected = "\
# HELP cachecheck_requests requests
# TYPE cachecheck_requests gauge
cachecheck_requests 36
# HELP cachecheck_cost_predicted cost predicted
# TYPE cachecheck_cost_predicted gauge
cachecheck_cost_predicted{currency=\"USD\"} 1.5
# HELP cachecheck_causes_requests requests of why
# TYPE cachecheck_causes_requests gauge
cachecheck_causes_requests{cause=\"a \\\"b\\\"\\\\\\\\u{1b}\"} 12
# HELP cachecheck_skipped_lines lines that could not be read
# TYPE cachecheck_skipped_lines gauge
cachecheck_skipped_lines 0
";
        assert_eq!(samples::written(&report, write), expected);
    }
}
