//! Values on the command line: one spelling for each kind of them, and what does not fit or apply is told with what to type.

use std::fs;

use serde_json::{Value, json};

use crate::program::{Run, ended, fixture, program, report, run};
use crate::repository::{NOW, Repository, prompt};

/// A request of the calculator, with more options.
fn calculated(more: &[&str]) -> Run {
    let request = ["cost", "--model", "deepseek-chat", "--at", "2026-04-05", "--prompt-tokens", "1000"];
    run(&[&request[..], more].concat())
}

fn refused(run: &Run) -> String {
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    run.stderr.clone()
}

#[test]
fn a_capacity_and_a_lifetime_are_written_alike_everywhere() {
    let trace = fixture("trace");
    assert_eq!(report(&trace, &["--capacity", "1k"]), report(&trace, &["--capacity", "1000"]));
    let log = fixture("support-and-agent");
    let curve = run(&["curve", &log, "--over", "ttl", "--limits", "5m,never", "--format", "csv"]).good();
    let never = curve.lines().last().unwrap();
    assert!(never.starts_with("never,,23232,"), "{curve}");
    for args in [
        &["simulate", &log, "--ttl", "99999999999999d"][..],
        &["curve", &log, "--over", "ttl", "--limits", "99999999999999d"],
    ] {
        let told = refused(&run(args));
        assert!(told.contains("the duration is too long") && told.contains("`never`"), "{told}");
    }
    let told = refused(&run(&["simulate", &trace, "--capacity", "0"]));
    assert!(told.contains("5000, 20k or 1M"), "{told}");
}

#[test]
fn lines_are_not_broken_down() {
    let told = run(&["simulate", &fixture("short"), "--by", "model", "--format", "jsonl"]).refusal();
    assert!(told.contains("leave out --by") && told.contains("--format json"), "{told}");
}

#[test]
fn a_currency_without_prices_says_how_to_exchange() {
    let told = calculated(&["--hit-ratio", "0.5", "--currency", "EUR"]).refusal();
    assert!(told.contains("--fx USD/EUR=RATE"), "{told}");
    let there = calculated(&["--hit-ratio", "0.5", "--currency", "EUR", "--fx", "USD/EUR=0.5", "--format", "json"]);
    assert!(there.good().contains("\"currency\": \"EUR\""));
}

#[test]
fn a_month_of_requests_is_counted_at_each_hit_ratio() {
    let sweep = ["--sweep", "hit-ratio", "--requests-per-day", "100"];
    let table = calculated(&sweep).good();
    assert!(!table.contains(" cost of 30 days ") && table.contains("30 days without any cache"), "{table}");
    let csv = calculated(&[&sweep[..], &["--format", "csv"]].concat()).good();
    let (header, first) = (csv.lines().next().unwrap(), csv.lines().nth(1).unwrap());
    assert!(header.ends_with(",monthly_cost"), "{csv}");
    // 1,000 tokens at $0.28 a million, 3,000 times.
    assert!(first.ends_with(",0.84"), "{csv}");
    let told = refused(&calculated(&["--hit-ratio", "0.5", "--requests-per-day", "18446744073709551615"]));
    assert!(told.contains("1000000000000"), "{told}");
}

#[test]
fn less_was_written_where_more_was_read_and_that_is_said() {
    let options = ["--hit-ratio", "0.5", "--hit-ratio-before", "0.9", "--written-tokens"];
    let told = |written| calculated(&[&options[..], &[written]].concat()).good();
    assert!(told("400").contains("100 tokens written: the hits leave no more"), "{}", told("400"));
    assert!(!told("100").contains("leave no more"));
}

#[test]
fn options_that_cannot_apply_are_told() {
    let told = calculated(&["--hit-ratio", "0.5", "--ttl", "5m", "--delay", "1s", "--scope", "/team"]).refusal();
    assert!(told.contains("leave out --ttl, --delay, --scope"), "{told}");
    let of_logs =
        ["--log-format", "openai-chat", "--max-line", "1MB", "--threads", "2", "--max-memory", "2GB", "--strict"];
    let told = calculated(&[&["--hit-ratio", "0.5"], &of_logs[..]].concat()).refusal();
    let options = "leave out --log-format, --max-line, --threads, --max-memory, --strict, or name a log";
    assert!(told.contains(options), "{told}");
    let told = run(&["cost", &fixture("short"), "--write-lifetime", "1h"]).refusal();
    assert!(told.contains("a log brings its own models and tokens"), "{told}");
    let note = "note: --write-lifetime 1h changes nothing";
    assert!(calculated(&["--hit-ratio", "0.5", "--write-lifetime", "1h"]).good().contains(note));
    assert!(!calculated(&["--hit-ratio", "0.5"]).good().contains(note));
    let told = calculated(&["--sweep", "hit-ratio", "--hit-ratio-before", "0.5"]).refusal();
    assert!(told.contains("--hit-ratio,"), "{told}");
}

