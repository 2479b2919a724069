//! LangSmith: runs of type `llm`, with messages as LangChain serialises them or in the provider's own shape.
//!
//! Other runs (chains, tools) are passed over. Neither project nor thread is a scope: only a `user_id` in the metadata is. Shapes:
//! LangSmith's pages "Log LLM calls" and "Run data format".

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Scope};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, put, take, text, unquote_fields};
use crate::log::reason::Reason;
use crate::log::secret;

/// A run.
pub(crate) struct LangSmith;

impl LogFormat for LangSmith {
    fn name(&self) -> &'static str {
        "langsmith"
    }

    fn about(&self) -> &'static str {
        "runs of LangSmith"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("run_type").is_some() && line.field("inputs").is_some()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for LangSmith {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line["run_type"] != "llm" {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["inputs", "outputs", "extra"])?;
        let request = request(&mut line);
        let outputs = take(&mut line, "outputs").unwrap_or_default();
        let outside = json!({
            "start_time": line["start_time"], "end_time": line["end_time"], "id": line["id"], "usage": usage(&line, &outputs),
            "status": line.field("status"), "error": line.field("error"), "model": model(&line),
        });
        let response = match answer(&outputs) {
            Some(answer) => Some(json!({"choices": [{"message": answer}]})),
            // A provider's own shape, as the wrappers of its clients leave it.
            None => Some(outputs).filter(Value::is_object),
        };
        let user = text(&line, &["/extra/metadata/user_id"]).map(|user| secret::user(&user));
        let envelope = Envelope { outside, response, ..Envelope::default() };
        let exchange = match request {
            Ok(request) => Envelope { request, ..envelope }.read(),
            Err(reason) => envelope.unread(reason),
        }?;
        Ok(vec![Exchange { scope: Scope { user, ..Scope::default() }, ..exchange }])
    }
}

/// The request: the messages of a run, or inputs that have a provider's own shape.
fn request(line: &mut Value) -> Result<Value, String> {
    let model = model(line);
    let tools =
        ["/extra/invocation_params/tools", "/inputs/tools"].iter().find_map(|pointer| line.pointer(pointer)).cloned();
    let mut inputs = take(line, "inputs").unwrap_or_default();
    if is_several(&inputs) {
        return Err("a run of several prompts, counted together".into());
    }
    if let Some(messages) = messages(&inputs) {
        put(&mut inputs, "messages", messages.into());
    } else if let Some(prompt) = inputs.pointer("/prompts/0").cloned() {
        put(&mut inputs, "prompt", prompt);
    } else if ["input", "contents", "prompt"].iter().all(|key| inputs.field(key).is_none()) {
        return Err("a run without `inputs.messages`".into());
    }
    put(&mut inputs, "model", model.into());
    put(&mut inputs, "tools", tools.into());
    Ok(inputs)
}

fn model(line: &Value) -> Option<String> {
    text(line, &["/extra/metadata/ls_model_name", "/extra/invocation_params/model", "/inputs/model"])
}

/// True if there is more than one prompt: the counts cannot be assigned to one of them.
fn is_several(inputs: &Value) -> bool {
    let second = |key: &str| inputs.field(key)?.get(1);
    second("prompts").is_some() || second("messages").is_some_and(Value::is_array)
}

/// The messages of a run; LangChain puts them in a list of lists, one for each prompt of a batch.
fn messages(inputs: &Value) -> Option<Vec<Value>> {
    let list = inputs.field("messages")?;
    let list = list.get(0).filter(|first| first.is_array()).unwrap_or(list);
    Some(items(Some(list)).map(message).collect())
}

/// The message that LangChain's output holds, or the forms that LangSmith asks of others.
fn answer(outputs: &Value) -> Option<Value> {
    const PLACES: [&str; 4] = ["/generations/0/0/message", "/generations/0/message", "/message", "/messages/0"];
    // Anthropic's answers have the role, too, with `type: message`: they are read in their own shape.
    let is_bare = outputs["role"] == "assistant" && outputs["type"] != "message";
    let found = PLACES.iter().find_map(|place| outputs.pointer(place)).or_else(|| is_bare.then_some(outputs));
    let said = || text(outputs, &["/generations/0/0/text", "/generations/0/text"]);
    found.map(message).or_else(|| Some(json!({"role": "assistant", "content": said()?})))
}

