//! `cachecheck trend`: the series adds up, and a deploy that put a clock before everything is found at its first call.

use serde_json::Value;

use crate::compare::usual_and_with_a_clock;
use crate::program::run_with;

/// The report on lines, and the report on the whole by `simulate`.
fn trend(lines: &[Value], flags: &[&str]) -> Value {
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    serde_json::from_str(&run_with(&[&["trend", "-", "--format", "json"], flags].concat(), log.into_bytes()).good())
        .unwrap()
}

#[test]
fn a_deploy_is_found_at_its_first_call_with_its_cause() {
    let (usual, clock) = usual_and_with_a_clock();
    let deploy = usual.len() / 2;
    let lines = [&usual[..deploy], &clock[deploy..]].concat();
    let report = trend(&lines, &[]);
    let changes = report["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["first"]["line"].as_u64().unwrap(), deploy as u64 + 1);
    assert_eq!(changes[0]["cause"], "time");
    assert!(changes[0]["after"].as_f64().unwrap() < changes[0]["before"].as_f64().unwrap());
    assert!(changes[0]["p_value"].as_f64().unwrap() <= 0.01);
}

#[test]
fn a_log_without_a_change_has_none() {
    let (usual, _) = usual_and_with_a_clock();
    assert_eq!(trend(&usual, &[])["changes"].as_array().unwrap().len(), 0);
}

#[test]
fn the_series_adds_up_by_hours_days_and_weeks() {
    let (usual, _) = usual_and_with_a_clock();
    for flags in [&["--by", "hour"][..], &["--by", "day", "--time-zone", "Asia/Tokyo"], &["--by", "week"]] {
        let report = trend(&usual, flags);
        let series = report["series"].as_array().unwrap();
        let requests: u64 = series.iter().map(|period| period["requests"].as_u64().unwrap()).sum();
        assert_eq!(requests, usual.len() as u64, "{flags:?}");
        let is_in_order =
            series.windows(2).all(|pair| pair[0]["to"].as_str().unwrap() <= pair[1]["from"].as_str().unwrap());
        assert!(is_in_order, "{flags:?}");
    }
}
