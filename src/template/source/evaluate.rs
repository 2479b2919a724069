//! Evaluation of expressions: the text that an expression gives, as far as the file tells, and the class of what it does not tell.

use super::calls;
use super::code::{Call, Expression, ExpressionKind, Field};
use super::rope::Rope;
use super::schema;
use super::scope::Variable;
use super::site::{SiteKind, Use};
use super::value::{MessagePart, Optional, TextValue, Value};
use super::walk::Walk;
use crate::template::class::ExpressionClass;
use crate::template::volatile::ValueKind;

impl Walk<'_> {
    /// The value of an expression; texts within it that are no part of its value are noted where they stand.
    pub(super) fn value(&mut self, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Text(passage) => Value::Text(TextValue::literal(passage.clone())),
            ExpressionKind::Joined(parts) => self.concatenated(parts),
            ExpressionKind::Name(name) => match self.method_without_brackets(name, expression) {
                Some(call) => calls::call(self, &call, expression),
                None => self.named(name),
            },
            ExpressionKind::Call(call) => calls::call(self, call, expression),
            ExpressionKind::Either { condition, branches } => self.either(condition, branches, expression),
            ExpressionKind::Record(fields) => self.fields(fields),
            ExpressionKind::List(items) => self.items(items),
            ExpressionKind::Spread(inner) => self.value(inner),
            ExpressionKind::Bound { name, value } => {
                self.bind(name, value, None, false);
                self.named(name)
            }
            ExpressionKind::Each { item, binds, over, is_filtered } => {
                let each = if *is_filtered { None } else { self.for_each(item, binds, over) };
                each.unwrap_or_else(|| {
                    let parts = vec![(**over).clone(), (**item).clone()];
                    self.value(&Expression::other(expression.span.clone(), parts))
                })
            }
            ExpressionKind::Function(function) => {
                self.function(function);
                Value::Unknown
            }
            ExpressionKind::TooDeep => {
                self.too_deep.get_or_insert(expression.span.start);
                Value::Unknown
            }
            ExpressionKind::Other(parts) => {
                for part in parts {
                    // Compared and measured texts are noted only where they stand in calls and records below.
                    let messages = match self.value(part) {
                        Value::Messages(parts, None) => parts,
                        Value::Message(part) => Rope::one(part),
                        _ => continue,
                    };
                    let own = self.path.last().cloned().unwrap_or_default();
                    self.site(SiteKind::Messages, own, "", messages);
                }
                Value::Unknown
            }
        }
    }

    /// The call of a method that Ruby writes as a name: `prompt.strip`, of a variable that holds a text or a list.
    fn method_without_brackets(&self, name: &str, expression: &Expression) -> Option<Call> {
        let (variable, method) = name.rsplit_once('.').filter(|_| self.language == "ruby")?;
        let of_text = |known: &Variable| matches!(known.value, Value::Text(_) | Value::List(..));
        let is_text = |variable: &str| self.lookup(variable).is_some_and(of_text);
        let root = variable.split('.').next().unwrap_or(variable);
        if self.lookup(name).is_some() || !is_text(variable) && !is_text(root) || method.is_empty() {
            return None;
        }
        let span = expression.span.start..expression.span.start + variable.len();
        let receiver = Some(Expression { kind: ExpressionKind::Name(variable.to_owned()), span });
        Some(Call { function: name.to_owned(), receiver, arguments: Vec::new() })
    }

    /// Value of a variable: a text knows whose it is.
    pub(super) fn named(&mut self, name: &str) -> Value {
        let Some(variable) = self.lookup(name) else { return Value::Unknown };
        let (site, value) = (variable.site, variable.value.clone());
        if let Some(site) = site {
            self.sites[site].is_read = true;
        }
        match value {
            Value::Text(text) => Value::Text(match site {
                Some(site) => text.of_variable(site),
                None => TextValue { alias: None, inserted: Rope::default(), ..text },
            }),
            Value::Messages(parts, _) => Value::Messages(parts, site),
            Value::List(items, _) => Value::List(items, site),
            // The variable's own message is told by its site; one that holds another variable's text is that one's.
            Value::Message(mut part) => {
                if let Some(site) = site.filter(|_| part.text.alias.is_none()) {
                    part.text = part.text.of_variable(site);
                }
                Value::Message(part)
            }
            Value::Unknown | Value::Optional(_) => Value::Unknown,
        }
    }

    /// The text with words that a name or a literal stands for; `None` for anything else.
    pub(super) fn text_of(&mut self, expression: &Expression) -> Option<TextValue> {
        match &expression.kind {
            ExpressionKind::Text(passage) => Some(TextValue::literal(passage.clone())),
            ExpressionKind::Name(name) => match self.named(name) {
                Value::Text(text) if text.has_words() && !text.content.is_empty() => {
                    Some(text.used_at(name, &expression.span))
                }
                _ => self.followed(expression),
            },
            ExpressionKind::Call(_) | ExpressionKind::Joined(_) => match self.value(expression) {
                Value::Text(text) => Some(text),
                _ => self.followed(expression),
            },
            _ => self.followed(expression),
        }
    }

    /// Texts and values one behind the other; one value alone is not text.
    fn concatenated(&mut self, parts: &[Expression]) -> Value {
        let mut whole = TextValue::default();
        let mut lists = Vec::new();
        let values: Vec<Value> = parts.iter().map(|part| self.value(part)).collect();
        let has_text = values.iter().any(|value| matches!(value, Value::Text(_)));
        let has_messages = values.iter().any(|value| matches!(value, Value::Messages(..)));
        for (part, value) in parts.iter().zip(values) {
            match value {
                Value::Text(text) => whole.append(match &part.kind {
                    ExpressionKind::Name(name) => text.used_at(name, &part.span),
                    _ => text,
                }),
                // In a text a list is a value.
                Value::List(more, _) if !has_text => self.list_behind(&mut lists, more, part),
                Value::Messages(more, site) if !has_text => self.messages_behind(&mut lists, (more, site), part),
                _ if has_text => whole.append(self.in_place(part)),
                // Messages that stand elsewhere, such as a history.
                Value::Unknown if has_messages => lists.push(Value::Text(self.in_place(part))),
                _ => {}
            }
        }
        match (lists.is_empty(), has_text) {
            (false, _) => messages(lists),
            (true, true) => Value::Text(whole),
            // A sum of numbers.
            (true, false) => Value::Unknown,
        }
    }

    fn either(&mut self, condition: &str, branches: &[Expression], expression: &Expression) -> Value {
        let values: Vec<Value> = branches.iter().map(|branch| self.value(branch)).collect();
        let has_text = values.iter().any(|value| matches!(value, Value::Text(_)));
        if let [first, others @ ..] = values.as_slice()
            && let Value::List(..) = first
            && others.iter().all(|other| matches!(other, Value::List(..)))
        {
            return one_of_lists(condition, values, expression);
        }
        if !has_text {
            let known = values.into_iter().find(|value| !matches!(value, Value::Unknown));
            return known.unwrap_or(Value::Unknown);
        }
        let texts = values.into_iter().zip(branches).map(|(value, branch)| match value {
            Value::Text(text) => text,
            _ => self.in_place(branch),
        });
        let texts = texts.collect();
        Value::Text(self.choice(condition, expression.span.clone(), texts))
    }

    /// A record: a message if it has a role and a content, else its texts stand under their keys.
    fn fields(&mut self, fields: &[Field]) -> Value {
        let mut values = Vec::new();
        for field in fields {
            let is_named = !field.name.is_empty();
            if is_named {
                self.path.push(field.name.clone());
            }
            let is_schema = schema::is_parameters(field) && schema::of_expression(self, &field.value);
            values.push(if is_schema { Value::Unknown } else { self.value(&field.value) });
            if is_named {
                self.path.pop();
            }
        }
        let of = |wanted: &[&str]| fields.iter().position(|field| wanted.contains(&field.name.to_lowercase().as_str()));
        let role = of(&["role"]).and_then(|role| role_in(&fields[role].value));
        let content = of(&["content", "parts", "text"]);
        let kind = of(&["type"]).and_then(|kind| fields[kind].value.literal());
        let is_text_part = matches!(kind, Some("text" | "input_text"));
        if let (Some(role), Some(content)) = (&role, content) {
            if let Value::Unknown = values[content] {
                self.used_result(&fields[content].value, Use::Message(role.clone()));
            }
            let text = self.content(&values[content], &fields[content].value);
            return Value::Message(MessagePart { role: Some(role.clone()), text });
        }
        // The role is that of an earlier message.
        let is_of_a_role = of(&["role"]).is_some_and(|role| fields[role].value.literal().is_none());
        let has_words = |value: &Value| match value {
            Value::Text(text) => text.has_own_words,
            Value::List(items, _) => items.has_words(),
            _ => false,
        };
        if let Some(content) = content.filter(|content| is_of_a_role && has_words(&values[*content])) {
            let text = self.content(&values[content], &fields[content].value);
            return Value::Message(MessagePart { role: None, text });
        }
        if let (true, Some(text)) = (is_text_part || fields.len() == 1, of(&["text"]).filter(|_| fields.len() < 4)) {
            return values.swap_remove(text);
        }
        self.record(fields, values);
        Value::Unknown
    }

    /// The text of a message's content: a text, a list of such, or a value.
    pub(super) fn content(&mut self, value: &Value, expression: &Expression) -> TextValue {
        match value {
            Value::Text(text) => text.clone(),
            Value::List(items, site) => match self.text_of_items(items, "") {
                Some(mut text) => {
                    text.inserted.extend(*site);
                    text
                }
                None => TextValue::placeholder(self.placeholder(expression)),
            },
            _ => TextValue::placeholder(self.placeholder(expression)),
        }
    }

    /// A list: messages if it has any, else the values of its items.
    fn items(&mut self, items: &[Expression]) -> Value {
        if let [role, content] = items
            && let Some(role) = role.literal().and_then(known_role)
        {
            let value = self.value(content);
            let text = self.content(&value, content);
            return Value::Message(MessagePart { role: Some(role.to_owned()), text });
        }
        if let Some(parts) = self.by_role(items) {
            return Value::Messages(parts, None);
        }
        let mut values = Vec::new();
        for item in items {
            if let Some(optional) = self.optional(item) {
                values.push(optional);
                continue;
            }
            match (self.value(item), &item.kind) {
                (Value::Messages(more, site), _) => self.messages_behind(&mut values, (more, site), item),
                (Value::List(more, _), ExpressionKind::Spread(_)) => self.list_behind(&mut values, more, item),
                // An image, a file.
                (Value::Unknown, ExpressionKind::Record(_)) => {}
                (Value::Unknown, ExpressionKind::Call(_)) => {
                    let message = self.message_of(item).map(Value::Message);
                    values.push(message.unwrap_or_else(|| Value::Text(self.in_place(item))));
                }
                (Value::Unknown, _) => {
                    let text = self.in_place(item);
                    values.push(Value::Text(text));
                }
                (value, _) => values.push(value),
            }
        }
        messages(values)
    }

    /// Items that a condition chooses: `*([a] if b else [])`, `...(b ? [a] : [])`.
    fn optional(&mut self, item: &Expression) -> Option<Value> {
        let ExpressionKind::Spread(inner) = &item.kind else { return None };
        let ExpressionKind::Either { condition, branches } = &inner.kind else { return None };
        let mut arms = Vec::new();
        for branch in branches {
            arms.push(match self.value(branch) {
                Value::List(items, _) => items.into_items().into_vec(),
                Value::Text(text) if text.content.is_empty() => Vec::new(),
                _ => return None,
            });
        }
        Some(Optional::value(condition, item.span.clone(), arms))
    }

    /// Messages that functions named after their roles make, such as `[ai.system("…"), ai.user("…")]`; several texts that one is given are
    /// one text.
    fn by_role(&mut self, items: &[Expression]) -> Option<Rope<MessagePart>> {
        let given = |call: &Call| match call.arguments.as_slice() {
            [] => None,
            [only] => Some(only.value.clone()),
            [first, .., last] => {
                let all = call.arguments.iter().map(|argument| argument.value.clone()).collect();
                let span = first.value.span.start..last.value.span.end;
                first.value.literal().map(|_| Expression { kind: ExpressionKind::Joined(all), span })
            }
        };
        let made = |item: &Expression| match &item.kind {
            ExpressionKind::Call(call) => {
                role_of_helper(calls::last(&call.function)).map(str::to_owned).zip(given(call))
            }
            _ => None,
        };
        let all: Vec<Option<(String, Expression)>> = items.iter().map(made).collect();
        let known = || all.iter().flatten();
        // A history or the like may stand between them.
        let may_be_beside = |(item, made): (&Expression, &Option<_>)| {
            made.is_some() || matches!(item.kind, ExpressionKind::Name(_) | ExpressionKind::Spread(_))
        };
        let is_list = known().count() > 1
            && known().any(|(role, _)| role == "user" || role == "system")
            && items.iter().zip(&all).all(may_be_beside);
        let part = |(item, made): (&Expression, Option<(String, Expression)>)| match made {
            Some((role, content)) => {
                let value = self.value(&content);
                MessagePart { role: Some(role), text: self.content(&value, &content) }
            }
            None => MessagePart { role: Some("user".into()), text: self.in_place(item) },
        };
        is_list.then(|| items.iter().zip(all).map(part).collect())
    }

    /// The class of an expression's value.
    pub(super) fn class_of(&self, expression: &Expression) -> ExpressionClass {
        let of_all = |parts: &[Expression]| {
            parts.iter().map(|part| self.class_of(part)).max().unwrap_or(ExpressionClass::Stable)
        };
        match &expression.kind {
            ExpressionKind::Text(_) | ExpressionKind::Function(_) => ExpressionClass::Stable,
            ExpressionKind::TooDeep => ExpressionClass::Volatile,
            ExpressionKind::Either { branches, .. } => of_all(branches),
            ExpressionKind::Spread(inner) | ExpressionKind::Bound { value: inner, .. } => self.class_of(inner),
            ExpressionKind::Name(name) => self.class_of_name(name),
            ExpressionKind::Each { item, binds, over, .. } => {
                let of_list = self.class_of(over);
                let known = self.items.borrow().len();
                self.items.borrow_mut().extend(binds.iter().map(|name| (name.clone(), of_list)));
                let of_item = self.class_of(item);
                self.items.borrow_mut().truncate(known);
                of_list.max(of_item)
            }
            ExpressionKind::Call(call) => {
                if let Some(class) = self.class_of_environment(call) {
                    return class;
                }
                let inner = call.arguments.iter().map(|argument| self.class_of(&argument.value));
                let receiver = call.receiver.iter().filter(|receiver| !self.is_module(receiver));
                let receiver_class = receiver.map(|receiver| self.class_of(receiver)).max();
                let inner = inner.chain(receiver_class).max();
                // A step of a query bounds what it gives, and the query is the request's: `found.limit(3)`.
                if receiver_class == Some(ExpressionClass::Volatile)
                    && ["limit", "max", "min", "top", "take"].contains(&calls::last(&call.function))
                {
                    return ExpressionClass::Volatile;
                }
                let told = ExpressionClass::of_call(&call.function, inner);
                // Another file makes it of constants.
                let is_made_of_constants = inner == Some(ExpressionClass::Stable)
                    && !call.arguments.is_empty()
                    && self.imported.contains(call.function.as_str())
                    && !matches!(ValueKind::guess(&call.function), ValueKind::Time | ValueKind::Id | ValueKind::Random);
                if is_made_of_constants && told == Some(ExpressionClass::Volatile) {
                    return ExpressionClass::Config;
                }
                // A type has one name, whatever its words tell of things that have many: `SearchTool.name()`.
                let of_types = ["name", "schema", "description", "title", "label", "examples", "usage"];
                if (told.is_none() || of_types.contains(&calls::last(&call.function))) && self.is_of_a_type(call) {
                    return ExpressionClass::Config;
                }
                match inner.filter(|_| calls::is_plain(&call.function)) {
                    Some(inner) => inner,
                    None => told.or(inner).unwrap_or(ExpressionClass::Volatile),
                }
            }
            ExpressionKind::Record(fields) => {
                fields.iter().map(|field| self.class_of(&field.value)).max().unwrap_or(ExpressionClass::Stable)
            }
            ExpressionKind::Other(parts) if parts.is_empty() => {
                ExpressionClass::of_words(&self.written(&expression.span)).unwrap_or(ExpressionClass::Stable)
            }
            ExpressionKind::Joined(parts) | ExpressionKind::List(parts) | ExpressionKind::Other(parts) => of_all(parts),
        }
    }

    /// Tells whether a function is called on a module of its language's library that makes one text of another.
    fn is_module(&self, receiver: &Expression) -> bool {
        const MODULES: &[&str] =
            &["json", "orjson", "yaml", "textwrap", "inspect", "html", "JSON", "strings", "string", "String", "fmt"];
        matches!(&receiver.kind, ExpressionKind::Name(name) if MODULES.contains(&name.as_str()) && self.lookup(name).is_none())
    }
}