/// Reads the counts: LangChain's `usage_metadata` wherever it stands, the provider's own usage, the run's own columns.
fn usage(line: &Value, outputs: &Value) -> Value {
    const PLACES: [&str; 8] = [
        "/generations/0/0/message/kwargs/usage_metadata",
        "/generations/0/message/kwargs/usage_metadata",
        "/usage_metadata",
        "/message/usage_metadata",
        "/message/kwargs/usage_metadata",
        "/messages/0/usage_metadata",
        "/usage",
        "/llm_output/token_usage",
    ];
    let told = |value: &&Value| value.as_object().is_some_and(|counts| !counts.is_empty());
    let logged = PLACES.iter().filter_map(|place| outputs.pointer(place)).find(told);
    let logged = logged.or_else(|| line.pointer("/extra/metadata/usage_metadata").filter(told));
    let columns = || {
        json!({"input_tokens": line.field("prompt_tokens"), "output_tokens": line.field("completion_tokens"),
            "input_token_details": line.field("prompt_token_details")})
    };
    logged.map_or_else(columns, plain)
}

/// LangChain's counts with the names that the details have without a service tier, which it puts before them, and without the slip of
/// LangSmith's wrapper for JavaScript (langsmith-sdk 2519).
fn plain(logged: &Value) -> Value {
    const TIERS: [&str; 2] = ["priority", "flex"];
    let mut counts = logged.clone();
    let mut served = None;
    for side in ["input_token_details", "output_token_details"] {
        let Some(details) = counts.field_mut(side).and_then(Value::as_object_mut) else { continue };
        for (name, count) in std::mem::take(details) {
            let tier = TIERS.into_iter().find(|tier| name.split('_').next() == Some(tier));
            served = served.or(tier);
            let name = tier.and_then(|tier| name.strip_prefix(tier)?.strip_prefix('_')).unwrap_or(&name);
            details.insert(name.replace("_1hr_", "_1h_"), count);
        }
    }
    if let Some(tier) = served {
        put(&mut counts, "service_tier", tier.into());
    }
    counts
}

