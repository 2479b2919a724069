//! Langfuse: observations of type GENERATION, from its API or its export.
//!
//! Keys of `usageDetails` are free: `input` is taken for the tokens outside the cache where the keys name cache reads as Langfuse's
//! own integrations do, since those subtract them. Other observations are passed over.

use serde_json::{Value, json};

use super::Exchange;
use super::envelope::{Envelope, joined};
use super::format::{LogFormat, Memory};
use super::json::{take, text, unquote_fields};

/// An observation.
pub(super) struct Langfuse;

impl LogFormat for Langfuse {
    fn name(&self) -> &'static str {
        "langfuse"
    }

    fn about(&self) -> &'static str {
        "observations of Langfuse, from its API or its export"
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.get(key).is_some();
        has("type") && (has("traceId") || has("trace_id")) && (has("startTime") || has("start_time")) && has("input")
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        if line["type"] != "GENERATION" {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["input", "output", "modelParameters", "usageDetails", "usage_details"]);
        let request = request(&mut line)?;
        let output = take(&mut line, "output").filter(|output| !output.is_null());
        let response = output.map(|output| match output.get("choices") {
            Some(_) => output,
            None => json!({"choices": [{"message": message(output)}]}),
        });
        line["usage"] = usage(&line);
        let scope = joined([text(&line, &["/userId", "/user_id", "/trace/userId"]).map(|user| format!("user:{user}"))]);
        let exchange = Envelope { outside: line, request, response, ..Envelope::default() }.read()?;
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// The body: `input` as messages, as an object with `messages` and `tools`, or as a text.
fn request(line: &mut Value) -> Result<Value, String> {
    let mut body = match take(line, "input") {
        Some(Value::Array(messages)) => json!({"messages": messages}),
        Some(Value::String(prompt)) => json!({"prompt": prompt}),
        Some(body @ Value::Object(_)) => body,
        _ => return Err("a generation without its input".into()),
    };
    body["model"] = line["model"].clone();
    if let Some(tools) = line.pointer("/modelParameters/tools").filter(|tools| tools.is_array()) {
        body["tools"] = tools.clone();
    }
    Ok(body)
}

fn message(output: Value) -> Value {
    match output {
        Value::String(text) => json!({"role": "assistant", "content": text}),
        mut output => {
            if output.get("role").is_none() && output.is_object() {
                output["role"] = "assistant".into();
            }
            output
        }
    }
}

/// The counts in one family: Langfuse's integrations subtract what `input_…` keys count from `input`.
fn usage(line: &Value) -> Value {
    let Some(details) = line.get("usageDetails").or_else(|| line.get("usage_details")).and_then(Value::as_object)
    else {
        return line.get("usage").cloned().unwrap_or_default();
    };
    let count = |keys: &[&str]| keys.iter().find_map(|key| details.get(*key)?.as_u64());
    let hit = count(&["input_cached_tokens", "cache_read_input_tokens", "input_cache_read"]);
    let written = count(&["cache_creation_input_tokens", "input_cache_creation", "input_cache_write_tokens"]);
    let beside = details.iter().filter(|(key, _)| key.starts_with("input_") || key.contains("_input_tokens"));
    let beside: u64 = beside.filter_map(|(_, tokens)| tokens.as_u64()).fold(0, u64::saturating_add);
    let prompt = count(&["input"]).map(|input| input.saturating_add(beside));
    let mut usage = json!({"prompt_tokens": prompt, "completion_tokens": count(&["output"])});
    for (key, tokens) in [("cached_tokens", hit), ("cache_write_tokens", written)] {
        if let Some(tokens) = tokens {
            usage["prompt_tokens_details"][key] = tokens.into();
        }
    }
    usage
}
