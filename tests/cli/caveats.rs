//! Notes that limit an answer, which every command gives with it.

use serde_json::{Value, json};

use crate::program::{run, run_with};

/// Calls of deepseek-chat with a long prompt, each with what else its line has.
fn log(lines: &[Value]) -> Vec<u8> {
    let prompt = "The quick brown fox jumps over the lazy dog, and what it found there was told to nobody. ".repeat(40);
    let line = |more: &Value| {
        let mut line =
            json!({"request": {"model": "deepseek-chat", "messages": [{"role": "user", "content": prompt}]}});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{line}\n")
    };
    lines.iter().map(line).collect::<String>().into_bytes()
}

fn told(args: &[&str], log: Vec<u8>) -> String {
    let run = run_with(args, log);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout + &run.stderr
}

fn summary(args: &[&str], log: Vec<u8>) -> Value {
    let report: Value = serde_json::from_str(&told(args, log)).unwrap();
    report["summary"].clone()
}

#[test]
fn an_owner_that_no_line_names_is_said() {
    let lines = [json!({"meta": {"team": "red"}}), json!({"meta": {"team": "blue"}}), json!({})];
    for command in [&["simulate", "-"][..], &["cost", "-"], &["curve", "-", "--over", "ttl"], &["parse", "-"]] {
        let of = |pointer: &str| {
            let run = run_with(&[command, &["--scope", pointer]].concat(), log(&lines));
            run.stdout + &run.stderr
        };
        assert!(of("/meta/taem").contains("no line has /meta/taem"), "{command:?}");
        assert!(of("/meta/team").contains("1 request has no /meta/team"), "{command:?}");
    }
}

#[test]
fn times_out_of_order_and_unreadable_ones_are_said() {
    let lines = [
        json!({"timestamp": "2026-04-07T10:00:00Z"}),
        json!({"timestamp": "2026-04-07T09:00:00Z"}),
        json!({"timestamp": "yesterday"}),
    ];
    for command in [&["simulate", "-"][..], &["cost", "-"], &["curve", "-", "--over", "ttl"]] {
        let said = told(command, log(&lines));
        assert!(said.contains("1 request was moved"), "{command:?}: {said}");
        assert!(said.contains("1 request has a time that cannot be read"), "{command:?}: {said}");
    }
}

