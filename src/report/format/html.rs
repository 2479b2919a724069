//! The report as one HTML file that needs no network: the same sentences, facts and tables, with pictures of the numbers in them, and
//! the JSON document for scripts.

use std::io::{self, Write};

use minijinja::Environment;
use minijinja::value::Serde;
use serde_json::{Value, json};

use super::json;
use super::pictures::{number, pictures};
use crate::report::text::capitalised;
use crate::report::{Cell, Report, SkippedLines, Table, conclusion, text, verdict_tables, visible};

const TEMPLATE: &str = include_str!("html.jinja");

/// Facts that are pictures made of letters, for which the page has better ones.
const DRAWN: [&str; 2] = ["picture", "sparkline"];

/// Letters of a cell that stay on one line.
const SHORT: usize = 24;

/// Letters above which a cell is a text, which wants room.
const MANY: usize = 60;

/// Facts that stand before the tables; more of them stand behind.
const FIRST_FACTS: usize = 8;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Vec::new();
    json::write(report, &mut document)?;
    // Nothing in the document ends the element that it stands in.
    let document = String::from_utf8_lossy(&document).replace('<', "\\u003c");
    let tables = report.tables.iter().map(table);
    let judged = report.gates.first().map(|_| table(&verdict_tables::gates(report)));
    let found = report.findings.first().map(|_| table(&verdict_tables::findings(report)));
    let facts = report.summary.iter().filter(|fact| !DRAWN.contains(&fact.key)).filter_map(|fact| {
        let aside = fact.aside.as_deref().unwrap_or_default();
        Some(json!({"label": fact.label?, "value": shown(&fact.value), "aside": visible(aside)}))
    });
    let facts: Vec<Value> = facts.collect();
    let seen = |words: &[&str]| words.iter().map(|words| visible(words).into_owned()).collect::<Vec<_>>();
    let sentences: Vec<&str> = report.sentences.iter().map(String::as_str).collect();
    let notes = report.main_notes();
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    let context = json!({
        "command": report.command,
        "about": report.about.as_deref().map(visible),
        "title": title(report.command),
        "verdict": report.verdict().map(|_| conclusion::sentence(report)),
        "sentences": seen(&sentences),
        "facts_first": facts.len() <= FIRST_FACTS,
        "facts": facts,
        "tables": tables.chain(judged).chain(found).collect::<Vec<_>>(),
        "notes": seen(&notes),
        "lines": [lines("skipped", &report.skipped.passed_over), lines("read with a remark", &report.skipped.remarked)],
        "document": document,
    });
    let mut environment = Environment::new();
    environment.add_template("report.html", TEMPLATE).map_err(io::Error::other)?;
    let template = environment.get_template("report.html").map_err(io::Error::other)?;
    out.write_all(template.render(minijinja::Value::from(Serde(&context))).map_err(io::Error::other)?.as_bytes())?;
    writeln!(out)
}

/// The heading of the page that shows a command's report.
fn title(command: &str) -> &str {
    match command {
        "simulate" => "Where the prompt tokens went",
        "cost" => "What the prompts cost",
        "curve" => "Hits by the limits of the cache",
        "compare" => "Why the hit ratio changed",
        "trend" => "Hits and cost over time",
        "explain" => "Why one request missed the cache",
        "check" => "Checks of prompts",
        "plan" => "What would save",
        _ => command,
    }
}

pub(super) fn shown(cell: &Cell) -> String {
    visible(&text::human(cell)).into_owned()
}

fn lines(what: &str, lines: &SkippedLines) -> Value {
    let words: Vec<String> = lines.words().iter().map(|words| visible(words).into_owned()).collect();
    json!({"title": format!("{} {what}", text::plural(lines.count, "line")), "count": lines.count, "words": words})
}

fn table(table: &Table) -> Value {
    let people = table.for_people();
    // Bars made of letters stand for pictures, which are there.
    let columns = (0..people.columns.len()).filter(|column| people.columns[*column].key != "bar");
    let columns: Vec<(usize, bool)> =
        columns.map(|column| (column, people.rows.iter().any(|row| number(&row[column]).is_some()))).collect();
    let titles = columns.iter().map(|(column, is_number)| {
        let title = people.columns[*column].title.as_str();
        json!({"text": title, "is_number": is_number})
    });
    let cell = |row: &Vec<Cell>, (column, is_number): (usize, bool)| {
        let text = shown(&row[column]);
        let kind = match text.chars().count() {
            _ if is_number => "number",
            letters if letters <= SHORT => "short",
            letters if letters <= MANY => "words",
            _ => "text",
        };
        json!({"text": text, "kind": kind})
    };
    let rows = people.rows.iter().map(|row| columns.iter().map(|column| cell(row, *column)).collect::<Vec<_>>());
    let (titles, rows): (Vec<Value>, Vec<Vec<Value>>) = (titles.collect(), rows.collect());
    json!({"key": table.key, "title": capitalised(&table.title), "titles": titles, "rows": rows, "pictures": pictures(table)})
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
        assert!(page.contains("width=\"75.00%\"") && page.contains("x=\"75.00%\" "), "{page}");
    }
}
