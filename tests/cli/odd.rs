//! Input that is not a log, or not quite: a clear sentence and exit code 2, or the line named and the rest kept. Never a panic.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, count, exchanges, fixture, program, report, run, run_with};

const GOOD: &str = r#"{"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]}"#;

/// A file in a folder of its own.
struct Odd {
    _folder: TempDir,
    path: PathBuf,
}

impl Odd {
    fn new(bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odd.jsonl");
        fs::write(&path, bytes).unwrap();
        Self { _folder: folder, path }
    }

    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    fn simulate(&self, flags: &[&str]) -> Run {
        run(&[&["simulate", self.path()], flags].concat())
    }

    /// Requests and skipped lines of a run that went well.
    fn requests_and_skipped(&self) -> (u64, u64) {
        let report = report(self.path(), &[]);
        (count(&report, "/summary/requests"), count(&report, "/skipped/lines"))
    }
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Bytes without an order, the same for the same seed (xorshift).
fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..1000).map(|_| next()).collect()
}

#[test]
fn a_thousand_random_bytes_are_no_log() {
    for seed in 1..=20 {
        let odd = Odd::new(random_bytes(seed));
        let sentence = odd.simulate(&[]).refusal();
        assert!(sentence.contains(odd.path()), "{sentence}");
    }
}

#[test]
fn random_bytes_that_begin_like_an_archive_are_no_log() {
    for magic in [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd"] {
        let odd = Odd::new([magic, &random_bytes(7)].concat());
        let sentence = odd.simulate(&[]).refusal();
        assert!(sentence.contains(odd.path()), "{sentence}");
    }
}

#[test]
fn an_empty_file_is_empty() {
    for nothing in ["", "\n\n  \n"] {
        let sentence = Odd::new(nothing).simulate(&[]).refusal();
        assert!(sentence.contains("empty"), "{sentence}");
    }
}

#[test]
fn a_servers_log_without_requests_is_not_empty_and_told_how_to_log_them() {
    let metrics = "INFO 04-07 08:00:00 [loggers.py:122] Engine 000: Avg prompt throughput: 10.0 tokens/s, Prefix cache hit rate: 8.0%\n";
    let sentence = Odd::new(format!("\n{}", metrics.repeat(3))).simulate(&[]).refusal();
    assert!(sentence.contains(":2: ") && sentence.contains("--enable-log-requests"), "{sentence}");
    assert!(!sentence.contains("empty"), "{sentence}");
    let sglang = "[2026-04-07 08:00:00 TP0] Prefill batch, #new-seq: 1, #new-token: 5, #cached-token: 64\n";
    let sentence = Odd::new(sglang).simulate(&[]).refusal();
    assert!(sentence.contains("--log-requests-level 3"), "{sentence}");
    let asked = "INFO 04-07 08:00:00 [logger.py:42] Received request a-0: prompt: 'hi', params: x\n";
    let both = Odd::new([metrics, asked].concat());
    assert_eq!(both.requests_and_skipped(), (1, 0));
}

#[test]
fn a_table_of_values_is_not_json() {
    let odd = Odd::new("time,model,prompt_tokens\n2026-04-07,deepseek-chat,412\n2026-04-08,deepseek-chat,380\n");
    let sentence = odd.simulate(&[]).refusal();
    assert!(sentence.contains(":1") && sentence.contains("not JSON"), "{sentence}");
}

#[test]
fn utf_16_is_named_with_a_way_out() {
    let sentence = Odd::new(utf16(&format!("{GOOD}\n{GOOD}\n"))).simulate(&[]).refusal();
    assert!(sentence.contains("UTF-16") && sentence.contains("iconv"), "{sentence}");
}

#[test]
fn an_empty_folder_and_a_missing_file_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let directory = run(&["simulate", folder.path().to_str().unwrap()]).refusal();
    assert!(directory.contains("no log in this folder"), "{directory}");
    let missing = run(&["simulate", "no-such-log.jsonl"]).refusal();
    assert!(missing.contains("no-such-log.jsonl") && missing.contains("No such file"), "{missing}");
}

