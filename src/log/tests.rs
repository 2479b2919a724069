//! The quick ways of reading against the long one: parsing each line by itself, on one thread, as if nothing had come before.

use std::io::Cursor;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::exchange::{Exchange, Place};
use crate::input::Lines;
use crate::log::body::envelope;
use crate::log::reading::fast_path::FastPath;
use crate::log::reading::parse::{self, parse};
use crate::log::reading::readers::Readers;
use crate::log::registry::detect;
use crate::log::*;

/// Reads a line that is an exchange by itself the long way.
fn long_way(line: &[u8], options: &Options) -> Result<Vec<Exchange>, String> {
    let mut value: Value = parse(line).map_err(|error| error.to_string())?;
    envelope::unquote(&mut value).unwrap();
    let mut readers = Readers::default();
    let exchanges =
        readers.line(detect(&value)?, value, Place::new(0, 1), options).map_err(|reason| reason.to_string())?;
    // Remarks beside the exchange would be lost the quick way.
    match (readers.context.skips.first(), readers.context.remarks.first()) {
        (None, None) => Ok(exchanges),
        said => Err(format!("{said:?}")),
    }
}

/// True if a line goes the quick way; if so it gives what the long way does.
fn skims(skimmer: &FastPath, line: &[u8], options: &Options) -> bool {
    let Some(exchange) = skimmer.read(line, Place::new(0, 1), options) else { return false };
    let long = long_way(line, options).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(line)));
    assert_eq!(format!("{long:?}"), format!("[{exchange:?}]"), "{}", String::from_utf8_lossy(line));
    true
}

