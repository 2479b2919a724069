//! Two lists of tools: what differs, and the later one with some of it undone.

use std::sync::Arc;

use serde_json::Value;

use super::code::CauseCode;
use super::compare::Decision;
use super::slot::Difference;
use crate::exchange::HasFields;
use crate::prompt::are_written_alike;

/// Undoes in `merged` what `decide` says of the differences of two lists.
pub(super) fn merge(
    old: &[Value],
    new: &[Value],
    merged: &mut Arc<[Value]>,
    decide: &mut dyn FnMut(&Difference) -> Decision,
) {
    // Requests that send the same text share one list.
    if std::ptr::eq(old, new) || are_written_alike(old, new) {
        return;
    }
    let mut tools: Vec<Value> = new.to_vec();
    let mut undone = |code| decide(&Difference::plain(code)) == Decision::Undo;
    let names = |tools: &[Value]| tools.iter().map(|tool| name(tool).to_owned()).collect::<Vec<_>>();
    let (ours, theirs) = (names(old), names(new));
    let common = |list: &[String], other: &[String]| {
        list.iter().filter(|name| other.contains(name)).cloned().collect::<Vec<_>>()
    };
    if common(&ours, &theirs) != common(&theirs, &ours) && undone(CauseCode::ToolsReordered) {
        tools = in_order(&ours, tools);
    }
    if theirs.iter().any(|name| !ours.contains(name)) && undone(CauseCode::ToolAdded) {
        tools.retain(|tool| ours.iter().any(|ours| ours == name(tool)));
    }
    if ours.iter().any(|name| !theirs.contains(name)) && undone(CauseCode::ToolRemoved) {
        for (index, tool) in old.iter().enumerate() {
            if !theirs.iter().any(|theirs| theirs == name(tool)) {
                tools.insert(index.min(tools.len()), tool.clone());
            }
        }
    }
    let mut changes: Vec<CauseCode> = Vec::new();
    let change_of = |tool: &Value| {
        let before = old.iter().find(|before| name(before) == name(tool))?;
        Some((before, change(before, tool)?))
    };
    for code in new.iter().filter_map(|tool| Some(change_of(tool)?.1)) {
        if !changes.contains(&code) {
            changes.push(code);
        }
    }
    changes.retain(|code| undone(*code));
    for tool in &mut tools {
        if let Some((before, code)) = change_of(tool)
            && changes.contains(&code)
        {
            *tool = before.clone();
        }
    }
    *merged = tools.into();
}

/// Tools in the order of these names, others where they are.
fn in_order(names: &[String], tools: Vec<Value>) -> Vec<Value> {
    let place = |tool: &Value| names.iter().position(|known| known == name(tool));
    let slots: Vec<usize> = (0..tools.len()).filter(|index| place(&tools[*index]).is_some()).collect();
    let mut known: Vec<Value> = slots.iter().map(|slot| tools[*slot].clone()).collect();
    known.sort_by_key(|tool| place(tool));
    let mut tools = tools;
    for (slot, tool) in slots.into_iter().zip(known) {
        tools[slot] = tool;
    }
    tools
}

/// The kind of change between two definitions of a tool.
fn change(old: &Value, new: &Value) -> Option<CauseCode> {
    if are_written_alike(std::slice::from_ref(old), std::slice::from_ref(new)) {
        return None;
    }
    if old == new {
        return Some(CauseCode::KeyOrder);
    }
    Some(if without_descriptions(old) == without_descriptions(new) {
        CauseCode::ToolDescription
    } else {
        CauseCode::ToolSchema
    })
}

fn without_descriptions(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let is_description = |name: &str, value: &Value| name == "description" && value.is_string();
            let kept = map.iter().filter(|(name, value)| !is_description(name, value));
            Value::Object(kept.map(|(name, value)| (name.clone(), without_descriptions(value))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(without_descriptions).collect()),
        other => other.clone(),
    }
}

/// The name of a tool.
pub(super) fn name(tool: &Value) -> &str {
    let function = tool.field("function").unwrap_or(tool);
    function.field("name").or_else(|| tool.field("type")).and_then(Value::as_str).unwrap_or_default()
}

/// The texts in a tool that tell it from others: all strings, without the marks and the names of keys that every schema has.
pub(super) fn words(tool: &Value) -> String {
    fn gather(value: &Value, words: &mut String) {
        match value {
            Value::String(text) => {
                words.push_str(text);
                words.push('\n');
            }
            Value::Array(list) => list.iter().for_each(|item| gather(item, words)),
            Value::Object(map) => map.values().for_each(|item| gather(item, words)),
            _ => {}
        }
    }
    let mut words = String::new();
    gather(tool, &mut words);
    words
}
