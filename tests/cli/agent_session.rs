//! A session of an agent with Claude, fifty calls and five breaks: every break lands in its bucket, be the texts in the log, or
//! the conversation alone, or nothing but counts.
//!
//! The naive cache below, which knows nothing of the program, makes the bill.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::program::{run, run_with};

/// The breaks by the number of the call, from 0: bucket by counts, cause by texts.
const BREAKS: [(usize, &str, &str); 5] = [
    (10, "expired", "idle"),
    (20, "invalidated", "tool-added"),
    (30, "model_switched", "model-changed"),
    (40, "compacted", "history-compacted"),
    (45, "expired", "idle"),
];

const CALLS: usize = 50;

/// A cache of marked prefixes, each with its length, the minute of its last use and the minutes that it lives.
#[derive(Default)]
struct NaiveCache(HashMap<String, (u64, f64, f64)>);

impl NaiveCache {
    /// Read and written tokens of a call whose blocks stand in order, some of them with the lifetime of a mark, and its whole prompt.
    fn call(&mut self, minute: f64, blocks: &[(String, Option<f64>)]) -> (u64, u64, u64, u64) {
        let length = |text: &str| (text.len() as u64).div_ceil(4);
        let mut prefix = String::new();
        let mut ends = Vec::new();
        for (text, mark) in blocks {
            prefix.push_str(text);
            ends.push((prefix.clone(), *mark));
        }
        let is_live = |key: &String| self.0.get(key).is_some_and(|(_, used, lives)| minute - used < *lives);
        let read = ends.iter().rev().find(|(key, _)| is_live(key)).map(|(key, _)| key.clone());
        let read_length = read.as_ref().map_or(0, |key| length(key));
        let (mut start, mut five, mut hour) = (read_length, 0, 0);
        for (key, mark) in ends.iter().filter_map(|(key, mark)| Some((key, (*mark)?))) {
            let end = length(key);
            if end > start {
                *(if mark > 5.0 { &mut hour } else { &mut five }) += end - start;
                start = end;
            }
            self.0.insert(key.clone(), (end, minute, mark));
        }
        // An entry that is read lives on.
        if let Some(entry) = read.and_then(|key| self.0.get_mut(&key)) {
            entry.1 = minute;
        }
        (read_length, five, hour, length(&prefix) + 3)
    }
}

/// A call with what it sent and what it was billed.
struct Call {
    time: String,
    model: &'static str,
    tools: Vec<Value>,
    messages: Vec<Value>,
    usage: Value,
}

fn tool(number: usize) -> Value {
    let about = format!("Tool {number} looks after pier {number}. ").repeat(40);
    json!({"name": format!("pier_{number}"), "description": about, "input_schema": {"type": "object", "properties": {}}})
}

fn system() -> String {
    "You keep the harbour of Nordhaven in order: ships, piers, cranes and the people who work there. ".repeat(100)
}

fn said(role: &str, text: &str) -> Value {
    json!({"role": role, "content": [{"type": "text", "text": text}]})
}

