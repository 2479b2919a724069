//! Curves of one's own servers, on traces small enough to be worked out by hand.

use std::io::Write;

use serde_json::{Value, json};

use crate::program::{count, report, run, run_with};

/// A trace with blocks of 512 tokens: each request has a time in seconds, a length and its blocks.
fn trace(requests: &[(i64, u64, &[u64])]) -> tempfile::NamedTempFile {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    for (seconds, length, blocks) in requests {
        writeln!(log, "{}", json!({"timestamp": seconds * 1000, "input_length": length, "hash_ids": blocks})).unwrap();
    }
    log
}

fn path(log: &tempfile::NamedTempFile) -> &str {
    log.path().to_str().unwrap()
}

fn curve(log: &str, flags: &[&str]) -> Value {
    serde_json::from_str(&run(&[&["curve", log, "--over", "capacity", "--format", "json"], flags].concat()).good())
        .unwrap()
}

/// Five requests. By hand, without limit: the second hits block 1, the third both blocks of the first, the fourth nothing, the
/// fifth both of the second, the last of which is not full.
const FIVE: [(i64, u64, &[u64]); 5] =
    [(0, 1024, &[1, 2]), (1, 1000, &[1, 3]), (2, 1100, &[1, 2, 4]), (3, 300, &[5]), (4, 1000, &[1, 3])];

#[test]
fn the_first_calls_warm_the_cache_and_are_not_summed() {
    // Half of five calls are two: the third, fourth and fifth are summed.
    let backwards: Vec<_> = FIVE.into_iter().rev().collect();
    for log in [trace(&FIVE), trace(&backwards)] {
        for share in ["0.5", "50%", "0.59"] {
            let simulated = report(path(&log), &["--skip-first", share]);
            let summary = &simulated["summary"];
            assert_eq!(count(summary, "/requests"), 3);
            assert_eq!(count(summary, "/prompt_tokens"), 2400);
            assert_eq!(count(summary, "/hit_tokens_predicted"), 1024 + 1000);
            assert_eq!(summary["block_hit_ratio"], json!(0.666_667));
            let caveat =
                simulated["caveats"].as_array().unwrap().iter().find(|caveat| caveat["code"] == "skipped-first");
            assert_eq!(caveat.unwrap()["requests"], 2);
        }
    }
    let log = trace(&FIVE);
    let nothing_skipped = |flags: &[&str]| report(path(&log), flags)["summary"].clone();
    assert_eq!(nothing_skipped(&["--skip-first", "0"]), nothing_skipped(&[]));
}

#[test]
fn a_curve_leaves_out_the_same_calls_as_simulate() {
    let log = trace(&FIVE);
    let rows = curve(path(&log), &["--skip-first", "0.5"]);
    for row in rows["tables"]["curve"].as_array().unwrap() {
        let capacity = row["capacity"].to_string();
        let limit = if row["capacity"].is_u64() { vec!["--capacity", &capacity] } else { Vec::new() };
        let simulated = &report(path(&log), &[&["--skip-first", "0.5"], &limit[..]].concat())["summary"];
        for field in ["hit_tokens_predicted", "hit_ratio_predicted", "block_hit_ratio"] {
            assert_eq!(row[field], simulated[field], "{field} at {capacity}");
        }
    }
}

#[test]
fn a_pipe_is_counted_and_then_read_again() {
    let lines = std::fs::read(trace(&FIVE).path()).unwrap();
    let piped = run_with(&["simulate", "-", "--format", "json", "--skip-first", "0.5"], lines).good();
    let piped: Value = serde_json::from_str(&piped).unwrap();
    assert_eq!(count(&piped["summary"], "/hit_tokens_predicted"), 2024);
}

#[test]
fn causes_and_rows_speak_of_the_same_calls() {
    let log = "fixtures/logs/support-and-agent.jsonl";
    let all = crate::program::exchanges(log, &[]);
    let last = crate::program::exchanges(log, &["--skip-first", "0.5"]);
    assert_eq!(last, all[all.len() / 2..]);
    let hits: u64 = last.iter().map(|row| count(row, "/hit_tokens_predicted")).sum();
    assert_eq!(count(&report(log, &["--skip-first", "0.5"])["summary"], "/hit_tokens_predicted"), hits);
}

#[test]
fn a_share_leaves_something_and_names_no_period() {
    for share in ["1", "100%", "-0.1", "half"] {
        let flag = format!("--skip-first={share}");
        assert!(run(&["simulate", "fixtures/logs/trace.jsonl", &flag]).stderr.contains("below 1"), "{share}");
    }
    let both = run(&["simulate", "fixtures/logs/trace.jsonl", "--skip-first", "0.5", "--since", "2026-01-01"]);
    assert_eq!(both.code, Some(2));
}
