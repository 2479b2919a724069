//! The call that a span's attributes tell of: the GenAI conventions of OpenTelemetry, `OpenLLMetry`'s older indexed names, OpenInference.
//!
//! Spans around calls (agents, tools, chains) repeat the counts of the calls within them and are passed over, and so are embeddings.
//! Attributes: `semantic-conventions-genai` (registry, and its test cases of messages), OpenInference's `semantic_conventions.md`.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Scope};
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::body::responses;
use crate::log::json::{at, into_items, items, text, unquoted};
use crate::log::secret;
use crate::log::tracer::span_usage;
use crate::log::tracer::spans::nested;
use crate::time::Timestamp;

/// A span as its container tells of it.
pub(crate) struct Span {
    /// Attributes, with objects for the dots in their names.
    pub(crate) attributes: Value,
    pub(crate) id: Option<String>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) end_time: Option<Timestamp>,
    /// True if its status is an error.
    pub(crate) has_failed: bool,
    /// The instrumentation that made it, where the container names it.
    pub(crate) scope: Option<String>,
}

/// A call's attributes, in the shape of Chat Completions.
#[derive(Default)]
struct SpanExchange {
    model: Option<String>,
    /// The model that answered.
    answered: Option<String>,
    /// The provider's id of the answer.
    answer_id: Option<String>,
    /// The provider in the tracer's word.
    seller: Option<String>,
    messages: Vec<Value>,
    tools: Vec<Value>,
    answer: Option<Value>,
    usage: Value,
}

impl Span {
    /// The exchange; `None` where the span is no call of a model.
    pub(crate) fn exchange(mut self) -> Result<Option<Exchange>, String> {
        if self.is_around_calls() {
            return Ok(None);
        }
        let usage = span_usage::usage(&self.attributes, self.scope.as_deref());
        let unread = if usage.is_null() { span_usage::unread(&self.attributes) } else { Value::Null };
        let session = text(&self.attributes, &["/gen_ai/conversation/id", "/session/id"]);
        let answer_id = text(&self.attributes, &["/gen_ai/response/id", "/llm/response/id"]);
        let gen_ai = self.attributes.field_mut("gen_ai").map(Value::take);
        let call = match (gen_ai, self.attributes.field("llm")) {
            (Some(gen_ai), llm) => gen_ai_call(gen_ai, llm)?,
            (None, Some(llm)) => openinference_call(llm)?,
            (None, None) => framework_call(&self.attributes),
        };
        let mut call = SpanExchange { answer_id, usage, ..call };
        let is_named_failure = self.has_failed && call.model.is_some();
        let is_of_conventions = ["gen_ai", "llm"].iter().any(|key| self.attributes.field(key).is_some());
        let is_nothing = call.messages.is_empty() && !is_named_failure;
        if call.usage.is_null() && is_nothing || !is_of_conventions && call.model.is_none() {
            return Ok(None);
        }
        if call.usage.is_null() {
            call.usage = unread;
        }
        let user = text(&self.attributes, &["/user/id", "/enduser/id"]).map(|user| secret::user(&user));
        let host = text(&self.attributes, &["/server/address"]);
        let exchange = in_session(call.read(host.as_deref(), self.has_failed)?, session.as_deref());
        // A conversation is no scope: all of an account's share its cache.
        Ok(Some(Exchange {
            time: self.time,
            end_time: self.end_time,
            id: self.id,
            scope: Scope { user, ..Scope::default() },
            ..exchange
        }))
    }

    fn is_around_calls(&self) -> bool {
        const OTHERS: [&str; 7] = ["invoke_", "create_", "execute_", "embed", "retriev", "rerank", "plan"];
        let operation = text(&self.attributes, &["/gen_ai/operation/name", "/llm/request/type"]).unwrap_or_default();
        let kind = text(&self.attributes, &["/openinference/span/kind"]);
        OTHERS.iter().any(|other| operation.starts_with(other)) || kind.is_some_and(|kind| kind != "LLM")
    }
}

