//! Texts and lists that grow where they stand: `append`, `push`, `StringBuilder`, and functions of a file that are given one to add to.

use super::building::{as_fields, as_percent};
use super::calls::{constructed, last, role_of};
use super::code::{Argument, Call, Expression, ExpressionKind, Statement};
use super::evaluate::{known_role, role_in};
use super::scope::Variable;
use super::value::{MessagePart, TextValue, Value};
use super::walk::Walk;
use crate::template::Passage;
use crate::template::volatile::words;

/// Methods that add to a list or to messages.
const GROWING: &[&str] = &["append", "push", "extend", "insert", "unshift", "add", "write"];

/// Methods that add to a text.
const BUILDING: &[&str] = &[
    "append",
    "Append",
    "AppendLine",
    "AppendFormat",
    "AppendJoin",
    "insert",
    "Insert",
    "WriteString",
    "write",
    "concat",
    "Add",
    "AddRange",
    "add",
];

/// `messages.append(…)`, `parts.push(…)`.
pub(super) fn mutation(walk: &mut Walk<'_>, call: &Call, name: &str) -> Option<Value> {
    if name == "Fprintf" {
        let target = &call.arguments.first()?.value;
        let ExpressionKind::Name(target) = &target.kind else { return None };
        let (text, values) = (&call.arguments.get(1)?.value, call.arguments.get(2..)?);
        let items = values.iter().map(|argument| argument.value.clone()).collect();
        let values = Expression { kind: ExpressionKind::List(items), span: text.span.clone() };
        walk.variable(target)?;
        let more = as_percent(walk, text, &values)?;
        walk.grow(target, more, text);
        return Some(Value::Unknown);
    }
    // `history.AddSystemMessage("…")`.
    if name.starts_with("Add") && role_of(name).is_some() {
        let ExpressionKind::Name(target) = &call.receiver.as_ref()?.kind else { return None };
        let is_list = |known: &&mut Variable| matches!(known.value, Value::List(..) | Value::Messages(..));
        walk.variable(target).filter(is_list)?;
        let message = constructed(walk, call, name)?;
        walk.grow(target, message, &call.arguments.first()?.value);
        return Some(Value::Unknown);
    }
    if let Some((role, content)) = said(call, name) {
        let ExpressionKind::Name(target) = &call.receiver.as_ref()?.kind else { return None };
        let value = walk.value(&content.value);
        let text = walk.content(&value, &content.value);
        walk.tell(target, MessagePart { role: Some(role), text }, &content.value);
        return Some(Value::Unknown);
    }
    if !GROWING.contains(&name) && !BUILDING.contains(&name) {
        return None;
    }
    let target = root(walk, call)?;
    let is_grown = walk.variable(&target).is_some_and(|known| match known.value {
        Value::List(..) | Value::Messages(..) => true,
        Value::Text(_) => BUILDING.contains(&name),
        _ => false,
    });
    if !is_grown {
        return None;
    }
    put(walk, call, name, &target)?;
    if name == "AppendLine" {
        let end = call.arguments.first().map_or(0, |argument| argument.value.span.end);
        let behind = Expression { kind: ExpressionKind::Text(line_feed(end)), span: end..end };
        let value = walk.value(&behind);
        walk.grow(&target, value, &behind);
    }
    Some(Value::Unknown)
}

