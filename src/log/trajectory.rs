//! Trajectories of coding agents: mini-swe-agent (`*.traj.json`) and SWE-agent (`*.traj`).
//!
//! Each turn of the assistant is one request that holds all before it. What the files do not have: mini-swe-agent's tool
//! definition, SWE-agent's times and counts of single requests. Shapes: the projects' pages on output files.

use serde_json::{Value, json};

use super::Exchange;
use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{instant, items, text};

/// A trajectory of mini-swe-agent.
pub(super) struct MiniSweAgent;

/// A trajectory of SWE-agent 1.1 or newer, whose steps keep the exact `query`.
pub(super) struct SweAgent;

impl LogFormat for MiniSweAgent {
    fn name(&self) -> &'static str {
        "mini-swe-agent"
    }

    fn about(&self) -> &'static str {
        "mini-swe-agent trajectories: each assistant turn is a request that holds all before it"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the tool's definition is not in the file: prompts are counted too short")
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("trajectory_format").is_some() && line.get("messages").is_some()
    }

    fn read(&self, line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        let model = text(&line, &["/info/config/model/model_name", "/info/config/model/config/model_name"]);
        let messages = line["messages"].as_array().ok_or("`messages` is not a list")?;
        let turns = messages.iter().enumerate().filter(|(index, message)| *index > 0 && message["role"] == "assistant");
        turns.map(|(index, answer)| turn(model.as_deref(), &messages[..index], answer)).collect()
    }
}

/// The request that `answer` answers.
fn turn(model: Option<&str>, before: &[Value], answer: &Value) -> Result<Exchange, String> {
    let before: Vec<Value> = before.iter().filter(|message| message["role"] != "exit").map(bare).collect();
    let response = json!({"choices": [{"message": bare(answer)}], "id": answer.pointer("/extra/response/id"),
        "model": answer.pointer("/extra/response/model")});
    let outside = json!({"usage": answer.pointer("/extra/response/usage")});
    let request = json!({"model": model, "messages": before});
    let exchange = Envelope { outside, request, response: Some(response), ..Envelope::default() }.read()?;
    // The agent stamps a message when it has it: the answer's stamp is the end of the call.
    let end = instant(answer, &["/extra/timestamp", "/timestamp"]);
    let start = instant(answer, &["/extra/response/created"]).or(end);
    Ok(Exchange { time: start, end_time: end, ..exchange })
}

/// A message as sent, without what the agent keeps beside it.
fn bare(message: &Value) -> Value {
    let fields = message.as_object().into_iter().flatten();
    Value::Object(fields.filter(|(key, _)| *key != "extra").map(|(key, value)| (key.clone(), value.clone())).collect())
}

impl LogFormat for SweAgent {
    fn name(&self) -> &'static str {
        "swe-agent"
    }

    fn about(&self) -> &'static str {
        "SWE-agent trajectories with the query of each step"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("trajectory").is_some_and(Value::is_array)
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        // Newer versions keep the replay's configuration as JSON within the file.
        super::json::unquote_fields(&mut line, &["replay_config"]);
        let model = text(&line, &["/replay_config/agent/model/name", "/info/model", "/model"]);
        let steps: Vec<&Value> = items(line.get("trajectory")).filter(|step| step.get("query").is_some()).collect();
        if steps.is_empty() {
            return Err("no step has its `query`: written by SWE-agent before 1.1".into());
        }
        steps.into_iter().map(|step| swe_turn(model.as_deref(), step)).collect()
    }
}

fn swe_turn(model: Option<&str>, step: &Value) -> Result<Exchange, String> {
    // The history's notes (`agent`, `message_type`, …) are not sent.
    const SENT: [&str; 6] = ["role", "content", "tool_calls", "tool_call_id", "name", "cache_control"];
    let sent = |message: &Value| {
        let fields = message.as_object().into_iter().flatten().filter(|(key, _)| SENT.contains(&key.as_str()));
        Value::Object(
            fields.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect(),
        )
    };
    let messages: Vec<Value> = items(step.get("query")).map(sent).collect();
    let request = json!({"model": model, "messages": messages});
    let response = json!({"choices": [{"message": {"content": step["response"]}}]});
    Envelope { outside: json!({}), request, response: Some(response), ..Envelope::default() }.read()
}
