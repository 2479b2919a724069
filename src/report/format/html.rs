//! The report as one HTML file that needs no network: the same sentences, facts and tables, with pictures of the numbers in them, and
//! the JSON document for scripts.

use std::io::{self, Write};

use minijinja::Environment;
use minijinja::value::Serde;
use serde_json::{Value, json};

use super::json;
use crate::report::{Cell, Report, SkippedLines, Table, conclusion, text, verdict_tables, visible};

const TEMPLATE: &str = include_str!("html.jinja");

/// Pictures by the key of the table whose numbers they show: the column of the names, that of the numbers, and the kind.
const PICTURES: &[(&str, &str, &str, Kind)] = &[
    ("ledger", "bucket", "tokens", Kind::Waterfall),
    ("causes", "cause", "tokens_missed", Kind::Bars),
    ("periods", FIRST, "hit_ratio_billed", Kind::Line),
    ("periods", FIRST, "cost_billed", Kind::Bars),
    ("values", FIRST, "hit_ratio", Kind::Line),
    ("curve", "lifetime", "hit_ratio_predicted", Kind::Line),
    ("curve", "capacity", "hit_ratio_predicted", Kind::Line),
    ("parts", "factor", "hit_ratio", Kind::Bars),
    ("parts", "part", "tokens", Kind::Waterfall),
];

/// The first column, whatever its key.
const FIRST: &str = "";

/// Columns that say of some points of a line that they are to be marked, and with which words: changes, and the point of today.
const MARKS: [&str; 2] = ["change", "own_of"];

/// Rows that a picture of bars has at most: more are not told apart.
const MOST_BARS: usize = 60;

/// The length of the longest bar, or of all bars of a waterfall, in the units of the picture.
const LONGEST_BAR: f64 = 400.0;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Bars that begin where the one before ends.
    Waterfall,
    /// Bars that begin at nothing.
    Bars,
    /// A line from left to right.
    Line,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Vec::new();
    json::write(report, &mut document)?;
    // Nothing in the document ends the element that it stands in.
    let document = String::from_utf8_lossy(&document).replace('<', "\\u003c");
    let tables = report.tables.iter().map(table);
    let judged = report.gates.first().map(|_| table(&verdict_tables::gates(report)));
    let found = report.findings.first().map(|_| table(&verdict_tables::findings(report)));
    let facts = report.summary.iter().filter_map(|fact| {
        let aside = fact.aside.as_deref().unwrap_or_default();
        Some(json!({"label": fact.label?, "value": shown(&fact.value), "aside": visible(aside)}))
    });
    let seen = |words: &[&str]| words.iter().map(|words| visible(words).into_owned()).collect::<Vec<_>>();
    let sentences: Vec<&str> = report.sentences.iter().map(String::as_str).collect();
    let context = json!({
        "command": report.command,
        "verdict": report.verdict().map(|_| conclusion::sentence(report)),
        "sentences": seen(&sentences),
        "facts": facts.collect::<Vec<_>>(),
        "tables": tables.chain(judged).chain(found).collect::<Vec<_>>(),
        "notes": seen(&report.notes()),
        "lines": [lines("skipped", &report.skipped.passed_over), lines("read with a remark", &report.skipped.remarked)],
        "document": document,
    });
    let mut environment = Environment::new();
    environment.add_template("report.html", TEMPLATE).map_err(io::Error::other)?;
    let template = environment.get_template("report.html").map_err(io::Error::other)?;
    out.write_all(template.render(minijinja::Value::from(Serde(&context))).map_err(io::Error::other)?.as_bytes())?;
    writeln!(out)
}

fn shown(cell: &Cell) -> String {
    visible(&text::human(cell)).into_owned()
}

fn lines(what: &str, lines: &SkippedLines) -> Value {
    let words: Vec<String> = lines.words().iter().map(|words| visible(words).into_owned()).collect();
    json!({"title": format!("{} {what}", text::plural(lines.count, "line")), "count": lines.count, "words": words})
}

fn table(table: &Table) -> Value {
    let people = table.for_people();
    let titles: Vec<&str> = people.columns.iter().map(|column| column.title.as_str()).collect();
    let cell = |cell: &Cell| json!({"text": shown(cell), "is_number": number(cell).is_some()});
    let rows: Vec<Vec<Value>> = people.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let pictures = PICTURES.iter().filter(|(key, ..)| *key == table.key);
    let pictures: Vec<Value> =
        pictures.filter_map(|(_, names, numbers, kind)| picture(table, names, numbers, *kind)).collect();
    json!({"key": table.key, "title": table.title, "titles": titles, "rows": rows, "pictures": pictures})
}

