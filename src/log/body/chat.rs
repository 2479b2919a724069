//! Bodies of Chat Completions, DeepSeek's and everyone's who imitates it, and of legacy completions.
//!
//! OpenRouter, Azure and LiteLLM have this shape as well. Images and sounds have no text: they are kept as a gap.

use serde_json::{Map, Value, json};

use crate::exchange::{
    CacheControl, CacheOptions, Content, HasFields, Input, Media, Message, Part, Request, RequestElement, Response,
    ToolCall,
};
use crate::log::body::api::Api;
use crate::log::body::parts::{self, Parts, Sign};
use crate::log::body::stream;
use crate::log::json::{at, is_true, items, take, text};
use crate::log::secret;

/// An API whose responses have `choices`, recognised by the key that holds the model's input.
pub(crate) struct Choices {
    name: &'static str,
    about: &'static str,
    input: &'static str,
}

/// `messages` in, `choices[].message` out.
pub(crate) const CHAT: Choices = Choices {
    name: "openai-chat",
    about: "Chat Completions of OpenAI, DeepSeek, Azure, OpenRouter and compatible APIs",
    input: "messages",
};

/// `prompt` in, `choices[].text` out.
pub(crate) const COMPLETIONS: Choices =
    Choices { name: "openai-completions", about: "legacy completions: the prompt is a text", input: "prompt" };

impl Api for Choices {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn input(&self) -> &'static str {
        self.input
    }

    fn parts(&self) -> Option<&'static Parts> {
        const PARTS: Parts = Parts {
            said: "messages",
            instructions: &[],
            tools: "tools",
            alone: Some(message),
            may_join: |_| false,
            stand_ins: parts::OF_CHAT,
            signs: &[Sign { is_in: is_own_message, stand_in: r#"{"role": "tool", "content": ""}"#, is_own: false }],
            own_tool: None,
        };
        (self.name == CHAT.name).then_some(&PARTS)
    }

    fn is_request(&self, body: &Value) -> bool {
        body.field(self.input).is_some()
    }

    fn request(&self, body: Value) -> Result<Request, String> {
        request(body)
    }

    fn is_response(&self, body: &Value) -> bool {
        body.field("choices").is_some()
    }

    fn response(&self, body: &Value) -> Result<Response, String> {
        response(body)
    }

    fn assemble(&self, events: &[Value]) -> Option<Value> {
        let is_own = |event: &Value| self.is_response(event) || event.field("usage").is_some();
        events.iter().any(is_own).then(|| stream::assemble(events))
    }
}

/// True if a message has what no other API's messages have, whatever marks of another it carries.
pub(crate) fn is_own_message(message: &Value) -> bool {
    message.field("role").is_some_and(|role| role == "tool") || items(message.field("tool_calls")).next().is_some()
}

pub(crate) fn request(mut body: Value) -> Result<Request, String> {
    let input = input(&mut body)?;
    let cache_controls = match body.field("cache_marks") {
        Some(marks) => CacheControl::read(marks),
        None => CacheControl::of_tools(body.field("tools"))
            .into_iter()
            .chain(CacheControl::within(&body, RequestElement::Request))
            .collect(),
    };
    // `functions` is what OpenAI called tools first.
    let tools = match take(&mut body, "tools").or_else(|| take(&mut body, "functions")).unwrap_or_default() {
        Value::Array(tools) => tools,
        Value::Null => Vec::new(),
        _ => return Err("`tools` is not a list".into()),
    };
    Ok(Request {
        model: text(&body, &["/model"]),
        input,
        tools: tools.into(),
        tool_choice: take(&mut body, "tool_choice"),
        response_format: take(&mut body, "response_format"),
        thinking: text(&body, &["/thinking/type"]),
        thinking_budget: at(&body, "/thinking/budget_tokens").and_then(Value::as_u64),
        cache_key: text(&body, &["/prompt_cache_key"]),
        reasoning_effort: text(&body, &["/reasoning_effort", "/reasoning/effort", "/output_config/effort"]),
        system_settings: text(&body, &["/system_settings"]).or_else(|| prompt_settings(&body)),
        cache_controls,
        cache_options: CacheOptions::of_body(&body),
    })
}

/// The settings that OpenAI writes into the prompt beside those that have a place of their own, where they are not the default ones. Claude's
/// prompt has none of them.
pub(super) fn prompt_settings(body: &Value) -> Option<String> {
    let is_claude = text(body, &["/model"]).is_some_and(|model| model.contains("claude"));
    let verbosity = text(body, &["/verbosity", "/text/verbosity"]).filter(|verbosity| verbosity != "medium");
    let is_one_by_one = at(body, "/parallel_tool_calls") == Some(&Value::Bool(false));
    let settings = verbosity.map(|verbosity| format!("verbosity {verbosity}")).into_iter();
    let settings = settings.chain(is_one_by_one.then(|| "no parallel calls".to_owned()));
    settings.reduce(|one, other| format!("{one}, {other}")).filter(|_| !is_claude)
}

