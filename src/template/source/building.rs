//! Texts that functions put together: `Sprintf`, `String.format`, `strings.Join`.

use std::ops::Range;

use super::calls::{as_template, last, role_of};
use super::code::{Argument, Call, Expression, ExpressionKind, Field};
use super::rope::Rope;
use super::text;
use super::value::{MessagePart, TextValue, Value};
use super::walk::Walk;
use crate::template::syntax::braces;
use crate::template::syntax::percent::percents;
use crate::template::{Choice, Fragment, Passage, Placeholder, Syntax};

/// A text that a function of its package makes of others: `Sprintf(…)`, `String.format(…)`, `strings.Join(…)`.
pub(super) fn as_function(walk: &mut Walk<'_>, call: &Call, name: &str, span: &Range<usize>) -> Option<Value> {
    let first = call.arguments.first()?;
    let rest = |from: usize| {
        let items = call.arguments.get(from..).unwrap_or_default().iter().map(|argument| argument.value.clone());
        Expression { kind: ExpressionKind::List(items.collect()), span: first.value.span.clone() }
    };
    let package = call.function.split('.').next().unwrap_or_default();
    let is_of_texts = ["strings", "String", "string", "StringUtils", "Str"].contains(&package);
    match name {
        "Sprintf" | "sprintf" => as_percent(walk, &first.value, &rest(1)),
        "format" if package == "String" => as_percent(walk, &first.value, &rest(1)),
        // Ruby's own takes a hash for names.
        "format" if call.function == "format" && call.receiver.is_none() && call.arguments.len() > 1 => {
            let fields = call
                .arguments
                .iter()
                .filter_map(|argument| Some(Field { name: argument.name.clone()?, value: argument.value.clone() }));
            let fields: Vec<Field> = fields.collect();
            let record = Expression { kind: ExpressionKind::Record(fields.clone()), span: first.value.span.clone() };
            as_percent(walk, &first.value, &if fields.is_empty() { rest(1) } else { record })
        }
        // Java's `MessageFormat` doubles its quotes.
        "format" if package == "MessageFormat" => {
            let mut text = as_fields(walk, call, first)?;
            let quote = Passage { text: "'".into(), map: crate::document::SourceMap::verbatim(first.value.span.start) };
            text.content.replace("''", Fragment::Text(quote).into(), usize::MAX);
            Some(Value::Text(text))
        }
        "Format" if is_of_texts => as_fields(walk, call, first).map(Value::Text),
        "Concat" if is_of_texts => {
            let items = if let [only] = call.arguments.as_slice() { only.value.clone() } else { rest(0) };
            let Value::List(items, _) = walk.value(&items) else { return None };
            walk.text_of_items(&items, "").map(Value::Text)
        }
        "Join" | "join" if is_of_texts => {
            // Go's separator stands last, that of others first.
            let is_last = package == "strings";
            let (separator, items) =
                if is_last { (call.arguments.get(1)?, first) } else { (first, call.arguments.get(1)?) };
            let separator = separator.value.literal()?.to_owned();
            let listed = if is_last || call.arguments.len() == 2 { items.value.clone() } else { rest(1) };
            let Value::List(items, _) = walk.value(&listed) else { return None };
            walk.text_of_items(&items, &separator).map(Value::Text)
        }
        "ReplaceAll" | "Replace" | "TrimSpace" | "Trim" | "TrimLeft" | "TrimRight" | "TrimPrefix" | "TrimSuffix"
        | "Repeat" | "ToUpper" | "ToLower" | "Title"
            if package == "strings" =>
        {
            of_first(walk, call, method_of_go(name), span)
        }
        "format" if call.function == "str.format" => of_first(walk, call, name, span),
        "sub" if package == "re" && call.arguments.len() > 2 => of_last(walk, call, span),
        "Template" if is_of_strings(walk, call) => {
            let Value::Text(mut text) = walk.value(&first.value) else { return None };
            let before = text.content.clone();
            if !text.is_filled {
                walk.change(&mut text, |content| content.into_iter().flat_map(substituted).collect());
                text.is_filled = true;
            }
            Some(Value::Text(walk.passed_to_site(text, &before)))
        }
        _ => None,
    }
}