/// Puts what a call is given behind what a variable holds, or before it; `None` where it goes somewhere within a text.
fn put(walk: &mut Walk<'_>, call: &Call, name: &str, target: &str) -> Option<()> {
    let is_text = walk.variable(target).is_some_and(|known| matches!(known.value, Value::Text(_)));
    let is_inserted = ["insert", "Insert"].contains(&name);
    let is_first = name == "unshift"
        || is_inserted && call.arguments.first().is_some_and(|place| walk.written(&place.value.span) == "0");
    match (name, call.arguments.as_slice()) {
        // Somewhere within a text.
        _ if is_text && is_inserted && !is_first => return None,
        ("AppendFormat", [format, _, ..]) => {
            if let Some(text) = as_fields(walk, call, format) {
                walk.grow(target, Value::Text(text), &format.value);
            }
        }
        ("AppendJoin", [separator, _, ..]) => joined(walk, call, separator, target),
        _ => {
            for argument in call.arguments.iter().skip(usize::from(is_inserted)) {
                let value = walk.value(&argument.value);
                if is_first {
                    walk.put_first(target, value, &argument.value);
                } else {
                    walk.grow(target, value, &argument.value);
                }
            }
        }
    }
    Some(())
}

/// The role and the content of a message that a method adds: `add_user_message(text)`, `appendMessage("user", text)`.
fn said<'c>(call: &'c Call, name: &str) -> Option<(String, &'c Argument)> {
    let words = words(name);
    let [verb, between @ .., noun] = words.as_slice() else { return None };
    let adds = ["add", "append", "push"].contains(&verb.as_str()) && !name.starts_with(char::is_uppercase);
    if !adds || !["message", "msg"].contains(&noun.as_str()) {
        return None;
    }
    match (between, call.arguments.as_slice()) {
        ([role], [content, ..]) => Some((known_role(role)?.to_owned(), content)),
        ([], [role, content, ..]) => Some((role_in(&role.value)?, content)),
        _ => None,
    }
}

/// The variable that a chain such as `text.append(a).append(b)` grows; the links before the last are done here.
fn root(walk: &mut Walk<'_>, call: &Call) -> Option<String> {
    match &call.receiver.as_ref()?.kind {
        ExpressionKind::Name(target) => Some(target.clone()),
        ExpressionKind::Call(inner) if BUILDING.contains(&last(&inner.function)) => {
            let inner_name = last(&inner.function).to_owned();
            mutation(walk, inner, &inner_name)?;
            root_name(inner)
        }
        _ => None,
    }
}

fn root_name(call: &Call) -> Option<String> {
    match &call.receiver.as_ref()?.kind {
        ExpressionKind::Name(target) => Some(target.clone()),
        ExpressionKind::Call(inner) if BUILDING.contains(&last(&inner.function)) => root_name(inner),
        _ => None,
    }
}

/// The text of a chain that ends with `toString()`: of a variable, or of a builder that nothing else names.
pub(super) fn built(walk: &mut Walk<'_>, call: &Call) -> Option<Value> {
    let receiver = call.receiver.as_ref()?;
    let ExpressionKind::Call(chain) = &receiver.kind else { return None };
    if !["toString", "ToString"].contains(&last(&call.function)) || !BUILDING.contains(&last(&chain.function)) {
        return None;
    }
    if let Some(target) = root_name(chain) {
        let method = last(&chain.function).to_owned();
        mutation(walk, chain, &method)?;
        return Some(walk.named(&target));
    }
    let (mut links, mut inner) = (Vec::new(), receiver);
    while let ExpressionKind::Call(link) = &inner.kind
        && BUILDING.contains(&last(&link.function))
    {
        links.push(link);
        inner = link.receiver.as_ref()?;
    }
    let ExpressionKind::Call(made) = &inner.kind else { return None };
    if !["StringBuilder", "StringBuffer"].contains(&last(&made.function)) {
        return None;
    }
    let Value::Text(mut text) = walk.value(inner) else { return None };
    for link in links.into_iter().rev() {
        let added = match (last(&link.function), link.arguments.as_slice()) {
            ("AppendFormat", [format, _, ..]) => as_fields(walk, link, format)?,
            ("append" | "Append" | "AppendLine", [only]) => match walk.value(&only.value) {
                Value::Text(added) => added,
                _ => walk.in_place(&only.value),
            },
            ("AppendLine", []) => TextValue::default(),
            _ => return None,
        };
        text.append(added);
        if last(&link.function) == "AppendLine" {
            let end = link.arguments.first().map_or(inner.span.end, |argument| argument.value.span.end);
            text.append(TextValue::literal(line_feed(end)));
        }
    }
    Some(Value::Text(text))
}

