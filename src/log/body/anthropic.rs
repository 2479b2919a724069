//! Bodies of Anthropic's Messages API, on Bedrock (InvokeModel) and elsewhere too: `system` and content blocks.
//!
//! Blocks become messages of the Chat Completions kind: `tool_use` a call, `tool_result` a tool message. Shape: anthropic-python
//! 2.11 types.

use serde_json::{Value, json};

use crate::exchange::{
    CacheControl, CacheOptions, Content, HasFields, Message, Part, Request, RequestElement, Response, ToolCall,
};
use crate::log::body::api::Api;
use crate::log::body::chat::{self, assistant, function_tool};
use crate::log::body::parts::{self, OwnTool, Parts, Sign};
use crate::log::body::responses::single;
use crate::log::json::{each, items, put, text};

/// The API.
pub(crate) struct Messages;

impl Api for Messages {
    fn name(&self) -> &'static str {
        "anthropic-messages"
    }

    fn about(&self) -> &'static str {
        "Anthropic's Messages API, also through Bedrock's InvokeModel"
    }

    fn input(&self) -> &'static str {
        "messages"
    }

    fn is_request(&self, body: &Value) -> bool {
        let messages = || items(body.field("messages"));
        let is_marked = || messages().any(has_mark) && !messages().any(has_system_role);
        (is_own(body) || is_marked()) && !messages().any(chat::is_own_message)
    }

    fn is_call(&self, request: &Value, answer: &Value) -> bool {
        // Gateways take this API's marks in requests of Chat Completions, and answer as that does.
        self.is_request(request) && (is_own(request) || !chat::CHAT.is_response(answer))
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(&body)
    }

    fn parts(&self) -> Option<&'static Parts> {
        const PARTS: Parts = Parts {
            said: "messages",
            instructions: &["system"],
            tools: "tools",
            alone: None,
            may_join: |_| false,
            stand_ins: parts::OF_CHAT,
            signs: SIGNS,
            own_tool: Some(OwnTool {
                is_one: is_own_tool,
                stand_in: r#"[{"name": "a part was taken out here", "input_schema": {}}]"#,
            }),
        };
        const SIGNS: &[Sign] = &[
            Sign {
                is_in: has_own_block,
                stand_in: r#"{"role": "user", "content": [{"type": "thinking"}]}"#,
                is_own: true,
            },
            Sign {
                is_in: has_mark,
                stand_in: r#"{"role": "user", "content": [{"text": "", "cache_control": {}}]}"#,
                is_own: false,
            },
            Sign { is_in: has_system_role, stand_in: r#"{"role": "system", "content": ""}"#, is_own: false },
            Sign {
                is_in: has_citations,
                stand_in: r#"{"role": "user", "content": [{"type": "text", "text": "", "citations": {"enabled": true}}]}"#,
                is_own: false,
            },
        ];
        Some(&PARTS)
    }

    fn is_response(&self, body: &Value) -> bool {
        body.field("type").is_some_and(|kind| kind == "message") && body.field("content").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let message = body.field("content").map(|content| blocks("assistant", content).0);
        Ok(response((text(body, &["/id"]), text(body, &["/model"])), message))
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        events.iter().any(|event| event["type"] == "message_start").then(|| assemble(events))
    }
}

/// An answer with this message.
fn response((id, model): (Option<String>, Option<String>), mut message: Option<Message>) -> Response {
    if let Some(message) = &mut message {
        message.content.get_or_insert(Content::Text(String::new()));
    }
    Response { id, model, message, ..Response::default() }
}

/// An answer whose blocks stand apart from its body.
pub(crate) fn response_of<'a>(model: Option<String>, blocks: impl IntoIterator<Item = &'a Value>) -> Response {
    response((None, model), Some(of_blocks("assistant", blocks).0))
}

/// True if a body has what no other API's requests have.
fn is_own(body: &Value) -> bool {
    const KEYS: [&str; 4] = ["system", "anthropic_version", "stop_sequences", "anthropic_beta"];
    let is_request = body.field("messages").is_some_and(Value::is_array);
    is_request
        && (KEYS.iter().any(|key| body.field(key).is_some())
            || items(body.field("tools")).any(is_own_tool)
            || items(body.field("messages")).any(has_own_block))
}

