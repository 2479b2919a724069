//! JSON schemas as types of TypeScript, the form in which OpenAI's models read the parameters of a tool.
//!
//! Held to the 261 distinct sets of tools of recorded requests (2026-11): 253 come out exactly.

use crate::exchange::HasFields;
use serde_json::{Map, Value};

/// Number of references that are followed inside each other; a schema that refers to itself ends there.
const DEEPEST: usize = 12;

/// Keywords whose rendering recorded requests bear out, or which leave no trace.
const KNOWN: [&str; 19] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "definitions",
    "description",
    "enum",
    "format",
    "items",
    "maximum",
    "minimum",
    "properties",
    "required",
    "strict",
    "title",
    "type",
];

/// The lines of a comment. Each line stands without the blanks around it.
pub(super) fn comment(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "//\n".to_owned() } else { format!("// {line}\n") };
    text.trim().lines().map(|text| line(text.trim())).collect()
}

/// Title and description as a comment: one above the other, a blank line between.
pub(super) fn comment_of(schema: &Value) -> String {
    let text = |key: &str| schema[key].as_str().filter(|text| !text.is_empty());
    match (text("title"), text("description")) {
        (Some(title), Some(description)) => format!("// {title}\n//\n{}", comment(description)),
        (Some(only), None) | (None, Some(only)) => comment(only),
        (None, None) => String::new(),
    }
}

/// A schema beside the one that holds its definitions.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    value: &'a Value,
    root: &'a Value,
    depth: usize,
}

impl<'a> Schema<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, root: value, depth: 0 }
    }

    /// A schema within this one, behind its reference if it is one.
    fn within(self, value: &'a Value) -> Self {
        let mut schema = Self { value, depth: self.depth + 1, ..self };
        while let Some(target) = schema.referred() {
            schema = Self { value: target, depth: schema.depth + 1, ..schema };
        }
        schema
    }

    fn referred(self) -> Option<&'a Value> {
        let pointer = self.value.field("$ref")?.as_str()?.strip_prefix('#')?;
        if self.depth > DEEPEST { None } else { self.root.pointer(pointer) }
    }

    /// The type, over several lines if anything in it has a comment.
    pub(super) fn typescript(self) -> String {
        if self.depth > DEEPEST {
            return "any".into();
        }
        if let Some(values) = self.value["enum"].as_array() {
            return union(values.iter().map(|value| (value.to_string(), String::new())).collect());
        }
        if let Some(value) = self.value.field("const") {
            return value.to_string();
        }
        if let Some(variants) = ["anyOf", "oneOf"].iter().find_map(|key| self.value[*key].as_array()) {
            let variants = variants.iter().map(|variant| self.within(variant));
            return union(variants.map(|variant| (variant.typescript(), variant.bounds())).collect());
        }
        match &self.value["type"] {
            Value::Array(kinds) => {
                let kinds = kinds.iter().filter_map(Value::as_str);
                union(kinds.map(|kind| (self.named(kind), self.trailing(kind))).collect())
            }
            Value::String(kind) => self.named(kind),
            _ if self.value.field("properties").is_some() => self.named("object"),
            _ => "any".into(),
        }
    }

    fn named(self, kind: &str) -> String {
        match kind {
            "array" => self.array(),
            "object" => match self.value["properties"].as_object() {
                Some(properties) if !properties.is_empty() => self.object(properties),
                _ => "object".into(),
            },
            "string" | "boolean" | "null" | "number" | "integer" => kind.into(),
            _ => "any".into(),
        }
    }

    fn array(self) -> String {
        let Some(items) = self.value.field("items").map(|items| self.within(items)) else { return "any[]".into() };
        let (comment, item) = (comment_of(items.value), items.typescript());
        if comment.is_empty() && !item.contains('\n') {
            format!("{item}[]")
        } else {
            format!("Array<\n{comment}{item}\n>")
        }
    }

    fn object(self, properties: &'a Map<String, Value>) -> String {
        let required: Vec<&str> =
            self.value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut lines = String::new();
        let mut in_one = Vec::new();
        for (name, value) in properties {
            let schema = self.within(value);
            let (comment, trailing) = (comment_of(schema.value), schema.behind_property());
            let optional = if required.contains(&name.as_str()) { "" } else { "?" };
            let property = format!("{name}{optional}: {}", schema.typescript());
            lines += &format!("{comment}{property},{trailing}\n");
            if comment.is_empty() && trailing.is_empty() && !property.contains('\n') {
                in_one.push(property);
            }
        }
        if in_one.len() == properties.len() { format!("{{ {} }}", in_one.join(", ")) } else { format!("{{\n{lines}}}") }
    }

    /// The comment behind a property: bounds and default.
    fn behind_property(self) -> String {
        let bounds = if self.value["type"].is_array() { String::new() } else { self.bounds() };
        let default = self.value.field("default").map(|default| format!("default: {default}"));
        let parts: Vec<String> = Some(bounds).filter(|bounds| !bounds.is_empty()).into_iter().chain(default).collect();
        if parts.is_empty() { String::new() } else { format!(" // {}", parts.join(" ")) }
    }

    /// The comment behind one of several types: the description again, then bounds where they mean this type.
    fn trailing(self, kind: &str) -> String {
        let description = self.value["description"].as_str().map(|text| text.trim().to_owned());
        let bounds = if ["integer", "number"].contains(&kind) { self.limits() } else { Vec::new() };
        description.into_iter().chain(bounds).collect::<Vec<_>>().join(" ")
    }

    fn bounds(self) -> String {
        let is_number = matches!(self.value["type"].as_str(), Some("integer" | "number"));
        if is_number { self.limits().join(" ") } else { String::new() }
    }

    fn limits(self) -> Vec<String> {
        let limit = |key: &str| self.value.field(key).map(|value| format!("{key}: {value}"));
        ["minimum", "maximum"].into_iter().filter_map(limit).collect()
    }

    /// True if something in it is of a kind that no recorded request has, or whose size came out wrong: other keywords, or objects
    /// without properties, which may have any.
    pub(super) fn has_unknown(self) -> bool {
        let Some(fields) = self.value.as_object() else { return true };
        let is_open =
            self.value["type"] == "object" && self.value.field("properties").is_none() && !fields.contains_key("$ref");
        let inner = ["properties", "$defs", "definitions"].iter().filter_map(|key| self.value[*key].as_object());
        let inner = inner.flat_map(Map::values).chain(self.value.field("items"));
        let mut inner = inner.chain(self.value["anyOf"].as_array().into_iter().flatten());
        is_open
            || fields.keys().any(|key| !KNOWN.contains(&key.as_str()))
            || inner.any(|value| Schema::root(value).has_unknown())
    }
}

/// Types of which one holds, each with its comment: on a line each if one has a comment or lines of its own.
fn union(types: Vec<(String, String)>) -> String {
    let is_long = types.iter().any(|(text, comment)| text.contains('\n') || !comment.is_empty());
    if !is_long {
        return types.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(" | ");
    }
    let line = |(text, comment): (String, String)| match comment.as_str() {
        "" => format!(" | {text}\n"),
        comment => format!(" | {text} // {comment}\n"),
    };
    format!("\n{}", types.into_iter().map(line).collect::<String>())
}
