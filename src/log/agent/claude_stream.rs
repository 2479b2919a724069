//! The output of `claude -p --output-format stream-json`: the messages of a run as they come, and its `result`.
//!
//! An answer spans several lines with one `message.id`. Their counts of the prompt are whole; that of the answer is what was known when
//! it began, and the result tells all of them in sum, by model: what the lines lack is given to the model's last call, and said. The
//! prompt is not there: neither the system prompt nor what was asked. Shape: the pages on Claude Code's headless mode, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{ANTHROPIC, Exchange, HasFields, Place};
use crate::log::body::envelope::{Envelope, in_session};
use crate::log::body::usage::tokens;
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::json::{put, text};
use crate::log::options::Owner;
use crate::log::reason::{Reason, SUM};

/// A line of such an output.
pub(crate) struct ClaudeStream;

/// The answers of the run that is being read, with their models.
#[derive(Default)]
pub(crate) struct ClaudeStreamReader {
    answers: Vec<StreamedAnswer>,
    read: std::collections::VecDeque<Exchange>,
}

/// An answer by its first line.
struct StreamedAnswer {
    place: Place,
    owner: Owner,
    session: Option<String>,
    message: Value,
}

impl LogFormat for ClaudeStream {
    fn name(&self) -> &'static str {
        "claude-stream-json"
    }

    fn about(&self) -> &'static str {
        "output of claude -p --output-format stream-json: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the prompts are not in it: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        const TYPES: [&str; 7] =
            ["system", "assistant", "user", "result", "stream_event", "rate_limit_event", "tool_progress"];
        line.field("session_id").is_some()
            && line["type"].as_str().is_some_and(|kind| TYPES.contains(&kind))
            && (line.field("uuid").is_some()
                || line.field("subtype").is_some()
                || line.field("parent_tool_use_id").is_some())
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(ClaudeStreamReader::default())
    }
}

impl FormatReader for ClaudeStreamReader {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        match line["type"].as_str() {
            Some("assistant") => {
                let message = line["message"].take();
                self.answer(StreamedAnswer::new(message, &line, context));
            }
            Some("result") => return Ok(self.end(Some(&line), context)),
            _ => {}
        }
        Ok(Vec::new())
    }

    fn end_of_list(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.next_of_source(context)
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let rest = self.end(None, context);
        self.read.extend(rest);
        self.read.pop_front()
    }
}

/// Remark on answers whose tokens the result tells in sum.
const IN_SUM: &str = "output tokens are reported as a sum at the end of the run: those missing in the lines are counted for the last request";

impl StreamedAnswer {
    fn new(message: Value, line: &Value, context: &LineContext) -> Self {
        let (place, owner) = (context.place, context.owner.clone());
        Self { place, owner, session: text(line, &["/session_id"]), message }
    }
}

impl ClaudeStreamReader {
    /// Takes up a line of an answer; its later lines have the counts of the first.
    fn answer(&mut self, answer: StreamedAnswer) {
        match self.answers.iter_mut().find(|known| known.message["id"] == answer.message["id"]) {
            Some(known) => put(&mut known.message, "usage", answer.message["usage"].clone()),
            None => self.answers.push(answer),
        }
    }

    /// The calls of a run that has ended.
    fn end(&mut self, result: Option<&Value>, context: &mut LineContext) -> Vec<Exchange> {
        let mut answers = std::mem::take(&mut self.answers);
        if let Some(result) = result {
            complete(&mut answers, result, context);
        }
        let calls = answers.into_iter().filter_map(|StreamedAnswer { place, owner, session, message }| {
            let read = call(&message).map(|exchange| Exchange { place, ..in_session(exchange, session.as_deref()) });
            let exchange = context.named(|| text(&message, &["/id"]).unwrap_or_default(), read.map(Some))?;
            Some(owner.name(exchange))
        });
        calls.collect()
    }
}

