//! The report as JUnit XML, which CI servers show as tests: one for each gate, and one for each file with findings.
//!
//! An unknown gate is an error, or skipped if that passes; findings that do not fail are only listed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::report::diagnostic::{self, Diagnostic};
use crate::report::{Gate, Report, Verdict, text};

/// One test.
struct Case<'r> {
    class: &'static str,
    name: String,
    /// Not in the oldest schema, but read by GitLab and others.
    file: Option<&'r str>,
    end: End,
}

/// The end of a test.
enum End {
    Passed,
    /// Passed, and said something.
    Told(String),
    /// The element (`failure`, `error`, `skipped`), a sentence, its kind, and all there is to say.
    Not(&'static str, String, String, String),
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let gates: Vec<Case<'_>> = report.gates.iter().map(|gate| gate_case(gate, report)).collect();
    let mut findings = finding_cases(report);
    // Servers take a file without any test for a broken one.
    if gates.is_empty() && findings.is_empty() {
        findings.push(Case { class: "cachecheck.findings", name: "no findings".into(), file: None, end: End::Passed });
    }
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 4);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = || gates.iter().chain(&findings);
    let ended = |element| count(all(), element);
    let suites = writer.create_element("testsuites").with_attributes([
        ("name", &*format!("cachecheck {}", report.command)),
        ("tests", &all().count().to_string()),
        ("skipped", &ended("skipped")),
        ("failures", &ended("failure")),
        ("errors", &ended("error")),
    ]);
    suites.write_inner_content(|writer| {
        let suites = [("gates", &gates), ("findings", &findings)];
        suites
            .into_iter()
            .filter(|(_, cases)| !cases.is_empty())
            .try_for_each(|(name, cases)| suite(writer, name, cases))
    })?;
    writeln!(out)
}

/// The number of tests that ended with such an element.
fn count<'c>(cases: impl Iterator<Item = &'c Case<'c>>, element: &str) -> String {
    cases.filter(|case| matches!(&case.end, End::Not(found, ..) if *found == element)).count().to_string()
}

fn suite<W: Write>(writer: &mut Writer<W>, name: &str, cases: &[Case<'_>]) -> io::Result<()> {
    let ended = |element| count(cases.iter(), element);
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name),
        ("tests", &cases.len().to_string()),
        ("skipped", &ended("skipped")),
        ("errors", &ended("error")),
        ("failures", &ended("failure")),
    ]);
    suite.write_inner_content(|writer| cases.iter().try_for_each(|case| case.write(writer))).map(|_| ())
}

impl Case<'_> {
    fn write<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        let (name, file) = (legal(&self.name), self.file.map(legal));
        let attributes = [("name", &*name), ("classname", self.class)];
        let element = writer.create_element("testcase").with_attributes(attributes);
        let element = element.with_attributes(file.iter().map(|file| ("file", &**file)));
        match &self.end {
            End::Passed => element.write_empty(),
            End::Told(said) => element.write_inner_content(|writer| {
                writer.create_element("system-out").write_text_content(BytesText::new(&legal(said))).map(|_| ())
            }),
            End::Not(kind, message, rule, described) => element.write_inner_content(|writer| {
                let (message, rule, described) = (legal(message), legal(rule), legal(described));
                let inner = writer.create_element(*kind);
                let inner = inner.with_attributes([("message", &*message), ("type", &*rule)]);
                inner.write_text_content(BytesText::new(&described)).map(|_| ())
            }),
        }
        .map(|_| ())
    }
}

/// The text without what XML 1.0 has no way to write, not even escaped.
fn legal(text: &str) -> String {
    let is_legal = |letter: &char| !matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_legal).collect()
}

fn gate_case<'r>(gate: &'r Gate, report: &'r Report) -> Case<'r> {
    let diagnostic = Diagnostic::of_gate(gate, report);
    let element = match gate.verdict {
        Verdict::Pass => None,
        Verdict::Fail => Some("failure"),
        Verdict::Unknown if report.unknown_passes() => Some("skipped"),
        Verdict::Unknown => Some("error"),
    };
    let end = element.map_or(End::Passed, |element| {
        End::Not(element, gate.reason.as_str().into(), diagnostic.rule.as_ref().into(), described(&diagnostic))
    });
    let name = gate.subject.as_ref().map_or_else(|| gate.name.into(), |subject| format!("{} {subject}", gate.name));
    Case { class: "cachecheck.gates", name, file: diagnostic.path, end }
}

