//! Bodies of OpenAI's Responses API (Azure OpenAI and Azure AI Foundry as well): `input` and `instructions` in, `output` items out.
//!
//! Requests that refer to content which the provider keeps (`previous_response_id`, `conversation`, a stored prompt, references,
//! compactions) are refused, as the log does not have that content. Reasoning is left out where it is encrypted or a summary: what
//! was thought before an earlier answer is not fed to the model again. What the provider's own tools did is a gap. Shape:
//! openai-python 3.52 types.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::exchange::{
    CacheControl, CacheOptions, Content, HasFields, Message, Part, Request, RequestElement, Response, ToolCall,
};
use crate::log::body::api::Api;
use crate::log::body::chat::{assistant, function_tool, prompt_settings};
use crate::log::body::parts::{self, Parts};
use crate::log::json::{items, put, take, text};

/// The API.
pub(crate) struct Responses;

impl Api for Responses {
    fn name(&self) -> &'static str {
        "openai-responses"
    }

    fn about(&self) -> &'static str {
        "OpenAI's Responses API, on Azure as well"
    }

    fn input(&self) -> &'static str {
        "input"
    }

    fn is_request(&self, body: &Value) -> bool {
        let input = body.field("input").is_some_and(|input| input.is_string() || input.is_array());
        input
            && body.field("messages").is_none()
            && (body.field("model").is_some() || body.field("instructions").is_some())
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(body)
    }

    fn parts(&self) -> Option<&'static Parts> {
        const PARTS: Parts = Parts {
            said: "input",
            instructions: &["instructions"],
            tools: "tools",
            alone: None,
            may_join,
            stand_ins: parts::OF_CHAT,
            signs: &[],
            own_tool: None,
        };
        Some(&PARTS)
    }

    fn is_response(&self, body: &Value) -> bool {
        body["object"] == "response" || body.field("output").is_some_and(Value::is_array)
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        let mut messages = Vec::new();
        for item in items(body.field("output")) {
            push(&mut messages, item);
        }
        Ok(Response {
            id: text(body, &["/id"]),
            model: text(body, &["/model"]),
            system_fingerprint: None,
            served_by: None,
            message: messages.into_iter().map(Arc::unwrap_or_clone).reduce(merge),
        })
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        let last = |kind: &str| events.iter().rev().find(|event| event["type"] == kind);
        let last = last("response.completed").or_else(|| last("response.incomplete")).or_else(|| {
            events.iter().rev().find(|event| event["type"].as_str().is_some_and(|kind| kind.starts_with("response.")))
        })?;
        Some(last.field("response").cloned().unwrap_or_default())
    }
}

fn request(mut body: Value) -> Result<Request, String> {
    if let Some(absent) = absent(&body) {
        return Err(absent.into());
    }
    let mut messages = Vec::new();
    match take(&mut body, "instructions") {
        // Without a text they are no message: a recorded request is billed for none.
        Some(Value::String(instructions)) if instructions.is_empty() => {}
        Some(Value::String(instructions)) => messages.push(message("system", Content::Text(instructions)).into()),
        instructions => items(instructions.as_ref()).for_each(|item| push(&mut messages, item)),
    }
    match take(&mut body, "input") {
        Some(Value::String(input)) => messages.push(message("user", Content::Text(input)).into()),
        Some(Value::Array(input)) => input.iter().for_each(|item| push(&mut messages, item)),
        _ => return Err("`input` is neither a text nor a list".into()),
    }
    if messages.is_empty() {
        return Err("`input` is empty".into());
    }
    let marks = CacheControl::of_tools(body.field("tools")).into_iter();
    Ok(Request {
        cache_controls: marks.chain(CacheControl::within(&body, RequestElement::Request)).collect(),
        model: text(&body, &["/model"]),
        input: messages.into(),
        tools: items(body.field("tools")).map(tool).collect(),
        tool_choice: take(&mut body, "tool_choice"),
        response_format: body.pointer("/text/format").map(response_format),
        thinking: text(&body, &["/thinking/type", "/reasoning/mode"]),
        thinking_budget: None,
        cache_key: text(&body, &["/prompt_cache_key"]),
        reasoning_effort: text(&body, &["/reasoning/effort"]),
        cache_options: CacheOptions::of_body(&body),
        system_settings: prompt_settings(&body),
    })
}

/// Names the content that the provider keeps and feeds to the model, so that the log does not have it.
fn absent(body: &Value) -> Option<&'static str> {
    let has = |key: &str| body.field(key).is_some_and(|value| !value.is_null());
    if has("previous_response_id") || has("conversation") {
        return Some("the provider stores the conversation (`previous_response_id`): earlier items are not in the log");
    }
    if has("prompt") {
        return Some("the provider stores the prompt (`prompt`): its text is not in the log");
    }
    items(body.field("input")).find_map(absent_behind)
}

