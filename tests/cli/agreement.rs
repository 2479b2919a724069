//! `simulate`, `cost`, `curve` and `check` say the same wherever they speak of the same.

use std::fs;

use serde_json::{Map, Value, json};

use crate::program::{ended, files, program, run, run_with};

/// Every log among the fixtures, whatever its format.
fn logs() -> Vec<String> {
    let folders = ["jsonl", "json", "har", "log", "traj"].into_iter();
    let found = folders.flat_map(|extension| files("fixtures/logs", extension));
    found.map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

fn document(args: &[&str]) -> Option<Value> {
    let run = run(args);
    (run.code == Some(0)).then(|| serde_json::from_str(&run.stdout).unwrap())
}

/// Figures of money and hits that each of the commands has.
const SHARED: [&str; 12] = [
    "requests",
    "prompt_tokens_billed",
    "hit_tokens_billed",
    "written_tokens_reported",
    "output_tokens",
    "hit_ratio_billed",
    "hit_ratio_billed_min",
    "hit_ratio_billed_max",
    "cost_billed",
    "cost_billed_min",
    "cost_billed_max",
    "cost_logged",
];

fn summary(report: &Value) -> &Map<String, Value> {
    report["summary"].as_object().unwrap()
}

/// Caveats that are about a command's own figures.
const OWN_CAVEATS: [&str; 3] = ["old-prices", "own-capacities", "partly-priced"];

/// The caveats of the log itself.
fn of_the_log(report: &Value) -> Value {
    let caveats = report["caveats"].as_array().unwrap().iter();
    caveats.filter(|caveat| !OWN_CAVEATS.contains(&caveat["code"].as_str().unwrap())).cloned().collect()
}

#[test]
fn simulate_cost_and_curve_have_the_keys_of_the_schema_and_agree_on_every_figure() {
    let logs = logs();
    assert!(logs.len() > 40, "{logs:?}");
    let mut read = 0;
    for log in &logs {
        let with = |args: &[&str]| document(&[args, &[log, "--format", "json", "--at", "2026-04-05"]].concat());
        let Some(simulated) = with(&["simulate"]) else { continue };
        read += 1;
        let others = [with(&["cost"]), with(&["curve", "--over", "ttl"]), with(&["curve", "--over", "capacity"])];
        let others: Vec<Value> = others.into_iter().flatten().collect();
        has_the_keys_of_the_schema(log, &[std::slice::from_ref(&simulated), &others[..]].concat());
        for other in others {
            let command = &other["command"];
            assert_eq!(simulated["caveats"], of_the_log(&other), "{log} in {command}");
            let shared = summary(&simulated).iter().filter(|(key, _)| summary(&other).contains_key(*key));
            let mut figures = 0;
            for (key, value) in shared {
                assert_eq!(value, &summary(&other)[key], "{key} of {log} in {command}");
                figures += 1;
            }
            assert!(figures > 40, "{command} shares {figures} figures");
            for key in SHARED {
                assert!(summary(&other).contains_key(key), "{command} lacks {key}");
            }
        }
    }
    assert!(read > 40, "{read}");
}

#[test]
fn breakdowns_of_simulate_and_cost_are_the_same_and_add_up() {
    for log in ["fixtures/logs/support-and-agent.jsonl", "fixtures/logs/openai.jsonl"] {
        for by in ["model", "scope", "profile", "hour", "day"] {
            let rows = |command| document(&[command, log, "--by", by, "--format", "json"]).unwrap();
            let (simulated, cost) = (rows("simulate"), rows("cost"));
            assert_eq!(simulated["tables"]["by"], cost["tables"]["by"], "{log} by {by}");
            for row in simulated["tables"]["by"].as_array().unwrap() {
                assert_eq!(KEYS_OF_SUMS.iter().find(|key| row.get(**key).is_none()), None, "{log} by {by}");
            }
            for figure in ["requests", "prompt_tokens_billed", "hit_tokens_billed", "hit_tokens_reported"] {
                let rows = simulated["tables"]["by"].as_array().unwrap();
                let sum: u64 = rows.iter().filter_map(|row| row[figure].as_u64()).sum();
                assert_eq!(json!(sum), simulated["summary"][figure], "{figure} of {log} by {by}");
            }
        }
    }
}

#[test]
fn the_lines_of_simulate_add_up_to_its_summary() {
    let log = "fixtures/logs/support-and-agent.jsonl";
    let lines = crate::program::exchanges(log, &[]);
    let report = document(&["simulate", log, "--format", "json"]).unwrap();
    for figure in ["prompt_tokens_billed", "hit_tokens_predicted", "hit_tokens_billed", "hit_tokens_max", "lost"] {
        let sum: u64 = lines.iter().filter_map(|line| line[figure].as_u64()).sum();
        assert_eq!(json!(sum), report["summary"][figure], "{figure}");
    }
    for figure in ["cost_predicted", "cost_billed", "cost_reported", "cost_without_cache", "cost_best"] {
        let amount = |value: &Value| value.as_str().unwrap().parse::<cachecheck::money::Decimal>().unwrap();
        let sum = lines.iter().map(|line| amount(&line[figure])).sum::<cachecheck::money::Decimal>();
        assert_eq!(sum, amount(&report["summary"][figure]), "{figure}");
    }
}

#[test]
fn a_gate_measures_the_hit_ratio_that_simulate_shows() {
    for (log, ratio) in [("support-and-agent", "hit_ratio_reported"), ("few-shot", "hit_ratio_predicted")] {
        let folder = tempfile::tempdir().unwrap();
        let path = format!("{}/fixtures/logs/{log}.jsonl", crate::program::ROOT);
        fs::copy(&path, folder.path().join("traffic.jsonl")).unwrap();
        fs::write(folder.path().join("prompt.txt"), "Be kind.\n").unwrap();
        let config = "templates: [prompt.txt]\nlogs: [traffic.jsonl]\ngates: {min_hit_ratio: 0.01}\n";
        fs::write(folder.path().join("cachecheck.yaml"), config).unwrap();
        let checked = ended(&program(&["check", "--format", "json"]).current_dir(folder.path()).output().unwrap());
        let checked: Value = serde_json::from_str(&checked.stdout).unwrap_or_else(|_| panic!("{checked:?}"));
        let simulated = document(&["simulate", &path, "--format", "json"]).unwrap();
        assert_eq!(checked["gates"][0]["measured"], simulated["summary"][ratio], "{log}: {checked}");
    }
}

/// Two requests whose prices are in two currencies, and one of a model without a price.
fn two_currencies() -> Vec<u8> {
    let line = |model: &str| {
        let usage =
            json!({"prompt_tokens": 1000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 400}});
        let call = json!({"timestamp": "2026-04-07T10:00:00Z", "request": {"model": model,
            "messages": [{"role": "user", "content": "Hi"}]}, "response": {"model": model, "usage": usage}});
        format!("{call}\n")
    };
    ["gpt-4o", "house-model", "nobody-sells-this"].map(line).concat().into_bytes()
}