/// A message in the shape of Chat Completions; those that have a role are as the provider has them, but for LangChain's parts.
fn message(message: &Value) -> Value {
    if message.field("role").is_some() {
        return with_calls(message);
    }
    let fields = message.field("kwargs").or_else(|| message.field("data")).unwrap_or(message);
    // LangChain serialises a message as its class, by a path such as `["langchain", "schema", "messages", "HumanMessage"]`, with the
    // fields in `kwargs`; older versions as a `type` with the fields in `data`.
    let class = message.pointer("/id").and_then(Value::as_array).and_then(|id| id.last()?.as_str());
    let kind = class.or_else(|| message["type"].as_str()).or_else(|| fields["type"].as_str()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let role = ["system", "human", "tool", "function"].into_iter().find(|role| kind.starts_with(role));
    let role = match role {
        Some("human") => "user",
        Some(role) => role,
        None => "assistant",
    };
    json!({
        "role": role,
        "content": fields["content"],
        "tool_call_id": fields.field("tool_call_id"),
        "tool_calls": items(fields.field("tool_calls")).map(call).collect::<Vec<_>>(),
    })
}

/// A call as LangChain has it.
fn call(call: &Value) -> Value {
    json!({"id": call["id"], "function": {"name": call["name"], "arguments": call["args"]}})
}

/// A message whose calls and thoughts are parts of its content, as LangSmith's own format has them.
fn with_calls(message: &Value) -> Value {
    // A `reasoning` without a text is an item of the Responses API, not one of LangSmith's parts.
    let is = |part: &Value, kind: &str| part["type"] == kind && (kind != "reasoning" || part["text"].is_string());
    let parts: Vec<&Value> = items(message.field("content")).collect();
    if !parts.iter().any(|part| is(part, "tool_call") || is(part, "reasoning")) {
        return message.clone();
    }
    let (said, rest): (Vec<&Value>, Vec<&Value>) =
        parts.into_iter().partition(|part| !is(part, "tool_call") && !is(part, "reasoning"));
    let (calls, thoughts): (Vec<&Value>, Vec<&Value>) = rest.into_iter().partition(|part| is(part, "tool_call"));
    let thoughts: String = thoughts.iter().filter_map(|part| part["text"].as_str()).collect();
    let mut message = message.clone();
    put(&mut message, "content", if said.is_empty() { Value::Null } else { said.into_iter().cloned().collect() });
    if !calls.is_empty() {
        put(&mut message, "tool_calls", calls.into_iter().map(call).collect());
    }
    if !thoughts.is_empty() {
        put(&mut message, "reasoning_content", thoughts.into());
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inputs: &Value, outputs: &Value) -> Exchange {
        let run = json!({"run_type": "llm", "extra": {"metadata": {"ls_model_name": "m"}}, "inputs": inputs, "outputs": outputs});
        LangSmith.line(run, &mut LineContext::default()).unwrap().remove(0)
    }

    #[test]
    fn details_are_read_behind_a_service_tier_and_a_slip() {
        let asked = json!({"messages": [{"role": "user", "content": "hi"}]});
        let told = |details: Value| {
            let usage = json!({"input_tokens": 5_000, "output_tokens": 100, "total_tokens": 5_100, "input_token_details": details});
            read(&asked, &json!({"role": "assistant", "content": "ho", "usage_metadata": usage})).usage
        };
        let tiered = told(json!({"priority": 904, "priority_cache_read": 4_096}));
        assert_eq!((tiered.hit_tokens, tiered.service_tier.as_deref()), (Some(4_096), Some("priority")));
        let slip = told(json!({"cache_read": 0, "ephemeral_5m_input_tokens": 0, "ephemeral_1hr_input_tokens": 900}));
        assert_eq!(slip.written.map(|written| written.hour), Some(900));
    }

    #[test]
    fn calls_and_thoughts_may_be_parts_of_a_message() {
        let call = json!({"type": "tool_call", "id": "c", "name": "f", "args": {"a": 1}});
        let asked = json!([{"role": "user", "content": [{"type": "text", "text": "hi"}]}, {"role": "assistant", "content": [call]},
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "7"}]}]);
        let told = json!({"messages": [{"role": "assistant", "content": [{"type": "reasoning", "text": "so"}, {"type": "text", "text": "7"}]}]});
        let exchange = read(&json!({"messages": asked}), &told);
        assert_eq!(exchange.request.messages()[1].tool_calls[0].arguments, r#"{"a":1}"#);
        let said = exchange.response.unwrap().message.unwrap();
        assert_eq!(said.reasoning_content.as_deref(), Some("so"));
        assert_eq!(said.content.unwrap().texts(), ["7"]);
    }

    #[test]
    fn a_wrapped_client_leaves_the_providers_own_shape() {
        let asked = json!({"system": "s", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
        let told = json!({"type": "message", "role": "assistant", "content": [{"type": "text", "text": "ho"}],
            "usage_metadata": {"input_tokens": 9, "output_tokens": 2, "input_token_details": {"cache_read": 4}}});
        let exchange = read(&asked, &told);
        assert_eq!((exchange.api, exchange.request.messages().len()), (Some("anthropic-messages"), 2));
        assert_eq!((exchange.usage.prompt_tokens, exchange.usage.hit_tokens), (Some(9), Some(4)));
        assert!(exchange.response.unwrap().message.is_some());
        let exchange = read(
            &json!({"input": "hi", "instructions": "s"}),
            &json!({"object": "response", "output": [],
            "usage_metadata": {"input_tokens": 9}}),
        );
        assert_eq!((exchange.api, exchange.usage.prompt_tokens), (Some("openai-responses"), Some(9)));
    }

    #[test]
    fn a_run_whose_prompt_cannot_be_had_has_its_counts() {
        let run = |inputs: Value| json!({"run_type": "llm", "extra": {"metadata": {"ls_model_name": "m"}}, "inputs": inputs, "prompt_tokens": 1000});
        for inputs in
            [json!({}), json!({"prompts": ["a", "b"]}), json!({"messages": [[{"role": "user"}], [{"role": "user"}]]})]
        {
            let exchange = LangSmith.line(run(inputs), &mut LineContext::default()).unwrap().remove(0);
            assert!(exchange.unread.is_some() && exchange.request.messages().is_empty());
            assert_eq!((exchange.request.model.as_deref(), exchange.usage.prompt_tokens), (Some("m"), Some(1000)));
        }
    }

    #[test]
    fn what_the_run_counted_stands_in_for_what_the_output_lacks() {
        let run = json!({"run_type": "llm", "inputs": {"prompts": ["p"]}, "outputs": {"generations": [[{"text": "t"}]]},
            "prompt_tokens": 9, "completion_tokens": 2, "prompt_token_details": {"cache_read": 4}});
        let exchange = LangSmith.line(run, &mut LineContext::default()).unwrap().remove(0);
        assert_eq!((exchange.usage.prompt_tokens, exchange.usage.hit_tokens), (Some(9), Some(4)));
        assert!(exchange.response.unwrap().message.is_some());
    }
}