impl SpanExchange {
    /// Texts are in a span only where their recording was turned on; without them its counts are all there is.
    fn read(self, host: Option<&str>, has_failed: bool) -> Result<Exchange, String> {
        let status = has_failed.then_some("error");
        let outside = json!({"usage": self.usage, "host": host, "model": self.model, "provider": self.seller,
            "status": status});
        let answer = self.answer.map(|message| Value::Array(vec![object([("message", message)])]));
        let is_answered = answer.is_some() || self.answered.is_some() || self.answer_id.is_some();
        let answered = |answer: Option<Value>| {
            object([
                ("choices", answer.unwrap_or_default()),
                ("model", self.answered.into()),
                ("id", self.answer_id.into()),
            ])
        };
        let response = is_answered.then(|| answered(answer));
        if self.messages.is_empty() {
            return Envelope { outside, response, ..Envelope::default() }.usage_only();
        }
        if self.messages.iter().any(is_withheld) {
            return Envelope { outside, response, ..Envelope::default() }.unread(WITHHELD.into());
        }
        let fields = [("model", self.model.into()), ("messages", self.messages.into()), ("tools", self.tools.into())];
        let request = object(fields);
        Envelope { outside, request, response, ..Envelope::default() }.read()
    }
}

const WITHHELD: &str = "a message without its text: most instrumentations record it with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true";

/// True if a message has but its role, or a part of it but its type: the recording of texts was off, which is no empty message.
pub(crate) fn is_withheld(message: &Value) -> bool {
    let is_said = |key| message.field(key).is_some_and(|said| !said.is_null() && *said != json!([]));
    !["content", "reasoning_content", "tool_calls"].into_iter().any(is_said)
        || items(message.field("content")).any(|part| part["type"] == "text" && part["text"].is_null())
}

/// A call by the GenAI conventions; `OpenLLMetry` keeps the tools beside them.
fn gen_ai_call(mut span: Value, llm: Option<&Value>) -> Result<SpanExchange, String> {
    let mut list = |pointer: &str| span.pointer_mut(pointer).map(|list| unquoted(list.take())).transpose();
    let mut messages: Vec<Value> = Vec::new();
    if let Some(system) = list("/system_instructions")? {
        messages.extend(instructions(system));
    }
    messages.extend(into_items(list("/input/messages")?).into_iter().flat_map(message));
    messages.extend(indexed(list("/prompt")?.as_ref()).map(indexed_message));
    let defined = list("/tool/definitions")?.unwrap_or_default();
    let functions = llm.and_then(|llm| at(llm, "/request/functions"));
    let tools = items(Some(&defined)).map(|tool| Ok(responses::tool(tool))).chain(indexed(functions).map(function));
    let parts = |list: &mut Value| Some(list.get_mut(0)?.field_mut("parts")?.take());
    let output = list("/output/messages")?
        .and_then(|mut list| parts_message("assistant", parts(&mut list).unwrap_or_default()).pop());
    let completion = list("/completion")?;
    Ok(SpanExchange {
        model: text(&span, &["/request/model", "/response/model"]),
        answered: text(&span, &["/response/model"]),
        seller: text(&span, &["/provider/name", "/system"]),
        messages,
        tools: tools.collect::<Result<_, String>>()?,
        answer: output.or(indexed(completion.as_ref()).map(indexed_message).next()),
        usage: Value::Null,
        ..SpanExchange::default()
    })
}

/// The messages of instructions, which are parts, in the shape of Chat Completions.
pub(crate) fn instructions(parts: Value) -> Vec<Value> {
    parts_message("system", parts)
}

/// A message of parts in that shape; the results of tools in it are messages of their own.
pub(crate) fn message(mut message: Value) -> Vec<Value> {
    let parts = message.field_mut("parts").map(Value::take).unwrap_or_default();
    parts_message(message["role"].as_str().unwrap_or("user"), parts)
}

