//! `simulate --follow`: a log that grows, its report renewed, a limit that breaks.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::program::{ended, program, run};

/// A call of this moment, of 200 prompt tokens, with so many hits.
fn call(hits: u64) -> String {
    let time = Timestamp::now();
    let usage = format!(r#"{{"prompt_tokens":200,"prompt_cache_hit_tokens":{hits},"completion_tokens":1}}"#);
    let request = r#"{"model":"deepseek-chat","messages":[{"role":"user","content":"hello"}]}"#;
    format!(r#"{{"timestamp":"{time}","request":{request},"response":{{"usage":{usage}}}}}"#) + "\n"
}

fn append(log: &Path, lines: &str) {
    OpenOptions::new().append(true).create(true).open(log).unwrap().write_all(lines.as_bytes()).unwrap();
}

/// Follows a log with figures in a file that is renewed twice a second.
fn follow(log: &Path, figures: &Path, options: &[&str]) -> Child {
    let (log, figures) = (log.to_str().unwrap(), figures.to_str().unwrap());
    let fixed = ["simulate", log, "--follow", "--every", "500ms", "--format", "prometheus", "--output", figures];
    program(&[&fixed, options].concat()).spawn().unwrap()
}

/// Waits until the file holds a line; a minute is far beyond what it takes.
fn wait_for(file: &Path, line: &str) {
    let begin = Instant::now();
    while !fs::read_to_string(file).unwrap_or_default().lines().any(|found| found == line) {
        assert!(begin.elapsed() < Duration::from_secs(60), "{line} does not come up: {:?}", fs::read_to_string(file));
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn figures_follow_the_log_until_the_limit_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let (log, figures) = (folder.path().join("log.jsonl"), folder.path().join("cachecheck.prom"));
    append(&log, &call(150).repeat(3));
    let child = follow(&log, &figures, &["--fail-under", "50%", "--fail-from", "4"]);
    wait_for(&figures, "cachecheck_requests 3");
    append(&log, &call(190));
    wait_for(&figures, "cachecheck_requests 4");
    // Half a line is a call that is still being written.
    append(&log, &(call(0).repeat(5) + &call(0)[..40]));
    let run = ended(&child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("the hit ratio of the last 1h is 35.6 % (9 requests), below the 50.0 %"),
        "{}",
        run.stderr
    );
    wait_for(&figures, "cachecheck_requests 9");
}

#[test]
fn a_log_without_a_call_in_the_window_is_no_failure_and_its_ratio_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let (log, figures) = (folder.path().join("log.jsonl"), folder.path().join("cachecheck.prom"));
    append(&log, &call(0).replace(&Timestamp::now().to_string()[..10], "2026-01-05"));
    let mut child = follow(&log, &figures, &["--window", "1h", "--fail-under", "50%"]);
    wait_for(&figures, "cachecheck_requests 0");
    assert!(!fs::read_to_string(&figures).unwrap().contains("hit_ratio"));
    append(&log, &call(0));
    assert_eq!(child.wait().unwrap().code(), Some(1), "the first call in the window breaks the limit");
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let refusal = |options: &[&str]| run(&[&["simulate"], options].concat()).refusal();
    assert!(refusal(&["-", "--follow"]).contains("name a file or a folder"));
    assert!(refusal(&["fixtures/logs/few-shot.jsonl", "--follow", "--format", "jsonl"]).contains("renews totals"));
    assert!(refusal(&["absent.jsonl", "--follow"]).contains("absent.jsonl"));
}
