//! Keys: calls of which only keys are left are served the same, and cost the same, day after day as in one run.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{ROOT, fixture, run};
use crate::shards::logs;

/// The fields in which `hits` and `simulate --format jsonl` must agree.
const FIGURES: [&str; 5] =
    ["hit_tokens_predicted", "written_tokens_predicted", "cost_predicted", "cost_without_cache", "currency"];

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The tables of a log in a folder.
fn keys(log: &str, folder: &Path, options: &[&str]) -> String {
    let into = folder.join(Path::new(log).file_name().unwrap()).to_string_lossy().into_owned();
    let secret = folder.join("key").to_string_lossy().into_owned();
    let run = run(&[&["keys", log, "--into", &into, "--key-file", &secret], options].concat());
    assert_eq!(run.code, Some(0), "{log}: {}", run.stderr);
    into
}

/// The figures of all rows by line; several calls can stand in one.
fn by_line(rows: &[Value]) -> BTreeMap<u64, Vec<[Value; 5]>> {
    let mut lines: BTreeMap<u64, Vec<[Value; 5]>> = BTreeMap::new();
    for row in rows {
        lines.entry(row["line"].as_u64().unwrap()).or_default().push(FIGURES.map(|figure| row[figure].clone()));
    }
    lines
}

/// Holds the hits by keys against the simulation of a log; gives the number of calls by policy, that of the calls that keys do not tell
/// under the empty name.
fn agree(log: &str, of: &str, folder: &Path, options: &[&str]) -> BTreeMap<String, u64> {
    let wanted = run(&[&["simulate", of, "--no-causes", "--format", "jsonl"], options].concat());
    if wanted.code != Some(0) || wanted.stdout.is_empty() {
        return BTreeMap::new();
    }
    let into = keys(log, folder, options);
    let times: Vec<&str> = options.chunks(2).filter(|pair| ["--ttl", "--delay"].contains(&pair[0])).flatten().copied().collect();
    let found = rows(&run(&[&["hits", into.as_str()], &times[..]].concat()).good());
    let (wanted, found) = (by_line(&rows(&wanted.stdout)), by_line(&found));
    let mut policies: BTreeMap<String, u64> = BTreeMap::new();
    let calls = rows(&std::fs::read_to_string(Path::new(&into).join("requests.jsonl")).unwrap());
    for call in &calls {
        *policies.entry(call["policy"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for (line, figures) in &wanted {
        let found = found.get(line).unwrap_or_else(|| panic!("{log}:{line} has no row"));
        for (wanted, found) in figures.iter().zip(found) {
            if found[0].is_null() {
                assert_eq!(wanted[3..], found[3..], "{log}:{line}, {options:?}");
            } else {
                assert_eq!(wanted, found, "{log}:{line}, {options:?}");
            }
        }
    }
    policies
}

#[test]
fn keys_of_every_log_are_served_what_its_calls_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut policies: BTreeMap<String, u64> = BTreeMap::new();
    for log in logs() {
        for options in [&[][..], &["--ttl", "10m", "--delay", "5s"]] {
            for (policy, calls) in agree(&log, &log, folder.path(), options) {
                *policies.entry(policy).or_default() += calls;
            }
        }
    }
    for policy in ["blocks", "units", "breakpoints"] {
        assert!(policies.get(policy).is_some_and(|calls| *calls >= 20), "{policies:?}");
    }
}
