//! Causes that lie with the cache and its marks rather than with a text: planted in streams, each has to be named first.

use serde_json::{Value, json};

use crate::program::run_with;

const CALLS: usize = 60;

fn text(seed: usize, words: usize) -> String {
    const WORDS: [&str; 12] =
        ["harbour", "ferry", "keel", "crane", "tide", "mast", "buoy", "rope", "deck", "pilot", "quay", "hull"];
    let word = |index: usize| WORDS[(seed * 31 + index * (7 + seed % 5) + index * index % 11) % WORDS.len()];
    format!("Note {seed}: {}.", (0..words).map(word).collect::<Vec<_>>().join(" "))
}

fn minute(number: usize) -> String {
    format!("2026-02-03T{:02}:{:02}:00Z", 8 + number / 60, number % 60)
}

/// A chat with the system text of its template, in one of three conversations that take turns.
fn chat(number: usize, model: &str) -> Value {
    let (conversation, turn) = (number % 3, number / 3 % 6);
    let mut messages = vec![json!({"role": "system", "content": text(1000, 900)})];
    for earlier in 0..turn {
        messages.push(json!({"role": "user", "content": text(number - 3 * (turn - earlier) + conversation, 30)}));
        messages.push(json!({"role": "assistant", "content": text(500 + number - 3 * (turn - earlier), 30)}));
    }
    messages.push(json!({"role": "user", "content": text(number + conversation, 30)}));
    json!({"model": model, "messages": messages})
}

fn line(number: usize, request: &Value) -> Value {
    let answer = json!({"role": "assistant", "content": text(500 + number, 30)});
    let response = json!({"id": format!("r{number}"), "model": request["model"],
        "choices": [{"index": 0, "message": answer, "finish_reason": "stop"}]});
    json!({"timestamp": minute(number), "request": request, "response": response})
}

/// A request of Messages whose system text and newest message are marked.
fn marked(number: usize) -> Value {
    let chat = chat(number, "claude-sonnet-4-5");
    let mark = json!({"type": "ephemeral"});
    let blocks = |message: &Value| json!([{"type": "text", "text": message["content"]}]);
    let mut system = blocks(&chat["messages"][0]);
    system[0]["cache_control"] = mark.clone();
    let messages = chat["messages"].as_array().unwrap()[1..].iter();
    let mut messages: Vec<Value> =
        messages.map(|message| json!({"role": message["role"], "content": blocks(message)})).collect();
    messages.last_mut().unwrap()["content"][0]["cache_control"] = mark;
    json!({"model": "claude-sonnet-4-5", "max_tokens": 500, "system": system, "messages": messages})
}

fn answered(number: usize, request: &Value) -> Value {
    let response = json!({"id": format!("msg_{number}"), "type": "message", "role": "assistant", "model": request["model"],
        "content": [{"type": "text", "text": text(500 + number, 30)}]});
    json!({"timestamp": minute(number), "request": request, "response": response})
}

fn causes(lines: impl Iterator<Item = Value>, flags: &[&str]) -> Vec<Value> {
    let log: String = lines.map(|line| format!("{line}\n")).collect();
    let run = run_with(&[&["simulate", "-", "--format", "json"], flags].concat(), log.into_bytes()).good();
    serde_json::from_str::<Value>(&run).unwrap()["causes"].as_array().unwrap().clone()
}

/// Asserts that a cause comes first, and gives the requests that missed because of it.
fn first(causes: &[Value], code: &str) -> u64 {
    assert_eq!(causes[0]["cause"], code, "{causes:?}");
    causes[0]["requests"].as_u64().unwrap()
}

#[test]
fn text_that_others_push_out_was_evicted() {
    let lines = (0..CALLS).map(|number| {
        let mut request = chat(number, "deepseek-chat");
        // Templates that take turns need more room than there is.
        request["messages"][0]["content"] = text(2000 + number % 4, 900).into();
        line(number, &request)
    });
    let causes = causes(lines, &["--capacity", "20"]);
    assert!(first(&causes, "evicted") > 40);
    assert!(causes[0]["tokens_given_back"].is_null());
}

#[test]
fn a_host_without_a_cache_is_the_cause() {
    let lines = (0..CALLS).map(|number| {
        let mut line = line(number, &chat(number, "DeepSeek-V3.1"));
        line["url"] = "https://boats.services.ai.azure.com/models".into();
        line
    });
    assert!(first(&causes(lines, &[]), "no-cache") > 50);
}

#[test]
fn calls_that_begin_before_the_first_has_ended_are_parallel() {
    let lines = (0..CALLS).map(|number| {
        let burst = number / 4;
        let mut request = chat(0, "deepseek-chat");
        request["messages"][1]["content"] = format!("{} Variation {number}.", text(3000 + burst, 600)).into();
        let mut line = line(number, &request);
        (line["timestamp"], line["end_time"]) = (minute(burst).into(), minute(burst).replace(":00Z", ":09Z").into());
        line
    });
    let mut lines: Vec<Value> = lines.collect();
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let rows = run_with(&["simulate", "-", "--format", "jsonl", "--no-causes"], log.into_bytes()).good();
    for (number, (line, row)) in lines.iter_mut().zip(rows.lines()).enumerate() {
        let row: Value = serde_json::from_str(row).unwrap();
        let (prompt, hits) = (row["prompt_tokens"].as_u64().unwrap(), row["hit_tokens_predicted"].as_u64().unwrap());
        // The first of a burst had not ended when the others came, and they were served the system text alone.
        let hits = if number % 4 == 0 { hits } else { hits.min(900) };
        line["response"]["usage"] = json!({"prompt_tokens": prompt, "completion_tokens": 40, "total_tokens": prompt + 40,
            "prompt_cache_hit_tokens": hits, "prompt_cache_miss_tokens": prompt - hits});
    }
    let causes = causes(lines.into_iter(), &[]);
    assert_eq!(first(&causes, "parallel"), 45, "{causes:?}");
}

