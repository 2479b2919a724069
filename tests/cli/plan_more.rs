//! `plan` beyond one model and one time: other models, calls that can wait or keep prompts alive, summaries, bundles, each provider's marks.

use serde_json::{Value, json};

use crate::plan::{lines, nine_minutes_apart, plan_of, repeats, report, words};
use crate::program::run_with;

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
        for call in &mut there {
            call["request"]["model"] = model.into();
            if model != "deepseek-v4-pro" {
                call.as_object_mut().unwrap().remove("url");
            }
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
    assert_eq!(plan["change"], "3 requests that can wait sent as a batch", "{found}");
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
    assert_eq!(plan["change"], "3 requests that can wait sent after the hours of peak prices", "{found}");
    assert!(plan["assumptions"].to_string().contains("up to 3 hours"), "{plan}");
    assert_eq!(plan["cost"], report("simulate", &then, &[])["summary"]["cost_predicted"]);
    let all = report("plan", &now, &["--deferrable", "all"]);
    assert_eq!(plan_of(&all, 0)["change"], "6 requests that can wait sent after the hours of peak prices");
}

#[test]
fn a_call_between_two_uses_keeps_a_prompt_alive_and_costs_a_read() {
    let found = report("plan", &nine_minutes_apart(), &["--warm-up"]);
    let plan = plan_of(&found, 0);
    assert_eq!(
        plan["change"], "tools and system text kept alive by a request 4.5 minutes after each use, once",
        "{found}"
    );
    // By the list: one write of 10,000 tokens at $2.50, nine reads at $0.20, ten times 20 tokens at $2 and 10 of the answer at $10; and ten
    // calls that read 10,000 tokens, answer one, and say a word.
    let calls = 0.025 + 9.0 * 0.002 + 10.0 * 0.000_14;
    let added = 10.0 * (0.002 + 0.000_01);
    let cost: f64 = plan["cost"].as_str().unwrap().parse().unwrap();
    assert!((calls + added..calls + added + 10.0 * 0.000_05).contains(&cost), "{plan}");
    // A write costs 12.5 reads, so that eleven calls are worth a gap of 11 × 4.5 and 5 minutes.
    assert!(plan["assumptions"].to_string().contains("within 54.5 minutes, and not later"), "{plan}");
    assert!(plan["assumptions"][0].as_str().unwrap().starts_with("10 requests are added"), "{plan}");
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
    assert!(missing.stderr.contains("calls.txt:2: names a request that is not in these logs"), "{missing:?}");
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
    assert_eq!(best["change"], "breakpoints after tools and system text, for 30 minutes", "{found}");
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

#[test]
fn where_a_beginning_is_kept_once_two_calls_have_shown_it_two_are_sent_first() {
    let call = |number: usize, start: &str, end: &str| {
        json!({"start_time": start, "end_time": end, "url": "https://api.deepseek.com/chat/completions",
            "request": {"model": "deepseek-v4-pro", "messages": [{"role": "system", "content": words(2, 2_000)},
                {"role": "user", "content": format!("part {number}: {}", words(number, 200))}]},
            "response": {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}})
    };
    let (start, end) = ("2026-11-02T05:00:00Z", "2026-11-02T05:00:30Z");
    let calls: Vec<Value> = (0..6).map(|number| call(number, start, end)).collect();
    let found = report("plan", &calls, &["--warm-up"]);
    let plans = found["plans"].as_array().unwrap();
    let plan =
        plans.iter().find(|plan| plan["change"].as_str().unwrap().starts_with("two requests of each burst")).unwrap();
    let mut waited = calls.clone();
    waited[1] = call(1, "2026-11-02T05:00:30.001Z", "2026-11-02T05:01:00.001Z");
    for (number, later) in waited.iter_mut().enumerate().skip(2) {
        *later = call(number, "2026-11-02T05:01:00.002Z", "2026-11-02T05:01:30.002Z");
    }
    assert_eq!(plan["cost"], report("simulate", &waited, &[])["summary"]["cost_predicted"], "{found}");
    // Recorded calls show it irregularly, so that nothing is counted on; the least cost is with four calls, or five, that read it.
    let amount = |key: &str| plan[key].as_str().unwrap().parse::<f64>().unwrap();
    assert!(amount("cost_min") < amount("cost") / 2.0, "{plan}");
    assert!(plan["assumptions"].to_string().contains("irregularly"), "{plan}");
}
