//! `plan` finds the best change where it is known by construction, and its money is that of a log that was written so.

use serde_json::{Value, json};

use crate::program::run_with;

/// A long text, the same for each number.
fn words(number: usize, count: usize) -> String {
    (0..count).map(|index| format!("word{} ", (index * 7 + number * 131) % 997)).collect()
}

fn lines(calls: &[Value]) -> Vec<u8> {
    calls.iter().map(|call| format!("{call}\n")).collect::<String>().into_bytes()
}

fn report(command: &str, calls: &[Value], more: &[&str]) -> Value {
    let run = run_with(&[&[command, "-", "--format", "json"], more].concat(), lines(calls));
    serde_json::from_str(&run.good()).unwrap()
}

fn plan_of(report: &Value, index: usize) -> &Value {
    &report["plans"][index]
}

/// Ten calls of Claude with one system text, nine minutes apart, each of which wrote it for five minutes.
fn nine_minutes_apart() -> Vec<Value> {
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
    assert_eq!(best["change"], "breakpoints behind tools and system text, for an hour", "{found}");
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
        found["sentences"][1].as_str().unwrap().starts_with("The best breakpoints for each call would cost $"),
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
fn repeats(short: &[usize]) -> (Vec<Value>, u64) {
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
    let anew = "each turn is cut anew, and costs $";
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
    let turned = plan_with("the pieces of 12 calls in the order that shares most (paragraphs 2, 1)");
    assert_eq!(turned["cost"], cost(&questions(&turns, true)));
    let grouped: Vec<(usize, usize)> = (0..12).map(|number| (number / 3, number % 3)).collect();
    let sorted = plan_with("calls sent one group after another");
    assert_eq!(sorted["cost"], cost(&questions(&grouped, true)));
    assert!(sorted["tokens"].as_i64().unwrap() > turned["tokens"].as_i64().unwrap(), "{found}");
}

#[test]
fn another_model_is_cheaper_from_the_share_of_hits_on_at_which_both_cost_the_same() {
    // Prices that cross: the model in use is dear where it misses, the other where it hits.
    let list = |provider: &str, model: &str, input: u8, read: &str| {
        format!(
            "  - provider: {provider}\n    currency: USD\n    source: test\n    retrieved: 2026-11-01\n    rows:\n      \
                 - {{models: [{model}], prices: {{input: \"{input}\", cache_read: \"{read}\", output: \"0\"}}}}\n"
        )
    };
    let lists = [list("deepseek", "deepseek-v4-pro", 4, "0.1"), list("openai", "gpt-4.1", 2, "1")].concat();
    let card = format!("price_lists:\n{lists}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.yaml");
    std::fs::write(&path, card).unwrap();
    let calls = burst_of_deepseek();
    let rates = ["--rates", path.to_str().unwrap()];
    let found = report("plan", &calls, &[&["--models", "gpt-4.1"], rates.as_slice()].concat());
    let plan = plan_of(&found, 0);
    let tokens = |model: &str| {
        let mut there = calls.clone();
        there.iter_mut().for_each(|call| call["request"]["model"] = model.into());
        if model != "deepseek-v4-pro" {
            there.iter_mut().for_each(|call| drop(call.as_object_mut().unwrap().remove("url")));
        }
        report("simulate", &there, &[])["summary"]["prompt_tokens"].as_f64().unwrap()
    };
    let (now, then) = (tokens("deepseek-v4-pro"), tokens("gpt-4.1"));
    // now × (4 - 3.9 h) = then × (2 - h)
    let crossing = (4.0 * now - 2.0 * then) / (3.9 * now - then);
    assert_eq!(plan["crossover"]["cheaper"], "below", "{found}");
    assert!((plan["crossover"]["hit_ratio"].as_f64().unwrap() - crossing).abs() < 1e-6, "{plan} {crossing}");
}

/// Calls of DeepSeek with one long beginning, a minute apart.
fn burst_of_deepseek() -> Vec<Value> {
    let call = |number: usize| {
        json!({"timestamp": format!("2026-11-02T01:0{number}:00Z"), "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-v4-pro", "messages": [{"role": "system", "content": words(2, 2_000)},
                {"role": "user", "content": format!("part {number}: {}", words(number, 200))}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}})
    };
    (0..6).map(call).collect()
}

/// The same calls of two jobs, of which the nightly one can wait, at a time of the day.
fn two_jobs(model: &str, url: &str, hour: usize, night: impl Fn(usize) -> String) -> Vec<Value> {
    let call = |number: usize| {
        let is_nightly = number % 2 == 1;
        let time = if is_nightly { night(number) } else { format!("2026-11-03T{hour:02}:{:02}:00Z", 10 + number) };
        json!({"timestamp": time, "url": url, "metadata": {"job": if is_nightly { "nightly" } else { "chat" }},
            "request": {"model": model, "messages": [{"role": "system", "content": words(2, 2_000)},
                {"role": "user", "content": format!("part {number}: {}", words(number, 200))}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": {"completion_tokens": 10}}})
    };
    (0..6).map(call).collect()
}

const NIGHTLY: [&str; 2] = ["--deferrable", "/metadata/job=nightly"];

#[test]
fn calls_that_can_wait_cost_half_in_a_batch_of_which_nothing_is_served() {
    let calls = two_jobs("gpt-4.1", "https://api.openai.com/v1/chat/completions", 1, |number| {
        format!("2026-11-03T01:{}:00Z", 10 + number)
    });
    let found = report("plan", &calls, &NIGHTLY);
    let plan = plan_of(&found, 0);
    assert_eq!(plan["change"], "3 calls that can wait sent as a batch", "{found}");
    let part = |nightly: bool| -> Vec<Value> {
        calls.iter().filter(|call| (call["metadata"]["job"] == "nightly") == nightly).cloned().collect()
    };
    let amount = |value: &Value| value.as_str().unwrap().parse::<cachecheck::money::Decimal>().unwrap();
    let stay = amount(&report("simulate", &part(false), &[])["summary"]["cost_predicted"]);
    let sent = amount(&report("simulate", &part(true), &[])["summary"]["cost_without_cache"]);
    // Batches cost half (OpenAI's price list).
    assert_eq!(amount(&plan["cost"]), stay + sent / cachecheck::money::Decimal::TWO);
}

#[test]
fn calls_that_can_wait_go_behind_the_peak_and_keep_their_distances() {
    // DeepSeek's peak is from 1:00 to 4:00 UTC on working days; the 3rd of November 2026 is a Tuesday.
    let url = "https://api.deepseek.com/chat/completions";
    let at = |hour: usize| move |number: usize| format!("2026-11-03T{hour:02}:{}:00Z", 10 + number);
    let (now, then) = (two_jobs("deepseek-v4-pro", url, 1, at(1)), two_jobs("deepseek-v4-pro", url, 1, at(4)));
    let found = report("plan", &now, &NIGHTLY);
    let plan = plan_of(&found, 0);
    assert_eq!(plan["change"], "3 calls that can wait sent after the hours of peak prices", "{found}");
    assert!(plan["assumptions"].to_string().contains("up to 3 hours"), "{plan}");
    assert_eq!(plan["cost"], report("simulate", &then, &[])["summary"]["cost_predicted"]);
    let all = report("plan", &now, &["--deferrable", "all"]);
    assert_eq!(plan_of(&all, 0)["change"], "6 calls that can wait sent after the hours of peak prices");
}

#[test]
fn a_call_between_two_uses_keeps_a_prompt_alive_and_costs_a_read() {
    let found = report("plan", &nine_minutes_apart(), &["--warm-up"]);
    let plan = plan_of(&found, 0);
    assert_eq!(
        plan["change"], "tools and system text kept alive by a call 4.5 minutes after each use, once",
        "{found}"
    );
    // By the list: one write of 10,000 tokens at $2.50, nine reads at $0.20, ten times 20 tokens at $2 and 10 of the answer at $10; and ten
    // calls that read 10,000 tokens, answer one, and say a word.
    let calls = 0.025 + 9.0 * 0.002 + 10.0 * 0.000_14;
    let added = 10.0 * (0.002 + 0.000_01);
    let cost: f64 = plan["cost"].as_str().unwrap().parse().unwrap();
    assert!((calls + added..calls + added + 10.0 * 0.000_05).contains(&cost), "{plan}");
    // A write costs 12.5 reads, so that eleven calls are worth a gap of 11 × 4.5 and 5 minutes.
    assert!(plan["assumptions"].to_string().contains("within 54.5 minutes, and not beyond"), "{plan}");
    assert!(plan["assumptions"][0].as_str().unwrap().starts_with("10 calls are added"), "{plan}");
}

#[test]
fn nothing_is_kept_alive_at_a_loss_where_the_next_use_comes_too_late() {
    let mut calls = nine_minutes_apart();
    for (index, call) in calls.iter_mut().enumerate() {
        call["timestamp"] = format!("2026-11-02T{:02}:00:00Z", 2 * index).into();
    }
    let found = report("plan", &calls, &["--warm-up"]);
    let plan = plan_of(&found, 0);
    assert!(plan["saved"].as_str().unwrap().starts_with('-'), "{found}");
    assert!(found["sentences"][0].as_str().unwrap().starts_with("No change that was tried saves"), "{found}");
}

/// A talk of 25 turns with long questions; the turns before `cut(turn)` are replaced by a summary, which a call of its own writes.
fn talk(cut: impl Fn(usize) -> usize) -> Vec<Value> {
    let history = |turn: usize, cut: usize| {
        let mut messages = vec![json!({"role": "system", "content": words(6, 500)})];
        if cut > 0 {
            messages.push(json!({"role": "user", "content": format!("{cut}{}", " summary".repeat(999))}));
        }
        for before in cut..turn {
            messages.push(json!({"role": "user", "content": words(10 + before, 300)}));
            messages.push(json!({"role": "assistant", "content": format!("answer {before}")}));
        }
        messages.push(json!({"role": "user", "content": words(10 + turn, 300)}));
        messages
    };
    let call = |time: String, messages: Vec<Value>, answer: u64| {
        json!({"timestamp": time, "url": "https://api.deepseek.com/chat/completions", "request": {"model": "deepseek-v4-pro", "messages": messages},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": {"completion_tokens": answer}}})
    };
    let mut calls = Vec::new();
    for turn in 0..25 {
        if turn > 0 && cut(turn) > cut(turn - 1) {
            let mut messages = history(turn, cut(turn - 1));
            messages.push(json!({"role": "user", "content": "Summarise the conversation so far."}));
            calls.push(call(format!("2026-11-02T04:{:02}:59.999Z", 9 + turn), messages, 1_000));
        }
        calls.push(call(format!("2026-11-02T04:{:02}:00Z", 10 + turn), history(turn, cut(turn)), 10));
    }
    calls
}

#[test]
fn a_summary_costs_what_a_log_costs_in_which_it_is_written_and_sent() {
    let found = report("plan", &talk(|_| 0), &["--compaction"]);
    let plans = found["plans"].as_array().unwrap();
    let plan = plans.iter().find(|plan| plan["change"].as_str().unwrap().contains("summary")).unwrap();
    // Twenty turns stand in the history with the twentieth question.
    let written = report("simulate", &talk(|turn| (turn + 1).saturating_sub(10) / 10 * 10), &[]);
    assert_eq!(plan["cost"], written["summary"]["cost_predicted"], "{plan}");
    assert_eq!(plan["calls"], 25);
}

#[test]
fn a_bundle_holds_the_calls_that_show_a_shortfall_and_gives_the_same_figures_without_a_text() {
    let (short, _) = repeats(&[7, 11, 20]);
    // Between them calls of another template, which have nothing to do with it.
    let other = |number: usize| {
        json!({"timestamp": format!("2026-04-05T{:02}:{:02}:30Z", 1 + number / 6, number % 6 * 10), "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-chat", "messages": [{"role": "user", "content": words(40 + number, 300)}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}})
    };
    let calls: Vec<Value> = short.iter().enumerate().flat_map(|(number, call)| [call.clone(), other(number)]).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (log, names, key, bundle) = (path("log.jsonl"), path("calls.txt"), path("key"), path("bundle.jsonl"));
    std::fs::write(&log, lines(&calls)).unwrap();
    let audit = document(&["plan", &log, "--bundle", &names, "--format", "json"]);
    assert_eq!(audit["audit"]["short_calls"], 3, "{audit}");
    let written = run_with(&["parse", &log, "--redact", "--key-file", &key, "--only", &names], Vec::new());
    assert_eq!(written.code, Some(0), "{written:?}");
    let written = written.stdout;
    let count = written.lines().count();
    assert!((4..=30).contains(&count), "{count}");
    assert!(!written.contains("word7"));
    std::fs::write(&bundle, &written).unwrap();
    let again = document(&["plan", &bundle, "--audit", "--format", "json"]);
    for figure in ["short_calls", "short_tokens", "short_cost"] {
        assert_eq!(again["audit"][figure], audit["audit"][figure], "{figure}");
    }
    std::fs::write(&names, format!("{log}:1\n{log}:900\n")).unwrap();
    let missing = run_with(&["parse", &log, "--only", &names], Vec::new());
    assert!(missing.stderr.contains("calls.txt:2: names a call that is not in these logs"), "{missing:?}");
}

fn document(args: &[&str]) -> Value {
    serde_json::from_str(&run_with(args, Vec::new()).good()).unwrap()
}

#[test]
fn questions_that_no_other_call_continues_are_not_written_where_openai_lets_the_client_choose() {
    // Ten questions on one system text; OpenAI writes each question behind it, which no call reads.
    let call = |number: usize| {
        json!({"timestamp": format!("2026-11-02T08:{:02}:00Z", number * 5), "url": "https://api.openai.com/v1/chat/completions",
            "request": {"model": "gpt-5.6-sol", "messages": [{"role": "system", "content": words(1, 2_000)},
                {"role": "user", "content": words(2 + number, 1_000)}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": {"completion_tokens": 10}}})
    };
    let calls: Vec<Value> = (0..10).map(call).collect();
    let found = report("plan", &calls, &["--breakpoints"]);
    let best = plan_of(&found, 0);
    assert_eq!(best["change"], "breakpoints behind tools and system text, for 30 minutes", "{found}");
    // The same log with the lines that it tells to write.
    let mut chosen = calls.clone();
    for call in &mut chosen {
        call["request"]["prompt_cache_options"] = json!({"mode": "explicit", "ttl": "30m"});
        let text = call["request"]["messages"][0]["content"].take();
        call["request"]["messages"][0]["content"] =
            json!([{"type": "text", "text": text, "prompt_cache_breakpoint": {"mode": "explicit"}}]);
    }
    assert_eq!(best["cost"], report("simulate", &chosen, &[])["summary"]["cost_predicted"], "{best}");
    assert_eq!(found["optimum"]["policy_beyond"], 0.0, "{found}");
    // Without a breakpoint nothing is cached in that mode.
    for call in &mut chosen {
        let text = call["request"]["messages"][0]["content"][0]["text"].take();
        call["request"]["messages"][0]["content"] = text;
    }
    let none = report("simulate", &chosen, &[]);
    assert_eq!(
        (&none["summary"]["hit_tokens_predicted"], &none["summary"]["written_tokens_predicted"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn qwen_sells_one_lifetime_of_breakpoints() {
    let call = |number: usize| {
        let system = json!([{"type": "text", "text": words(1, 2_000), "cache_control": {"type": "ephemeral"}}]);
        json!({"timestamp": format!("2026-11-02T08:{:02}:00Z", number * 2), "url": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions",
            "request": {"model": "qwen3.7-max", "messages": [{"role": "system", "content": system},
                {"role": "user", "content": format!("question {number}")}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}], "usage": {"completion_tokens": 10}}})
    };
    let found = report("plan", &(0..5).map(call).collect::<Vec<_>>(), &["--breakpoints"]);
    assert!(!found.to_string().contains("an hour"), "{found}");
    assert!(found["optimum"]["cost"].is_string(), "{found}");
    // The client has the best policy already, so that no other saves.
    assert_eq!(found["optimum"]["regret"], "0", "{found}");
}
