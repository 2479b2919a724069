//! Key orders: what a log that sorts the keys of its JSON did to tools, and in which order common clients write them.
//!
//! Providers render the keys of a tool as the client sent them, so that a sorted log counts some tokens more or less. Which of the
//! orders was sent is decided by the counts that the provider reported: here is only what may be tried, and how it is weighed.

use std::sync::Arc;

use serde_json::{Map, Value};

/// The order that a log brought keys into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorting {
    /// By bytes.
    Alphabetic,
    /// By length, then by bytes: `PostgreSQL`'s jsonb.
    ByLength,
}

/// An order in which a client writes the keys of a tool and its schema.
#[derive(Clone, Copy, Debug)]
pub struct KeyOrder {
    /// Its name in output.
    pub name: &'static str,
    /// The keys of a schema; others stay behind them, as logged.
    schema: &'static str,
}

/// The keys of a tool itself, which all of these clients write in one order.
const TOOL: &str = "type function name description parameters";

/// Orders of common clients (2026-11); of those that fit equally the first is taken. Recorded calls bear out the first, `schemars 1`
/// and `pydantic, closed objects`; of the others none is known.
pub const KEY_ORDERS: [KeyOrder; 8] = [
    KeyOrder {
        name: "as in documents",
        schema: "$schema type description enum anyOf format items properties required additionalProperties strict $defs",
    },
    KeyOrder {
        name: "schemars 1",
        schema: "$schema title description type format minimum maximum properties required items $defs",
    },
    KeyOrder {
        name: "zod 3",
        schema: "type enum anyOf format items properties required description additionalProperties $schema",
    },
    KeyOrder {
        name: "zod 4",
        schema: "$schema type enum anyOf format items properties required description additionalProperties",
    },
    KeyOrder {
        name: "pydantic",
        schema: "$defs additionalProperties anyOf const default description enum examples format items maximum minimum properties required title type",
    },
    KeyOrder {
        name: "pydantic, closed objects",
        schema: "$defs anyOf const default description enum examples format items maximum minimum properties required title type additionalProperties",
    },
    KeyOrder {
        name: "schemars 0.8",
        schema: "$schema title description type format enum maximum minimum items required properties additionalProperties definitions",
    },
    KeyOrder {
        name: "description first",
        schema: "$schema title description type enum anyOf format items properties required additionalProperties",
    },
];

/// The order in which all keys of these tools stand; `None` where they are not sorted, or there is nothing to sort.
pub fn sorting(tools: &[Value]) -> Option<Sorting> {
    let is_alphabetic = |a: &str, b: &str| a <= b;
    let is_by_length = |a: &str, b: &str| (a.len(), a) <= (b.len(), b);
    if tools.is_empty() {
        None
    } else if tools.iter().all(|tool| is_sorted(tool, is_alphabetic)) {
        Some(Sorting::Alphabetic)
    } else if tools.iter().all(|tool| is_sorted(tool, is_by_length)) {
        Some(Sorting::ByLength)
    } else {
        None
    }
}

fn is_sorted(value: &Value, precedes: fn(&str, &str) -> bool) -> bool {
    match value {
        Value::Object(map) => {
            map.keys().is_sorted_by(|a, b| precedes(a, b)) && map.values().all(|value| is_sorted(value, precedes))
        }
        Value::Array(list) => list.iter().all(|value| is_sorted(value, precedes)),
        _ => true,
    }
}

impl KeyOrder {
    /// The tools as this client writes them. Properties stand as `required` lists them, since lists keep their order in every log.
    pub fn apply(&self, tools: &[Value]) -> Arc<[Value]> {
        tools.iter().map(|tool| self.tool(tool)).collect()
    }

    fn tool(&self, tool: &Value) -> Value {
        let Value::Object(map) = tool else { return tool.clone() };
        ordered(
            map,
            |key| place(TOOL.split(' '), key),
            |key, value| match key {
                "function" => self.tool(value),
                "parameters" | "input_schema" => self.schema(value),
                _ => value.clone(),
            },
        )
    }

