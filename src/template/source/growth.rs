//! Growth: what `+=`, `append` and the like add to a variable is put at its end, and its site learns of it.

use super::code::{Argument, Expression, ExpressionKind};
use super::evaluate::known_role;
use super::list::List;
use super::rope::Rope;
use super::scope::Variable;
use super::signs;
use super::site::{SiteKind, Use};
use super::value::{MessagePart, SiteId, TextValue, Value, put_behind};
use super::walk::Walk;
use crate::template::Placeholder;
use crate::template::class::ExpressionClass;

/// Tells whether a name says that it holds what a user wrote: `user_input`.
fn holds_input(name: &str) -> bool {
    crate::template::volatile::words(name).iter().any(|word| ["input", "user", "question"].contains(&word.as_str()))
}

impl Walk<'_> {
    /// Appends to what a variable holds.
    pub(super) fn grow(&mut self, target: &str, more: Value, expression: &Expression) {
        let more = match more {
            Value::Unknown => Value::Text(self.in_place(expression)),
            more => more,
        };
        let Some(variable) = self.variable(target) else {
            if let Value::Text(text) = more {
                self.found(SiteKind::Binding { annotation: None }, target, target, text, Use::Other);
            }
            return;
        };
        let not_read = TextValue::too_large(expression.span.start);
        let whole = match (std::mem::replace(&mut variable.value, Value::Unknown), more) {
            (Value::Text(text), Value::Text(more)) => {
                // The text of another variable does not grow with it.
                if text.alias.is_some() {
                    variable.site = None;
                }
                let mut text = text.detached();
                text.append(more);
                Value::Text(text)
            }
            (Value::List(mut items, site), Value::List(more, _)) => {
                let (len, more) = (items.items().len(), more.into_items().into_vec());
                put_behind(&mut items, len, more, Value::Text(not_read));
                Value::List(items, site)
            }
            (Value::Unknown, Value::Messages(more, None)) => Value::Messages(more, None),
            (Value::List(items, _), Value::Messages(more, _)) if items.items().is_empty() => {
                Value::Messages(more, None)
            }
            (Value::List(items, _), Value::Message(more)) if items.items().is_empty() => {
                Value::Messages(Rope::one(more), None)
            }
            (Value::List(mut items, site), more) => {
                items.push(more);
                Value::List(items, site)
            }
            (Value::Messages(parts, site), more) => Value::Messages(with_messages(parts, more, not_read), site),
            // A value, and words behind it.
            (Value::Unknown, Value::Text(more))
                if more.has_own_words && (signs::may_name_a_prompt(target) || holds_input(target)) =>
            {
                let span = expression.span.start..expression.span.start;
                let (written, names) = (target.to_owned(), vec![target.to_owned()]);
                let class = Some(variable.class);
                let mut text = TextValue::placeholder(Placeholder { written, names, span, unread: None, class });
                text.append(more);
                Value::Text(text)
            }
            (before, _) => before,
        };
        variable.value = whole;
        (variable.made_by, variable.made, variable.number) = (None, None, None);
        self.sync(target);
    }

    /// Grows messages by one that a record names after its role, `transcript << { user: question }`; tells whether the expression is one.
    pub(super) fn said_by_role(&mut self, target: &str, expression: &Expression) -> bool {
        let ExpressionKind::Record(fields) = &expression.kind else { return false };
        let ([field], "ruby") = (fields.as_slice(), self.language) else { return false };
        let Some(role) = known_role(&field.name) else { return false };
        let value = self.value(&field.value);
        let text = self.content(&value, &field.value);
        self.tell(target, MessagePart { role: Some(role.to_owned()), text }, expression);
        true
    }

    /// Puts a message behind those that a variable holds; of one of which nothing is known it is the first.
    pub(super) fn tell(&mut self, target: &str, message: MessagePart, expression: &Expression) {
        let held = self.lookup(target).map(|known| &known.value);
        if held.is_some_and(|held| !matches!(held, Value::Unknown)) {
            self.grow(target, Value::Message(message), expression);
            return;
        }
        let (messages, kind) = (Value::Messages(Rope::one(message), None), SiteKind::Messages);
        let own = target.rsplit('.').next().unwrap_or(target);
        let (value, site) = self.bound_value(messages, kind, (own, target), None);
        self.insert(target, Variable { value, site, ..Variable::unknown(ExpressionClass::Volatile) });
    }

    /// Grows a list as Go does, `list = append(list, item)`; tells whether the expression does so.
    pub(super) fn appended(&mut self, target: &str, expression: &Expression) -> bool {
        let ExpressionKind::Call(call) = &expression.kind else { return false };
        let is_target = |first: &Argument| matches!(&first.value.kind, ExpressionKind::Name(name) if name == target);
        let is_known =
            matches!(self.lookup(target).map(|known| &known.value), Some(Value::List(..) | Value::Messages(..)));
        if call.function != "append" || !call.arguments.first().is_some_and(is_target) || !is_known {
            return false;
        }
        for argument in &call.arguments[1..] {
            let value = self.value(&argument.value);
            self.grow(target, value, &argument.value);
        }
        true
    }

    /// Puts an item before those that a variable holds.
    pub(super) fn put_first(&mut self, target: &str, item: Value, expression: &Expression) {
        let item = match item {
            Value::Unknown => Value::Text(self.in_place(expression)),
            item => item,
        };
        let Some(variable) = self.variable(target) else { return };
        let whole = match (std::mem::replace(&mut variable.value, Value::Unknown), item) {
            (Value::List(items, _), Value::Message(first)) if items.items().is_empty() => {
                Value::Messages(Rope::one(first), None)
            }
            (Value::List(mut items, site), item) => {
                items.put_first(item);
                Value::List(items, site)
            }
            // `prompt.insert(0, text)`.
            (Value::Text(text), Value::Text(first)) => {
                if text.alias.is_some() {
                    variable.site = None;
                }
                let mut whole = first.detached();
                whole.append(text.detached());
                Value::Text(whole)
            }
            (Value::Messages(parts, site), Value::Message(first)) => {
                let mut all = Rope::one(first);
                all.append(parts);
                Value::Messages(all, site)
            }
            (before, _) => before,
        };
        variable.value = whole;
        variable.bound += 1;
        self.sync(target);
    }

    /// The site of a variable whose text is its own and was not read by any expression yet.
    pub(super) fn unread_site(&self, target: &str) -> Option<SiteId> {
        let variable = self.scopes.last()?.get(target)?;
        let Value::Text(text) = &variable.value else { return None };
        let site = variable.site.filter(|_| text.alias.is_none() && text.only_variable().is_none())?;
        let known = &self.sites[site];
        (!known.is_read && !known.is_merged && (!known.is_shared || self.path.is_empty())).then_some(site)
    }

    /// Binds a variable to a text that is made of its own, which nothing else has read: it stays the text of one site, as one that grows.
    pub(super) fn rebound(
        &mut self,
        target: &str,
        text: TextValue,
        site: Option<SiteId>,
    ) -> (TextValue, Option<SiteId>) {
        let old = self.scopes.last().and_then(|scope| scope.get(target)).map(|variable| variable.value.clone());
        let (Some(Value::Text(old)), Some(known)) = (old, site) else { return (text, site) };
        let text = text.grown_from(old, known);
        self.set_parts(known, Rope::one(MessagePart { role: None, text: text.clone() }));
        self.sites[known].is_read = false;
        (text, site)
    }

    /// A value as a variable holds it, and its site; `unread` is that of the text that it held before, if nothing has read it.
    pub(super) fn bound_value(
        &mut self,
        value: Value,
        kind: SiteKind,
        (last, target): (&str, &str),
        unread: Option<SiteId>,
    ) -> (Value, Option<SiteId>) {
        match value {
            Value::Text(text) if unread.is_some_and(|site| text.alias.is_none() && text.inserts(site)) => {
                let (text, site) = self.rebound(target, text, unread);
                (Value::Text(text), site)
            }
            Value::Text(text) => {
                let site = self.found(kind, last, target, text.clone(), Use::Key(last.to_owned()));
                (Value::Text(text), site)
            }
            Value::Message(part) => {
                let site = self.site(SiteKind::Messages, last.to_owned(), target, Rope::one(part.clone()));
                (Value::Message(part), Some(site))
            }
            Value::Messages(parts, site) => {
                let site =
                    site.unwrap_or_else(|| self.site(SiteKind::Messages, last.to_owned(), target, parts.clone()));
                (Value::Messages(parts, Some(site)), Some(site))
            }
            Value::List(items, site) => {
                let known = self.sites.len();
                self.list(&items, site, last, target);
                let site = site.or((self.sites.len() > known).then_some(known));
                (Value::List(items, site), site)
            }
            Value::Unknown | Value::Optional(_) => (Value::Unknown, None),
        }
    }

    /// Says what a variable holds now at its site.
    pub(super) fn sync(&mut self, target: &str) {
        let Some(variable) = self.variable(target) else { return };
        let (site, value) = (variable.site, variable.value.clone());
        let parts = match value {
            Value::Text(text) if text.alias.is_none() && text.has_words() => {
                Rope::one(MessagePart { role: None, text })
            }
            Value::Messages(parts, _) => parts,
            Value::List(items, _) if items.has_words() => {
                self.sync_list(target, site, items);
                return;
            }
            _ => return,
        };
        let is_messages = parts.any_from_end(|part| part.role.is_some());
        let kind = if is_messages { SiteKind::Messages } else { SiteKind::Binding { annotation: None } };
        let site = match self.own_site(site) {
            Some(site) => {
                self.set_parts(site, parts);
                self.sites[site].kind = kind;
                site
            }
            None => self.site(kind, target.to_owned(), target, parts),
        };
        self.stands_at(target, site);
    }

    /// Says that a variable holds a list now. Its texts are put together when its site is asked for them: code may set one item after another.
    fn sync_list(&mut self, target: &str, site: Option<SiteId>, items: List) {
        let kind = SiteKind::Binding { annotation: None };
        let site = if let Some(site) = self.own_site(site) {
            self.sites[site].kind = kind;
            self.lists.insert(site, items);
            site
        } else {
            let Some(text) = items.lines() else { return };
            self.site(kind, target.to_owned(), target, Rope::one(MessagePart { role: None, text }))
        };
        self.stands_at(target, site);
    }

    /// The site of a variable, if what is done here changes it for all that use it.
    fn own_site(&self, site: Option<SiteId>) -> Option<SiteId> {
        site.filter(|site| !self.sites[*site].is_shared || self.path.is_empty())
    }

    fn stands_at(&mut self, target: &str, site: SiteId) {
        let Some(variable) = self.variable(target) else { return };
        variable.site = Some(site);
        match &mut variable.value {
            Value::Messages(_, alias) | Value::List(_, alias) => *alias = Some(site),
            _ => {}
        }
    }

    /// The parts of a site, with what a list holds by now.
    pub(super) fn parts_mut(&mut self, site: SiteId) -> &mut Rope<MessagePart> {
        if let Some(text) = self.lists.remove(&site).and_then(|items| items.lines()) {
            self.sites[site].parts = Rope::one(MessagePart { role: None, text });
        }
        &mut self.sites[site].parts
    }

    pub(super) fn set_parts(&mut self, site: SiteId, parts: Rope<MessagePart>) {
        self.lists.remove(&site);
        self.sites[site].parts = parts;
    }
}

/// Messages with more behind them; a text without words is that of messages that stand elsewhere.
fn with_messages(mut parts: Rope<MessagePart>, more: Value, not_read: TextValue) -> Rope<MessagePart> {
    match more {
        Value::Message(more) => parts.push(more),
        Value::Text(text) if !text.has_own_words => parts.push(MessagePart { role: Some("user".into()), text }),
        Value::Messages(more, _) => {
            let len = parts.len();
            put_behind(&mut parts, len, more.into_vec(), MessagePart { role: None, text: not_read });
        }
        _ => {}
    }
    parts
}
