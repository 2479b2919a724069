//! Bodies of Gemini's generateContent, on Vertex as well: `contents` and `systemInstruction` in, `candidates` out.
//!
//! An explicit `cachedContent` stands for text that is not in the log and is refused. Shape: the API reference (September 2026).

use serde_json::{Value, json};

use super::api::Api;
use super::chat::function_tool;
use super::json::{items, text};
use super::responses::single;
use super::{Message, Part, Request, Response, ToolCall};

/// The API.
pub(super) struct GenerateContent;

impl Api for GenerateContent {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn about(&self) -> &'static str {
        "Gemini's generateContent, on Vertex as well"
    }

    fn is_request(&self, body: &Value) -> bool {
        body.get("contents").is_some()
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(&body)
    }

    fn is_response(&self, body: &Value) -> bool {
        body.get("candidates").is_some() || body.get("usageMetadata").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let content = body.pointer("/candidates/0/content");
        Ok(Response {
            id: text(body, &["/responseId", "/response_id"]),
            model: text(body, &["/modelVersion", "/model_version"]),
            system_fingerprint: None,
            message: content.and_then(|content| messages(content).pop()),
        })
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        events.iter().any(|event| self.is_response(event)).then(|| assemble(events))
    }
}

/// The chunks' parts in one candidate; every chunk repeats the usage, the last counts.
fn assemble(chunks: &[Value]) -> Value {
    let mut whole = chunks.last().cloned().unwrap_or_default();
    let parts = chunks.iter().flat_map(|chunk| items(chunk.pointer("/candidates/0/content/parts")));
    let parts: Vec<Value> = parts.cloned().collect();
    let usage = chunks.iter().rev().find_map(|chunk| chunk.get("usageMetadata"));
    whole["usageMetadata"] = usage.cloned().unwrap_or_default();
    whole["candidates"] = json!([{"content": {"role": "model", "parts": parts}}]);
    whole
}

fn request(body: &Value) -> Result<Request, String> {
    let either = |camel: &str, snake: &str| body.get(camel).or_else(|| body.get(snake));
    if either("cachedContent", "cached_content").is_some() {
        return Err("`cachedContent` stands for text that is not in the log".into());
    }
    let mut all = Vec::new();
    if let Some(system) = either("systemInstruction", "system_instruction") {
        all.extend(messages(system).into_iter().map(|message| Message { role: "system".into(), ..message }));
    }
    match &body["contents"] {
        Value::String(text) => all.extend(messages(&json!({"role": "user", "parts": [{"text": text}]}))),
        contents => all.extend(items(Some(contents)).flat_map(messages)),
    }
    if all.is_empty() {
        return Err("`contents` is empty".into());
    }
    let declared = items(body.get("tools"))
        .flat_map(|tool| items(tool.get("functionDeclarations").or_else(|| tool.get("function_declarations"))));
    let config = either("generationConfig", "generation_config").unwrap_or(&Value::Null);
    let schema = config.get("responseSchema").or_else(|| config.get("responseJsonSchema"));
    Ok(Request {
        cache_marks: Vec::new(),
        model: text(body, &["/model"]).map(|model| model.trim_start_matches("models/").to_owned()),
        input: all.into(),
        tools: declared.map(tool).collect(),
        tool_choice: either("toolConfig", "tool_config").cloned(),
        response_format: schema.map(|schema| json!({"type": "json_schema", "json_schema": {"schema": schema}})),
        thinking: None,
        reasoning_effort: text(config, &["/thinkingConfig/thinkingLevel"]),
    })
}

/// A content as messages: results of functions are tool messages of their own.
fn messages(content: &Value) -> Vec<Message> {
    let role = match content["role"].as_str() {
        Some("model") => "assistant",
        Some("function") => "tool",
        Some(role) => role,
        None => "user",
    };
    let mut message = Message { role: role.into(), ..Message::default() };
    let (mut parts, mut all) = (Vec::new(), Vec::new());
    for part in items(content.get("parts")) {
        if let Some(call) = part.get("functionCall") {
            let arguments = call.get("args").map(Value::to_string).unwrap_or_default();
            let name = text(call, &["/name"]).unwrap_or_default();
            message.tool_calls.push(ToolCall { id: text(call, &["/id"]), name, arguments });
        } else if let Some(result) = part.get("functionResponse") {
            all.push(answer(result));
        } else if part["thought"] != true {
            parts.push(text(part, &["/text"]).map_or(Part::Media, Part::Text));
        }
    }
    message.content = (!parts.is_empty()).then(|| single(parts));
    if message.content.is_some() || !message.tool_calls.is_empty() || all.is_empty() {
        all.push(message);
    }
    all
}

fn answer(result: &Value) -> Message {
    let content = result.get("response").map(|response| super::Content::Text(response.to_string()));
    let id = text(result, &["/id", "/name"]);
    Message { role: "tool".into(), content, tool_call_id: id, name: text(result, &["/name"]), ..Message::default() }
}

fn tool(declared: &Value) -> Value {
    let parameters = declared.get("parameters").or_else(|| declared.get("parametersJsonSchema"));
    function_tool(declared.get("name"), declared.get("description"), parameters)
}
