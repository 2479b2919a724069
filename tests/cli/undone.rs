//! Undoing a cause gives back what the log without it would have had.

use crate::program::run_with;
use serde_json::{Value, json};

pub(crate) fn report(lines: &[Value]) -> Value {
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

pub(crate) fn rules(word: &str) -> String {
    (0..160).map(|rule| format!("Rule {rule}: {word} may wait, and the desk may ask. ")).collect()
}

pub(crate) fn chat(model: &str, index: usize, messages: &Value) -> Value {
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

/// Words of a text, of which each number has its own.
pub(crate) fn words(number: usize, count: usize) -> String {
    const WORDS: [&str; 11] =
        ["quay", "pear", "ledger", "ticket", "lamp", "choir", "ferry", "rope", "valve", "chart", "parcel"];
    let mut state = number as u64 * 2_654_435_761 + 12_345;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    (0..count).map(|_| format!("the {} of {} ", word(), word())).collect()
}

/// A request of a batch with few-shot messages and a question.
fn asked(index: usize, system: &str, question: &str) -> Value {
    let mut messages = vec![json!({"role": "system", "content": system})];
    for shown in 0..3 {
        messages.push(json!({"role": "user", "content": format!("Example {shown}: {}?", words(900 + shown, 12))}));
        messages.push(json!({"role": "assistant", "content": format!("It is {}.", words(800 + shown, 6))}));
    }
    messages.push(json!({"role": "user", "content": question}));
    chat("deepseek-chat", index, &json!(messages))
}

#[test]
fn a_document_moves_whole_behind_the_examples_that_all_requests_have() {
    let document = |index: usize| format!("<context>\n{}\n{}\n</context>", words(index, 30), words(index + 50, 30));
    let system = |index: usize| format!("{}\n\n{}\n\n{}", rules("guests"), document(index), rules("boats"));
    let without = format!("{}\n\n{}", rules("guests"), rules("boats"));
    let log: Vec<Value> = (0..30).map(|index| asked(index, &system(index), &format!("Question {index}?"))).collect();
    let question = |index: usize| format!("{}\n\nQuestion {index}?", document(index));
    let moved: Vec<Value> = (0..30).map(|index| asked(index, &without, &question(index))).collect();
    assert_gives_back("document-changed", &log, &moved, 64);
}

#[test]
fn a_list_of_files_that_is_longer_and_shorter_stays_what_it_was_first() {
    let line = |index: usize, status: usize| {
        let file = |file: usize| format!("\n M src/{}{file}.py", ["a", "b"][status % 2]);
        let files: String = (0..=status % 3).map(file).collect();
        let system = format!("{}\n\nGit status:{files}\n\n{}", rules("guests"), rules("boats"));
        let asked = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": asked}]),
        )
    };
    let log: Vec<Value> = (0..40).map(|index| line(index, index)).collect();
    let frozen: Vec<Value> = (0..40).map(|index| line(index, 0)).collect();
    assert_gives_back("environment", &log, &frozen, 0);
}

#[test]
fn a_wording_that_comes_and_goes_is_what_most_requests_have() {
    let line = |index: usize, is_old: bool| {
        let words =
            if is_old { "Be kind to everybody who asks you, whatever it is they may want." } else { "Be brief." };
        let system = format!("{words} {}", rules("guests"));
        let asked = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": asked}]),
        )
    };
    // A third of the requests come from a worker that was not updated, the first too.
    let log: Vec<Value> = (0..40).map(|index| line(index, index % 3 == 0)).collect();
    let new: Vec<Value> = (0..40).map(|index| line(index, false)).collect();
    assert_gives_back("text-reworded", &log, &new, 0);
    // A deploy is no coming and going: what was first is kept, though most requests came later.
    let deployed: Vec<Value> = (0..40).map(|index| line(index, index < 10)).collect();
    let old: Vec<Value> = (0..40).map(|index| line(index, true)).collect();
    assert_gives_back("text-reworded", &deployed, &old, 0);
}

#[test]
fn rules_that_came_beside_a_clock_are_told_from_it() {
    let line = |index: usize, minute: usize, has_rules: bool| {
        let came = if has_rules { (0..4).map(|rule| words(rule, 12) + "\n\n").collect() } else { String::new() };
        let clock = format!("You mind the desk. Prices hold as of 08:{minute:02}. They may change.");
        let system = format!("{came}{clock}\n\n{}", rules("guests"));
        let asked = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": asked}]),
        )
    };
    let log: Vec<Value> = (0..40).map(|index| line(index, index, index >= 20)).collect();
    let frozen: Vec<Value> = (0..40).map(|index| line(index, 0, index >= 20)).collect();
    assert_gives_back("time", &log, &frozen, 0);
    let causes = report(&log)["causes"].clone();
    let named: Vec<&str> = causes.as_array().unwrap().iter().filter_map(|cause| cause["cause"].as_str()).collect();
    assert_eq!(named, ["time", "text-inserted", "first"], "{causes}");
}

