//! Folds: `reduce`, which puts one text behind the other for each item of a list.

use super::code::{Call, Expression, ExpressionKind, Function, Statement};
use super::scope::{Scope, Variable};
use super::value::{TextValue, Value};
use super::walk::Walk;
use crate::template::class::ExpressionClass;
use crate::template::{Fragment, Placeholder, UnreadReason};

impl Walk<'_> {
    /// The text that `reduce(lambda text, item: text + item, items, "…")` or `items.reduce((text, item) => text + item, "…")` makes. One that
    /// does anything else than to put more behind a text is not read from there on.
    pub(super) fn folded(&mut self, call: &Call, whole: &Expression) -> Option<Value> {
        let given: Vec<&Expression> = call.arguments.iter().map(|argument| &argument.value).collect();
        let (step, items, begin) = match (given.as_slice(), &call.receiver) {
            ([step, items, begin], _) if self.language == "python" => (*step, *items, *begin),
            ([step, begin], Some(items)) if self.language != "python" => (*step, items, *begin),
            _ => return None,
        };
        let ExpressionKind::Function(step) = &step.kind else { return None };
        let Value::Text(begin) = self.value(begin) else { return None };
        let mut begin = begin.detached();
        if let Some((text, body)) = growth(step) {
            let sites = self.sites.len();
            self.scopes.push(Scope::new(true));
            let value = Value::Text(begin.clone());
            self.insert(text, Variable { value, ..Variable::unknown(ExpressionClass::Volatile) });
            let binds = step.parameters[1..].to_vec();
            let over = self.written(&items.span);
            self.block(&[Statement::Repeat { over, items: Some(items.clone()), binds, body: vec![body] }]);
            let made = self.lookup(text).map(|made| made.value.clone());
            self.scopes.pop();
            self.sites[sites..].iter_mut().for_each(|site| site.is_merged = true);
            if let Some(Value::Text(made)) = made {
                return Some(Value::Text(TextValue { alias: None, ..made }));
            }
        }
        let class = Some(self.class_of(items));
        begin.content.push(Fragment::Value(Placeholder {
            written: self.written(&whole.span),
            names: Vec::new(),
            span: whole.span.clone(),
            unread: Some(UnreadReason::Computed),
            class,
        }));
        Some(Value::Text(begin))
    }
}

/// The name of the text that a step puts more behind, and the statement that does so.
fn growth(step: &Function) -> Option<(&str, Statement)> {
    let [text, _, ..] = step.parameters.as_slice() else { return None };
    let [Statement::Return(Expression { kind: ExpressionKind::Joined(parts), span })] = step.body.as_slice() else {
        return None;
    };
    let (first, more) = parts.split_first()?;
    if !matches!(&first.kind, ExpressionKind::Name(name) if name == text) {
        return None;
    }
    let value = Expression { kind: ExpressionKind::Joined(more.to_vec()), span: span.clone() };
    Some((text, Statement::Bind { target: text.clone(), value, annotation: None, is_growing: true }))
}
