//! LangSmith: runs of type `llm`, with messages as LangChain serialises them or in the provider's own shape.
//!
//! Other runs (chains, tools) are passed over. Neither project nor thread is a scope: only a `user_id` in the metadata is.

use serde_json::{Value, json};

use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{items, take, text, unquote_fields};
use super::{Exchange, secret};

/// A run.
pub(super) struct LangSmith;

impl LogFormat for LangSmith {
    fn name(&self) -> &'static str {
        "langsmith"
    }

    fn about(&self) -> &'static str {
        "runs of LangSmith"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("run_type").is_some() && line.get("inputs").is_some()
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        if line["run_type"] != "llm" {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["inputs", "outputs", "extra"])?;
        let messages = messages(&line["inputs"]).ok_or("a run without `inputs.messages`")?;
        let model = text(&line, &["/extra/metadata/ls_model_name", "/extra/invocation_params/model", "/inputs/model"]);
        let tools =
            ["/extra/invocation_params/tools", "/inputs/tools"].iter().find_map(|pointer| line.pointer(pointer));
        let request = json!({"model": model, "messages": messages, "tools": tools});
        let outputs = take(&mut line, "outputs").unwrap_or_default();
        let generated =
            outputs.pointer("/generations/0/0/message").or_else(|| outputs.pointer("/generations/0/message"));
        let counts = ["/usage_metadata", "/usage", "/message/usage_metadata", "/llm_output/token_usage"]
            .iter()
            .find_map(|pointer| outputs.pointer(pointer));
        let counts = generated.and_then(|message| message.pointer("/kwargs/usage_metadata")).or(counts);
        let counts = counts.or_else(|| line.pointer("/extra/metadata/usage_metadata"));
        let outside = json!({
            "start_time": line["start_time"], "end_time": line["end_time"], "id": line["id"], "usage": counts,
            "status": line.get("status"), "error": line.get("error"),
        });
        let answer = generated.or_else(|| outputs.get("message")).map(message);
        let response = match answer {
            Some(answer) => Some(json!({"choices": [{"message": answer}]})),
            None => outputs.get("choices").is_some().then_some(outputs),
        };
        let user = text(&line, &["/extra/metadata/user_id"]).map(|user| secret::user(&user));
        let exchange = Envelope { outside, request, response, ..Envelope::default() }.read()?;
        Ok(vec![Exchange { scope: user, ..exchange }])
    }
}

/// The messages of a run; LangChain puts them in a list of lists, one for each prompt of a batch.
fn messages(inputs: &Value) -> Option<Vec<Value>> {
    let list = inputs.get("messages")?;
    let list = list.get(0).filter(|first| first.is_array()).unwrap_or(list);
    Some(items(Some(list)).map(message).collect())
}

/// A message in the shape of Chat Completions.
fn message(message: &Value) -> Value {
    if message.get("role").is_some() {
        return message.clone();
    }
    let fields = message.get("kwargs").or_else(|| message.get("data")).unwrap_or(message);
    let class = message.pointer("/id").and_then(Value::as_array).and_then(|id| id.last()?.as_str());
    let kind = class.or_else(|| message["type"].as_str()).or_else(|| fields["type"].as_str()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let role = ["system", "human", "tool", "function"].into_iter().find(|role| kind.starts_with(role));
    let role = match role {
        Some("human") => "user",
        Some(role) => role,
        None => "assistant",
    };
    let call = |call: &Value| json!({"id": call["id"], "function": {"name": call["name"], "arguments": call["args"]}});
    json!({
        "role": role,
        "content": fields["content"],
        "tool_call_id": fields.get("tool_call_id"),
        "tool_calls": items(fields.get("tool_calls")).map(call).collect::<Vec<_>>(),
    })
}