#[test]
fn prices_in_several_currencies_have_a_sum_for_each_and_no_total() {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card.yaml");
    let rows = "price_lists:\n  - provider: house\n    currency: CNY\n    source: x\n    retrieved: 2026-01-01\n    rows:\n      \
                - {models: [house-model], prices: {input: \"2\", cache_read: \"1\", output: \"3\"}}\n";
    fs::write(&card, rows).unwrap();
    for command in ["simulate", "cost"] {
        let args = [command, "-", "--rates", card.to_str().unwrap(), "--by", "day", "--format", "json"];
        let report: Value = serde_json::from_str(&run_with(&args, two_currencies()).good()).unwrap();
        assert_eq!(report["summary"]["cost_billed"], Value::Null, "{command}");
        assert_eq!(report["summary"]["currency"], Value::Null, "{command}");
        assert_eq!(report["summary"]["hit_tokens_billed"], 1200, "{command}");
        // 400 × 1.25 + 600 × 2.5 + 10 × 10, and 400 × 1 + 600 × 2 + 10 × 3, a million times less.
        let expected = [(json!(null), json!(null)), (json!("CNY"), json!("0.00163")), (json!("USD"), json!("0.0021"))];
        for table in ["by_currency", "by"] {
            let rows = report["tables"][table].as_array().unwrap();
            let sums: Vec<(Value, Value)> =
                rows.iter().map(|row| (row["currency"].clone(), row["cost_billed"].clone())).collect();
            assert_eq!(sums, expected, "{command} {table}");
        }
    }
}