fn session() -> Vec<Call> {
    let mut caches: HashMap<&str, NaiveCache> = HashMap::new();
    let (mut minute, mut model, mut tools) = (0.0, "claude-sonnet-4-6", (0..8).map(tool).collect::<Vec<_>>());
    let mut messages = vec![said("user", &"Is there room for a ferry tonight?".repeat(9))];
    let mut calls = Vec::new();
    for number in 0..CALLS {
        minute += 0.5;
        match number {
            10 => minute += 9.0,
            20 => tools.push(tool(8)),
            30 => model = "claude-opus-4-8",
            40 => {
                let summary = "This session is being continued from a previous conversation. The ferry is at pier 3. ";
                messages = vec![said("user", &summary.repeat(6))];
            }
            45 => minute += 70.0,
            _ => {}
        }
        let mut blocks: Vec<(String, Option<f64>)> = tools.iter().map(|tool| (tool.to_string(), None)).collect();
        blocks.push((system(), Some(60.0)));
        blocks.extend(messages.iter().map(|message| (message.to_string(), None)));
        if let Some(last) = blocks.last_mut() {
            last.1 = Some(5.0);
        }
        let (read, five, hour, prompt) = caches.entry(model).or_default().call(minute, &blocks);
        let usage = json!({"input_tokens": prompt - read - five - hour, "cache_read_input_tokens": read,
            "cache_creation_input_tokens": five + hour, "output_tokens": 40,
            "cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}});
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of one day")]
        let seconds = (minute * 60.0) as u64;
        let time = format!("2026-10-05T{:02}:{:02}:{:02}Z", 8 + seconds / 3600, seconds / 60 % 60, seconds % 60);
        calls.push(Call { time, model, tools: tools.clone(), messages: messages.clone(), usage });
        messages.push(said("assistant", &format!("At pier {number} a crane is free. ").repeat(12)));
        messages.push(said("user", &format!("And at pier {}? Look at the tide as well. ", number + 1).repeat(15)));
    }
    calls
}

/// The log of a proxy: requests and answers, with all that was sent.
fn with_texts(calls: &[Call]) -> String {
    let line = |call: &Call| {
        let mut messages = call.messages.clone();
        let last = messages.len() - 1;
        messages[last]["content"][0]["cache_control"] = json!({"type": "ephemeral"});
        let system = json!([{"type": "text", "text": system(), "cache_control": {"type": "ephemeral", "ttl": "1h"}}]);
        let request =
            json!({"model": call.model, "max_tokens": 99, "tools": call.tools, "system": system, "messages": messages});
        let response =
            json!({"type": "message", "role": "assistant", "model": call.model, "content": [], "usage": call.usage});
        json!({"timestamp": call.time, "request": request, "response": response}).to_string() + "\n"
    };
    calls.iter().map(line).collect()
}

/// A spend log: counts, times and the session's name.
fn counts_alone(calls: &[Call]) -> String {
    let line = |call: &Call| {
        json!({"timestamp": call.time, "session_id": "harbour", "type": "message", "role": "assistant", "model": call.model,
            "usage": call.usage})
        .to_string()
            + "\n"
    };
    calls.iter().map(line).collect()
}

/// Claude Code's own file: the conversation without system prompt and tools, a new root where it was compacted.
fn claude_code(calls: &[Call]) -> String {
    let mut lines = Vec::new();
    let (mut parent, mut known) = (Value::Null, 0);
    for (number, call) in calls.iter().enumerate() {
        if call.messages.len() < known {
            (parent, known) = (Value::Null, 0);
        }
        for message in &call.messages[known..] {
            if message["role"] == "assistant" {
                continue;
            }
            let uuid = format!("u{number}-{}", lines.len());
            lines.push(
                json!({"sessionId": "5e55", "isSidechain": false, "type": "user", "uuid": uuid, "parentUuid": parent,
                "timestamp": call.time, "message": message}),
            );
            parent = uuid.into();
        }
        known = call.messages.len() + 1;
        let uuid = format!("a{number}");
        let answer = json!({"id": format!("msg_{number}"), "type": "message", "role": "assistant", "model": call.model,
            "content": said("assistant", &format!("At pier {number} a crane is free. ").repeat(12))["content"], "usage": call.usage});
        lines.push(
            json!({"sessionId": "5e55", "isSidechain": false, "type": "assistant", "uuid": uuid, "parentUuid": parent,
            "requestId": format!("req_{number}"), "timestamp": call.time, "message": answer}),
        );
        parent = uuid.into();
    }
    lines.iter().map(|line| line.to_string() + "\n").collect()
}

fn rows(log: String) -> Vec<Value> {
    let run = run_with(&["simulate", "-", "--format", "jsonl"], log.into_bytes()).good();
    let rows: Vec<Value> = run.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), CALLS);
    rows
}

fn broken(number: usize) -> Option<(&'static str, &'static str)> {
    BREAKS.iter().find(|(call, ..)| *call == number).map(|(_, bucket, cause)| (*bucket, *cause))
}

/// The largest bucket of what was neither served nor new.
fn check_buckets(rows: &[Value]) {
    for (number, row) in rows.iter().enumerate() {
        let buckets = row["usage_buckets"].as_object().unwrap_or_else(|| panic!("call {number}: {row}"));
        let sum: u64 = buckets.values().filter_map(Value::as_u64).sum();
        assert_eq!(Some(sum), row["prompt_tokens_reported"].as_u64(), "call {number}");
        let quiet = ["served", "written", "uncached"];
        let told = buckets.iter().filter(|(name, tokens)| !quiet.contains(&name.as_str()) && tokens.as_u64() > Some(0));
        let told: Vec<&str> = told.map(|(name, _)| name.as_str()).collect();
        let expected = if number == 0 { Some("first") } else { broken(number).map(|(bucket, _)| bucket) };
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "call {number}: {buckets:?}");
    }
}

#[test]
fn counts_alone_name_every_break() {
    check_buckets(&rows(counts_alone(&session())));
}

#[test]
fn a_session_of_claude_code_names_every_break() {
    check_buckets(&rows(claude_code(&session())));
}

