//! The report as GitLab's code quality: a list of what wants attention, which a merge request shows beside the code.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::write_document;
use crate::hash;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Report, Severity, diagnostic};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: HashMap<(String, String), u64> = HashMap::new();
    let diagnostics = diagnostic::all(report);
    let entries: Vec<Value> = diagnostics.iter().filter_map(|diagnostic| entry(diagnostic, &mut seen)).collect();
    write_document(&entries.into(), out)
}

/// GitLab shows nothing that has no file.
fn entry(diagnostic: &Diagnostic<'_>, seen: &mut HashMap<(String, String), u64>) -> Option<Value> {
    let path = diagnostic.path?;
    let text = [Some(diagnostic.statement()), diagnostic.help.map(str::to_owned)];
    let text: Vec<String> = text.into_iter().flatten().collect();
    let earlier = seen.entry((diagnostic.rule.to_string(), path.to_owned())).or_insert(0);
    *earlier += 1;
    // The same if its line changes: its rule, its file, and its number among those of that rule in that file.
    let fingerprint = format!("{:032x}", hash::digest(format!("{}\0{path}\0{earlier}", diagnostic.rule).as_bytes()));
    let severity = match diagnostic.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    Some(json!({
        "description": text.join(" "),
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path.trim_start_matches("./"), "lines": {"begin": diagnostic.place.map_or(1, |place| place.line)}},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn each_entry_has_what_gitlab_asks_for() {
        let mut bytes = Vec::new();
        write(&samples::check(), &mut bytes).unwrap();
        let entries: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        assert!(!entries.is_empty());
        let mut fingerprints = Vec::new();
        for entry in &entries {
            assert!(
                entry["description"].is_string()
                    && entry["check_name"].is_string()
                    && entry["location"]["path"].is_string()
            );
            assert!(entry["location"]["lines"]["begin"].as_u64() > Some(0));
            assert!(["info", "minor", "major"].contains(&entry["severity"].as_str().unwrap_or_default()));
            fingerprints.push(entry["fingerprint"].clone().to_string());
        }
        fingerprints.sort();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), entries.len());
    }
}
