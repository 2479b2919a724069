//! Ways in which a client may have written tools that a log stores otherwise.
//!
//! Providers render a tool as the client sent it. A store that sorts keys gives it another number of tokens, and so does one that
//! gives JSON a type (structures of `DuckDB` and `BigQuery`, Parquet): there all tools have the members of all others, `null` where a
//! tool had none. What may have been sent is tried, and the counts that the provider reported choose.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::key_order::{KEY_ORDERS, KeyOrder, sorting};

/// A way to write tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolWriting {
    /// Members that are `null` are left out.
    pub without_nulls: bool,
    /// The order of keys; `None` for the one of the log.
    pub order: Option<&'static KeyOrder>,
}

impl ToolWriting {
    /// Tools as they stand in the log.
    pub const AS_LOGGED: Self = Self { without_nulls: false, order: None };

    /// The ways in which these tools may have been written, as logged first; no other one if nothing looks changed.
    pub fn candidates(tools: &[Value]) -> Vec<Self> {
        let has_nulls = tools.iter().any(has_null_member);
        let mut candidates = vec![Self::AS_LOGGED];
        for without_nulls in [false, true].into_iter().filter(|without| !without || has_nulls) {
            if without_nulls {
                candidates.push(Self { without_nulls, order: None });
            }
            // A store that gives types also brings keys into the order in which it saw them first.
            if without_nulls || sorting(tools).is_some() {
                candidates.extend(KEY_ORDERS.iter().map(|order| Self { without_nulls, order: Some(order) }));
            }
        }
        candidates
    }

    /// The way as a sentence says it: how tools are counted.
    pub fn in_words(self) -> String {
        let keys = self.order.map(|order| format!("with their keys in the order of `{}`", order.name));
        let nulls = self.without_nulls.then(|| "without their null members".to_owned());
        let words: Vec<String> = nulls.into_iter().chain(keys).collect();
        if words.is_empty() { self.to_string() } else { words.join(" and ") }
    }

    /// The tools as this client writes them.
    pub fn apply(self, tools: &[Value]) -> Arc<[Value]> {
        let kept: Arc<[Value]> =
            if self.without_nulls { tools.iter().map(without_null_members).collect() } else { tools.into() };
        self.order.map_or_else(|| Arc::clone(&kept), |order| order.apply(&kept))
    }
}

impl fmt::Display for ToolWriting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.without_nulls, self.order) {
            (false, None) => formatter.write_str("as logged"),
            (false, Some(order)) => formatter.write_str(order.name),
            (true, None) => formatter.write_str("without nulls"),
            (true, Some(order)) => write!(formatter, "without nulls, {}", order.name),
        }
    }
}

fn has_null_member(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().any(|member| member.is_null() || has_null_member(member)),
        Value::Array(list) => list.iter().any(has_null_member),
        _ => false,
    }
}

/// The value without members that are `null`; items of lists stay, since no store adds any.
fn without_null_members(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, member)| !member.is_null());
            Value::Object(kept.map(|(key, member)| (key.clone(), without_null_members(member))).collect())
        }
        Value::Array(list) => list.iter().map(without_null_members).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_that_look_unchanged_have_one_way() {
        let tools = [json!({"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}})];
        assert_eq!(ToolWriting::candidates(&tools), [ToolWriting::AS_LOGGED]);
        assert_eq!(ToolWriting::candidates(&[]), [ToolWriting::AS_LOGGED]);
    }

    #[test]
    fn typed_tools_are_tried_without_nulls_in_each_order() {
        let tools = [json!({"type": "function", "function": {"name": "f", "strict": null,
            "parameters": {"type": "object", "properties": {"a": {"enum": ["x", null], "items": null}, "b": null}}}})];
        let candidates = ToolWriting::candidates(&tools);
        assert_eq!(candidates.len(), 2 + KEY_ORDERS.len());
        assert_eq!(
            (candidates[0].to_string(), candidates[1].to_string()),
            ("as logged".into(), "without nulls".into())
        );
        assert_eq!(
            candidates[1].apply(&tools)[0].to_string(),
            r#"{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"enum":["x",null]}}}}}"#
        );
        for candidate in &candidates[1..] {
            assert_eq!(*candidate.apply(&tools), *candidates[1].apply(&tools), "{candidate}");
        }
    }

    #[test]
    fn sorted_tools_are_tried_with_nulls_and_without() {
        let tools = [json!({"function": {"name": "f", "parameters": {"default": null}}, "type": "function"})];
        assert_eq!(ToolWriting::candidates(&tools).len(), 2 + 2 * KEY_ORDERS.len());
    }
}