/// A tool as `OpenLLMetry` records it, its parameters as text.
fn function(function: &Value) -> Result<Value, String> {
    let parameters = function.field("parameters").map(|text| unquoted(text.clone())).transpose()?;
    let (name, description) = (function.field("name"), function.field("description"));
    Ok(crate::log::body::chat::function_tool(name, description, parameters.as_ref()))
}

/// A call that has its framework's attributes alone: the AI SDK's, whose spans around calls sum up what these count, or `MLflow`'s.
fn framework_call(attributes: &Value) -> SpanExchange {
    let operation = text(attributes, &["/ai/operationId"]).unwrap_or_default();
    let is_call = [".doGenerate", ".doStream"].iter().any(|end| operation.ends_with(end));
    let (model, seller) = if is_call {
        let seller = text(attributes, &["/ai/model/provider"]);
        let seller = seller.and_then(|name| name.split('.').next().map(str::to_owned));
        (text(attributes, &["/ai/response/model", "/ai/model/id"]), seller)
    } else {
        let plain = |pointer: &str| text(attributes, &[pointer]).map(|name| name.trim_matches('"').to_owned());
        (plain("/mlflow/llm/model"), plain("/mlflow/llm/provider"))
    };
    SpanExchange { model, seller, ..SpanExchange::default() }
}

/// A call by OpenInference.
fn openinference_call(llm: &Value) -> Result<SpanExchange, String> {
    let message = |entry: &Value| {
        let entry = undotted(entry);
        indexed_message(entry.field("message").unwrap_or(&entry))
    };
    let schema = |entry: &Value| {
        let entry = undotted(entry);
        let tool = entry.field("tool").unwrap_or(&entry);
        unquoted(tool.field("json_schema").unwrap_or(tool).clone())
    };
    Ok(SpanExchange {
        model: text(llm, &["/request/model_name", "/model_name", "/response/model_name"]),
        answered: text(llm, &["/response/model_name"]),
        seller: text(llm, &["/provider", "/system"]),
        messages: indexed(llm.field("input_messages")).map(message).collect(),
        tools: indexed(llm.field("tools")).map(schema).collect::<Result<_, String>>()?,
        answer: indexed(llm.field("output_messages")).map(message).next(),
        usage: Value::Null,
        ..SpanExchange::default()
    })
}

/// A message of parts in the shape of Chat Completions; tool results are messages of their own.
fn parts_message(role: &str, parts: Value) -> Vec<Value> {
    let (mut texts, mut calls, mut all, mut thoughts) = (Vec::new(), Vec::new(), Vec::new(), String::new());
    for mut part in into_items(Some(parts)) {
        match part["type"].as_str() {
            Some("text") => {
                let text = part.field_mut("content").map(Value::take).unwrap_or_default();
                texts.push(object([("type", "text".into()), ("text", text)]));
            }
            Some("reasoning") => thoughts.push_str(part["content"].as_str().unwrap_or_default()),
            Some("tool_call") => calls
                .push(json!({"id": part["id"], "function": {"name": part["name"], "arguments": part["arguments"]}})),
            Some("tool_call_response") => {
                let content = part.field("response").or_else(|| part.field("result"));
                all.push(json!({"role": "tool", "tool_call_id": part["id"], "content": content}));
            }
            Some("blob" | "file" | "uri") => texts.push(json!({"type": "media"})),
            _ => texts.push(json!({"type": "unknown"})),
        }
    }
    if all.is_empty() || !texts.is_empty() || !calls.is_empty() {
        let content = match texts.as_mut_slice() {
            [] => Value::Null,
            [one] if one["text"].is_string() => one["text"].take(),
            _ => texts.into(),
        };
        let mut message = object([("role", role.into()), ("content", content), ("tool_calls", calls.into())]);
        if !thoughts.is_empty() {
            message["reasoning_content"] = thoughts.into();
        }
        all.push(message);
    }
    all
}

