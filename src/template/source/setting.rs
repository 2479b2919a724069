//! Parts of lists and messages that code sets or takes away: `parts[1] = …`, `message["content"] += …`, `parts.pop()`.

use super::code::{Call, Expression};
use super::list::List;
use super::rope::Rope;
use super::value::{MessagePart, TextValue, Value};
use super::walk::Walk;
use crate::template::class::ExpressionClass;
use crate::template::{Fragment, Placeholder, UnreadReason};

/// Methods that take items away or put them in another order.
const TAKING: &[&str] = &[
    "pop", "remove", "sort", "reverse", "clear", "shift", "splice", "removeAt", "RemoveAt", "Remove", "Clear", "Sort",
];

impl Walk<'_> {
    /// Sets or lengthens a part of what a variable holds; tells whether the target is one.
    pub(super) fn set_part(&mut self, target: &str, value: &Value, expression: &Expression, is_growing: bool) -> bool {
        let Some((name, index, key)) = part_of(target) else { return false };
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::List(items, _) if key.is_some() => match items.joined("") {
                Some(text) => text,
                None => return false,
            },
            _ => self.in_place(expression),
        };
        let not_read = self.not_read(expression);
        let Some(variable) = self.variable(name) else { return false };
        let set = |part: &mut MessagePart| {
            if is_growing {
                let mut whole = std::mem::take(&mut part.text).detached();
                whole.append(text.clone());
                part.text = whole;
            } else {
                part.text = text.clone();
            }
        };
        match (&mut variable.value, index, key) {
            (Value::Message(part), None, Some("content" | "text")) => set(part),
            (Value::Messages(parts, _), Some(index), Some("content" | "text")) if index < parts.len() => {
                let Some(mut part) = parts.behind(index).next().cloned() else { return false };
                set(&mut part);
                parts.set(index, part);
            }
            (Value::List(items, _), Some(index), None) if index < items.items().len() && !is_growing => {
                items.set(index, Value::Text(text));
            }
            (Value::List(items, _), _, None) => items.push(Value::Text(not_read)),
            _ => return false,
        }
        variable.bound += 1;
        self.set(name);
        true
    }

    /// Takes items from a list, or orders it anew, as a method of that name does; `None` if it does not.
    pub(super) fn taken(&mut self, call: &Call, name: &str, expression: &Expression) -> Option<()> {
        let target = match &call.receiver.as_ref().filter(|_| TAKING.contains(&name))?.kind {
            super::code::ExpressionKind::Name(target) => target.clone(),
            _ => return None,
        };
        let not_read = self.not_read(expression);
        let variable = self.variable(&target)?;
        let Value::List(items, _) = &mut variable.value else { return None };
        match name {
            "clear" | "Clear" => *items = List::default(),
            "pop" if call.arguments.is_empty() && matches!(items.items().last(), Some(Value::Text(_))) => items.pop(),
            _ if !items.has_words() => return None,
            _ => items.push(Value::Text(not_read)),
        }
        variable.bound += 1;
        self.set(&target);
        Some(())
    }

    /// Says what a variable holds now at its site.
    fn set(&mut self, name: &str) {
        let Some(variable) = self.variable(name) else { return };
        match (variable.value.clone(), variable.site) {
            (Value::Message(part), Some(site)) => self.set_parts(site, Rope::one(part)),
            _ => self.sync(name),
        }
    }

    fn not_read(&self, expression: &Expression) -> TextValue {
        TextValue {
            content: Fragment::Value(Placeholder {
                written: self.written(&expression.span),
                names: Vec::new(),
                span: expression.span.clone(),
                unread: Some(UnreadReason::Computed),
                class: Some(ExpressionClass::Volatile),
            })
            .into(),
            ..TextValue::default()
        }
    }
}

/// The variable, the item and the key of a target such as `messages[0].content`.
fn part_of(target: &str) -> Option<(&str, Option<usize>, Option<&str>)> {
    let (start, last) = target.rsplit_once('.').unwrap_or((target, ""));
    // Python's `parts[1]` is written `parts.1`.
    if let Ok(index) = last.parse() {
        return Some((start, Some(index), None));
    }
    let key = Some(last).filter(|last| !last.is_empty());
    match start.strip_suffix(']').and_then(|start| start.split_once('[')) {
        Some((name, index)) => Some((name, index.parse().ok(), key)),
        None => key.map(|key| (start, None, Some(key))),
    }
}
