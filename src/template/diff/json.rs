//! JSON values: how two that differ differ.

use std::cmp::Ordering;

use serde_json::Value;

use crate::document::{Node, NodeKind};

/// The difference between two tool definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// Not at all, written out.
    None,
    /// In the order of keys alone.
    KeyOrder,
    /// In what they say.
    Content,
}

pub(super) fn difference(old: &Value, new: &Value) -> Difference {
    match (written_alike(old, new), old == new) {
        (true, _) => Difference::None,
        (false, true) => Difference::KeyOrder,
        (false, false) => Difference::Content,
    }
}

/// Tells whether two values are the same, their keys in the same order.
fn written_alike(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let same = |((ours, old), (theirs, new)): ((&String, &Value), (&String, &Value))| {
                ours == theirs && written_alike(old, new)
            };
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(same)
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(old, new)| written_alike(old, new))
        }
        _ => old == new,
    }
}

/// The name of a tool.
pub(super) fn tool_name(tool: &Node) -> &str {
    let function = tool.get("function").unwrap_or(tool);
    function.get("name").and_then(Node::text).unwrap_or_default()
}

/// The bytes at which two values first differ; of two that do not, their ends.
pub(super) fn first_difference(old: &Node, new: &Node) -> (usize, usize) {
    let ends = (old.span.end, new.span.end);
    match (&old.kind, &new.kind) {
        (NodeKind::Scalar(ours), NodeKind::Scalar(theirs)) => {
            let byte = ours.text.bytes().zip(theirs.text.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
            let differ = ours.text != theirs.text;
            if differ { (ours.map.at(byte), theirs.map.at(byte)) } else { ends }
        }
        (NodeKind::List(ours), NodeKind::List(theirs)) => in_order(ours, theirs, ends, compared),
        (NodeKind::Map(ours), NodeKind::Map(theirs)) => in_order(ours, theirs, ends, |old, new| {
            if old.key.text == new.key.text {
                compared(&old.value, &new.value)
            } else {
                Some((old.key.map.at(0), new.key.map.at(0)))
            }
        }),
        _ => (old.span.start, new.span.start),
    }
}

fn compared(old: &Node, new: &Node) -> Option<(usize, usize)> {
    (!written_alike(&old.to_json(), &new.to_json())).then(|| first_difference(old, new))
}

/// The first pair that differs, else where the longer of the two goes on.
fn in_order<T: Start>(
    old: &[T],
    new: &[T],
    ends: (usize, usize),
    differ: impl Fn(&T, &T) -> Option<(usize, usize)>,
) -> (usize, usize) {
    if let Some(found) = old.iter().zip(new).find_map(|(old, new)| differ(old, new)) {
        return found;
    }
    match old.len().cmp(&new.len()) {
        Ordering::Less => (ends.0, new[old.len()].start()),
        Ordering::Greater => (old[new.len()].start(), ends.1),
        Ordering::Equal => ends,
    }
}

/// A part of a file with a first byte.
trait Start {
    fn start(&self) -> usize;
}

impl Start for Node {
    fn start(&self) -> usize {
        self.span.start
    }
}

impl Start for crate::document::MapEntry {
    fn start(&self) -> usize {
        self.key.map.at(0)
    }
}

/// Two lists of tools as if each were one list.
pub(super) fn first_different_tool(old: &[Node], new: &[Node]) -> Option<(usize, usize)> {
    let end = |tools: &[Node]| tools.last().map_or(0, |tool| tool.span.end);
    (!old.is_empty() || !new.is_empty()).then(|| in_order(old, new, (end(old), end(new)), compared))
}

/// A JSON value written in a text, and its bytes there: the first object or list of some length.
pub(super) fn embedded(text: &str) -> Option<(std::ops::Range<usize>, Value)> {
    text.match_indices(['{', '[']).take(20).find_map(|(start, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        let value = values.next()?.ok()?;
        let is_real =
            value.as_object().is_some_and(|map| map.len() > 1) || value.as_array().is_some_and(|list| list.len() > 1);
        is_real.then(|| (start..start + values.byte_offset(), value))
    })
}
