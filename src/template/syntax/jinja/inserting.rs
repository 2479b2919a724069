//! Texts that stand elsewhere: files that a template inserts, imports from or extends, its blocks, and the macros that it calls.

use std::collections::BTreeMap;
use std::rc::Rc;

use minijinja::Value;
use minijinja::machinery::ast::{Block, Call, CallArg, Expr, Macro, Stmt};

use super::bound::{Bound, MacroInFile, Meaning};
use super::cutting::{Cutting, MOST_INSERTED, Pin, TagBytes};
use super::library::{Parsed, names_of};
use crate::template::{Fragment, UnreadReason};

impl<'t, 'a> Cutting<'t, 'a> {
    /// A whole text: its own, or where it extends another, that one with its blocks.
    pub(super) fn template(&mut self, parsed: &'t Parsed<'a>) -> Vec<Fragment> {
        let extends = parsed.statements().iter().find_map(|statement| match statement {
            Stmt::Extends(extends) => Some(extends),
            _ => None,
        });
        let Some(extends) = extends else { return self.all(parsed.statements()) };
        let base = names_of(&extends.name).into_iter().find_map(|name| self.library.get(name.as_str()));
        let Some(base) = base.filter(|_| self.inserted < MOST_INSERTED) else {
            let mut fragments = vec![self.unread(self.statement(extends.span()), UnreadReason::Include)];
            fragments.extend(self.all(parsed.statements()));
            return fragments;
        };
        for statement in parsed.statements() {
            match statement {
                Stmt::Block(block) => self.blocks.entry(block.name).or_default().push((self.parsed, self.pin, block)),
                // Text outside blocks is not shown, but names are bound there.
                other => drop(self.one(other)),
            }
        }
        let pin = self.pin.or_else(|| Some(self.statement(extends.span())));
        self.inside(base, pin, |cutting| cutting.template(base))
    }

    /// Does something in another text, whose places are those of the statement that inserts it.
    pub(super) fn inside<T>(&mut self, parsed: &'t Parsed<'a>, pin: Pin, act: impl FnOnce(&mut Self) -> T) -> T {
        let (before, pinned) = (std::mem::replace(&mut self.parsed, parsed), std::mem::replace(&mut self.pin, pin));
        self.inserted += 1;
        let done = act(self);
        self.inserted -= 1;
        (self.parsed, self.pin) = (before, pinned);
        done
    }

    /// The names that another file binds; `None` if it is not there.
    pub(super) fn module(&mut self, name: &Expr<'a>, tag: TagBytes) -> Option<Rc<Bound<'t, 'a>>> {
        let parsed = names_of(name).into_iter().find_map(|name| self.library.get(name.as_str()))?;
        if self.inserted == MOST_INSERTED {
            return None;
        }
        let pin = self.pin.or(Some(tag));
        let before = std::mem::take(&mut self.bound);
        self.inside(parsed, pin, |cutting| cutting.all(parsed.statements()));
        Some(Rc::new(std::mem::replace(&mut self.bound, before)))
    }

    pub(super) fn include(&mut self, name: &Expr<'a>, tag: TagBytes) -> Vec<Fragment> {
        let parsed = names_of(name).into_iter().find_map(|name| self.library.get(name.as_str()));
        let Some(parsed) = parsed.filter(|_| self.inserted < MOST_INSERTED) else {
            return vec![self.unread(tag, UnreadReason::Include)];
        };
        let pin = self.pin.or(Some(tag));
        let (before, blocks) = (self.bound.clone(), std::mem::take(&mut self.blocks));
        let fragments = self.inside(parsed, pin, |cutting| cutting.template(parsed));
        (self.bound, self.blocks) = (before, blocks);
        fragments
    }

