//! The list of rules, and the explanation of one.

use std::io::{self, Write};

use crate::lint::{Example, LintRule, RULES};
use crate::report::{Cell, Column, Report, Table};

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

/// One rule, as a text.
pub(super) fn rule(id: &str, out: &mut dyn Write) -> io::Result<()> {
    let Some(rule) = LintRule::named(id) else { return Ok(()) };
    writeln!(out, "{} ({})\n\n{}\n\n{}", rule.id, rule.severity.name(), rule.summary, wrapped(rule.explanation))?;
    example("Reported", &rule.bad, out)?;
    example("Not reported", &rule.good, out)
}

fn example(verdict: &str, example: &Example, out: &mut dyn Write) -> io::Result<()> {
    let apart = example.minutes_apart.map(|minutes| format!(", calls {minutes} minutes apart in the logs"));
    writeln!(out, "\n{verdict} ({}{}):\n", example.file, apart.unwrap_or_default())?;
    let place = example.mark().map(|byte| crate::source::SourceText::new(example.file, example.text()).place(byte));
    for (index, line) in example.shown().lines().enumerate() {
        let is_marked = place.as_ref().is_some_and(|place| place.line == index as u64 + 1);
        writeln!(out, "{} {}", if is_marked { ">" } else { " " }, shortened(line))?;
    }
    Ok(())
}

/// A line that fits a terminal.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 90;
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    format!("{} …", line.chars().take(LONGEST).collect::<String>().trim_end())
}

/// Paragraphs in lines of at most a hundred characters.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            let gap = if line.is_empty() { "" } else { " " };
            line = format!("{line}{gap}{word}");
        }
        lines.push(line);
    }
    lines.join("\n")
}