/// The lines of all fixtures.
fn fixture_lines() -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "fixtures/logs"].iter().collect();
    let files = [folder.join("formats"), folder].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files
        .flat_map(|path| {
            std::fs::read(path).unwrap().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_quick_way_finds_in_every_fixture_what_the_long_way_finds() {
    let options = Options::default();
    let skimmer = FastPath::new(1 << 20);
    let lines = fixture_lines();
    // Twice, so that what was seen is met again.
    let quick = lines.iter().chain(&lines).filter(|line| skims(&skimmer, line, &options)).count();
    assert!(quick > 100, "{quick} lines went the quick way");
}

#[test]
fn the_quick_way_sees_that_a_document_is_to_be_cited() {
    let document = json!({"type": "document", "source": {"type": "text", "data": "d"}, "citations": {"enabled": true}});
    let messages = json!([{"role": "user", "content": [document, {"type": "text", "text": "x"}]}]);
    let line = json!({"model": "claude-sonnet-4-5", "max_tokens": 9, "system": "s", "messages": messages}).to_string();
    assert!(skims(&FastPath::new(1 << 20), line.as_bytes(), &Options::default()), "{line}");
}

#[test]
fn no_line_of_a_fixture_has_the_marks_of_two_formats() {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "fixtures/logs/formats"].iter().collect();
    for file in std::fs::read_dir(folder).unwrap() {
        // A document or one value on each line.
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let values = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>().map_while(Result::ok);
        for value in values.flat_map(parse::elements) {
            let formats = registry::CONTAINERS.into_iter().flatten().filter(|format| format.recognises(&value));
            let names: Vec<_> = formats.map(|format| format.name()).collect();
            assert!(names.len() < 2, "{names:?} recognise {value}");
        }
    }
}

/// The texts of objects with these fields, some missing, some twice, in any order, with or without white space.
pub(crate) fn object(fields: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    let gap = prop_oneof![5 => Just(","), 2 => Just(" , "), 1 => Just(",\t"), 1 => Just(",\u{c}"), 1 => Just(",,")];
    let length = fields.len();
    (prop::collection::vec(prop::strategy::Union::new(fields), 1..=length + 1), gap)
        .prop_map(|(fields, gap)| format!("{{{}}}", fields.join(gap)))
        .boxed()
}

pub(crate) fn one_of(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(texts).prop_map(str::to_owned).boxed()
}

pub(crate) fn field(key: &'static str, value: BoxedStrategy<String>) -> BoxedStrategy<String> {
    value.prop_map(move |value| format!("{key}: {value}")).boxed()
}

fn list(of: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop::collection::vec(of, 0..4).prop_map(|elements| format!("[{}]", elements.join(", "))).boxed()
}

fn message() -> BoxedStrategy<String> {
    let contents = one_of(&[
        r#""Hello""#,
        r#""a \"quoted\" \\ \u00e9 \ud83d\ude00 é""#,
        r#""\ud800""#,
        "null",
        "5",
        r#"[{"type": "text", "text": "x"}, {"type": "image_url"}]"#,
        r#"[{"type": "tool_result", "content": "x"}]"#,
        r#"[{"type": "text", "text": "x", "cache_control": {}}]"#,
        r#"[{"type": "text", "text": "x", "cache_control": null}]"#,
        r#"[{"type": "document", "source": {"type": "text", "data": "d"}, "citations": {"enabled": true}}]"#,
        r#"[{"type": "text", "text": "x", "prompt_cache_breakpoint": {"mode": "explicit"}}]"#,
        r#"[{"text": "x"}, {"cachePoint": {"type": "default"}}]"#,
        r#"[{"text": "x"}]"#,
        "\"a\tb\"",
    ]);
    let roles = one_of(&[r#""user""#, r#""assistant""#, r#""system""#, r#""tool""#, "7", "{}"]);
    let calls = one_of(&[r#"[{"id": "1", "function": {"name": "f", "arguments": "{}"}}]"#, "[{}]", "null"]);
    object(vec![
        field("\"role\"", roles.clone()),
        field("\"role\"", one_of(&[r#""user""#])),
        field("\"r\\u006fle\"", roles),
        field("\"content\"", contents.clone()),
        field("\"content\"", contents),
        field("\"tool_calls\"", calls),
        field("\"name\"", one_of(&[r#""n""#, "1.50"])),
        field("\"reasoning_content\"", one_of(&[r#""so""#])),
    ])
}

fn body() -> BoxedStrategy<String> {
    let tools = one_of(&[
        "[]",
        "null",
        "{}",
        r#"[{"type": "function", "function": {"name": "f", "z": 1, "a": 1.0, "z": 2}}]"#,
        r#"[{"name": "f", "input_schema": {}}]"#,
        r#"[{"type": "function", "function": {"name": "f"}, "cache_control": {"type": "ephemeral"}}]"#,
        r#"[{"type": "function", "function": {"name": "f"}, "cache_control": null}]"#,
        r#"[{"type": "mcp", "server_url": "https://ann:pass@m/x?key=k", "headers": {"x-api-key": "k"}}]"#,
        r#"[{"type": "function", "function": {"name": "f", "parameters": {"properties": {"token": {}}}}, "api_key": "k"}]"#,
    ]);
    object(vec![
        field("\"cache_control\"", one_of(&[r#"{"type": "ephemeral"}"#, "null"])),
        field("\"messages\"", list(message())),
        field("\"messages\"", list(message())),
        field("\"messages\"", list(message())),
        field("\"mess\\u0061ges\"", list(message())),
        field("\"tools\"", tools),
        field("\"model\"", one_of(&[r#""deepseek-chat""#, r#""sk-0123456789abcdef01""#, "null"])),
        field("\"tool_choice\"", one_of(&[r#""none""#])),
        field("\"system\"", one_of(&[r#""s""#])),
        field("\"speed\"", one_of(&[r#""fast""#])),
        field("\"inferenceConfig\"", one_of(&["{}"])),
        field("\"prompt\"", one_of(&[r#""p""#])),
        field("\"user\"", one_of(&[r#""ann""#])),
    ])
}

/// Items of the Responses API, of which those of the assistant may join.
fn item() -> BoxedStrategy<String> {
    one_of(&[
        r#"{"role": "user", "content": "u"}"#,
        r#"{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]}"#,
        r#"{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b", "prompt_cache_breakpoint": {}}]}"#,
        r#"{"type": "reasoning", "summary": [], "encrypted_content": "x"}"#,
        r#"{"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]}"#,
        r#"{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}"#,
        r#"{"type": "function_call_output", "call_id": "c", "output": "7"}"#,
        r#"{"type": "web_search_call", "id": "w"}"#,
        r#"{"type": "ghost_snapshot"}"#,
        r#"{"type": "item_reference", "id": "i"}"#,
        r#"{"role": "developer", "content": "a part was taken out here"}"#,
        r#"{"parts": [{"text": "x"}]}"#,
        "5",
        "\"u\"",
    ])
}

/// Contents of Gemini, of which those that are none by themselves join.
fn content() -> BoxedStrategy<String> {
    one_of(&[
        r#"{"role": "user", "parts": [{"text": "u"}]}"#,
        r#"{"role": "model", "parts": [{"text": "m"}, {"functionCall": {"name": "f", "args": {"a": 1}}}]}"#,
        r#"{"role": "function", "parts": [{"functionResponse": {"name": "f", "response": {"b": 2}}}]}"#,
        r#"{"parts": [{"text": "t", "thought": true}]}"#,
        r#"{"text": "p"}"#,
        "\"s\"",
        "null",
    ])
}

fn body_of_others() -> BoxedStrategy<String> {
    let tools = one_of(&[
        r#"[{"type": "function", "name": "f", "parameters": {"type": "object"}}]"#,
        r#"[{"type": "web_search"}, {"type": "function", "name": "f", "prompt_cache_breakpoint": {}}]"#,
        r#"[{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}, {"googleSearch": {}}]"#,
        r#"[{"name": "f", "input_schema": {}, "cache_control": {"type": "ephemeral"}}, {"type": "web_search_20250305", "name": "w"}]"#,
        "[]",
    ]);
    let texts = one_of(&[
        r#""You help.""#,
        r#""""#,
        "null",
        r#"[{"type": "text", "text": "s", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]"#,
        r#"{"parts": [{"text": "s"}]}"#,
        r#"[{"role": "developer", "content": "s"}]"#,
        r#"[{"text": "s"}, {"cachePoint": {"type": "default"}}]"#,
        r#""a part was taken out here""#,
    ]);
    let input = prop_oneof![
        2 => list(item()).prop_map(|list| format!("\"input\": {list}")),
        2 => list(content()).prop_map(|list| format!("\"contents\": {list}")),
        1 => list(message()).prop_map(|list| format!("\"messages\": {list}")),
        1 => Just("\"input\": \"x\"".to_owned()),
    ];
    object(vec![
        input.clone().boxed(),
        input.boxed(),
        field("\"instructions\"", texts.clone()),
        field("\"systemInstruction\"", texts.clone()),
        field("\"system\"", texts),
        field("\"tools\"", tools),
        field("\"model\"", one_of(&[r#""gpt-5""#])),
        field("\"cache_marks\"", one_of(&[r#"[{"tool": 0}]"#])),
    ])
}

fn line() -> BoxedStrategy<String> {
    let http = object(vec![
        field("\"body\"", body()),
        field("\"body\"", one_of(&["null", r#""{}""#])),
        field("\"messages\"", list(message())),
        field("\"url\"", one_of(&[r#""https://api.deepseek.com/x""#])),
    ]);
    let answers = one_of(&[
        r#"{"choices": [{"message": {"content": "Hi"}}], "usage": {"prompt_tokens": 9}}"#,
        r#"{"object": "response", "output": [], "tools": [{"type": "function", "name": "f"}], "instructions": "You help.", "usage": {"input_tokens": 9}}"#,
        r#"{"object": "response", "tools": [,], "usage": {"input_tokens": 9}}"#,
        r#"{"type": "message", "content": [{"type": "text", "text": "a"}], "usage": {"input_tokens": 9}}"#,
        r#"{"candidates": [], "usageMetadata": {"promptTokenCount": 9}}"#,
        "null",
        "[]",
    ]);
    let line = object(vec![
        field("\"request\"", body()),
        field("\"request\"", body()),
        field("\"request\"", body_of_others()),
        field("\"request\"", body_of_others()),
        field("\"request\"", http),
        field("\"request\"", one_of(&["null", r#""{\"prompt\": \"p\"}""#])),
        field("\"response\"", answers),
        field("\"timestamp\"", one_of(&["1775000000", r#""2026-04-01""#, "\"\""])),
        field("\"cachecheck\"", one_of(&["1", "2"])),
        field("\"custom_id\"", one_of(&["\"c\""])),
        field("\"messages\"", list(message())),
    ]);
    let end = prop_oneof![8 => Just(""), 1 => Just(" "), 1 => Just("}"), 1 => Just(" x")];
    (prop_oneof![2 => line, 1 => body(), 1 => body_of_others()], end).prop_map(|(line, end)| line + end).boxed()
}

/// Lines of which several make an exchange, or that leave something to be said.
const JOINED: &[&str] = &[
    r#"{"custom_id": "a", "body": {"model": "m", "messages": [{"role": "user", "content": "x"}]}}"#,
    r#"{"custom_id": "a", "response": {"body": {"choices": [{"message": {"content": "y"}}]}}}"#,
    r#"{"custom_id": "a", "response": null, "error": {}}"#,
    r#"{"log": {"entries": [{"request": {"method": "POST", "url": "https://api.deepseek.com/chat/completions"}}]}}"#,
    r#"{"sessionId": "s", "type": "user", "uuid": "u0", "message": {"content": "x"}}"#,
    r#"{"sessionId": "s", "type": "assistant", "uuid": "a0", "parentUuid": "u0", "message": {"id": "m", "content": [{"type": "text", "text": "1"}]}}"#,
    r#"{"sessionId": "s", "type": "assistant", "uuid": "a1", "parentUuid": "a0", "message": {"id": "m", "content": [{"type": "text", "text": "2"}]}}"#,
    r#"{"sessionId": "s", "type": "user", "uuid": "u1", "parentUuid": "u2", "message": {"content": "x"}}"#,
    r#"{"sessionId": "s", "type": "assistant", "uuid": "a2", "parentUuid": "u1", "message": {"id": "n", "content": []}}"#,
    r#"{"sessionId": "s", "type": "progress", "uuid": "u2", "parentUuid": "u1"}"#,
    r#"data: {"id": "x", "usage": {"prompt_tokens": 1}}"#,
    r#"data: {"id": "y", "usage": {"prompt_tokens": 2}}"#,
    "data: [DONE]",
];

/// The entries of a log in words, made when all are read: what the calls of a session share grows as they are.
pub(crate) fn entries(log: &[u8], options: Options) -> Vec<String> {
    let mut reader = LogReader::new(options);
    reader.open(Lines::new(Cursor::new(log.to_vec())).unwrap(), 0);
    let mut all = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        all.extend(batch.entries);
    }
    all.extend(reader.finish().entries);
    all.iter().map(|entry| format!("{entry:?}")).collect()
}

/// Prompt, hits and output of all exchanges of a log, and how many lines were passed over.
fn counted(log: &str) -> (Vec<[Option<u64>; 3]>, usize) {
    let mut reader = LogReader::new(Options::default());
    reader.open(Lines::new(Cursor::new(log.as_bytes().to_vec())).unwrap(), 0);
    let (mut all, mut skips) = (Vec::new(), 0);
    while let Some(batch) = reader.next_batch().unwrap() {
        for entry in batch.entries {
            match entry {
                Entry::Exchange(exchange) => {
                    let usage = &exchange.usage;
                    all.push([usage.prompt_tokens, usage.hit_tokens, usage.output_tokens]);
                }
                Entry::Skip(_) => skips += 1,
            }
        }
    }
    (all, skips)
}

#[test]
fn the_events_of_a_stream_are_one_exchange_in_a_list_and_line_by_line() {
    let gemini = |id: &str, hit: u64, reason: Value| {
        json!({"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": reason}], "responseId": id,
            "usageMetadata": {"promptTokenCount": 1000, "cachedContentTokenCount": hit, "candidatesTokenCount": 2}})
    };
    let chunk = |output: u64, reason: Value| {
        json!({"object": "chat.completion.chunk", "id": "x", "choices": [{"delta": {}, "finish_reason": reason}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": output, "prompt_cache_hit_tokens": 500}})
    };
    let start = json!({"id": "m", "usage": {"input_tokens": 500, "cache_read_input_tokens": 500, "output_tokens": 1}});
    let streams = [
        vec![gemini("r1", 0, Value::Null), gemini("r1", 500, "STOP".into())],
        vec![chunk(1, Value::Null), chunk(2, "stop".into())],
        vec![
            json!({"type": "message_start", "message": start}),
            json!({"type": "message_delta", "usage": {"output_tokens": 2}}),
            json!({"type": "message_stop"}),
        ],
        vec![
            json!({"messageStart": {"role": "assistant"}}),
            json!({"contentBlockDelta": {"delta": {"text": "a"}}}),
            json!({"metadata": {"usage": {"inputTokens": 500, "cacheReadInputTokens": 500, "outputTokens": 2}}}),
        ],
    ];
    let once = (vec![[Some(1000), Some(500), Some(2)]], 0);
    let twice = (vec![[Some(1000), Some(500), Some(2)]; 2], 0);
    for events in streams {
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        let wrapped: Vec<Value> = events.iter().map(|event| json!({"event": "e", "data": event})).collect();
        let (list, wrapped) = (Value::from(events).to_string(), Value::from(wrapped).to_string());
        for log in [&lines.join("\n"), &list, &wrapped] {
            assert_eq!(counted(log), once, "{log}");
        }
        assert_eq!(counted(&format!("{list}\n{list}")), twice, "{list}");
        let request = r#"{"model": "m", "messages": [{"role": "user", "content": "hi"}]}"#;
        assert_eq!(counted(&format!(r#"{{"request": {request}, "response": {wrapped}}}"#)), once, "{wrapped}");
    }
    let whole = [gemini("r1", 500, "STOP".into()), gemini("r2", 500, "STOP".into())];
    assert_eq!(counted(&json!(whole).to_string()), twice);
    assert_eq!(
        counted(r#"[{"type": "message_start", "message": {"id": "m"}}, {"type": "message_stop"}]"#),
        (vec![], 1)
    );
}

#[test]
fn entries_of_a_document_are_read_one_by_one_as_they_are_in_the_whole() {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "fixtures/logs/formats"].iter().collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let document = std::fs::read(&file).unwrap();
        let lines: Vec<Value> = document.split(|byte| *byte == b'\n').filter_map(|line| parse(line).ok()).collect();
        for document in [document, Value::from(lines).to_string().into_bytes()] {
            let whole = entries(&document, Options { large: usize::MAX, ..Options::default() });
            for threads in [1, 2] {
                let parts = entries(&document, Options { large: 0, chunk: 1, threads, ..Options::default() });
                assert_eq!(whole, parts, "{}", file.display());
            }
        }
    }
}

#[test]
fn an_entry_that_is_no_json_is_named_and_the_others_are_read() {
    let log = br#"[{"prompt": "a"}, {"prompt": 01}, {"prompt": "b"}]"#;
    let found = entries(log, Options { large: 0, ..Options::default() });
    assert!(found.len() == 3 && found[1].contains("entry 2: not valid JSON"), "{found:?}");
}

#[test]
fn of_a_list_that_breaks_off_the_whole_entries_are_read() {
    let list = |log: &str| entries(log.as_bytes(), Options::default());
    for log in [r#"[{"prompt": "a"}, {"prompt": "b"}, {"pro"#, "[\n{\"prompt\": \"a\"},\n{\"prompt\": \"b\"},\n{\"pro"]
    {
        let found = list(log);
        assert!(
            found.len() == 3 && found[2].contains("breaks off: its whole entries (2) are read, 7 bytes"),
            "{found:?}"
        );
    }
    // A line before others may be one too.
    let found = list("[{\"prompt\": \"a\"}, {\"pro\n{\"prompt\": \"b\"}\n");
    assert!(found.len() == 3 && found[1].contains("its whole entries (1)"), "{found:?}");
}

#[test]
fn a_har_file_without_a_call_is_named_however_large_it_is() {
    let entry =
        json!({"startedDateTime": "2026-04-01T00:00:00Z", "request": {"url": "https://example.org"}, "response": {}});
    let document = json!({"log": {"entries": [entry, entry]}}).to_string();
    for large in [0, usize::MAX] {
        let found = entries(document.as_bytes(), Options { large, chunk: 1, ..Options::default() });
        assert!(found.len() == 1 && found[0].contains("(2 in total)"), "{found:?}");
    }
}

#[test]
fn bodies_that_are_kept_as_texts_go_the_quick_way() {
    let body = json!({"model": "m", "tools": [{"type": "function", "function": {"name": "f"}}],
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a \"quoted\" é"}]});
    let har = json!({"startedDateTime": "2026-04-01T00:00:00Z", "time": 5, "response": {"status": 200},
        "request": {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "postData": {"text": body.to_string()}}});
    let langfuse = json!({"type": "GENERATION", "traceId": "t", "startTime": "2026-04-01T00:00:00Z", "model": "m",
        "input": body["messages"], "usageDetails": {"input": 9}});
    let nested = json!({"type": "GENERATION", "traceId": "t", "startTime": "2026-04-01T00:00:00Z", "model": "m",
        "input": {"messages": body["messages"], "tools": body["tools"]}, "usageDetails": {"input": 9}});
    let (path, options) = (FastPath::new(1 << 20), Options::default());
    for line in [json!({"request": body.to_string(), "response": {}}), har, langfuse, nested] {
        assert!(skims(&path, line.to_string().as_bytes(), &options), "{line}");
    }
}

#[test]
fn a_line_of_too_many_values_is_refused_either_way() {
    let zeros = "0,".repeat(5_000_000);
    for tools in [format!("[{zeros}0]"), format!("[{{\"x\": [{zeros}0]}}]")] {
        let line = format!(r#"{{"messages": [{{"role": "user", "content": "x"}}], "tools": {tools}}}"#);
        let options = Options::default();
        assert!(!skims(&FastPath::new(1 << 20), line.as_bytes(), &options));
        assert!(long_way(line.as_bytes(), &options).unwrap_err().contains("more than 4000000 JSON values"));
        for threads in [1, 2] {
            let all = entries(line.as_bytes(), Options { threads, ..Options::default() });
            assert!(all.len() == 1 && all[0].contains("more than 4000000 JSON values"), "{all:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_quick_way_finds_in_odd_lines_what_the_long_way_finds(lines in prop::collection::vec(line(), 1..12)) {
        let (skimmer, options) = (FastPath::new(1 << 16), Options::default());
        for line in lines.iter().chain(&lines) {
            skims(&skimmer, line.as_bytes(), &options);
        }
    }

    #[test]
    fn entries_of_any_list_are_read_as_in_the_whole(
        lines in prop::collection::vec(prop_oneof![4 => line(), 1 => one_of(JOINED), 1 => one_of(&["7", "[]", "\"x\"", "{}"])], 1..12),
        threads in 1..3_usize,
        chunk in 1..4000_usize,
    ) {
        let lines: Vec<String> = lines.into_iter().filter(|line| parse(line.as_bytes()).is_ok()).collect();
        let document = format!("[{}]", lines.join(" , ")).into_bytes();
        let whole = entries(&document, Options { large: usize::MAX, ..Options::default() });
        prop_assert_eq!(whole, entries(&document, Options { large: 0, threads, chunk, ..Options::default() }));
    }

    #[test]
    fn the_number_of_threads_changes_nothing(
        lines in prop::collection::vec(prop_oneof![
            6 => line(),
            2 => one_of(JOINED),
            1 => one_of(&["", " ", "{", "[", "]", "{\"prompt\":", "\"x\"}", "no JSON", "\u{feff}"]),
        ], 1..30),
        threads in 2..5_usize,
        chunk in 1..4000_usize,
        max_memory in prop_oneof![Just(0_usize), Just(20_000), Just(1 << 30)],
    ) {
        let log = lines.join("\n").into_bytes();
        let alone = entries(&log, Options { max_line: 2000, ..Options::default() });
        prop_assert_eq!(alone, entries(&log, Options { max_line: 2000, threads, chunk, max_memory, ..Options::default() }));
    }
}

#[test]
fn a_scope_pointer_replaces_user_and_key() {
    let scope = |pointer: Option<&str>| {
        let scope = pointer.map(|pointer| pointer.parse().unwrap());
        let mut reader = LogReader::new(Options { scope, ..Options::default() });
        let line = r#"{"prompt": "a", "user": "ann", "meta": {"team": "red"}}"#;
        reader.open(Lines::new(Cursor::new(line)).unwrap(), 0);
        match reader.next_batch().unwrap().unwrap().entries.remove(0) {
            Entry::Exchange(exchange) => exchange.scope.name(),
            other @ Entry::Skip(_) => panic!("{other:?}"),
        }
    };
    assert_eq!(scope(Some("/meta/team")).as_deref(), Some("red"));
    assert_eq!(scope(None).as_deref(), Some("user:ann"));
    assert!("meta.team".parse::<Pointer>().unwrap_err().ends_with("/meta/team"));
}
