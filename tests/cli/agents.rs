//! Sessions of agents: counts that are told again, and lines that are no calls.

use serde_json::{Value, json};

use crate::joined::{calls, codex, codex_begins, codex_counts, codex_says, parse};

#[test]
fn counts_of_codex_that_are_told_again_count_once_and_records_of_usage_as_they_do() {
    let total = |mut line: Value, total: u64| {
        line["payload"]["info"]["total_token_usage"] = json!({"input_tokens": total});
        line
    };
    let begins = codex_begins(&json!({"id": "s"}));
    let first = [codex_says("user", "do it"), codex_says("assistant", "done"), total(codex_counts(1000), 1000)];
    // The same counts stand in the middle of the next answer.
    let next = [codex_says("user", "more"), codex_says("assistant", "I look"), total(codex_counts(1000), 1000)];
    let call = json!({"type": "function_call", "call_id": "c", "name": "shell", "arguments": "{}"});
    let end = [codex("response_item", &call), total(codex_counts(1100), 2100)];
    let (found, _) = parse(&[&begins[..], &first, &next, &end].concat(), &[]);
    let expected = [(1, "done".to_owned(), Some(1000)), (3, "I look".to_owned(), Some(1100))];
    assert_eq!(calls(&found), expected);
    let record = |id: &str, input: u64| {
        let usage = json!({"input_tokens": input, "cached_input_tokens": 0, "output_tokens": 1});
        codex("token_usage_record", &json!({"response_id": id, "usage": usage}))
    };
    let first = [codex_says("user", "do it"), codex_says("assistant", "done"), record("r1", 1000), codex_counts(1000)];
    let next = [codex_says("user", "more"), codex_says("assistant", "I look"), record("r2", 1100)];
    let (found, said) = parse(&[&begins[..], &first, &next, &[codex("world_state", &json!({}))]].concat(), &[]);
    assert_eq!((calls(&found), said.as_str()), (expected.to_vec(), ""));
}

#[test]
fn lines_of_claude_code_that_are_no_calls_are_passed_over_without_a_word() {
    let line = |kind: &str, more: Value| {
        let mut line = json!({"type": kind});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    let answer = json!({"id": "m", "role": "assistant", "model": "claude-sonnet-5", "content": [{"type": "text", "text": "ho"}],
        "usage": {"input_tokens": 9, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 1}});
    let lines = [
        line("file-history-snapshot", json!({"messageId": "x", "snapshot": {"trackedFileBackups": {}}})),
        line("queue-operation", json!({"operation": "enqueue", "sessionId": "s", "content": "hi"})),
        line("assistant", json!({"sessionId": "s", "uuid": "u", "message": answer})),
        line("last-prompt", json!({"lastPrompt": "hi", "sessionId": "s"})),
        line("kind-of-tomorrow", json!({"sessionId": "s"})),
    ];
    let (found, said) = parse(&lines, &["--strict"]);
    assert_eq!((found.len(), said.as_str()), (1, ""));
}
