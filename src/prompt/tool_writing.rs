//! Ways in which a client may have written tools that a log stores otherwise.
//!
//! Providers render a tool as the client sent it. A store that sorts keys gives it another number of tokens, and so does one that
//! gives JSON a type (structures of `DuckDB` and `BigQuery`, Parquet): there all tools have the members of all others, `null` where a
//! tool had none. What may have been sent is tried, and the counts that the provider reported choose.

use crate::exchange::HasFields;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::key_order::{KEY_ORDERS, KeyOrder, sorting};

/// A way to write tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolWriting {
    /// Members that are `null`.
    pub nulls: Nulls,
    /// The order of keys; `None` for the one of the log.
    pub order: Option<&'static KeyOrder>,
}

/// Members of tools that are `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Nulls {
    /// They stay.
    #[default]
    Kept,
    /// They are left out.
    Dropped,
    /// They are left out, save the `default` of a property that is not required and may be `null`: pydantic writes that.
    DroppedButDefaults,
}

impl ToolWriting {
    /// Tools as they stand in the log.
    pub const AS_LOGGED: Self = Self { nulls: Nulls::Kept, order: None };

    /// The ways in which these tools may have been written, as logged first; no other one if nothing looks changed.
    pub fn candidates(tools: &[Value]) -> Vec<Self> {
        let mut candidates = vec![Self::AS_LOGGED];
        let orders = |nulls| KEY_ORDERS.iter().map(move |order| Self { nulls, order: Some(order) });
        if sorting(tools).is_some() {
            candidates.extend(orders(Nulls::Kept));
        }
        if tools.iter().any(has_null_member) {
            let drops = |tool| without_null_members(tool, Nulls::Dropped, false);
            let has_defaults =
                tools.iter().any(|tool| without_null_members(tool, Nulls::DroppedButDefaults, false) != drops(tool));
            for nulls in [Nulls::Dropped, Nulls::DroppedButDefaults].into_iter().take(1 + usize::from(has_defaults)) {
                candidates.push(Self { nulls, order: None });
                // A store that gives types also brings keys into the order in which it saw them first.
                candidates.extend(orders(nulls));
            }
        }
        candidates
    }

    /// The way with these members, and the order of keys of that name; `None` if no order is called so.
    pub fn named(nulls: Nulls, order: Option<&str>) -> Option<Self> {
        let Some(name) = order else { return Some(Self { nulls, order: None }) };
        KEY_ORDERS.iter().find(|order| order.name == name).map(|order| Self { nulls, order: Some(order) })
    }

    /// The way as a sentence says it: how tools are counted.
    pub fn in_words(self) -> String {
        let keys = self.order.map(|order| format!("with their keys in the order of `{}`", order.name));
        let nulls = match self.nulls {
            Nulls::Kept => None,
            Nulls::Dropped => Some("without their null members".to_owned()),
            Nulls::DroppedButDefaults => Some("without their null members other than defaults".to_owned()),
        };
        let words: Vec<String> = nulls.into_iter().chain(keys).collect();
        if words.is_empty() { self.to_string() } else { words.join(" and ") }
    }

    /// The tools as this client writes them.
    pub fn apply(self, tools: &[Value]) -> Arc<[Value]> {
        let kept: Arc<[Value]> = match self.nulls {
            Nulls::Kept => tools.into(),
            nulls => tools.iter().map(|tool| without_null_members(tool, nulls, false)).collect(),
        };
        self.order.map_or_else(|| Arc::clone(&kept), |order| order.apply(&kept))
    }
}

