//! Sources of logs and targets of reports: stdin, closed pipes, compression, byte order marks.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program::{ROOT, fixture, program, run, run_with};

const LOG: &str = "support-and-agent";

fn log() -> Vec<u8> {
    fs::read(Path::new(ROOT).join(fixture(LOG))).unwrap()
}

/// The rows for a file of these bytes under an innocent name, the name taken out.
fn simulated(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.log");
    fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    run(&["simulate", path, "--format", "jsonl"]).good().replace(path, "LOG")
}

fn expected() -> String {
    run(&["simulate", &fixture(LOG), "--format", "jsonl"]).good().replace(&fixture(LOG), "LOG")
}

#[test]
fn stdin_is_a_log_like_any_other() {
    let lines = run_with(&["simulate", "-", "--format", "jsonl"], log()).good();
    assert_eq!(lines.replace("<stdin>", "LOG"), expected());
}

#[test]
fn gzip_and_zstd_are_known_by_their_content() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&log()).unwrap();
    assert_eq!(simulated(&gzip.finish().unwrap()), expected());
    assert_eq!(simulated(&zstd::encode_all(log().as_slice(), 1).unwrap()), expected());
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let text = String::from_utf8(log()).unwrap();
    assert_eq!(simulated(format!("\u{feff}{}", text.replace('\n', "\r\n")).as_bytes()), expected());
}

#[test]
fn a_torn_gzip_file_keeps_what_was_good_and_says_so() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&log()).unwrap();
    let mut packed = gzip.finish().unwrap();
    packed.truncate(packed.len() / 2);
    let table = run_with(&["simulate", "-"], packed.clone()).good();
    assert!(table.contains("skipped") && table.contains("broken off"), "{table}");
    let strict = run_with(&["simulate", "-", "--strict"], packed).refusal();
    assert!(strict.contains("broken off"), "{strict}");
}

#[test]
fn several_logs_share_one_cache() {
    // A copy, since the same file is read once.
    let (first, folder) = (fixture("long-text-qa"), tempfile::tempdir().unwrap());
    let second = folder.path().join("copy.jsonl");
    fs::copy(format!("{}/{first}", crate::program::ROOT), &second).unwrap();
    let lines = run(&["simulate", &first, second.to_str().unwrap(), "--format", "jsonl"]).good();
    let third: serde_json::Value = serde_json::from_str(lines.lines().nth(2).unwrap()).unwrap();
    assert!(
        third["hit_tokens_predicted"].as_u64().unwrap() > 0,
        "the second file's first request was seen in the first file"
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.jsonl");
    let line = "{\"model\": \"deepseek-chat\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}\n";
    // More output than a pipe and a buffer hold.
    fs::write(&path, line.repeat(2000)).unwrap();
    let mut child = program(&["simulate", path.to_str().unwrap(), "--format", "jsonl"]).spawn().unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert!(first.starts_with('{'));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(complaint, "");
}