fn input(body: &mut Value) -> Result<Input, String> {
    if !body.is_object() {
        return Err("the request is not a JSON object".into());
    }
    match (take(body, "messages").unwrap_or_default(), take(body, "prompt").unwrap_or_default()) {
        (Value::Array(messages), _) if messages.is_empty() => Err("`messages` is empty".into()),
        (Value::Array(messages), _) => messages
            .into_iter()
            .enumerate()
            .map(|(index, value)| message(value).map_err(|error| format!("messages[{index}]: {error}")))
            .collect::<Result<Vec<_>, _>>()
            .map(Input::from),
        (Value::Null, Value::String(prompt)) => Ok(Input::Text(prompt)),
        (Value::Null, Value::Array(prompts)) => match prompts.as_slice() {
            [Value::String(prompt)] => Ok(Input::Text(prompt.clone())),
            _ => Err("`prompt` is a list of several prompts or of tokens, not a text".into()),
        },
        (Value::Null, Value::Null) => Err("the request has neither `messages` nor `prompt`".into()),
        (Value::Null, _) => Err("`prompt` is not a text".into()),
        _ => Err("`messages` is not a list".into()),
    }
}

pub(crate) fn message(mut value: Value) -> Result<Message, String> {
    if !value.is_object() {
        return Err("not an object".into());
    }
    let role = text(&value, &["/role"]).ok_or("no `role`")?;
    let cache_controls = if let Some(marks) = value.field("cache_marks") {
        CacheControl::read(marks)
    } else {
        // LiteLLM also takes the mark of a message whose content is one text.
        let parts = items(value.field("content")).count();
        let behind_all = CacheControl::within(&value, RequestElement::Part(parts.saturating_sub(1)));
        CacheControl::of_parts(value.field("content")).into_iter().chain(behind_all).collect()
    };
    let name_of = |mut name: String| {
        secret::hide_name(&mut name);
        name
    };
    let has_calls = items(value.field("tool_calls")).next().is_some();
    let has_key = value.field("content").is_some();
    let content = said(&mut value);
    let lacks_content = content.is_none() && !has_key;
    Ok(Message {
        role: name_of(role),
        cache_controls,
        lacks_content,
        content,
        reasoning_content: text(&value, &["/reasoning_content", "/reasoning"]),
        has_hidden_reasoning: is_true(&value, "hidden_reasoning"),
        // `function_call` is what OpenAI called a tool call first; some loggers repeat a call by it.
        tool_calls: items(value.field("tool_calls"))
            .chain(value.field("function_call").filter(|call| call.is_object() && !has_calls))
            .map(tool_call)
            .collect::<Result<_, _>>()?,
        tool_call_id: text(&value, &["/tool_call_id"]),
        name: text(&value, &["/name"]).map(name_of),
        prefix: is_true(&value, "prefix"),
    })
}

/// Reads the text of a message: its content, else the model's refusal; pictures and sounds of an answer stand beside it.
fn said(message: &mut Value) -> Option<Content> {
    let said = content(take(message, "content").unwrap_or_default())
        .or_else(|| text(message, &["/refusal"]).map(Content::Text));
    let is_there = |key: &str| message.field(key).is_some_and(|value| !value.is_null() && *value != json!([]));
    if !["audio", "images"].into_iter().any(is_there) {
        return said;
    }
    let parts = said.map(Content::into_parts).unwrap_or_default();
    Some(Content::Parts(parts.into_iter().chain([Part::Media(Media::default())]).collect()))
}

pub(crate) fn content(value: Value) -> Option<Content> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Content::Text(text)),
        Value::Array(parts) => Some(Content::Parts(parts.into_iter().map(part).collect())),
        // Some clients log a tool's result as the JSON it is.
        other => Some(Content::Text(other.to_string())),
    }
}

fn part(mut value: Value) -> Part {
    match value {
        Value::String(text) => Part::Text(text),
        _ => match value.field_mut("text").map(Value::take) {
            Some(Value::String(text)) => Part::Text(text),
            _ => Part::read(&value),
        },
    }
}

