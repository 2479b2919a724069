//! Methods of texts and lists that code puts together: filling, stripping, replacing, joining, and what stands in square brackets.

use std::ops::Range;

use super::building::{fill, percent};
use super::calls::last;
use super::code::{Call, Expression, ExpressionKind, Field, Statement};
use super::content::Content;
use super::list::List;
use super::rope::Rope;
use super::site::Use;
use super::text;
use super::value::{MessagePart, SiteId, TextValue, Value};
use super::walk::Walk;
use crate::template::Fragment;
use crate::template::syntax::braces;

/// Methods that give a list as it is.
const COPYING: &[&str] = &["freeze", "dup", "to_a", "ToList", "ToArray", "toList", "copy", "AsReadOnly"];

impl Walk<'_> {
    /// The value of what stands in square brackets behind something.
    pub(super) fn entry(&mut self, call: &Call, expression: &Expression) -> Value {
        if let Some(value) = self.known_entry(call) {
            return value;
        }
        if let Some(text) = self.chosen_entry(call, expression) {
            return Value::Text(text);
        }
        let Some(receiver) = &call.receiver else { return Value::Unknown };
        match self.value(receiver) {
            Value::Text(text) => self.method(&text, call, "[]", &expression.span).unwrap_or(Value::Unknown),
            Value::List(items, _) => {
                let key = call.arguments.first().map(|key| &key.value);
                // A pattern that takes a list apart has no number that is written.
                let key = key.map(|key| key.literal().map_or_else(|| self.written(&key.span), str::to_owned));
                let key = key.unwrap_or_default();
                entry_of_list(&items, &key).unwrap_or(Value::Unknown)
            }
            _ => Value::Unknown,
        }
    }

    /// The value of a method of a text, or of a list that is joined.
    pub(super) fn of_a_value(&mut self, receiver: &Value, call: &Call, whole: &Expression) -> Option<Value> {
        let name = last(&call.function);
        match receiver {
            Value::Text(text) => self.method(text, call, name, &whole.span),
            // A template's own text.
            Value::Message(part) if ["render", "format", "create", "createMessage"].contains(&name) => {
                Some(Value::Text(part.text.clone()))
            }
            Value::List(..) | Value::Messages(..) if COPYING.contains(&name) => Some(receiver.clone()),
            Value::List(items, site) if name == "join" => {
                let separator = call.arguments.first().and_then(|argument| argument.value.literal()).unwrap_or(",");
                self.joined(items, *site, separator)
            }
            // Java's `StringJoiner`.
            Value::List(items, site) if name == "toString" && self.language == "java" => {
                self.joined(items, *site, "\n")
            }
            Value::List(items, _) if name == "concat" => {
                let mut all = items.clone();
                for argument in &call.arguments {
                    match self.value(&argument.value) {
                        Value::List(more, _) => all.extend(more.into_items().into_vec()),
                        Value::Text(text) => all.push(Value::Text(text)),
                        _ => return None,
                    }
                }
                Some(Value::List(all, None))
            }
            Value::List(items, site) if ["filter", "compact", "Where", "compact_blank"].contains(&name) => {
                let is_of_texts = call.arguments.first().is_none_or(|test| self.keeps_texts(&test.value));
                is_of_texts.then(|| Value::List(items.without_empty(), *site))
            }
            Value::List(..) if ["map", "Select", "collect"].contains(&name) => {
                let ExpressionKind::Function(function) = &call.arguments.first()?.value.kind else { return None };
                let [Statement::Return(item)] = function.body.as_slice() else { return None };
                self.for_each(item, &function.parameters, call.receiver.as_ref()?)
            }
            _ => None,
        }
    }

    /// The text of a list's items. It is the variable's that holds the list: its site learns how they are put together.
    fn joined(&mut self, items: &List, site: Option<SiteId>, separator: &str) -> Option<Value> {
        let text = self.text_of_items(items, separator)?;
        let Some(site) = site.filter(|site| !self.sites[*site].is_shared) else { return Some(Value::Text(text)) };
        self.set_parts(site, Rope::one(MessagePart { role: None, text: text.clone() }));
        Some(Value::Text(text.of_variable(site)))
    }

    /// Tells whether a filter keeps the items that are not empty: `Boolean`, `x => x`, `None`.
    pub(super) fn keeps_texts(&self, test: &Expression) -> bool {
        match &test.kind {
            ExpressionKind::Function(function) => match (function.parameters.as_slice(), function.body.as_slice()) {
                ([name], [Statement::Return(kept)]) => {
                    let written = self.written(&kept.span);
                    let rest = written.trim_start_matches('!').strip_prefix(name.as_str()).unwrap_or("?");
                    [
                        "",
                        ".trim()",
                        ".length > 0",
                        ".length",
                        "?.trim()",
                        ".trim().length > 0",
                        " !== ''",
                        " !== \"\"",
                        " != null",
                    ]
                    .contains(&rest)
                }
                _ => false,
            },
            _ => ["Boolean", "None", "bool", ""].contains(&self.written(&test.span).as_str()),
        }
    }

    /// A method of a text, called in these bytes.
    pub(super) fn method(&mut self, text: &TextValue, call: &Call, name: &str, span: &Range<usize>) -> Option<Value> {
        let (mut text, before) = (text.clone(), &text.content);
        let first = call.arguments.first();
        if name != "concat" {
            self.look_through(&mut text);
        }
        match name {
            "formatted" => {
                let items = call.arguments.iter().map(|argument| argument.value.clone()).collect();
                let span = first.map_or(0..0, |first| first.value.span.clone());
                percent(self, &mut text, &Expression { kind: ExpressionKind::List(items), span });
            }
            "format" | "format_map" => fill(self, &mut text, call, braces::cut_formatted),
            "substitute" | "safe_substitute" if text.is_filled => {
                fill(self, &mut text, call, |text| vec![Fragment::Text(text.clone())]);
            }
            "%" => {
                percent(self, &mut text, &first?.value);
            }
            "replace" | "replaceAll" | "replace_all" | "Replace" | "gsub" | "sub" => {
                if !self.replaced(&mut text, call, name) {
                    return self.changed(text, call, name, span);
                }
            }
            "strip_heredoc" => text.content.change(text::dedent),
            "encode" | "decode" | "toString" | "ToString" | "String" | "freeze" | "to_s" | "dup" | "html_safe"
            | "getvalue" | "valueOf" => {}
            "concat" => {
                for argument in &call.arguments {
                    match self.value(&argument.value) {
                        Value::Text(more) => text.append(more),
                        _ => text.append(TextValue::placeholder(self.placeholder(&argument.value))),
                    }
                }
            }
            "join" => {
                let mut separator = String::new();
                super::value::plain(text.content.iter(), "", &mut separator);
                let Value::List(items, site) = self.value(&first?.value) else { return None };
                return self.joined(&items, site, &separator);
            }
            _ => {
                let Some((start, end)) = stripped_ends(name) else { return self.changed(text, call, name, span) };
                let letters = first.and_then(|first| first.value.literal());
                if first.is_some() && letters.is_none() {
                    return self.changed(text, call, name, span);
                }
                text.content.change(|content| text::stripped(content, letters, start, end));
            }
        }
        Some(Value::Text(self.passed_to_site(text, before)))
    }

    /// Replaces what a call such as `text.replace("{x}", x)` says; tells whether it is followed.
    fn replaced(&mut self, text: &mut TextValue, call: &Call, name: &str) -> bool {
        let ([wanted, value] | [wanted, value, _]) = call.arguments.as_slice() else { return false };
        let (find, is_pattern) = match wanted.value.literal() {
            Some(literal) => (Some(literal.to_owned()), false),
            None => (self.pattern(&wanted.value), true),
        };
        let by = match self.value(&value.value) {
            Value::Text(text) => text,
            _ => self.in_place(&value.value),
        };
        let Some(find) = find.filter(|find| !find.is_empty()) else {
            // `text.replace("{" + name + "}", value)` in a loop over names.
            let Some(mark) = self.mark(&wanted.value) else { return false };
            text.cut_at_marks(&mark);
            return true;
        };
        let most = match call.arguments.get(2).map(|count| self.written(&count.value.span)) {
            Some(count) if count == "-1" => usize::MAX,
            Some(count) => match count.parse() {
                Ok(count) => count,
                Err(_) => return false,
            },
            // JavaScript's `replace` with a text, and Ruby's `sub`, replace once.
            None if ["typescript", "javascript", "ruby"].contains(&self.language)
                && ["replace", "sub"].contains(&name)
                && !(is_pattern && self.finds_all(&wanted.value)) =>
            {
                1
            }
            None => usize::MAX,
        };
        text.inserted.extend(by.alias);
        let is_found = text.content.replace(&find, by.content, most);
        text.is_filled |= is_found;
        text.replaced.extend(is_found.then_some(find));
        true
    }

    /// A text with the values of a record in the places that are named after its keys, however they are marked; `None` if there are none.
    pub(super) fn filled_by_name(&mut self, mut text: TextValue, fields: &[Field]) -> Option<TextValue> {
        let before = text.content.clone();
        self.look_through(&mut text);
        for field in fields.iter().filter(|field| !field.name.is_empty()) {
            let by = self.text_of(&field.value).unwrap_or_else(|| self.in_place(&field.value));
            let name = &field.name;
            let marks =
                [format!("{{{{{name}}}}}"), format!("{{{{ {name} }}}}"), format!("${{{name}}}"), format!("{{{name}}}")];
            for mark in marks {
                if text.content.replace(&mark, by.content.clone(), usize::MAX) {
                    text.inserted.extend(by.alias);
                    text.replaced.push(mark);
                    text.is_filled = true;
                }
            }
        }
        let is_filled = text.is_filled;
        is_filled.then(|| self.passed_to_site(text, &before))
    }

    /// The placeholder that a text with a name in it, or a pattern with a group, finds: `{x}` for `"{" + name + "}"` and `/\\{(\\w+)\\}/g`.
    fn mark(&self, wanted: &Expression) -> Option<String> {
        if let ExpressionKind::Joined(parts) = &wanted.kind {
            return match parts.as_slice() {
                [open, value, close] if value.literal().is_none() => {
                    Some(format!("{}x{}", open.literal()?, close.literal()?))
                }
                _ => None,
            };
        }
        let written = self.written(&wanted.span);
        text::mark_of_pattern(written.strip_prefix('/')?.rsplit_once('/')?.0)
    }

    /// variable that is changed in another way, too, is a text of its own.
    pub(super) fn passed_to_site(&mut self, text: TextValue, before: &Content) -> TextValue {
        let is_changed = text.is_filled || text.content != *before;
        let Some(site) = text.alias.filter(|_| is_changed) else { return text };
        let known = &self.sites[site];
        let is_shared = known.is_shared;
        let is_sent = known.uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }));
        let Some(only) = self.parts_mut(site).only_mut() else { return text };
        // A chain of changes, each of what the last has left.
        let is_next = only.text.content == *before && (text.is_filled || !is_sent);
        if is_next || text.is_filled && !only.text.is_filled {
            only.text.content.clone_from(&text.content);
            only.text.inserted.extend(text.inserted.iter().copied().filter(|inserted| *inserted != site));
            only.text.is_filled |= text.is_filled;
        }
        if text.is_filled {
            only.text.replaced.clone_from(&text.replaced);
        }
        if is_shared || only.text.content == text.content { text } else { text.changed() }
    }

    /// The literal that a pattern such as `/\{x\}/g` finds.
    fn pattern(&self, expression: &Expression) -> Option<String> {
        let written = self.written(&expression.span);
        let pattern = written.strip_prefix('/')?.rsplit_once('/')?.0;
        // Signs that mean something else in a pattern, and classes such as `\\w`.
        let mut letters = pattern.chars().peekable();
        while let Some(letter) = letters.next() {
            let is_class = letter == '\\' && letters.next().is_some_and(char::is_alphanumeric);
            if is_class || "([*+?.|^".contains(letter) {
                return None;
            }
        }
        let inner = pattern.replace('\\', "");
        inner.contains(['{', '<', '[', '$', '%', '_']).then_some(inner)
    }

    /// Tells whether a pattern is one that finds all: `/x/g`.
    fn finds_all(&self, expression: &Expression) -> bool {
        self.written(&expression.span).rsplit_once('/').is_some_and(|(_, flags)| flags.contains('g'))
    }
}

/// The item of a list, or the list of items, that `0` or `1:3` tells.
fn entry_of_list(items: &List, key: &str) -> Option<Value> {
    let number = |written: &str, other| if written.is_empty() { Some(other) } else { written.parse::<usize>().ok() };
    match key.split_once(':') {
        Some((from, to)) => {
            let (from, to) = (number(from.trim(), 0)?, number(to.trim(), items.items().len())?);
            Some(Value::List(items.part(from, to), None))
        }
        None => match items.items().behind(key.parse().ok()?).next()? {
            Value::Optional(_) => None,
            item => Some(item.clone()),
        },
    }
}

/// The ends from which a method of that name strips letters: the start, the end.
fn stripped_ends(name: &str) -> Option<(bool, bool)> {
    match name {
        "strip" | "trim" | "Trim" | "stripIndent" | "squish" => Some((true, true)),
        "rstrip" | "trimEnd" | "trimRight" | "TrimEnd" | "chomp" | "stripTrailing" => Some((false, true)),
        "lstrip" | "trimStart" | "trimLeft" | "TrimStart" | "stripLeading" => Some((true, false)),
        _ => None,
    }
}
