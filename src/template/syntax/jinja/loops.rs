//! Loops of Jinja: over constants item by item, over values once, never and twice.

use std::collections::BTreeMap;

use minijinja::Value;
use minijinja::machinery::ast::{Expr, ForLoop};
use minijinja::value::ValueKind;

use super::bound::{Bound, Meaning};
use super::cutting::{Cutting, Decided, MOST_LOOPS, TagBytes, with_binds};
use super::expression::{constant, names, visit};
use crate::template::condition::Condition;
use crate::template::{Fragment, UnreadReason};

impl<'t, 'a> Cutting<'t, 'a> {
    pub(super) fn repeat(&mut self, each: &'t ForLoop<'a>, tag: TagBytes) -> Vec<Fragment> {
        let is_simple = each.filter_expr.is_none() && !each.recursive;
        let items = constant(&each.iter, &self.bound).filter(|_| is_simple).and_then(|list| {
            let items: Vec<Value> = list.try_iter().ok()?.collect();
            (list.kind() == ValueKind::Seq).then_some(items)
        });
        if let (Some(items), Expr::Var(target)) = (items, &each.target) {
            return self.unrolled(each, target.id, &items);
        }
        if self.loops == MOST_LOOPS {
            return vec![self.unread(tag, UnreadReason::Computed)];
        }
        let (over, mut binds) = (names(&each.iter, &self.bound), Some(vec!["loop".to_owned()]));
        visit(&each.target, &Bound::default(), &mut binds);
        let binds = binds.unwrap_or_default();
        let before = self.bound.clone();
        for name in &binds {
            self.bound.forget(name);
        }
        self.loops += 1;
        let body = self.within(&each.body);
        self.loops -= 1;
        self.bound = before;
        let twice = body.iter().chain(&body).cloned().collect();
        let branches = vec![body, self.within(&each.else_body), twice];
        let names = if is_simple { over } else { Vec::new() };
        let decided = Decided { names, conditions: Condition::of_loop(self.written(&each.iter)) };
        vec![with_binds(self.choice(branches, decided, tag), binds)]
    }

    /// A loop over values that are the same in each request.
    fn unrolled(&mut self, each: &'t ForLoop<'a>, target: &str, items: &[Value]) -> Vec<Fragment> {
        if items.is_empty() {
            return self.within(&each.else_body);
        }
        let before = self.bound.clone();
        let mut fragments = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let state = BTreeMap::from([
                ("index", Value::from(index + 1)),
                ("index0", index.into()),
                ("first", (index == 0).into()),
                ("last", (index + 1 == items.len()).into()),
                ("length", items.len().into()),
            ]);
            self.bound.bind("loop", Meaning::Constant(state.into()));
            self.bound.bind(target, Meaning::Constant(item.clone()));
            fragments.extend(self.all(&each.body));
        }
        self.bound = before;
        fragments
    }
}
