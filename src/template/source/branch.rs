//! Branches: what each arm makes of a variable is put together, so that a text with conditions is one text.

use std::collections::BTreeSet;

use super::code::Statement;
use super::list::List;
use super::rope::Rope;
use super::scope::{Layer, Scope, Variable};
use super::site::Use;
use super::value::{MessagePart, Optional, SiteId, TextValue, Value};
use super::walk::Walk;
use crate::template::{Fragment, Placeholder};

impl Walk<'_> {
    /// Walks over each arm from the same beginning, and puts what they made of each variable together.
    pub(super) fn branch(&mut self, condition: &str, arms: &[Vec<Statement>], is_exhaustive: bool) {
        let mut ends = Vec::new();
        for arm in arms {
            self.scopes.last_mut().map(Scope::open);
            self.block(arm);
            ends.extend(self.scopes.last_mut().map(Scope::close));
        }
        if !is_exhaustive || ends.is_empty() {
            ends.push(Layer::default());
        }
        let names: BTreeSet<&String> = ends.iter().flat_map(Layer::keys).collect();
        for name in names {
            let old = self.scopes.last().and_then(|scope| scope.get(name)).cloned();
            let new: Vec<Option<&Variable>> = ends.iter().map(|end| end.get(name).or(old.as_ref())).collect();
            if let Some(merged) = self.merged(name, condition, old.as_ref(), &new) {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.insert(name, merged);
                }
                self.sync(name);
            }
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
        let is_changed =
            |variable: &Variable| old.is_none_or(|old| old.bound != variable.bound || length(old) != length(variable));
        let changed: Vec<&Variable> = new.iter().copied().flatten().filter(|variable| is_changed(variable)).collect();
        // A text tells more than a value.
        let first = *changed.iter().find(|variable| variable.text().is_some()).or(changed.first())?;
        let grew = |old: &Variable| {
            let is_longer = |variable: &&Variable| variable.bound == old.bound && length(variable) >= length(old);
            changed.iter().all(is_longer) && new.iter().flatten().all(|variable| length(variable) >= length(old))
        };
        let grown = old.filter(|old| grew(old));
        let from = grown.map_or(0, length);
        let at = first.site.map_or(0, |site| self.sites[site].at);
        let value = match &first.value {
            Value::Text(only) => {
                let unknown = TextValue::placeholder(unknown_text(name, first, new));
                let texts: Vec<&TextValue> =
                    new.iter().copied().flatten().map(|variable| variable.text().unwrap_or(&unknown)).collect();
                Value::Text(match old.and_then(|old| grown_value(name, old, first)) {
                    Some(begin) => self.merged_from_value(condition, begin, new),
                    None if texts.len() > 1 => {
                        self.merge_sites(&changed, old.filter(|_| !is_exhaustive(new, old)));
                        self.merged_text(condition, grown.filter(|_| from > 0).and_then(Variable::text), &texts)
                    }
                    None => only.clone(),
                })
            }
            // Lists that each arm begins anew are requests of several kinds.
            Value::Messages(..) if grown.is_none() && old.is_none() => first.value.clone(),
            Value::Messages(..) => merged_messages(first, &changed[1..], from),
            Value::List(..) => merged_list(condition, first, grown, new, at),
            Value::Message(part) => {
                let texts: Vec<&TextValue> = new.iter().flatten().filter_map(|variable| variable.message()).collect();
                Value::Message(MessagePart { text: self.merged_text(condition, None, &texts), ..part.clone() })
            }
            other => other.clone(),
        };
        let class = new.iter().flatten().map(|variable| variable.class).max().unwrap_or(first.class);
        // A number and a function are known only of what all arms hold.
        let is_alike = new.iter().flatten().all(|variable| variable.bound == first.bound);
        let (number, made) = if is_alike { (first.number.clone(), first.made.clone()) } else { (None, None) };
        Some(Variable {
            value,
            class,
            site: first.site,
            made_by: first.made_by.clone(),
            bound: first.bound,
            number,
            is_place: false,
            made,
        })
    }

    /// Texts that the arms bound are one text now.
    fn merge_sites(&mut self, changed: &[&Variable], old: Option<&Variable>) {
        let sites: Vec<SiteId> = changed.iter().filter_map(|variable| variable.site).collect();
        let keep = sites.first().copied();
        // The text that the variable held before is a part too, unless it was sent as it was.
        let is_sent = |site: &SiteId| {
            self.sites[*site].uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }))
        };
        let old = old.and_then(|old| old.site).filter(|site| !is_sent(site));
        let sites: Vec<SiteId> = sites.into_iter().chain(old).collect();
        for site in sites.into_iter().filter(|site| Some(*site) != keep) {
            self.sites[site].is_merged = !self.sites[site].is_shared || self.path.is_empty();
        }
    }

    /// The text that grew from a value in some arms, and is the value alone in the others.
    fn merged_from_value(&mut self, condition: &str, begin: Fragment, new: &[Option<&Variable>]) -> TextValue {
        let begin = TextValue { content: begin.into(), ..TextValue::default() };
        let texts: Vec<&TextValue> =
            new.iter().copied().flatten().map(|variable| variable.text().unwrap_or(&begin)).collect();
        self.merged_text(condition, Some(&begin), &texts)
    }

    /// The text that all arms begin with, and a choice among what each has behind it. All begin with the start, where there is one; texts that
    /// were bound again may begin alike too. What they share must not stand in each branch: it would double with each condition in a row.
    fn merged_text(&mut self, condition: &str, start: Option<&TextValue>, texts: &[&TextValue]) -> TextValue {
        let from = start.map_or_else(|| shared(texts), |start| start.content.len());
        let mut whole = start.cloned().unwrap_or_default();
        if texts.iter().any(|text| text.alias.is_none()) {
            whole = whole.detached();
        }
        if start.is_none() {
            let start = texts.iter().find(|text| text.content.len() == from).map(|text| text.content.clone());
            let start = start.or_else(|| Some(texts.first()?.content.start(from)));
            whole.content = start.unwrap_or_default();
            whole.inserted = inserted_alike(texts);
        }
        let alias = whole.alias;
        let (inserted, replaced) = (whole.inserted.len(), whole.replaced.len());
        let rest = texts.iter().map(|text| TextValue {
            content: text.content.behind(from).cloned().collect::<Vec<Fragment>>().into(),
            has_own_words: text.has_own_words,
            has_own_values: text.has_own_values,
            own: text.own.clone(),
            inserted: text.inserted.behind(inserted).copied().collect(),
            alias: text.alias.filter(|_| start.is_none()),
            is_filled: text.is_filled,
            replaced: text.replaced.get(replaced..).unwrap_or_default().to_vec(),
        });
        let at = texts.iter().find_map(|text| text.content.first_byte_behind(from));
        let at = at.or_else(|| whole.content.first_byte()).unwrap_or(0);
        let choice = self.choice(condition, at..at + 1, rest.collect());
        whole.append(choice);
        if start.is_some() {
            whole.alias = alias;
        }
        whole
    }
}

