//! Bodies of Amazon Bedrock's Converse: content blocks told apart by their key, `toolConfig`, `output.message`.
//!
//! A `cachePoint` marks what stands before it. InvokeModel has the body of the model's own API, and
//! the model's name is in the URL. Shape: the Bedrock runtime API reference.

use serde_json::{Value, json};

use crate::exchange::{
    CacheControl, CacheOptions, HasFields, Message, Part, Request, RequestElement, Response, ToolCall,
};
use crate::log::body::anthropic::{joined, last_part};
use crate::log::body::api::Api;
use crate::log::body::chat::{function_tool, own_tools};
use crate::log::body::responses::single;
use crate::log::json::{at, each, items, put, text};

/// The API.
pub(crate) struct Converse;

impl Api for Converse {
    fn name(&self) -> &'static str {
        "bedrock-converse"
    }

    fn about(&self) -> &'static str {
        "Amazon Bedrock's Converse and ConverseStream"
    }

    fn input(&self) -> &'static str {
        "messages"
    }

    fn is_request(&self, body: &Value) -> bool {
        let marked = ["inferenceConfig", "toolConfig", "modelId", "additionalModelRequestFields"];
        let mut blocks = items(body.field("messages")).flat_map(|message| items(message.field("content")));
        let is_marked = || {
            let in_messages = items(body.field("messages")).any(is_own_message);
            in_messages || items(body.field("system")).any(is_own_block)
        };
        body.field("messages").is_some()
            && (marked.iter().any(|key| body.field(key).is_some()) || is_marked())
            // Anthropic's blocks have a `type`, those of Converse are told apart by their only key.
            && blocks.all(|block| block.is_object() && block.field("type").is_none())
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(&body)
    }

    fn claims(&self, message: &Value) -> bool {
        is_own_message(message)
    }

    fn is_response(&self, body: &Value) -> bool {
        at(body, "/output/message").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let message = body.pointer("/output/message").and_then(|message| turn(message).pop());
        let id = text(body, &["/ResponseMetadata/RequestId", "/requestId"]);
        Ok(Response { id, message, ..Response::default() })
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        events.iter().any(|event| event.field("messageStart").is_some()).then(|| assemble(events))
    }
}

/// True if a message has a block that no other API's messages have.
pub(crate) fn is_own_message(message: &Value) -> bool {
    items(message.field("content")).any(is_own_block)
}

fn is_own_block(block: &Value) -> bool {
    ["cachePoint", "toolUse", "toolResult"].iter().any(|key| block.field(key).is_some())
}

fn request(body: &Value) -> Result<Request, String> {
    let mut messages = Vec::new();
    if !each(body.field("system")).is_empty() {
        messages.extend(turn(&json!({"role": "system", "content": body["system"]})));
    }
    messages.extend(items(body.field("messages")).flat_map(turn));
    if messages.is_empty() {
        return Err("`messages` is empty".into());
    }
    let (mut tools, mut cache_controls) = (Vec::new(), Vec::new());
    for listed in items(body.pointer("/toolConfig/tools")) {
        match listed.field("toolSpec") {
            Some(spec) => tools.push(tool(spec)),
            // Tools that the service runs itself have an element without `toolSpec`.
            None if listed.field("cachePoint").is_none() => tools.extend(own_tools(listed, &[])),
            None => cache_controls.extend(point(listed, tools.len().checked_sub(1).map(RequestElement::Tool))),
        }
    }
    Ok(Request {
        cache_controls,
        model: text(body, &["/modelId"]),
        input: messages.into(),
        tools: tools.into(),
        tool_choice: body.pointer("/toolConfig/toolChoice").cloned(),
        response_format: None,
        thinking: text(body, &["/additionalModelRequestFields/thinking/type"]),
        thinking_budget: body.pointer("/additionalModelRequestFields/thinking/budget_tokens").and_then(Value::as_u64),
        cache_key: None,
        reasoning_effort: None,
        system_settings: None,
        cache_options: CacheOptions::default(),
    })
}

/// A message of the API: tool results first, as messages of their own, then what else it says.
fn turn(value: &Value) -> Vec<Message> {
    let role = value["role"].as_str().unwrap_or("user");
    let mut message = Message { role: role.into(), ..Message::default() };
    let (mut parts, mut thoughts, mut all) = (Vec::new(), Vec::new(), Vec::<Message>::new());
    let mut before = None;
    for block in each(value.field("content")) {
        if let Some(call) = block.field("toolUse") {
            let arguments = call.field("input").map(Value::to_string).unwrap_or_default();
            let name = text(call, &["/name"]).unwrap_or_default();
            message.tool_calls.push(ToolCall { id: text(call, &["/toolUseId"]), name, arguments, is_stored: false });
            before = Some(RequestElement::Call(message.tool_calls.len() - 1));
        } else if let Some(result) = block.field("toolResult") {
            all.push(answer(result));
            before = None;
        } else if let Some(thought) = block.field("reasoningContent") {
            match thought.pointer("/reasoningText/text").and_then(Value::as_str) {
                None | Some("") => message.has_hidden_reasoning = true,
                Some(thought) => thoughts.push(thought),
            }
        } else if block.field("cachePoint").is_none() {
            // Text for a guardrail to look at is text of the prompt as any other.
            let guarded = text(block, &["/guardContent/text/text"]).map(Part::Text);
            parts.push(guarded.unwrap_or_else(|| Part::read(block)));
            before = Some(RequestElement::Part(parts.len() - 1));
        } else if before.is_some() {
            message.cache_controls.extend(point(block, before));
        } else if let Some(result) = all.last_mut() {
            result.cache_controls.extend(point(block, Some(last_part(result))));
        }
    }
    message.content = (!parts.is_empty()).then(|| single(parts));
    message.reasoning_content = joined(&thoughts);
    if message.content.is_some() || !message.tool_calls.is_empty() || all.is_empty() {
        all.push(message);
    }
    all
}

