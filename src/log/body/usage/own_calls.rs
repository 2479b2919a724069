//! Calls that a provider made by itself for one answer: Anthropic lists each call of a model in `usage.iterations`.
//!
//! The counts beside the list are the sum of its messages alone: a compaction of the conversation, and an advisor with a model of its own,
//! are billed and left out of them (Anthropic's pages on compaction at a threshold and on the advisor tool, read 2026-11). Who passes
//! usage on may have added them, which the sums tell.

use serde_json::Value;

use crate::exchange::{HasFields, OwnCall, Usage};
use crate::log::json::text;

/// The calls of a usage object that its other counts leave out; `whole` are these counts.
pub(super) fn listed(usage: &Value, whole: &Usage) -> Vec<OwnCall> {
    let Some(list) = usage.field("iterations").and_then(Value::as_array) else { return Vec::new() };
    // A call has no list of its own: one within a list is passed over.
    let read: Vec<(&Value, Usage)> = list.iter().map(|call| (call, Usage::of_one_call(call))).collect();
    let all = read.iter().fold((0, 0), |sum, (_, usage)| added(sum, usage));
    if added((0, 0), whole) == all {
        return Vec::new();
    }
    read.into_iter().filter_map(|(call, usage)| own_call(call, usage)).collect()
}

fn added((prompt, output): (u64, u64), usage: &Usage) -> (u64, u64) {
    (prompt + usage.prompt_tokens.unwrap_or(0), output + usage.output_tokens.unwrap_or(0))
}

/// A call that is no message of the answer. It is named in words of ours: the log may have anything in their place.
fn own_call(call: &Value, usage: Usage) -> Option<OwnCall> {
    let kind = match call["type"].as_str()? {
        "message" => return None,
        "compaction" => "compaction",
        "advisor_message" => "advisor",
        _ => "another call",
    };
    (usage.known() > 0).then(|| OwnCall { kind, model: text(call, &["/model"]), usage })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn own_calls(usage: &Value) -> Vec<(&'static str, Option<String>, Option<u64>)> {
        let calls = Usage::from_json(usage).own_calls;
        calls.into_iter().map(|call| (call.kind, call.model, call.usage.prompt_tokens)).collect()
    }

    #[test]
    fn what_the_sum_of_the_messages_leaves_out_is_a_call_of_its_own() {
        let message = |input: u64| json!({"type": "message", "input_tokens": input, "output_tokens": 5, "cache_read_input_tokens": 70});
        let compaction =
            json!({"type": "compaction", "input_tokens": 900, "output_tokens": 60, "cache_read_input_tokens": 100});
        let advisor =
            json!({"type": "advisor_message", "model": "claude-opus-4-7", "input_tokens": 400, "output_tokens": 30});
        let usage = |input: u64, read: u64, output: u64, iterations: Value| json!({"input_tokens": input, "cache_read_input_tokens": read, "output_tokens": output, "iterations": iterations});
        let compacted = ("compaction", None, Some(1000));
        let advised = ("advisor", Some("claude-opus-4-7".to_owned()), Some(400));
        let list = json!([message(3), compaction, advisor, message(4)]);
        assert_eq!(own_calls(&usage(7, 140, 10, list)), [compacted, advised]);
        assert!(own_calls(&usage(7, 140, 10, json!([message(3), message(4)]))).is_empty());
        assert!(
            own_calls(&usage(907, 240, 70, json!([message(3), compaction, message(4)]))).is_empty(),
            "they are in the sum"
        );
    }

    #[test]
    fn lists_within_lists_without_end_are_passed_over_at_once() {
        let mut usage = json!({"type": "compaction", "input_tokens": 1, "output_tokens": 1});
        for _ in 0..60 {
            usage = json!({"type": "compaction", "input_tokens": 1, "output_tokens": 1, "iterations": [usage]});
        }
        usage["input_tokens"] = 5.into();
        assert_eq!(own_calls(&usage).len(), 1);
    }
}