impl fmt::Display for ToolWriting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nulls = match self.nulls {
            Nulls::Kept => None,
            Nulls::Dropped => Some("without nulls"),
            Nulls::DroppedButDefaults => Some("without nulls other than defaults"),
        };
        match (nulls, self.order) {
            (None, None) => formatter.write_str("as logged"),
            (Some(nulls), None) => formatter.write_str(nulls),
            (None, Some(order)) => formatter.write_str(order.name),
            (Some(nulls), Some(order)) => write!(formatter, "{nulls}, {}", order.name),
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

/// The value without members that are `null`; items of lists stay, since no store adds any. `is_optional` is true of the schema of a
/// property that is not required.
fn without_null_members(value: &Value, nulls: Nulls, is_optional: bool) -> Value {
    match value {
        Value::Object(map) => {
            let has_default = nulls == Nulls::DroppedButDefaults && is_optional && may_be_null(map);
            let kept = map.iter().filter(|(key, member)| !member.is_null() || (has_default && *key == "default"));
            let write = |(key, member): (&String, &Value)| match member {
                Value::Object(properties) if key == "properties" => {
                    (key.clone(), properties_without_nulls(properties, map.field("required"), nulls))
                }
                _ => (key.clone(), without_null_members(member, nulls, false)),
            };
            Value::Object(kept.map(write).collect())
        }
        Value::Array(list) => list.iter().map(|item| without_null_members(item, nulls, false)).collect(),
        _ => value.clone(),
    }
}

fn properties_without_nulls(properties: &Map<String, Value>, required: Option<&Value>, nulls: Nulls) -> Value {
    let is_required = |name: &str| {
        required.and_then(Value::as_array).is_some_and(|names| names.iter().any(|required| required == name))
    };
    let kept = properties.iter().filter(|(_, schema)| !schema.is_null());
    kept.map(|(name, schema)| (name.clone(), without_null_members(schema, nulls, !is_required(name))))
        .collect::<Map<_, _>>()
        .into()
}

/// The schema allows `null`.
fn may_be_null(schema: &Map<String, Value>) -> bool {
    let lists = |key: &str| schema.field(key).and_then(Value::as_array).into_iter().flatten();
    lists("type").any(|kind| kind == "null") || lists("anyOf").any(|branch| branch["type"] == "null")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_that_look_unchanged_have_one_way() {
        let tools = [
            json!({"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}),
        ];
        assert_eq!(ToolWriting::candidates(&tools), [ToolWriting::AS_LOGGED]);
        assert_eq!(ToolWriting::candidates(&[]), [ToolWriting::AS_LOGGED]);
    }

    #[test]
    fn typed_tools_are_tried_without_nulls_in_each_order() {
        let tools = [json!({"type": "function", "function": {"name": "f", "description": "d", "strict": null,
            "parameters": {"type": "object", "properties": {"a": {"enum": ["x", null], "items": null}, "b": null}}}})];
        let candidates = ToolWriting::candidates(&tools);
        assert_eq!(candidates.len(), 2 + KEY_ORDERS.len());
        assert_eq!(
            (candidates[0].to_string(), candidates[1].to_string()),
            ("as logged".into(), "without nulls".into())
        );
        assert_eq!(
            candidates[1].apply(&tools)[0].to_string(),
            r#"{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"enum":["x",null]}}}}}"#
        );
        for candidate in &candidates[1..] {
            assert_eq!(*candidate.apply(&tools), *candidates[1].apply(&tools), "{candidate}");
        }
    }

    #[test]
    fn a_default_of_null_is_kept_where_pydantic_writes_one() {
        let schema = json!({"type": "object", "required": ["b"], "properties": {
            "a": {"anyOf": [{"type": "integer", "items": null}, {"type": "null", "items": null}], "default": null, "items": null},
            "b": {"anyOf": [{"type": "integer", "items": null}, {"type": "null", "items": null}], "default": null, "items": null},
            "c": {"type": "integer", "default": null, "items": null}}});
        let tools = [json!({"type": "function", "function": {"name": "f", "parameters": schema}})];
        let candidates = ToolWriting::candidates(&tools);
        let named = |name: &str| *candidates.iter().find(|candidate| candidate.to_string() == name).unwrap();
        let properties = |name: &str| named(name).apply(&tools)[0]["function"]["parameters"]["properties"].to_string();
        let or_null = r#""anyOf":[{"type":"integer"},{"type":"null"}]"#;
        let expected = format!(r#"{{"a":{{{or_null},"default":null}},"b":{{{or_null}}},"c":{{"type":"integer"}}}}"#);
        assert_eq!(properties("without nulls other than defaults"), expected);
        assert_eq!(properties("without nulls"), expected.replace(r#","default":null"#, ""));
    }

    #[test]
    fn sorted_tools_are_tried_with_nulls_and_without() {
        let tools = [json!({"function": {"name": "f", "parameters": {"default": null}}, "type": "function"})];
        assert_eq!(ToolWriting::candidates(&tools).len(), 2 + 2 * KEY_ORDERS.len());
    }
}
