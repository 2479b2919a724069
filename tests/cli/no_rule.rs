//! Causes where no rule says what a cache serves: two prompts can be compared all the same.

use serde_json::{Value, json};

use crate::undone::{report, rules};

const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash-preview:generateContent";

/// A request to Gemini: what stands before the rules, these in so many words, and the counts that were reported.
fn gemini(index: usize, front: &str, rules: &str, usage: Option<Value>) -> Value {
    let mut response =
        json!({"candidates": [{"content": {"role": "model", "parts": [{"text": format!("Answer {index}.")}]}}]});
    if let Some(usage) = usage {
        response["usageMetadata"] = usage;
    }
    json!({"timestamp": format!("2026-04-07T08:{:02}:{:02}Z", index / 6, index % 6 * 10), "url": GEMINI,
        "request": {"systemInstruction": {"parts": [{"text": format!("{front}{rules}")}]},
            "contents": [{"role": "user", "parts": [{"text": format!("Question {index}, of guest {}?", index * 37)}]}]},
        "response": response})
}

/// The causes of a log, each with its requests and the tokens that missed because of it.
fn named(lines: &[Value]) -> Vec<(String, u64, u64)> {
    let report = report(lines);
    let causes = report["causes"].as_array().unwrap();
    let told = |cause: &Value| {
        (
            cause["cause"].as_str().unwrap().to_owned(),
            cause["requests"].as_u64().unwrap(),
            cause["tokens_missed"].as_u64().unwrap(),
        )
    };
    causes.iter().map(told).collect()
}

#[test]
fn a_clock_is_named_where_neither_a_rule_nor_a_count_tells_what_missed() {
    let rules = rules("guests");
    let log: Vec<Value> =
        (0..30).map(|index| gemini(index, &format!("Current time: 08:{index:02}:17\n"), &rules, None)).collect();
    let found = named(&log);
    assert_eq!((found[0].0.as_str(), found[0].1), ("time", 29), "{found:?}");
    assert!(found[0].2 > 29 * 1_500, "{found:?}");
    assert_eq!(found[1].0, "first", "{found:?}");
    let report = report(&log);
    // Nothing tells how much would be served without it.
    assert_eq!((&report["causes"][0]["tokens_given_back"], &report["together"]), (&Value::Null, &Value::Null));
    let clean: Vec<Value> = (0..30).map(|index| gemini(index, "", &rules, None)).collect();
    assert_eq!(named(&clean).iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>(), ["first"]);
}

#[test]
fn a_prompt_below_the_documented_minimum_is_too_short_if_none_as_short_was_served() {
    let rules = rules("guests");
    let usage = |read: u64| {
        Some(json!({"promptTokenCount": 2_400, "candidatesTokenCount": 4, "cachedContentTokenCount": read}))
    };
    let log = |reads: [u64; 2]| -> Vec<Value> {
        (0..24).map(|index| gemini(index, "", &rules, usage(reads[usize::from(index == 12)]))).collect()
    };
    let found = named(&log([0, 0]));
    assert_eq!((found[0].0.as_str(), found[0].1), ("too-short", 23), "{found:?}");
    // A read shorter than documented says that the minimum is another one.
    let found = named(&log([0, 2_000]));
    assert_eq!(found[0].0, "unknown", "{found:?}");
}

/// A request by OpenRouter, which names the provider that answered.
fn routed(index: usize, front: &str, provider: &str, read: u64) -> Value {
    json!({"timestamp": format!("2026-04-07T08:{:02}:{:02}Z", index / 6, index % 6 * 10), "url": "https://openrouter.ai/api/v1/chat/completions",
        "request": {"model": "qwen/qwen3-235b-a22b", "messages": [{"role": "system", "content": format!("{front}{}", rules("guests"))},
            {"role": "user", "content": format!("Question {index}, of guest {}?", index * 37)}]},
        "response": {"id": format!("gen-{index}"), "provider": provider, "choices": [{"message": {"role": "assistant", "content": format!("Answer {index}.")}}],
            "usage": {"prompt_tokens": 2_400, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": read}}}})
}

#[test]
fn another_provider_behind_a_gateway_has_a_cache_of_its_own() {
    // Two providers take turns of four requests each, and keep what they served last.
    let provider = |index: usize| ["Harbour", "Quay"][index / 4 % 2];
    let read = |index: usize| if index.is_multiple_of(4) { 0 } else { 2_300 };
    let log: Vec<Value> = (0..32).map(|index| routed(index, "", provider(index), read(index))).collect();
    let found = named(&log);
    assert_eq!((found[0].0.as_str(), found[0].1), ("scope", 7), "{found:?}");
    assert!(found[0].2 > 7 * 2_000, "{found:?}");
}

#[test]
fn text_before_a_change_that_missed_without_a_rule_is_not_that_of_the_change() {
    // A clock in the middle, and every eighth request misses all that stands before it, too.
    let line = |index: usize| {
        let front = format!("{}Current time: 08:{index:02}:17\n", rules("lodgers"));
        routed(index, &front, "Quay", if index.is_multiple_of(8) { 0 } else { 1_150 })
    };
    let log: Vec<Value> = (0..32).map(line).collect();
    let found = named(&log);
    let tokens = |code: &str| found.iter().filter(|(known, ..)| known == code).map(|(.., tokens)| *tokens).sum::<u64>();
    assert_eq!(found[0].0, "time", "{found:?}");
    assert!((3 * 900..3 * 1_250).contains(&tokens("unknown")), "{found:?}");
    assert!((31 * 900..31 * 1_250).contains(&tokens("time")), "{found:?}");
}

#[test]
fn explain_says_that_misses_are_unknown_where_neither_a_rule_nor_a_report_tells_of_them() {
    let rules = rules("guests");
    let log: Vec<Value> = (0..2).map(|index| gemini(index, "", &rules, None)).collect();
    let stdin: String = log.iter().map(|line| format!("{line}\n")).collect();
    let explained = crate::program::run_with(&["explain", "-:2", "--no-text"], stdin.into_bytes()).good();
    let first = explained.lines().next().unwrap();
    assert!(first.starts_with("Line 2: no cache rule is known for it and no hits are reported"), "{first}");
}