/// True if a message has a block of this API's own.
pub(crate) fn has_own_block(message: &Value) -> bool {
    const BLOCKS: [&str; 4] = ["thinking", "redacted_thinking", "document", "search_result"];
    // The client's tools and those of the API, which have a kind each: `server_tool_use`, `web_search_tool_result`.
    let is_of_tool = |kind: &str| kind.ends_with("tool_use") || kind.ends_with("tool_result");
    let is_own = |kind: &str| BLOCKS.contains(&kind) || is_of_tool(kind);
    items(message.field("content")).any(|block| block["type"].as_str().is_some_and(is_own))
}

/// True if a block has a mark of this API, which others take over.
pub(crate) fn has_mark(message: &Value) -> bool {
    items(message.field("content")).any(|block| block.field("cache_control").is_some())
}

/// True if a document of a message is to be cited, which changes the text around the system prompt.
pub(crate) fn has_citations(message: &Value) -> bool {
    items(message.field("content")).any(|block| block.pointer("/citations/enabled") == Some(&Value::Bool(true)))
}

/// True if a message has a role that this API keeps out of `messages`.
pub(crate) fn has_system_role(message: &Value) -> bool {
    matches!(message.field("role").and_then(Value::as_str), Some("system" | "developer"))
}

/// True if a tool is defined as no other API defines it.
pub(crate) fn is_own_tool(tool: &Value) -> bool {
    tool.field("input_schema").is_some()
}

fn request(body: &Value) -> Result<Request, String> {
    let mut messages = Vec::new();
    match body.field("system") {
        None | Some(Value::Null) => {}
        Some(system) => messages.push(blocks("system", system).0),
    }
    let list = body["messages"].as_array().ok_or("`messages` is not a list")?;
    for (index, value) in list.iter().enumerate() {
        let role = value["role"].as_str().ok_or_else(|| format!("messages[{index}]: no `role`"))?;
        messages.extend(turn(role, value.field("content").unwrap_or(&Value::Null)));
    }
    if messages.is_empty() {
        return Err("`messages` is empty".into());
    }
    let marks = CacheControl::of_tools(body.field("tools")).into_iter();
    Ok(Request {
        cache_controls: marks.chain(CacheControl::within(body, RequestElement::Request)).collect(),
        model: text(body, &["/model"]),
        input: messages.into(),
        tools: items(body.field("tools")).map(tool).collect(),
        tool_choice: body.field("tool_choice").cloned(),
        response_format: body.pointer("/output_config/format").or_else(|| body.field("output_format")).cloned(),
        thinking: text(body, &["/thinking/type"]),
        cache_key: None,
        thinking_budget: body.pointer("/thinking/budget_tokens").and_then(Value::as_u64),
        reasoning_effort: text(body, &["/output_config/effort"]),
        system_settings: system_settings(body),
        cache_options: CacheOptions::default(),
    })
}

/// The settings that change the text around the system prompt: the speed that is asked for, and citations of documents.
fn system_settings(body: &Value) -> Option<String> {
    let citations = items(body.field("messages")).any(has_citations).then(|| "citations".to_owned());
    let speed = text(body, &["/speed"]).filter(|speed| speed != "standard");
    speed.into_iter().chain(citations).reduce(|speed, citations| format!("{speed}, {citations}"))
}

/// A message of the API: tool results first, as messages of their own, then what else it says.
pub(crate) fn turn(role: &str, content: &Value) -> Vec<Message> {
    let (message, mut messages) = blocks(role, content);
    if message.content.is_some() || !message.tool_calls.is_empty() || messages.is_empty() {
        messages.push(message);
    }
    messages
}

/// Content as one message, and its tool results.
fn blocks(role: &str, content: &Value) -> (Message, Vec<Message>) {
    if let Value::String(text) = content {
        let content = Some(Content::Text(text.clone()));
        return (Message { role: role.into(), content, ..Message::default() }, Vec::new());
    }
    of_blocks(role, each(Some(content)))
}

