//! Strict tools. `deepseek-recipe` 0.2.0 rewrites their schemas: every object requires all of its properties and allows no others, of
//! each kind of schema a few keywords are kept, and all stand in an order of its own.
//!
//! In August 2026 the hosted API kept the order in which a schema was sent: of ten recorded requests (pydantic-ai, which closes an object
//! last, or first where it comes from a function) nine are counted to the token in the order of that client, and no one order fits
//! all. Nothing but the order could change in them, so that the recipe stands for all else, and for V4.1.

use crate::exchange::HasFields;
use serde_json::{Map, Value, json};

use super::Version;

/// The keywords that are kept beside `type`, in order.
const KEPT: [(&str, &[&str]); 5] = [
    ("string", &["description", "pattern", "format", "enum"]),
    ("number", NUMBER),
    ("integer", NUMBER),
    ("boolean", &["description"]),
    ("null", &["description"]),
];

const NUMBER: &[&str] =
    &["description", "const", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// True if a tool asks for strict mode.
fn is_strict(tool: &Value) -> bool {
    tool["strict"] == true
}

/// True if no recorded request shows how the tool is written: none of V4.1's had strict tools, and those of August had schemas in
/// which nothing but the order could change.
pub(super) fn is_unsure(version: Version, tool: &Value) -> bool {
    is_strict(tool) && !(version == Version::V4August && is_unchanged(tool))
}

/// True if nothing but the order of a schema could change.
fn is_unchanged(tool: &Value) -> bool {
    rewritten(tool.field("parameters")).as_ref() == tool.field("parameters")
}

/// The schema of a tool as the model reads it, if it is not as it was sent.
pub(super) fn schema(version: Version, tool: &Value) -> Option<Value> {
    let sent = tool.field("parameters").filter(|parameters| !parameters.is_null());
    if !is_strict(tool) || version == Version::V4August && is_unchanged(tool) { None } else { rewritten(sent) }
}

/// The schema as the recipe has it; `None` for one that the API refuses.
fn rewritten(schema: Option<&Value>) -> Option<Value> {
    match schema {
        Some(schema) => node(schema).filter(|schema| schema["type"] == "object"),
        None => Some(object(&json!({}))?.into()),
    }
}

fn node(schema: &Value) -> Option<Value> {
    let kept = |keys: &[&str]| -> Map<String, Value> {
        let present = keys.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(*key)?.clone())));
        present.filter(|(_, value)| !value.is_null()).collect()
    };
    let nodes = |list: &Value| list.as_array()?.iter().map(node).collect::<Option<Value>>();
    match schema.field("type") {
        Some(Value::Array(_)) => Some(kept(&["type", "description"]).into()),
        Some(Value::String(kind)) if kind == "object" => Some(object(schema)?.into()),
        Some(Value::String(kind)) if kind == "array" => {
            let items = node(&schema["items"])?;
            Some(with(json!({"type": "array", "items": items}), kept(&["description"])))
        }
        Some(Value::String(kind)) => {
            let (_, keys) = KEPT.iter().find(|(known, _)| known == kind)?;
            Some(with(json!({"type": kind}), kept(keys)))
        }
        Some(_) => None,
        None => match schema.field("anyOf") {
            Some(list) => Some(with(json!({"anyOf": nodes(list)?}), kept(&["description"]))),
            None => Some(kept(&["$ref"]).into()).filter(|node: &Value| node.field("$ref").is_some()),
        },
    }
}

fn object(schema: &Value) -> Option<Map<String, Value>> {
    let nodes = |key: &str| match schema.field(key) {
        Some(Value::Object(map)) => {
            map.iter().map(|(name, value)| Some((name.clone(), node(value)?))).collect::<Option<Map<_, _>>>()
        }
        _ => Some(Map::new()),
    };
    let properties = nodes("properties")?;
    let required = ("required", properties.keys().cloned().collect::<Value>());
    let closed = ("additionalProperties", Value::Bool(false));
    let mut written = vec![("type", "object".into()), ("properties", properties.into()), closed, required];
    written
        .extend(schema.field("description").filter(|text| text.is_string()).map(|text| ("description", text.clone())));
    if schema.field("$def").is_some() {
        written.push(("$def", nodes("$def")?.into()));
    }
    Some(written.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn with(mut schema: Value, more: Map<String, Value>) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.extend(more);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_requires_all_it_has_and_allows_nothing_else() {
        let schema = json!({"properties": {"b": {"title": "B", "type": "string"}, "a": {"type": "array", "items": {"type": "integer"}}}, "type": "object"});
        let whole = json!({"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "array", "items": {"type": "integer"}}},
            "additionalProperties": false, "required": ["b", "a"]});
        assert_eq!(rewritten(Some(&schema)), Some(whole));
        assert_eq!(rewritten(Some(&json!({"type": "string"}))), None);
        assert_eq!(rewritten(Some(&json!({"type": "object", "properties": {"a": {}}}))), None);
    }

    #[test]
    fn a_schema_of_which_only_the_order_changes_is_sure() {
        let tool = |schema: Value| json!({"name": "f", "strict": true, "parameters": schema});
        let whole = tool(
            json!({"additionalProperties": false, "properties": {"a": {"type": "string"}}, "required": ["a"], "type": "object"}),
        );
        assert!(!is_unsure(Version::V4August, &whole));
        assert!(is_unsure(Version::V4_1, &whole));
        assert!(is_unsure(Version::V4August, &tool(json!({"type": "object", "title": "A", "properties": {}}))));
        assert!(!is_unsure(Version::V4_1, &json!({"name": "f"})));
    }
}