/// Gives the last call of each model the tokens of answers that the result tells and the lines lack; a result without any line is a
/// sum of calls.
fn complete(answers: &mut Vec<StreamedAnswer>, result: &Value, context: &mut LineContext) {
    let place = context.place;
    let mut remarks = Vec::new();
    for (model, told) in result["modelUsage"].as_object().into_iter().flatten() {
        let output = told.field("outputTokens").and_then(tokens);
        let is_of = |message: &Value| message["model"] == model.as_str();
        let known = |message: &Value| message["usage"].field("output_tokens").and_then(tokens).unwrap_or(0);
        let sum: u64 = answers.iter().map(|answer| &answer.message).filter(|message| is_of(message)).map(known).sum();
        let Some(last) = answers.iter_mut().map(|answer| &mut answer.message).rfind(|message| is_of(message)) else {
            remarks.push(format!("{model}: {SUM}"));
            answers.push(StreamedAnswer::new(in_sum(model, told), result, context));
            continue;
        };
        // A line is written before its answer is complete, so that only the sum has all output tokens.
        if let Some(missing) = output.and_then(|output| output.checked_sub(sum)).filter(|missing| *missing > 0) {
            let all = Value::from(known(last) + missing);
            if last["usage"].is_null() {
                put(last, "usage", json!({}));
            }
            last.field_mut("usage").into_iter().for_each(|usage| put(usage, "output_tokens", all.clone()));
            remarks.push(IN_SUM.to_owned());
        }
    }
    // The cost is that of the whole run, so that no single call can have it.
    let is_single = |model: &str| answers.iter().filter(|answer| answer.message["model"] == model).count() == 1;
    let told = result["modelUsage"].as_object();
    if told.is_some_and(|told| !told.is_empty() && told.keys().all(|model| is_single(model))) {
        // Each model answered once, so that its cost is that of the call.
        for message in answers.iter_mut().map(|answer| &mut answer.message) {
            let model = message["model"].as_str().unwrap_or_default().to_owned();
            put(message, "cost_usd", result["modelUsage"][&model]["costUSD"].clone());
        }
    } else if let Some(cost) = result.field("total_cost_usd").filter(|_| !answers.is_empty()) {
        remarks.push(format!("the run reports a cost of ${cost}"));
    }
    context.remarks.extend(remarks.into_iter().map(|reason| Skip { place, reason: reason.into(), is_read: true }));
}

/// The counts of all calls of a model, as of one.
fn in_sum(model: &str, told: &Value) -> Value {
    json!({"model": model, "is_sum": true, "usage": {"input_tokens": told["inputTokens"], "output_tokens": told["outputTokens"],
        "cache_read_input_tokens": told["cacheReadInputTokens"], "cache_creation_input_tokens": told["cacheCreationInputTokens"]}})
}

fn call(message: &Value) -> Result<Exchange, String> {
    // Under other names a gateway is called, and the output does not name its host.
    let is_claude = message["model"].as_str().is_some_and(|model| model.starts_with("claude-"));
    let outside = json!({"model": message["model"], "usage": message["usage"], "cost_usd": message["cost_usd"], "host": is_claude.then_some(ANTHROPIC)});
    let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
    let exchange = Exchange { id: text(message, &["/id"]), format: Some(ClaudeStream.name()), ..exchange };
    Ok(exchange.in_sum(message["is_sum"] == true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[Value]) -> (Vec<Exchange>, usize) {
        let (mut reader, mut context) = (ClaudeStreamReader::default(), LineContext::default());
        let mut found = Vec::new();
        for line in lines {
            assert!(ClaudeStream.recognises(line), "{line}");
            found.extend(reader.line(line.clone(), &mut context).unwrap());
        }
        found.extend(std::iter::from_fn(|| reader.next_of_source(&mut context)));
        (found, context.remarks.len())
    }

    fn answer(id: &str, output: u64) -> Value {
        json!({"type": "assistant", "session_id": "s", "uuid": format!("{id}{output}"), "message": {"id": id, "model": "claude-x",
            "usage": {"input_tokens": 4, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 0, "output_tokens": output}}})
    }

    fn counts(found: &[Exchange]) -> Vec<(Option<u64>, Option<u64>)> {
        found.iter().map(|call| (call.usage.prompt_tokens, call.usage.output_tokens)).collect()
    }

    #[test]
    fn the_lines_of_an_answer_are_one_call_and_the_result_completes_its_tokens() {
        let result = json!({"type": "result", "subtype": "success", "session_id": "s", "modelUsage": {"claude-x":
            {"inputTokens": 8, "cacheReadInputTokens": 200, "cacheCreationInputTokens": 0, "outputTokens": 50}}});
        let lines = [answer("a", 1), answer("a", 1), answer("b", 2), result.clone()];
        let (found, remarks) = read(&lines);
        assert!(found.iter().all(|call| call.session_name.as_deref() == Some("s")));
        assert_eq!((counts(&found), remarks), (vec![(Some(104), Some(1)), (Some(104), Some(49))], 1));
        assert_eq!(
            counts(&read(&lines[..3]).0),
            [(Some(104), Some(1)), (Some(104), Some(2))],
            "a run that was broken off"
        );
        assert_eq!(counts(&read(&[result]).0), [(Some(208), Some(50))], "a sum alone");
    }
}