#[test]
fn a_missing_file_among_others_is_an_error_too() {
    let sentence = run(&["simulate", &fixture("short"), "no-such-log.jsonl"]).refusal();
    assert!(sentence.contains("no-such-log.jsonl"), "{sentence}");
}

#[test]
fn a_torn_line_of_fifty_megabytes_costs_nothing_but_itself() {
    let torn = format!("{{\"messages\": [{{\"role\": \"user\", \"content\": \"{}", "x".repeat(50 << 20));
    let odd = Odd::new(format!("{GOOD}\n{torn}\n{GOOD}\n"));
    assert_eq!(odd.requests_and_skipped(), (2, 1));
}

#[test]
fn a_field_of_fifty_megabytes_beside_a_request_is_read_past() {
    let ballast = GOOD.replacen('{', &format!("{{\"trace\": \"{}\", ", "x".repeat(50 << 20)), 1);
    let odd = Odd::new(format!("{ballast}\n{GOOD}\n"));
    assert_eq!(odd.requests_and_skipped(), (2, 0));
}

#[test]
fn a_message_of_fifty_megabytes_is_counted() {
    let words = "the quick brown fox counts 42 tokens ".repeat((50 << 20) / 37);
    let odd = Odd::new(format!("{}\n", GOOD.replace("Hello", &words)));
    let tokens = count(&exchanges(odd.path(), &[])[0], "/prompt_tokens");
    assert!((5_000_000..20_000_000).contains(&tokens), "{tokens}");
}

#[test]
fn a_torn_last_line_loses_only_itself() {
    let odd = Odd::new(format!("{GOOD}\n{GOOD}\n{}", &GOOD[..GOOD.len() / 2]));
    assert_eq!(odd.requests_and_skipped(), (2, 1));
    let table = odd.simulate(&[]).good();
    assert!(table.contains(&format!("{}:3: torn", odd.path())), "{table}");
}

#[test]
fn a_last_line_without_a_line_feed_counts() {
    let odd = Odd::new(format!("{GOOD}\n{GOOD}"));
    assert_eq!(odd.requests_and_skipped(), (2, 0));
}

#[test]
fn json_spread_over_lines_is_read() {
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(GOOD).unwrap()).unwrap();
    assert_eq!(Odd::new(&pretty).requests_and_skipped(), (1, 0));
    let torn = Odd::new(&pretty[..pretty.len() - 2]).simulate(&[]).refusal();
    assert!(torn.contains("several lines") && torn.contains("EOF"), "{torn}");
}

#[test]
fn a_list_of_exchanges_is_read_element_by_element() {
    assert_eq!(Odd::new(format!("[{GOOD},{GOOD}]")).requests_and_skipped(), (2, 0));
}

