//! Sessions read the quick way against the long one, in which each line is parsed into a value first.

use proptest::prelude::*;

use crate::log::agent::claude_code::ClaudeCode;
use crate::log::agent::claude_line::ClaudeLine;
use crate::log::reading::parse::parse_without;
use crate::log::registry::detect;
use crate::log::tests::{entries, field, object, one_of};
use crate::log::{LogFormat, Options};

/// Lines as Claude Code writes them, with what others have in their fields, and some that other tools write.
fn session_line() -> BoxedStrategy<String> {
    let anything = one_of(&["null", "true", "7", r#""x""#, r#"{"messages": [], "model": "m"}"#, "[]", r#""\ud800""#]);
    let ids = one_of(&[r#""u0""#, r#""u1""#, r#""a\u0030""#, r#""""#, "null", "7"]);
    let blocks = one_of(&[
        r#""said""#,
        r#"[{"type": "text", "text": "t"}, {"type": "tool_use", "id": "c", "name": "f", "input": {"b": 1, "a": 1.0}}]"#,
        r#"[{"type": "tool_result", "tool_use_id": "c", "content": "r"}]"#,
        r#"[{"type": "thinking", "thinking": "", "signature": "s"}]"#,
        "[]",
        "null",
        "5",
    ]);
    let message = object(vec![
        field("\"content\"", blocks.clone()),
        field("\"content\"", blocks),
        field("\"id\"", ids.clone()),
        field("\"model\"", one_of(&[r#""claude-sonnet-4-5""#, r#""<synthetic>""#, "null"])),
        field("\"usage\"", one_of(&[r#"{"input_tokens": 4, "cache_read_input_tokens": 9}"#, "null", "{}"])),
        field("\"role\"", one_of(&[r#""user""#, r#""assistant""#, "null"])),
        field("\"stop_reason\"", one_of(&[r#""end_turn""#, "null"])),
        field("\"parts\"", one_of(&["[]"])),
    ]);
    let kinds = one_of(&[r#""user""#, r#""assistant""#, r#""assistant""#, r#""progress""#, r#""assistant.message""#]);
    let others = object(vec![
        field("\"parentUuid\"", ids.clone()),
        field("\"requestId\"", ids.clone()),
        field("\"isSidechain\"", one_of(&["true", "false", "null"])),
        field("\"isApiErrorMessage\"", one_of(&["true", "false"])),
        field("\"cwd\"", anything.clone()),
        field("\"toolUseResult\"", anything.clone()),
        field("\"isMeta\"", anything.clone()),
        field("\"version\"", one_of(&[r#""2.1""#])),
        field("\"error\"", anything.clone()),
        field("\"mcpMeta\"", anything.clone()),
        field("\"usageMetadata\"", one_of(&["{}"])),
        field("\"data\"", anything),
    ]);
    let times = one_of(&[r#""2026-04-01T00:00:00Z""#, "1775000000", r#""soon""#]);
    (kinds, ids, times, message, others)
        .prop_map(|(kind, id, time, message, others)| {
            let (open, rest) = others.split_at(1);
            let separator = if rest.starts_with('}') { "" } else { ", " };
            format!(
                "{open}\"type\": {kind}, \"uuid\": {id}, \"sessionId\": \"s\", \"timestamp\": {time}, \"message\": {message}{separator}{rest}"
            )
        })
        .boxed()
}

/// The entries of a log whose lines are parsed, since a pointer leads into them, which finds nothing.
fn the_long_way(log: &[u8]) -> Vec<String> {
    let groups = vec![vec!["/nothing".parse().unwrap()]];
    let found = entries(log, Options { groups, ..Options::default() });
    found.into_iter().map(|entry| entry.replace("groups: Some([None])", "groups: None")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn lines_of_sessions_are_read_the_quick_way_as_the_long_one(lines in prop::collection::vec(session_line(), 1..12)) {
        let log = lines.join("\n").into_bytes();
        prop_assert_eq!(entries(&log, Options::default()), the_long_way(&log), "{}", lines.join("\n"));
        for line in lines.iter().filter(|line| ClaudeLine::of_bytes(line.as_bytes()).is_some()) {
            let format = detect(&parse_without(line.as_bytes(), ClaudeCode.unread_fields()).unwrap()).unwrap().name();
            prop_assert_eq!(format, ClaudeCode.name(), "{}", line);
        }
    }
}

#[test]
fn what_claude_code_writes_is_read_the_quick_way() {
    let user = r#"{"parentUuid": null, "isSidechain": false, "userType": "external", "cwd": "/home/ann", "sessionId": "s", "version": "2.1.0",
        "gitBranch": "main", "type": "user", "message": {"role": "user", "content": "Hi"}, "uuid": "u0", "timestamp": "2026-04-01T00:00:00Z"}"#;
    let answer = r#"{"parentUuid": "u0", "isSidechain": false, "cwd": "/home/ann", "sessionId": "s", "version": "2.1.0", "type": "assistant",
        "requestId": "r", "message": {"model": "claude-sonnet-4-5", "id": "m", "type": "message", "role": "assistant",
        "content": [{"type": "text", "text": "Ho"}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 4, "cache_read_input_tokens": 9}}, "uuid": "a0", "timestamp": "2026-04-01T00:00:02Z"}"#;
    assert!([user, answer].into_iter().all(|line| ClaudeLine::of_bytes(line.as_bytes()).is_some()));
    let log = [user, answer].map(|line| line.replace('\n', " ")).join("\n").into_bytes();
    let found = entries(&log, Options::default());
    assert!(found.len() == 1 && found[0].contains("Hi") && found[0].contains("Ho"), "{found:?}");
    assert_eq!(found, the_long_way(&log));
}
