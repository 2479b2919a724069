//! Calls that are told in parts: a request and its answer in two lines, sums, batches, and what is no call of a model.

use serde_json::{Value, json};

use crate::joined::{parse, told};
use crate::program::run;

/// A request as a logger writes it before the answer is there, and the answer in a line of its own.
fn halves(number: usize, id: Option<&str>) -> [Value; 2] {
    let asked = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": format!("Which hull is number {number}?")}]});
    let usage = json!({"prompt_tokens": 20 + number, "completion_tokens": 3});
    let answered = json!({"id": format!("chatcmpl-0000{number}"), "model": "gpt-4o-2024-08-06",
        "choices": [{"message": {"role": "assistant", "content": "Blue."}}], "usage": usage});
    let second = |seconds: usize| format!("2026-11-02T10:0{number}:0{seconds}Z");
    let mut lines =
        [json!({"timestamp": second(0), "request": asked}), json!({"timestamp": second(4), "response": answered})];
    if let Some(name) = id {
        for line in &mut lines {
            line[name] = json!(format!("r{number}"));
        }
    }
    lines
}

/// Prompts and counts of what was read.
fn read(found: &[Value]) -> Vec<(bool, Option<u64>)> {
    found.iter().map(|call| (call["request"]["messages"].is_array(), call["usage"]["prompt_tokens"].as_u64())).collect()
}

const WHOLE: [(bool, Option<u64>); 3] = [(true, Some(20)), (true, Some(21)), (true, Some(22))];

#[test]
fn a_request_and_its_answer_in_two_lines_are_one_call_by_an_id_in_both() {
    for id in ["request_id", "call_id", "trace_id", "id"] {
        let calls = [halves(0, Some(id)), halves(1, Some(id)), halves(2, Some(id))];
        let in_turns: Vec<Value> = calls.iter().flatten().cloned().collect();
        let apart: Vec<Value> =
            [0, 1].into_iter().flat_map(|half| calls.iter().map(move |call| call[half].clone())).collect();
        let answers_first: Vec<Value> =
            [1, 0].into_iter().flat_map(|half| calls.iter().map(move |call| call[half].clone())).collect();
        for lines in [in_turns, apart, answers_first] {
            let (found, told) = parse(&lines, &[]);
            assert_eq!(read(&found), WHOLE, "{id}: {told}");
            assert_eq!(
                (&found[0]["time"], &found[0]["end_time"]),
                (&json!("2026-11-02T10:00:00Z"), &json!("2026-11-02T10:00:04Z"))
            );
            assert!(told.is_empty(), "{told}");
        }
    }
}

#[test]
fn an_id_of_more_than_two_lines_joins_none_and_what_is_left_is_remarked_upon() {
    let mut calls = [halves(0, None), halves(1, None)];
    calls.iter_mut().flatten().for_each(|line| line["trace_id"] = "t".into());
    let [[one, answer], [other, last]] = calls;
    let (found, told) = parse(&[one, other, answer, last], &[]);
    assert_eq!(found.len(), 4, "{told}");
    assert!(told.contains("requests without an answer (2) and answers without a request (2)"), "{told}");
}

#[test]
fn without_ids_answers_are_joined_where_each_follows_its_request() {
    let calls = [halves(0, None), halves(1, None), halves(2, None)];
    let in_turns: Vec<Value> = calls.iter().flatten().cloned().collect();
    let (found, told) = parse(&in_turns, &[]);
    assert_eq!(read(&found), WHOLE, "{told}");
    assert!(told.contains("joined with the request before it"), "{told}");
    let [one, other, _] = calls;
    let (found, told) = parse(&[one[0].clone(), other[0].clone(), one[1].clone(), other[1].clone()], &[]);
    assert_eq!(found.len(), 4, "{told}");
}

#[test]
fn a_request_that_is_logged_again_with_its_answer_counts_once() {
    let [mut begun, end] = halves(0, Some("id"));
    let mut whole = begun.clone();
    whole["response"] = end["response"].clone();
    begun["status"] = "started".into();
    let (found, told) = parse(&[begun, whole], &[]);
    assert_eq!(read(&found), [(true, Some(20))]);
    assert!(told.contains("counted once"), "{told}");
}