#[test]
fn texts_name_every_break() {
    for (number, row) in rows(with_texts(&session())).iter().enumerate() {
        assert_eq!(row["hit_tokens_predicted"], row["hit_tokens_reported"], "call {number}: {row}");
        assert_eq!(row["written_tokens_predicted"], row["written_tokens_reported"], "call {number}: {row}");
        let expected = if number == 0 { Some("first") } else { broken(number).map(|(_, cause)| cause) };
        assert_eq!(row["cause"].as_str(), expected, "call {number}: {row}");
        let bucket = match expected {
            Some("idle") => "expired",
            Some("first" | "model-changed") => "cold",
            Some(_) => "diverged",
            None => continue,
        };
        assert!(row["ledger"][bucket].as_u64() > Some(0), "call {number}: {}", row["ledger"]);
    }
}

#[test]
fn each_break_of_a_session_without_texts_has_its_premium() {
    for log in [counts_alone(&session()), claude_code(&session())] {
        let run = run_with(&["simulate", "-", "--format", "json"], log.into_bytes()).good();
        let report: Value = serde_json::from_str(&run).unwrap();
        let causes = report["causes"].as_array().unwrap();
        let named: Vec<(&str, u64)> = causes
            .iter()
            .map(|cause| (cause["cause"].as_str().unwrap(), cause["requests"].as_u64().unwrap()))
            .collect();
        for wanted in
            [("model-changed", 1), ("idle", 2), ("preamble-changed", 1), ("history-compacted", 1), ("first", 1)]
        {
            assert!(named.contains(&wanted), "{wanted:?} of {named:?}");
        }
        for cause in causes {
            let paid: cachecheck::money::Decimal = cause["cost_missed"].as_str().unwrap().parse().unwrap();
            assert!(paid > cachecheck::money::Decimal::ZERO, "{cause}");
        }
    }
}

#[test]
fn a_log_is_split_by_the_version_of_its_client() {
    let lines = claude_code(&session());
    let versioned: Vec<String> = lines
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["version"] = if number < 50 { "2.0.1" } else { "2.0.2" }.into();
            line.to_string()
        })
        .collect();
    let run =
        run_with(&["compare", "-", "--split-by", "version", "--format", "json"], versioned.join("\n").into_bytes())
            .good();
    let report: Value = serde_json::from_str(&run).unwrap();
    let requests = |side: &str| report[side]["requests"].as_u64().unwrap();
    assert_eq!(requests("before") + requests("after"), CALLS as u64);
    let provider = report["parts"].as_array().unwrap().iter().find(|part| part["factor"] == "provider").unwrap();
    assert!(provider["hit_ratio"].is_null(), "nothing predicts the hits of such a session: {provider}");
}

#[test]
fn a_prompt_that_became_shorter_while_the_file_goes_on_had_results_cleared() {
    let mut requests = session();
    requests.truncate(12);
    // The read ends where the first result was cleared.
    let usage = requests[10].usage.clone();
    let count = |key: &str| usage[key].as_u64().unwrap();
    let whole = count("input_tokens") + count("cache_read_input_tokens") + count("cache_creation_input_tokens");
    let (read, kept) = (whole / 3, whole / 2);
    requests[11].usage = json!({"input_tokens": 3, "cache_read_input_tokens": read, "cache_creation_input_tokens": kept - read - 3, "output_tokens": 20});
    let log = claude_code(&requests);
    let run = run_with(&["simulate", "-", "--format", "jsonl"], log.into_bytes()).good();
    let last: Value = serde_json::from_str(run.lines().last().unwrap()).unwrap();
    assert_eq!(last["cause"], "history-edited", "{last}");
    assert_eq!(last["usage_buckets"]["edited"], kept - read, "{last}");
}

#[test]
fn a_session_that_is_resumed_in_another_file_goes_on_from_the_first() {
    let mut requests = session();
    requests.truncate(8);
    // Text that was kept is lost, and the whole conversation is written anew.
    let usage = requests[5].usage.clone();
    let count = |key: &str| usage[key].as_u64().unwrap();
    let kept = count("cache_read_input_tokens") + count("cache_creation_input_tokens");
    requests[5].usage = json!({"input_tokens": 3, "cache_read_input_tokens": 0, "cache_creation_input_tokens": kept, "output_tokens": 20});
    let (first, resumed) = (
        claude_code(&requests[..5]),
        claude_code(&requests).replace("\"sessionId\":\"5e55\"", "\"sessionId\":\"5e56\""),
    );
    let folder = tempfile::tempdir().unwrap();
    for (name, lines) in [("a.jsonl", &first), ("b.jsonl", &resumed)] {
        std::fs::write(folder.path().join(name), lines).unwrap();
    }
    let run = run(&["simulate", folder.path().to_str().unwrap(), "--format", "jsonl"]).good();
    let rows: Vec<Value> = run.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let causes: Vec<&str> = rows.iter().filter_map(|row| row["cause"].as_str()).collect();
    assert_eq!(causes, ["first", "preamble-changed"], "{rows:?}");
}
