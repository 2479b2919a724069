//! OpenAI's layout: tools, calls and formats against recorded counts.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::exchange::{Content, ToolCall};
use crate::prompt::Segment;

pub(super) fn said(role: &str, text: &str) -> Message {
    Message { role: role.into(), content: Some(Content::Text(text.into())), ..Message::default() }
}

pub(super) fn exchange(model: &str, messages: Vec<Message>, tools: &Value, api: Option<&'static str>) -> Exchange {
    let tools: Arc<[Value]> = tools.as_array().cloned().unwrap_or_default().into();
    let request = Request { model: Some(model.into()), input: messages.into(), tools, ..Request::default() };
    Exchange { request, api, ..Exchange::default() }
}

const RESPONSES: Option<&str> = Some("openai-responses");

#[test]
fn each_family_frames_with_the_tokens_that_were_counted() {
    let specials = |model: &str| {
        let messages = ["system", "user", "assistant", "user"].map(|role| said(role, "a"));
        let prompt = render(&exchange(model, messages.into(), &json!([]), None), &Fragments::default()).prompt;
        prompt.segments().iter().filter(|segment| matches!(segment, Segment::Special(_))).count()
    };
    // Three for each of four messages; then start and separator; "assistant" and "final" are text.
    assert_eq!(specials("gpt-4o"), 3 * 4 + 2);
    assert_eq!(specials("gpt-5-chat-latest"), 3 * 4 + 2);
    assert_eq!(specials("o4-mini"), 3 * 4 + 1);
    assert_eq!(specials("gpt-5.2"), 3 * 4 + 1 + 1);
}

/// The text of the tools of a Responses call to gpt-4o.
fn written(parameters: &Value) -> String {
    let tools =
        json!([{"type": "function", "function": {"name": "f", "description": "Do it.", "parameters": parameters}}]);
    let rendered = render(&exchange("gpt-4o", vec![said("user", "go")], &tools, RESPONSES), &Fragments::default());
    let spelled = rendered.prompt.spelled();
    let (_, behind) = spelled.split_once("// Do it.\ntype f = ").unwrap();
    behind.split_once(" => any;").unwrap().0.to_owned()
}

#[test]
fn a_schema_becomes_a_type() {
    let object =
        |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
    for (parameters, kind) in [
        (object(json!({}), json!([])), "()"),
        (
            object(json!({"a": {"type": "string"}, "b": {"type": ["integer", "null"]}}), json!(["a"])),
            "(_: { a: string, b?: integer | null })",
        ),
        (
            object(json!({"a": {"type": "string", "title": "A", "description": "One.\n  Two."}}), json!(["a"])),
            "(_: {\n// A\n//\n// One.\n// Two.\na: string,\n})",
        ),
        (
            object(json!({"a": {"type": "number", "default": null}, "b": {"enum": ["x", 1]}}), json!([])),
            "(_: {\na?: number, // default: null\nb?: \"x\" | 1,\n})",
        ),
        (
            object(json!({"a": {"type": ["integer", "null"], "minimum": 0, "maximum": 9}}), json!(["a"])),
            "(_: {\na: \n | integer // minimum: 0 maximum: 9\n | null\n,\n})",
        ),
        (
            object(
                json!({"a": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "boolean"}}}}}),
                json!([]),
            ),
            "(_: { a?: { b?: boolean }[] })",
        ),
        (
            object(json!({"a": {"type": "array", "items": {"type": "string", "description": "Each."}}}), json!([])),
            "(_: {\na?: Array<\n// Each.\nstring\n>,\n})",
        ),
        (
            json!({"title": "Args", "type": "object", "properties": {"a": {"$ref": "#/$defs/B"}},
                "$defs": {"B": {"title": "B", "const": "b"}}}),
            "(_: // Args\n{\n// B\na?: \"b\",\n})",
        ),
    ] {
        assert_eq!(written(&parameters), kind);
    }
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    let node = json!({"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}});
    let text = written(&json!({"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}, "$defs": {"N": node}}));
    assert!(text.contains("any"), "{text}");
    let circle =
        json!({"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}, "$defs": {"N": {"$ref": "#/$defs/N"}}});
    assert!(written(&circle).contains("any"));
}

#[test]
fn a_response_format_is_its_schema_without_what_strict_mode_demands() {
    let schema = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}, "required": {"type": "integer", "format": "x"}},
        "required": ["a"], "additionalProperties": false, "$defs": {"A": {"type": "integer", "minimum": 1}}});
    let mut asked = exchange("gpt-4o", vec![said("user", "go")], &json!([]), RESPONSES);
    asked.request.response_format =
        Some(json!({"type": "json_schema", "json_schema": {"name": "n", "description": "About.", "schema": schema}}));
    let spelled = render(&asked, &Fragments::default()).prompt.spelled();
    let text = "# Response Formats\n\n## n\n\n// About.\n\
        {\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"},\"required\":{\"type\":\"integer\"}},\
        \"$defs\":{\"A\":{\"type\":\"integer\"}}}";
    assert!(spelled.contains(text), "{spelled}");
}

#[test]
fn a_count_that_recorded_calls_do_not_confirm_is_doubted() {
    let doubt = |model: &str, parameters: Value, api| {
        let tools = json!([{"type": "function", "function": {"name": "f", "parameters": parameters}}]);
        render(&exchange(model, vec![said("user", "go")], &tools, api), &Fragments::default()).doubt
    };
    let plain = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let pattern = json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "x"}}});
    assert_eq!(doubt("gpt-5.4", plain.clone(), RESPONSES), None);
    assert!(doubt("gpt-4o", plain, None).unwrap().contains("59 of 71"));
    assert!(doubt("gpt-4o", pattern, RESPONSES).unwrap().contains("keywords"));
}

