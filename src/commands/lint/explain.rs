//! The list of rules, and the explanation of one.

use std::io::{self, Write};

use crate::lint::{Example, LintRule, RULES};
use crate::report::{Cell, Column, Report, Table, wrapped};
use crate::workspace::destination::Destination;

/// The id of a rule, where there is one of that name.
pub(super) fn rule_id(id: &str) -> Result<&'static str, String> {
    LintRule::named(id)
        .map(|rule| rule.id)
        .ok_or_else(|| "unknown rule; `cachecheck lint --list-rules` lists them".into())
}

/// All rules as a table.
pub(super) fn list() -> Report {
    let columns = [("rule", "rule"), ("severity", "severity"), ("about", "reports")];
    let row =
        |rule: &&LintRule| [rule.id, rule.severity.name(), rule.summary].map(|text| Cell::Text(text.into())).into();
    let table = Table {
        key: "rules",
        title: "rules".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: RULES.iter().map(row).collect(),
    };
    Report { command: "lint", tables: vec![table], ..Report::default() }
}

/// Columns of a page of text where nothing says how many there are.
const COLUMNS: usize = 100;

/// One rule, as a text.
pub(super) fn rule(id: &str, out: &mut Destination) -> io::Result<()> {
    let Some(rule) = LintRule::named(id) else { return Ok(()) };
    let width = out.look.width.unwrap_or(COLUMNS);
    let [summary, explanation] = [rule.summary, rule.explanation].map(|text| in_lines(text, width));
    writeln!(out, "{} ({})\n\n{summary}\n\n{explanation}", rule.id, rule.severity.name())?;
    example("Reported", &rule.bad, width, out)?;
    example("Not reported", &rule.good, width, out)
}

fn example(verdict: &str, example: &Example, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let apart = example.minutes_apart.map(|minutes| format!(", calls {minutes} minutes apart in the logs"));
    writeln!(out, "\n{verdict} ({}{}):\n", example.file, apart.unwrap_or_default())?;
    let place = example.mark().map(|byte| crate::source::SourceText::new(example.file, example.text()).place(byte));
    for (index, line) in example.shown().lines().enumerate() {
        let is_marked = place.as_ref().is_some_and(|place| place.line == index as u64 + 1);
        writeln!(out, "{} {}", if is_marked { ">" } else { " " }, shortened(line, width - 2))?;
    }
    Ok(())
}

/// A line that fits so many columns.
fn shortened(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    format!("{} …", line.chars().take(width - 2).collect::<String>().trim_end())
}

/// Paragraphs in lines of so many columns.
fn in_lines(text: &str, width: usize) -> String {
    text.lines().map(|paragraph| wrapped(paragraph, width, "").join("\n")).collect::<Vec<_>>().join("\n")
}