#[test]
fn a_description_and_the_order_of_keys_of_one_tool_are_undone_each_on_its_own() {
    let line = |index: usize, is_other: bool, is_shuffled: bool| {
        let properties: Vec<String> = (0..5)
            .map(|key| {
                format!(
                    r#""{}": {{"type": "string", "description": "{}"}}"#,
                    ["a", "b", "c", "d", "e"][key],
                    words(key, 5)
                )
            })
            .collect();
        let turned = if is_shuffled { index % 5 } else { 0 };
        let properties = [&properties[turned..], &properties[..turned]].concat().join(", ");
        let description = words(usize::from(is_other), 9);
        let tool = format!(
            r#"{{"type": "function", "function": {{"name": "find", "description": "{description}", "parameters": {{"type": "object", "properties": {{{properties}}}}}}}}}"#
        );
        let asked = format!("{} Question {index}?", rules("guests"));
        let mut line = chat("deepseek-chat", index, &json!([{"role": "user", "content": asked}]));
        line["request"]["tools"] = json!([serde_json::from_str::<Value>(&tool).unwrap()]);
        line
    };
    let log: Vec<Value> = (0..40).map(|index| line(index, index % 4 == 3, true)).collect();
    let sorted: Vec<Value> = (0..40).map(|index| line(index, index % 4 == 3, false)).collect();
    assert_gives_back("key-order", &log, &sorted, 0);
}

/// A conversation with Anthropic whose history may be cut to a summary. Its tokens, up to the last message, are five for sixteen bytes.
fn cut(turn: usize, is_cut: bool) -> (Vec<Value>, u64) {
    let said = |role: &str, turn: usize| {
        let number = turn * 2 + usize::from(role == "user");
        json!({"role": role, "content": [{"type": "text", "text": words(number, 20 + number * 7 % 11)}]})
    };
    let first = if is_cut && turn >= 6 { 6 } else { 0 };
    let mut messages = vec![
        json!({"role": "user", "content": [{"type": "text", "text": "Summary of the conversation so far: all is well."}]}),
    ];
    messages.truncate(first);
    messages.extend((first..turn).flat_map(|turn| [said("user", turn), said("assistant", turn)]));
    messages.push(said("user", turn));
    let bytes: usize = messages.iter().map(|message| message.to_string().len()).sum();
    (messages, 3000 + bytes as u64 * 5 / 16)
}

#[test]
fn a_history_that_is_restored_is_as_long_as_it_was_billed() {
    let line = |turn: usize, is_cut: bool| {
        let (mut messages, kept) = cut(turn, is_cut);
        let read = match turn {
            0 => 0,
            6 if is_cut => 3000,
            _ => cut(turn - 1, is_cut).1,
        };
        let answer = cut(turn + 1, false).0[turn * 2 + 1]["content"].clone();
        messages.last_mut().unwrap()["content"][0]["cache_control"] = json!({"type": "ephemeral"});
        let system = json!([{"type": "text", "text": rules("guests"), "cache_control": {"type": "ephemeral"}}]);
        json!({"timestamp": format!("2026-04-07T08:00:{:02}Z", turn * 4), "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-5", "max_tokens": 100, "system": system, "messages": messages},
            "response": {"type": "message", "role": "assistant", "content": answer,
            "usage": {"input_tokens": 3, "cache_read_input_tokens": read, "cache_creation_input_tokens": kept - read, "output_tokens": 50}}})
    };
    let [log, whole] = [true, false].map(|is_cut| (0..12).map(|turn| line(turn, is_cut)).collect::<Vec<Value>>());
    // To restore it costs more tokens than the summary saved; what stands between two bills is estimated.
    let (report, without) = (report(&log), report(&whole));
    let given = report["causes"][0]["tokens_given_back"].as_i64().unwrap();
    let true_gain = misses(&report) - misses(&without);
    assert_eq!(report["causes"][0]["cause"], "history-compacted");
    assert!((given - true_gain).abs() <= 12 && true_gain < 0, "{given} of {true_gain}");
}

#[test]
fn documents_of_which_some_stay_from_request_to_request_all_move() {
    let log_of = |is_moved: bool| -> Vec<Value> {
        let line = |index: usize| {
            // Three of nine, the first two of which are others in each request.
            let (first, second) = (index % 9, (index % 9 + 1 + index / 9) % 9);
            let third =
                (0..9).find(|third| *third != first && *third != second && (third + index).is_multiple_of(2)).unwrap();
            let text = |one: &usize| format!("Document {one}: {}", words(*one, 40));
            let documents: Vec<String> = [first, second, third].iter().map(text).collect();
            let documents = documents.join("\n\n");
            let (system, question) = if is_moved {
                (rules("guests"), format!("Question {index}?\n\n{documents}"))
            } else {
                (format!("Answer from these.\n\n{documents}\n\n{}", rules("guests")), format!("Question {index}?"))
            };
            chat(
                "deepseek-chat",
                index,
                &json!([{"role": "system", "content": system}, {"role": "user", "content": question}]),
            )
        };
        (0..40).map(line).collect()
    };
    assert_gives_back("document-changed", &log_of(false), &log_of(true), 640);
}