/// A text with its fields filled by the arguments behind it.
pub(super) fn as_fields(walk: &mut Walk<'_>, call: &Call, first: &Argument) -> Option<TextValue> {
    let Value::Text(mut text) = walk.value(&first.value) else { return None };
    let values = Call { arguments: call.arguments[1..].to_vec(), ..call.clone() };
    fill(walk, &mut text, &values, braces::cut_formatted);
    Some(text)
}

/// The method of a text that a function of Go's `strings` does to its first argument.
fn method_of_go(name: &str) -> &str {
    match name {
        "Replace" | "ReplaceAll" => "replace",
        "TrimSpace" | "Trim" => "trim",
        "TrimLeft" => "trimLeft",
        "TrimRight" => "trimRight",
        "TrimPrefix" => "removeprefix",
        "TrimSuffix" => "removesuffix",
        "Repeat" => "repeat",
        "Title" => "title",
        name => name,
    }
}

/// A method that is done to the first argument, with the others.
fn of_first(walk: &mut Walk<'_>, call: &Call, name: &str, span: &Range<usize>) -> Option<Value> {
    let Value::Text(text) = walk.value(&call.arguments.first()?.value) else { return None };
    let given = Call { arguments: call.arguments[1..].to_vec(), ..call.clone() };
    walk.method(&text, &given, name, span)
}

/// Python's `re.sub(pattern, value, text)`: a pattern that is a literal is replaced, what others find is not known.
fn of_last(walk: &mut Walk<'_>, call: &Call, span: &Range<usize>) -> Option<Value> {
    let [pattern, value, text] = call.arguments.get(..3)? else { return None };
    let Value::Text(mut text) = walk.value(&text.value) else { return None };
    let before = text.content.clone();
    let literal = pattern.value.literal().map(|pattern| pattern.replace('\\', ""));
    let is_plain = |literal: &String| {
        let is_class = pattern.value.literal().is_some_and(|pattern| {
            pattern.split('\\').skip(1).any(|rest| rest.starts_with(|letter: char| letter.is_alphanumeric()))
        });
        !is_class && !literal.is_empty() && !literal.contains(['*', '+', '?', '(', '|', '^', '.', '['])
    };
    let mark = pattern.value.literal().and_then(text::mark_of_pattern);
    if let Some(mark) = mark.filter(|_| call.arguments.len() == 3) {
        text.cut_at_marks(&mark);
        return Some(Value::Text(walk.passed_to_site(text, &before)));
    }
    let Some(literal) = literal.filter(is_plain).filter(|_| call.arguments.len() == 3) else {
        walk.not_followed(&mut text, span);
        return Some(Value::Text(text.changed()));
    };
    let by = match walk.value(&value.value) {
        Value::Text(by) => by,
        _ => TextValue::placeholder(walk.placeholder(&value.value)),
    };
    text.inserted.extend(by.alias);
    text.is_filled |= text.content.replace(&literal, by.content, usize::MAX);
    Some(Value::Text(walk.passed_to_site(text, &before)))
}

/// Tells whether a call makes a `string.Template` of Python.
fn is_of_strings(walk: &Walk<'_>, call: &Call) -> bool {
    call.function == "string.Template" || call.function == "Template" && walk.source.contains("from string import")
}

fn substituted(fragment: Fragment) -> Vec<Fragment> {
    match fragment {
        Fragment::Text(passage) => braces::cut_substituted(&passage),
        other => vec![other],
    }
}

/// A text with its `%s` filled by what stands behind it.
pub(super) fn as_percent(walk: &mut Walk<'_>, text: &Expression, values: &Expression) -> Option<Value> {
    let Value::Text(mut text) = walk.value(text) else { return None };
    let before = text.content.clone();
    percent(walk, &mut text, values);
    Some(Value::Text(walk.passed_to_site(text, &before)))
}

