//! Key orders: the orders into which logs sort the keys of tools, and those in which common clients write them.
//!
//! Providers render the keys of a tool as the client sent them, so that a sorted log counts some tokens more or less. Which of the
//! orders was sent is decided by the counts that the provider reported: here is only what may be tried, and how it is weighed.

use crate::exchange::HasFields;
use std::sync::Arc;

use serde_json::{Map, Value};

/// The order that a log brought keys into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sorting {
    /// By bytes.
    Alphabetic,
    /// By length, then by bytes: `PostgreSQL`'s jsonb.
    ByLength,
}

/// An order in which a client writes the keys of a tool and its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyOrder {
    /// Its name in output.
    pub name: &'static str,
    /// The keys of the tool itself.
    tool: &'static str,
    /// The keys of a schema; others stay behind them, as logged.
    schema: &'static str,
    /// Properties are sorted by name; else they stand as `required` lists them, since lists keep their order in every log.
    sorts_properties: bool,
}

/// The keys of a tool as most clients write them: documents, Vercel's AI SDK, LangChain, rig.
const TOOL: &str = "type function name description parameters";

/// The same where the description is added last: `pydantic_function_tool` of openai-python (`lib/_tools.py`) and `zodFunction` of
/// openai-node (`helpers/zod.ts`).
const DESCRIBED_LAST: &str = "type function name parameters description";

/// The keys of pydantic's schemas, which `model_json_schema` sorts, those of `properties` aside.
const PYDANTIC: &str = "$defs $ref additionalProperties allOf anyOf const default deprecated description discriminator enum examples exclusiveMaximum exclusiveMinimum format items maxItems maxLength maximum minItems minLength minimum multipleOf oneOf pattern prefixItems properties required title type uniqueItems";

/// The same where `additionalProperties` is added afterwards: openai-python's `to_strict_json_schema` (`lib/_pydantic.py`).
const PYDANTIC_CLOSED: &str = "$defs $ref allOf anyOf const default deprecated description discriminator enum examples exclusiveMaximum exclusiveMinimum format items maxItems maxLength maximum minItems minLength minimum multipleOf oneOf pattern prefixItems properties required title type uniqueItems additionalProperties";

/// The keys of zod-to-json-schema 3, which adds the description behind what it describes (`parseDef.ts`) and `$schema` at the end.
const ZOD_3: &str = "type enum const anyOf allOf minLength maxLength format pattern minimum maximum items minItems maxItems properties required additionalProperties default description definitions $schema";

/// The keys of schemars 1 (`schema.rs`): some stand before and behind all others, which keep the order of the derive.
const SCHEMARS: &str = "$id $schema title description type format properties $ref minLength maxLength minimum maximum items enum oneOf anyOf allOf default additionalProperties required $defs definitions";

/// The same where `serde_json` keeps no order of its own, so that the others are sorted.
const SCHEMARS_SORTED: &str = "$id $schema title description type format properties $ref additionalProperties allOf anyOf const default enum examples exclusiveMaximum exclusiveMinimum items maxItems maxLength maximum minItems minLength minimum oneOf pattern required uniqueItems $defs definitions";

/// Orders of common clients, read in their sources or written by them (2026-11); of those that fit equally the first is taken. Recorded
/// calls bear out the first, `schemars 1` and `pydantic, closed objects`. `LangChain` (langchain-core 1.8) writes pydantic's, closed if
/// a tool is strict.
pub(super) const KEY_ORDERS: [KeyOrder; 12] = [
    KeyOrder::new(
        "as in documents",
        TOOL,
        "$schema type description enum anyOf format items properties required additionalProperties strict $defs",
    ),
    KeyOrder::new("schemars 1", TOOL, SCHEMARS),
    KeyOrder::new("zod 3", TOOL, ZOD_3),
    // `toJSONSchema` puts `$schema` first, and the metadata of a schema behind its own keys.
    KeyOrder::new(
        "zod 4",
        TOOL,
        "$schema type minLength maxLength format pattern minimum maximum enum const anyOf allOf items minItems maxItems properties required additionalProperties description default",
    ),
    KeyOrder::new("pydantic", TOOL, PYDANTIC),
    KeyOrder::new("pydantic, closed objects", TOOL, PYDANTIC_CLOSED),
    KeyOrder::new("schemars 1, sorted", TOOL, SCHEMARS_SORTED).with_sorted_properties(),
    KeyOrder::new(
        "schemars 0.8",
        TOOL,
        "$schema title description default type format enum const allOf anyOf oneOf maximum minimum maxLength minLength pattern items maxItems minItems required properties additionalProperties definitions",
    )
    .with_sorted_properties(),
    // `.describe` of zod 4 gives a schema whose metadata stand before the keys of the one it describes.
    KeyOrder::new(
        "description first",
        TOOL,
        "$schema title description type enum anyOf format items properties required additionalProperties",
    ),
    KeyOrder::new("openai-python", DESCRIBED_LAST, PYDANTIC_CLOSED),
    KeyOrder::new("openai-node, zod 3", DESCRIBED_LAST, ZOD_3),
    KeyOrder::new(
        "openai-node, zod 4",
        DESCRIBED_LAST,
        "$schema description type minLength maxLength format pattern minimum maximum enum const anyOf allOf items minItems maxItems properties required additionalProperties default",
    ),
];

/// The order in which all keys of these tools stand; `None` where they are not sorted, or there is nothing to sort.
pub(super) fn sorting(tools: &[Value]) -> Option<Sorting> {
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
    const fn new(name: &'static str, tool: &'static str, schema: &'static str) -> Self {
        Self { name, tool, schema, sorts_properties: false }
    }

    const fn with_sorted_properties(self) -> Self {
        Self { sorts_properties: true, ..self }
    }

    /// The tools as this client writes them.
    pub(super) fn apply(&self, tools: &[Value]) -> Arc<[Value]> {
        tools.iter().map(|tool| self.tool(tool)).collect()
    }

    fn tool(&self, tool: &Value) -> Value {
        let Value::Object(map) = tool else { return tool.clone() };
        ordered(
            map,
            |key| place(self.tool.split(' '), key),
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
                    "properties" => self.properties(value, map.field("required")),
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
        if self.sorts_properties {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            return entries
                .into_iter()
                .map(|(key, value)| (key.clone(), self.schema(value)))
                .collect::<Map<_, _>>()
                .into();
        }
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
    fn helpers_of_openai_write_the_description_last() {
        let order = |name: &str| named(name).apply(&tools())[0].to_string();
        let parts = [r#""name""#, r#""parameters""#, r#""description":"Counts.""#];
        for name in ["openai-python", "openai-node, zod 3", "openai-node, zod 4"] {
            let text = order(name);
            let places: Vec<Option<usize>> = parts.iter().map(|part| text.find(part)).collect();
            assert!(places.is_sorted() && places[0].is_some(), "{name}: {text}");
        }
        let zod = order("openai-node, zod 3");
        assert!(zod.contains(r#"{"type":"string","enum":["low","high"],"description":"Which shelf"}"#), "{zod}");
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