#[test]
fn requests_that_mark_nothing_are_named() {
    let lines = (0..CALLS).map(|number| {
        let mut request = marked(number);
        if number % 2 == 1 {
            request["system"][0].as_object_mut().unwrap().remove("cache_control");
            let newest = request["messages"].as_array_mut().unwrap().last_mut().unwrap();
            newest["content"][0].as_object_mut().unwrap().remove("cache_control");
        }
        answered(number, &request)
    });
    // Text that only the newest message adds is new.
    let causes = causes(lines, &[]);
    // Of others the text had not been used for longer than it is kept.
    assert!(first(&causes, "mark-missing") >= 15, "{causes:?}");
}

#[test]
fn a_mark_that_moves_before_kept_text_is_named() {
    let lines = (0..CALLS).map(|number| {
        let mut request = marked(0);
        request["system"][0].as_object_mut().unwrap().remove("cache_control");
        let document = json!({"type": "text", "text": text(4000, 900)});
        let question = json!({"type": "text", "text": text(5000 + number, 30)});
        request["messages"] = json!([{"role": "user", "content": [document, question]}]);
        // Every other pair of requests marks the system text alone, though the document is kept.
        let mark = json!({"type": "ephemeral"});
        if number / 2 % 2 == 1 {
            request["system"][0]["cache_control"] = mark;
        } else {
            request["messages"][0]["content"][0]["cache_control"] = mark;
        }
        answered(number, &request)
    });
    let causes = causes(lines, &[]);
    assert!(["mark-moved", "mark-missing"].contains(&causes[0]["cause"].as_str().unwrap()), "{causes:?}");
}

#[test]
fn kept_text_too_far_before_the_next_mark_is_out_of_reach() {
    let mut messages: Vec<Value> = Vec::new();
    let lines = (0..20).map(|number| {
        // An agent that adds thirty blocks in each turn and marks the last one alone.
        let blocks: Vec<Value> =
            (0..30).map(|block| json!({"type": "text", "text": text(6000 + 30 * number + block, 40)})).collect();
        messages.push(json!({"role": "user", "content": blocks}));
        let mut request = json!({"model": "claude-sonnet-4-5", "max_tokens": 500, "messages": messages});
        request["messages"][messages.len() - 1]["content"][29]["cache_control"] = json!({"type": "ephemeral"});
        messages.push(json!({"role": "assistant", "content": [{"type": "text", "text": text(500 + number, 30)}]}));
        answered(number, &request)
    });
    let lines: Vec<Value> = lines.collect();
    assert!(first(&causes(lines.into_iter(), &[]), "look-back") >= 18);
}

#[test]
fn an_image_that_is_sent_otherwise_in_each_turn_is_named_and_undone() {
    let with_image = |is_broken: bool| {
        (0..CALLS).map(move |number| {
            let mut request = chat(number, "gpt-4.1");
            let signature = if is_broken { number } else { 0 };
            let url = format!("https://img.example/{}.png?signature={signature:08x}", number % 3);
            let question = request["messages"][1]["content"].clone();
            request["messages"][1]["content"] =
                json!([{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": question}]);
            line(number, &request)
        })
    };
    let broken = causes(with_image(true), &[]);
    assert!(first(&broken, "image-changed") >= 30, "{broken:?}");
    let clean = causes(with_image(false), &[]);
    assert!(clean.iter().all(|cause| cause["cause"] != "image-changed"), "{clean:?}");
    assert!(broken[0]["tokens_given_back"].as_i64().unwrap() > 0);
}

#[test]
fn a_clock_is_named_where_the_log_holds_a_piece_of_the_prompt() {
    let lines = (0..3).map(|number| {
        let system = format!("You write SQL.\nCurrent time: 10:00:0{number}\n{}", text(7, 1500));
        let request = json!({"model": "gpt-4o-mini", "messages": [
            {"role": "system", "content": system}, {"role": "user", "content": text(number, 20)}]});
        let mut line = line(number, &request);
        line["response"]["usage"] = json!({"prompt_tokens": 6000, "completion_tokens": 40, "total_tokens": 6040,
            "prompt_tokens_details": {"cached_tokens": 0}});
        line
    });
    assert_eq!(first(&causes(lines, &[]), "time"), 2);
}

#[test]
fn an_agent_of_messages_that_sends_its_calls_back_changes_nothing() {
    let mark = json!({"type": "ephemeral"});
    let mut messages = vec![json!({"role": "user", "content": [{"type": "text", "text": text(1, 40)}]})];
    let lines: Vec<Value> = (0..12)
        .map(|number| {
            let mut sent = messages.clone();
            sent.last_mut().unwrap()["content"][0]["cache_control"] = mark.clone();
            let system = json!([{"type": "text", "text": text(2, 1500), "cache_control": mark}]);
            let request = json!({"model": "claude-sonnet-4-5", "max_tokens": 500, "system": system, "messages": sent});
            let id = format!("toolu_{number}");
            let call = json!([{"type": "tool_use", "id": id, "name": "look", "input": {"at": text(number, 30)}}]);
            messages.push(json!({"role": "assistant", "content": call}));
            messages.push(json!({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": id, "content": text(number + 50, 30)}]}));
            let mut line = answered(number, &request);
            line["response"]["content"] = call;
            line
        })
        .collect();
    let found = causes(lines.into_iter(), &[]);
    assert!(found.iter().all(|cause| cause["cause"] == "first"), "{found:?}");
}