fn tool_call(call: &Value) -> Result<ToolCall, String> {
    let function = call.field("function").or_else(|| call.field("custom")).unwrap_or(call);
    let arguments = match function.field("arguments").or_else(|| function.field("input")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let name = text(function, &["/name"]).ok_or("a tool call without a name")?;
    // Only the normalised line has this field.
    let is_stored = is_true(call, "is_stored");
    Ok(ToolCall { id: text(call, &["/id"]), name, arguments, is_stored })
}

fn response(body: &Value) -> Result<Response, String> {
    let choice = at(body, "/choices/0");
    let message = match choice.and_then(|choice| choice.field("message")) {
        Some(value) if value.is_object() => {
            let mut value = value.clone();
            value.as_object_mut().map(|map| map.entry("role").or_insert_with(|| "assistant".into()));
            Some(message(value).map_err(|error| format!("the response's message: {error}"))?)
        }
        _ => choice.and_then(|choice| text(choice, &["/text"])).map(|text| Message {
            role: "assistant".into(),
            content: Some(Content::Text(text)),
            ..Message::default()
        }),
    };
    Ok(Response {
        id: text(body, &["/id"]),
        model: text(body, &["/model"]),
        system_fingerprint: text(body, &["/system_fingerprint"]),
        // OpenRouter names the provider that answered.
        served_by: text(body, &["/provider"]),
        message,
    })
}

/// A tool definition in the shape of Chat Completions.
pub(crate) fn function_tool(name: Option<&Value>, description: Option<&Value>, parameters: Option<&Value>) -> Value {
    // Put together by hand: the macro writes what it is given once more, and this is done for each tool of each request.
    let members = [("description", description), ("parameters", parameters)];
    let members = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.clone())));
    let name = [("name".to_owned(), name.cloned().unwrap_or_default())];
    let function: Map<String, Value> = name.into_iter().chain(members).collect();
    Map::from_iter([("type".to_owned(), "function".into()), ("function".to_owned(), Value::Object(function))]).into()
}

/// The tools of the provider's own that an element turns on, by their names alone: what is sent of them is no definition.
pub(crate) fn own_tools(element: &Value, except: &[&str]) -> Vec<Value> {
    let names = element.as_object().into_iter().flat_map(Map::keys);
    names.filter(|name| !except.contains(&name.as_str())).map(|name| json!({"type": name})).collect()
}

/// A message of the assistant.
pub(crate) fn assistant(text: String, tool_calls: Vec<ToolCall>) -> Message {
    let content = (!text.is_empty() || tool_calls.is_empty()).then_some(Content::Text(text));
    Message { role: "assistant".into(), content, tool_calls, ..Message::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let error = |body: Value| request(body).unwrap_err();
        assert_eq!(error(json!({"messages": []})), "`messages` is empty");
        assert_eq!(error(json!({"messages": "hi"})), "`messages` is not a list");
        assert_eq!(error(json!({"messages": [{"role": "user"}, {"content": "x"}]})), "messages[1]: no `role`");
    }

    #[test]
    fn the_answer_of_a_legacy_completion_is_its_text() {
        let message = response(&json!({"choices": [{"text": "b"}]})).unwrap().message.unwrap();
        assert_eq!(message.content, Some(Content::Text("b".into())));
    }

    #[test]
    fn what_stands_beside_the_content_is_not_lost() {
        let read = |value: Value| message(value).unwrap();
        let refused = read(json!({"role": "assistant", "content": null, "refusal": "no"}));
        assert_eq!(refused.content, Some(Content::Text("no".into())));
        let drawn = read(json!({"role": "assistant", "content": "a", "images": [{"type": "image_url"}]}));
        assert_eq!(drawn.content, Some(Content::Parts(vec![Part::Text("a".into()), Part::Media(Media::default())])));
        let spoken = read(json!({"role": "assistant", "content": null, "audio": {"id": "x"}, "images": []}));
        assert_eq!(spoken.content, Some(Content::Parts(vec![Part::Media(Media::default())])));
        let called =
            read(json!({"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}}));
        assert_eq!((called.tool_calls[0].name.as_str(), called.tool_calls[0].arguments.as_str()), ("f", "{}"));
        let own = json!([{"id": "c", "type": "custom", "custom": {"name": "g", "input": "1"}}]);
        let called = read(json!({"role": "assistant", "content": null, "tool_calls": own}));
        assert_eq!((called.tool_calls[0].name.as_str(), called.tool_calls[0].arguments.as_str()), ("g", "1"));
        let own = json!([{"id": "c", "function": {"name": "f", "arguments": "{}"}}]);
        let twice = json!({"role": "assistant", "tool_calls": own, "function_call": {"name": "f", "arguments": "{}"}});
        assert_eq!(read(twice).tool_calls.len(), 1);
    }
}