/// Names the content that the provider keeps behind an item.
pub(crate) fn absent_behind(item: &Value) -> Option<&'static str> {
    match item["type"].as_str() {
        Some("item_reference") => Some(REFERENCE),
        None if item.field("id").is_some() && item.field("role").is_none() && item.field("content").is_none() => {
            Some(REFERENCE)
        }
        Some("compaction" | "compaction_summary") => {
            Some("`input` has a compaction: earlier items are encrypted in it")
        }
        _ => None,
    }
}

const REFERENCE: &str = "`input` refers to an item that the provider stores: its text is not in the log";

fn message(role: &str, content: Content) -> Message {
    Message { role: role.into(), content: Some(content), ..Message::default() }
}

/// Appends an item. Only messages and the client's own calls and results have a text that is known to be fed to the model.
pub(crate) fn push(messages: &mut Vec<Arc<Message>>, item: &Value) {
    match item["type"].as_str() {
        Some("function_call" | "custom_tool_call" | "local_shell_call") => {
            join(messages, assistant(String::new(), vec![call(item)]));
        }
        Some("function_call_output" | "custom_tool_call_output" | "local_shell_call_output") => {
            let content = item.field("output").map(content);
            let tool_call_id = text(item, &["/call_id"]);
            messages.push(Message { role: "tool".into(), content, tool_call_id, ..Message::default() }.into());
        }
        None | Some("message") => {
            let role = item["role"].as_str().unwrap_or("user");
            let said = message(role, item.field("content").map_or(Content::Text(String::new()), content));
            let said = Message { cache_controls: CacheControl::of_parts(item.field("content")), ..said };
            match messages.last() {
                Some(last) if role == "assistant" && is_silent(last) => join(messages, said),
                _ => messages.push(said.into()),
            }
        }
        Some("reasoning") => match (reasoning(item), messages.last()) {
            // Thoughts that can be read begin another message behind what was said (`deepseek-recipe` 0.2.0).
            (Some(thought), Some(last)) if thought.reasoning_content.is_some() && !is_silent(last) => {
                messages.push(thought.into());
            }
            (thought, _) => thought.into_iter().for_each(|thought| join(messages, thought)),
        },
        // Codex's own: it is not sent.
        Some("ghost_snapshot") => {}
        Some(kind) if kind.ends_with("_output") => messages.push(message("tool", unknown()).into()),
        Some(_) => join(messages, message("assistant", unknown())),
    }
}

/// True if an item may join what stands before it, or what comes behind it may join it.
fn may_join(item: &Value) -> bool {
    match item["type"].as_str() {
        None | Some("message") => item["role"] == "assistant",
        Some(kind) => !kind.ends_with("_output"),
    }
}

/// Adds to the assistant's message that is the last, or as one. Requests may share the messages: what one of them holds stays as it
/// is, and what joins it joins a copy.
fn join(messages: &mut Vec<Arc<Message>>, more: Message) {
    let message = match messages.pop_if(|last| last.role == "assistant") {
        Some(last) => merge(Arc::unwrap_or_clone(last), more),
        None => more,
    };
    messages.push(message.into());
}

/// The content of an item that has no text.
fn unknown() -> Content {
    Content::Parts(vec![Part::Unknown])
}

/// True if a message has nothing yet that the assistant said or called, so that what it says next belongs to it.
fn is_silent(message: &Message) -> bool {
    let texts = message.content.as_ref().map_or(0, |content| content.texts().len());
    message.role == "assistant" && message.tool_calls.is_empty() && texts == 0
}

/// Reads the model's thoughts, or that the provider alone can read them. A summary is none of either.
fn reasoning(item: &Value) -> Option<Message> {
    let thoughts: Vec<&str> = items(item.field("content")).filter_map(|part| part["text"].as_str()).collect();
    // DeepSeek, which alone reads such thoughts, puts a line feed between several (`deepseek-recipe` 0.2.0).
    let thought = thoughts.join("\n");
    let said = Message { role: "assistant".into(), ..Message::default() };
    if thought.is_empty() {
        let has = |key: &str| item[key].as_str().is_some_and(|text| !text.is_empty());
        return (has("encrypted_content") || has("id")).then_some(Message { has_hidden_reasoning: true, ..said });
    }
    Some(Message { reasoning_content: Some(thought), ..said })
}