/// An object of these fields, which are moved: `json!` writes and reads each anew.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// An element of a list, whose names Phoenix writes with dots in them where it exports a table.
fn undotted(entry: &Value) -> Value {
    match entry {
        Value::Object(map) if map.keys().any(|key| key.contains('.')) => nested(map.clone()),
        _ => entry.clone(),
    }
}

/// The elements of a list, or of an object whose keys are their places.
fn indexed(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    let mut found: Vec<(usize, &Value)> = match list {
        Some(Value::Array(elements)) => elements.iter().enumerate().collect(),
        Some(Value::Object(map)) => map.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect(),
        _ => Vec::new(),
    };
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, value)| value)
}

/// A message whose tool calls and contents are indexed.
fn indexed_message(message: &Value) -> Value {
    let call = |entry: &Value| {
        let entry = undotted(entry);
        let call = entry.field("tool_call").unwrap_or(&entry);
        let function = call.field("function").unwrap_or(call);
        json!({"id": call.field("id"), "function": {"name": function.field("name"), "arguments": function.field("arguments")}})
    };
    let part = |entry: &Value| {
        let entry = undotted(entry);
        let part = entry.field("message_content").unwrap_or(&entry);
        json!({"type": part.field("type"), "text": part.field("text")})
    };
    let parts: Vec<Value> = indexed(message.field("contents")).map(part).collect();
    // A table's rows have all columns, null where they are of another message.
    let content = message.field("content").filter(|content| !content.is_null()).cloned();
    let content = content.or_else(|| (!parts.is_empty()).then(|| parts.into()));
    json!({
        "role": message.field("role").and_then(Value::as_str).unwrap_or("assistant"),
        "content": content,
        "tool_call_id": message.field("tool_call_id"),
        "tool_calls": indexed(message.field("tool_calls")).map(call).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_whose_texts_were_not_recorded_are_no_empty_prompt() {
        let read = |gen_ai: Value| {
            let span = Span {
                attributes: json!({"gen_ai": gen_ai}),
                id: None,
                time: None,
                end_time: None,
                has_failed: false,
                scope: None,
            };
            span.exchange()
        };
        let (model, usage) = (json!({"model": "m"}), json!({"input_tokens": 900}));
        let counted = |place: &str, messages: Value| json!({"request": model, "usage": usage, place: messages});
        let call = json!({"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]});
        let withheld = [
            counted("prompt", json!([{"role": "user", "content": null}])),
            counted("prompt", json!({"0": {"role": "system"}, "1": {"role": "user", "content": "hi"}})),
            counted("input", json!({"messages": [{"role": "user", "parts": [{"type": "text"}]}]})),
            counted("input", json!({"messages": [{"role": "user"}]})),
        ];
        for gen_ai in withheld {
            let found = read(gen_ai.clone()).unwrap().unwrap();
            assert!(found.request.messages().is_empty() && found.unread.is_some(), "{gen_ai}");
            assert_eq!((found.request.model.as_deref(), found.usage.prompt_tokens), (Some("m"), Some(900)));
        }
        assert!(
            read(json!({"request": model, "prompt": [{"role": "user"}]})).unwrap_err().contains("without its text")
        );
        let found = read(counted("prompt", json!([{"role": "user", "content": ""}, call]))).unwrap().unwrap();
        assert_eq!((found.request.messages().len(), found.unread), (2, None));
    }
    #[test]
    fn contents_are_read_beside_a_column_that_is_null() {
        let contents = json!([{"message_content.type": "text", "message_content.text": "look"}]);
        let message = json!({"message.role": "user", "message.content": null, "message.contents": contents});
        let attributes = json!({"llm": {"token_count": {"prompt": 40}, "input_messages": [message]}});
        let span = Span { attributes, id: None, time: None, end_time: None, has_failed: false, scope: None };
        let found = span.exchange().unwrap().unwrap();
        let content = found.request.messages()[0].content.as_ref().unwrap();
        assert_eq!((content.texts(), found.unread), (vec!["look"], None));
    }
}
