//! The templates against DeepSeek's own renderer, and against what recorded requests showed.

use serde_json::Value;

use super::Version;
use crate::exchange::Exchange;
use crate::log::{FORMATS, LineContext};
use crate::prompt::{Segment, Template};

fn exchange(request: Value) -> Exchange {
    let format = FORMATS.iter().find(|format| format.recognises(&request)).unwrap();
    format.reader().line(request, &mut LineContext::default()).unwrap().remove(0)
}

fn rendered(version: Version, request: &str) -> String {
    let request = serde_json::from_str(request).unwrap();
    Template::DeepSeek(version).render(&exchange(request)).prompt.spelled()
}

/// The fault of a case of `fixtures/prompts`: its text is to be the same, with the same special tokens at the same places.
fn fault(line: &str) -> Option<String> {
    let case: Value = serde_json::from_str(line).unwrap();
    let template = Template::named(case["version"].as_str().unwrap()).unwrap();
    let prompt = template.render(&exchange(case["request"].clone())).prompt;
    let mut specials = Vec::new();
    let mut at = 0;
    for segment in prompt.segments() {
        let end = at + segment.as_str().chars().count();
        if matches!(segment, Segment::Special(_)) {
            specials.push(serde_json::json!([at, end]));
        }
        at = end;
    }
    let (spelled, wanted) = (prompt.spelled(), case["prompt"].as_str().unwrap());
    let is_same = spelled == wanted && Value::Array(specials) == case["specials"];
    (!is_same).then(|| format!("{}\n{}\nis {spelled:?}\nnot {wanted:?}", case["version"], case["request"]))
}

#[test]
fn prompts_are_those_of_deepseeks_own_renderer() {
    let mut cases = include_str!("../../../fixtures/prompts/recipe.jsonl").to_owned();
    cases += include_str!("../../../fixtures/prompts/other_apis.jsonl");
    // More cases, made by the scripts beside the files.
    if let Ok(path) = std::env::var("CACHECHECK_RECIPE_CASES") {
        cases.push_str(&std::fs::read_to_string(path).unwrap());
    }
    let faults: Vec<String> = cases.lines().filter_map(fault).collect();
    assert!(
        faults.is_empty(),
        "{} cases differ, such as\n{}",
        faults.len(),
        faults[..faults.len().min(12)].join("\n\n")
    );
}

#[test]
fn tools_without_system_text_start_right_after_the_first_token_until_august_2026() {
    let request = r#"{"messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function", "function": {"name": "f", "strict": true}}]}"#;
    for version in [Version::V3_1, Version::V3_2, Version::V4] {
        let prompt = rendered(version, request);
        assert!(prompt.contains("<｜begin▁of▁sentence｜>## Tools"), "{version:?}: {prompt}");
        assert!(!prompt.contains("\"strict\""), "{version:?}");
    }
}

#[test]
fn a_strict_tool_keeps_the_order_in_which_its_schema_was_sent() {
    for schema in [
        r#"{"properties": {"a": {"type": "string"}}, "required": ["a"], "type": "object", "additionalProperties": false}"#,
        r#"{"additionalProperties": false, "properties": {"a": {"type": "string"}}, "required": ["a"], "type": "object"}"#,
    ] {
        let tool =
            format!(r#"{{"type": "function", "function": {{"name": "f", "strict": true, "parameters": {schema}}}}}"#);
        let request = format!(r#"{{"messages": [{{"role": "user", "content": "hi"}}], "tools": [{tool}]}}"#);
        let prompt = rendered(Version::V4August, &request);
        let written = format!(r#"{{"name": "f", "description": "", "parameters": {schema}}}"#);
        assert!(prompt.contains(&written), "{prompt}");
    }
}

#[test]
fn users_that_follow_each_other_are_one_message_but_in_v3_2() {
    let request = r#"{"messages": [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}]}"#;
    for version in [Version::V3, Version::V3_1, Version::V4] {
        assert!(rendered(version, request).contains("<｜User｜>one\n\ntwo<｜Assistant｜>"), "{version:?}");
    }
    assert!(rendered(Version::V3_2, request).contains("<｜User｜>two"));
}

#[test]
fn effort_max_has_its_text_in_v4_even_for_the_alias_that_does_not_think() {
    let request = |model: &str, more: &str| {
        format!(
            r#"{{"model": "{model}", "messages": [{{"role": "user", "content": "Plan the move."}}], "reasoning_effort": "max"{more}}}"#
        )
    };
    let begins = |version, model, more| rendered(version, &request(model, more)).contains("Absolute maximum");
    assert!(begins(Version::V4, "deepseek-chat", ""));
    assert!(begins(Version::V4, "deepseek-v4-flash", ""));
    assert!(!begins(Version::V4, "deepseek-chat", r#", "thinking": {"type": "disabled"}"#));
    assert!(rendered(Version::V4, &request("deepseek-chat", "")).ends_with("<｜Assistant｜></think>"));
}

#[test]
fn calls_without_a_content_key_read_otherwise_than_with_null_in_v4() {
    let prompt = |version, content: &str| {
        let calls =
            r#""tool_calls": [{"id": "c1", "function": {"name": "find_key", "arguments": "{\"room\": \"hall\"}"}}]"#;
        let request = format!(
            r#"{{"messages": [{{"role": "user", "content": "My key?"}}, {{"role": "assistant", {content}{calls}}},
                {{"role": "tool", "tool_call_id": "c1", "content": "on the hook"}}]}}"#
        );
        rendered(version, &request)
    };
    let null = prompt(Version::V4, r#""content": null, "#);
    assert_eq!(prompt(Version::V4, r#""content": "", "#), null);
    assert_eq!(prompt(Version::V4, ""), null.replace("</think>\n\n<", "</think>(no content)\n\n<"));
    assert_eq!(prompt(Version::V4August, ""), prompt(Version::V4August, r#""content": null, "#));
}

#[test]
fn a_named_tool_is_the_only_one_the_model_sees() {
    let request = r#"{"messages": [{"role": "user", "content": "hi"}], "tool_choice": {"type": "function", "function": {"name": "b"}},
        "tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "b"}}]}"#;
    let prompt = rendered(Version::V3_2, request);
    assert!(prompt.contains(r#"{"name": "b"}"#) && !prompt.contains(r#"{"name": "a"}"#));
    assert!(prompt.ends_with("<｜DSML｜function_calls>\n"));
}

#[test]
fn keys_of_tools_keep_the_clients_order() {
    let request = r#"{"messages": [{"role": "user", "content": "hi"}],
        "tools": [{"type": "function", "function": {"parameters": {"z": 1, "a": 2}, "name": "f"}}]}"#;
    assert!(rendered(Version::V3_2, request).contains(r#"{"parameters": {"z": 1, "a": 2}, "name": "f"}"#));
}
