//! The report as Markdown.

use std::io::{self, Write};

use crate::report::diagnostic::{self, Diagnostic};
use crate::report::{Cell, Report, SkippedLines, Table, conclusion, text, verdict_tables};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## cachecheck {}\n", report.command)?;
    if report.verdict().is_some() {
        writeln!(out, "Verdict: **{}**\n", conclusion::sentence(report))?;
    }
    let is_judged = report.verdict().is_some();
    if let Some(first) = diagnostic::costliest(report).first().filter(|_| is_judged) {
        writeln!(out, "{}\n", headline(first))?;
    }
    if is_judged {
        writeln!(out, "<details><summary>All gates and findings</summary>\n")?;
    }
    for sentence in &report.sentences {
        writeln!(out, "{}\n", escaped(sentence))?;
    }
    let facts: Vec<_> = report.summary.iter().filter_map(|fact| Some((fact.label?, fact))).collect();
    if !facts.is_empty() {
        writeln!(out, "| | | |\n|---|---:|---|")?;
    }
    for (label, fact) in facts {
        let aside = fact.aside.as_deref().unwrap_or_default();
        writeln!(out, "| {} | {} | {} |", escaped(label), escaped(&text::human(&fact.value)), escaped(aside))?;
    }
    for table in &report.tables {
        write_table(&table.for_people(), out)?;
    }
    if !report.gates.is_empty() {
        write_table(&verdict_tables::gates(report).known(), out)?;
    }
    if !report.findings.is_empty() {
        write_table(&verdict_tables::findings(report).known(), out)?;
    }
    for note in report.main_notes() {
        writeln!(out, "\n> {}", escaped(&note))?;
    }
    write_lines("skipped", &report.skipped.passed_over, out)?;
    write_lines("read with a remark", &report.skipped.remarked, out)?;
    if is_judged {
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}

/// The one thing to look at: its place and what happened, and a line each for how much that is and for the way out.
fn headline(diagnostic: &Diagnostic<'_>) -> String {
    let place = diagnostic.place.map(ToString::to_string).or(diagnostic.path.map(str::to_owned));
    let place = place.map(|place| format!("`{}`: ", escaped(&place.replace('`', "'")))).unwrap_or_default();
    let help = diagnostic.help.map(|help| format!("\n\n{}", escaped(help))).unwrap_or_default();
    let statement = escaped(&diagnostic.statement());
    format!("{place}{}{help}", clauses(&statement).join("\n- ").replacen("\n- ", "\n\n- ", 1))
}

/// The clauses of a sentence, which semicolons part, but not in code.
fn clauses(sentence: &str) -> Vec<String> {
    let mut clauses = vec![String::new()];
    for (index, part) in sentence.split('`').enumerate() {
        let is_code = index % 2 == 1;
        let mut rest = if is_code { vec![part] } else { part.split("; ").collect() }.into_iter();
        if let (Some(last), Some(first)) = (clauses.last_mut(), rest.next()) {
            last.push_str(if index > 0 { "`" } else { "" });
            last.push_str(first);
        }
        clauses.extend(rest.map(str::to_owned));
    }
    clauses
}