fn call(item: &Value) -> ToolCall {
    let arguments = item.field("arguments").or_else(|| item.field("input")).or_else(|| item.field("action"));
    let arguments = match arguments {
        Some(Value::String(arguments)) => arguments.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let name = text(item, &["/name"]).unwrap_or_else(|| "shell".into());
    let is_stored = item["id"].is_string() && item["call_id"].is_string();
    ToolCall { id: text(item, &["/call_id", "/id"]), name, arguments, is_stored }
}

/// Two messages of the assistant as the one they are.
fn merge(mut first: Message, second: Message) -> Message {
    let mut parts = first.content.take().map(Content::into_parts).unwrap_or_default();
    let (before, calls) = (parts.len(), first.tool_calls.len());
    first.cache_controls.extend(second.cache_controls.into_iter().map(|mark| mark.behind(before, calls)));
    parts.extend(second.content.into_iter().flat_map(Content::into_parts));
    first.content = (!parts.is_empty()).then(|| single(parts));
    let thoughts = [first.reasoning_content.take(), second.reasoning_content];
    first.reasoning_content = thoughts.into_iter().flatten().reduce(|first, second| first + "\n" + &second);
    first.has_hidden_reasoning |= second.has_hidden_reasoning;
    first.tool_calls.extend(second.tool_calls);
    first
}

fn content(value: &Value) -> Content {
    match value {
        Value::Null => Content::Text(String::new()),
        Value::String(text) => Content::Text(text.clone()),
        Value::Array(parts) => single(parts.iter().map(Part::read).collect()),
        other => Content::Text(other.to_string()),
    }
}

/// One text by itself needs no list.
pub(crate) fn single(mut parts: Vec<Part>) -> Content {
    match parts.as_mut_slice() {
        [Part::Text(text)] => Content::Text(std::mem::take(text)),
        _ => Content::Parts(parts),
    }
}

/// A flat tool definition in the shape of Chat Completions.
pub(crate) fn tool(tool: &Value) -> Value {
    match tool["type"].as_str() {
        Some("function") if tool.field("function").is_none() => {
            let mut written = function_tool(tool.field("name"), tool.field("description"), tool.field("parameters"));
            if tool["strict"] == true {
                put(&mut written["function"], "strict", true.into());
            }
            written
        }
        _ => tool.clone(),
    }
}

fn response_format(format: &Value) -> Value {
    match format.field("schema") {
        Some(schema) => {
            let (name, about) = (format.field("name"), format.field("description"));
            json!({"type": format["type"], "json_schema": {"name": name, "description": about, "schema": schema}})
        }
        None => format.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_keeps_is_not_taken_for_the_whole_prompt() {
        let user = json!({"role": "user", "content": "hi"});
        let asked = |input: Value| json!({"model": "gpt-5", "input": input});
        let mut stored = asked(json!("hi"));
        stored["prompt"] = json!({"id": "pmpt_1"});
        for (body, reason) in [
            (asked(json!([user, {"type": "item_reference", "id": "msg_1"}])), "refers to an item"),
            (asked(json!([user, {"id": "msg_1"}])), "refers to an item"),
            (asked(json!([{"type": "compaction", "id": "c", "encrypted_content": "g"}, user])), "a compaction"),
            (stored, "stores the prompt"),
            (asked(json!([])), "`input` is empty"),
        ] {
            assert!(request(body).unwrap_err().contains(reason), "{reason}");
        }
        assert_eq!(request(asked(json!([user]))).unwrap().messages().len(), 1);
    }

    #[test]
    fn what_the_providers_tools_did_is_a_gap_in_the_assistants_message() {
        let item = |kind: &str| json!({"type": kind, "id": "i", "status": "completed", "output": "long"});
        let said = json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a",
            "prompt_cache_breakpoint": {}}]});
        let read = |items: Value| request(json!({"model": "gpt-5", "input": items})).unwrap();
        let searched = read(json!([{"role": "user", "content": "u"}, item("web_search_call"), said]));
        let [_, answer] = searched.messages() else { panic!("{:?}", searched.messages()) };
        assert_eq!(answer.content, Some(Content::Parts(vec![Part::Unknown, Part::Text("a".into())])));
        assert_eq!(answer.cache_controls[0].after, RequestElement::Part(1));
        for kind in ["mcp_call", "mcp_list_tools", "image_generation_call", "computer_call_output", "of_tomorrow"] {
            let read = read(json!([item(kind)]));
            let [message] = read.messages() else { panic!("{kind}") };
            assert_eq!(message.content, Some(unknown()), "{kind}");
            assert_eq!(message.role, if kind.ends_with("_output") { "tool" } else { "assistant" });
        }
    }

    #[test]
    fn reasoning_that_can_be_read_belongs_to_the_answer_behind_it() {
        let thought = json!({"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]});
        let sealed = json!({"type": "reasoning", "summary": [], "encrypted_content": "x"});
        let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
        let said = json!({"role": "assistant", "content": "a"});
        let input = json!([{"role": "user", "content": "u"}, thought, said, sealed, call]);
        let read = request(json!({"model": "m", "input": input})).unwrap();
        let [_, answer] = read.messages() else { panic!("{:?}", read.messages()) };
        assert_eq!(answer.reasoning_content.as_deref(), Some("hm"));
        assert!(answer.has_hidden_reasoning);
        assert_eq!((&answer.content, answer.tool_calls.len()), (&Some(Content::Text("a".into())), 1));
    }
}