    /// A block, or the one that stands in its place.
    pub(super) fn block(&mut self, block: &'t Block<'a>) -> Vec<Fragment> {
        let mut chain = self.blocks.get(block.name).cloned().unwrap_or_default();
        chain.push((self.parsed, self.pin, block));
        let before = self.bound.clone();
        let mut fragments = Vec::new();
        for (parsed, pin, block) in chain.into_iter().rev() {
            self.bound.bind("super", Meaning::Callable(std::mem::take(&mut fragments)));
            fragments = self.inside(parsed, pin, |cutting| cutting.all(&block.body));
        }
        self.bound = before;
        fragments
    }

    /// The text that a call of a known macro gives.
    pub(super) fn called(&mut self, call: &'t Call<'a>, tag: TagBytes) -> Option<Vec<Fragment>> {
        let meaning = match &call.expr {
            Expr::Var(variable) => self.bound.get(variable.id)?.clone(),
            Expr::GetAttr(attribute) => match &attribute.expr {
                Expr::Var(variable) => match self.bound.get(variable.id)? {
                    Meaning::Module(module) => module.exported(attribute.name)?,
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        match meaning {
            Meaning::Callable(fragments) => Some(fragments),
            Meaning::Macro(own) => self.expanded(&own, &call.args, None, tag),
            _ => None,
        }
    }

    /// The text of a macro with its arguments; `None` if they are not told one by one.
    pub(super) fn expanded(
        &mut self,
        own: &MacroInFile<'t, 'a>,
        arguments: &'t [CallArg<'a>],
        caller: Option<Vec<Fragment>>,
        tag: TagBytes,
    ) -> Option<Vec<Fragment>> {
        if self.inserted == MOST_INSERTED {
            return None;
        }
        let parameters: Vec<&str> = own.definition.args.iter().filter_map(parameter).collect();
        let mut given = BTreeMap::new();
        for (index, argument) in arguments.iter().enumerate() {
            match argument {
                CallArg::Pos(value) => given.insert(*parameters.get(index)?, self.meaning(value, tag)),
                CallArg::Kwarg(name, value) => given.insert(*name, self.meaning(value, tag)),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => return None,
            };
        }
        let pin = if std::ptr::eq(own.parsed, self.parsed) { self.pin } else { self.pin.or(Some(tag)) };
        let inner = own.home.as_deref().cloned().unwrap_or_else(|| self.bound.clone());
        let before = std::mem::replace(&mut self.bound, inner);
        let first_default = parameters.len().saturating_sub(own.definition.defaults.len());
        for (index, name) in parameters.iter().enumerate() {
            let default = index.checked_sub(first_default).and_then(|index| own.definition.defaults.get(index));
            let meaning = match (given.remove(name), default) {
                (Some(given), _) => given,
                (None, Some(default)) => self.meaning(default, tag),
                (None, None) => Meaning::Constant(Value::UNDEFINED),
            };
            self.bound.bind(name, meaning);
        }
        if let Some(caller) = caller {
            self.bound.bind("caller", Meaning::Callable(caller));
        }
        let fragments = self.inside(own.parsed, pin, |cutting| cutting.all(&own.definition.body));
        self.bound = before;
        Some(fragments)
    }

    /// `{% call box() %}…{% endcall %}`.
    pub(super) fn call_block(&mut self, call: &'t Call<'a>, body: &'t Macro<'a>, tag: TagBytes) -> Vec<Fragment> {
        let inner = self.within(&body.body);
        let own = match &call.expr {
            Expr::Var(variable) => match self.bound.get(variable.id) {
                Some(Meaning::Macro(own)) if body.args.is_empty() => Some(own.clone()),
                _ => None,
            },
            _ => None,
        };
        let fragments = own.and_then(|own| self.expanded(&own, &call.args, Some(inner), tag));
        fragments.unwrap_or_else(|| vec![self.unread(tag, UnreadReason::Computed)])
    }
}

fn parameter<'a>(expression: &Expr<'a>) -> Option<&'a str> {
    match expression {
        Expr::Var(variable) => Some(variable.id),
        _ => None,
    }
}