/// The line feed behind what stands before this byte.
fn line_feed(at: usize) -> Passage {
    Passage { text: "\n".into(), map: crate::document::SourceMap::verbatim(at) }
}

/// Grows a text by others with a separator between them: `AppendJoin(", ", names)`.
fn joined(walk: &mut Walk<'_>, call: &Call, separator: &Argument, target: &str) {
    let items = match &call.arguments[1..] {
        [] => return,
        [only] => only.value.clone(),
        several => {
            let span = several[0].value.span.start..several[several.len() - 1].value.span.end;
            let items = several.iter().map(|argument| argument.value.clone()).collect();
            Expression { kind: ExpressionKind::List(items), span }
        }
    };
    let text = match (walk.value(&items), separator.value.literal()) {
        (Value::List(items, _), Some(separator)) => walk.text_of_items(&items, separator),
        _ => None,
    };
    walk.grow(target, text.map_or(Value::Unknown, Value::Text), &items);
}

/// Adds what a function of this file adds to a text or a list that it is given: `addRules(prompt, language)`.
pub(super) fn given_to_grow(walk: &mut Walk<'_>, expression: &Expression) {
    let ExpressionKind::Call(call) = &expression.kind else { return };
    let name = ["self.", "this.", "cls."].iter().find_map(|start| call.function.strip_prefix(start));
    let name = name.unwrap_or(&call.function);
    let Some(function) = walk.functions.get(name).copied().flatten() else { return };
    let own: Vec<&String> =
        function.parameters.iter().filter(|parameter| !["self", "cls"].contains(&parameter.as_str())).collect();
    for (parameter, argument) in own.into_iter().zip(&call.arguments) {
        let ExpressionKind::Name(target) = &argument.value.kind else { continue };
        let is_grown = walk.lookup(target).is_some_and(|known| match known.value {
            Value::List(..) | Value::Messages(..) => true,
            Value::Text(_) => ["java", "csharp", "go"].contains(&walk.language),
            _ => false,
        });
        if !is_grown || argument.name.is_some() || !grows(&function.body, parameter, 0) {
            continue;
        }
        let returned = walk.following.returned.replace(Vec::new());
        let grown = walk.within(name, function, call, |walk| walk.lookup(parameter).map(|known| known.value.clone()));
        walk.following.returned = returned;
        match (grown.flatten(), walk.variable(target)) {
            (Some(value @ (Value::Text(_) | Value::List(..) | Value::Messages(..))), Some(variable)) => {
                variable.value = match value {
                    Value::Text(text) => {
                        // The text is the variable's own: it began with what that held.
                        variable.site = None;
                        Value::Text(text.detached())
                    }
                    other => other,
                };
                walk.sync(target);
            }
            _ => return,
        }
    }
}

/// Tells whether some statements add to a variable where it stands.
fn grows(statements: &[Statement], name: &str, depth: usize) -> bool {
    const DEEPEST: usize = 20;
    let adds = |expression: &Expression| {
        let mut inner = expression;
        while let ExpressionKind::Call(call) = &inner.kind {
            let Some(receiver) = &call.receiver else { return false };
            let method = last(&call.function);
            if matches!(&receiver.kind, ExpressionKind::Name(known) if known == name) {
                return GROWING.contains(&method) || BUILDING.contains(&method);
            }
            inner = receiver;
        }
        false
    };
    depth < DEEPEST
        && statements.iter().any(|statement| match statement {
            Statement::Do(expression) => adds(expression),
            Statement::Branch { arms, .. } => arms.iter().any(|arm| grows(arm, name, depth + 1)),
            Statement::Repeat { body, .. } => grows(body, name, depth + 1),
            _ => false,
        })
}
