//! Two lists of tools: what differs, and the later one with some of it undone.

use std::sync::Arc;

use serde_json::Value;

use super::code::CauseCode;
use super::decision::Decision;
use super::difference::Difference;
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
    let mut is_undone = |difference: &Difference| decide(difference) == Decision::Undo;
    let names = |tools: &[Value]| tools.iter().map(|tool| name(tool).to_owned()).collect::<Vec<_>>();
    let (ours, theirs) = (names(old), names(new));
    let common = |list: &[String], other: &[String]| {
        list.iter().filter(|name| other.contains(name)).cloned().collect::<Vec<_>>()
    };
    let is_reordered = common(&ours, &theirs) != common(&theirs, &ours);
    if is_reordered && is_undone(&Difference::plain(CauseCode::ToolsReordered)) {
        tools = in_order(&ours, tools);
    }
    tools.retain(|tool| {
        let has_come = !ours.iter().any(|ours| ours == name(tool));
        !(has_come && is_undone(&Difference::part(CauseCode::ToolAdded, name(tool), true)))
    });
    for (index, tool) in old.iter().enumerate() {
        let is_gone = !theirs.iter().any(|theirs| theirs == name(tool));
        if is_gone && is_undone(&Difference::part(CauseCode::ToolRemoved, name(tool), false)) {
            tools.insert(index.min(tools.len()), tool.clone());
        }
    }
    let before = |tool: &Value| old.iter().find(|before| name(before) == name(tool));
    let mut changes: Vec<CauseCode> = Vec::new();
    for (tool, before) in new.iter().filter_map(|tool| Some((tool, before(tool)?))) {
        changes.extend(
            changes_between(before, tool).into_iter().filter(|code| !changes.contains(code)).collect::<Vec<_>>(),
        );
    }
    changes.retain(|code| is_undone(&Difference::plain(*code)));
    for tool in tools.iter_mut().filter(|_| !changes.is_empty()) {
        if let Some(before) = before(tool) {
            *tool = without(&changes, before, tool);
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

/// The kinds of change between two definitions of a tool, in the order in which they are undone.
fn changes_between(old: &Value, new: &Value) -> Vec<CauseCode> {
    if are_written_alike(std::slice::from_ref(old), std::slice::from_ref(new)) {
        return Vec::new();
    }
    let has_schema = without_descriptions(old) != without_descriptions(new);
    let schema = if has_schema { with_schema_of(old, new) } else { new.clone() };
    let found = [
        (CauseCode::ToolSchema, has_schema),
        (CauseCode::ToolDescription, with_descriptions_of(old, &schema) != schema),
        (CauseCode::KeyOrder, !are_written_alike(&[in_key_order_of(old, new)], std::slice::from_ref(new))),
    ];
    found.into_iter().filter_map(|(code, differs)| differs.then_some(code)).collect()
}

/// The new definition without some of the changes from the old one.
fn without(changes: &[CauseCode], old: &Value, new: &Value) -> Value {
    let undone = |code| changes.contains(&code);
    let mut tool = new.clone();
    if undone(CauseCode::ToolSchema) {
        tool = with_schema_of(old, &tool);
    }
    if undone(CauseCode::ToolDescription) {
        tool = with_descriptions_of(old, &tool);
    }
    if undone(CauseCode::KeyOrder) {
        tool = in_key_order_of(old, &tool);
    }
    tool
}

fn is_description(name: &str, value: &Value) -> bool {
    name == "description" && value.is_string()
}

/// The names, values and lists of the old definition, with the descriptions and the order of keys of the new one where it has them.
fn with_schema_of(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return old.clone() };
    let common = new.iter().filter_map(|(name, theirs)| {
        let ours = old.get(name)?;
        let is_kept = is_description(name, ours) && is_description(name, theirs);
        Some((name.clone(), if is_kept { theirs.clone() } else { with_schema_of(ours, theirs) }))
    });
    let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
    Value::Object(common.chain(gone.map(|(name, ours)| (name.clone(), ours.clone()))).collect())
}

/// The new definition with the descriptions of the old one where both are of the same part.
fn with_descriptions_of(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return new.clone() };
    let came = |(name, theirs): (&String, &Value)| match old.get(name) {
        Some(ours) if is_description(name, ours) && is_description(name, theirs) => Some((name.clone(), ours.clone())),
        Some(ours) => Some((name.clone(), with_descriptions_of(ours, theirs))),
        None => (!is_description(name, theirs)).then(|| (name.clone(), theirs.clone())),
    };
    let gone = old.iter().filter(|(name, ours)| is_description(name, ours) && !new.contains_key(*name));
    let kept: serde_json::Map<String, Value> = new.iter().filter_map(came).collect();
    Value::Object(kept.into_iter().chain(gone.map(|(name, ours)| (name.clone(), ours.clone()))).collect())
}

/// The new definition with its keys in the order of the old one, others behind them.
fn in_key_order_of(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let common =
                old.iter().filter_map(|(name, ours)| Some((name.clone(), in_key_order_of(ours, new.get(name)?))));
            let came = new.iter().filter(|(name, _)| !old.contains_key(*name));
            Value::Object(common.chain(came.map(|(name, theirs)| (name.clone(), theirs.clone()))).collect())
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            Value::Array(old.iter().zip(new).map(|(ours, theirs)| in_key_order_of(ours, theirs)).collect())
        }
        _ => new.clone(),
    }
}

fn without_descriptions(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
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
