//! Sizes of OpenAI's prompts as recorded requests were billed: layouts counted with the encoding of their models.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::exchange::{Content, Exchange, Message, Request, ToolCall};
use crate::prompt::{Segment, Template};
use crate::tokens::Encoding;

const RESPONSES: Option<&str> = Some("openai-responses");

fn said(role: &str, text: &str) -> Message {
    Message { role: role.into(), content: Some(Content::Text(text.into())), ..Message::default() }
}

fn exchange(model: &str, messages: Vec<Message>, tools: &Value, api: Option<&'static str>) -> Exchange {
    let tools: Arc<[Value]> = tools.as_array().cloned().unwrap_or_default().into();
    let request = Request { model: Some(model.into()), input: messages.into(), tools, ..Request::default() };
    Exchange { request, api, ..Exchange::default() }
}

fn count(exchange: &Exchange) -> usize {
    let tokenizer = Encoding::O200k.tokenizer();
    let prompt = Template::OpenAi.render(exchange).prompt;
    let length = |segment: &Segment| match segment.plain() {
        None => 1,
        Some(text) => {
            let mut ids = Vec::new();
            tokenizer.encode_text(text, &mut ids);
            ids.len()
        }
    };
    prompt.segments().iter().map(length).sum()
}

#[test]
fn tools_stand_where_the_family_and_the_api_have_them() {
    let tool = json!([{"type": "function", "function": {"name": "ping", "description": "Answer.", "parameters": {}}}]);
    let size = |model: &str, api, system: bool| {
        let mut messages = vec![said("user", "go")];
        if system {
            messages.insert(0, said("system", "Be brief"));
        }
        let with = exchange(model, messages.clone(), &tool, api);
        count(&with) - count(&exchange(model, messages, &json!([]), api))
    };
    // The namespace is 15 tokens, the headings 6, a message of its own 4; behind a system message two line ends are one more.
    assert_eq!(size("gpt-4o", RESPONSES, false), 15 + 4);
    assert_eq!(size("gpt-4o", RESPONSES, true), 15 + 4);
    assert_eq!(size("gpt-4o", None, false), 15 + 6 + 4);
    assert_eq!(size("gpt-4o", None, true), 15 + 6 + 1);
    assert_eq!(size("gpt-5.4", RESPONSES, false), 15 + 6 + 4);
    assert_eq!(size("gpt-5.4", None, true), 15 + 6 + 4 + 82);
}

#[test]
fn a_tool_that_must_be_called_is_named_behind_the_answers_role() {
    let tools =
        json!([{"type": "function", "function": {"name": "ping"}}, {"type": "function", "function": {"name": "pong"}}]);
    let size = |choice: Value, tools: &Value, api| {
        let mut called = exchange("gpt-4.1", vec![said("user", "go")], tools, api);
        let free = count(&called);
        called.request.tool_choice = Some(choice);
        count(&called) - free
    };
    let only = json!([tools[0]]);
    assert_eq!(size(json!("required"), &only, RESPONSES), 7 + 2);
    assert_eq!(size(json!("required"), &tools, RESPONSES), 0);
    assert_eq!(size(json!("required"), &only, None), 0);
    assert_eq!(size(json!({"type": "function", "function": {"name": "ping"}}), &tools, None), 7 + 2);
    assert_eq!(size(json!({"type": "function", "name": "ping"}), &tools, RESPONSES), 7 + 2);
}

#[test]
fn calls_and_results_cost_what_was_counted() {
    let call = |id: &str| ToolCall {
        id: Some(id.into()),
        name: "ping".into(),
        arguments: "{\"a\": 1}".into(),
        ..ToolCall::default()
    };
    let result = |id: &str| Message { tool_call_id: Some(id.into()), ..said("tool", "ok") };
    let size = |model: &str, api, ids: &[&str]| {
        let before = vec![said("user", "go")];
        let calls = Message {
            role: "assistant".into(),
            tool_calls: ids.iter().map(|id| call(id)).collect(),
            ..Message::default()
        };
        let after = before.iter().cloned().chain([calls]).chain(ids.iter().map(|id| result(id))).collect();
        count(&exchange(model, after, &json!([]), api)) - count(&exchange(model, before, &json!([]), api))
    };
    // `functions.ping` is three tokens, `{"a": 1}` six and five without the blank, `ok` one.
    assert_eq!(size("gpt-4o", RESPONSES, &["1"]), 9 + 2 * 3 + 6 + 1);
    assert_eq!(size("gpt-4o", None, &["1"]), 11 + 2 * 3 + 5 + 1);
    assert_eq!(size("gpt-5", RESPONSES, &["1"]), 15 + 2 * 3 + 6 + 1);
    assert_eq!(size("gpt-5.4", RESPONSES, &["1"]), 18 + 2 * 3 + 6 + 1);
    assert_eq!(size("gpt-4o", RESPONSES, &["1", "2"]), 2 * size("gpt-4o", RESPONSES, &["1"]));
    let stored = |is_stored| {
        let calls = vec![ToolCall { is_stored, ..call("1") }];
        count(&exchange(
            "gpt-4o",
            vec![Message { role: "assistant".into(), tool_calls: calls, ..Message::default() }],
            &json!([]),
            RESPONSES,
        ))
    };
    assert_eq!(stored(true), stored(false) + 3);
}
