//! The report as JUnit XML, which CI servers show as tests: one for each gate, and one for each file with findings.
//!
//! An unknown gate is an error, or skipped if that passes; findings that do not fail are only listed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus as Status, TestSuite};

use crate::report::diagnostic::{self, Diagnostic};
use crate::report::{Gate, Report, Verdict, text};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites::new(format!("cachecheck {}", report.command));
    let gates: Vec<TestCase> = report.gates.iter().map(|gate| gate_case(gate, report)).collect();
    let findings = finding_cases(report);
    // Servers take a file without any test for a broken one.
    let is_empty = gates.is_empty() && findings.is_empty();
    let nothing = is_empty.then(|| case("cachecheck.findings", "no findings", Status::success()));
    for (name, cases) in [("gates", gates), ("findings", findings.into_iter().chain(nothing).collect())] {
        if !cases.is_empty() {
            let mut suite = TestSuite::new(name);
            suite.add_test_cases(cases);
            suites.add_test_suite(suite);
        }
    }
    let xml = suites.to_string().map_err(io::Error::other)?;
    // No part of XML 1.0, and not known to the writer.
    out.write_all(xml.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}").as_bytes())
}

fn gate_case(gate: &Gate, report: &Report) -> TestCase {
    let mut status = match gate.verdict {
        Verdict::Pass => Status::success(),
        Verdict::Fail => Status::non_success(NonSuccessKind::Failure),
        Verdict::Unknown if report.unknown_passes() => Status::skipped(),
        Verdict::Unknown => Status::non_success(NonSuccessKind::Error),
    };
    let diagnostic = Diagnostic::of_gate(gate, report);
    if gate.verdict != Verdict::Pass {
        status
            .set_message(gate.reason.as_str())
            .set_type(diagnostic.rule.as_ref())
            .set_description(described(&diagnostic));
    }
    let name = gate.subject.as_ref().map_or_else(|| gate.name.into(), |subject| format!("{} {subject}", gate.name));
    with_file(case("cachecheck.gates", &name, status), diagnostic.path)
}

/// One test for each file, sorted by name.
fn finding_cases(report: &Report) -> Vec<TestCase> {
    let mut files: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
    for finding in diagnostic::findings(report) {
        files.entry(finding.path.unwrap_or_default()).or_default().push(finding);
    }
    files.iter().map(|(path, findings)| file_case(path, findings)).collect()
}

fn file_case(path: &str, findings: &[Diagnostic]) -> TestCase {
    let all = findings.iter().map(described).collect::<Vec<_>>().join("\n");
    let failing = findings.iter().filter(|finding| finding.fails).count() as u64;
    let mut status = Status::success();
    if let Some(worst) = findings.iter().filter(|finding| finding.fails).max_by_key(|finding| finding.severity) {
        status = Status::non_success(NonSuccessKind::Failure);
        let rule = worst.rule.as_ref();
        status.set_message(text::plural(failing, "finding")).set_type(rule).set_description(all);
        return with_file(case("cachecheck.findings", path, status), Some(path));
    }
    let mut case = case("cachecheck.findings", path, status);
    case.set_system_out(all);
    with_file(case, Some(path))
}

fn described(diagnostic: &Diagnostic) -> String {
    [Some(diagnostic.line().as_str()), diagnostic.help].into_iter().flatten().collect::<Vec<_>>().join("\n  help: ")
}

fn case(class: &str, name: &str, status: Status) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

/// Not in the oldest schema, but read by GitLab and others.
fn with_file(mut case: TestCase, path: Option<&str>) -> TestCase {
    case.extra.extend(path.map(|path| ("file".into(), path.into())));
    case
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
