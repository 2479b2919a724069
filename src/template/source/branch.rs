//! Branches: what each arm makes of a variable is put together, so that a text with conditions is one text.

use std::collections::BTreeSet;

use super::code::Statement;
use super::value::{SiteId, TextValue, Value, first_byte};
use super::walk::{Scope, Variable, Walk};
use crate::template::Fragment;

impl Walk<'_> {
    /// Walks over each arm from the same beginning, and puts what they made of each variable together.
    pub(super) fn branch(&mut self, condition: &str, arms: &[Vec<Statement>], is_exhaustive: bool) {
        let Some(before) = self.scopes.last().cloned() else { return };
        let mut ends = Vec::new();
        for arm in arms {
            self.set_scope(before.clone());
            self.block(arm);
            ends.extend(self.scopes.last().cloned());
        }
        if !is_exhaustive || ends.is_empty() {
            ends.push(before.clone());
        }
        self.set_scope(before.clone());
        let names: BTreeSet<String> = ends.iter().flat_map(|scope| scope.variables.keys().cloned()).collect();
        for name in names {
            let new: Vec<Option<&Variable>> = ends.iter().map(|scope| scope.variables.get(&name)).collect();
            if let Some(merged) = self.merged(&name, condition, before.variables.get(&name), &new) {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.variables.insert(name.clone(), merged);
                }
                self.sync(&name);
            }
        }
    }

    fn set_scope(&mut self, scope: Scope) {
        if let Some(last) = self.scopes.last_mut() {
            *last = scope;
        }
    }

    /// A variable after the arms of a branch; `None` if none changed it.
    fn merged(
        &mut self,
        name: &str,
        condition: &str,
        old: Option<&Variable>,
        new: &[Option<&Variable>],
    ) -> Option<Variable> {
        let length = |variable: &Variable| match &variable.value {
            Value::Text(text) => text.content.len(),
            Value::Messages(parts, _) => parts.len(),
            Value::List(items, _) => items.len(),
            _ => 0,
        };
        let is_changed =
            |variable: &Variable| old.is_none_or(|old| old.bound != variable.bound || length(old) != length(variable));
        let changed: Vec<&Variable> = new.iter().copied().flatten().filter(|variable| is_changed(variable)).collect();
        let first = *changed.first()?;
        let mut merged = first.clone();
        let grew = |old: &Variable| {
            let is_longer = |variable: &&Variable| variable.bound == old.bound && length(variable) >= length(old);
            changed.iter().all(is_longer) && new.iter().flatten().all(|variable| length(variable) >= length(old))
        };
        let from = old.filter(|old| grew(old)).map_or(0, length);
        let texts: Vec<&TextValue> = new.iter().copied().flatten().filter_map(Variable::text).collect();
        let value = old.and_then(|old| grown_value(name, old, first));
        match &mut merged.value {
            Value::Text(merged) if value.is_some() => {
                let begin = TextValue { content: value.into_iter().collect(), ..TextValue::default() };
                let whole = |variable: &Variable| variable.text().unwrap_or(&begin).clone();
                let texts: Vec<TextValue> = new.iter().copied().flatten().map(whole).collect();
                *merged = merged_text(condition, Some(&begin), &texts.iter().collect::<Vec<_>>(), 1);
            }
            Value::Text(merged) if texts.len() > 1 => {
                let start = old.filter(|_| from > 0).and_then(Variable::text);
                *merged = merged_text(condition, start, &texts, from);
                // Texts that the arms bound are one text now.
                if from == 0 {
                    let sites: Vec<SiteId> = changed.iter().filter_map(|variable| variable.site).collect();
                    let keep = sites.first().copied();
                    for site in sites.into_iter().filter(|site| Some(*site) != keep) {
                        self.sites[site].is_merged = !self.sites[site].is_shared;
                    }
                }
            }
            Value::Messages(parts, _) => {
                let rest = changed[1..].iter().filter_map(|variable| match &variable.value {
                    Value::Messages(parts, _) => parts.get(from..),
                    _ => None,
                });
                parts.extend(rest.flatten().cloned());
            }
            Value::List(items, _) => {
                let rest = changed[1..].iter().filter_map(|variable| match &variable.value {
                    Value::List(items, _) => items.get(from..),
                    _ => None,
                });
                items.extend(rest.flatten().cloned());
            }
            _ => {}
        }
        merged.class = new.iter().flatten().map(|variable| variable.class).max().unwrap_or(merged.class);
        Some(merged)
    }
}

/// The value that a text begins with which grew from it, for arms in which it did not grow.
fn grown_value(name: &str, old: &Variable, grown: &Variable) -> Option<Fragment> {
    let first = grown.text().filter(|_| matches!(old.value, Value::Unknown))?.content.first()?;
    matches!(first, Fragment::Value(value) if value.written == name).then(|| first.clone())
}

/// The text that all arms begin with, and a choice among what each appends to it.
fn merged_text(condition: &str, start: Option<&TextValue>, texts: &[&TextValue], from: usize) -> TextValue {
    let mut whole = start.cloned().unwrap_or_default();
    let alias = whole.alias;
    let rest = texts.iter().map(|text| TextValue { content: text.content[from..].to_vec(), ..(*text).clone() });
    let at = texts.iter().find_map(|text| first_byte(&text.content[from..]));
    let at = at.or_else(|| first_byte(&whole.content)).unwrap_or(0);
    whole.append(TextValue::choice(condition.to_owned(), at..at + 1, rest.collect()));
    if from > 0 {
        whole.alias = alias;
    }
    whole
}

impl Variable {
    fn text(&self) -> Option<&TextValue> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
