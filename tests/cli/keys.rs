//! Keys: calls of which only keys are left are served the same, and cost the same, day after day as in one run.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{fixture, read, run};
use crate::shards::{logs, merged, parts, parts_by_assumptions};

/// The fields in which `hits` and `simulate --format jsonl` must agree.
const FIGURES: [&str; 5] =
    ["hit_tokens_predicted", "written_tokens_predicted", "cost_predicted", "cost_without_cache", "currency"];

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The tables of a log in a folder.
fn keys(log: &str, folder: &Path, options: &[&str]) -> String {
    let into = folder.join(format!("keys-of-{}", Path::new(log).file_name().unwrap().to_string_lossy()));
    let into = into.to_string_lossy().into_owned();
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

/// The rows of `hits`, which says the sum of them on stderr.
fn hits(args: &[&str]) -> Vec<Value> {
    let run = run(&[&["hits"], args].concat());
    assert_eq!(run.code, Some(0), "{args:?}: {}", run.stderr);
    rows(&run.stdout)
}

/// Holds the hits by keys against the simulation of a log; gives the number of calls by policy, that of the calls that keys do not tell
/// under the empty name.
fn agree(log: &str, folder: &Path, options: &[&str]) -> BTreeMap<String, u64> {
    let wanted = run(&[&["simulate", log, "--no-causes", "--format", "jsonl"], options].concat());
    if wanted.code != Some(0) || wanted.stdout.is_empty() {
        return BTreeMap::new();
    }
    let into = keys(log, folder, options);
    let found = hits(&[&[into.as_str()], options].concat());
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

/// Holds the buckets by keys against the simulation of a log without texts: keys tell them to the block, where a cache keeps blocks.
fn buckets_agree(log: &str, folder: &Path, options: &[&str]) {
    let wanted = run(&[&["simulate", log, "--no-causes", "--format", "jsonl"], options].concat()).stdout;
    let found = hits(&[&[keys(log, folder, options).as_str()], options].concat());
    let (mut told, mut misses) = (0, 0);
    for (wanted, found) in rows(&wanted).iter().zip(&found) {
        if !found["ledger"].is_null() {
            assert_eq!((&wanted["line"], &wanted["ledger"]), (&found["line"], &found["ledger"]), "{log}");
            (told, misses) = (told + 1, misses + found["ledger"]["diverged"].as_u64().unwrap());
        }
    }
    assert!(told > 3 && misses > 0, "{log}: {told}, {misses}");
}

#[test]
fn keys_of_every_log_are_served_what_its_calls_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut policies: BTreeMap<String, u64> = BTreeMap::new();
    for log in logs() {
        for (policy, calls) in agree(&log, folder.path(), &[]) {
            *policies.entry(policy).or_default() += calls;
        }
    }
    for policy in ["blocks", "breakpoints"] {
        assert!(policies.get(policy).is_some_and(|calls| *calls >= 9), "{policies:?}");
    }
}

#[test]
fn keys_of_another_lifetime_and_rule_are_served_what_the_calls_are() {
    let folder = tempfile::tempdir().unwrap();
    let log = fixture("support-and-agent");
    for rule in ["deepseek-v3.2", "deepseek-v4", "vllm"] {
        for times in [["--ttl", "10m", "--delay", "5s"], ["--ttl", "never", "--delay", "0"]] {
            let policies = agree(&log, folder.path(), &[&times[..], &["--profile", rule]].concat());
            assert_eq!(policies.values().sum::<u64>(), 36, "{rule}");
        }
    }
}

#[test]
fn a_redacted_log_has_the_keys_and_the_shards_of_its_texts() {
    let folder = tempfile::tempdir().unwrap();
    let log = fixture("support-and-agent");
    let (secret, redacted) = (folder.path().join("key"), folder.path().join("redacted.jsonl"));
    let texts = keys(&log, folder.path(), &[]);
    let lines = run(&["parse", "--redact", "--key-file", &secret.to_string_lossy(), &log]).stdout;
    std::fs::write(&redacted, lines).unwrap();
    let redacted = redacted.to_string_lossy().into_owned();
    agree(&redacted, folder.path(), &[]);
    buckets_agree(&redacted, folder.path(), &["--profile", "deepseek-v3.2", "--ttl", "10m", "--delay", "5s"]);
    let blocks = |into: &str| std::fs::read_to_string(Path::new(into).join("blocks.jsonl")).unwrap();
    assert_eq!(blocks(&keys(&redacted, folder.path(), &[])), blocks(&texts));
    let whole = run(&["simulate", &redacted]).stdout;
    for of in [2, 7] {
        assert_eq!(merged(parts(folder.path(), &[&redacted], of), "table"), whole);
    }
    assert_eq!(merged(parts_by_assumptions(folder.path(), &[&redacted], 3), "table"), whole);
}

#[test]
fn a_log_has_the_keys_of_the_rule_under_which_it_was_redacted() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, redacted) = (folder.path().join("key"), folder.path().join("redacted.jsonl"));
    let options = ["--profile", "vllm", "--key-file", &secret.to_string_lossy()];
    let lines = run(&[&["parse", "--redact", &fixture("support-and-agent")], &options[..]].concat()).stdout;
    std::fs::write(&redacted, lines).unwrap();
    let policies = agree(&redacted.to_string_lossy(), folder.path(), &[]);
    assert!(policies["blocks"] > 0);
    assert_eq!(policies, agree(&fixture("support-and-agent"), folder.path(), &options[..2]));
}

