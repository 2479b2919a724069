//! Chains of calls that put a request together, as Spring AI has them: `client.prompt().system("…").user(question).call()`.

use super::calls::{cut, last};
use super::code::{Call, Expression, ExpressionKind, Field, Function, Statement};
use super::rope::Rope;
use super::site::{SiteKind, Use};
use super::value::{MessagePart, TextValue, Value};
use super::walk::Walk;
use crate::template::Syntax;

/// Methods of the chain that say no text of the request.
const PASSING: &[&str] = &[
    "advisors",
    "options",
    "tools",
    "toolNames",
    "toolCallbacks",
    "toolContext",
    "functions",
    "templateRenderer",
    "mutate",
];

impl Walk<'_> {
    /// The request so far, behind a link of the chain; the link that sends it notes it.
    pub(super) fn chained(&mut self, call: &Call, receiver: Option<&Value>) -> Option<Value> {
        let name = last(&call.function);
        if self.language != "java" {
            return None;
        }
        if name == "prompt" && call.receiver.is_some() {
            return match call.arguments.as_slice() {
                [] => Some(Value::Messages(Rope::default(), None)),
                [only] => {
                    let text = self.said(&only.value);
                    Some(Value::Messages(Rope::one(MessagePart { role: Some("user".into()), text }), None))
                }
                _ => None,
            };
        }
        let Some(Value::Messages(parts, None)) = receiver else { return None };
        let mut parts = parts.clone();
        match (name, call.arguments.as_slice()) {
            ("system" | "user", [only]) => {
                let text = self.said(&only.value);
                for site in text.alias.iter().chain(text.inserted.only()).copied().collect::<Vec<_>>() {
                    self.used(site, Use::Argument { function: format!("client.{name}"), keyword: None });
                }
                parts.push(MessagePart { role: Some(name.to_owned()), text });
            }
            ("messages", given) => {
                for argument in given {
                    match self.value(&argument.value) {
                        Value::Messages(more, _) => parts.append(more),
                        Value::Message(more) => parts.push(more),
                        _ => {
                            let text = TextValue::placeholder(self.placeholder(&argument.value));
                            parts.push(MessagePart { role: Some("user".into()), text });
                        }
                    }
                }
            }
            (passing, given) if PASSING.contains(&passing) => {
                for argument in given {
                    self.value(&argument.value);
                }
            }
            _ if parts.is_empty() => return None,
            _ => {
                let site = self.site(SiteKind::Messages, "messages".into(), "messages", parts);
                self.used(site, Use::Argument { function: call.function.clone(), keyword: None });
                return Some(Value::Unknown);
            }
        }
        Some(Value::Messages(parts, None))
    }

    /// The text of a message: as it is given, or as a function puts it together of a template and values.
    fn said(&mut self, given: &Expression) -> TextValue {
        let mut values = Vec::new();
        let ExpressionKind::Function(function) = &given.kind else {
            let value = self.value(given);
            if let Value::Unknown = value {
                self.used_result(given, Use::Message(String::new()));
            }
            return self.content(&value, given);
        };
        let Some(template) = template_of(function, &mut values) else {
            return TextValue::placeholder(self.placeholder(given));
        };
        let Value::Text(text) = self.value(&template) else {
            return TextValue::placeholder(self.placeholder(&template));
        };
        let mut text = self.filled_by_name(text.clone(), &values).unwrap_or(text);
        text.content.change(|content| cut(content, Syntax::Braces));
        text.is_filled = true;
        // The variable's text is the one that is sent.
        if let Some(only) = text.alias.and_then(|site| self.parts_mut(site).only_mut()) {
            only.text.content.clone_from(&text.content);
            only.text.is_filled = true;
        }
        text
    }
}

/// The template of `u -> u.text(template).param("name", value)`, and its values.
fn template_of(function: &Function, values: &mut Vec<Field>) -> Option<Expression> {
    let chain = function.body.iter().find_map(|statement| match statement {
        Statement::Return(value) | Statement::Do(value) => Some(value),
        _ => None,
    })?;
    let (mut link, mut template) = (chain, None);
    while let ExpressionKind::Call(call) = &link.kind {
        match (last(&call.function), call.arguments.as_slice()) {
            ("text", [only, ..]) => template = Some(only.value.clone()),
            ("param", [name, value]) => values
                .extend(name.value.literal().map(|name| Field { name: name.to_owned(), value: value.value.clone() })),
            _ => {}
        }
        link = call.receiver.as_ref()?;
    }
    template
}
