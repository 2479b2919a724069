//! Trajectories of coding agents: mini-swe-agent (`*.traj.json`) and SWE-agent (`*.traj`).
//!
//! Each turn of the assistant is one request that holds all before it. What the files do not have: mini-swe-agent's tool
//! definition, SWE-agent's times and counts of single requests. Shapes: the projects' pages on output files.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields, Input, Message};
use crate::log::body::api::Api;
use crate::log::body::envelope::Envelope;
use crate::log::body::{anthropic, bedrock, chat, responses};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{instant, items, text};
use crate::log::reason::Reason;

/// A trajectory of mini-swe-agent.
pub(crate) struct MiniSweAgent;

/// A trajectory of SWE-agent. Since 1.1 its steps keep the exact `query`; before, the `history` tells what was said so far, which is
/// near to what was sent: the agent may have shortened what was old.
pub(crate) struct SweAgent;

impl LogFormat for MiniSweAgent {
    fn name(&self) -> &'static str {
        "mini-swe-agent"
    }

    fn about(&self) -> &'static str {
        "mini-swe-agent trajectories: each assistant turn is a request that holds all before it"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the tool's definition is not in the file: prompt counts are too low")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { names_provider_in_model: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("trajectory_format").is_some() && line.field("messages").is_some()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for MiniSweAgent {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let model = text(&line, &["/info/config/model/model_name", "/info/config/model/config/model_name"]);
        let messages = line["messages"].as_array().ok_or("`messages` is not a list")?;
        let turns = messages.iter().enumerate().filter(|(index, message)| *index > 0 && is_turn(message));
        let mut known = SharedMessages::default();
        let read = |(index, answer)| (index, turn(model.as_deref(), &messages[..index], answer, &mut known));
        Ok(readable("message", turns.map(read), context))
    }
}

/// Messages read of a trajectory: every request holds all before it, so each message is read once and shared by those that hold it.
#[derive(Default)]
struct SharedMessages<'a> {
    /// Of the last request, its messages as they stand in the file and as they were read.
    messages: Vec<(&'a Value, Arc<Message>)>,
    /// Of the Responses API, how many messages of the file were read, and what they are.
    items: (usize, Vec<Arc<Message>>),
}

impl<'a> SharedMessages<'a> {
    /// The messages of a request of Chat Completions; `None` where one cannot be read, or speaks for another API.
    fn messages(
        &mut self,
        request: impl Iterator<Item = &'a Value>,
        sent: impl Fn(&Value) -> Value,
    ) -> Option<Vec<Arc<Message>>> {
        let read = |(index, message): (usize, &'a Value)| {
            let same = |(known, _): &&(&'a Value, Arc<Message>)| std::ptr::eq(*known, message) || *known == message;
            let known = self.messages.get(index).filter(same);
            Some((message, known.map_or_else(|| plain(sent(message)), |(_, read)| Some(Arc::clone(read)))?))
        };
        self.messages = request.enumerate().map(read).collect::<Option<_>>()?;
        Some(self.messages.iter().map(|(_, read)| Arc::clone(read)).collect())
    }

    /// The messages of a request of the Responses API, which holds all of the file `before` it; `None` where the provider keeps one.
    fn items(&mut self, before: &[Value]) -> Option<Vec<Arc<Message>>> {
        // An item that the provider keeps stands in all requests that follow.
        let (done, messages) = &mut self.items;
        for message in before.get(*done..)?.iter().filter(|message| is_sent(message)) {
            for item in sent_items(message) {
                if responses::absent_behind(&item).is_some() {
                    return None;
                }
                responses::push(messages, &item);
            }
        }
        *done = before.len();
        Some(messages.clone())
    }
}

/// A message as Chat Completions has it.
fn plain(message: Value) -> Option<Arc<Message>> {
    let is_others = anthropic::has_own_block(&message) || bedrock::is_own_message(&message);
    if is_others { None } else { chat::message(message).ok().map(Arc::new) }
}

/// The call of a request whose messages were read, else of the whole of them.
fn call(
    envelope: Envelope,
    model: Option<&str>,
    key: &str,
    read: Option<Vec<Arc<Message>>>,
    whole: impl FnOnce() -> Vec<Value>,
) -> Result<Exchange, String> {
    let Some(read) = read.filter(|read| !read.is_empty()) else {
        return Envelope { request: json!({"model": model, key: whole()}), ..envelope }.read();
    };
    let stand_in = json!([{"role": "user", "content": "messages were read before"}]);
    let mut exchange = Envelope { request: json!({"model": model, key: stand_in}), ..envelope }.read()?;
    exchange.request.input = read.into();
    Ok(exchange)
}

/// True if a message is an answer of the model, or what the agent said of one that it could not use and left out.
fn is_turn(message: &Value) -> bool {
    let has_response = || message.pointer("/extra/response").is_some_and(Value::is_object);
    message["role"] == "assistant" || is_response(message) || has_response()
}

/// True if a message is a whole response of the Responses API, which the agent keeps as it came.
fn is_response(message: &Value) -> bool {
    message["object"] == "response"
}

/// True if a message is sent: the last of a run is the agent's own.
fn is_sent(message: &Value) -> bool {
    message["role"] != "exit"
}

/// The request that `answer` answers.
fn turn<'a>(
    model: Option<&str>,
    before: &'a [Value],
    answer: &Value,
    known: &mut SharedMessages<'a>,
) -> Result<Exchange, String> {
    let sent = || before.iter().filter(|message| is_sent(message));
    let response = match answer.pointer("/extra/response").filter(|response| response.is_object()) {
        _ if is_response(answer) => bare(answer),
        Some(left_out) if answer["role"] != "assistant" => left_out.clone(),
        _ => json!({"choices": [{"message": bare(answer)}], "id": answer.pointer("/extra/response/id"),
            "model": answer.pointer("/extra/response/model")}),
    };
    let usage = ["/extra/response/usage", "/usage"].iter().find_map(|pointer| answer.pointer(pointer));
    let outside = json!({"usage": usage});
    // The agent stamps a message when it has it: the answer's stamp is the end of the call.
    let end = instant(answer, &["/extra/timestamp", "/timestamp"]).or_else(|| instant(&response, &["/completed_at"]));
    let start = instant(answer, &["/extra/response/created"]).or_else(|| instant(&response, &["/created_at"])).or(end);
    let exchange = if is_response(&response) {
        let read = known.items(before);
        call(envelope(outside, response), model, "input", read, || sent().flat_map(sent_items).collect())?
    } else {
        let read = if chat::CHAT.is_response(&response) { known.messages(sent(), bare) } else { None };
        call(envelope(outside, response), model, "messages", read, || sent().map(bare).collect())?
    };
    Ok(Exchange { time: start, end_time: end, ..exchange })
}