#[test]
fn odd_values_in_a_request_are_said_with_their_place() {
    for (body, place) in [
        (r#"{"messages": []}"#, "messages"),
        (r#"{"messages": "hi"}"#, "messages"),
        (r#"{"messages": [7]}"#, "messages[0]"),
        (r#"{"messages": [{"role": "user", "content": "a"}, {"content": "b"}]}"#, "messages[1]"),
        (r#"{"request": null}"#, "request"),
        (r#"{"request": [1, 2]}"#, "request"),
        (r#"{"prompt": 7}"#, "prompt"),
        (r#"{"messages": [{"role": "user", "content": "a"}], "tools": 3}"#, "tools"),
        (r#"{"hash_ids": "1, 2"}"#, "hash_ids"),
        (r#"{"hash_ids": [1, -2]}"#, "hash_ids"),
    ] {
        let sentence = Odd::new(body).simulate(&[]).refusal();
        assert!(sentence.contains(":1") && sentence.contains(place), "{body}: {sentence}");
    }
}

#[test]
fn a_log_that_is_no_har_is_told_what_it_is_and_what_to_type() {
    for (log, found, way) in [
        (r#"{"log": {"x": 1}}"#, "an object without `entries`", "HAR with content"),
        (r#"{"log": {"entries": "x"}}"#, "`entries` are no list", "HAR with content"),
        (r#"{"log": {"entries": [{"time": "x"}]}}"#, "`entries` have no `request`", "jq -c '.log.entries[]'"),
        (r#"{"log": [{"a": 1}]}"#, "a list", "jq -c '.log[]'"),
        (r#"{"log": "text", "response": "x"}"#, "a text", "jq -r '.log'"),
        (r#"{"log": 7}"#, "neither", "HAR with content"),
    ] {
        let sentence = Odd::new(log).simulate(&[]).refusal();
        assert!(
            sentence.contains("not a HAR file") && sentence.contains(found) && sentence.contains(way),
            "{log}: {sentence}"
        );
    }
    let empty = Odd::new(r#"{"log": {"version": "1.2", "entries": []}}"#).simulate(&[]).refusal();
    assert!(empty.contains("no entry of the HAR file") && empty.contains("(0 in all)"), "{empty}");
}

#[test]
fn a_line_that_is_not_of_the_named_format_is_told_its_own() {
    let run = Odd::new(GOOD);
    for name in ["har", "langsmith", "otlp", "codex"] {
        let sentence = run.simulate(&["--log-format", name]).refusal();
        assert!(sentence.contains(name) && sentence.contains("openai-chat; leave --log-format out"), "{sentence}");
    }
}

#[test]
fn a_page_of_an_api_is_read_element_by_element() {
    let page = format!(r#"{{"data": [{GOOD}, {GOOD}], "meta": {{"page": 1}}}}"#);
    assert_eq!(Odd::new(page).requests_and_skipped(), (2, 0));
}

#[test]
fn json_in_a_text_weighs_what_it_spells() {
    let many = "1,".repeat(5_000_000);
    let quoted = format!(r#"{{"request": {GOOD}, "response": "[{many}1]"}}"#);
    let odd = Odd::new(format!("{GOOD}\n{quoted}\n"));
    let table = odd.simulate(&[]).good();
    assert!(table.contains(&format!("{}:2: more than 4000000 JSON values", odd.path())), "{table}");
    let prose = format!(r#"{{"request": {GOOD}, "response": "{many}"}}"#);
    assert_eq!(Odd::new(prose).requests_and_skipped(), (1, 0));
}

#[test]
fn extreme_numbers_and_texts_do_no_harm() {
    for line in [
        r#"{"hash_ids": [], "input_length": 0}"#,
        r#"{"hash_ids": [1, 2], "input_length": 700, "timestamp": 18446744073709551615}"#,
        r#"{"messages": [{"role": "user", "content": ""}], "timestamp": 99999999999999999999}"#,
        r#"{"messages": [{"role": "user", "content": "\u0000\ud83d\ude00"}], "timestamp": "0000-00-00"}"#,
        r#"{"messages": [{"role": "assistant", "content": null, "tool_calls": [{"name": "f", "arguments": "{"}]}]}"#,
        r#"{"prompt": "", "usage": {"prompt_tokens": -1, "prompt_cache_hit_tokens": 1e99}}"#,
    ] {
        let line = line.replacen('{', r#"{"model": "deepseek-chat", "#, 1);
        let odd = Odd::new(format!("{line}\n{line}\n"));
        assert_eq!(odd.requests_and_skipped(), (2, 0), "{line}");
    }
}

#[test]
fn token_counts_beyond_all_measure_do_no_harm() {
    let trace = r#"{"hash_ids": [1, 2], "input_length": 18446744073709551615, "output_length": 18446744073709551615}"#;
    let usage = r#""usage": {"prompt_tokens": 18446744073709551615, "completion_tokens": 18446744073709551615}"#;
    let reported = GOOD.replacen('{', &format!("{{{usage}, \"timestamp\": \"2026-04-07T08:00:00Z\", "), 1);
    for line in [trace, &reported] {
        let run = Odd::new(format!("{line}\n{line}\n")).simulate(&[]);
        // Skipping such a line would be as good.
        assert!(matches!(run.code, Some(0 | 2)), "{run:?}");
    }
}

#[test]
fn json_nested_without_end_is_skipped() {
    let odd = Odd::new(format!("{GOOD}\n{}\n", "[".repeat(100_000)));
    assert_eq!(odd.requests_and_skipped(), (1, 1));
}

#[test]
fn of_a_broken_log_the_good_lines_are_kept_and_the_others_named() {
    let kept: Vec<u64> = exchanges(&fixture("broken"), &[]).iter().map(|exchange| count(exchange, "/line")).collect();
    assert_eq!(kept, [1, 6]);
    let skipped = report(&fixture("broken"), &[]);
    let lines = skipped["skipped"]["first"].as_array().unwrap();
    let reasons: Vec<(u64, &str)> =
        lines.iter().map(|line| (count(line, "/line"), line["reason"].as_str().unwrap())).collect();
    for ((line, reason), (expected, word)) in
        reasons.iter().zip([(2, "torn"), (3, "not JSON"), (4, "role"), (5, "UTF-8")])
    {
        assert_eq!(*line, expected);
        assert!(reason.contains(word), "line {line}: {reason}");
    }
    assert_eq!(count(&skipped, "/skipped/lines"), 4);
}

#[test]
fn strict_stops_at_the_first_bad_line() {
    for format in ["table", "json", "csv", "markdown"] {
        let sentence = run(&["simulate", &fixture("broken"), "--strict", "--format", format]).refusal();
        assert!(sentence.contains("broken.jsonl:2: torn"), "{sentence}");
    }
}

#[test]
fn a_wrong_word_on_the_command_line_is_an_error_of_use() {
    for args in [&["simulate", "x", "--by", "moon"][..], &["simulate", "x", "--ttl", "soon"], &["fly"]] {
        let run = run(args);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    }
}

#[test]
fn a_profile_that_cannot_be_read_is_named() {
    let odd = Odd::new("name: mine\nrules: none\n");
    let yaml = odd.path.with_extension("yaml");
    fs::rename(&odd.path, &yaml).unwrap();
    let yaml = yaml.to_str().unwrap();
    let sentence = run(&["simulate", &fixture("short"), "--profile", yaml]).refusal();
    assert!(sentence.contains(yaml) && sentence.contains("rules") && sentence.contains("line 2"), "{sentence}");
    let unknown = run(&["simulate", &fixture("short"), "--profile", "deepseek-v9"]).refusal();
    assert!(unknown.contains("deepseek-v9") && unknown.contains("cachecheck profiles"), "{unknown}");
}

#[test]
fn hostile_input_is_named_and_never_a_panic() {
    let deep = format!("{{\"messages\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let spread = format!("[\n{}\n", "[\n".repeat(10_000));
    let good =
        r#"{"prompt": "a", "prompt": "b", "n": 123456789012345678901234567890, "usage": {"prompt_tokens": 1e400}}"#;
    for bad in [
        deep.as_str(),
        &spread,
        "{\"resourceSpans\": [7]}",
        "{\"custom_id\": 7, \"body\": 7}",
        "{\"log\": {\"entries\": [null]}}",
    ] {
        let run = run_with(&["parse", "-"], bad.as_bytes().to_vec());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    }
    let _ = run_with(&["parse", "-"], good.as_bytes().to_vec());
    let long = run_with(&["parse", "-", "--max-line", "50"], format!("{good}\n{{\"prompt\": \"b\"}}\n").into_bytes());
    assert_eq!((long.code, long.stdout.lines().count()), (Some(0), 1), "{long:?}");
    assert!(long.stderr.contains("lines up to 50 bytes are read"), "{long:?}");
}

#[test]
fn a_line_of_two_hundred_megabytes_is_named_and_skipped_in_little_memory() {
    let mut child = program(&["parse", "-"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let piece = vec![b'x'; 1 << 20];
        pipe.write_all(b"{\"prompt\": \"").unwrap();
        (0..200).for_each(|_| pipe.write_all(&piece).unwrap());
        pipe.write_all(format!("\"}}\n{GOOD}\n").as_bytes()).unwrap();
        pipe
    });
    let pipe = writer.join().unwrap();
    let peak = peak_memory(child.id());
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), false), "{told}");
    assert!(told.contains("209715215 bytes long; lines up to 67108864 bytes are read"), "{told}");
    // Only some systems report it: the longest line that is read, and the room that doubling a buffer takes.
    assert!(peak.is_none_or(|bytes| bytes < 250 << 20), "{peak:?}");
}

/// The most memory that a process had, on Linux.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}

#[test]
fn a_key_with_null_in_place_of_a_value_is_an_absent_key() {
    let response = r#"{"choices": [{"message": {"role": "assistant", "content": "Hi"}}], "usage": {"prompt_tokens": 5, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 5, "completion_tokens": 2}}"#;
    let plain = format!(r#"{{"timestamp": "2026-04-05T16:00:00Z", "request": {GOOD}, "response": {response}}}"#);
    // As a database writes it that gives all rows the keys of each.
    let filled = plain.replace("\"usage\"", r#""stream_events": null, "body": null, "usage""#).replace(
        "\"request\": {",
        r#""error": null, "request": {"body": null, "tools": null, "stream_options": null, "#,
    );
    let summary = |line: &str| report(Odd::new(format!("{line}\n")).path(), &[])["summary"].clone();
    assert_eq!(summary(&filled), summary(&plain));
    assert_eq!(count(&summary(&filled), "/prompt_tokens_reported"), 5);
}

#[test]
fn a_session_with_a_torn_report_counts_the_same_redacted() {
    // Found by fuzzing: a call whose report cannot be read is as long as the log says of the call before and of the text between.
    let whole = r#""output":15"#;
    for torn in [r#""output":"ann""#, r#""output":null"#, r#""output":-1"#] {
        let log = crate::program::read(fixture("formats/pi"));
        let (before, behind) = log.rsplit_once(whole).unwrap();
        let odd = Odd::new(format!("{before}{torn}{behind}"));
        let redacted = Odd::new(run(&["parse", "--redact", odd.path()]).stdout);
        let lengths = |odd: &Odd| {
            let rows = run(&["simulate", odd.path(), "--format", "jsonl"]).good();
            let tokens = |row: &str| serde_json::from_str::<Value>(row).unwrap()["prompt_tokens"].clone();
            rows.lines().map(tokens).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&redacted), lengths(&odd), "{torn}");
    }
}

#[test]
fn a_number_in_place_of_an_object_is_no_panic() {
    // The answers of agents and streams are put together from several lines and events, each of which may be anything.
    let init = r#"{"type":"system","subtype":"init","session_id":"s","tools":[],"model":"claude-sonnet-5"}"#;
    let result = r#"{"type":"result","subtype":"success","session_id":"s","result":"x","usage":{},"total_cost_usd":0.5,
        "modelUsage":{"claude-sonnet-5":{"inputTokens":290,"outputTokens":30,"costUSD":0.5}}}"#
        .replace('\n', "");
    for message in [
        "0.5",
        "\"x\"",
        "[]",
        "null",
        "{}",
        r#"{"id":1,"model":"claude-sonnet-5","usage":7}"#,
        r#"{"model":"claude-sonnet-5"}"#,
    ] {
        let line = format!(r#"{{"type":"assistant","message":{message},"session_id":"s"}}"#);
        let log = format!("{init}\n{line}\n{line}\n{result}\n");
        assert!(matches!(Odd::new(&log).simulate(&[]).code, Some(0 | 2)), "{message}");
    }
    let request = r#""request":{"model":"claude-sonnet-5","max_tokens":9,"messages":[{"role":"user","content":"x"}]}"#;
    let events = [
        r#"{"type":"content_block_start","index":0,"content_block":5},{"type":"content_block_delta","index":0,"delta":{"text":"x"}}"#,
        r#"{"type":"message_start","message":7}"#,
        r#"{"contentBlockStart":{"start":{"toolUse":"x"}}},{"contentBlockDelta":{"delta":{"toolUse":{"input":"{}"}}}}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"x"}]}}]},3"#,
    ];
    for events in events {
        let log = format!(
            "{{{request},\"response\":{{\"stream_events\":[{events}]}}}}\n{{{request},\"response\":[{events}]}}\n"
        );
        assert!(matches!(Odd::new(&log).simulate(&[]).code, Some(0 | 2)), "{events}");
    }
}