/// The messages that arms have, one behind the other.
fn merged_messages(first: &Variable, others: &[&Variable], from: usize) -> Value {
    let Value::Messages(parts, site) = &first.value else { return Value::Unknown };
    let rest = others.iter().filter_map(|variable| match &variable.value {
        Value::Messages(more, _) => Some(more.behind(from.max(shared_parts(parts, more)))),
        _ => None,
    });
    let mut all = parts.clone();
    all.extend(rest.flatten().cloned());
    Value::Messages(all, *site)
}

/// The list that grew in some arms, with what each has behind it; or one of several lists.
fn merged_list(
    condition: &str,
    first: &Variable,
    grown: Option<&Variable>,
    new: &[Option<&Variable>],
    at: usize,
) -> Value {
    let Value::List(_, site) = &first.value else { return Value::Unknown };
    let from = grown.map_or(0, length);
    let arms = new.iter().map(|variable| match variable.map(|variable| &variable.value) {
        Some(Value::List(items, _)) => items.items().behind(from).cloned().collect(),
        _ => Vec::new(),
    });
    let mut all = match grown.map(|old| &old.value) {
        Some(Value::List(items, _)) => items.clone(),
        _ => List::default(),
    };
    all.push(Optional::value(condition, at..at + 1, arms.collect()));
    Value::List(all, *site)
}

/// Tells whether no arm leaves a variable as it was.
fn is_exhaustive(new: &[Option<&Variable>], old: Option<&Variable>) -> bool {
    !new.iter().flatten().any(|variable| old.is_some_and(|old| old.bound == variable.bound))
}

/// The place of what the arms bind that is no text here, as a value beside the text of the others.
fn unknown_text(name: &str, known: &Variable, all: &[Option<&Variable>]) -> Placeholder {
    let at = known.text().and_then(|text| text.content.first_byte()).unwrap_or(0);
    let unknown = all.iter().flatten().filter(|variable| variable.text().is_none());
    let class = unknown.map(|variable| variable.class).max();
    Placeholder { written: name.to_owned(), names: vec![name.to_owned()], span: at..at + 1, unread: None, class }
}

/// The number of fragments, messages or items of a value, which grows with it.
fn length(variable: &Variable) -> usize {
    match &variable.value {
        Value::Text(text) => text.content.len(),
        Value::Messages(parts, _) => parts.len(),
        Value::List(items, _) => items.items().len(),
        _ => 0,
    }
}

/// The value that a text begins with which grew from it, for arms in which it did not grow.
fn grown_value(name: &str, old: &Variable, grown: &Variable) -> Option<Fragment> {
    let first = grown.text().filter(|_| matches!(old.value, Value::Unknown))?.content.first()?;
    matches!(first, Fragment::Value(value) if value.written == name).then(|| first.clone())
}

/// The variables that stand in all texts, as far as one grew from the other.
fn inserted_alike(texts: &[&TextValue]) -> Rope<SiteId> {
    let Some((first, others)) = texts.split_first() else { return Rope::default() };
    let held = others.iter().map(|text| first.inserted.held_in_common(&text.inserted)).min();
    first.inserted.start(held.unwrap_or(0))
}

/// The messages that both lists begin with: `messages = messages + […]` binds them again.
fn shared_parts(one: &Rope<MessagePart>, other: &Rope<MessagePart>) -> usize {
    one.alike(other, |ours, theirs| ours.role == theirs.role && ours.text.content == theirs.text.content)
}

/// The number of fragments that all texts begin with.
fn shared(texts: &[&TextValue]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    let in_common = others.iter().map(|text| first.content.in_common(&text.content));
    in_common.min().unwrap_or(first.content.len())
}

impl Variable {
    fn message(&self) -> Option<&TextValue> {
        match &self.value {
            Value::Message(part) => Some(&part.text),
            _ => None,
        }
    }

    fn text(&self) -> Option<&TextValue> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