fn envelope(outside: Value, response: Value) -> Envelope {
    Envelope { outside, response: Some(response), ..Envelope::default() }
}

/// Turns a message into input of the Responses API: itself, or all items of an answer.
fn sent_items(message: &Value) -> Vec<Value> {
    if is_response(message) { items(message.field("output")).cloned().collect() } else { vec![bare(message)] }
}

/// A message as sent, without what the agent keeps beside it.
fn bare(message: &Value) -> Value {
    let fields = message.as_object().into_iter().flatten();
    Value::Object(fields.filter(|(key, _)| *key != "extra").map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// The turns that can be read, called by what they are and where they stand; the others are named.
fn readable(
    kind: &str,
    turns: impl Iterator<Item = (usize, Result<Exchange, String>)>,
    context: &mut LineContext,
) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for (index, turn) in turns {
        if let Some(mut exchange) = context.named(|| format!("{kind} {}", index + 1), turn.map(Some)) {
            if let Some(last) = exchanges.last() {
                share(&mut exchange.request.input, last.request.messages());
            }
            exchanges.push(exchange);
        }
    }
    exchanges
}

/// Keeps what an earlier request holds as well in memory once, also where the whole of a request had to be read.
fn share(input: &mut Input, earlier: &[Arc<Message>]) {
    let Input::Messages(messages) = input else { return };
    messages.change(|messages| {
        for (message, known) in messages.iter_mut().zip(earlier) {
            if !Arc::ptr_eq(message, known) && message == known {
                *message = Arc::clone(known);
            }
        }
    });
}

impl LogFormat for SweAgent {
    fn name(&self) -> &'static str {
        "swe-agent"
    }

    fn about(&self) -> &'static str {
        "SWE-agent trajectories: the query of each step, or the history before version 1.1"
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { names_provider_in_model: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("trajectory").is_some_and(Value::is_array)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for SweAgent {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        // Newer versions keep the replay's configuration as JSON within the file.
        crate::log::json::unquote_fields(&mut line, &["replay_config"])?;
        let model = text(&line, &MODEL);
        let steps = items(line.field("trajectory")).enumerate();
        let steps: Vec<(usize, &Value)> = steps.filter(|(_, step)| step.field("query").is_some()).collect();
        if steps.is_empty() {
            return Ok(of_history(model.as_deref(), &line, context)?);
        }
        let said = |step: &Value| json!({"content": step["response"]});
        let mut known = SharedMessages::default();
        let turns = steps.into_iter().map(|(index, step)| {
            let query: Vec<&Value> = items(step.field("query")).collect();
            (index, swe_turn(model.as_deref(), &query, &said(step), &mut known))
        });
        Ok(readable("step", turns, context))
    }
}

/// Places of the model's name in a trajectory: a single run's configuration, or the first of an agent that tries again.
const MODEL: [&str; 4] =
    ["/replay_config/agent/model/name", "/replay_config/agent/agent_configs/0/model/name", "/info/model", "/model"];

/// Each turn of the assistant that is no demonstration.
fn of_history(model: Option<&str>, line: &Value, context: &mut LineContext) -> Result<Vec<Exchange>, String> {
    let history: Vec<&Value> = items(line.field("history")).collect();
    let is_turn = |message: &Value| message["role"] == "assistant" && message["is_demo"] != true;
    let turns = history.iter().enumerate().filter(|(index, message)| *index > 0 && is_turn(message));
    let mut turns = turns.peekable();
    if turns.peek().is_none() {
        return Err("no step has its `query`, and there is no `history`".into());
    }
    let mut turns: Vec<usize> = turns.map(|(index, _)| index).collect();
    let unsaid = not_in_history(line, turns.len());
    turns.extend((0..unsaid.len()).map(|step| history.len() + 2 * step));
    // A step that is not in the history was asked all that is, and the steps before it.
    let all: Vec<&Value> = history.iter().copied().chain(unsaid.iter().flatten()).collect();
    let mut known = SharedMessages::default();
    let turn =
        |index: usize| (index, swe_turn(model, &all[..index], &json!({"content": all[index]["content"]}), &mut known));
    Ok(readable("message", turns.into_iter().map(turn), context))
}

/// The steps of a trajectory that its history does not have, each as answer and observation: the last one ends the run before it is
/// written there.
fn not_in_history(line: &Value, told: usize) -> Vec<[Value; 2]> {
    let steps = items(line.field("trajectory")).skip(told).filter(|step| step["response"].is_string());
    let said = |role: &str, content: &Value| json!({"role": role, "content": content});
    steps.map(|step| [said("assistant", &step["response"]), said("user", &step["observation"])]).collect()
}

fn swe_turn<'a>(
    model: Option<&str>,
    query: &[&'a Value],
    said: &Value,
    known: &mut SharedMessages<'a>,
) -> Result<Exchange, String> {
    // The history's notes (`agent`, `message_type`, …) are not sent.
    const SENT: [&str; 6] = ["role", "content", "tool_calls", "tool_call_id", "name", "cache_control"];
    let sent = |message: &Value| {
        let fields = message.as_object().into_iter().flatten().filter(|(key, _)| SENT.contains(&key.as_str()));
        Value::Object(
            fields.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone())).collect(),
        )
    };
    let read = known.messages(query.iter().copied(), sent);
    let envelope = envelope(json!({}), json!({"choices": [{"message": said}]}));
    call(envelope, model, "messages", read, || query.iter().map(|message| sent(message)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mini(messages: &Value) -> Vec<Exchange> {
        let line = json!({"trajectory_format": "mini-swe-agent-1.1", "messages": messages,
            "info": {"config": {"model": {"model_name": "openai/gpt-5.5"}}}});
        MiniSweAgent.line(line, &mut LineContext::default()).unwrap()
    }

    #[test]
    fn answers_of_the_responses_api_are_turns() {
        let answer = json!({"object": "response", "created_at": 1_775_548_800, "completed_at": 1_775_548_812,
            "usage": {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 25}, "output_tokens": 40},
            "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]},
                {"type": "function_call", "call_id": "c", "name": "bash", "arguments": "{}"}]});
        let told = json!({"type": "function_call_output", "call_id": "c", "output": "/app", "extra": {"timestamp": 1_775_548_815}});
        let system = json!({"role": "system", "content": "s"});
        let found = mini(&json!([system, {"role": "user", "content": "u"}, answer, told, answer]));
        let roles = |exchange: &Exchange| {
            exchange.request.messages().iter().map(|message| message.role.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found.iter().map(roles).collect::<Vec<_>>(), ["system user", "system user assistant tool"]);
        assert_eq!((found[0].usage.prompt_tokens, found[0].usage.hit_tokens), (Some(100), Some(25)));
        assert_eq!(found[0].response.as_ref().unwrap().message.as_ref().unwrap().tool_calls[0].name, "bash");
        assert_eq!(found[0].end_time.unwrap().duration_since(found[0].time.unwrap()).as_secs(), 12);
    }

    #[test]
    fn an_answer_that_the_agent_could_not_use_was_paid_for() {
        let rejected = json!({"choices": [{"message": {"role": "assistant", "content": "no call"}}], "usage": {"prompt_tokens": 9}});
        let found = mini(&json!([{"role": "system", "content": "s"}, {"role": "user", "content": "u"},
            {"role": "user", "content": "Call a tool", "extra": {"interrupt_type": "FormatError", "response": rejected}},
            {"role": "assistant", "content": "a", "extra": {"response": {"usage": {"prompt_tokens": 12}}}}]));
        let seen = |exchange: &Exchange| (exchange.request.messages().len(), exchange.usage.prompt_tokens);
        assert_eq!(found.iter().map(seen).collect::<Vec<_>>(), [(2, Some(9)), (3, Some(12))]);
    }

    #[test]
    fn a_message_is_in_memory_once_however_many_turns_hold_it() {
        let pair = |turn: usize| ["user", "assistant"].map(|role| json!({"role": role, "content": format!("{turn}")}));
        let messages: Value = (0..20).flat_map(pair).collect();
        let history: Value = (0..20).flat_map(pair).collect();
        let swe = SweAgent.line(json!({"trajectory": [], "history": history}), &mut LineContext::default()).unwrap();
        for exchanges in [mini(&messages), swe] {
            let kept = exchanges.iter().flat_map(|exchange| exchange.request.messages()).map(Arc::as_ptr);
            assert_eq!(kept.collect::<std::collections::HashSet<_>>().len(), 39);
            assert_eq!(exchanges.last().unwrap().request.messages().len(), 39);
        }
    }

    #[test]
    fn so_is_an_item_of_the_responses_api_and_a_call_that_joins_it_changes_no_earlier_request() {
        let call = json!({"type": "function_call", "call_id": "c", "name": "bash", "arguments": "{}"});
        let says = json!({"type": "message", "role": "assistant", "content": "I look."});
        let answer = |items: &[&Value]| json!({"object": "response", "output": items});
        let user = json!({"role": "user", "content": "u"});
        let found = mini(&json!([user, answer(&[&says]), answer(&[&call]), user, answer(&[&says])]));
        let calls = |exchange: &Exchange| {
            exchange.request.messages().iter().map(|message| message.tool_calls.len()).collect::<Vec<_>>()
        };
        assert_eq!(found.iter().map(calls).collect::<Vec<_>>(), [vec![0], vec![0, 0], vec![0, 1, 0]]);
        let first = |exchange: &Exchange| Arc::as_ptr(&exchange.request.messages()[0]);
        assert!(found.iter().all(|exchange| first(exchange) == first(&found[0])));
    }

    #[test]
    fn a_message_of_another_api_is_read_as_that_has_it() {
        let user = json!({"role": "user", "content": "u"});
        let calls =
            json!({"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]});
        let found = mini(&json!([user, calls, user, {"role": "assistant", "content": "a"}]));
        let apis = found.iter().map(|exchange| exchange.api.unwrap()).collect::<Vec<_>>();
        assert_eq!(apis, ["openai-chat", "anthropic-messages"]);
        assert_eq!(found[1].request.messages()[1].tool_calls[0].name, "f");
        assert!(Arc::ptr_eq(&found[0].request.messages()[0], &found[1].request.messages()[0]));
    }

    #[test]
    fn before_queries_were_kept_the_history_tells_them() {
        let say = |role: &str, text: &str| json!({"role": role, "content": text, "agent": "main"});
        let mut demonstration = say("assistant", "as in this example");
        demonstration["is_demo"] = true.into();
        let history = json!([
            say("system", "s"),
            demonstration,
            say("user", "u"),
            say("assistant", "a"),
            say("user", "v"),
            say("assistant", "b")
        ]);
        let line = json!({"trajectory": [{"response": "a"}, {"response": "b"}], "history": history});
        let exchanges = SweAgent.line(line, &mut LineContext::default()).unwrap();
        let messages: Vec<usize> = exchanges.iter().map(|exchange| exchange.request.messages().len()).collect();
        assert_eq!(messages, [3, 5]);
    }

    #[test]
    fn a_turn_that_cannot_be_read_is_named_and_the_others_are_read() {
        let say = |role: &str| json!({"role": role, "content": "c"});
        let paid = json!({"role": "assistant", "content": "c", "extra": {"response": {"usage": {"prompt_tokens": 9}}}});
        let broken = json!({"content": "no role"});
        let messages = json!([say("user"), say("assistant"), broken, say("assistant"), say("user"), paid]);
        let mut context = LineContext::default();
        let line = json!({"trajectory_format": "mini-swe-agent-1.1", "messages": messages});
        let found = MiniSweAgent.line(line, &mut context).unwrap();
        assert_eq!(found.iter().map(|exchange| exchange.request.messages().len()).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(found[1].unread.as_deref(), Some("message 6: messages[2]: no `role`"));
        assert_eq!(std::mem::take(&mut context.skips), [Reason::from("message 4: messages[2]: no `role`")]);
        let step = |query: Value| json!({"query": query, "response": "c"});
        let line =
            json!({"trajectory": [step(json!([say("user")])), step(json!([broken])), step(json!([say("user")]))]});
        assert_eq!(SweAgent.line(line, &mut context).unwrap().len(), 2);
        assert_eq!(context.skips, [Reason::from("step 2: messages[0]: no `role`")]);
    }
}
