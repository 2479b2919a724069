//! Parts of prompts and the dimensions of sums: they add up to the whole, and each tool has the tokens that it adds to a prompt.

use serde_json::{Value, json};

use crate::program::run_with;

fn run(log: &str, flags: &[&str]) -> Value {
    let all = [&["simulate", "-", "--no-causes", "--format", "json"], flags].concat();
    serde_json::from_str(&run_with(&all, log.as_bytes().to_vec()).good()).unwrap()
}

fn tool(name: &str) -> Value {
    let parameters =
        json!({"type": "object", "properties": {"pier": {"type": "string", "description": format!("for {name}")}}});
    json!({"type": "function", "function": {"name": name, "description": "Looks something up.", "parameters": parameters}})
}

/// A turn of an agent with these tools, in a session, after so many results of a tool.
fn call(minute: usize, session: &str, tools: &[&str], results: usize) -> Value {
    let mut messages = vec![
        json!({"role": "system", "content": "You keep the harbour in order, day and night. ".repeat(30)}),
        json!({"role": "user", "content": "<document>\nTide table: high at noon.\n</document>\nIs there room for a ferry?"}),
    ];
    for result in 0..results {
        let called = json!([{"id": format!("c{result}"), "type": "function", "function": {"name": tools[0], "arguments": "{}"}}]);
        messages.push(json!({"role": "assistant", "content": "", "tool_calls": called}));
        messages.push(
            json!({"role": "tool", "tool_call_id": format!("c{result}"), "content": format!("Pier {result} is free.")}),
        );
    }
    let answer = json!({"role": "assistant", "content": "", "tool_calls":
        [{"id": format!("c{results}"), "type": "function", "function": {"name": tools[0], "arguments": "{}"}}]});
    json!({"timestamp": format!("2026-02-03T08:{minute:02}:00Z"), "session_id": session, "client_version": "2.1",
        "request": {"model": "deepseek-chat", "messages": messages, "user": "ann",
            "tools": tools.iter().map(|name| tool(name)).collect::<Vec<_>>()},
        "response": {"id": format!("r{minute}"), "model": "deepseek-chat", "choices": [{"index": 0, "message": answer}]}})
}

fn log(calls: &[Value]) -> String {
    calls.iter().map(|call| format!("{call}\n")).collect()
}

fn rows(report: &Value, table: &str) -> Vec<Value> {
    report["tables"][table].as_array().unwrap().clone()
}

fn tokens(report: &Value, part: &str) -> u64 {
    let rows = rows(report, "parts");
    let row = rows.iter().find(|row| row["part"] == part).unwrap_or_else(|| panic!("no {part}: {rows:?}"));
    row["tokens"].as_u64().unwrap()
}

#[test]
fn a_tool_has_the_tokens_that_it_adds() {
    let whole = |tools: &[&str]| run(&log(&[call(0, "a", tools, 1)]), &["--parts"]);
    let (with, without) = (whole(&["find_pier", "ring_bell"]), whole(&["find_pier"]));
    let prompt = |report: &Value| report["summary"]["prompt_tokens"].as_u64().unwrap();
    assert_eq!(tokens(&with, "tool ring_bell"), prompt(&with) - prompt(&without));
    let named = rows(&with, "parts").into_iter().find(|row| row["tool"] == "ring_bell").unwrap();
    assert_eq!(named["calls"], 0, "no answer calls it: {named}");
    assert!(tokens(&with, "documents") > 5, "the document is told from the question");
}

#[test]
fn parts_sum_to_the_whole_in_tokens_hits_and_money() {
    let calls: Vec<Value> = (0..12).map(|minute| call(minute, "a", &["find_pier", "ring_bell"], minute % 4)).collect();
    let report = run(&log(&calls), &["--parts"]);
    let rows = rows(&report, "parts");
    let sum = |key: &str| rows.iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>();
    let summary = |key: &str| report["summary"][key].as_u64().unwrap();
    assert_eq!(sum("tokens"), summary("prompt_tokens_billed"));
    assert_eq!(sum("hit_tokens_billed"), summary("hit_tokens_billed"));
    assert_eq!(sum("missed_tokens_billed"), summary("prompt_tokens_billed") - summary("hit_tokens_billed"));
    let cost = |value: &Value| value.as_str().unwrap().parse::<cachecheck::money::Decimal>().unwrap();
    let costs: cachecheck::money::Decimal = rows.iter().map(|row| cost(&row["input_cost_billed"])).sum();
    let difference = costs - cost(&report["summary"]["input_cost_billed"]);
    assert!(difference.abs() < cachecheck::money::Decimal::new(1, 7), "{difference}");
}

