//! The report as SARIF 2.1.0, the exchange format of static analysis, which GitHub and editors read.
//!
//! Findings become results, and so do gates that do not hold, under rules named `gate/…`.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, is_separator};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::json::write_document;
use crate::hash;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Report, RuleDescription, diagnostic};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The characters that RFC 3986 reserves in a segment of a path.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics = diagnostic::all(report);
    let ids = ids(report, &diagnostics);
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "cachecheck",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ids.iter().map(|id| rule(id, &report.rules)).collect::<Value>(),
            }},
            // Our columns count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results(&diagnostics, &ids),
        }],
    });
    write_document(&document, out)
}

/// The rules that were applied, then those that only speak through a diagnostic.
fn ids<'a>(report: &'a Report, diagnostics: &'a [Diagnostic]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = Vec::new();
    for id in
        report.rules.iter().map(|rule| rule.id).chain(diagnostics.iter().map(|diagnostic| diagnostic.rule.as_ref()))
    {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn rule(id: &str, rules: &[RuleDescription]) -> Value {
    rules.iter().find(|rule| rule.id == id).map_or_else(
        || json!({"id": id}),
        |rule| {
            json!({
                "id": id,
                "shortDescription": {"text": rule.summary},
                "help": {"text": rule.help, "markdown": rule.help},
                "defaultConfiguration": {"level": rule.severity.name()},
            })
        },
    )
}

fn results(diagnostics: &[Diagnostic], ids: &[&str]) -> Value {
    let mut seen = HashMap::new();
    let result = |diagnostic| {
        let earlier = seen.entry(kin(diagnostic)).or_insert(0);
        *earlier += 1;
        result(diagnostic, ids, *earlier)
    };
    diagnostics.iter().map(result).collect()
}

fn result(diagnostic: &Diagnostic, ids: &[&str], ordinal: u64) -> Value {
    let text =
        [Some(diagnostic.statement().as_str()), diagnostic.help].into_iter().flatten().collect::<Vec<_>>().join(" ");
    json!({
        "ruleId": diagnostic.rule,
        "ruleIndex": ids.iter().position(|id| *id == diagnostic.rule),
        // SARIF has the same three names.
        "level": diagnostic.severity.name(),
        "message": {"text": text},
        "locations": diagnostic.path.map(|path| location(diagnostic, path)).into_iter().collect::<Value>(),
        "partialFingerprints": {"cachecheck/v1": fingerprint(diagnostic, ordinal)},
        "properties": properties(diagnostic),
    })
}

fn location(diagnostic: &Diagnostic, path: &str) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(path)}});
    if let Some(place) = diagnostic.place {
        let mut region = json!({"startLine": place.line, "startColumn": place.column});
        if let Some(end) = diagnostic.end {
            region["endLine"] = end.line.into();
            region["endColumn"] = end.column.into();
        }
        physical["region"] = region;
    }
    json!({"physicalLocation": physical})
}

/// A relative reference; a `file` URI only where the user named the file from the root.
pub(super) fn uri(path: &str) -> String {
    let segments = path.trim_start_matches("./").split(is_separator);
    let joined: Vec<String> = segments.map(|segment| utf8_percent_encode(segment, RESERVED).to_string()).collect();
    let joined = joined.join("/");
    if Path::new(path).is_absolute() { format!("file:///{}", joined.trim_start_matches('/')) } else { joined }
}

/// The identity of a result, which stays the same if its line or its cost changes.
fn kin<'a>(diagnostic: &'a Diagnostic) -> (&'a str, &'a str) {
    (&diagnostic.rule, diagnostic.path.unwrap_or_default())
}

/// The same in every run: which rule, which file, the how manieth of its kind.
fn fingerprint(diagnostic: &Diagnostic, ordinal: u64) -> String {
    let (rule, path) = kin(diagnostic);
    format!("{:032x}", hash::digest(format!("{rule}\0{path}\0{ordinal}").as_bytes()))
}