#[test]
fn lint_without_names_takes_the_templates_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let lint = |at: &str| {
        let at = folder.path().join(at);
        ended(&program(&["lint"]).current_dir(at).output().unwrap())
    };
    fs::create_dir_all(folder.path().join("prompts/.git")).unwrap();
    let told = lint("prompts").refusal();
    assert!(told.contains("cachecheck lint prompts/") && told.contains("templates: [prompts/*.yaml]"), "{told}");
    fs::remove_dir(folder.path().join("prompts/.git")).unwrap();
    fs::write(folder.path().join("cachecheck.yaml"), "templates: [prompts/*.txt]\n").unwrap();
    fs::write(folder.path().join("prompts/a.txt"), "Be kind. \nBe brief.\n").unwrap();
    for at in ["", "prompts"] {
        let run = lint(at);
        assert!(run.stdout.contains("a.txt:1:9: ") && run.stdout.contains("trailing-blanks"), "{run:?}");
    }
}

#[test]
fn a_card_is_corrected_by_its_keys() {
    let list = |head: &str, row: &str| {
        let row = format!("      - {row}\n        prices: {{input: \"1\", output: \"2\"}}\n");
        format!(
            "price_lists:\n  - {head}: x\n    currency: USD\n    source: y\n    retrieved: 2026-01-01\n    rows:\n{row}"
        )
    };
    let cards = [
        (
            "extends: built-in\nprice_lists: []\n".to_owned(),
            "1:10: extends: not `built-in`; it may be `builtin` or `nothing`",
        ),
        (String::new(), "1:1: the key `price_lists` is missing"),
        ("price_lists: 5\n".into(), "price_lists: the number `5` stands where a list should"),
        ("- a\n".into(), "1:1: a list stands where keys with values should"),
        (list("provider", "models: abc"), "rows[0].models: the text \"abc\" stands where a list should"),
        (
            list("povider", "models: [abc]"),
            "price_lists[0]: no key is called `povider`; it may be `provider`, `currency`,",
        ),
        (
            list("provider", "{models: [abc], tier: cheap}").replace("\n        prices", "\n#"),
            "tier: not `cheap`; it may be `standard`, `batch`",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.yaml");
    for (card, expected) in cards {
        fs::write(&path, &card).unwrap();
        let told = run(&["rates", "check", path.to_str().unwrap()]).refusal();
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("expected") && !told.contains("at line"), "{told}");
    }
}

#[test]
fn a_check_exchanges_prices_as_its_configuration_says() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("prompts/support.yaml", &prompt(NOW))]);
    // 192 of 221 tokens were read at $0.028 a million and the others paid at $0.28, now all 224 are: $0.000049224 more, 30,000 times.
    for (most, code, verdict) in [("0.73", 1, "fail"), ("0.74", 0, "pass"), ("$0.74", 1, "unknown")] {
        let config = format!(
            "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\ntraffic: {{requests_per_day: 1000}}\n\
             pricing: {{model: deepseek-chat, at: 2026-04-05, fx: USD/EUR=0.5}}\ngates: {{max_input_cost_increase: {most}}}\n"
        );
        repository.write(&[("cachecheck.yaml", &config)]);
        let run = repository.run("service", &["check", "--base", "HEAD", "--format", "json"]);
        assert_eq!(run.code, Some(code), "{}{}", run.stdout, run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(report["summary"]["currency"], "EUR");
        let gate = &report["gates"][0];
        assert_eq!((&gate["verdict"], &gate["limit"]), (&json!(verdict), &json!(most.trim_start_matches('$'))));
        if verdict == "unknown" {
            assert!(
                gate["reason"].as_str().unwrap().starts_with("the limit is in USD but the prices are in EUR"),
                "{gate}"
            );
        } else {
            assert_eq!(gate["measured"], "0.73836");
        }
    }
}