/// Blocks as one message, and its tool results.
fn of_blocks<'a>(role: &str, blocks: impl IntoIterator<Item = &'a Value>) -> (Message, Vec<Message>) {
    let mut message = Message { role: role.into(), ..Message::default() };
    let (mut parts, mut results, mut thoughts) = (Vec::new(), Vec::new(), Vec::new());
    for block in blocks {
        let kind = block["type"].as_str();
        match kind {
            Some("tool_use" | "server_tool_use" | "mcp_tool_use") => message.tool_calls.push(call(block)),
            Some("tool_result") => results.push(result(block)),
            Some("thinking") => match block["thinking"].as_str() {
                // A thought that is left out of the answer has its signature alone.
                Some("") => message.has_hidden_reasoning = true,
                Some(thought) => thoughts.push(thought),
                None => parts.push(Part::Unknown),
            },
            Some("redacted_thinking") => message.has_hidden_reasoning = true,
            _ => parts.extend(read(block)),
        }
        let mark = |after| CacheControl::within(block, after);
        match (kind, results.last_mut()) {
            (Some("tool_result"), Some(result)) => result.cache_controls.extend(mark(last_part(result))),
            (Some("tool_use" | "server_tool_use" | "mcp_tool_use"), _) => {
                message.cache_controls.extend(mark(RequestElement::Call(message.tool_calls.len() - 1)));
            }
            _ => message
                .cache_controls
                .extend(parts.len().checked_sub(1).and_then(|last| mark(RequestElement::Part(last)))),
        }
    }
    message.content = (!parts.is_empty()).then(|| single(parts));
    message.reasoning_content = joined(&thoughts);
    (message, results)
}

/// The thoughts of several blocks as one, which read as texts do: a blank line is between them.
pub(crate) fn joined(thoughts: &[&str]) -> Option<String> {
    (!thoughts.is_empty()).then(|| thoughts.join("\n\n"))
}

fn call(block: &Value) -> ToolCall {
    let arguments = block.field("input").map(Value::to_string).unwrap_or_default();
    ToolCall {
        id: text(block, &["/id"]),
        name: text(block, &["/name"]).unwrap_or_default(),
        arguments,
        is_stored: false,
    }
}

/// A result, whose own parts may carry marks.
fn result(block: &Value) -> Message {
    let mut cache_controls = Vec::new();
    let content = match block.field("content") {
        Some(Value::String(text)) => Content::Text(text.clone()),
        content => {
            let mut parts = Vec::new();
            for part in each(content) {
                parts.extend(read(part));
                let last = RequestElement::Part(parts.len().saturating_sub(1));
                cache_controls.extend(CacheControl::within(part, last));
            }
            single(parts)
        }
    };
    let tool_call_id = text(block, &["/tool_use_id"]);
    Message { role: "tool".into(), content: Some(content), tool_call_id, cache_controls, ..Message::default() }
}

/// The last part of a message, behind which a mark on all of it stands.
pub(crate) fn last_part(message: &Message) -> RequestElement {
    let parts = message.content.as_ref().map_or(0, |content| content.parts().len());
    RequestElement::Part(parts.saturating_sub(1))
}

/// Reads a block: its text, or the texts that a document or a search result consists of.
fn read(block: &Value) -> Vec<Part> {
    let within = match block["type"].as_str() {
        Some("search_result") => block.field("content"),
        Some("document") => block.pointer("/source/content").or_else(|| {
            let source = block.field("source").filter(|source| source["type"] == "text")?;
            source.field("data")
        }),
        _ => None,
    };
    match within {
        Some(Value::String(text)) => vec![Part::Text(text.clone())],
        Some(Value::Array(blocks)) if !blocks.is_empty() => blocks.iter().flat_map(read).collect(),
        // The client's own search names a tool that it found; its definition stands among the tools.
        _ if block["type"] == "tool_reference" => {
            vec![Part::Text(text(block, &["/tool_name"]).unwrap_or_default())]
        }
        _ => vec![Part::read(block)],
    }
}

fn tool(tool: &Value) -> Value {
    match tool.field("input_schema") {
        Some(schema) => function_tool(tool.field("name"), tool.field("description"), Some(schema)),
        None => tool.clone(),
    }
}

