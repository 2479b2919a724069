//! `plan` finds the best change where it is known by construction, and its money is that of a log that was written so.

use serde_json::{Value, json};

use crate::program::run_with;

/// A long text, the same for each number.
pub(crate) fn words(number: usize, count: usize) -> String {
    (0..count).map(|index| format!("word{} ", (index * 7 + number * 131) % 997)).collect()
}

pub(crate) fn lines(calls: &[Value]) -> Vec<u8> {
    calls.iter().map(|call| format!("{call}\n")).collect::<String>().into_bytes()
}

pub(crate) fn report(command: &str, calls: &[Value], more: &[&str]) -> Value {
    let run = run_with(&[&[command, "-", "--format", "json"], more].concat(), lines(calls));
    serde_json::from_str(&run.good()).unwrap()
}

pub(crate) fn plan_of(report: &Value, index: usize) -> &Value {
    &report["plans"][index]
}

/// Ten calls of Claude with one system text, nine minutes apart, each of which wrote it for five minutes.
pub(crate) fn nine_minutes_apart() -> Vec<Value> {
    let call = |turn: usize| {
        let system = json!([{"type": "text", "text": words(1, 3_000), "cache_control": {"type": "ephemeral"}}]);
        let usage = json!({"input_tokens": 20, "cache_creation_input_tokens": 10_000, "cache_read_input_tokens": 0, "output_tokens": 10,
            "cache_creation": {"ephemeral_5m_input_tokens": 10_000, "ephemeral_1h_input_tokens": 0}});
        json!({"timestamp": format!("2026-11-02T{:02}:{:02}:00Z", 8 + turn * 9 / 60, turn * 9 % 60),
            "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-5", "max_tokens": 20, "system": system,
                "messages": [{"role": "user", "content": format!("question {turn}")}]},
            "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "yes"}], "usage": usage}})
    };
    (0..10).map(call).collect()
}

#[test]
fn an_hour_is_found_where_calls_are_nine_minutes_apart_and_its_money_is_that_of_the_price_list() {
    let found = report("plan", &nine_minutes_apart(), &["--breakpoints"]);
    assert_eq!(found["calibration"]["agreement"], 1.0);
    let best = plan_of(&found, 0);
    assert_eq!(best["change"], "breakpoints after tools and system text, for an hour", "{found}");
    // By the list: $2 for input, 2.50 and 4 for writes, 0.20 for reads, 10 for output, by the million.
    // Now: 10 × (10,000 × 2.50 + 20 × 2 + 10 × 10); then: one write for an hour, nine reads.
    assert_eq!(best["cost_now"], "0.2514");
    assert_eq!(best["cost"], "0.0594");
    assert_eq!((&best["saved"], &best["tokens"]), (&json!("0.192"), &json!(90_000)));
    let none =
        found["plans"].as_array().unwrap().iter().find(|plan| plan["change"] == "no breakpoints at all").unwrap();
    // 10 × (10,020 × 2 + 10 × 10).
    assert_eq!(none["cost"], "0.2014");
    // No breakpoints do better; and what was written is gone before the next call comes: 10 × 10,000 × (2.50 - 2).
    let optimum = &found["optimum"];
    assert_eq!(
        (&optimum["cost"], &optimum["regret"], &optimum["policy_beyond"]),
        (&json!("0.0594"), &json!("0.192"), &json!(0.0))
    );
    assert_eq!(optimum["policy"], best["change"]);
    assert_eq!(found["unread_writes"], json!({"calls": 10, "tokens": 100_000, "premium": "0.05"}));
    let how = best["how"].as_str().unwrap();
    assert!(
        how.contains(r#"{"location": "message", "role": "system", "control": {"type": "ephemeral", "ttl": "1h"}}"#),
        "{how}"
    );
}

#[test]
fn unread_writes_are_those_of_the_period_that_is_asked_for() {
    let found = report("plan", &nine_minutes_apart(), &["--breakpoints", "--since", "2026-11-02T08:50:00Z"]);
    assert_eq!(found["unread_writes"], json!({"calls": 4, "tokens": 40_000, "premium": "0.02"}));
}

/// Calls of Claude on one system text by two teams, whose texts behind it differ: one calls each minute, one each twenty.
fn two_teams() -> Vec<Value> {
    let call = |minute: usize, team: usize| {
        let block = |number: usize| json!({"type": "text", "text": words(number, 3_000), "cache_control": {"type": "ephemeral"}});
        let usage = json!({"input_tokens": 20_020, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 10});
        json!({"timestamp": format!("2026-11-02T{:02}:{:02}:00Z", 8 + minute / 60, minute % 60),
            "url": "https://api.anthropic.com/v1/messages",
            "request": {"model": "claude-sonnet-5", "max_tokens": 20, "system": [block(1), block(team)],
                "messages": [{"role": "user", "content": format!("question {minute}")}]},
            "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "yes"}], "usage": usage}})
    };
    let mut calls: Vec<Value> = (0..60).map(|minute| call(minute, 2 + usize::from(minute % 20 == 10))).collect();
    calls.push(call(60, 2));
    calls
}

#[test]
fn the_optimum_gives_each_text_the_lifetime_that_its_calls_need_and_no_policy_costs_less() {
    let found = report("plan", &two_teams(), &["--breakpoints"]);
    let optimum: f64 = found["optimum"]["cost"].as_str().unwrap().parse().unwrap();
    let plans = found["plans"].as_array().unwrap();
    assert!(plans.len() > 4, "{found}");
    for plan in plans {
        let cost: f64 = plan["cost"].as_str().unwrap().parse().unwrap();
        assert!(cost >= optimum, "{plan}");
    }
    // One lifetime for all cannot serve both teams best.
    assert!(found["optimum"]["policy_beyond"].as_f64().unwrap() > 0.0, "{found}");
    assert!(
        found["sentences"][1].as_str().unwrap().starts_with("The best breakpoints for each request would cost $"),
        "{found}"
    );
}

/// Calls with one long beginning that are sent at once and answered half a minute later.
fn burst() -> Vec<Value> {
    let call = |number: usize| {
        json!({"start_time": "2026-11-02T01:00:00Z", "end_time": "2026-11-02T01:00:30Z", "url": "https://api.openai.com/v1/chat/completions",
            "request": {"model": "gpt-5.6-sol", "messages": [{"role": "system", "content": words(2, 2_000)},
                {"role": "user", "content": format!("part {number}: {}", words(number, 200))}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}})
    };
    (0..6).map(call).collect()
}

#[test]
fn calls_of_a_burst_that_wait_for_the_first_hit_as_they_do_in_a_log_of_calls_that_waited() {
    let calls = burst();
    let found = report("plan", &calls, &["--warm-up"]);
    let plans = found["plans"].as_array().unwrap();
    let mut waited = calls.clone();
    for call in &mut waited[1..] {
        call["start_time"] = "2026-11-02T01:00:30.001Z".into();
        call["end_time"] = "2026-11-02T01:01:00.001Z".into();
    }
    let (before, after) = (report("simulate", &calls, &[]), report("simulate", &waited, &[]));
    let hits = |report: &Value| report["summary"]["hit_tokens_predicted"].as_i64().unwrap();
    let gained = hits(&after) - hits(&before);
    assert!(gained > 15_000, "{gained}");
    assert_eq!(plans.len(), 1, "{found}");
    assert_eq!((&plans[0]["tokens"], &plans[0]["cost"]), (&json!(gained), &after["summary"]["cost_predicted"]));
}

#[test]
fn another_model_costs_what_a_log_of_calls_to_it_costs() {
    let mut calls: Vec<Value> = Vec::new();
    for turn in 0..6 {
        let mut messages = vec![json!({"role": "system", "content": words(3, 1_500)})];
        for before in 0..turn {
            messages.push(json!({"role": "user", "content": format!("question {before}")}));
            messages.push(json!({"role": "assistant", "content": format!("answer {before}")}));
        }
        messages.push(json!({"role": "user", "content": format!("question {turn}")}));
        calls.push(json!({"timestamp": format!("2026-11-02T01:0{turn}:00Z"), "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-v4-pro", "messages": messages},
            "response": {"choices": [{"message": {"role": "assistant", "content": format!("answer {turn}")}}],
                "usage": {"completion_tokens": 40}}}));
    }
    let found = report("plan", &calls, &["--models", "deepseek-flash,gpt-4.1,no-such-model"]);
    let plans = found["plans"].as_array().unwrap();
    assert_eq!(plans.len(), 2, "{found}");
    for name in ["deepseek-flash", "gpt-4.1"] {
        let mut there = calls.clone();
        for call in &mut there {
            call["request"]["model"] = name.into();
            call.as_object_mut().unwrap().remove("url");
        }
        let cost = &report("simulate", &there, &[])["summary"]["cost_predicted"];
        let plan = plans.iter().find(|plan| plan["change"] == format!("the model {name}")).unwrap();
        assert_eq!(&plan["cost"], cost, "{name}");
    }
    let notes = found["notes"].to_string();
    assert!(notes.contains("not compared: no-such-model"), "{notes}");
}

#[test]
fn no_plan_is_made_where_the_predictions_are_far_from_the_reports() {
    // The same long prompt again and again, of which the provider says that nothing hit.
    let call = |minute: usize| {
        let usage = json!({"prompt_tokens": 2_000, "completion_tokens": 1, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 2_000});
        json!({"timestamp": format!("2026-11-02T01:0{minute}:00Z"), "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-v4-pro", "messages": [{"role": "user", "content": words(4, 1_000)}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": usage}})
    };
    let found = report("plan", &(0..9).map(call).collect::<Vec<_>>(), &[]);
    assert!(found["calibration"]["agreement"].as_f64().unwrap() < 0.8, "{found}");
    assert_eq!(found["plans"], json!([]));
    assert!(found["sentences"][0].as_str().unwrap().starts_with("No plan"), "{found}");
}

/// One prompt again and again, ten minutes apart, with the hits that a rule promises, but for `short` calls.
pub(crate) fn repeats(short: &[usize]) -> (Vec<Value>, u64) {
    let call = |number: usize, usage: &Value| {
        json!({"timestamp": format!("2026-04-05T{:02}:{:02}:00Z", 1 + number / 6, number % 6 * 10),
            "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-chat", "messages": [{"role": "user", "content": words(5, 1_000)}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": usage}})
    };
    let silent: Vec<Value> = (0..30).map(|number| call(number, &json!({}))).collect();
    let run = run_with(&["simulate", "-", "--format", "jsonl"], lines(&silent)).good();
    let rows: Vec<Value> = run.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let tokens = |row: &Value, key: &str| row[key].as_u64().unwrap();
    let least = tokens(&rows[5], "hit_tokens_min");
    assert!(least > 1_000, "{least}");
    let reported = |(number, row): (usize, &Value)| {
        let hits = tokens(row, "hit_tokens_predicted") - if short.contains(&number) { 128 } else { 0 };
        let prompt = tokens(row, "prompt_tokens");
        let usage = json!({"prompt_tokens": prompt, "completion_tokens": 1, "prompt_cache_hit_tokens": hits,
            "prompt_cache_miss_tokens": prompt - hits});
        call(number, &usage)
    };
    (rows.iter().enumerate().map(reported).collect(), rows.len() as u64)
}

#[test]
fn an_audit_counts_what_was_promised_and_not_served() {
    let (calls, count) = repeats(&[7, 11, 20]);
    let audit = &report("plan", &calls, &["--audit"])["audit"];
    assert_eq!((&audit["calls"], &audit["short_calls"]), (&json!(count), &json!(3)), "{audit}");
    assert_eq!(audit["short_tokens"], 3 * 128);
    // At the prices of that day: $0.28 for what missed, $0.028 for what was read.
    assert_eq!(audit["short_cost"], "0.000096768");
    let (low, high) = (audit["short_tokens_min"].as_u64().unwrap(), audit["short_tokens_max"].as_u64().unwrap());
    assert!(low <= 3 * 128 && (3 * 128..=10 * 128).contains(&high), "{audit}");
    let (calls, _) = repeats(&[]);
    let audit = &report("plan", &calls, &["--audit"])["audit"];
    assert_eq!((&audit["short_tokens"], &audit["short_tokens_max"]), (&json!(0), &json!(0)));
}

/// An agent of fifteen steps, each of which reads a long file; the results before `cleared(step)` are cleared.
fn agent(cleared: impl Fn(usize) -> usize) -> Vec<Value> {
    let call = |step: usize| {
        let mut messages = vec![
            json!({"role": "system", "content": words(6, 500)}),
            json!({"role": "user", "content": "Read all files."}),
        ];
        for before in 0..step {
            let asked = json!({"id": format!("call_{before}"), "type": "function", "function": {"name": "read", "arguments": format!("{{\"file\": {before}}}")}});
            messages.push(json!({"role": "assistant", "content": null, "tool_calls": [asked]}));
            let content = if before < cleared(step) { "[cleared]".to_owned() } else { words(10 + before, 400) };
            messages.push(json!({"role": "tool", "tool_call_id": format!("call_{before}"), "content": content}));
        }
        json!({"timestamp": format!("2026-11-02T01:{step:02}:00Z"), "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-v4-pro", "messages": messages, "tools": [{"type": "function", "function": {"name": "read",
                "description": "Reads a file.", "parameters": {"type": "object", "properties": {"file": {"type": "integer"}}}}}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "next"}}]}})
    };
    (0..20).map(call).collect()
}

#[test]
fn cleared_results_cost_what_a_log_costs_in_which_they_are_cleared_and_pay_after_the_turns_that_are_told() {
    let calls = agent(|_| 0);
    let found = report("plan", &calls, &["--compaction"]);
    let plans = found["plans"].as_array().unwrap();
    let anew = "each turn is cut again, and costs $";
    for (batch, words, told) in [(1, "one at a time", anew), (10, "ten at a time", "a cut costs $")] {
        let cleared = agent(|step| step.saturating_sub(3) / batch * batch);
        let cost = &report("simulate", &cleared, &[])["summary"]["cost_predicted"];
        let plan = plans.iter().find(|plan| plan["change"].as_str().unwrap().ends_with(words)).unwrap();
        assert_eq!(&plan["cost"], cost, "{words}");
        assert!(plan["assumptions"].to_string().contains(told), "{plan}");
    }
    let none = plans.iter().any(|plan| plan["change"].as_str().unwrap().contains("thirty at a time"));
    assert!(!none && plans.len() == 2, "{found}");
}

/// Twelve questions to four long documents, the question first, two minutes apart in an order that comes back to each document.
fn questions(sent: &[(usize, usize)], is_document_first: bool) -> Vec<Value> {
    let call = |(number, (document, question)): (usize, &(usize, usize))| {
        let mut pieces = [format!("question {question}: which sail?"), words(20 + document, 900)];
        if is_document_first {
            pieces.reverse();
        }
        let minutes = number * 2;
        json!({"timestamp": format!("2026-11-02T{:02}:{:02}:00Z", 1 + minutes / 60, minutes % 60),
            "url": "https://api.openai.com/v1/chat/completions",
            "request": {"model": "gpt-4.1", "messages": [{"role": "system", "content": "You answer."},
                {"role": "user", "content": pieces.join("\n\n")}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}})
    };
    sent.iter().enumerate().map(call).collect()
}

#[test]
fn documents_come_before_questions_and_questions_to_one_document_together() {
    let turns: Vec<(usize, usize)> = (0..12).map(|number| (number % 4, number / 4)).collect();
    let calls = questions(&turns, false);
    let found = report("plan", &calls, &["--reorder"]);
    let plan_with = |words: &str| {
        let plans = found["plans"].as_array().unwrap();
        plans
            .iter()
            .find(|plan| plan["change"].as_str().unwrap().starts_with(words))
            .unwrap_or_else(|| panic!("{found}"))
    };
    let cost = |calls: &[Value]| report("simulate", calls, &[])["summary"]["cost_predicted"].clone();
    let turned = plan_with("the pieces of 12 requests in the order that shares the most tokens (paragraphs 2, 1)");
    assert_eq!(turned["cost"], cost(&questions(&turns, true)));
    let grouped: Vec<(usize, usize)> = (0..12).map(|number| (number / 3, number % 3)).collect();
    let sorted = plan_with("requests sent one group after another");
    assert_eq!(sorted["cost"], cost(&questions(&grouped, true)));
    assert!(sorted["tokens"].as_i64().unwrap() > turned["tokens"].as_i64().unwrap(), "{found}");
}
