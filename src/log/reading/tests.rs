//! Tests of reading sources into entries.

use std::io::Cursor;

use super::diagnose;
use super::reader::{Entry, LogReader};
use crate::input::Lines;
use crate::log::Options;

fn entries(bytes: &[u8]) -> Vec<String> {
    entries_of(bytes, Options::default())
}

fn entries_of(bytes: &[u8], options: Options) -> Vec<String> {
    let mut reader = LogReader::new(options);
    reader.open(Lines::new(Cursor::new(bytes.to_vec())).unwrap(), 0);
    let mut all = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        all.extend(batch.entries.into_iter().map(|entry| match entry {
            Entry::Exchange(exchange) => format!("{}: exchange", exchange.place.line),
            Entry::Skip(skip) => format!("{}: {}", skip.place.line, skip.reason),
        }));
    }
    all
}

#[test]
fn sources_that_are_read_ahead_give_what_they_give_in_their_turn() {
    let sources: [&[u8]; 7] = [
        b"{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n{\"prompt\": \"c\"}\n",
        b"[\n{\"prompt\": \"a\"},\n{\"prompt\": \"b\"}\n]",
        b"",
        b"{\"prompt\":\n{\"prompt\": \"a\"}\n",
        b"model: m\nmessages:\n  - {role: user, content: a}\n",
        b"{\"prompt\": \"a\"}\n{\n  \"prompt\": \"a\"\n}\n{\"prompt\": \"b\"}",
        b"{\"prompt\": \"z\"}\n",
    ];
    let lines = |source: usize| Lines::new(Cursor::new(sources[source].to_vec())).unwrap();
    let read = |threads: usize, chunk: usize, is_ahead: bool| {
        let mut reader = LogReader::new(Options { threads, chunk, ..Options::default() });
        let mut all = Vec::new();
        for source in 0..sources.len() {
            if is_ahead && source > 0 {
                reader.open_ahead("");
            } else {
                reader.open(lines(source), source);
            }
            if is_ahead && source + 1 < sources.len() {
                reader.read_ahead(lines(source + 1), source + 1);
            }
            while let Some(batch) = reader.next_batch().unwrap() {
                all.extend(batch.entries.iter().map(|entry| format!("{entry:?}")));
            }
        }
        all
    };
    let expected = read(1, 1 << 10, false);
    assert!(expected.len() > 10, "{expected:?}");
    for (threads, chunk) in [(1, 1), (2, 1), (2, 1 << 10), (3, 20)] {
        assert_eq!(read(threads, chunk, true), expected, "{threads} threads, {chunk} bytes at a time");
    }
}

#[test]
fn a_torn_last_line_loses_nothing_before_it() {
    let log = b"{\"prompt\": \"a\"}\n\n{\"prompt\": \"b";
    assert_eq!(entries(log), ["1: exchange", "3: torn: the JSON ends in the middle (column 13)"]);
}

#[test]
fn what_is_not_a_log_is_named() {
    assert_eq!(entries(b"a,b\n"), ["1: not JSON but comma-separated; export the log as one JSON object on each line"]);
    assert_eq!(entries(b"\xff\xfe{\0\n"), ["1: UTF-16 text; convert it with: iconv -f UTF-16LE -t UTF-8"]);
    assert_eq!(entries(b"{\"a\": \"\xc3\"}"), ["1: not UTF-8 from byte 8"]);
    assert_eq!(entries(b"[1]"), ["1: not a JSON object"]);
    assert_eq!(entries(b"7"), ["1: not a JSON object"]);
}

#[test]
fn a_document_spread_over_lines_is_read_whole_and_a_list_element_by_element() {
    assert_eq!(entries(b"{\n  \"prompt\": \"a\"\n}\n{\n  \"prompt\": \"b\"\n}"), ["1: exchange", "1: exchange"]);
    assert_eq!(entries(b"[\n{\"prompt\": \"a\"},\n{\"prompt\": \"b\"}\n]"), ["1: exchange", "1: exchange"]);
    assert_eq!(entries(b"[{\"prompt\": \"a\"}, 7]"), ["1: exchange", "1: not a JSON object"]);
}

#[test]
fn what_is_almost_json_is_read_and_said() {
    let remark = format!("1: {}", diagnose::MENDED);
    let exchange = "1: exchange".to_owned();
    assert_eq!(entries(br#"{"prompt": "a \ud83d"}"#), [remark.clone(), exchange.clone()]);
    assert_eq!(entries(b"{\n  \"prompt\": \"a\", \"x\": NaN\n}"), [remark, exchange]);
}

#[test]
fn what_looked_like_a_document_and_is_none_is_read_line_by_line() {
    let log = b"{\"prompt\":\n{\"prompt\": \"a\"}\n";
    assert_eq!(entries(log), ["1: torn: the JSON ends in the middle (column 10)", "2: exchange"]);
}

#[test]
fn a_torn_line_before_more_than_a_document_may_hold_loses_only_itself() {
    let mut log = b"{\"prompt\": \"a\"}\n{\"a\": [1,\n".to_vec();
    log.extend(b"{\"prompt\": \"b\"}\n".repeat(20));
    let all = entries_of(&log, Options { max_line: 100, ..Options::default() });
    assert!(all[1].starts_with("2: torn") && all[1].contains("--max-line"), "{}", all[1]);
    assert_eq!((all.len(), all[21].as_str()), (22, "22: exchange"));
}

#[test]
fn a_trace_line_whose_counts_cannot_be_is_named() {
    let log = b"{\"input_length\": -5, \"hash_ids\": [1]}\n{\"block_size\": 0, \"hash_ids\": [1]}\n{\"input_length\": null, \"hash_ids\": [1]}";
    let reasons = ["1: `input_length` is not a number of tokens", "2: `block_size` is 0", "3: exchange"];
    assert_eq!(entries(log), reasons);
}
