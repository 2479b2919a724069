//! A conversation with Claude: reads and writes are those that the log's own usage tells the lengths of.

use serde_json::{Value, json};

use crate::program::run_with;

/// A turn that asks `questions`, the last of them marked, with what was billed for it.
fn turn(minute: u32, questions: &[&str], read: u64, written: u64) -> Value {
    let message = |(index, text): (usize, &&str)| {
        let mut block = json!({"type": "text", "text": text});
        if index + 1 == questions.len() {
            block["cache_control"] = json!({"type": "ephemeral"});
        }
        json!({"role": if index % 2 == 0 { "user" } else { "assistant" }, "content": [block]})
    };
    let messages: Vec<Value> = questions.iter().enumerate().map(message).collect();
    json!({
        "timestamp": format!("2026-10-05T09:{minute:02}:00Z"),
        "request": {"model": "claude-sonnet-4-6", "max_tokens": 99, "system": "Answer as a gardener would.", "messages": messages},
        "response": {"type": "message", "role": "assistant", "model": "claude-sonnet-4-6", "content": [],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": read, "cache_creation_input_tokens": written, "output_tokens": 5}}
    })
}

fn rows(turns: &[Value]) -> Vec<Value> {
    let log: String = turns.iter().map(|turn| format!("{turn}\n")).collect();
    let run = run_with(&["simulate", "-", "--format", "jsonl"], log.into_bytes()).good();
    run.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn numbers(row: &Value) -> (u64, u64, u64) {
    let number = |key: &str| row[key].as_u64().unwrap_or_else(|| panic!("{key} in {row}"));
    (number("hit_tokens_predicted"), number("written_tokens_predicted"), number("prompt_tokens"))
}

#[test]
fn a_turn_reads_what_the_last_one_wrote_and_writes_what_is_new() {
    let roses = "When are roses pruned, and how far back, and does it differ for those that climb?";
    let rows = rows(&[
        turn(0, &[roses], 0, 1500),
        turn(2, &[roses, "Late in winter.", "And lavender?"], 1500, 240),
        // No request came for nine minutes: the entries are gone.
        turn(11, &[roses, "Late in winter.", "And lavender?", "In August.", "Thank you."], 0, 1810),
    ]);
    assert_eq!(numbers(&rows[0]), (0, 1500, 1503));
    assert_eq!(numbers(&rows[1]), (1500, 240, 1743));
    assert_eq!(numbers(&rows[2]), (0, 1810, 1813));
    assert_eq!(rows[1]["profile"], "anthropic");
    assert!(rows[2]["ledger"]["expired"].as_u64().unwrap() > 1500, "{}", rows[2]["ledger"]);
    for row in &rows {
        let ledger: u64 = row["ledger"].as_object().unwrap().values().map(|tokens| tokens.as_u64().unwrap()).sum();
        assert_eq!(Some(ledger), row["prompt_tokens"].as_u64());
    }
}

#[test]
fn without_a_report_the_hit_is_a_range() {
    let long = "Where does the water of a slope go? ".repeat(200);
    let mut turns = [turn(0, &[&long], 0, 0), turn(1, &[&long, "Down.", "And then?"], 0, 0)];
    for turn in &mut turns {
        turn["response"]["usage"] = Value::Null;
    }
    let rows = rows(&turns);
    let (least, most) = (rows[1]["hit_tokens_min"].as_u64().unwrap(), rows[1]["hit_tokens_max"].as_u64().unwrap());
    let (hit, _, _) = numbers(&rows[1]);
    assert!(0 < least && least < hit && hit < most, "{least} {hit} {most}");
}

#[test]
fn gpt_5_6_keeps_the_entries_of_each_prompt_cache_key_apart() {
    let call = |second: u32, key: Option<&str>| {
        json!({
            "timestamp": format!("2026-08-05T09:00:{second:02}Z"),
            "request": {"model": "gpt-5.6-sol", "prompt_cache_key": key,
                "messages": [{"role": "user", "content": "Water runs down the slope. ".repeat(300)}]},
        })
    };
    let hits = |calls: &[Value]| rows(calls).iter().map(|row| numbers(row).0 > 1024).collect::<Vec<_>>();
    let calls = [call(0, Some("a")), call(5, Some("b")), call(10, Some("a")), call(15, None), call(20, None)];
    assert_eq!(hits(&calls), [false, false, true, false, true]);
}

/// The notes on the marks of one call to Claude, whose system texts have these marks: `None` is none, else a lifetime.
fn notes_on(texts: &[(&str, Option<&str>)]) -> Vec<String> {
    let blocks = texts.iter().map(|(text, mark)| {
        let mut block = json!({"type": "text", "text": text});
        if let Some(ttl) = mark {
            block["cache_control"] = json!({"type": "ephemeral", "ttl": ttl});
        }
        block
    });
    let call = json!({"timestamp": "2026-10-05T09:00:00Z", "request": {"model": "claude-sonnet-4-6", "max_tokens": 99,
        "system": blocks.collect::<Vec<_>>(), "messages": [{"role": "user", "content": "And then?"}]}});
    let report = run_with(&["simulate", "-", "--format", "json"], format!("{call}\n").into_bytes()).good();
    let report: Value = serde_json::from_str(&report).unwrap();
    let notes = report["notes"].as_array().unwrap().iter().filter_map(Value::as_str);
    notes.filter(|note| note.contains("cache breakpoints")).map(str::to_owned).collect()
}

#[test]
fn marks_that_do_not_work_as_meant_are_named() {
    let long = "Water runs down the slope. ".repeat(400);
    let long = long.as_str();
    let (minutes, hour) = (Some("5m"), Some("1h"));
    let four = [(long, minutes), ("a", minutes), ("b", minutes), ("c", minutes)];
    for (texts, told) in [
        (&four[..], ""),
        (&[(long, hour), ("a", minutes)], ""),
        (&[(long, None)], ""),
        (&[four[0], four[1], four[2], four[3], ("d", minutes)], "5 breakpoints, but the provider accepts 4"),
        (&[(long, minutes), ("a", hour)], "a breakpoint for a longer time after one for a shorter"),
        (&[(long, minutes), ("", minutes)], "a breakpoint on an empty text"),
        (&[("Be brief.", minutes)], "no prefix up to a breakpoint has the 1,024 tokens"),
    ] {
        let notes = notes_on(texts);
        assert!(
            notes.len() == usize::from(!told.is_empty()) && notes.iter().all(|note| note.contains(told)),
            "{notes:?}"
        );
    }
}

#[test]
fn a_loop_of_tools_reads_what_the_last_turn_wrote() {
    let long = "Water runs down the slope. ".repeat(300);
    let turn = |minute: u32, results: usize| {
        let mut messages = vec![json!({"role": "user", "content": long})];
        for index in 0..results {
            let id = format!("call_{index}");
            let call = json!({"id": id, "type": "function", "function": {"name": "look", "arguments": "{}"}});
            messages.push(json!({"role": "assistant", "content": null, "tool_calls": [call]}));
            messages.push(json!({"role": "tool", "tool_call_id": id, "content": format!("Result {index}: {long}")}));
        }
        json!({"timestamp": format!("2026-08-05T09:{minute:02}:00Z"), "request": {"model": "gpt-5.6-sol", "messages": messages}})
    };
    let rows = rows(&(0..5).map(|index| turn(index, index as usize)).collect::<Vec<_>>());
    let read_and_written: Vec<(u64, u64)> =
        rows.iter().map(|row| (numbers(row).0, numbers(row).0 + numbers(row).1)).collect();
    for pair in read_and_written.windows(2) {
        assert_eq!(
            pair[1].0, pair[0].1,
            "each turn reads all that the one before read and wrote: {read_and_written:?}"
        );
    }
}

/// The predicted hits of calls without a time at five minutes, as `simulate --ttl` and as `curve` has them.
#[test]
fn a_lifetime_gives_the_same_hits_in_simulate_and_curve_where_lines_have_no_time() {
    let slope = "Where does the water of a slope go? ".repeat(400);
    let ask = |number: u64, read: u64, written: u64| {
        let mut turn = turn(0, &[&format!("{number}. {slope}")], read, written);
        turn["timestamp"] = Value::Null;
        turn
    };
    // Three texts are written; long afterwards the same three are written anew, as none of them was kept.
    let calls: Vec<Value> =
        (0..6).map(|call| ask(call % 3, 0, 3600)).chain((0..3).map(|call| ask(call, 3600, 0))).collect();
    let log: String = calls.iter().map(|call| format!("{call}\n")).collect();
    let hits = |arguments: &[&str]| -> Value {
        let run = run_with(arguments, log.clone().into_bytes()).good();
        serde_json::from_str(&run).unwrap()
    };
    let simulated = hits(&["simulate", "-", "--ttl", "5m", "--no-causes", "--format", "json"]);
    let swept = hits(&["curve", "-", "--over", "ttl", "--limits", "5m", "--format", "json"]);
    assert_eq!(simulated["summary"]["hit_tokens_predicted"], 3 * 3600, "{simulated}");
    assert_eq!(swept["tables"]["curve"][0]["hit_tokens_predicted"], 3 * 3600, "{swept}");
}

#[test]
fn once_others_use_the_account_a_prompt_may_be_served_up_to_its_last_mark() {
    let long = |start: &str| format!("{start} {}", "Where does the water of a slope go? ".repeat(400));
    let rows = rows(&[
        // A text that no call of the log has written.
        turn(0, &[&long("a")], 3600, 0),
        turn(2, &[&long("b")], 0, 3600),
        turn(4, &[&long("c"), "Down.", "And then?"], 0, 3700),
    ]);
    let most = |row: usize| rows[row]["hit_tokens_max"].as_u64().unwrap();
    assert_eq!((most(0), most(1), most(2)), (0, 3600, 3700));
    assert!(rows.iter().all(|row| row["hit_tokens_predicted"] == 0));
}

/// A call that answers a call of a tool with these parts, for which so much was read and written.
fn with_result(minute: u32, parts: &Value, more: &Value, (read, written): (u64, u64)) -> Value {
    let mut request = json!({"model": "claude-sonnet-4-5", "max_tokens": 9,
        "tools": [{"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}],
        "system": "Be brief. ".repeat(500),
        "messages": [{"role": "user", "content": "go"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "look", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": parts}]}]});
    for (key, value) in more.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    json!({"timestamp": format!("2026-09-01T10:{minute:02}:00Z"), "request": request,
        "response": {"type": "message", "content": [{"type": "text", "text": "ok"}],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": read, "cache_creation_input_tokens": written,
                "output_tokens": 2}}})
}

#[test]
fn marks_and_pictures_within_a_result_count() {
    let picture = |data: &str| {
        json!([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data},
            "cache_control": {"type": "ephemeral"}}])
    };
    let none = json!({});
    let rows = rows(&[
        with_result(0, &picture("QUJD"), &none, (0, 4000)),
        with_result(1, &picture("QUJD"), &none, (4000, 0)),
        with_result(2, &picture("REVG"), &none, (0, 4000)),
        with_result(3, &picture("REVG"), &json!({"speed": "fast"}), (0, 4000)),
    ]);
    let found: Vec<_> = rows.iter().map(numbers).collect();
    assert_eq!(found, [(0, 4000, 4003), (4000, 0, 4003), (0, 4000, 4003), (0, 4000, 4003)]);
}

#[test]
fn a_call_in_which_the_providers_tools_took_part_leaves_its_entries() {
    let mark = json!({"type": "ephemeral"});
    let call = |minute: u32, answer: Value, read: u64, written: u64| {
        json!({"timestamp": format!("2026-09-01T10:{minute:02}:00Z"),
            "request": {"model": "claude-sonnet-4-5", "max_tokens": 9,
                "system": [{"type": "text", "text": "Be brief. ".repeat(500), "cache_control": mark}],
                "tools": [{"type": "web_search_20250305", "name": "web_search"}],
                "messages": [{"role": "user", "content": "find"}]},
            "response": {"type": "message", "content": [answer, {"type": "text", "text": "ok"}],
                "usage": {"input_tokens": 3, "cache_read_input_tokens": read, "cache_creation_input_tokens": written,
                    "output_tokens": 2}}})
    };
    let searched = json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": []});
    let rows = rows(&[call(0, searched, 0, 2000), call(1, json!({"type": "text", "text": "so"}), 2000, 0)]);
    assert_eq!(rows[0]["hit_tokens_predicted"], Value::Null);
    assert_eq!(numbers(&rows[1]), (2000, 0, 2003));
}