/// One test for each file, sorted by name.
fn finding_cases(report: &Report) -> Vec<Case<'_>> {
    let mut files: BTreeMap<&str, Vec<Diagnostic<'_>>> = BTreeMap::new();
    for finding in diagnostic::findings(report) {
        files.entry(finding.path.unwrap_or_default()).or_default().push(finding);
    }
    files.iter().map(|(path, findings)| file_case(path, findings)).collect()
}

fn file_case<'r>(path: &'r str, findings: &[Diagnostic<'r>]) -> Case<'r> {
    let all = findings.iter().map(described).collect::<Vec<_>>().join("\n");
    let failing = findings.iter().filter(|finding| finding.fails).count() as u64;
    let worst = findings.iter().filter(|finding| finding.fails).max_by_key(|finding| finding.severity);
    let end = match worst {
        Some(worst) => End::Not("failure", text::plural(failing, "finding"), worst.rule.as_ref().into(), all),
        None => End::Told(all),
    };
    Case { class: "cachecheck.findings", name: path.into(), file: Some(path), end }
}

fn described(diagnostic: &Diagnostic) -> String {
    [Some(diagnostic.line().as_str()), diagnostic.help].into_iter().flatten().collect::<Vec<_>>().join("\n  help: ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Policy, samples};

    fn xml(report: &Report) -> String {
        samples::written(report, write)
    }

    #[test]
    fn a_gate_is_a_test_and_so_is_a_file_with_findings() {
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cachecheck check" tests="4" skipped="0" failures="2" errors="1">
    <testsuite name="gates" tests="3" skipped="0" errors="1" failures="1">
        <testcase name="max_prefix_tokens_lost prompts/a b.yaml" classname="cachecheck.gates" file="prompts/a b.yaml">
            <failure message="The stable prefix loses 2,944 tokens." type="gate/max_prefix_tokens_lost">prompts/a b.yaml:3:14: error gate/max_prefix_tokens_lost The stable prefix loses 2,944 tokens. (2,944 tokens, $12.5000)</failure>
        </testcase>
        <testcase name="min_hit_ratio" classname="cachecheck.gates">
            <error message="No log was given." type="gate/min_hit_ratio">error gate/min_hit_ratio No log was given.</error>
        </testcase>
        <testcase name="min_stable_prefix_tokens prompts/b.yaml" classname="cachecheck.gates" file="prompts/b.yaml"/>
    </testsuite>
    <testsuite name="findings" tests="1" skipped="0" errors="0" failures="1">
        <testcase name="prompts/a b.yaml" classname="cachecheck.findings" file="prompts/a b.yaml">
            <failure message="1 finding" type="volatile-first">prompts/a b.yaml:3:14: error volatile-first `{{ a | b }}` stands before &lt;stable&gt; text. (2,944 tokens, $0.0008)
  help: Move it to the end: 100% of the text before it stays.
prompts/a b.yaml:5:1: note trailing-blanks Blanks stand at the end of the line.</failure>
        </testcase>
    </testsuite>
</testsuites>
"#;
        assert_eq!(xml(&samples::check()), expected);
    }

    #[test]
    fn what_does_not_fail_the_command_fails_no_test() {
        let mut report = samples::check();
        report.gates.retain(|gate| gate.verdict == Verdict::Unknown);
        report.policy = Some(Policy { fail_on: None, unknown_passes: true });
        let xml = xml(&report);
        assert!(xml.contains(r#"tests="2" skipped="1" failures="0" errors="0""#), "{xml}");
        assert!(xml.contains("<system-out>prompts/a b.yaml:3:14: error volatile-first"), "{xml}");
    }

    #[test]
    fn a_clean_report_is_one_test_that_passed() {
        let xml = xml(&Report { command: "lint", ..Report::default() });
        assert!(xml.contains(r#"<testcase name="no findings" classname="cachecheck.findings"/>"#), "{xml}");
    }

    #[test]
    fn no_text_can_leave_its_element() {
        let mut report = samples::check();
        report.findings[0].message = "]]></failure> & \"x\" \u{1}\u{fffe}".into();
        let xml = xml(&report);
        assert!(xml.contains("]]&gt;&lt;/failure&gt; &amp; "), "{xml}");
        assert!(!xml.contains(['\u{1}', '\u{fffe}']), "{xml}");
    }
}