/// Keys of a summary that `simulate`, `cost` and `curve` have alike, and every row of a breakdown.
const KEYS_OF_SUMS: &[&str] = &[
    "requests",
    "prompt_tokens",
    "prompt_tokens_reported",
    "hit_tokens_predicted",
    "hit_tokens_min",
    "hit_tokens_max",
    "hit_tokens_reported",
    "hit_tokens_billed",
    "hit_ratio_predicted",
    "hit_ratio_reported",
    "hit_ratio_billed",
    "written_tokens_predicted",
    "written_tokens_reported",
    "lost",
    "unexplained",
    "cost_predicted",
    "cost_reported",
    "cost_billed",
    "cost_logged",
    "cost_without_cache",
    "cost_best",
    "input_cost_predicted",
    "input_cost_reported",
    "input_cost_billed",
    "input_cost_without_cache",
    "input_cost_best",
    "currency",
];

/// Keys that each row of `--format jsonl` has besides.
const KEYS_OF_ROWS: &[&str] = &[
    "schema_version",
    "ledger",
    "hit_likelihood",
    "profile_basis",
    "scope_basis",
    "key_order",
    "cause",
    "causes",
    "tokens_given_back",
];

/// The rows and reports of a log have the keys of the schema, and one sum for each currency.
fn has_the_keys_of_the_schema(log: &str, reports: &[Value]) {
    let lines = run(&["simulate", log, "--at", "2026-04-05", "--format", "jsonl"]);
    let rows: Vec<Value> = lines.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is_of_rows = |key: &&&str| **key != "requests" && !key.contains("ratio") && !key.starts_with("input_");
    for row in &rows {
        let absent = KEYS_OF_SUMS.iter().filter(is_of_rows).chain(KEYS_OF_ROWS).find(|key| row.get(**key).is_none());
        assert_eq!(absent, None, "a row of {log}");
        assert_eq!(row["schema_version"], 2);
    }
    for report in reports {
        let absent = KEYS_OF_SUMS.iter().chain(&["ledger"]).find(|key| !summary(report).contains_key(**key));
        assert_eq!(absent, None, "{} of {log}", report["command"]);
        assert_eq!(report["schema_version"], 2);
    }
    sums_of_currencies(log, &rows, reports);
}

/// Compares the costs of rows, summed by currency, with the sums of the reports.
fn sums_of_currencies(log: &str, rows: &[Value], reports: &[Value]) {
    use cachecheck::money::Decimal;
    for figure in ["cost_predicted", "cost_reported", "cost_billed", "cost_without_cache", "cost_best"] {
        let mut sums: std::collections::BTreeMap<&str, Decimal> = std::collections::BTreeMap::new();
        for row in rows {
            if let (Some(currency), Some(cost)) = (row["currency"].as_str(), row[figure].as_str()) {
                *sums.entry(currency).or_default() += cost.parse::<Decimal>().unwrap();
            }
        }
        for report in reports {
            let told: std::collections::BTreeMap<&str, Decimal> = match report["tables"].get("by_currency") {
                Some(table) => table.as_array().unwrap().iter().filter_map(|row| sum(row, figure)).collect(),
                None => sum(&report["summary"], figure).into_iter().collect(),
            };
            for (currency, amount) in &told {
                assert_eq!(Some(amount), sums.get(currency), "{figure} of {log} in {}", report["command"]);
            }
        }
    }
}

fn sum<'a>(row: &'a Value, figure: &str) -> Option<(&'a str, cachecheck::money::Decimal)> {
    Some((row["currency"].as_str()?, row[figure].as_str()?.parse().ok()?))
}
