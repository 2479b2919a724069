//! Causes are named as what happened, so that the advice is one that helps.

use serde_json::{Value, json};

use crate::program::run;
use crate::undone::{chat, report, rules, words};

/// The codes of a log's causes, in their order.
fn codes(log: &[Value]) -> Vec<String> {
    let report = report(log);
    let causes = report["causes"].as_array().unwrap();
    causes.iter().map(|cause| cause["cause"].as_str().unwrap().to_owned()).collect()
}

/// Questions to one assistant, whose instructions are made for each.
fn asked(instructions: impl Fn(usize) -> String) -> Vec<Value> {
    let line = |index: usize| {
        let question = format!("Question {index}?");
        chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": instructions(index)}, {"role": "user", "content": question}]),
        )
    };
    (0..14).map(line).collect()
}

/// Numbers up to seven in an order that differs from request to request.
fn shuffled(index: usize) -> impl Iterator<Item = usize> {
    (0..7).map(move |item| (item * (1 + index % 6) + index) % 7)
}

#[test]
fn items_that_change_places_are_no_keys_values_or_documents() {
    const TAGS: [&str; 7] = ["garden", "repair", "keys", "urgent", "billing", "noise", "legal"];
    let ticket = |item: usize| format!("The {} of house {item} is broken and nobody comes to look", TAGS[item]);
    let examples = |line: &dyn Fn(usize, usize) -> String, index: usize| {
        let lines: Vec<String> = shuffled(index).enumerate().map(|(at, item)| line(at, item)).collect();
        format!("{}\nExamples:\n{}\n\n{}", rules("guests"), lines.join("\n"), rules("porters"))
    };
    let as_json =
        |_: usize, item: usize| format!("{{\"ticket\": \"{}\", \"label\": \"{}\"}}", ticket(item), TAGS[item]);
    let numbered = |at: usize, item: usize| format!("Example {}: {} -> {}", at + 1, ticket(item), TAGS[item]);
    assert_eq!(codes(&asked(|index| examples(&as_json, index))), ["examples-reordered", "first"]);
    assert_eq!(codes(&asked(|index| examples(&numbered, index))), ["examples-reordered", "first"]);
    let set = |index: usize| shuffled(index).map(|item| format!("'{}'", TAGS[item])).collect::<Vec<_>>().join(", ");
    let tags = |index: usize| format!("Allowed tags: {{{}}}\n\n{}", set(index), rules("guests"));
    assert_eq!(codes(&asked(tags)), ["text-reordered", "first"]);
    let in_a_line =
        |index: usize| format!("{} Tags are {} and no others. {}", rules("guests"), set(index), rules("porters"));
    assert_eq!(codes(&asked(in_a_line)), ["text-reordered", "first"]);
}

#[test]
fn a_number_of_a_call_is_a_counter_whatever_it_counts() {
    let counted = |index: usize| format!("This is call no. {} of the day.\n\n{}", 1_204 + index, rules("guests"));
    assert_eq!(codes(&asked(counted)), ["counter", "first"]);
}

#[test]
fn a_value_that_comes_again_among_a_few_is_no_wording() {
    let tones = ["formal", "casual", "dry"];
    let asked_in = |order: fn(usize) -> usize| {
        codes(&asked(|index| format!("Tone: {}\n\n{}", tones[order(index)], rules("guests"))))
    };
    assert_eq!(asked_in(|index| index / 2 % 3), ["user-value", "first"]);
    assert_eq!(asked_in(|index| index / 5), ["text-reworded", "first"]);
}

#[test]
fn tenants_that_share_their_tools_have_templates_of_their_own() {
    let line = |index: usize| {
        let policy = words(1 + index % 2, 900);
        let tool = |number: usize| json!({"type": "function", "function": {"name": format!("tool_{number}"), "description": rules("tools"), "parameters": {"type": "object", "properties": {}}}});
        let system = format!("Now: 2026-04-07 08:{index:02}\n\n{policy}");
        let question = format!("Question {index}?");
        let mut line = chat(
            "deepseek-chat",
            index,
            &json!([{"role": "system", "content": system}, {"role": "user", "content": question}]),
        );
        line["request"]["tools"] = (0..3).map(tool).collect();
        line
    };
    assert_eq!(codes(&(0..20).map(line).collect::<Vec<_>>()), ["time", "first"]);
}