    fn schema(&self, schema: &Value) -> Value {
        match schema {
            Value::Object(map) => ordered(
                map,
                |key| place(self.schema.split(' '), key),
                |key, value| match key {
                    "properties" => self.properties(value, map.get("required")),
                    "$defs" | "definitions" => self.properties(value, None),
                    "items" | "additionalProperties" | "anyOf" | "oneOf" | "allOf" => self.schema(value),
                    _ => value.clone(),
                },
            ),
            Value::Array(list) => list.iter().map(|schema| self.schema(schema)).collect(),
            _ => schema.clone(),
        }
    }

    fn properties(&self, properties: &Value, required: Option<&Value>) -> Value {
        let Value::Object(map) = properties else { return properties.clone() };
        let required: Vec<&str> =
            required.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        ordered(map, |key| place(required.iter().copied(), key), |_, value| self.schema(value))
    }
}

/// The place of a key in a list; behind all of them where it is not there.
fn place<'a>(mut keys: impl Iterator<Item = &'a str>, key: &str) -> usize {
    keys.position(|known| known == key).unwrap_or(usize::MAX)
}

fn ordered(map: &Map<String, Value>, place: impl Fn(&str) -> usize, write: impl Fn(&str, &Value) -> Value) -> Value {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by_key(|(key, _)| place(key));
    entries.into_iter().map(|(key, value)| (key.clone(), write(key, value))).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(name: &str) -> &'static KeyOrder {
        KEY_ORDERS.iter().find(|order| order.name == name).unwrap()
    }

    /// The same with all keys sorted, as a log would.
    fn sorted(value: &Value, key: fn(&str) -> (usize, String)) -> Value {
        match value {
            Value::Object(map) => {
                let mut keys: Vec<&String> = map.keys().collect();
                keys.sort_by_key(|name| key(name));
                keys.into_iter().map(|name| (name.clone(), sorted(&map[name], key))).collect::<Map<_, _>>().into()
            }
            Value::Array(list) => list.iter().map(|value| sorted(value, key)).collect(),
            _ => value.clone(),
        }
    }

    fn tools() -> Vec<Value> {
        let schema = json!({"type": "object", "properties": {
            "shelf": {"type": "string", "description": "Which shelf", "enum": ["low", "high"]},
            "books": {"type": "array", "items": {"type": "integer"}}}, "required": ["shelf", "books"], "additionalProperties": false});
        vec![
            json!({"type": "function", "function": {"name": "count_books", "description": "Counts.", "parameters": schema}}),
        ]
    }

    #[test]
    fn sorted_tools_are_told_from_others() {
        let sort = |key: fn(&str) -> (usize, String)| tools().iter().map(|tool| sorted(tool, key)).collect::<Vec<_>>();
        assert_eq!(sorting(&tools()), None);
        assert_eq!(sorting(&sort(|key| (0, key.into()))), Some(Sorting::Alphabetic));
        assert_eq!(sorting(&sort(|key| (key.len(), key.into()))), Some(Sorting::ByLength));
        assert_eq!(sorting(&[]), None);
    }

    #[test]
    fn an_order_gives_back_what_sorting_took() {
        for key in [|key: &str| (0, key.to_owned()), |key: &str| (key.len(), key.to_owned())] {
            let logged: Vec<Value> = tools().iter().map(|tool| sorted(tool, key)).collect();
            let given_back = named("as in documents").apply(&logged);
            assert_eq!(given_back[0].to_string(), tools()[0].to_string());
        }
    }

    #[test]
    fn every_order_keeps_every_key() {
        for order in &KEY_ORDERS {
            assert_eq!(*order.apply(&tools()), *tools(), "{}", order.name);
            let twice = order.apply(&order.apply(&tools()));
            assert_eq!(twice[0].to_string(), order.apply(&tools())[0].to_string(), "{}", order.name);
        }
        let rig = named("schemars 1").apply(&[json!({"function": {"name": "f", "parameters": {"properties": {}, "title": "A", "$schema": "x", "type": "object"}}, "type": "function"})]);
        assert_eq!(
            rig[0].to_string(),
            r#"{"type":"function","function":{"name":"f","parameters":{"$schema":"x","title":"A","type":"object","properties":{}}}}"#
        );
    }
}