#[test]
fn files_of_a_request_and_its_answer_are_joined_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3 {
        let [asked, answered] = halves(number, None);
        std::fs::write(folder.path().join(format!("{number}-request.json")), asked["request"].to_string()).unwrap();
        std::fs::write(folder.path().join(format!("{number}-response.json")), answered["response"].to_string())
            .unwrap();
    }
    let (found, told) = told(run(&["parse", folder.path().to_str().unwrap()]));
    assert_eq!(read(&found), WHOLE, "{told}");
}

#[test]
fn an_answer_that_is_polled_is_that_of_the_request_which_began_it() {
    let asked = json!({"model": "gpt-5-mini", "input": "Which hull?", "background": true});
    let polled = |status: &str, usage: Value| {
        json!({"id": "resp_00000001", "object": "response", "status": status, "model": "gpt-5-mini",
        "output": [], "usage": usage})
    };
    let usage = json!({"input_tokens": 9, "output_tokens": 2});
    let lines = [
        json!({"request": asked, "response": polled("queued", Value::Null)}),
        json!({"request": null, "response": polled("in_progress", Value::Null)}),
        json!({"request": null, "response": polled("completed", usage)}),
    ];
    let (found, told) = parse(&lines, &[]);
    assert_eq!(read(&found), [(true, Some(9))], "{told}");
}

#[test]
fn a_call_that_only_counts_tokens_is_passed_over() {
    let asked = json!({"model": "claude-sonnet-4-6", "messages": [{"role": "user", "content": "Which hull?"}]});
    let answered = json!({"type": "message", "content": [{"type": "text", "text": "Blue."}], "usage": {"input_tokens": 9, "output_tokens": 2}});
    let lines = [
        json!({"url": "https://api.anthropic.com/v1/messages/count_tokens", "request": asked}),
        json!({"request": asked, "response": {"input_tokens": 9}}),
        json!({"request": asked, "response": answered}),
    ];
    let (found, told) = parse(&lines, &[]);
    assert_eq!(read(&found), [(true, Some(9))], "{told}");
    assert!(told.contains("only counts tokens"), "{told}");
}

#[test]
fn the_entries_of_a_sum_are_requests_and_a_sum_without_them_has_no_price_by_length() {
    let usage =
        |input: u64| json!({"input_tokens": input, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 0}});
    let mut sum = usage(600_000);
    (sum["requests"], sum["request_usage_entries"]) = (2.into(), json!([usage(250_000), usage(350_000)]));
    let line = |key: &str, usage: Value| json!({"timestamp": "2026-11-02T10:00:00Z", "model": "gpt-5.4", key: usage});
    let counts = |line: Value| {
        let (found, told) = parse(&[line], &[]);
        let is_sum = found.iter().any(|call| call["usage"]["sum_of_requests"] == true);
        (read(&found).into_iter().map(|(_, prompt)| prompt.unwrap()).collect::<Vec<_>>(), is_sum, told)
    };
    let (entries, is_sum, _) = counts(line("usage", sum.clone()));
    assert_eq!((entries, is_sum), (vec![250_000, 350_000], false));
    sum["request_usage_entries"] = json!([]);
    for line in [line("usage", sum), line("totalUsage", usage(600_000)), line("session_usage", usage(600_000))] {
        let (whole, is_sum, told) = counts(line);
        assert_eq!((whole, is_sum), (vec![600_000], true));
        assert!(told.contains("the sum of several requests"), "{told}");
    }
}

#[test]
fn lines_of_batches_have_the_tier_of_a_batch() {
    let asked = json!({"contents": [{"role": "user", "parts": [{"text": "Which hull?"}]}]});
    let answered = json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "Blue."}]}}],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 2}, "modelVersion": "gemini-2.5-flash"});
    let claude = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": "Which hull?"}]});
    let message = json!({"type": "message", "content": [], "usage": {"input_tokens": 9, "output_tokens": 2}});
    for line in [
        json!({"status": "", "processed_time": "2026-11-02T10:00:00Z", "request": asked, "response": answered}),
        json!({"key": "a", "response": answered}),
        json!({"recordId": "R1", "modelInput": claude, "modelOutput": message}),
    ] {
        let (found, told) = parse(&[line], &[]);
        assert_eq!((found.len(), &found[0]["usage"]["service_tier"]), (1, &json!("batch")), "{told}");
    }
}
