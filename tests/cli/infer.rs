//! `infer`: from logs that were made by a cache of known block size, lifetime and delay it finds these again.

use std::fs;

use serde_json::{Value, json};

use crate::program::run_with;

/// A cache that no provider has.
const TRUTH: &str = "name: made\nlike: deepseek-v3.2\nrule: {blocks: {size: 48}}\nlifetime: 10m\ndelay: 15s\n";

/// Conversations of two turns, each with a text and a gap of its own: gaps of seconds, and gaps of half minutes up to twenty minutes.
fn conversations() -> Vec<Value> {
    let gaps = (0..40_i64).flat_map(|step| [step + 1, 30 * (step + 1)]);
    let mut lines = Vec::new();
    for (number, gap) in gaps.enumerate() {
        let hours = i64::try_from(number).unwrap() * 3600;
        let at = |seconds: i64| {
            let (day, second) = ((hours + seconds) / 86_400, (hours + seconds) % 86_400);
            format!("2026-02-{:02}T{:02}:{:02}:{:02}Z", day + 1, second / 3600, second / 60 % 60, second % 60)
        };
        let system = format!("Text {number} of a shop. {}", "Shoes may be returned. ".repeat(20 + 3 * number));
        let mut messages =
            vec![json!({"role": "system", "content": system}), json!({"role": "user", "content": "First?"})];
        let line = |messages: &[Value], time: String| {
            json!({"timestamp": time, "request": {"model": "deepseek-chat", "messages": messages},
                   "response": {"choices": [{"message": {"role": "assistant", "content": "Yes."}}]}})
        };
        lines.push(line(&messages, at(0)));
        messages.push(json!({"role": "assistant", "content": "Yes."}));
        messages.push(json!({"role": "user", "content": "And then?"}));
        lines.push(line(&messages, at(gap)));
    }
    lines
}

fn log(lines: &[Value]) -> Vec<u8> {
    lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

/// The rows of each line, in the order of the log, under a profile from a file.
fn simulated(lines: &[Value], profile: &str) -> Vec<Value> {
    let flags = ["simulate", "-", "--format", "jsonl", "--no-causes", "--profile", profile];
    let mut rows: Vec<Value> =
        run_with(&flags, log(lines)).good().lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    rows.sort_by_key(|row| row["line"].as_u64());
    rows
}

/// The lines with the usage that a cache under that profile reports.
fn billed(lines: &[Value], profile: &str) -> Vec<Value> {
    let mut billed = lines.to_vec();
    for (line, row) in billed.iter_mut().zip(simulated(lines, profile)) {
        let (prompt, hits) = (row["prompt_tokens"].as_u64().unwrap(), row["hit_tokens_predicted"].as_u64().unwrap());
        line["response"]["usage"] = json!({"prompt_tokens": prompt, "completion_tokens": 2, "total_tokens": prompt + 2,
            "prompt_cache_hit_tokens": hits, "prompt_cache_miss_tokens": prompt - hits});
    }
    billed
}

#[test]
fn block_size_lifetime_and_delay_of_a_made_cache_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lines = billed(&conversations(), &file("truth.yaml", TRUTH));
    let found = run_with(&["infer", "-"], log(&lines)).good();
    for value in [r#"rule: {"blocks":{"size":48}}"#, r#"lifetime: "10m""#, r#"delay: "15s""#] {
        assert!(found.contains(value), "no {value} in {found}");
    }
    // The inferred profile predicts what the cache that it was inferred from did.
    let rows = simulated(&lines, &file("found.yaml", &found));
    assert!(rows.iter().all(|row| row["hit_tokens_predicted"] == row["hit_tokens_reported"]), "{rows:?}");
}