#[test]
fn tools_of_unknown_keywords_are_doubted_after_calls_of_them_too() {
    let doubt = |property: Value| {
        let parameters = json!({"type": "object", "properties": {"a": property}});
        let tools = json!([{"type": "function", "function": {"name": "f", "parameters": parameters}}]);
        let call = ToolCall { id: Some("1".into()), name: "f".into(), arguments: "{}".into(), ..ToolCall::default() };
        let called = Message { role: "assistant".into(), tool_calls: vec![call], ..Message::default() };
        let result = Message { tool_call_id: Some("1".into()), ..said("tool", "7") };
        let messages = vec![said("user", "go"), called, result];
        render(&exchange("gpt-5.4", messages, &tools, RESPONSES), &Fragments::default()).doubt
    };
    assert_eq!(doubt(json!({"type": "string"})), None);
    assert!(doubt(json!({"type": "string", "pattern": "x"})).unwrap().contains("keywords"));
}

#[test]
fn responses_of_march_2025_have_tokens_of_their_own() {
    let rendered = |model: &str, tools: &Value, time: &str| {
        let mut call = exchange(model, vec![said("user", "go")], tools, RESPONSES);
        call.time = crate::time::parse(time);
        let rendered = render(&call, &Fragments::default());
        let hidden = rendered.prompt.segments().iter().filter(|segment| segment.as_str() == HIDDEN).count();
        (hidden, rendered.doubt.is_some())
    };
    let tool = json!([{"type": "function", "function": {"name": "f", "description": "Do it."}}]);
    assert_eq!(rendered("gpt-4o", &json!([]), "2025-03-28T12:05:24Z"), (18, false));
    assert_eq!(rendered("gpt-4o", &tool, "2025-03-28T12:05:24Z"), (216, true));
    assert_eq!(rendered("gpt-4o", &tool, "2025-04-01T11:19:21Z"), (0, false));
    assert_eq!(rendered("o3-mini", &json!([]), "2025-03-27T11:40:32Z"), (0, true));
}

#[test]
fn several_calls_of_a_chat_are_one_call_of_several() {
    let call = |id: &str| ToolCall {
        id: Some(id.into()),
        name: "ping".into(),
        arguments: "{\"a\": 1}".into(),
        ..ToolCall::default()
    };
    let spelled = |ids: &[&str]| {
        let calls = Message {
            role: "assistant".into(),
            tool_calls: ids.iter().map(|id| call(id)).collect(),
            ..Message::default()
        };
        render(&exchange("gpt-4o", vec![calls], &json!([]), None), &Fragments::default()).prompt.spelled()
    };
    assert!(
        spelled(&["1", "2"]).contains(r#"{"tool_uses":[{"recipient_name":"functions.ping","parameters":{"a":1}},"#)
    );
}

#[test]
fn another_effort_is_another_prompt_of_as_many_tokens_unless_it_is_the_models_own() {
    let prompt = |model: &str, effort: Option<&str>, tools: &Value| {
        let mut exchange = exchange(model, vec![said("system", "a"), said("user", "b")], tools, RESPONSES);
        exchange.request.reasoning_effort = effort.map(str::to_owned);
        render(&exchange, &Fragments::default()).prompt
    };
    let tools = json!([{"type": "function", "function": {"name": "f", "parameters": {}}}]);
    for tools in [&json!([]), &tools] {
        let plain = prompt("gpt-5.1", None, tools);
        for effort in ["low", "high", "of tomorrow"] {
            let other = prompt("gpt-5.1", Some(effort), tools);
            assert_ne!(other.segments()[0].as_str(), plain.segments()[0].as_str(), "{effort}");
            assert_eq!(other.segments()[1..], plain.segments()[1..], "{effort}");
            assert_eq!((other.origin(0, 0), other.origin(1, 0)), (Origin::Effort, plain.origin(1, 0)));
        }
        for (model, own) in [("gpt-5.1", "none"), ("gpt-5-mini", "medium"), ("o3", "medium"), ("gpt-4.1", "high")] {
            assert_eq!(prompt(model, Some(own), tools), prompt(model, None, tools), "{model}");
        }
    }
}
