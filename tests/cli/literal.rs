//! Tests that a report is true of the numbers under it, to the letter, and that unknown is no zero.

use serde_json::{Value, json};

use crate::program::{run, run_with};

fn lines(log: &[Value]) -> Vec<u8> {
    log.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

fn told(args: &[&str], log: &[Value]) -> String {
    let run = run_with(args, lines(log));
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

fn json_of(args: &[&str], log: &[Value]) -> Value {
    serde_json::from_str(&told(&[args, &["--format", "json"]].concat(), log)).unwrap()
}

/// A request of deepseek-chat in the minute, which starts with 160 tokens that others have too.
fn asked(minute: u32, system: &str, user: &str) -> Value {
    let system = "You are helpful. ".repeat(40) + system;
    let messages = json!([{"role": "system", "content": system}, {"role": "user", "content": user}]);
    json!({"timestamp": format!("2026-04-05T00:{minute:02}:00Z"), "request": {"model": "deepseek-chat", "messages": messages}})
}

/// Usage alone, whose prompt nobody logged.
fn usage(hit: u64, miss: u64) -> Value {
    let usage = json!({"prompt_tokens": hit + miss, "prompt_cache_hit_tokens": hit, "prompt_cache_miss_tokens": miss,
        "completion_tokens": 5});
    json!({"timestamp": "2026-04-05T00:00:00Z", "model": "deepseek-chat", "usage": usage})
}

#[test]
fn causes_are_told_in_the_order_of_money() {
    // Less than a hundredth of the misses would have no sentence.
    let (filler, one, other) =
        ("and so on, ".repeat(400), "the ships sail, ".repeat(20), "the cars drive, ".repeat(20));
    let log = [
        asked(0, &one, "Hi"),
        asked(1, &other, "Hi"),
        asked(2, &other, &format!("x {filler}")),
        asked(3, &other, &filler),
    ];
    let (cheap, dear) = ("Text is reworded in message 1 (system)", "Text is removed in message 2 (user)");
    let all = told(&["simulate", "-"], &log);
    let place = |sentence: &str| all.find(sentence).unwrap_or_else(|| panic!("{sentence}: {all}"));
    assert!(place(dear) < place(cheap), "{all}");
    let two = told(&["simulate", "-"], &log[..2]);
    assert!(two.contains(cheap) && !two.contains(dear), "{two}");
    let several = told(&["simulate", "fixtures/logs/support-and-agent.jsonl"], &[]);
    assert!(
        several.contains("A date or time changes in message 1 (system): 11,419 tokens in 12 requests missed the cache, most in line 29 against line 28.")
    );
}

#[test]
fn what_is_not_in_the_log_is_no_zero() {
    let report = json_of(&["simulate", "-", "--by", "model"], &[usage(192, 78)]);
    assert_eq!(report.pointer("/tables/by/0/prompt_tokens"), Some(&Value::Null));
    assert_eq!(report.pointer("/summary/ledger/cold"), Some(&Value::Null));
    assert_eq!(report.pointer("/summary/prompt_tokens_reported"), Some(&json!(270)));
    assert!(told(&["simulate", "-"], &[usage(192, 78)]).contains("–  270 reported"));
}

#[test]
fn an_output_nobody_counted_is_no_zero_and_said() {
    let log = [asked(0, "A", "Hi"), asked(1, "A", "Hi")];
    for command in ["simulate", "cost"] {
        let report = json_of(&[command, "-"], &log);
        assert_eq!(report.pointer("/summary/output_tokens"), Some(&Value::Null), "{command}");
        let notes = told(&[command, "-"], &log);
        assert!(notes.contains("2 requests have no count of output tokens: the cost leaves them out"), "{command}");
    }
    assert_eq!(json_of(&["cost", "-"], &log).pointer("/summary/output_cost"), Some(&Value::Null));
}

#[test]
fn a_curve_says_why_a_request_is_not_in_it() {
    let said = told(&["curve", "-", "--over", "ttl"], &[usage(192, 78), asked(0, "A", "Hi")]);
    assert!(
        said.contains("1 request was not simulated: no prompt in the log") && !said.contains("no rule known"),
        "{said}"
    );
}

#[test]
fn tools_with_sorted_keys_are_counted_among_prompts_that_were_counted_exactly() {
    let weather = json!({"type": "function", "function": {"description": "Weather", "name": "w", "parameters": {}}});
    let request = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "tools": [weather]});
    let usage = json!({"prompt_tokens": 90, "completion_tokens": 5});
    let log = [json!({"request": request, "response": {"choices": [], "usage": usage}})];
    let said = told(&["simulate", "-", "--profile", "vllm"], &log);
    assert!(said.contains("1 estimated") && !said.contains("of them with tools"), "{said}");
}

#[test]
fn a_price_of_reads_that_nobody_published_is_not_known() {
    let calculated = |more: &[&str]| {
        let args = ["cost", "--model", "gpt-4o", "--prompt-tokens", "1000", "--hit-ratio", "0.5"];
        run(&[&args, more].concat()).good()
    };
    assert!(calculated(&[]).contains("writes are not charged: the first read saves"));
    let args = ["cost", "--model", "gpt-4o", "--prompt-tokens", "1000", "--tier", "batch", "--hit-ratio"];
    let batch = run(&[&args[..], &["0.5"]].concat());
    assert!(batch.stderr.contains("no price for cache reads of gpt-4o: none is published"), "{batch:?}");
    let unread = run(&[&args[..], &["0"]].concat()).good();
    assert!(
        unread.contains("–  writes are not charged, and reads are no cheaper than input, or have no published price")
    );
}

