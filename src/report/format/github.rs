//! The report as workflow commands of GitHub Actions, which become annotations in a pull request.
//!
//! A command is `::error file=…,line=…::message` on a line of its own. It does not write the step summary: that is Markdown.

use std::io::{self, Write};

use crate::report::diagnostic::Diagnostic;
use crate::report::{Report, Severity, conclusion, diagnostic, text};

/// GitHub shows ten annotations of each severity for a step; ten in all, so that the ones that count are among them.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = diagnostic::costliest(report);
    for diagnostic in diagnostics.iter().take(SHOWN) {
        writeln!(out, "{}", command(diagnostic))?;
    }
    let rest = diagnostics.len().saturating_sub(SHOWN) as u64;
    let rest = if rest > 0 { format!(", {} not shown above", text::thousands(rest)) } else { String::new() };
    writeln!(out, "cachecheck {}: {}{rest}", report.command, conclusion::sentence(report))
}

fn command(diagnostic: &Diagnostic) -> String {
    let name = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut message = diagnostic.statement();
    if let Some(help) = diagnostic.help {
        message = format!("{message}\n{help}");
    }
    let properties: Vec<String> =
        properties(diagnostic).iter().map(|(key, value)| format!("{key}={}", escaped_property(value))).collect();
    format!("::{name} {}::{}", properties.join(","), escaped(&message))
}

fn properties(diagnostic: &Diagnostic) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    properties.extend(diagnostic.path.map(|path| ("file", path.trim_start_matches("./").to_owned())));
    if let Some(place) = diagnostic.place {
        properties.push(("line", place.line.to_string()));
        properties.extend(diagnostic.end.map(|end| ("endLine", end.line.to_string())));
        // The runner takes columns only where both are on one line.
        if diagnostic.end.is_none_or(|end| end.line == place.line) {
            properties.push(("col", place.column.to_string()));
            properties.extend(diagnostic.end.map(|end| ("endColumn", end.column.to_string())));
        }
    }
    properties.push(("title", format!("cachecheck {}", diagnostic.rule)));
    properties
}

/// A message, which ends with its line.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value, which ends with a comma or a colon too.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::samples;

    fn lines(report: &Report) -> Vec<String> {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_alert_is_a_command_and_the_summary_comes_last() {
        assert_eq!(
            lines(&samples::check()),
            [
                "::error file=prompts/a b.yaml,line=3,col=14,title=cachecheck gate/max_prefix_tokens_lost\
                 ::The stable prefix loses 2,944 tokens. (2,944 tokens, $12.5000)",
                "::error file=prompts/a b.yaml,line=3,endLine=3,col=14,endColumn=25,title=cachecheck volatile-first\
                 ::`{{ a | b }}` stands before <stable> text. (2,944 tokens, $0.0008)\
                 %0AMove it to the end: 100%25 of the text before it stays.",
                "::error title=cachecheck gate/min_hit_ratio::No log was given.",
                "::notice file=prompts/a b.yaml,line=5,col=1,title=cachecheck trailing-blanks\
                 ::Blanks stand at the end of the line.",
                "cachecheck check: fail (3 gates: 1 passed, 1 failed, 1 unknown; 1 error, 1 note)",
            ]
        );
    }

    #[test]
    fn no_text_can_end_its_command() {
        let mut report = Report { command: "lint", ..Report::default() };
        let mut finding = samples::finding("odd", Severity::Warning, 1, None, None);
        finding.place.path = "./a,b:c%.yaml".into();
        finding.message = "50%\r\n::error::x".into();
        finding.end = Some(samples::place(2, 1));
        report.findings.push(finding);
        assert_eq!(
            lines(&report),
            [
                "::warning file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=cachecheck odd::50%25%0D%0A::error::x",
                "cachecheck lint: 1 warning",
            ]
        );
    }

    #[test]
    fn ten_are_shown_and_the_rest_is_counted() {
        let mut report = Report { command: "lint", ..Report::default() };
        report.findings = (1..=12).map(|line| samples::finding("x", Severity::Note, line, Some(line), None)).collect();
        let lines = lines(&report);
        assert_eq!(lines.len(), 11);
        assert!(lines[0].contains("line=12,") && lines[9].contains("line=3,"), "{lines:?}");
        assert_eq!(lines[10], "cachecheck lint: 12 notes, 2 not shown above");
    }

    proptest! {
        #[test]
        fn a_message_is_one_line_and_loses_nothing(message in "[%\r\n:,0-9A-Fa-z]{0,30}", path in "[%\r\n:,0-9A-Fa-z]{1,30}") {
            let mut finding = samples::finding("odd", Severity::Warning, 1, None, None);
            finding.message = message.clone();
            finding.place.path = path.clone();
            let lines = lines(&Report { findings: vec![finding], ..Report::default() });
            prop_assert_eq!(lines.len(), 2);
            let command = lines[0].strip_prefix("::warning file=").unwrap();
            let (properties, shown) = command.split_once("::").unwrap();
            prop_assert_eq!(read(shown), message);
            prop_assert_eq!(read(properties.split(',').next().unwrap()), path);
        }
    }

    /// As the runner reads a value: the percent sign last.
    fn read(text: &str) -> String {
        let escapes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        escapes.iter().fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
    }
}