fn point(block: &Value, after: Option<RequestElement>) -> Option<CacheControl> {
    Some(CacheControl::new(block.field("cachePoint")?, after?))
}

fn answer(result: &Value) -> Message {
    // A result may be a JSON object, which the model reads as its text.
    let part = |block: &Value| match block.field("json") {
        Some(json) => Part::Text(json.to_string()),
        None => Part::read(block),
    };
    let content = single(each(result.field("content")).iter().map(part).collect());
    let tool_call_id = text(result, &["/toolUseId"]);
    Message { role: "tool".into(), content: Some(content), tool_call_id, ..Message::default() }
}

fn tool(spec: &Value) -> Value {
    function_tool(spec.field("name"), spec.field("description"), spec.pointer("/inputSchema/json"))
}

/// A stream's blocks in one message, and the usage of its `metadata` event.
fn assemble(events: &[Value]) -> Value {
    let (mut said, mut usage, mut tier) = (String::new(), Value::Null, Value::Null);
    let mut calls: Vec<(Value, String)> = Vec::new();
    for event in events {
        if let Some(start) = event.pointer("/contentBlockStart/start/toolUse") {
            calls.push((start.clone(), String::new()));
        }
        said.push_str(event.pointer("/contentBlockDelta/delta/text").and_then(Value::as_str).unwrap_or_default());
        let input = event.pointer("/contentBlockDelta/delta/toolUse/input").and_then(Value::as_str);
        if let (Some(input), Some((_, whole))) = (input, calls.last_mut()) {
            // The arguments of a call come in pieces of JSON text.
            whole.push_str(input);
        }
        if let Some(counts) = event.pointer("/metadata/usage") {
            usage = counts.clone();
            tier = event["metadata"]["serviceTier"].clone();
        }
    }
    let mut blocks = vec![json!({"text": said})];
    for (mut call, input) in calls {
        put(&mut call, "input", serde_json::from_str(&input).unwrap_or_default());
        blocks.push(json!({"toolUse": call}));
    }
    json!({"output": {"message": {"role": "assistant", "content": blocks}}, "usage": usage, "serviceTier": tier})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Content;

    #[test]
    fn a_block_of_its_own_tells_it_where_nothing_else_does() {
        let point = json!([{"text": "long"}, {"cachePoint": {"type": "default"}}]);
        let asked = json!([{"role": "user", "content": [{"text": "hi"}]}]);
        let said =
            json!([{"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]}]);
        for body in [
            json!({"system": point, "messages": asked}),
            json!({"messages": [{"role": "user", "content": point}]}),
            json!({"messages": said}),
        ] {
            assert_eq!(crate::log::body::registry::of_request(&body).unwrap().name(), "bedrock-converse", "{body}");
        }
        let typed = json!({"system": "s", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]});
        assert!(!Converse.is_request(&typed) && !Converse.is_request(&json!({"messages": asked})));
    }

    #[test]
    fn all_thoughts_of_a_message_are_read() {
        let thought = |text: &str| json!({"reasoningContent": {"reasoningText": {"text": text, "signature": "s"}}});
        let hidden = json!({"reasoningContent": {"redactedContent": "c2VhbGVk"}});
        let content = json!([thought("First."), hidden, thought("Then."), {"text": "So."}]);
        let [message] = &turn(&json!({"role": "assistant", "content": content}))[..] else { panic!("one message") };
        assert_eq!(message.reasoning_content.as_deref(), Some("First.\n\nThen."));
        assert!(message.has_hidden_reasoning);
    }

    #[test]
    fn a_stream_is_the_message_it_spelled() {
        let events = [
            json!({"messageStart": {"role": "assistant"}}),
            json!({"contentBlockDelta": {"delta": {"text": "Hel"}, "contentBlockIndex": 0}}),
            json!({"contentBlockDelta": {"delta": {"text": "lo"}, "contentBlockIndex": 0}}),
            json!({"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2}}}),
        ];
        let body = Converse.assemble(&events).unwrap();
        let message = Converse.response(&body).unwrap().message.unwrap();
        assert_eq!(message.content, Some(Content::Text("Hello".into())));
        assert_eq!(body["usage"]["inputTokens"], 3);
    }

    #[test]
    fn texts_in_place_of_lists_and_blocks_of_its_own_are_kept() {
        let guarded = json!({"guardContent": {"text": {"text": "g"}}});
        let body = json!({"system": "s", "messages": [{"role": "user", "content": "u"},
            {"role": "user", "content": [guarded, {"citationsContent": {}}, {"image": {}}]}],
            "toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}, {"cachePoint": {"type": "default"}}]}});
        let read = request(&body).unwrap();
        let said: Vec<Content> = read.messages().iter().filter_map(|message| message.content.clone()).collect();
        let parts = vec![
            Part::Text("g".into()),
            Part::Unknown,
            Part::Media(crate::log::body::media::read(&json!({"image": {}}))),
        ];
        assert_eq!(said, [Content::Text("s".into()), Content::Text("u".into()), Content::Parts(parts)]);
        assert_eq!(*read.tools, [json!({"type": "systemTool"})]);
        assert_eq!(read.cache_controls[0].after, RequestElement::Tool(0));
    }
}