/// The tables of some of the calls of others, in a folder.
fn day(all: &str, folder: &Path, calls: std::ops::Range<i64>) -> String {
    std::fs::create_dir_all(folder).unwrap();
    for table in ["requests.jsonl", "blocks.jsonl"] {
        let lines = std::fs::read_to_string(Path::new(all).join(table)).unwrap();
        let is_of_day = |line: &&str| calls.contains(&rows(line)[0]["seq"].as_i64().unwrap());
        let of_day: String = lines.lines().filter(is_of_day).map(|line| format!("{line}\n")).collect();
        std::fs::write(folder.join(table), of_day).unwrap();
    }
    folder.to_string_lossy().into_owned()
}

#[test]
fn days_one_after_the_other_give_what_one_run_gives() {
    let folder = tempfile::tempdir().unwrap();
    let all = keys(&fixture("support-and-agent"), folder.path(), &[]);
    let state = folder.path().join("state").to_string_lossy().into_owned();
    for times in [&["--ttl", "10m", "--delay", "5s"][..], &["--ttl", "20h"], &[]] {
        let whole = hits(&[&[all.as_str()], times].concat());
        for cut in [1, 9, 18, 35] {
            let first = day(&all, &folder.path().join("first"), 0..cut);
            let second = day(&all, &folder.path().join("second"), cut..36);
            let mut found = hits(&[&[first.as_str(), "--state-out", &state], times].concat());
            found.extend(hits(&[&[second.as_str(), "--state-in", &state], times].concat()));
            assert_eq!(found, whole, "{times:?}, cut at {cut}");
            assert_eq!(hits(&[&[first.as_str(), &second], times].concat()), whole);
        }
    }
    let refused = |args: &[&str]| run(&[&["hits", all.as_str(), "--state-in", &state], args].concat()).refusal();
    assert!(refused(&["--ttl", "10m"]).contains("with another lifetime, delay or profile"));
    let other = tempfile::tempdir().unwrap();
    let of_another_secret = keys(&fixture("support-and-agent"), other.path(), &[]);
    assert!(
        run(&["hits", &of_another_secret, "--state-in", &state]).refusal().contains("keys made with another secret")
    );
    assert!(run(&["hits", &state]).refusal().contains("requests.jsonl"));
}

#[test]
fn keys_of_a_file_follow_what_was_decided_over_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    // Counts of the first calls tell the rule of all of that model and day, which is another than the day suggests.
    let call = |(number, line): (usize, &str)| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["timestamp"] = json!(format!("2026-05-01T00:{number:02}:00Z"));
        line["request"]["model"] = json!("deepseek-chat");
        let response = line["response"].as_object_mut().unwrap();
        response.insert("model".into(), json!("deepseek-chat"));
        response.retain(|field, _| field != "system_fingerprint" && (number < 24 || field != "usage"));
        format!("{line}\n")
    };
    let lines: Vec<String> = read(fixture("support-and-agent")).lines().enumerate().map(call).collect();
    let (first, second, decided) = (name("first.jsonl"), name("second.jsonl"), name("assumptions.yaml"));
    std::fs::write(&first, lines[..24].concat()).unwrap();
    std::fs::write(&second, lines[24..].concat()).unwrap();
    assert_eq!(run(&["simulate", &first, &second, "--assumptions", &decided]).code, Some(0));
    let keys = |logs: &[&str], of: &str, options: &[&str]| {
        let (key, into) = (name("key"), name(of));
        assert_eq!(run(&[&["keys", "--into", &into, "--key-file", &key], logs, options].concat()).code, Some(0));
        rows(&read(Path::new(&into).join("requests.jsonl")))
    };
    let rules = |rows: &[Value]| rows.iter().map(|row| row["profile"].clone()).collect::<Vec<_>>();
    let of_all = keys(&[&first, &second], "all", &[]);
    let options = ["--assumptions", &decided, "--partial", "2/2", "--first-seq", "24"];
    assert_eq!(keys(&[&first, &second], "part", &options), of_all[24..]);
    assert_ne!(rules(&keys(&[&second], "alone", &[])), rules(&of_all[24..]));
    let other = ["keys", &first, "--into", &name("other"), "--key-file", &name("key"), "--assumptions", &decided];
    let said = run(&other).refusal();
    assert!(said.contains("was written for other logs"), "{said}");
}

#[test]
fn rules_that_keys_do_not_tell_the_hits_of_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let into = keys(&fixture("openai"), folder.path(), &[]);
    let run = run(&["hits", &into]);
    assert!(rows(&run.stdout).iter().all(|row| row["hit_tokens_predicted"] == json!(null)));
    assert!(run.stderr.contains("the hits of 3 requests cannot be counted by keys"), "{}", run.stderr);
    assert!(run.stderr.contains("openai-4o: 3"), "{}", run.stderr);
}
