//! `--since`, `--until` and `--time-zone`: calls outside the period warm the cache and are not summed.

use serde_json::Value;

use crate::program::{exchanges, fixture, report, run, run_with};

/// Two days of calls, the second with a cache that the first has filled.
fn log() -> String {
    fixture("support-and-agent")
}

#[test]
fn rows_of_a_period_are_those_of_the_whole_log() {
    let whole = exchanges(&log(), &[]);
    let first = exchanges(&log(), &["--until", "2026-04-09"]);
    let second = exchanges(&log(), &["--since", "2026-04-09"]);
    assert!(!first.is_empty() && !second.is_empty());
    assert_eq!([first, second].concat(), whole, "what came before still warms the cache");
}

#[test]
fn sums_of_two_periods_are_the_sums_of_both() {
    let sum = |flags: &[&str], key: &str| report(&log(), flags)["summary"][key].as_u64().unwrap();
    for key in ["requests", "prompt_tokens", "hit_tokens_predicted", "hit_tokens_reported", "lost"] {
        let parts = [["--until", "2026-04-07T12:00"], ["--since", "2026-04-07T12:00"]].map(|flags| sum(&flags, key));
        assert_eq!(parts.iter().sum::<u64>(), sum(&[], key), "{key}");
    }
}

#[test]
fn a_time_without_a_zone_is_one_of_the_zone() {
    let requests = |flags: &[&str]| report(&log(), flags)["summary"]["requests"].clone();
    let utc = requests(&["--since", "2026-04-09T12:00"]);
    assert_eq!(requests(&["--since", "2026-04-09T14:00", "--time-zone", "Europe/Berlin"]), utc);
    assert_eq!(requests(&["--since", "2026-04-09T12:00Z", "--time-zone", "Europe/Berlin"]), utc);
    assert_eq!(requests(&["--since", "2026-04-09T17:30", "--time-zone", "+05:30"]), utc);
}

#[test]
fn hours_are_those_of_the_zone() {
    let hours = |flags: &[&str]| -> Vec<Value> {
        let report = report(&log(), &[&["--by", "hour"], flags].concat());
        report["tables"]["by"].as_array().unwrap().iter().map(|row| row["hour"].clone()).collect()
    };
    assert_eq!(hours(&[])[0], "2026-04-07T08Z");
    assert_eq!(hours(&["--time-zone", "Asia/Tokyo"])[0], "2026-04-07T17+09:00");
    let weeks = report(&log(), &["--by", "week"]);
    assert_eq!(weeks["tables"]["by"][0]["week"], "2026-W15");
}

#[test]
fn a_period_without_calls_is_refused() {
    let refusal = |flags: &[&str]| run(&[&["simulate", &log()], flags].concat()).refusal();
    assert!(refusal(&["--since", "2027-01-01"]).contains("the last from 2026-04-09T13:10:11Z"));
    assert!(refusal(&["--since", "2026-04-09", "--until", "2026-04-07"]).contains("is not after --since"));
    for command in ["cost", "parse"] {
        let refusal = run(&[command, &log(), "--until", "2020-01-01"]).refusal();
        assert!(refusal.contains("no request is in the period"), "{command}: {refusal}");
    }
}

#[test]
fn parse_writes_the_calls_of_the_period_alone() {
    let lines = |flags: &[&str]| run(&[&["parse", &log()], flags].concat()).good().lines().count();
    let parts = [["--until", "2026-04-09"], ["--since", "2026-04-09"]].map(|flags| lines(&flags));
    assert_eq!((parts[0] + parts[1], parts[1]), (lines(&[]), 20));
}

#[test]
fn calls_without_a_time_lie_in_no_period() {
    let refusal = run(&["simulate", &fixture("short"), "--since", "2026-04-09"]).refusal();
    assert!(refusal.contains("no request has a time"), "{refusal}");
    let placed = report(&fixture("short"), &["--since", "2026-04-09", "--at", "2026-04-10"]);
    assert_eq!(placed["notes"], report(&fixture("short"), &["--at", "2026-04-10"])["notes"], "--at gives them one");
}

#[test]
fn thirty_days_are_scaled_from_the_period_that_is_named() {
    let monthly = |flags: &[&str]| -> (f64, f64) {
        let log = log();
        let all = [&["cost", &log, "--monthly", "--format", "json"], flags].concat();
        let report: Value = serde_json::from_str(&run(&all).good()).unwrap();
        let amount = |key: &str| report["summary"][key].as_str().unwrap().parse().unwrap();
        (amount("cost_billed"), amount("monthly_cost"))
    };
    let (cost, month) = monthly(&["--since", "2026-04-07", "--until", "2026-04-09"]);
    assert!((month / cost - 15.0).abs() < 1e-6, "two days: {cost} {month}");
    let (cost, month) = monthly(&["--since", "2026-04-07", "--until", "2026-04-08"]);
    assert!((month / cost - 30.0).abs() < 1e-6, "a day: {cost} {month}");
    let (everything, far) = (monthly(&[]), monthly(&["--since", "2020-01-01"]));
    assert_eq!(far, everything, "the log does not reach back to 2020");
    let text = run(&["cost", &log(), "--monthly", "--since", "2026-04-07", "--until", "2026-04-09"]).good();
    assert!(text.contains("scaled from 2 days, the period that is named"), "{text}");
}

#[test]
fn a_duration_counts_back_from_the_last_request() {
    let rows = exchanges(&log(), &[]);
    let time = |row: &Value| row["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let last = rows.iter().map(time).max().unwrap();
    let since = last - jiff::SignedDuration::from_hours(2);
    let within = exchanges(&log(), &["-s", "2h"]);
    assert!(!within.is_empty() && within.len() < rows.len());
    assert_eq!(within, exchanges(&log(), &["--since", &since.to_string()]));
    let refusal = run_with(&["simulate", "-", "-s", "2h"], std::fs::read(log()).unwrap()).refusal();
    assert!(refusal.contains("<stdin> can be read only once: name a time"), "{refusal}");
}