/// Puts a stream's events together. Usage is cumulative: of each field the last that is not null counts, nothing is summed.
fn assemble(events: &[Value]) -> Value {
    let mut message = json!({"type": "message"});
    let mut blocks: Vec<Value> = Vec::new();
    let mut usage = serde_json::Map::new();
    for event in events {
        if let Some(start) = event.field("message").filter(|_| event["type"] == "message_start") {
            put(&mut message, "id", start["id"].clone());
            put(&mut message, "model", start["model"].clone());
        }
        for counts in [event.pointer("/message/usage"), event.field("usage")].into_iter().flatten() {
            // A split by lifetimes of another sum is that of an earlier call, such as a compaction.
            let written = counts.field("cache_creation_input_tokens").filter(|written| !written.is_null());
            if written.is_some_and(|written| usage.get("cache_creation_input_tokens") != Some(written)) {
                usage.remove("cache_creation");
            }
            let counts = counts.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
            usage.extend(counts.map(|(key, value)| (key.clone(), value.clone())));
        }
        if let Some(block) = event.field("content_block") {
            blocks.push(block.clone());
        }
        if let (Some(delta), Some(block)) = (event.field("delta"), blocks.last_mut()) {
            append(block, delta);
        }
    }
    for block in &mut blocks {
        if let Some(Value::String(json)) = block.field_mut("partial_json").map(Value::take) {
            put(block, "input", serde_json::from_str(&json).unwrap_or_else(|_| json!({})));
        }
    }
    // A stream that was broken off has counted no more than the beginning of its answer.
    let is_counted =
        |event: &Value| event["type"] == "message_delta" && event.pointer("/usage/output_tokens").is_some();
    if !blocks.is_empty() && !events.iter().any(is_counted) {
        usage.remove("output_tokens");
    }
    put(&mut message, "content", blocks.into());
    put(&mut message, "usage", usage.into());
    message
}

fn append(block: &mut Value, delta: &Value) {
    for key in ["text", "thinking", "partial_json"] {
        let Some(piece) = delta[key].as_str() else { continue };
        match block.field_mut(key) {
            Some(Value::String(text)) => text.push_str(piece),
            _ => put(block, key, piece.into()),
        }
    }
}

