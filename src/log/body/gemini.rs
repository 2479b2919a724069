//! Bodies of Gemini's generateContent, on Vertex as well: `contents` and `systemInstruction` in, `candidates` out.
//!
//! An explicit `cachedContent` stands for text that is not in the log and is refused. Keys are in camel or in snake case; SDKs log
//! `config` beside `contents`, and texts in place of contents and parts. Shape: the API reference (September 2026), and google-genai.

use serde_json::{Value, json};

use crate::exchange::{CacheOptions, HasFields, Message, Part, Request, Response, ToolCall};
use crate::log::body::api::Api;
use crate::log::body::chat::{function_tool, own_tools};
use crate::log::body::parts::{Parts, StandIns};
use crate::log::body::responses::single;
use crate::log::json::{each, items, put, text};

/// The API.
pub(crate) struct GenerateContent;

impl Api for GenerateContent {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn about(&self) -> &'static str {
        "Gemini's generateContent, on Vertex as well"
    }

    fn input(&self) -> &'static str {
        "contents"
    }

    fn is_request(&self, body: &Value) -> bool {
        either(body, "contents", "contents").is_some()
    }

    fn explicit_cache(&self, request: &Value) -> Option<String> {
        text(beside(request, "cachedContent", "cached_content")?, &[""])
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(&body)
    }

    fn parts(&self) -> Option<&'static Parts> {
        const PARTS: Parts = Parts {
            said: "contents",
            instructions: &["systemInstruction", "system_instruction"],
            tools: "tools",
            alone: None,
            may_join: |element| !is_content(element),
            stand_ins: STAND_INS,
            signs: &[],
            own_tool: None,
        };
        const STAND_INS: StandIns = StandIns {
            said: r#"{"role": "user", "parts": [{"text": "a part was taken out here"}]}"#,
            tools: r#"[{"functionDeclarations": [{"name": "a part was taken out here"}]}]"#,
        };
        Some(&PARTS)
    }

    fn is_response(&self, body: &Value) -> bool {
        body.field("candidates").is_some() || body.field("usageMetadata").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let content = body.pointer("/candidates/0/content");
        Ok(Response {
            id: text(body, &["/responseId", "/response_id"]),
            model: text(body, &["/modelVersion", "/model_version"]),
            system_fingerprint: None,
            served_by: None,
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
    let usage = chunks.iter().rev().find_map(|chunk| either(chunk, "usageMetadata", "usage_metadata"));
    put(&mut whole, "usageMetadata", usage.cloned().unwrap_or_default());
    put(&mut whole, "candidates", json!([{"content": {"role": "model", "parts": parts}}]));
    whole
}

/// A field by either of its names, unless it is null.
fn either<'a>(value: &'a Value, camel: &str, snake: &str) -> Option<&'a Value> {
    [camel, snake].iter().find_map(|key| value.get(*key).filter(|field| !field.is_null()))
}

/// A field of a request; SDKs have in `config` what the API has beside `contents`.
fn beside<'a>(body: &'a Value, camel: &str, snake: &str) -> Option<&'a Value> {
    either(body, camel, snake).or_else(|| either(body.field("config")?, camel, snake))
}

fn request(body: &Value) -> Result<Request, String> {
    // SDKs have in `config` what the API has in `generationConfig`, too.
    let sdk = body.field("config").unwrap_or(&Value::Null);
    let field = |camel: &str, snake: &str| beside(body, camel, snake);
    if field("cachedContent", "cached_content").is_some() {
        return Err("`cachedContent` stands for text that is not in the log".into());
    }
    let mut all = Vec::new();
    if let Some(system) = field("systemInstruction", "system_instruction") {
        let system = contents(system).into_iter().flat_map(|content| messages(&content));
        all.extend(system.map(|message| Message { role: "system".into(), ..message }));
    }
    all.extend(contents(&body["contents"]).iter().flat_map(messages));
    if all.is_empty() {
        return Err("`contents` is empty".into());
    }
    let config = field("generationConfig", "generation_config").unwrap_or(sdk);
    let schema = either(config, "responseSchema", "response_schema")
        .or_else(|| either(config, "responseJsonSchema", "response_json_schema"));
    let thinking = either(config, "thinkingConfig", "thinking_config").unwrap_or(&Value::Null);
    Ok(Request {
        cache_controls: Vec::new(),
        model: text(body, &["/model"]).map(|model| model.trim_start_matches("models/").to_owned()),
        input: all.into(),
        tools: items(field("tools", "tools")).flat_map(tools).collect(),
        tool_choice: field("toolConfig", "tool_config").cloned(),
        response_format: schema.map(|schema| json!({"type": "json_schema", "json_schema": {"schema": schema}})),
        thinking: None,
        thinking_budget: either(thinking, "thinkingBudget", "thinking_budget").and_then(Value::as_u64),
        cache_key: None,
        reasoning_effort: text(thinking, &["/thinkingLevel", "/thinking_level"]),
        system_settings: None,
        cache_options: CacheOptions::default(),
    })
}

/// Contents as the API has them: SDKs take a content, or texts and parts, of which those that follow one another are one content.
fn contents(value: &Value) -> Vec<Value> {
    let (mut all, mut is_open): (Vec<Value>, _) = (Vec::new(), false);
    for element in each(Some(value)) {
        let is_content = is_content(element);
        match all.last_mut().filter(|_| is_open && !is_content).and_then(|last| last["parts"].as_array_mut()) {
            Some(parts) => parts.push(element.clone()),
            None if is_content => all.push(element.clone()),
            None => all.push(json!({"role": "user", "parts": [element]})),
        }
        is_open = !is_content;
    }
    all
}

