//! Documents: YAML, JSON and TOML as trees in which every character of every text knows its byte in the file.
//!
//! The serde crates give values without places; a template's places are what a person goes to. Nothing here knows what a document
//! is about.

mod align;
mod json;
mod map;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use std::fmt;
use std::ops::Range;

pub use map::SourceMap;
use serde_json::Value;

/// The depth to which a document may nest.
const DEEPEST: usize = 100;

/// The number of nodes that a document may have, aliases written out.
const MOST_NODES: usize = 1_000_000;

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Its kind.
    pub kind: NodeKind,
}

/// The content of a node.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A text, a number, a truth value or nothing.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<MapEntry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// The key.
    pub key: Scalar,
    /// The value.
    pub value: Node,
}

/// A text as the document means it.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Its text, escapes and folds resolved.
    pub text: String,
    /// The place of each of its bytes.
    pub map: SourceMap,
    /// It stands without quotes, so that it may be a number, a truth value or nothing.
    pub is_bare: bool,
}

/// The reason why a text is not a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADocument {
    /// The byte at which that shows.
    pub byte: usize,
    /// The reason, for people.
    pub reason: String,
}

/// A notation for documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// YAML, of which nearly all JSON is a part.
    Yaml,
    /// JSON.
    Json,
    /// TOML.
    Toml,
}

/// Checks that the lists and maps of YAML are nested no deeper than can be read.
///
/// # Errors
/// They are, or the text is no YAML.
pub fn check_depth_of_yaml(text: &str) -> Result<(), NotADocument> {
    yaml::check_depth(text)
}

/// Reads a text; a YAML file may hold several documents.
///
/// # Errors
/// The place at which a text is not in that notation, nests too deep or grows too large by its aliases, and the reason.
pub fn read(text: &str, notation: Notation) -> Result<Vec<Node>, NotADocument> {
    match notation {
        Notation::Yaml => yaml::read(text),
        Notation::Json => json::read(text).map(|node| vec![node]),
        Notation::Toml => toml::read(text).map(|node| vec![node]),
    }
}

impl Node {
    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key.text == key).map(|entry| &entry.value)
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[MapEntry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(_) | NodeKind::List(_) => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar(_) | NodeKind::Map(_) => &[],
        }
    }

    /// The scalar, where it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            NodeKind::List(_) | NodeKind::Map(_) => None,
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// The value without its places, keys in order.
    pub fn to_json(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.to_json(),
            NodeKind::List(items) => items.iter().map(Self::to_json).collect(),
            NodeKind::Map(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.text.clone(), entry.value.to_json())).collect())
            }
        }
    }
}

impl Scalar {
    /// A text, or what stands without quotes and reads as a number, a truth value or nothing.
    fn to_json(&self) -> Value {
        if !self.is_bare {
            return self.text.as_str().into();
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => true.into(),
            "false" | "False" | "FALSE" => false.into(),
            text => match serde_json::from_str(text) {
                Ok(number @ Value::Number(_)) => number,
                _ => text.into(),
            },
        }
    }
}

impl fmt::Display for NotADocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for NotADocument {}
