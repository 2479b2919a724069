//! The last word: the verdict and how many gates and findings it comes from.

use super::{Report, Severity, Verdict, text};

/// The verdict in a few words, then the counts: `fail (2 gates: 1 passed, 1 failed; 1 error)`.
pub(super) fn sentence(report: &Report) -> String {
    let Some(verdict) = report.verdict() else { return counts(report) };
    let verdict = match verdict {
        Verdict::Unknown if report.unknown_passes() => "unknown, which passes",
        Verdict::Unknown => "unknown, which fails",
        verdict => verdict.name(),
    };
    format!("{verdict} ({})", counts(report))
}

fn counts(report: &Report) -> String {
    [gates(report), findings(report)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn gates(report: &Report) -> Option<String> {
    let words = [(Verdict::Pass, "passed"), (Verdict::Fail, "failed"), (Verdict::Unknown, "unknown")];
    let count = |verdict| report.gates.iter().filter(|gate| gate.verdict == verdict).count();
    let parts = words.map(|(verdict, word)| (count(verdict), word));
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let whole = text::plural(report.gates.len() as u64, "gate");
    (!report.gates.is_empty()).then(|| format!("{whole}: {}", parts.collect::<Vec<_>>().join(", ")))
}

fn findings(report: &Report) -> Option<String> {
    if report.findings.is_empty() {
        return report.gates.is_empty().then(|| "no findings".into());
    }
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let parts = severities.map(|severity| (count(severity), severity.name()));
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| text::plural(*count, name));
    Some(parts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, samples};
    use super::*;

    #[test]
    fn the_verdict_is_that_of_the_worst() {
        let mut report = samples::check();
        assert_eq!(sentence(&report), "fail (3 gates: 1 passed, 1 failed, 1 unknown; 1 error, 1 note)");
        assert!(report.is_failed());
        report.gates.remove(0);
        report.findings.remove(0);
        assert_eq!(sentence(&report), "unknown, which fails (2 gates: 1 passed, 1 unknown; 1 note)");
        assert!(report.is_failed());
        report.policy = Some(Policy { unknown_passes: true, ..Policy::default() });
        assert_eq!(sentence(&report), "unknown, which passes (2 gates: 1 passed, 1 unknown; 1 note)");
        assert!(!report.is_failed());
        report.gates.retain(|gate| gate.verdict == Verdict::Pass);
        assert_eq!(sentence(&report), "pass (1 gate: 1 passed; 1 note)");
    }

    #[test]
    fn findings_fail_from_the_severity_that_was_named() {
        let mut report = samples::check();
        report.gates.clear();
        let verdict = |report: &mut Report, fail_on| {
            report.policy = Some(Policy { fail_on, ..Policy::default() });
            report.verdict()
        };
        assert_eq!(verdict(&mut report, None), Some(Verdict::Pass));
        assert_eq!(verdict(&mut report, Some(Severity::Error)), Some(Verdict::Fail));
        report.findings.remove(0);
        assert_eq!(verdict(&mut report, Some(Severity::Warning)), Some(Verdict::Pass));
        assert_eq!(verdict(&mut report, Some(Severity::Note)), Some(Verdict::Fail));
        report.policy = None;
        assert_eq!((report.verdict(), report.is_failed()), (None, false));
        assert_eq!(sentence(&report), "1 note");
        assert_eq!(sentence(&Report::default()), "no findings");
    }
}
