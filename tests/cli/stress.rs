//! Numbers and sizes beyond what is meant: counts that are none, lines without end, files that unpack to a thousand times as much.

use std::fs;
use std::io::Write;

use serde_json::json;

use crate::program::{report, run, run_with};

/// A call whose usage has this text in place of one of its counts.
fn call(counter: &str, count: &str) -> String {
    let line = json!({"timestamp": "2026-04-07T08:00:00Z",
        "request": {"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]},
        "response": {"model": "deepseek-chat", "choices": [{"message": {"role": "assistant", "content": "Hi"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 1, "prompt_cache_hit_tokens": 0}}});
    let (before, behind) =
        line.to_string().split_once(&format!("\"{counter}\":")).map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let end = behind.find([',', '}']).unwrap();
    format!("{before}\"{counter}\":{count}{}", &behind[end..])
}

#[test]
fn a_count_that_is_none_gets_a_note_and_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let names = [
        ("prompt_tokens", "prompt_tokens_reported"),
        ("completion_tokens", ""),
        ("prompt_cache_hit_tokens", "hit_tokens_reported"),
    ];
    for (counter, reported) in names {
        for count in [
            "-5",
            "-1e30",
            "1.5",
            "0.1",
            "9223372036854775808",
            "18446744073709551616",
            "1e30",
            "\"x\"",
            "true",
            "false",
            "[]",
            "[7]",
            "{}",
        ] {
            fs::write(&path, call(counter, count)).unwrap();
            let told = run(&["simulate", path.to_str().unwrap()]).good();
            assert!(told.contains("cannot be read"), "{counter} {count}: {told}");
            let line = run(&["simulate", path.to_str().unwrap(), "--format", "jsonl"]).stdout;
            let line: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
            assert!(reported.is_empty() || line[reported].is_null(), "{counter} {count}: {line}");
        }
        // Whole, however it is written.
        for count in ["5", "5.0", "5e0", "\"5\""] {
            fs::write(&path, call("prompt_tokens", count)).unwrap();
            let totals = report(path.to_str().unwrap(), &[]);
            assert!(totals.to_string().contains("\"prompt_tokens_reported\":5"), "{count}: {totals}");
        }
    }
}

#[test]
fn a_line_may_not_be_longer_than_memory() {
    let log = "fixtures/logs/short.jsonl";
    let told = run(&["simulate", log, "--max-line", "2GB"]).refusal();
    assert!(told.contains("--max-line") && told.contains("--max-memory"), "{told}");
    run(&["simulate", log, "--max-line", "2GB", "--max-memory", "2GB"]).good();
    // Less memory than a line is long by default is no contradiction: it changes no result.
    run(&["simulate", log, "--max-memory", "1KB"]).good();
}

/// Packs a text that repeats, as often as that.
fn packed(text: &str, times: usize) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let many = text.repeat(1 << 12);
    (0..times >> 12).for_each(|_| encoder.write_all(many.as_bytes()).unwrap());
    encoder.write_all(br#"{"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]}"#).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_hundred_million_blank_lines_take_no_time() {
    for blank in ["\n", "\r\n", " \t\n"] {
        let log = packed(blank, 100 << 20);
        assert!(log.len() < 64 << 10, "{} bytes", log.len());
        let start = std::time::Instant::now();
        let line = run_with(&["parse", "-"], log).good();
        assert!(line.contains(&format!("<stdin>:{}\"", (100 << 20) + 1)), "{line}");
        // A thousand times what it takes by itself would be an hour.
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}

#[test]
fn a_line_that_unpacks_without_end_is_passed_over() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let much = vec![b'x'; 1 << 20];
    (0..200).for_each(|_| encoder.write_all(&much).unwrap());
    let log = encoder.finish().unwrap();
    let told = run_with(&["simulate", "-", "--max-line", "1MB"], log).refusal();
    assert!(told.contains("209715200 bytes long"), "{told}");
}
