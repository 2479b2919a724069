//! Langfuse: observations of type GENERATION, from its API or its export.
//!
//! Keys of `usageDetails` are free. Other observations are passed over.

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, HasFields, Scope, Usage};
use crate::log::body::anthropic;
use crate::log::body::envelope::Envelope;
use crate::log::body::usage::{OTHER_PROMPT, is_unreadable, tokens};
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::json::{take, text, unquote_fields};
use crate::log::reason::Reason;
use crate::log::secret;

/// An observation.
pub(crate) struct Langfuse;

impl LogFormat for Langfuse {
    fn name(&self) -> &'static str {
        "langfuse"
    }

    fn about(&self) -> &'static str {
        "observations of Langfuse, from its API or its export"
    }

    fn request_shape(&self) -> RequestShape {
        RequestShape::OfApi
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        // Opik's spans have the same keys, and types in small letters.
        let is_typed = line["type"].as_str().is_some_and(|kind| kind.bytes().all(|byte| !byte.is_ascii_lowercase()));
        let is_observation = is_typed && (has("traceId") || has("trace_id")) && (has("startTime") || has("start_time"));
        is_observation && ["input", "usageDetails", "usage_details"].into_iter().any(has)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Langfuse {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line["type"] != "GENERATION" {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["input", "output", "modelParameters", "usageDetails", "usage_details"])?;
        line["model"] = text(&line, &["/model", "/providedModelName", "/provided_model_name"]).into();
        let request = request(&mut line);
        let response = take(&mut line, "output").and_then(response);
        line["usage"] = usage(&line);
        line["status"] = (line["level"] == "ERROR").then_some("error").into();
        let user = text(&line, &["/userId", "/user_id", "/trace/userId"]).map(|user| secret::user(&user));
        let scope = Scope { user, ..Scope::default() };
        let exchange = match request {
            Some(request) => Envelope { outside: line, request, response, ..Envelope::default() }.read(),
            None if usage_is_told(&line["usage"]) || line["status"] == "error" => {
                Envelope { outside: line, response, ..Envelope::default() }.usage_only()
            }
            None => Err("a generation without its input".into()),
        }?;
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// The body: `input` as messages, as an object with `messages` and `tools`, or as a text; `None` where it was not recorded.
fn request(line: &mut Value) -> Option<Value> {
    let mut body = match take(line, "input") {
        Some(Value::Array(messages)) => json!({"messages": messages}),
        Some(Value::String(prompt)) => json!({"prompt": prompt}),
        Some(body @ Value::Object(_)) => body,
        _ => return None,
    };
    body["model"] = line["model"].clone();
    if let Some(tools) = line.pointer("/modelParameters/tools").filter(|tools| tools.is_array()) {
        body["tools"] = tools.clone();
    }
    Some(body)
}

fn usage_is_told(usage: &Value) -> bool {
    Usage::from_json(usage).known() > 0
}

/// The answer as the API would have sent it: `output` as an answer, a message or several, the blocks or items of one, or a text.
fn response(output: Value) -> Option<Value> {
    let is_item = |item: &Value| matches!(item["type"].as_str(), Some("message" | "function_call" | "reasoning"));
    let output = match output {
        Value::Array(items) if items.iter().any(is_item) => return Some(json!({"output": items})),
        Value::Array(blocks) if !blocks.is_empty() && blocks.iter().all(is_block) => json!({"content": blocks}),
        Value::Array(messages) => messages.into_iter().next().unwrap_or_default(),
        output => output,
    };
    if output.is_null() || output.field("choices").is_some() {
        return Some(output).filter(|output| !output.is_null());
    }
    let message = message(output);
    Some(if anthropic::has_own_block(&message) {
        json!({"type": "message", "content": message["content"]})
    } else {
        json!({"choices": [{"message": message}]})
    })
}

/// A part of a message, which has a kind and no role of its own.
fn is_block(block: &Value) -> bool {
    block.field("role").is_none() && block["type"].is_string()
}

fn message(output: Value) -> Value {
    match output {
        Value::String(text) => json!({"role": "assistant", "content": text}),
        mut output => {
            if output.field("role").is_none() && output.is_object() {
                output["role"] = "assistant".into();
            }
            output
        }
    }
}

/// The counts in one family. Langfuse's own integrations take what `input_…` and `output_…` count out of `input` and `output`
/// (`OtelIngestionProcessor.ts`); spans of others come as they were sent, and `total` tells which it was.
fn usage(line: &Value) -> Value {
    let details = line.field("usageDetails").or_else(|| line.field("usage_details")).and_then(Value::as_object);
    let Some(details) = details.filter(|details| !details.is_empty()) else { return undetailed(line) };
    // Langfuse keeps counts that it has no names for as they were sent, in one of the providers' own objects.
    let as_sent = Value::Object(details.clone());
    // Counts of which none is of the input are kept, too: their names are told.
    let has_input = || details.keys().any(|key| key.starts_with("input"));
    if !details.contains_key("input") && (Usage::from_json(&as_sent).prompt_tokens.is_some() || !has_input()) {
        return as_sent;
    }
    // Of numbers that cannot be read no sum can be made.
    if let Some(unreadable) = details.values().find(|count| is_unreadable(count)) {
        return json!({"prompt_tokens": unreadable});
    }
    let count = |keys: &[&str]| keys.iter().find_map(|key| details.get(*key).and_then(tokens));
    let beside = |side: &str| -> u64 {
        let within = |key: &str| key.starts_with(&format!("{side}_")) || key.contains(&format!("_{side}_tokens"));
        details.iter().filter(|(key, _)| within(key)).filter_map(|(_, value)| tokens(value)).sum()
    };
    let (input, output) = (count(&["input"]), count(&["output"]));
    let (within, written_tokens) = (beside("input"), written(details).unwrap_or(0));
    // LiteLLM takes what was read out of `input` and leaves in what was written (its pull request 26919).
    let without_reads = within.saturating_sub(written_tokens);
    let inputs = [input.map(|input| input + within), input, input.map(|input| input + without_reads)];
    let outputs = [output.map(|output| output + beside("output")), output];
    let total = count(&["total"]);
    let pairs = inputs.into_iter().flat_map(|input| outputs.map(|output| (input, output)));
    let adds_up = |(input, output): &(Option<u64>, Option<u64>)| {
        total.is_some() && total == input.zip(*output).map(|(i, o)| i + o)
    };
    let (prompt, completion) = pairs.into_iter().find(adds_up).unwrap_or((inputs[0], outputs[0]));
    let mut usage = json!({"prompt_tokens": prompt, "completion_tokens": completion});
    // A total that Langfuse summed itself has the cached tokens twice where the input was sent with them.
    if total.is_some() && prompt == inputs[0] && inputs[0] != inputs[1] {
        usage[OTHER_PROMPT] = inputs[1].into();
    }
    let known = [
        ("/prompt_tokens_details/cached_tokens", count(&HITS)),
        ("/prompt_tokens_details/cache_write_tokens", written(details)),
        ("/completion_tokens_details/reasoning_tokens", count(&["output_reasoning_tokens", "output_reasoning"])),
    ];
    for (pointer, tokens) in known {
        let mut steps = pointer.split('/').skip(1);
        if let (Some(details), Some(key), Some(tokens)) = (steps.next(), steps.next(), tokens) {
            usage[details][key] = tokens.into();
        }
    }
    for (lifetime, keys) in LIFETIMES {
        if let Some(tokens) = count(&keys) {
            usage["prompt_tokens_details"]["cache_write_tokens_details"][format!("ttl_{lifetime}_tokens")] =
                tokens.into();
        }
    }
    usage
}

/// The counts of lines before `usageDetails`, where they are of tokens.
fn undetailed(line: &Value) -> Value {
    let usage = line.field("usage").cloned().unwrap_or_default();
    let is_of_tokens =
        usage.field("unit").and_then(Value::as_str).is_none_or(|unit| unit.eq_ignore_ascii_case("tokens"));
    if is_of_tokens { usage } else { Value::Null }
}

/// Adds the tokens that were written: the sum, and beside it the counts that are split off by lifetime.
fn written(details: &Map<String, Value>) -> Option<u64> {
    let sum = WRITTEN.iter().find_map(|key| details.get(*key).and_then(tokens));
    let split = LIFETIMES.iter().filter_map(|(_, keys)| keys.iter().find_map(|key| details.get(*key).and_then(tokens)));
    split.chain(sum).reduce(|a, b| a + b)
}

/// Tokens that were written to live so long; Langfuse takes them out of the sum (`OtelIngestionProcessor.cacheUsage.test.ts`), and so
/// does LangChain, whose names it puts `input_` before.
const LIFETIMES: [(&str, [&str; 2]); 2] = [
    ("5m", ["input_cache_creation_5m", "input_ephemeral_5m_input_tokens"]),
    ("1h", ["input_cache_creation_1h", "input_ephemeral_1h_input_tokens"]),
];

/// By the names of Langfuse's integrations, and of the conventions that it passes through.
const HITS: [&str; 5] = [
    "input_cached_tokens",
    "cache_read_input_tokens",
    "input_cache_read",
    "cache_read.input_tokens",
    "prompt_details.cache_read",
];
const WRITTEN: [&str; 6] = [
    "cache_creation_input_tokens",
    "input_cache_creation",
    "input_cache_write",
    "input_cache_write_tokens",
    "cache_creation.input_tokens",
    "prompt_details.cache_write",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_blocks_or_items_is_read_as_its_api_has_it() {
        let called = json!({"type": "tool_use", "id": "c", "name": "find_pier", "input": {"pier": 4}});
        let said = json!({"type": "text", "text": "One moment."});
        let item = json!({"type": "function_call", "call_id": "c", "name": "find_pier", "arguments": "{\"pier\":4}"});
        for output in [
            json!({"role": "assistant", "content": [said, called]}),
            json!([said, called]),
            json!([{"role": "assistant", "content": [said, called]}]),
            json!([{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "One moment."}]}, item]),
        ] {
            let line = json!({"type": "GENERATION", "traceId": "t", "startTime": "2026-04-07T08:00:00Z", "model": "m",
                "input": [{"role": "user", "content": "hi"}], "output": output, "usageDetails": {"input": 9, "output": 2}});
            let exchange = Langfuse.line(line, &mut LineContext::default()).unwrap().remove(0);
            let message = exchange.response.and_then(|response| response.message).unwrap();
            let content = message.content.iter().flat_map(|content| content.texts()).collect::<String>();
            assert_eq!((content.as_str(), message.tool_calls.len()), ("One moment.", 1), "{output}");
            assert_eq!(message.tool_calls[0].name, "find_pier");
        }
    }

    #[test]
    fn a_generation_without_its_input_has_its_counts() {
        let line = |input: Value| {
            json!({"type": "GENERATION", "traceId": "t", "startTime": "2026-04-07T08:00:00Z", "providedModelName": "m",
                "input": input, "output": [{"role": "assistant", "content": "ho"}], "usageDetails": {"input": 9, "output": 2}})
        };
        let read = |line: Value| Langfuse.line(line, &mut LineContext::default()).unwrap().remove(0);
        let (with, without) = (read(line(json!([{"role": "user", "content": "hi"}]))), read(line(json!(null))));
        assert_eq!((with.request.messages().len(), without.request.messages().len()), (1, 0));
        for exchange in [with, without] {
            assert_eq!((exchange.request.model.as_deref(), exchange.usage.prompt_tokens), (Some("m"), Some(9)));
            assert!(exchange.response.unwrap().message.is_some());
        }
    }

    #[test]
    fn counts_as_the_provider_sent_them_are_read_and_those_of_characters_are_not() {
        let read = |line: Value| Usage::from_json(&usage(&line));
        let deepseek =
            read(json!({"usageDetails": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110,
            "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}}));
        assert_eq!(
            (deepseek.prompt_tokens, deepseek.hit_tokens, deepseek.output_tokens),
            (Some(100), Some(64), Some(10))
        );
        let of = |unit: &str| {
            let usage = read(json!({"usageDetails": {}, "usage": {"input": 90, "output": 3, "unit": unit}}));
            (usage.prompt_tokens, usage.output_tokens)
        };
        assert_eq!((of("TOKENS"), of("CHARACTERS")), ((Some(90), Some(3)), (None, None)));
    }

    #[test]
    fn the_total_tells_whether_the_parts_are_within_the_sums() {
        let counts = |details: Value| {
            let usage = usage(&json!({"usageDetails": details}));
            (usage["prompt_tokens"].as_u64(), usage["completion_tokens"].as_u64())
        };
        let subtracted =
            json!({"input": 40, "input_cached_tokens": 60, "output": 5, "output_reasoning_tokens": 15, "total": 120});
        assert_eq!(counts(subtracted), (Some(100), Some(20)));
        let as_sent = json!({"input": 100, "input_cache_read": 60, "output": 20, "total": 120});
        assert_eq!(counts(as_sent), (Some(100), Some(20)));
        let split = json!({"input": 2, "input_cached_tokens": 47105, "input_cache_creation": 0, "input_cache_creation_5m": 0,
            "input_cache_creation_1h": 1076, "output": 714});
        let written = crate::exchange::Usage::from_json(&usage(&json!({"usageDetails": split}))).written.unwrap();
        assert_eq!((written.hour, written.total()), (1076, 1076));
        let without = json!({"input": 40, "cache_read_input_tokens": 60, "output": 20});
        assert_eq!(counts(without), (Some(100), Some(20)));
    }
}