fn properties(diagnostic: &Diagnostic) -> Map<String, Value> {
    let tokens = diagnostic.tokens.map(|tokens| ("tokens".to_owned(), tokens.into()));
    let cost = diagnostic.cost.map(|cost| ("cost".to_owned(), cost.decimal().into()));
    let currency = diagnostic.cost.map(|cost| ("currency".to_owned(), cost.currency.code().into()));
    [tokens, cost, currency].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::report::{Severity, samples};

    fn document(report: &Report) -> Value {
        samples::document(report, write)
    }

    /// Against the published schema; its origin is in fixtures/README.md.
    fn assert_valid(document: &Value) {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/sarif-schema-2.1.0.json.gz");
        let schema = serde_json::from_reader(flate2::read::GzDecoder::new(File::open(file).unwrap())).unwrap();
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("urn:sarif", schema).unwrap();
        let schema = compiler.compile("urn:sarif", &mut schemas).unwrap();
        let verdict = schemas.validate(document, schema).map_err(|error| error.to_string());
        assert_eq!(verdict, Ok(()));
    }

    #[test]
    fn the_published_schema_holds() {
        assert_valid(&document(&samples::check()));
        assert_valid(&document(&Report::default()));
    }

    #[test]
    #[should_panic(expected = "startLine")]
    fn the_published_schema_can_be_broken() {
        let mut document = document(&samples::check());
        document["runs"][0]["results"][2]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
        assert_valid(&document);
    }

    #[test]
    fn gates_that_do_not_hold_and_findings_are_results() {
        let document = document(&samples::check());
        let results = document["runs"][0]["results"].as_array().unwrap();
        let short: Vec<_> =
            results.iter().map(|result| (&result["ruleId"], &result["ruleIndex"], &result["level"])).collect();
        assert_eq!(
            serde_json::to_value(short).unwrap(),
            json!([
                ["gate/max_prefix_tokens_lost", 1, "error"],
                ["gate/min_hit_ratio", 2, "error"],
                ["volatile-first", 0, "error"],
                ["trailing-blanks", 3, "note"],
            ])
        );
        assert_eq!(
            results[2]["message"]["text"],
            "`{{ a | b }}` stands before <stable> text. (2,944 tokens, $0.0008) \
             Move it to the end: 100% of the text before it stays."
        );
        assert_eq!(
            results[2]["locations"],
            json!([{"physicalLocation": {
                "artifactLocation": {"uri": "prompts/a%20b.yaml"},
                "region": {"startLine": 3, "startColumn": 14, "endLine": 3, "endColumn": 25},
            }}])
        );
        assert_eq!(results[2]["properties"], json!({"tokens": 2944, "cost": "0.0008", "currency": "USD"}));
        assert_eq!(results[1]["locations"], json!([]));
        assert_eq!(document["runs"][0]["tool"]["driver"]["rules"][0]["help"]["text"], samples::check().rules[0].help);
    }

    #[test]
    fn a_fingerprint_outlives_a_move_and_tells_neighbours_apart() {
        let prints = |lines: &[u64]| -> Vec<Value> {
            let findings = lines.iter().map(|line| samples::finding("x", Severity::Note, *line, Some(*line), None));
            let report = Report { findings: findings.collect(), ..Report::default() };
            let results = document(&report)["runs"][0]["results"].clone();
            results.as_array().unwrap().iter().map(|result| result["partialFingerprints"].clone()).collect()
        };
        assert_eq!(prints(&[1, 2]), prints(&[4, 9]));
        assert_ne!(prints(&[1, 2])[0], prints(&[1, 2])[1]);
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("./a b/ü#?.yaml"), "a%20b/%C3%BC%23%3F.yaml");
        assert_eq!(uri("c:d.yaml"), "c%3Ad.yaml", "no scheme");
        assert_eq!(uri("../x.yaml"), "../x.yaml");
    }
}