#[test]
fn the_columns_of_a_sweep_add_up_to_the_prompt() {
    let sweep = ["--sweep", "hit-ratio", "--prompt-tokens", "1000", "--written-tokens", "600", "--format", "csv"];
    let table = run(&[&["cost", "--model", "claude-sonnet-4-6"], &sweep[..]].concat()).good();
    let mut rows = table.lines();
    assert!(rows.next().is_some_and(|head| {
        head.starts_with("hit_ratio_billed,hit_tokens_billed,miss_tokens,written_tokens,cost_billed")
    }));
    for row in rows {
        let tokens = row.split(',').skip(1).take(3).map(|count| count.parse::<u64>().unwrap());
        assert_eq!(tokens.sum::<u64>(), 1000, "{row}");
    }
}

#[test]
fn hits_beyond_the_log_are_said_where_the_best_cache_counts_them() {
    let mut call = asked(0, "A", "Hi");
    call["response"] = usage(128, 36);
    let said = told(&["cost", "-"], &[call]);
    assert!(
        said.contains("1 request has more reported hits than tokens in common with earlier requests of the log"),
        "{said}"
    );
}

#[test]
fn a_report_that_contradicts_itself_is_compared_with_nothing() {
    let mut line = asked(1, "A", "Hi");
    line["response"] =
        json!({"usage": {"prompt_tokens": 100, "prompt_cache_hit_tokens": 500, "prompt_cache_miss_tokens": 0}});
    let report = json_of(&["simulate", "-"], &[asked(0, "A", "Hi"), line]);
    for (pointer, value) in [("hits_compared", json!(0)), ("lost", json!(null)), ("unexplained", json!(null))] {
        assert_eq!(report["summary"][pointer], value, "{pointer}");
    }
}

#[test]
fn a_line_without_a_time_is_replayed_when_it_is_priced() {
    let mut untimed = asked(1, "A", "Hi");
    untimed.as_object_mut().unwrap().remove("timestamp");
    let log = [asked(0, "A", "Hi"), untimed];
    let hits =
        |args: &[&str]| json_of(&[&["simulate", "-"], args].concat(), &log)["summary"]["hit_tokens_predicted"].clone();
    assert_eq!((hits(&[]), hits(&["--at", "2026-04-10"])), (json!(128), json!(0)), "five days are beyond its lifetime");
}

#[test]
fn counts_are_compared_with_those_of_the_same_request() {
    let bare = asked(0, "A", "Hi");
    assert!(!told(&["simulate", "-"], &[bare, usage(192, 78)]).contains("270 reported"));
    let mut line = asked(1, "A", "Hi");
    line["response"] =
        json!({"usage": {"prompt_tokens": 100, "prompt_cache_hit_tokens": 500, "prompt_cache_miss_tokens": 0}});
    assert!(told(&["simulate", "-"], &[line]).contains(" not reported"));
}

#[test]
fn lines_without_a_time_among_others_are_said() {
    let mut untimed = asked(1, "A", "Hi");
    untimed.as_object_mut().unwrap().remove("timestamp");
    for command in [&["simulate", "-"][..], &["cost", "-"], &["curve", "-", "--over", "ttl"]] {
        assert!(told(command, &[asked(0, "A", "Hi"), untimed.clone()]).contains("1 request has no time: replayed at"));
        assert!(!told(command, &[asked(0, "A", "Hi"), asked(1, "A", "Hi")]).contains("no time"));
    }
}

#[test]
fn an_invoice_is_held_against_the_log_and_its_parts_sum_to_the_gap() {
    let line = |day: u32, tokens: u64| {
        let usage =
            json!({"prompt_tokens": tokens, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 0}});
        json!({"timestamp": format!("2026-10-0{day}T12:00:00Z"), "response": {"model": "gpt-4o", "usage": usage}})
            .to_string()
    };
    let log = [line(1, 4_000_000), line(2, 8_000_000)].join("\n");
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("costs.csv");
    let rows = "start_time_iso,line_item,amount_value,amount_currency\n2026-10-01T00:00:00Z,\"gpt-4o, input\",10,usd\n\
                2026-10-02T00:00:00Z,\"gpt-4o, input\",25,usd\n2026-10-03T00:00:00Z,\"gpt-4o, input\",3,usd\n";
    std::fs::write(&export, rows).unwrap();
    let cost = |invoice: &str, format: &str| {
        crate::program::run_with(&["cost", "-", "--invoice", invoice, "--format", format], log.clone().into_bytes())
    };
    let report: Value = serde_json::from_str(&cost(export.to_str().unwrap(), "json").good()).unwrap();
    let invoice = &report["summary"]["invoice"];
    let parts = json!([{"part": "dates_not_covered", "amount": "3"}, {"part": "calls_not_logged", "amount": "5"}]);
    assert_eq!(invoice["parts"], parts, "{invoice}");
    assert_eq!((&invoice["amount"], &invoice["gap"], &invoice["currency"]), (&json!("38"), &json!("8"), &json!("USD")));
    let said = cost("$30.10", "table").good();
    assert!(
        said.contains("The invoice of $30.1000 is reconciled: it is $0.1000 (0.3 %) above what the log costs."),
        "{said}"
    );
    assert!(cost("30 EUR", "table").stderr.contains("--fx USD/EUR=RATE converts them"));
    assert!(cost("no-such-file", "table").stderr.contains("neither an amount such as"));
}