#[test]
fn each_note_has_a_code_in_json() {
    const LOG: &str = "fixtures/logs/support-and-agent.jsonl";
    const OTHER: &str = "fixtures/logs/formats/openai-responses.jsonl";
    const OLD: &str = "fixtures/templates/shop/before/support.yaml";
    const NEW: &str = "fixtures/templates/shop/prompts/support.yaml";
    let commands: [(&[&str], &str); 12] = [
        (&["simulate", OTHER, LOG, "--by", "user", "--top", "1"], "rows-left-out"),
        (&["cost", OTHER, LOG], "no-cache"),
        (&["curve", LOG, "--over", "ttl"], ""),
        (&["plan", LOG], "shareable-log"),
        (&["compare", LOG, LOG], ""),
        (&["trend", LOG, OTHER], "no-cache"),
        (&["parse", "fixtures/logs/formats/openai-responses.jsonl", "--summary"], "no-cache"),
        (&["diff", OLD, NEW], "no-price"),
        (&["diff", OLD, NEW, "--model", "gpt-5", "--at", "2026-11-10"], "prices-of-one-day"),
        (&["lint", "fixtures/templates/shop", "--list"], ""),
        (
            &["cost", "--model", "gpt-5", "--prompt-tokens", "1000", "--hit-ratio", "0.5", "--at", "2026-11-10"],
            "prices-of-one-day",
        ),
        (&["rates", "gpt-5"], "surcharge"),
    ];
    for (command, expected) in commands {
        let run = run(&[command, &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let caveats = report["caveats"].as_array().unwrap();
        let text = |caveat: &Value| caveat["text"].as_str().unwrap().to_owned();
        for note in report["notes"].as_array().unwrap() {
            let note = note.as_str().unwrap();
            assert!(caveats.iter().any(|caveat| note.starts_with(&text(caveat))), "{command:?}: {note}: {caveats:?}");
        }
        assert!(caveats.iter().all(|caveat| !caveat["code"].as_str().unwrap().is_empty()), "{caveats:?}");
        assert!(
            expected.is_empty() || caveats.iter().any(|caveat| caveat["code"] == expected),
            "{command:?}: {caveats:?}"
        );
    }
}

#[test]
fn what_csv_and_json_lines_have_no_room_for_is_said_beside_them() {
    let lines = [json!({"timestamp": "2026-04-07T10:00:00Z"}), json!({"timestamp": "2026-04-07T09:00:00Z"})];
    for args in [
        &["simulate", "-", "--format", "csv"][..],
        &["simulate", "-", "--format", "jsonl"],
        &["cost", "-", "--format", "csv"],
        &["curve", "-", "--over", "ttl", "--format", "csv"],
    ] {
        let run = run_with(args, log(&lines));
        assert!(run.stderr.contains("cachecheck: note: 1 request was moved"), "{args:?}: {}", run.stderr);
        assert!(!run.stdout.contains("note"), "{args:?}");
    }
}

#[test]
fn a_call_that_is_there_twice_is_said() {
    let call = |id: &str, time: &str| json!({"timestamp": time, "response": {"id": id}});
    let (first, second) = (call("chatcmpl-1", "2026-04-07T10:00:00Z"), call("chatcmpl-2", "2026-04-07T10:00:00Z"));
    for (lines, repeated) in [(vec![first.clone(), second.clone()], false), (vec![first.clone(), second, first], true)]
    {
        for command in [&["simulate", "-"][..], &["cost", "-"], &["curve", "-", "--over", "ttl"]] {
            let said = told(command, log(&lines));
            assert_eq!(
                said.contains("1 request has the id of an earlier one, and its time or its counts"),
                repeated,
                "{command:?}: {said}"
            );
        }
    }
}

#[test]
fn a_curve_without_times_is_held_against_what_no_cache_costs() {
    let lines = [json!({}), json!({})];
    let args = ["simulate", "-", "--at", "2026-04-05", "--format", "json"];
    let dollars: f64 = summary(&args, log(&lines))["cost_without_cache"].as_str().unwrap().parse().unwrap();
    let said = told(&["curve", "-", "--over", "ttl", "--at", "2026-04-05"], log(&lines));
    assert!(said.contains(&format!("instead of ${dollars:.4} without a hit")), "{dollars}: {said}");
}

#[test]
fn what_is_reported_is_held_against_the_same_requests() {
    let times = |hour: u32| json!({"timestamp": format!("2026-04-07T{hour:02}:00:00Z")});
    let usage = json!({"prompt_tokens": 800, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 512}});
    let other = json!({"timestamp": "2026-04-07T08:00:00Z", "response": {"model": "qwen3-max", "usage": usage},
        "request": {"model": "qwen3-max", "messages": [{"role": "user", "content": "Hi"}]}});
    let mut own = times(9);
    own["response"] = json!({"model": "deepseek-chat", "choices": [], "usage":
        {"prompt_tokens": 800, "completion_tokens": 5, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 800}});
    let said = told(&["simulate", "-"], log(&[other.clone(), own, times(10)]));
    assert!(said.contains("(reported by 1 of these 2 requests: 0.0 %)"), "{said}");
    assert!(said.contains("for the 2 requests with a prediction and a price"), "{said}");
    let found = summary(&["simulate", "-", "--format", "json"], log(&[other, times(10)]));
    assert_eq!((&found["requests_priced_predicted"], &found["requests_priced_reported"]), (&json!(1), &json!(1)));
}

#[test]
fn blocks_that_cannot_hold_the_tokens_are_said() {
    let log = |length: u64| format!("{}\n", json!({"input_length": length, "hash_ids": [1, 2, 3, 4]})).into_bytes();
    assert!(told(&["simulate", "-"], log(60)).contains("blocks of 16 "));
    assert!(told(&["simulate", "-"], log(300)).contains("blocks of neither 512 nor 16 tokens"));
    assert!(told(&["curve", "-", "--over", "capacity", "--block-size", "64"], log(60)).contains("(--block-size)"));
}

#[test]
fn a_price_of_one_hour_is_said_to_be_one() {
    let model = ["cost", "--model", "deepseek-v4-pro", "--prompt-tokens", "1000", "--hit-ratio", "0.5", "--at"];
    let said = |at| told(&[&model[..], &[at]].concat(), Vec::new());
    assert!(said("2026-09-21").contains("at the off-peak price of 2026-09-21T00:00:00Z"));
    assert!(said("2026-09-21T02:00:00Z").contains("at the peak price of 2026-09-21T02:00:00Z"));
}

#[test]
fn a_log_does_not_steer_the_terminal() {
    let line = json!({"request": {"model": "\u{1b}[31mred", "messages": [{"role": "user", "content": "Hi"}]}});
    for format in ["table", "markdown"] {
        let said = told(&["simulate", "-", "--by", "model", "--format", format], line.to_string().into_bytes());
        assert!(said.contains("\\u{1b}[31mred") && !said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn so_is_that_of_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prompt.yaml");
    std::fs::write(&path, "- role: system\n  content: You are {{ name }}.\n").unwrap();
    let path = path.to_str().unwrap();
    for command in [&["lint", path][..], &["diff", path, path]] {
        let said = told(&[command, &["--model", "deepseek-v4-pro", "--at", "2026-09-21"]].concat(), Vec::new());
        assert!(said.contains("at the off-peak price of 2026-09-21T00:00:00Z"), "{said}");
    }
}

#[test]
fn a_dimension_of_which_no_line_says_anything_is_told() {
    let notes = |by: &str| {
        let report = crate::program::report(&crate::program::fixture("short"), &["--by", by]);
        let codes = report["caveats"].as_array().unwrap().iter().filter(|caveat| caveat["code"] == "no-group");
        codes.map(|caveat| caveat["reason"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(notes("/nope/x,model"), ["/nope/x"]);
    assert!(notes("model,day").is_empty() && notes("/request/model").is_empty());
}