fn write_lines(what: &str, lines: &SkippedLines, out: &mut dyn Write) -> io::Result<()> {
    if lines.count == 0 {
        return Ok(());
    }
    writeln!(out, "\n{} {what}:\n", text::plural(lines.count, "line"))?;
    for words in lines.words() {
        writeln!(out, "- {}", escaped(&words))?;
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", escaped(&table.title))?;
    let titles: Vec<String> = table.columns.iter().map(|column| escaped(&column.title)).collect();
    writeln!(out, "| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len()))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

/// A place is code: a file's name may look like markup.
fn cell(cell: &Cell) -> String {
    let text = text::human(cell);
    if matches!(cell, Cell::Place(_)) { format!("`{}`", escaped(&text.replace('`', "'"))) } else { escaped(&text) }
}

/// Text that cannot break out of a table's cell, and that no reader takes for HTML, a link or an image, which would be fetched.
fn escaped(text: &str) -> String {
    let line = text.replace('|', "\\|").replace("\r\n", " ").replace(['\r', '\n'], " ");
    // Between single backticks, all in pairs, is code for every reader; where they are otherwise, nothing is sure to be.
    let is_paired = line.matches('`').count().is_multiple_of(2) && !line.contains("``") && !line.contains("\\`");
    let outside_code = |(index, part): (usize, &str)| {
        if index % 2 == 1 && is_paired { part.to_owned() } else { without_tags(part) }
    };
    line.split('`').enumerate().map(outside_code).collect::<Vec<_>>().join("`")
}

fn without_tags(text: &str) -> String {
    let text = text.replace("](", "]\\(").replace("][", "]\\[");
    let mut rest = text.chars().peekable();
    let mut escaped = String::new();
    while let Some(letter) = rest.next() {
        let begins_tag = |next: &char| next.is_ascii_alphabetic() || "/!?".contains(*next);
        if letter == '<' && rest.peek().is_some_and(begins_tag) {
            escaped.push_str("&lt;");
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn backticks_that_are_no_pair_hide_no_tag_and_no_image() {
        assert_eq!(escaped("`{{ <b> }}` <b> ![i](u)"), "`{{ <b> }}` &lt;b> ![i]\\(u)");
        for text in ["a`<img src=u>", "```<img src=u>` `", "\\`<img src=u>`", "`a``<img src=u>``", "`<img src=u>\n`"] {
            let written = escaped(text);
            assert!(written.contains("&lt;img") || written == "`<img src=u> `", "{written}");
        }
        assert_eq!(escaped("a`![i](u)"), "a`![i]\\(u)");
    }

    #[test]
    fn the_verdict_comes_first_and_no_text_ends_its_cell() {
        let mut bytes = Vec::new();
        write(&samples::check(), &mut bytes).unwrap();
        let expected = r"## cachecheck check

Verdict: **fail (3 gates: 1 passed, 1 failed, 1 unknown; 1 error, 1 note)**

`prompts/a b.yaml:3:14`: The stable prefix loses 2,944 tokens. (2,944 tokens, $12.5000)

<details><summary>All gates and findings</summary>


### Gates

| Gate | Template | Verdict | Measured | Limit | Place | Reason | Tokens | Cost |
|---|---|---|---|---|---|---|---|---|
| max_prefix_tokens_lost | prompts/a b.yaml | fail | 2,944 | 64 | `prompts/a b.yaml:3:14` | The stable prefix loses 2,944 tokens. | 2,944 | $12.5000 |
| min_hit_ratio | – | unknown | – | 90.0 % | – | No log was given. | – | – |
| min_stable_prefix_tokens | prompts/b.yaml | pass | 4,096 | 2,048 | – | The stable prefix has 4,096 tokens. | – | – |

### Findings

| Place | End | Severity | Rule | Message | Help | Tokens | Cost |
|---|---|---|---|---|---|---|---|
| `prompts/a b.yaml:3:14` | `prompts/a b.yaml:3:25` | error | volatile-first | `{{ a \| b }}` stands before &lt;stable> text. | Move it to the end: 100% of the text before it stays. | 2,944 | $0.0008 |
| `prompts/a b.yaml:5:1` | – | note | trailing-blanks | Blanks stand at the end of the line. | – | – | – |

</details>
";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn each_clause_of_the_first_sentence_is_a_line() {
        assert_eq!(clauses("it shrank; `a; b` ends it; move it"), ["it shrank", "`a; b` ends it", "move it"]);
        assert_eq!(clauses("`x`"), ["`x`"]);
    }

    #[test]
    fn only_what_would_be_a_tag_is_escaped_and_not_in_code() {
        assert_eq!(escaped("<0.1 % of <b>, </b> and `<i>`"), "<0.1 % of &lt;b>, &lt;/b> and `<i>`");
        assert_eq!(escaped("a|b\r\nc"), "a\\|b c");
        assert_eq!(escaped("![x](https://h.example/i.png)"), "![x]\\(https://h.example/i.png)");
    }
}