/// A trace of conversations that all begin with one block, at ages of half seconds to ten minutes, the last block of each call shorter.
fn trace() -> Vec<Value> {
    let mut lines = Vec::new();
    for conversation in 0..60_u64 {
        let gaps = [0, 1 + conversation, 20 + 13 * conversation, 7 * conversation];
        let mut time = conversation * 7_001;
        for (turn, gap) in gaps.into_iter().enumerate() {
            time += gap * 500;
            let mut ids = vec![0];
            ids.extend((0..turn as u64 * 2 + 1 + conversation % 9).map(|block| 1 + conversation * 100 + block));
            let short = 90_000 + conversation * 10 + turn as u64;
            let length = ids.len() as u64 * 32 + 5;
            ids.push(short);
            lines.push(json!({"timestamp": time, "block_size": 32, "input_length": length, "hash_ids": ids}));
        }
    }
    lines.sort_by_key(|line| line["timestamp"].as_u64());
    lines
}

#[test]
fn block_size_lifetime_and_delay_of_a_trace_are_found_again() {
    let mut lines = trace();
    let flags = ["simulate", "-", "--format", "jsonl", "--no-causes", "--ttl", "90s", "--delay", "4s"];
    let rows = run_with(&flags, log(&lines)).good();
    for (line, row) in lines.iter_mut().zip(rows.lines()) {
        let row: Value = serde_json::from_str(row).unwrap();
        line["usage"] = json!({"prompt_tokens": line["input_length"], "completion_tokens": 3,
            "prompt_tokens_details": {"cached_tokens": row["hit_tokens_predicted"]}});
    }
    let found = run_with(&["infer", "-"], log(&lines)).good();
    for value in [r#"rule: {"blocks":{"size":32}}"#, r#"lifetime: "90s""#, r#"delay: "4s""#] {
        assert!(found.contains(value), "no {value} in {found}");
    }
}

#[test]
fn with_too_little_evidence_it_says_how_much_more_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.yaml");
    fs::write(&truth, TRUTH).unwrap();
    let lines = billed(&conversations()[..60], truth.to_str().unwrap());
    let few: Vec<Value> = lines
        .iter()
        .filter(|line| line["response"]["usage"]["prompt_cache_hit_tokens"] != 0)
        .take(3)
        .cloned()
        .collect();
    let found = run_with(&["infer", "-"], log(&few)).good();
    // A text goes on in the next line.
    let found = found.replace("\n    ", " ");
    assert!(!found.contains("\"size\"") && !found.contains("\nlifetime: "), "{found}");
    assert!(found.contains("would tell") && found.contains("would show its end"), "{found}");
    let silent = run_with(&["infer", "-"], log(&conversations()[..4])).good();
    assert!(silent.contains("nothing to infer from"), "{silent}");
}

#[test]
fn simulate_says_briefly_in_which_steps_hits_of_an_unknown_rule_come() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.yaml");
    fs::write(&truth, TRUTH).unwrap();
    let mut lines = billed(&conversations(), truth.to_str().unwrap());
    for line in &mut lines {
        line["request"]["model"] = json!("a-model-of-its-own");
    }
    let said = run_with(&["simulate", "-", "--no-causes"], log(&lines)).good();
    assert!(said.contains("of a-model-of-its-own come in steps of 48") && said.contains("cachecheck infer"), "{said}");
}

#[test]
fn a_document_with_all_calls_in_one_line_tells_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let truth = folder.path().join("truth.yaml");
    fs::write(&truth, TRUTH).unwrap();
    let lines = billed(&conversations(), truth.to_str().unwrap());
    let document = serde_json::to_vec(&lines).unwrap();
    assert_eq!(run_with(&["infer", "-"], document).good(), run_with(&["infer", "-"], log(&lines)).good());
}

#[test]
fn calls_in_one_document_are_told_apart_as_those_of_lines_are() {
    let lines = fs::read_to_string("fixtures/logs/support-and-agent.jsonl").unwrap();
    let document = format!("[{}]", lines.lines().collect::<Vec<_>>().join(","));
    let answer = |command: &str, log: &str| run_with(&[command, "-", "--format", "json"], log.into()).good();
    assert_eq!(answer("infer", &document), answer("infer", &lines));
    let plans = |log: &str| serde_json::from_str::<Value>(&answer("plan", log)).unwrap()["plans"].clone();
    assert_eq!(plans(&document), plans(&lines));
}
