//! Recorded calls of DeepSeek's API, where they lie beside the checkout: what a log may lack or have changed, tried on all of them.
//! Without the data the tests pass and say nothing.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::evidence::{as_jsonb, simulated, typed, with_sorted_keys, without};

/// Causes are no matter here, and take half of the time.
const NO_CAUSES: &[&str] = &["--no-causes"];

/// The calls of a file beside the checkout; none if it is not there.
fn recorded(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/deepseek").join(name);
    let Ok(packed) = std::fs::read(path) else { return Vec::new() };
    let text = String::from_utf8(zstd::decode_all(&*packed).unwrap()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// At least so many of a hundred.
fn assert_share(what: &str, (agreeing, all): (usize, usize), percent: f64) {
    #[expect(clippy::cast_precision_loss, reason = "a share of some hundred calls")]
    let share = 100.0 * agreeing as f64 / all as f64;
    assert!(share >= percent, "{what}: {agreeing} of {all}, wanted {percent} %");
}

/// Calls whose prompt is counted as reported, of all that were reported and stand under a profile that `is_asked`.
fn exact_counts(rows: &[Value], is_asked: impl Fn(&str) -> bool) -> (usize, usize) {
    let asked = rows.iter().filter(|row| is_asked(row["profile"].as_str().unwrap_or_default()));
    let reported: Vec<&Value> = asked.filter(|row| row["prompt_tokens_reported"].is_u64()).collect();
    let exact = reported.iter().filter(|row| row["prompt_tokens"] == row["prompt_tokens_reported"]).count();
    (exact, reported.len())
}

/// Of calls with a predicted or a reported hit: those predicted exactly, those within the range, and all.
fn hits(rows: &[Value]) -> (usize, usize, usize) {
    let (mut exact, mut in_range, mut all) = (0, 0, 0);
    for row in rows {
        let figure = |key: &str| row[key].as_u64();
        let (Some(predicted), Some(reported)) = (figure("hit_tokens_predicted"), figure("hit_tokens_reported")) else {
            continue;
        };
        if predicted > 0 || reported > 0 {
            all += 1;
            exact += usize::from(predicted == reported);
            let range = figure("hit_tokens_min").unwrap()..=figure("hit_tokens_max").unwrap();
            in_range += usize::from(range.contains(&reported));
        }
    }
    (exact, in_range, all)
}

fn is_of_v31_or_later(line: &Value) -> bool {
    line["era"] != "v3"
}

#[test]
fn recorded_counts_and_hits_are_as_reported() {
    for (name, counts, exact_hits, in_range) in
        [("dev.jsonl.zst", 99.6, 85.0, 95.0), ("dev2.jsonl.zst", 95.0, 70.0, 88.0)]
    {
        let lines = recorded(name);
        if lines.is_empty() {
            return;
        }
        let rows = simulated(&lines, NO_CAUSES);
        assert_share(name, exact_counts(&rows, |_| true), counts);
        let (exact, ranged, all) = hits(&rows);
        assert_share(name, (exact, all), exact_hits);
        assert_share(name, (ranged, all), in_range);
    }
}

#[test]
fn recorded_counts_of_v31_and_later_need_neither_times_nor_fingerprints_nor_the_order_of_keys() {
    let lines: Vec<Value> = recorded("dev.jsonl.zst").into_iter().filter(is_of_v31_or_later).collect();
    if lines.is_empty() {
        return;
    }
    let of_response = |line: &Value| line["response"].is_object();
    let (whole, others): (Vec<Value>, Vec<Value>) = lines.iter().cloned().partition(of_response);
    assert!(others.is_empty(), "each response is an object");
    let mut stripped = without(&whole, &[("", "timestamp"), ("/response", "system_fingerprint")]);
    for event in stripped.iter_mut().filter_map(|line| line["response"]["stream_events"].as_array_mut()).flatten() {
        event.as_object_mut().map(|event| event.remove("system_fingerprint"));
    }
    let sorted = |sort: fn(&Value) -> Value| lines.iter().map(sort).collect::<Vec<Value>>();
    for (what, lines) in [
        ("times and fingerprints stripped", stripped),
        ("keys in alphabetic order", sorted(with_sorted_keys)),
        ("keys in the order of jsonb", sorted(as_jsonb)),
        ("nulls filled in by a typed export", typed(&lines)),
    ] {
        assert_share(what, exact_counts(&simulated(&lines, NO_CAUSES), |_| true), 98.0);
    }
}

#[test]
fn recorded_calls_of_distinct_times_give_one_result_in_any_order() {
    let mut by_time: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in recorded("dev.jsonl.zst") {
        by_time.entry(line["timestamp"].as_str().unwrap_or_default().to_owned()).or_default().push(line);
    }
    by_time.remove("");
    let lines: Vec<Value> = by_time.into_values().filter(|tied| tied.len() == 1).flatten().collect();
    if lines.is_empty() {
        return;
    }
    let backwards: Vec<Value> = lines.iter().rev().cloned().collect();
    let shuffled: Vec<Value> = (0..17).flat_map(|start| lines.iter().skip(start).step_by(17).cloned()).collect();
    let wanted = simulated(&lines, NO_CAUSES);
    for (what, lines) in [("backwards", backwards), ("shuffled", shuffled)] {
        assert!(simulated(&lines, NO_CAUSES) == wanted, "{what}");
    }
}

#[test]
fn recorded_calls_newest_first_give_what_they_give_oldest_first() {
    // Many have the time of another, and some none: then another line tells their day, by which a profile is suggested before counts
    // are asked.
    let figures = |lines: &[Value]| {
        let mut rows = simulated(lines, NO_CAUSES);
        for row in &mut rows {
            (row["profile_basis"], row["key_order"]) = (Value::Null, Value::Null);
        }
        rows
    };
    for name in ["dev.jsonl.zst", "dev2.jsonl.zst"] {
        let mut lines = recorded(name);
        if lines.is_empty() {
            return;
        }
        let forwards = figures(&lines);
        lines.reverse();
        assert!(figures(&lines) == forwards, "{name}");
    }
}

#[test]
fn recorded_hits_stay_where_every_call_names_another_user() {
    let lines = recorded("dev.jsonl.zst");
    if lines.is_empty() {
        return;
    }
    let mut with_users = lines.clone();
    for (number, line) in with_users.iter_mut().enumerate() {
        line["request"]["user"] = json!(format!("user {number}"));
    }
    assert_eq!(hits(&simulated(&with_users, NO_CAUSES)), hits(&simulated(&lines, NO_CAUSES)));
}
