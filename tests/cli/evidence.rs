//! Evidence: the order of lines, fingerprints, times and the order of keys may be missing from a log or wrong in it; the figures
//! that the provider reported beside each prompt stand in for them.

use serde_json::{Map, Value, json};

use crate::program::{fixture, read, run_with};

/// The lines of a log with tools in ten of its calls, each call at a time of its own.
fn lines() -> Vec<Value> {
    read(fixture("support-and-agent")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The simulated rows of each call, by its id.
fn simulated(lines: &[Value], flags: &[&str]) -> Vec<Value> {
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let run = run_with(&[&["simulate", "-", "--format", "jsonl"], flags].concat(), log.into_bytes());
    let mut rows: Vec<Value> = run.good().lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    for row in &mut rows {
        // The figures of a call are the same wherever its line stands.
        for place in ["line", "parent_line"] {
            row[place] = Value::Null;
        }
    }
    rows
}

fn without(lines: &[Value], pointers: &[(&str, &str)]) -> Vec<Value> {
    let mut lines = lines.to_vec();
    for line in &mut lines {
        for (object, key) in pointers {
            line.pointer_mut(object).and_then(Value::as_object_mut).unwrap().remove(*key);
        }
    }
    lines
}

fn with_sorted_keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            keys.into_iter().map(|key| (key.clone(), with_sorted_keys(&map[key]))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(with_sorted_keys).collect(),
        _ => value.clone(),
    }
}

fn sum(rows: &[Value], key: &str) -> u64 {
    rows.iter().filter_map(|row| row[key].as_u64()).sum()
}

#[test]
fn a_log_gives_the_same_figures_forwards_backwards_and_shuffled() {
    let forwards = lines();
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    // Every seventh line, then the next of each, and so on.
    let shuffled: Vec<Value> =
        (0..7).flat_map(|start| forwards.iter().skip(start).step_by(7).cloned().collect::<Vec<_>>()).collect();
    let wanted = simulated(&forwards, &[]);
    assert_eq!(simulated(&backwards, &[]), wanted);
    assert_eq!(simulated(&shuffled, &[]), wanted);
    assert_ne!(simulated(&backwards, &["--order", "log"]), wanted);
}

#[test]
fn lines_that_were_moved_are_counted() {
    let mut lines = lines();
    lines.swap(3, 4);
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = run_with(&["simulate", "-"], log.into_bytes()).good();
    assert!(said.contains("note: 1 request was moved"), "{said}");
}

#[test]
fn a_newest_first_log_without_times_is_turned_round() {
    let forwards = without(&lines(), &[("", "timestamp")]);
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    let hits = |lines: &[Value]| sum(&simulated(lines, &[]), "hit_tokens_predicted");
    assert_eq!(hits(&backwards), hits(&forwards));
}

#[test]
fn reported_counts_name_the_era_where_times_and_fingerprints_are_missing() {
    let bare = without(&lines(), &[("", "timestamp"), ("/response", "system_fingerprint")]);
    // These calls name a model of V4; what was reported of them is V3.2's.
    let renamed: Vec<Value> = bare
        .iter()
        .map(|line| {
            let mut line = line.clone();
            line["request"]["model"] = json!("deepseek-chat");
            line["response"]["model"] = json!("deepseek-chat");
            line["timestamp"] = json!("2026-05-01T00:00:00Z");
            line
        })
        .collect();
    for row in simulated(&renamed, &[]) {
        assert_eq!(row["profile"], "deepseek-v3.2", "{row}");
        assert_eq!(row["profile_basis"], "reported counts (36 of 36)", "{row}");
    }
}

#[test]
fn reported_counts_name_the_order_of_keys_that_a_log_has_sorted() {
    let sorted: Vec<Value> = lines().iter().map(with_sorted_keys).collect();
    let rows = simulated(&sorted, &[]);
    assert!(rows.iter().all(|row| row["prompt_tokens"] == row["prompt_tokens_reported"]), "{rows:?}");
    let chosen: Vec<&str> = rows.iter().filter_map(|row| row["key_order"].as_str()).collect();
    assert!(chosen.len() == 10 && chosen.iter().all(|name| name.contains("reported counts")), "{chosen:?}");
}

#[test]
fn users_share_a_cache_unless_the_api_has_a_field_to_keep_them_apart() {
    let mut apart = lines();
    for (number, line) in apart.iter_mut().enumerate() {
        let request = line["request"].as_object_mut().unwrap();
        request.remove("user_id");
        request.insert("user".into(), json!(format!("user {number}")));
    }
    let rows = simulated(&apart, &[]);
    assert!(rows.iter().all(|row| row["scope_basis"] == "provider's rule"), "{rows:?}");
    let nobody = simulated(&without(&lines(), &[("/request", "user_id")]), &[]);
    assert_eq!(sum(&rows, "hit_tokens_predicted"), sum(&nobody, "hit_tokens_predicted"));
    // Callers that the user names stay apart.
    assert_eq!(sum(&simulated(&apart, &["--scope", "/request/user"]), "hit_tokens_predicted"), 0);
}
