//! ATIF, the trajectory format of Harbor and of those that export to it: a document of steps, an agent's step one call.
//!
//! `prompt_tokens` is the whole prompt, `cached_tokens` a part of it. A step that was copied from an earlier trajectory was counted
//! there. Shape: RFC 0001 of Harbor, versions 1.0 to 1.6, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::agent::conversation::{Conversation, text_of, tool_call};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::items;
use crate::log::reason::Reason;

/// A trajectory.
pub(crate) struct Atif;

impl LogFormat for Atif {
    fn name(&self) -> &'static str {
        "atif"
    }

    fn about(&self) -> &'static str {
        "trajectories in ATIF (Harbor): each step of the agent is a request that holds all before it"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the tools are not in the file: prompts are only known in part")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_version = line["schema_version"].as_str().is_some_and(|version| version.starts_with("ATIF-"));
        is_version && line.field("steps").is_some_and(Value::is_array)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Atif {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let mut conversation = Conversation::default();
        let mut found = Vec::new();
        let mut last = Value::Null;
        for step in items(line.field("steps")) {
            let role = step["source"].as_str().unwrap_or("user");
            if role == "agent" {
                // A step is written when its answer is there; what was before it began it.
                let read = conversation.answer(outside(step, &line["agent"], &last), answer(step)).map(Some);
                let exchange = context.named(|| format!("step {}", step["step_id"]), read);
                let is_own = step["is_copied_context"] != true;
                found.extend(exchange.filter(|exchange| is_own && exchange.usage.known() > 0));
            } else {
                conversation.say(json!({"role": role, "content": text_of(&step["message"])}));
            }
            for result in items(step.pointer("/observation/results")) {
                let result_text = text_of(&result["content"]);
                conversation
                    .say(json!({"role": "tool", "tool_call_id": result["source_call_id"], "content": result_text}));
            }
            last = step["timestamp"].clone();
        }
        Ok(found)
    }
}

fn outside(step: &Value, agent: &Value, before: &Value) -> Value {
    let model = step.field("model_name").filter(|model| model.is_string()).unwrap_or(&agent["model_name"]);
    let mut usage = step["metrics"].clone();
    // Fields that the format has no name for stand in `extra`, as the provider wrote them.
    for key in ["cache_creation_input_tokens", "cache_write_tokens", "reasoning_tokens"] {
        if let Some(count) = step.pointer(&format!("/metrics/extra/{key}")) {
            usage[key] = count.clone();
        }
    }
    let start = if before.is_null() { &step["timestamp"] } else { before };
    json!({"model": model, "usage": usage, "timestamp": start, "end_time": step["timestamp"]})
}

fn answer(step: &Value) -> Value {
    let calls = items(step.field("tool_calls"));
    let calls: Vec<Value> =
        calls.map(|call| tool_call(&call["tool_call_id"], &call["function_name"], &call["arguments"])).collect();
    json!({"role": "assistant", "content": text_of(&step["message"]), "reasoning_content": step["reasoning_content"],
        "tool_calls": calls})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_the_agent_is_a_call_unless_it_was_copied() {
        let metrics = json!({"prompt_tokens": 100, "completion_tokens": 7, "cached_tokens": 60, "cost_usd": 0.5,
            "extra": {"cache_creation_input_tokens": 30}});
        let agent = |copied: bool| {
            json!({"step_id": 2, "source": "agent", "message": "I look.", "metrics": metrics, "is_copied_context": copied,
                "timestamp": "2026-04-07T08:00:05Z", "tool_calls": [{"tool_call_id": "c", "function_name": "ls", "arguments": {}}],
                "observation": {"results": [{"source_call_id": "c", "content": "hull.txt"}]}})
        };
        let user =
            json!({"step_id": 1, "source": "user", "message": "Which hull?", "timestamp": "2026-04-07T08:00:00Z"});
        let line = json!({"schema_version": "ATIF-v1.5", "agent": {"model_name": "claude-haiku-4-5"},
            "steps": [user, agent(true), agent(false)]});
        assert!(Atif.recognises(&line));
        let found = Atif.line(line, &mut LineContext::default()).unwrap();
        assert_eq!((found.len(), found[0].request.messages().len()), (1, 3));
        assert_eq!((found[0].usage.prompt_tokens, found[0].usage.hit_tokens), (Some(100), Some(60)));
        assert_eq!(found[0].usage.written.map(|written| written.total()), Some(30));
    }
}