/// Fills the `%s` of a text by the values behind `%`.
pub(super) fn percent(walk: &mut Walk<'_>, text: &mut TextValue, values: &Expression) {
    let mut next = 0;
    text.is_filled = true;
    walk.look_through(text);
    for fragment in std::mem::take(&mut text.content).into_vec() {
        let Fragment::Text(passage) = fragment else {
            text.content.push(fragment);
            continue;
        };
        let mut at = 0;
        for (range, name) in percents(&passage.text) {
            text.push(passage.slice(at..range.start));
            at = range.end;
            let span = passage.span(range.clone());
            let Some(name) = name else {
                let map = crate::document::SourceMap::verbatim(span.start);
                text.push(Passage { text: "%".into(), map });
                continue;
            };
            let value = match &values.kind {
                ExpressionKind::List(items) => items.get(next),
                ExpressionKind::Record(fields) => {
                    fields.iter().find(|field| field.name == name).map(|field| &field.value)
                }
                _ => Some(values),
            };
            next += 1;
            let kind = &passage.text[range.clone()];
            let is_whole = ["%s", "%v", "%d"].contains(&kind)
                || kind.ends_with(['}'])
                || kind.ends_with(")s")
                || kind.ends_with(">s");
            if let Some(inserted) = value.filter(|_| is_whole).and_then(|value| walk.text_of(value)) {
                text.append(inserted);
                continue;
            }
            let class = value.map(|value| walk.class_of(value));
            // A value without a name is told by its expression.
            let (names, written) = match value.filter(|_| name.is_empty()) {
                Some(value) => {
                    let known = walk.placeholder(value);
                    // With another form the same value is another text.
                    let written = if is_whole { known.written } else { format!("{}:{kind}", known.written) };
                    (known.names, written)
                }
                None => (vec![name], passage.text[range].to_owned()),
            };
            text.append(TextValue::placeholder(Placeholder { written, names, span, unread: None, class }));
        }
        text.push(passage.slice(at..passage.text.len()));
    }
}

/// The entries of a record, spread or not.
fn fields_of(expression: &Expression) -> &[Field] {
    match &expression.kind {
        ExpressionKind::Record(fields) => fields,
        ExpressionKind::Spread(inner) => fields_of(inner),
        _ => &[],
    }
}

/// The argument at a place, where a list may be spread: `format(*values)`.
fn given_at(call: &Call, number: usize) -> Option<Expression> {
    let positional = || call.arguments.iter().filter(|argument| argument.name.is_none());
    let is_spread = |argument: &&Argument| matches!(argument.value.kind, ExpressionKind::Spread(_));
    let before = positional().take_while(|argument| !is_spread(argument)).count();
    if number < before {
        return positional().nth(number).map(|argument| argument.value.clone());
    }
    let spread = positional().nth(before)?;
    let ExpressionKind::Spread(list) = &spread.value.kind else { return None };
    if let ExpressionKind::List(items) = &list.kind {
        return items.get(number - before).cloned();
    }
    let span = spread.value.span.clone();
    let passage = Passage { text: (number - before).to_string(), map: crate::document::SourceMap::pinned(span.start) };
    let key = Expression { kind: ExpressionKind::Text(passage), span: span.clone() };
    let arguments = vec![Argument { name: None, value: key }];
    let item = Call { function: "[]".into(), receiver: Some((**list).clone()), arguments };
    Some(Expression { kind: ExpressionKind::Call(Box::new(item)), span })
}

fn is_item(value: &Expression) -> bool {
    matches!(&value.kind, ExpressionKind::Call(call) if call.function == "[]")
}