fn is_content(element: &Value) -> bool {
    element.field("parts").is_some() || element.field("role").is_some()
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
    for part in each(content.field("parts")) {
        if let Some(call) = either(part, "functionCall", "function_call") {
            let arguments = call.field("args").map(Value::to_string).unwrap_or_default();
            let name = text(call, &["/name"]).unwrap_or_default();
            message.tool_calls.push(ToolCall { id: text(call, &["/id"]), name, arguments, is_stored: false });
        } else if let Some(result) = either(part, "functionResponse", "function_response") {
            all.push(answer(result));
        } else if part["thought"] != true {
            parts.push(Part::read(part));
        }
    }
    // Summaries of thoughts are shown to the client and not fed to the model again: they are left out above.
    message.content = (!parts.is_empty()).then(|| single(parts));
    if message.content.is_some() || !message.tool_calls.is_empty() || all.is_empty() {
        all.push(message);
    }
    all
}

fn answer(result: &Value) -> Message {
    let content = result.field("response").map(|response| crate::exchange::Content::Text(response.to_string()));
    let id = text(result, &["/id", "/name"]);
    Message { role: "tool".into(), content, tool_call_id: id, name: text(result, &["/name"]), ..Message::default() }
}

/// The functions that an element of `tools` declares, and what else it turns on.
fn tools(element: &Value) -> Vec<Value> {
    const DECLARED: [&str; 2] = ["functionDeclarations", "function_declarations"];
    let declared = items(either(element, DECLARED[0], DECLARED[1])).map(tool);
    declared.chain(own_tools(element, &DECLARED)).collect()
}

fn tool(declared: &Value) -> Value {
    let parameters = either(declared, "parameters", "parameters")
        .or_else(|| either(declared, "parametersJsonSchema", "parameters_json_schema"));
    function_tool(declared.field("name"), declared.field("description"), parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Content;

    /// Roles and texts of a request.
    fn said(body: &Value) -> Vec<(String, Vec<String>)> {
        let request = request(body).unwrap();
        let texts = |content: &Content| content.texts().into_iter().map(str::to_owned).collect();
        let said = |message: &Message| message.content.as_ref().map(texts).unwrap_or_default();
        request.messages().iter().map(|message| (message.role.clone(), said(message))).collect()
    }

    fn turn(role: &str, texts: &[&str]) -> (String, Vec<String>) {
        (role.into(), texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn texts_stand_for_contents_as_sdks_log_them() {
        let user = || turn("user", &["hi"]);
        let both = [turn("system", &["long"]), user()];
        assert_eq!(said(&json!({"contents": "hi", "system_instruction": "long"})), both);
        assert_eq!(said(&json!({"contents": "hi", "config": {"system_instruction": "long"}})), both);
        assert_eq!(said(&json!({"contents": "hi", "systemInstruction": {"parts": {"text": "long"}}})), both);
        assert_eq!(said(&json!({"contents": ["hi", {"text": "ho"}]})), [turn("user", &["hi", "ho"])]);
        assert_eq!(said(&json!({"contents": {"role": "user", "parts": ["hi"]}})), [user()]);
        let null = json!({"contents": [{"parts": [{"text": "hi"}]}], "cachedContent": null, "systemInstruction": null});
        assert_eq!(said(&null), [user()]);
        let between = json!({"contents": ["hi", {"role": "model", "parts": [{"text": "ho"}]}, "hi"]});
        assert_eq!(said(&between), [user(), turn("assistant", &["ho"]), user()]);
        let cached = request(&json!({"contents": "hi", "config": {"cached_content": "cachedContents/1"}}));
        assert!(cached.unwrap_err().contains("`cachedContent`"));
    }

    #[test]
    fn calls_and_tools_are_read_in_snake_case_too() {
        let request = request(&json!({
            "contents": [{"role": "model", "parts": [{"function_call": {"name": "f", "args": {"a": 1}}}]},
                {"role": "user", "parts": [{"function_response": {"name": "f", "response": {"b": 2}}}]}],
            "config": {"tools": [{"function_declarations": [{"name": "f", "parameters_json_schema": {"type": "object"}}]}],
                "response_schema": {"type": "object"}},
        }))
        .unwrap();
        assert_eq!(request.messages()[0].tool_calls[0].arguments, r#"{"a":1}"#);
        assert_eq!(request.messages()[1].role, "tool");
        assert_eq!(request.messages()[1].content, Some(Content::Text(r#"{"b":2}"#.into())));
        assert_eq!(request.tools[0]["function"]["parameters"], json!({"type": "object"}));
        assert!(request.response_format.is_some());
    }

    #[test]
    fn tools_of_its_own_are_kept_by_their_names() {
        let tools = json!([{"googleSearch": {}, "functionDeclarations": [{"name": "f"}]}, {"code_execution": {}}]);
        let read = request(&json!({"contents": "hi", "tools": tools})).unwrap();
        let kinds: Vec<&str> = read.tools.iter().filter_map(|tool| tool["type"].as_str()).collect();
        assert_eq!(kinds, ["function", "googleSearch", "code_execution"]);
    }
}
