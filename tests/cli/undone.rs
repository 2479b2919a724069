//! Undoing a cause gives back what the log without it would have had.

use crate::program::run_with;
use serde_json::{Value, json};

fn report(lines: &[Value]) -> Value {
    let log: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    serde_json::from_str(&run_with(&["simulate", "-", "--format", "json"], log.into_bytes()).stdout).unwrap()
}

fn misses(report: &Value) -> i64 {
    let count = |key: &str| report["summary"][key].as_i64().unwrap();
    count("prompt_tokens_simulated") - count("hit_tokens_predicted")
}

/// The cause of that code gives back what the other log has fewer misses.
fn assert_gives_back(code: &str, log: &[Value], without: &[Value], allowed: i64) {
    let (report, without) = (report(log), report(without));
    let first = &report["causes"][0];
    assert_eq!(first["cause"], code, "{}", report["causes"]);
    let (given, true_gain) = (first["tokens_given_back"].as_i64().unwrap(), misses(&report) - misses(&without));
    assert!((given - true_gain).abs() <= allowed && true_gain > 0, "{given} of {true_gain}");
}

fn rules(word: &str) -> String {
    (0..160).map(|rule| format!("Rule {rule}: {word} may wait, and the desk may ask. ")).collect()
}

fn chat(model: &str, index: usize, messages: &Value) -> Value {
    json!({"timestamp": format!("2026-04-07T08:{:02}:{:02}Z", index / 60, index % 60), "url": "https://api.deepseek.com/chat/completions",
        "request": {"model": model, "messages": messages},
        "response": {"choices": [{"message": {"role": "assistant", "content": format!("Answer {index}.")}}]}})
}

#[test]
fn a_clock_that_came_with_a_deploy_is_frozen_from_then_on() {
    let line = |index: usize, clock: usize| {
        let clock = if index < 10 { String::new() } else { format!("Current time: 08:{clock:02}:00\n") };
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": clock + &rules("guests")},
            {"role": "user", "content": format!("Question {index}?")}]),
        )
    };
    let log: Vec<Value> = (0..40).map(|index| line(index, index)).collect();
    let frozen: Vec<Value> = (0..40).map(|index| line(index, 10)).collect();
    assert_gives_back("time", &log, &frozen, 0);
}

#[test]
fn a_sentence_in_other_words_is_no_date_though_something_may_be() {
    let line = |index: usize, words: &str| {
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": format!("A guest {words}. {}", rules("guests"))},
            {"role": "user", "content": format!("Question {index}?")}]),
        )
    };
    let reworded = |index: usize| if index < 20 { "may stay the night" } else { "of the house may leave late" };
    let log: Vec<Value> = (0..40).map(|index| line(index, reworded(index))).collect();
    let without: Vec<Value> = (0..40).map(|index| line(index, reworded(0))).collect();
    assert_gives_back("text-reworded", &log, &without, 0);
}

#[test]
fn beside_a_summary_the_clients_own_answer_to_it_is_no_edit() {
    let said = |role: &str, turn: usize| json!({"role": role, "content": format!("{role} says {turn}: {}", "so it is. ".repeat(40))});
    let line = |turn: usize, is_cut: bool| {
        let mut messages = vec![json!({"role": "system", "content": rules("guests")})];
        let first = if is_cut && turn >= 4 {
            messages.push(json!({"role": "user", "content": "Summary of the conversation so far: all is well."}));
            messages.push(json!({"role": "assistant", "content": "Understood."}));
            1
        } else {
            0
        };
        messages.extend((first..turn).flat_map(|turn| [said("user", turn), said("assistant", turn)]));
        messages.push(said("user", turn));
        let mut line = chat("deepseek-chat", turn, &json!(messages));
        line["response"]["choices"][0]["message"] = said("assistant", turn);
        line
    };
    let [log, whole] = [true, false].map(|is_cut| (0..8).map(|turn| line(turn, is_cut)).collect::<Vec<Value>>());
    let causes = report(&log)["causes"].clone();
    let named: Vec<&str> = causes.as_array().unwrap().iter().filter_map(|cause| cause["cause"].as_str()).collect();
    assert_eq!(named, ["history-compacted", "first"], "{causes}");
    assert_gives_back("history-compacted", &log, &whole, 0);
}

#[test]
fn another_key_is_undone_where_it_keeps_caches_apart() {
    let line = |index: usize, key: usize| {
        let mut line = chat(
            "gpt-5.6",
            index,
            &json!([{"role": "system", "content": rules("guests")},
            {"role": "user", "content": format!("Question {index}?")}]),
        );
        line["url"] = "https://api.openai.com/v1/chat/completions".into();
        line["request"]["prompt_cache_key"] = format!("key-{key}").into();
        line
    };
    let log: Vec<Value> = (0..30).map(|index| line(index, index % 3)).collect();
    let without: Vec<Value> = (0..30).map(|index| line(index, 0)).collect();
    assert_gives_back("scope", &log, &without, 0);
}

/// A request to Anthropic whose prompt is billed with so many tokens up to the end of its rules.
fn billed(index: usize, words: &str, kept: u64, read: u64) -> Value {
    json!({"timestamp": format!("2026-04-07T08:{:02}:{:02}Z", index / 60, index % 60), "url": "https://api.anthropic.com/v1/messages",
        "request": {"model": "claude-sonnet-5", "max_tokens": 100,
            "system": [{"type": "text", "text": format!("{words} {}", rules("guests")), "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": format!("Question {index}?")}]},
        "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "So."}],
            "usage": {"input_tokens": 27, "cache_read_input_tokens": read, "cache_creation_input_tokens": kept - read, "output_tokens": 5}}})
}

#[test]
fn a_prompt_written_otherwise_is_as_long_as_it_was_billed_with_the_earlier_text() {
    // The provider bills 2,400 tokens for the first wording, 2,431 for the second, whatever our count of them.
    let line = |index: usize| match index {
        0 => billed(0, "Be kind.", 2400, 0),
        1..20 => billed(index, "Be kind.", 2400, 2400),
        20 => billed(20, "Be kind, and patient with everybody who asks.", 2431, 0),
        _ => billed(index, "Be kind, and patient with everybody who asks.", 2431, 2431),
    };
    let log: Vec<Value> = (0..60).map(line).collect();
    let without = (0..60).map(|index| billed(index, "Be kind.", 2400, if index == 0 { 0 } else { 2400 }));
    assert_gives_back("text-reworded", &log, &without.collect::<Vec<_>>(), 0);
}