#[test]
fn one_source_that_moves_past_the_others_is_brought_back() {
    let line = |index: usize, first: usize| {
        let sources: Vec<String> =
            (0..4).map(|place| (place + first) % 4).map(|one| format!("[{one}] {}", words(one, 20))).collect();
        let system = format!("{}\n\nSources:\n{}\n\n{}", rules("guests"), sources.join("\n"), rules("boats"));
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": format!("Question {index}?")}]),
        )
    };
    let log: Vec<Value> = (0..40).map(|index| line(index, index)).collect();
    let sorted: Vec<Value> = (0..40).map(|index| line(index, 0)).collect();
    assert_gives_back("text-reordered", &log, &sorted, 0);
}

#[test]
fn two_values_on_a_line_are_frozen_as_one() {
    let line = |index: usize, name: usize, id: usize| {
        let name = ["Anna", "Bert", "Carl", "Dora"][name % 4];
        let system = format!("User {name} (id {})\n{}", 1_000 + id * 37, rules("guests"));
        let question = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": question}]),
        )
    };
    let log: Vec<Value> = (0..16).map(|index| line(index, index, index)).collect();
    let frozen: Vec<Value> = (0..16).map(|index| line(index, 0, 0)).collect();
    assert_gives_back("user-value", &log, &frozen, 0);
}

#[test]
fn a_line_that_comes_beside_a_value_stays_where_the_value_is_frozen() {
    let line = |index: usize, left: usize| {
        let clock =
            if index < 10 { String::new() } else { format!("It is {:02}:{:02} o'clock.\n\n", index / 7, index % 60) };
        let system = format!("Messages left: {left}\n\n{clock}{}", rules("guests"));
        let question = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": question}]),
        )
    };
    let log: Vec<Value> = (0..30).map(|index| line(index, 400 - index)).collect();
    let frozen: Vec<Value> = (0..30).map(|index| line(index, 400)).collect();
    assert_gives_back("counter", &log, &frozen, 0);
}

#[test]
fn a_tool_that_comes_and_goes_is_left_out_where_most_requests_do_without_it() {
    let line = |index: usize, has_tool: bool| {
        let tool = |name: &str| json!({"type": "function", "function": {"name": name, "description": format!("To {name} what a guest names."), "parameters": {"type": "object", "properties": {}}}});
        let said = |turn: usize| json!({"role": if turn.is_multiple_of(2) { "user" } else { "assistant" }, "content": words(turn, 60)});
        let messages = [json!({"role": "system", "content": "Be kind."})].into_iter().chain((0..=2 * index).map(said));
        let mut line = chat("deepseek-chat", index, &messages.collect());
        line["response"]["choices"][0]["message"] = said(2 * index + 1);
        let names: &[&str] = if has_tool { &["ring", "book", "cancel"] } else { &["book", "cancel"] };
        line["request"]["tools"] = names.iter().map(|name| tool(name)).collect();
        line
    };
    let log: Vec<Value> = (0..30).map(|index| line(index, index % 3 == 0)).collect();
    let without: Vec<Value> = (0..30).map(|index| line(index, false)).collect();
    assert_gives_back("tool-added", &log, &without, 0);
}

#[test]
fn a_document_moves_behind_the_last_mark() {
    let mark = || json!({"type": "ephemeral"});
    let line = |turn: usize, is_moved: bool| {
        let document = format!("<document>\n{}\n</document>", words(turn + 1, 60));
        let before = if is_moved { String::new() } else { format!("{document}\n\n") };
        let said = |role: &str, turn: usize| json!({"role": role, "content": [{"type": "text", "text": words(turn * 2 + 100 + role.len(), 90)}]});
        let mut messages: Vec<Value> =
            (0..turn).flat_map(|turn| [said("user", turn), said("assistant", turn)]).collect();
        let mut newest = said("user", turn);
        newest["content"][0]["cache_control"] = mark();
        if is_moved {
            newest["content"].as_array_mut().unwrap().push(json!({"type": "text", "text": document}));
        }
        messages.push(newest);
        json!({"timestamp": format!("2026-04-07T08:{turn:02}:00Z"), "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-5", "max_tokens": 100,
                "system": [{"type": "text", "text": format!("{}\n\n{before}{}", rules("guests"), rules("porters")), "cache_control": mark()}],
                "messages": messages},
            "response": {"type": "message", "role": "assistant", "content": said("assistant", turn)["content"]}})
    };
    let [log, moved] = [false, true].map(|is_moved| (0..20).map(|turn| line(turn, is_moved)).collect::<Vec<Value>>());
    assert_gives_back("document-changed", &log, &moved, 300);
    let named = report(&log)["causes"].as_array().unwrap().len();
    assert_eq!(named, 2, "no mark is missing");
}
