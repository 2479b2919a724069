//! `curve` against `simulate` with the limit of each of its points.

use std::io::Write;

use serde_json::Value;

use crate::program::{report, run};

const BOT: &str = "fixtures/logs/support-and-agent.jsonl";
const TRACE: &str = "fixtures/logs/trace.jsonl";

fn curve(log: &str, flags: &[&str]) -> Value {
    let text = run(&[&["curve", log, "--format", "json"], flags].concat()).good();
    serde_json::from_str(&text).unwrap()
}

/// Every point, given to `simulate` as the curve writes it, has the hits and the cost that the curve says. `which` chooses points.
fn agrees(log: &str, over: &str, cache: &[&str], which: &[&str], points: usize) {
    let curve = curve(log, &[&["--over", over], cache, which].concat());
    let rows = curve["tables"]["curve"].as_array().unwrap();
    assert_eq!(rows.len(), points, "{rows:?}");
    for row in rows {
        let limited = match (over, &row["lifetime"], &row["capacity"]) {
            ("ttl", lifetime, _) => vec!["--ttl".to_owned(), lifetime.as_str().unwrap().to_owned()],
            (_, _, Value::String(no_limit)) if no_limit == "no limit" => Vec::new(),
            (_, _, capacity) => vec!["--capacity".to_owned(), capacity.to_string()],
        };
        let limited: Vec<&str> = limited.iter().map(String::as_str).collect();
        let simulated = &report(log, &[cache, &limited].concat())["summary"];
        for field in ["hit_tokens_predicted", "hit_ratio_predicted", "cost_predicted"] {
            assert_eq!(row[field], simulated[field], "{field} of {log} {cache:?} {limited:?}");
        }
        if log == TRACE {
            assert_eq!(row["block_hit_ratio"], simulated["block_hit_ratio"], "{cache:?} {limited:?}");
        }
    }
}

#[test]
fn a_point_is_what_simulate_says_of_its_limit() {
    agrees(BOT, "ttl", &[], &[], 14);
    agrees(BOT, "ttl", &["--profile", "deepseek-v4", "--delay", "20s"], &[], 10);
    agrees(BOT, "capacity", &[], &["--points", "4"], 5);
    agrees(TRACE, "capacity", &[], &[], 21);
    agrees(TRACE, "ttl", &["--capacity", "30", "--delay", "1s"], &["--points", "6"], 4);
}

#[test]
fn units_under_a_capacity_are_replayed_at_the_limits_named() {
    agrees(BOT, "capacity", &["--profile", "deepseek-v4"], &["--limits", "3,10,1k"], 3);
    agrees(BOT, "ttl", &["--profile", "deepseek-v4", "--capacity", "9"], &["--limits", "5m,1h"], 2);
    let refused = run(&["curve", BOT, "--over", "capacity", "--profile", "deepseek-v4"]).refusal();
    assert!(refused.contains(":1: deepseek-v4 keeps units"), "{refused}");
    assert!(refused.contains("--limits 1000,10k"), "{refused}");
}

#[test]
fn the_limit_that_is_swept_is_not_given_as_well() {
    for (over, flag, value) in [("ttl", "--ttl", "1h"), ("capacity", "--capacity", "5")] {
        let refused = run(&["curve", TRACE, "--over", over, flag, value]).refusal();
        assert!(refused.contains("--limits"), "{refused}");
    }
    let refused = run(&["curve", TRACE, "--over", "capacity", "--limits", "1h"]).refusal();
    assert!(refused.contains("20k"), "{refused}");
}

#[test]
fn what_a_profile_has_of_its_own_is_what_simulate_says_without_flags() {
    let curve = curve(BOT, &["--over", "ttl"]);
    assert_eq!(curve["summary"]["hit_ratio_predicted"], report(BOT, &[])["summary"]["hit_ratio_predicted"]);
}

/// Calls to Claude with a marked system text, so many minutes apart.
fn claude(gaps: &[u32]) -> tempfile::NamedTempFile {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    let mut minute = 0;
    for (index, gap) in gaps.iter().enumerate() {
        minute += gap;
        let system = [serde_json::json!({"type": "text", "text": "Prune roses late in winter. ".repeat(400),
            "cache_control": {"type": "ephemeral"}})];
        let call = serde_json::json!({
            "timestamp": format!("2026-10-05T{:02}:{:02}:00Z", 8 + minute / 60, minute % 60),
            "request": {"model": "claude-sonnet-4-6", "max_tokens": 99, "system": system,
                "messages": [{"role": "user", "content": format!("Question {index}")}]},
        });
        writeln!(log, "{call}").unwrap();
    }
    log
}

#[test]
fn entries_at_marked_places_are_replayed_at_the_lifetimes_that_are_sold() {
    for (gaps, least) in [(&[0, 9, 9, 9, 9][..], "1h"), (&[0, 1, 1, 1, 1], "5m"), (&[0, 50, 70, 70], "5m")] {
        let log = claude(gaps);
        let path = log.path().to_str().unwrap();
        agrees(path, "ttl", &[], &[], 2);
        let curve = curve(path, &["--over", "ttl"]);
        let rows = curve["tables"]["curve"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["lifetime"].as_str().unwrap()).collect::<Vec<_>>(), ["5m", "1h"]);
        let said = curve["sentences"][0].as_str().unwrap();
        assert!(said.ends_with(&format!(" {least} costs least.")), "{gaps:?}: {said}");
    }
}
