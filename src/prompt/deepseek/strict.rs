//! Strict tools: DeepSeek rewrites their schemas before the model reads them, after `deepseek-recipe` 0.2.0.
//!
//! Every object requires all of its properties and allows no others, and of each kind of schema a few keywords are kept.

use serde_json::{Map, Value, json};

use super::Version;

/// The order of an object's keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `required` last, as in the recipe.
    Recipe,
    /// `additionalProperties` last: three of three recorded requests of 2026-08 count so, and one token more in the recipe's order.
    Recorded,
}

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
pub(super) fn is_strict(tool: &Value) -> bool {
    tool["strict"] == true
}

/// True if no recorded request shows how the tool is written: none of V4.1's had strict tools, and those of August had schemas in
/// which nothing but the order could change.
pub(super) fn is_unsure(version: Version, tool: &Value) -> bool {
    let is_shown = || {
        version == Version::V4August
            && rewritten(tool.get("parameters"), Order::Recorded).as_ref() == tool.get("parameters")
    };
    is_strict(tool) && !is_shown()
}

/// The schema as the model reads it; `None` for one that the API refuses.
pub(super) fn rewritten(schema: Option<&Value>, order: Order) -> Option<Value> {
    match schema {
        Some(schema) => node(schema, order).filter(|schema| schema["type"] == "object"),
        None => Some(object(&json!({}), order)?.into()),
    }
}

fn node(schema: &Value, order: Order) -> Option<Value> {
    let kept = |keys: &[&str]| -> Map<String, Value> {
        let present = keys.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(*key)?.clone())));
        present.filter(|(_, value)| !value.is_null()).collect()
    };
    let nodes = |list: &Value| list.as_array()?.iter().map(|item| node(item, order)).collect::<Option<Value>>();
    match schema.get("type") {
        Some(Value::Array(_)) => Some(kept(&["type", "description"]).into()),
        Some(Value::String(kind)) if kind == "object" => Some(object(schema, order)?.into()),
        Some(Value::String(kind)) if kind == "array" => {
            let items = node(&schema["items"], order)?;
            Some(with(json!({"type": "array", "items": items}), kept(&["description"])))
        }
        Some(Value::String(kind)) => {
            let (_, keys) = KEPT.iter().find(|(known, _)| known == kind)?;
            Some(with(json!({"type": kind}), kept(keys)))
        }
        Some(_) => None,
        None => match schema.get("anyOf") {
            Some(list) => Some(with(json!({"anyOf": nodes(list)?}), kept(&["description"]))),
            None => Some(kept(&["$ref"]).into()).filter(|node: &Value| node.get("$ref").is_some()),
        },
    }
}

fn object(schema: &Value, order: Order) -> Option<Map<String, Value>> {
    let nodes = |key: &str| match schema.get(key) {
        Some(Value::Object(map)) => {
            map.iter().map(|(name, value)| Some((name.clone(), node(value, order)?))).collect::<Option<Map<_, _>>>()
        }
        _ => Some(Map::new()),
    };
    let properties = nodes("properties")?;
    let required = ("required", properties.keys().cloned().collect::<Value>());
    let closed = ("additionalProperties", Value::Bool(false));
    let last = match order {
        Order::Recipe => [closed, required],
        Order::Recorded => [required, closed],
    };
    let mut written = vec![("type", "object".into()), ("properties", properties.into())];
    written.extend(last);
    written.extend(schema.get("description").filter(|text| text.is_string()).map(|text| ("description", text.clone())));
    if schema.get("$def").is_some() {
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

    fn written(schema: &Value, order: Order) -> Option<String> {
        rewritten(Some(schema), order).map(|schema| schema.to_string())
    }

    #[test]
    fn every_object_requires_all_it_has_and_allows_nothing_else() {
        let schema = json!({"properties": {"b": {"title": "B", "type": "string"}, "a": {"type": "array", "items": {"type": "integer"}}}, "type": "object"});
        let (start, properties) = (
            r#"{"type":"object","properties":"#,
            r#"{"b":{"type":"string"},"a":{"type":"array","items":{"type":"integer"}}}"#,
        );
        let (required, closed) = (r#","required":["b","a"]"#, r#","additionalProperties":false"#);
        assert_eq!(written(&schema, Order::Recorded).unwrap(), format!("{start}{properties}{required}{closed}}}"));
        assert_eq!(written(&schema, Order::Recipe).unwrap(), format!("{start}{properties}{closed}{required}}}"));
        assert_eq!(written(&json!({"type": "string"}), Order::Recipe), None);
        assert_eq!(written(&json!({"type": "object", "properties": {"a": {}}}), Order::Recipe), None);
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