/// One of several lists, as a condition decides.
fn one_of_lists(condition: &str, lists: Vec<Value>, expression: &Expression) -> Value {
    let items = |list| match list {
        Value::List(items, _) => items.into_items().into_vec(),
        _ => Vec::new(),
    };
    let arms = lists.into_iter().map(items).collect();
    Value::List(std::iter::once(Optional::value(condition, expression.span.clone(), arms)).collect(), None)
}

/// The class of a text: of the values in it.
pub(super) fn text_class(value: &Value) -> ExpressionClass {
    match value {
        Value::Text(text) => text.content.class(),
        _ => ExpressionClass::Volatile,
    }
}

/// Values as messages, if any of them is one.
pub(super) fn messages(values: Vec<Value>) -> Value {
    if !values.iter().any(|value| matches!(value, Value::Message(_))) {
        return Value::List(values.into_iter().collect(), None);
    }
    let part = |value| match value {
        Value::Message(part) => Some(part),
        // Messages that stand elsewhere.
        Value::Text(text) if !text.has_own_words => Some(MessagePart { role: Some("user".into()), text }),
        _ => None,
    };
    Value::Messages(values.into_iter().filter_map(part).collect(), None)
}

/// The role that a literal or the name of a constant says, such as `MessageRole.USER`.
pub(super) fn role_in(expression: &Expression) -> Option<String> {
    let word = match &expression.kind {
        // `Role.USER`, `RoleUser`, `ChatMessageRoleUser`.
        ExpressionKind::Name(name) => {
            let last = name.rsplit(['.', ':']).next().unwrap_or_default();
            let start = last.rfind(char::is_uppercase).filter(|start| *start > 0 && last.contains(char::is_lowercase));
            last[start.unwrap_or(0)..].to_lowercase()
        }
        // One of two, of which the first stands for both.
        ExpressionKind::Either { branches, .. } => {
            let roles: Option<Vec<String>> = branches.iter().map(role_in).collect();
            return roles?.into_iter().next();
        }
        _ => expression.literal()?.to_owned(),
    };
    known_role(&word).map(str::to_owned)
}

/// The role that a function makes a message of, by its name: `user`, `ai.system`, or a short word for one.
fn role_of_helper(name: &str) -> Option<&'static str> {
    let by_end = ["system", "user", "assistant"].into_iter().find(|role| name.ends_with(role));
    by_end.or(match name {
        "syst" | "sys" | "sysm" => Some("system"),
        "usr" | "human" => Some("user"),
        "asst" | "assi" | "ai" => Some("assistant"),
        _ => None,
    })
}

/// The role that a word of a pair means.
pub(super) fn known_role(word: &str) -> Option<&'static str> {
    Some(match word {
        "system" => "system",
        "developer" => "developer",
        "user" | "human" => "user",
        "assistant" | "ai" | "model" => "assistant",
        "tool" | "function" => "tool",
        _ => return None,
    })
}