/// The turns of an agent, each of which answers by calls of tools; `more` changes what is sent at a turn.
fn agent(more: impl Fn(usize, &mut Vec<Value>)) -> Vec<Value> {
    let calls = |turn: usize| {
        let call = |number: usize| json!({"id": format!("call_{turn}_{number}"), "type": "function", "function": {"name": "read", "arguments": format!("{{\"file\": \"{turn}-{number}\"}}")}});
        json!({"role": "assistant", "content": format!("Step {turn}."), "tool_calls": [call(0), call(1), call(2)]})
    };
    let results = |turn: usize| {
        let result = |number: usize| json!({"role": "tool", "tool_call_id": format!("call_{turn}_{number}"), "content": format!("Text {turn}-{number}. {}", "It goes on. ".repeat(30))});
        (0..3).map(result).collect::<Vec<Value>>()
    };
    let line = |turn: usize| {
        let mut messages = vec![
            json!({"role": "system", "content": rules("guests")}),
            json!({"role": "user", "content": "Find the fault."}),
        ];
        for earlier in 0..turn {
            messages.push(calls(earlier));
            messages.extend(results(earlier));
        }
        more(turn, &mut messages);
        let mut line = chat("deepseek-chat", turn, &json!(messages));
        line["response"]["choices"][0]["message"] = calls(turn);
        line
    };
    (0..12).map(line).collect()
}

#[test]
fn what_an_agent_changes_of_its_history_is_an_edit() {
    let in_other_order = agent(|turn, messages| {
        for results in messages
            .iter()
            .position(|message| message["role"] == "tool")
            .into_iter()
            .flat_map(|first| (first..).step_by(4))
            .take(turn)
        {
            messages.swap(results + turn % 3, results + (turn + 1) % 3);
        }
    });
    assert_eq!(codes(&in_other_order), ["history-edited", "first"]);
    let with_note = agent(|turn, messages| {
        messages.push(json!({"role": "user", "content": format!("<environment_details>\nOpen tabs: src/{turn}.rs\n{}</environment_details>", "src/a.rs\n".repeat(40))}));
    });
    assert_eq!(codes(&with_note), ["history-edited", "first"]);
}

#[test]
fn causes_that_hide_one_another_are_told_together() {
    let hidden = |index: usize| {
        format!("Now: 08:{index:02}\n\nRequest id: {:08x}\n\n{}", index * 7_919 + 1_000_000, rules("guests"))
    };
    let told = report(&asked(hidden))["sentences"].to_string();
    assert!(told.contains("Causes hide one another ("), "{told}");
}

#[test]
fn parts_of_a_prompt_are_told_in_the_tokens_of_its_hits() {
    let line = |index: usize| {
        json!({"timestamp": format!("2026-04-07T08:{index:02}:00Z"), "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-5", "max_tokens": 100,
                "system": [{"type": "text", "text": rules("guests"), "cache_control": {"type": "ephemeral"}}],
                "messages": [{"role": "user", "content": words(index, 60)}]},
            "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "So."}]}})
    };
    let log: String = (0..3).map(|index| line(index).to_string() + "\n").collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.jsonl");
    std::fs::write(&file, log).unwrap();
    let told = run(&["explain", &format!("{}:3", file.display()), "--format", "json"]).good();
    let told: Value = serde_json::from_str(&told).unwrap();
    let parts = told["parts"].as_array().unwrap();
    let sum = |key: &str| parts.iter().map(|part| part[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!(Some(sum("tokens")), told["call"]["prompt_tokens"].as_u64(), "{told}");
    assert_eq!(Some(sum("hit_tokens")), told["call"]["hit_tokens_predicted"].as_u64(), "{told}");
    let served: Vec<&str> = parts
        .iter()
        .filter(|part| part["hit_tokens"].as_u64() > Some(2))
        .filter_map(|part| part["part"].as_str())
        .collect();
    assert_eq!(served, ["message 1 (system)"], "{told}");
}