/// A message of the assistant from blocks that stood on several lines.
pub(crate) fn answer<'a>(blocks: impl IntoIterator<Item = &'a Value>) -> Message {
    let (message, _) = of_blocks("assistant", blocks);
    if message.content.is_none() && message.tool_calls.is_empty() {
        return Message { reasoning_content: message.reasoning_content, ..assistant(String::new(), Vec::new()) };
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Usage;
    use crate::log::body::registry as api;

    #[test]
    fn tool_calls_or_an_answer_with_choices_are_a_gateways_whatever_is_marked() {
        let marked = json!([{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}]);
        let calls = json!([{"id": "c", "function": {"name": "f", "arguments": "{}"}}]);
        let (system, user) = (json!({"role": "system", "content": marked}), json!({"role": "user", "content": marked}));
        let called = json!({"role": "assistant", "content": null, "tool_calls": calls});
        let result = json!({"role": "tool", "tool_call_id": "c", "content": "7"});
        let api =
            |messages: Value, answer: Value| api::of_call(&json!({"messages": messages}), &answer).unwrap().name();
        for chat in [json!([system]), json!([user, called]), json!([user, result])] {
            assert_eq!(api(chat.clone(), Value::Null), "openai-chat", "{chat}");
        }
        assert_eq!(api(json!([user]), json!({"choices": []})), "openai-chat");
        assert_eq!(api(json!([user]), Value::Null), "anthropic-messages");
        for kind in ["server_tool_use", "mcp_tool_use", "mcp_tool_result", "web_search_tool_result"] {
            let message = json!({"role": "assistant", "content": [{"type": kind}]});
            assert_eq!(api(json!([message]), Value::Null), "anthropic-messages", "{kind}");
        }
        let own = json!({"system": "s", "messages": [user]});
        assert_eq!(api::of_call(&own, &json!({"choices": []})).unwrap().name(), "anthropic-messages");
    }

    #[test]
    fn a_document_and_a_search_result_are_the_texts_in_them() {
        let plain = json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}});
        let of_blocks =
            json!({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "b"}]}});
        let found = json!({"type": "search_result", "source": "u", "title": "t", "content": [{"type": "text", "text": "c"},
            {"type": "text", "text": "d"}], "cache_control": {"type": "ephemeral"}});
        let scan = json!({"type": "document", "source": {"type": "base64", "data": "QQ=="}});
        let (message, _) = blocks("user", &json!([plain, of_blocks, found, scan]));
        let content = message.content.unwrap();
        assert_eq!(content.texts(), ["a", "b", "c", "d"]);
        assert!(matches!(content.parts().last(), Some(Part::Media(_))));
        assert_eq!(message.cache_controls[0].after, RequestElement::Part(3));
        let answered = turn("user", &json!([{"type": "tool_result", "tool_use_id": "t", "content": [plain]}]));
        assert_eq!(answered[0].content, Some(Content::Text("a".into())));
    }

    #[test]
    fn cumulative_usage_of_a_stream_is_not_summed() {
        let events = [
            json!({"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 9, "cache_read_input_tokens": 4, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"a\":"}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "1}"}}),
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"input_tokens": 9, "cache_read_input_tokens": null, "output_tokens": 7}}),
        ];
        let body = Messages.assemble(&events).unwrap();
        let usage = Usage::of_response(&body).unwrap();
        assert_eq!((usage.prompt_tokens, usage.hit_tokens, usage.output_tokens), (Some(13), Some(4), Some(7)));
        let message = Messages.response(&body).unwrap().message.unwrap();
        assert_eq!(message.content, Some(Content::Text("Hi".into())));
        assert_eq!(message.tool_calls[0].arguments, "{\"a\":1}");
    }

    #[test]
    fn a_stream_that_was_broken_off_has_not_counted_its_answer() {
        let events = [
            json!({"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 9, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Many words"}}),
        ];
        let usage = Usage::of_response(&Messages.assemble(&events).unwrap()).unwrap();
        assert_eq!((usage.prompt_tokens, usage.output_tokens), (Some(9), None));
    }

    #[test]
    fn a_streams_compaction_has_counts_of_its_own() {
        let written = json!({"ephemeral_5m_input_tokens": 900, "ephemeral_1h_input_tokens": 0});
        let compaction = json!({"type": "compaction", "input_tokens": 10, "output_tokens": 70, "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 900, "cache_creation": written});
        let message = json!({"type": "message", "input_tokens": 17, "output_tokens": 5, "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0});
        let start = json!({"input_tokens": 10, "cache_creation_input_tokens": 900, "cache_creation": written, "output_tokens": 1});
        let end = json!({"input_tokens": 17, "cache_creation_input_tokens": 0, "output_tokens": 5, "iterations": [compaction, message]});
        let events = [
            json!({"type": "message_start", "message": {"id": "m", "usage": start}}),
            json!({"type": "message_delta", "delta": {}, "usage": end}),
        ];
        let usage = Usage::of_response(&Messages.assemble(&events).unwrap()).unwrap();
        assert_eq!((usage.prompt_tokens, usage.output_tokens, usage.contradicts), (Some(17), Some(5), false));
        let own: Vec<_> = usage.own_calls.iter().map(|call| call.usage.prompt_tokens).collect();
        assert_eq!(own, [Some(910)]);
    }

    #[test]
    fn blocks_without_a_known_text_are_gaps_and_what_is_no_list_is_one_block() {
        let searched = json!([{"type": "mcp_tool_use", "id": "t", "name": "f", "input": {}},
            {"type": "web_search_tool_result", "tool_use_id": "t", "content": []}, {"type": "thinking", "thinking": [1]}]);
        let (message, _) = blocks("assistant", &searched);
        assert_eq!(message.tool_calls[0].name, "f");
        assert_eq!(message.content, Some(Content::Parts(vec![Part::Unknown, Part::Unknown])));
        let (message, _) = blocks("system", &json!({"type": "text", "text": "s"}));
        assert_eq!(message.content, Some(Content::Text("s".into())));
        let (message, _) = blocks("user", &json!(["u"]));
        assert_eq!(message.content, Some(Content::Text("u".into())));
    }
}
