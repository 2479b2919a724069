//! Growth: what `+=`, `append` and the like add to a variable is put at its end, and its site learns of it.

use super::code::Expression;
use super::rope::Rope;
use super::signs;
use super::site::{SiteKind, Use};
use super::value::{Part, TextValue, Value, put_behind};
use super::walk::Walk;
use crate::template::Placeholder;

impl Walk<'_> {
    /// Appends to what a variable holds.
    pub(super) fn grow(&mut self, target: &str, more: Value, expression: &Expression) {
        let more = match more {
            Value::Unknown => Value::Text(TextValue::placeholder(self.placeholder(expression))),
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
                let (len, more) = (items.items.len(), more.items.into_vec());
                put_behind(&mut items, len, more, Value::Text(not_read));
                Value::List(items, site)
            }
            (Value::Unknown, Value::Messages(more, None)) => Value::Messages(more, None),
            (Value::List(items, _), Value::Messages(more, _)) if items.items.is_empty() => Value::Messages(more, None),
            (Value::List(items, _), Value::Message(more)) if items.items.is_empty() => {
                Value::Messages(Rope::one(more), None)
            }
            (Value::List(mut items, site), more) => {
                items.push(more);
                Value::List(items, site)
            }
            (Value::Messages(mut parts, site), Value::Message(more)) => {
                parts.push(more);
                Value::Messages(parts, site)
            }
            (Value::Messages(mut parts, site), Value::Messages(more, _)) => {
                let len = parts.len();
                put_behind(&mut parts, len, more.into_vec(), Part { role: None, text: not_read });
                Value::Messages(parts, site)
            }
            // A value, and words behind it.
            (Value::Unknown, Value::Text(more)) if more.has_own_words && signs::may_name_a_prompt(target) => {
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
        variable.made_by = None;
        self.sync(target);
    }

    /// Says what a variable holds now at its site.
    pub(super) fn sync(&mut self, target: &str) {
        let Some(variable) = self.variable(target) else { return };
        let (site, value) = (variable.site, variable.value.clone());
        let parts = match value {
            Value::Text(text) if text.alias.is_none() && text.has_words() => Rope::one(Part { role: None, text }),
            Value::Messages(parts, _) => parts,
            Value::List(items, _) => match items.lines() {
                Some(text) => Rope::one(Part { role: None, text }),
                None => return,
            },
            _ => return,
        };
        let is_messages = parts.any_from_end(|part| part.role.is_some());
        let kind = if is_messages { SiteKind::Messages } else { SiteKind::Binding { annotation: None } };
        let site = match site.filter(|site| !self.sites[*site].is_shared || self.path.is_empty()) {
            Some(site) => {
                self.sites[site].parts = parts;
                self.sites[site].kind = kind;
                site
            }
            None => self.site(kind, target.to_owned(), target, parts),
        };
        if let Some(variable) = self.variable(target) {
            variable.site = Some(site);
            match &mut variable.value {
                Value::Messages(_, alias) | Value::List(_, alias) => *alias = Some(site),
                _ => {}
            }
        }
    }
}
