//! Tasks of Cline and of those made after it, Roo Code and Kilo Code (`tasks/…/ui_messages.json` in the editor's storage of extensions):
//! a list of messages, of which `api_req_started` is a call with its counts in a text of JSON; `subagent_usage` and `deleted_api_reqs`
//! are sums of calls that the list does not have.
//!
//! Cline's `tokensIn` leaves out what was read from the cache and written to it; Roo's is the whole prompt, which `apiProtocol` tells.
//! Shape: `ExtensionMessage.ts` of Cline, `getApiMetrics` and `cline-messages` of Roo Code, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::body::told_by_total::Told;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::text;
use crate::log::reason::Reason;

/// Messages that sum up requests: those of subagents, and those that the user deleted. They were billed as well.
const SUMS: [&str; 2] = ["subagent_usage", "deleted_api_reqs"];

/// A message of a task.
pub(crate) struct Cline;

/// The model of the messages so far: calls of older versions name none.
#[derive(Default)]
pub(crate) struct ClineReader {
    model: Value,
}

impl LogFormat for Cline {
    fn name(&self) -> &'static str {
        "cline"
    }

    fn about(&self) -> &'static str {
        "ui_messages.json of Cline, Roo Code and Kilo Code; the prompts are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not in the file: only their counts are known")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn recognises(&self, line: &Value) -> bool {
        let kind = line["type"].as_str().unwrap_or_default();
        line["ts"].is_number() && ["say", "ask"].contains(&kind) && line.get(kind).is_some_and(Value::is_string)
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(ClineReader::default())
    }
}

impl FormatReader for ClineReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line.pointer("/modelInfo/modelId").is_some() {
            self.model.clone_from(&line["modelInfo"]);
        }
        let is_sum = SUMS.iter().any(|sum| line["say"] == *sum);
        if line["say"] != "api_req_started" && !is_sum {
            return Ok(Vec::new());
        }
        let call: Value = serde_json::from_str(line["text"].as_str().unwrap_or_default()).unwrap_or(Value::Null);
        // A call that was cancelled before an answer came has no counts.
        if call.field("tokensIn").is_none_or(Value::is_null) {
            return Ok(Vec::new());
        }
        if is_sum {
            // Requests of several models may be in the sum, unless the message names one.
            self.model = line["modelInfo"].clone();
        }
        let model = text(&self.model, &["/modelId"]).or_else(|| text(&call, &["/model"]));
        let provider = text(&self.model, &["/providerId"]).or_else(|| text(&call, &["/inferenceProvider"]));
        let outside = json!({"model": model, "provider": provider, "usage": usage(&call), "timestamp": line["ts"]});
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        Ok(vec![context.in_sum(exchange, is_sum)])
    }
}

/// The counts of a call under the names of the API that counts so.
fn usage(call: &Value) -> Value {
    let (prompt, output, cost) = (&call["tokensIn"], &call["tokensOut"], &call["cost"]);
    let (read, written) = (&call["cacheReads"], &call["cacheWrites"]);
    // Roo Code and Kilo Code name the protocol, and their `tokensIn` is the whole prompt; Cline's leaves out what was read and written.
    let is_whole = call.field("apiProtocol").is_some_and(Value::is_string);
    let mut usage = Told { input: prompt, output, read, written, total: &Value::Null }.usage(is_whole);
    if !cost.is_null() {
        usage["cost"] = cost.clone();
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[Value]) -> Vec<Exchange> {
        let mut reader = ClineReader::default();
        let mut context = LineContext::default();
        lines.iter().flat_map(|line| reader.line(line.clone(), &mut context).unwrap()).collect()
    }

    fn started(call: &Value) -> Value {
        json!({"ts": 1_775_548_800_000_u64, "type": "say", "say": "api_req_started", "text": call.to_string()})
    }

    #[test]
    fn rests_are_added_in_cline_and_whole_prompts_taken_as_they_are_in_roo() {
        let cline = json!({"tokensIn": 30, "tokensOut": 9, "cacheWrites": 200, "cacheReads": 1_000, "cost": 0.01});
        let mut roo = cline.clone();
        roo["tokensIn"] = 1_230.into();
        roo["apiProtocol"] = "anthropic".into();
        for call in [cline, roo] {
            let found = read(&[started(&call)]);
            let usage = &found[0].usage;
            assert_eq!(
                (usage.prompt_tokens, usage.hit_tokens, usage.output_tokens),
                (Some(1_230), Some(1_000), Some(9))
            );
            assert_eq!(usage.written.map(|written| written.total()), Some(200));
            assert_eq!(usage.logged_cost.map(|cost| cost.to_string()).as_deref(), Some("0.01"));
        }
    }

    #[test]
    fn requests_of_subagents_and_deleted_ones_are_counted_as_sums() {
        let call = json!({"tokensIn": 30, "tokensOut": 9, "cacheWrites": 200, "cacheReads": 1_000, "cost": 0.01});
        let (mut reader, mut context) = (ClineReader::default(), LineContext::default());
        for say in ["subagent_usage", "deleted_api_reqs"] {
            let mut line = started(&call);
            line["say"] = say.into();
            let found = reader.line(line, &mut context).unwrap();
            assert_eq!((found[0].usage.prompt_tokens, found[0].usage.hit_tokens), (Some(1_230), Some(1_000)), "{say}");
        }
        assert_eq!(context.remarks.len(), 2);
    }

    #[test]
    fn a_cancelled_call_and_other_messages_are_no_calls() {
        let cancelled = started(&json!({"cancelReason": "user_cancelled"}));
        let said = json!({"ts": 1, "type": "say", "say": "text", "text": "Hello"});
        let asked = json!({"ts": 2, "type": "ask", "ask": "tool", "text": "{}"});
        assert!(read(&[cancelled, said.clone(), asked.clone()]).is_empty());
        assert!(Cline.recognises(&said) && Cline.recognises(&asked));
        assert!(!Cline.recognises(&json!({"ts": 1, "type": "user", "user": "ann"})));
    }
}