/// The number of a cell, for a length on the screen.
fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Count(count) | Cell::Bytes(count) => count.to_string().parse().ok(),
        Cell::Difference(difference) => difference.to_string().parse().ok(),
        Cell::Ratio(ratio) => Some(*ratio),
        Cell::Money(money) | Cell::Exact(money) => money.amount.to_string().parse().ok(),
        _ => None,
    }
}

/// Bars or points of a table; `None` where it has not these columns, or no number in them.
fn picture(table: &Table, names: &str, numbers: &str, kind: Kind) -> Option<Value> {
    let column = |key: &str| table.columns.iter().position(|column| column.key == key);
    let names = if names == FIRST { 0 } else { column(names)? };
    let numbers = column(numbers)?;
    let valued = || table.rows.iter().filter_map(|row| Some((row, number(&row[numbers])?)));
    let known: Vec<(String, String, f64)> =
        valued().map(|(row, value)| (shown(&row[names]), shown(&row[numbers]), value)).collect();
    let mark = MARKS.iter().find_map(|key| column(key));
    let mark = |row: &[Cell]| mark.map(|mark| &row[mark]).filter(|cell| !matches!(cell, Cell::Unknown)).map(shown);
    let marks: Vec<Option<String>> =
        valued().map(|(row, _)| mark(row).filter(|words| !words.is_empty() && words != "–")).collect();
    let title = &table.columns[numbers].title;
    if known.len() < 2 || kind != Kind::Line && known.len() > MOST_BARS {
        return None;
    }
    Some(if kind == Kind::Line { line(&known, &marks, title) } else { bars(&known, title, kind) })
}

/// Bars, one below another.
fn bars(known: &[(String, String, f64)], title: &str, kind: Kind) -> Value {
    let sizes = known.iter().map(|(.., value)| value.abs());
    let longest: f64 = if kind == Kind::Waterfall { sizes.sum() } else { sizes.fold(0.0, f64::max) };
    let mut at = 0.0;
    let bars = known.iter().enumerate().map(|(index, (name, shown, value))| {
        let length = if longest > 0.0 { value.abs() / longest * LONGEST_BAR } else { 0.0 };
        let start = if kind == Kind::Waterfall { at } else { 0.0 };
        at += length;
        let (top, x, length) = (index * 22, format!("{start:.2}"), format!("{length:.2}"));
        json!({"name": name, "shown": shown, "x": x, "length": length, "top": top, "middle": top + 15, "is_less": *value < 0.0})
    });
    json!({"kind": "bars", "title": title, "height": known.len() * 22, "bars": bars.collect::<Vec<_>>()})
}

/// A line through points, the highest at the top, some of them marked with words.
fn line(known: &[(String, String, f64)], marks: &[Option<String>], title: &str) -> Value {
    let most = known.iter().map(|(.., value)| *value).fold(0.0, f64::max);
    let position = |index: usize| index.to_string().parse::<f64>().unwrap_or_default();
    let step = 700.0 / position(known.len() - 1);
    let points = known.iter().enumerate().map(|(index, (name, shown, value))| {
        let height = if most > 0.0 { value / most * 160.0 } else { 0.0 };
        let (x, y) = (format!("{:.2}", 10.0 + position(index) * step), format!("{:.2}", 170.0 - height));
        json!({"name": name, "shown": shown, "x": x, "y": y, "mark": marks[index]})
    });
    let (first, last) = (&known[0].0, &known[known.len() - 1].0);
    json!({"kind": "line", "title": title, "points": points.collect::<Vec<_>>(), "first": first, "last": last})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Column, samples};

    fn page(report: &Report) -> String {
        samples::written(report, write)
    }

    #[test]
    fn the_page_asks_nothing_of_the_network_and_holds_the_numbers_of_the_document() {
        let page = page(&samples::check());
        for outside in ["src=", "href=", "url(", "@import", "fetch("] {
            assert!(!page.contains(outside), "{outside}");
        }
        let start = page.find("id=\"document\">").unwrap() + "id=\"document\">".len();
        let document: Value =
            serde_json::from_str(&page[start..start + page[start..].find("</script>").unwrap()]).unwrap();
        assert_eq!(document, samples::document(&samples::check(), json::write));
    }

    #[test]
    fn no_text_is_taken_for_markup_and_a_ledger_has_a_picture() {
        let columns = vec![Column::new("bucket", "bucket"), Column::new("tokens", "tokens")];
        let row = |name: &str, tokens| vec![Cell::Text(name.into()), Cell::Count(tokens)];
        let rows = vec![row("<script>alert(1)</script>", 30), row("new", 10)];
        let table = Table { key: "ledger", title: "where tokens went".into(), columns, rows };
        let page = page(&Report { command: "simulate", tables: vec![table], ..Report::default() });
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("width=\"300.00\"") && page.contains("x=\"300.00\" "), "{page}");
    }
}
