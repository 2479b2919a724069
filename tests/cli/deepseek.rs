//! DeepSeek's API as its users log it: what it adds to a prompt, and whose names it answers to.

use serde_json::{Value, json};

use crate::program::run_with;

/// The rows of a simulation, with a profile named or not.
fn rows(lines: &[Value], more: &[&str]) -> Vec<Value> {
    let log: Vec<String> = lines.iter().map(Value::to_string).collect();
    let run = run_with(&[&["simulate", "-", "--format", "jsonl"], more].concat(), log.join("\n").into_bytes());
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn tools() -> Value {
    json!([{"type": "function", "function": {"name": "open_door", "description": "Opens a door.",
        "parameters": {"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]}}}])
}

fn calls() -> Value {
    json!([{"id": "call_7", "type": "function", "function": {"name": "open_door", "arguments": "{\"room\": \"attic\"}"}}])
}

/// A question and its answer by V4.1, then the result, the turn sent back with this reasoning or none.
fn conversation(answered: &Value, usage: &Value, sent_back: Option<&str>) -> Vec<Value> {
    let asked = json!({"role": "user", "content": "Open the attic."});
    let mut turn = json!({"role": "assistant", "content": "", "tool_calls": calls()});
    if let Some(reasoning) = sent_back {
        turn["reasoning_content"] = reasoning.into();
    }
    let result = json!({"role": "tool", "tool_call_id": "call_7", "content": "It creaks."});
    let line = |minute: u32, messages: Value, response: Value| {
        json!({"timestamp": format!("2026-10-05T08:0{minute}:00Z"), "request": {"model": "deepseek-flash", "messages": messages, "tools": tools()},
            "response": response})
    };
    vec![
        line(0, json!([asked]), json!({"model": "deepseek-flash", "choices": [{"message": answered}], "usage": usage})),
        line(1, json!([asked, turn, result]), Value::Null),
    ]
}

#[test]
fn reasoning_that_was_not_sent_back_counts_as_if_it_were() {
    let reasoning = "The attic is upstairs, so I open its door first.";
    let answered = json!({"role": "assistant", "content": "", "reasoning_content": reasoning, "tool_calls": calls()});
    let sent = rows(&conversation(&answered, &Value::Null, Some(reasoning)), &[]);
    let restored = rows(&conversation(&answered, &Value::Null, None), &[]);
    assert_eq!(restored[1]["profile"], "deepseek-v4.1");
    assert_eq!(restored[1]["prompt_tokens"], sent[1]["prompt_tokens"]);
    assert_eq!(restored[1]["estimated"], false);
}

#[test]
fn reasoning_whose_text_is_not_logged_counts_by_its_reported_length_or_is_missed() {
    let answered = json!({"role": "assistant", "content": "", "tool_calls": calls()});
    let usage =
        json!({"prompt_tokens": 300, "completion_tokens": 30, "completion_tokens_details": {"reasoning_tokens": 16}});
    let count = |usage: &Value, sent_back| {
        let row = &rows(&conversation(&answered, usage, sent_back), &[])[1];
        (row["prompt_tokens"].as_u64().unwrap(), row["estimated"].as_bool().unwrap())
    };
    let (without, _) = count(&Value::Null, Some(""));
    assert_eq!(count(&usage, None), (without + 16, true));
    assert_eq!(count(&Value::Null, None), (without, true));
}

#[test]
fn calls_without_a_content_key_are_three_tokens_longer_than_with_null_in_v4() {
    let count = |turn: Value| {
        let messages = json!([{"role": "user", "content": "Open the attic."}, turn,
            {"role": "tool", "tool_call_id": "call_7", "content": "It creaks."}]);
        let line = json!({"request": {"model": "deepseek-v4-flash", "messages": messages, "tools": tools()}});
        rows(&[line], &["--profile", "deepseek-v4"])[0]["prompt_tokens"].as_u64().unwrap()
    };
    let null = count(json!({"role": "assistant", "content": null, "tool_calls": calls()}));
    assert_eq!(count(json!({"role": "assistant", "tool_calls": calls()})), null + 3);
}

#[test]
fn a_session_without_its_system_prompt_counts_as_reported_and_is_not_predicted() {
    let said = |role: &str, uuid: &str, parent: Value, message: Value| {
        json!({"parentUuid": parent, "isSidechain": false, "sessionId": "s", "version": "2.1.100", "type": role, "message": message,
            "uuid": uuid, "timestamp": "2026-06-23T08:01:00Z"})
    };
    let usage = json!({"input_tokens": 1_000, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 20_000, "output_tokens": 10});
    let answer = json!({"id": "m1", "type": "message", "role": "assistant", "model": "deepseek-v4-pro",
        "content": [{"type": "text", "text": "It is open."}], "usage": usage});
    let lines = [
        said("user", "u1", Value::Null, json!({"role": "user", "content": "Is the attic open?"})),
        said("assistant", "u2", "u1".into(), answer),
    ];
    let row = &rows(&lines, &[])[0];
    assert_eq!(row["prompt_tokens"], 21_000, "{row}");
    assert_eq!((&row["hit_tokens_predicted"], &row["cost_predicted"]), (&Value::Null, &Value::Null));
    assert!(row["estimated_because"].as_str().unwrap().contains("known in part"), "{row}");
    // 1,000,000 tokens cost 0.435 dollars, and the 10 of the answer 0.87 of that size.
    assert_eq!(row["cost_without_cache"], "0.0091437", "{row}");
}

#[test]
fn claude_at_deepseeks_host_costs_what_deepseek_takes() {
    let usage = json!({"input_tokens": 1_000_000, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 0});
    let line = json!({"timestamp": "2026-10-04T08:00:00Z", "url": "https://api.deepseek.com/anthropic/v1/messages",
        "request": {"model": "claude-opus-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello."}]},
        "response": {"type": "message", "role": "assistant", "model": "deepseek-v4-pro", "content": [{"type": "text", "text": "Hello."}], "usage": usage}});
    let row = &rows(&[line], &[])[0];
    assert_eq!(row["profile"], "deepseek-v4-august", "{row}");
    assert_eq!(row["cost_reported"], "0.66", "{row}");
}