#[test]
fn calls_are_summed_by_each_of_their_traits() {
    let mut calls: Vec<Value> =
        (0..12).map(|minute| call(minute, if minute < 8 { "a" } else { "b" }, &["find_pier"], minute)).collect();
    calls[11]["request"]["messages"][0]["content"] =
        "You write invoices for a shipyard, in plain words. ".repeat(30).into();
    let log = log(&calls);
    let counts = |dimension: &str| -> Vec<(String, u64)> {
        let rows = rows(&run(&log, &["--by", dimension]), "by");
        let value = |row: &Value| row[dimension].as_str().unwrap_or("-").to_owned();
        rows.iter().map(|row| (value(row), row["requests"].as_u64().unwrap())).collect()
    };
    let pairs =
        |pairs: &[(&str, u64)]| pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(counts("user"), pairs(&[("ann", 12)]));
    assert_eq!(counts("session"), pairs(&[("a", 8), ("b", 4)]));
    assert_eq!(counts("version"), pairs(&[("2.1", 12)]));
    assert_eq!(counts("tool"), pairs(&[("-", 1), ("find_pier", 11)]));
    assert_eq!(counts("route"), pairs(&[("1, from line 1", 11), ("2, from line 12", 1)]));
    let turns = counts("turn");
    let numbers: Vec<String> = (1..=12).map(|turn| turn.to_string()).collect();
    assert_eq!(turns.into_iter().map(|(turn, _)| turn).collect::<Vec<_>>(), numbers, "in the order of numbers");
}

#[test]
fn the_rows_that_cost_most_are_shown_and_the_others_counted() {
    let calls: Vec<Value> = (0..6).map(|minute| call(minute, "a", &["find_pier"], minute * minute)).collect();
    let report = run(&log(&calls), &["--by", "turn", "--top", "2"]);
    let shown: Vec<String> = rows(&report, "by").iter().map(|row| row["turn"].as_str().unwrap().to_owned()).collect();
    assert_eq!(shown, ["1", "26"], "the first prompt, of which all missed, and the longest");
    let told = report["notes"].to_string();
    assert!(told.contains("4 more rows by turn"), "{told}");
}

#[test]
fn rounds_of_the_providers_own_tools_are_no_part_of_what_was_sent() {
    let call = |minute: usize, question: &str| {
        let searched = json!([{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": question}},
            {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"type": "web_search_result",
                "title": "Tides", "url": "https://tides.example", "encrypted_content": "EscE"}]},
            {"type": "text", "text": "High at noon."}]);
        let usage = json!({"input_tokens": 50_000, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 9});
        json!({"timestamp": format!("2026-02-03T08:{minute:02}:00Z"), "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-4-5", "max_tokens": 90,
                "system": "You keep the harbour in order, day and night. ".repeat(30),
                "tools": [{"type": "web_search_20250305", "name": "web_search"}],
                "messages": [{"role": "user", "content": question}]},
            "response": {"id": format!("m{minute}"), "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
                "content": searched, "usage": usage}})
    };
    let text = log(&[call(0, "When is high tide?"), call(1, "When is low tide?")]);
    let report = run(&text, &["--parts"]);
    let sent = 100_000 - tokens(&report, "later rounds of the provider");
    assert!((500..1_500).contains(&sent), "{sent} tokens were sent");
    let explained = run_with(&["simulate", "-", "--format", "json"], text.into_bytes()).good();
    let explained: Value = serde_json::from_str(&explained).unwrap();
    let causes = explained["causes"].as_array().unwrap();
    let missed: u64 = causes.iter().map(|cause| cause["tokens_missed"].as_u64().unwrap()).sum();
    assert!(missed <= sent, "{missed} tokens missed for a reason, of {sent}");
}
