//! Calls of Weave (`client.get_calls()` and its export): each op with its inputs, its output, and a summary of the usage below it.
//!
//! An op whose output has a usage is a call of a model, read as its provider answered: newer versions count the summary otherwise
//! (weave 7561). Ops above it have the same summary and are passed over; where a summary has no call below it in the log, it is one
//! call or the sum of several, as it says itself.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Place, Usage};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat, Skip};
use crate::log::json::{at, take, text};
use crate::log::options::Owner;
use crate::log::reason::{Reason, SUM};

/// A call of an op.
pub(crate) struct Weave;

/// The ops that have other ops below them, and those of which only a summary is known so far.
#[derive(Default)]
pub(crate) struct WeaveReader {
    above: HashSet<String>,
    summaries: Vec<(Place, Owner, Value)>,
    read: Option<std::vec::IntoIter<Exchange>>,
}

impl LogFormat for Weave {
    fn name(&self) -> &'static str {
        "weave"
    }

    fn about(&self) -> &'static str {
        "calls of W&B Weave"
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        line["op_name"].is_string() && has("trace_id") && has("inputs")
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(WeaveReader::default())
    }
}

impl FormatReader for WeaveReader {
    fn line(&mut self, mut line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        self.above.extend(text(&line, &["/parent_id"]));
        // An embedding has a usage as well.
        if line["op_name"].as_str().is_some_and(|name| name.contains("mbedding")) {
            return Ok(Vec::new());
        }
        if Usage::of_response(&line["output"]).is_none_or(|usage| usage.known() == 0) {
            if at(&line, "/summary/usage").and_then(Value::as_object).is_some_and(|usage| !usage.is_empty()) {
                self.summaries.push((context.place, context.owner.clone(), line));
            }
            return Ok(Vec::new());
        }
        let (request, response) = (take(&mut line, "inputs").unwrap_or_default(), take(&mut line, "output"));
        let outside = json!({"start_time": line["started_at"], "end_time": line["ended_at"], "id": line["id"], "model": request["model"],
            "error": line.field("exception")});
        Ok(vec![Envelope { outside, request, response, ..Envelope::default() }.read()?])
    }

    fn end_of_list(&mut self, context: &mut LineContext) -> Option<Exchange> {
        self.next_of_source(context)
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let (summaries, above) = (std::mem::take(&mut self.summaries), std::mem::take(&mut self.above));
        let read = self.read.get_or_insert_with(|| {
            let is_last = |line: &Value| text(line, &["/id"]).is_none_or(|id| !above.contains(&id));
            let last = summaries.iter().filter(|(.., line)| is_last(line));
            last.flat_map(|summary| summed(summary, context)).collect::<Vec<_>>().into_iter()
        });
        let next = read.next();
        if next.is_none() {
            self.read = None;
        }
        next
    }
}

/// The counts of a summary, by model.
fn summed((place, owner, line): &(Place, Owner, Value), context: &mut LineContext) -> Vec<Exchange> {
    let mut found = Vec::new();
    for (model, told) in at(line, "/summary/usage").and_then(Value::as_object).into_iter().flatten() {
        let is_sum = told.field("requests").and_then(Value::as_u64).is_some_and(|requests| requests > 1);
        if is_sum {
            context.remarks.push(Skip { place: *place, reason: SUM.into(), is_read: true });
        }
        let outside = json!({"start_time": line["started_at"], "end_time": line["ended_at"], "id": line["id"], "model": model, "usage": told});
        let read = Envelope { outside, ..Envelope::default() }.usage_only();
        let exchange = context.named(|| model.clone(), read.map(Some));
        let exchange = exchange.map(|exchange| exchange.in_sum(is_sum));
        found.extend(
            exchange.map(|exchange| owner.name(Exchange { place: *place, format: Some(Weave.name()), ..exchange })),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_op_is_counted_as_its_provider_answered_and_those_above_it_are_not() {
        let usage = |input: u64| json!({"input_tokens": input, "cache_read_input_tokens": 100_000, "cache_creation_input_tokens": 0, "output_tokens": 20});
        let op = |id: &str, parent: Option<&str>, output: Value, input: u64| {
            let mut summary = usage(input);
            summary["requests"] = 1.into();
            json!({"id": id, "op_name": "weave:///e/p/op/x", "trace_id": "t", "parent_id": parent, "started_at": "2026-04-07T08:00:00Z",
                "inputs": {"model": "claude-sonnet-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Which hull?"}]},
                "output": output, "summary": {"usage": {"claude-sonnet-5": summary}}})
        };
        let answer = json!({"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-5", "content": [], "usage": usage(50)});
        let read = |ops: &[Value]| {
            let (mut reader, mut context) = (WeaveReader::default(), LineContext::default());
            let mut found = Vec::new();
            for op in ops {
                assert!(Weave.recognises(op));
                found.extend(reader.line(op.clone(), &mut context).unwrap());
            }
            found.extend(std::iter::from_fn(|| reader.next_of_source(&mut context)));
            found.iter().map(|call| (call.usage.prompt_tokens, call.usage.hit_tokens)).collect::<Vec<_>>()
        };
        let above = op("p", None, json!("Blue."), 50);
        let expected = [(Some(100_050), Some(100_000))];
        assert_eq!(read(&[above.clone(), op("c", Some("p"), answer, 100_050)]), expected);
        assert_eq!(read(&[above]), expected, "a summary alone");
    }
}