/// A choice whose branches are filled as the text around it is, which learns what stands in them.
fn filled_branches(
    walk: &mut Walk<'_>,
    text: &mut TextValue,
    mut choice: Choice,
    fill: impl Fn(&mut Walk<'_>, &mut TextValue),
) -> Choice {
    for branch in &mut choice.branches {
        let mut part = TextValue { content: std::mem::take(branch).into(), ..TextValue::default() };
        fill(walk, &mut part);
        text.inserted.extend(part.inserted.iter().copied());
        *branch = part.content.into_vec();
    }
    choice
}

/// Fills the `{name}`, `{0}` and `{}` of a text by the arguments of `format`: by the text that an argument is, else by its value.
pub(super) fn fill(walk: &mut Walk<'_>, text: &mut TextValue, call: &Call, cut: fn(&Passage) -> Vec<Fragment>) {
    let mut next = 0;
    // `format_map({"x": x})`, `format(**{"x": x})`.
    let records: Vec<&Field> = call.arguments.iter().flat_map(|argument| fields_of(&argument.value)).collect();
    let mut given = |name: &str| {
        let by_name = call.arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
        let by_name = by_name.map(|argument| &argument.value);
        let number = match name {
            "" => {
                next += 1;
                Some(next - 1)
            }
            name => name.parse::<usize>().ok(),
        };
        let by_key = || records.iter().find(|field| !name.is_empty() && field.name == name).map(|field| &field.value);
        let by_place = || number.and_then(|number| given_at(call, number));
        by_name.or_else(by_key).cloned().or_else(by_place)
    };
    text.is_filled = true;
    walk.look_through(text);
    let is_text = |fragment| match fragment {
        Fragment::Text(passage) => cut(&passage),
        other => vec![other],
    };
    for fragment in std::mem::take(&mut text.content).into_vec().into_iter().flat_map(is_text) {
        let known = match fragment {
            Fragment::Value(known) => known,
            // Each of several texts is filled, whichever is taken.
            Fragment::Choice(choice) => {
                let filled = filled_branches(walk, text, choice, |walk, branch| fill(walk, branch, call, cut));
                text.content.push(Fragment::Choice(filled));
                continue;
            }
            other @ Fragment::Text(_) => {
                text.content.push(other);
                continue;
            }
        };
        let value = known.names.first().filter(|_| known.class.is_none()).and_then(|name| given(name));
        // With a format behind it, it is another text.
        let is_whole = known.written.trim_start_matches('$').trim_matches(['{', '}'])
            == known.names.first().map_or("", String::as_str);
        let value = value.as_ref();
        if let Some(inserted) = value.filter(|_| is_whole).and_then(|value| walk.text_of(value)) {
            text.append(inserted);
            continue;
        }
        let class = value.map(|value| walk.class_of(value)).or(known.class);
        let is_named = known.names.iter().any(|name| name.starts_with(|letter: char| !letter.is_ascii_digit()));
        // A value without a name is told by its expression.
        let filled = match value.filter(|_| !is_named) {
            Some(value) => {
                let shown = walk.placeholder(value);
                // Items of one list are not one value.
                let names = if is_item(value) { Vec::new() } else { shown.names };
                Placeholder { span: known.span, class, names, ..shown }
            }
            None => Placeholder { class, ..known },
        };
        text.append(TextValue::placeholder(filled));
    }
}

/// The messages of a call that is given several behind each other, such as `FromMessages(format, system, user)`: they are one request.
pub(super) fn given_messages(walk: &mut Walk<'_>, call: &Call) -> Option<Rope<MessagePart>> {
    let makes = |argument: &Argument| {
        argument.name.is_none()
            && matches!(&argument.value.kind, ExpressionKind::Call(made) if role_of(&made.function).is_some())
    };
    let is_template = last(&call.function) == "FromMessages";
    let least = if is_template { 1 } else { 2 };
    if call.arguments.iter().filter(|argument| makes(argument)).count() < least {
        return None;
    }
    // Eino's `prompt.FromMessages(schema.Jinja2, …)` names the syntax first.
    let format = call.arguments.first().map(|first| walk.written(&first.value.span)).unwrap_or_default();
    let syntax = match format.rsplit('.').next().unwrap_or_default() {
        "Jinja2" => Syntax::Jinja,
        "GoTemplate" => Syntax::Go,
        _ => Syntax::Braces,
    };
    let mut given = Rope::default();
    for argument in &call.arguments {
        let parts = match walk.value(&argument.value) {
            Value::Message(part) => Rope::one(part),
            Value::Messages(parts, _) => parts,
            _ => continue,
        };
        let filled = |part: MessagePart| {
            let text = if is_template { as_template(walk, part.text, syntax) } else { part.text };
            MessagePart { text, ..part }
        };
        given.extend(parts.into_vec().into_iter().map(filled));
    }
    Some(given)
}
