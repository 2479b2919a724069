//! Names that statements of Jinja have bound so far, and what each stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use minijinja::Value;
use minijinja::machinery::ast::Macro;

use super::library::Parsed;
use crate::template::Fragment;

/// The meaning of a name.
#[derive(Clone)]
pub(super) enum Meaning<'t, 'a> {
    /// A value that is known.
    Constant(Value),
    /// A text with values in it, by `{% set name %}…{% endset %}`.
    Captured(Vec<Fragment>),
    /// The same, given by a call: what a macro is called around, the block that another stands in place of.
    Callable(Vec<Fragment>),
    /// A value that is made of these variables; of none where that is not known.
    Variables(Vec<String>),
    Macro(MacroInFile<'t, 'a>),
    /// The names that another file binds.
    Module(Rc<Bound<'t, 'a>>),
    /// A text that is not read.
    Unread,
}

/// A macro, and the text that it stands in.
#[derive(Clone)]
pub(super) struct MacroInFile<'t, 'a> {
    pub(super) parsed: &'t Parsed<'a>,
    pub(super) definition: &'t Macro<'a>,
    /// The names that its own file binds, where that is another.
    pub(super) home: Option<Rc<Bound<'t, 'a>>>,
}

/// Names with their meanings. Each call and each branch copies them all, so that all but the last few are shared.
#[derive(Clone, Default)]
pub(super) struct Bound<'t, 'a> {
    older: Rc<Names<'t, 'a>>,
    /// Those that were bound or forgotten since.
    recent: Names<'t, 'a>,
    /// The number of times that any name was bound.
    count: usize,
}

/// Meanings by name, each with its number; none for a name that is forgotten.
type Names<'t, 'a> = BTreeMap<String, (usize, Option<Rc<Meaning<'t, 'a>>>)>;

/// The most names that are copied with each state.
const MOST_RECENT: usize = 64;

impl<'t, 'a> Bound<'t, 'a> {
    pub(super) fn get(&self, name: &str) -> Option<&Meaning<'t, 'a>> {
        self.entry(name).map(|(_, meaning)| meaning)
    }

    fn entry(&self, name: &str) -> Option<(usize, &Meaning<'t, 'a>)> {
        let (number, meaning) = self.recent.get(name).or_else(|| self.older.get(name))?;
        meaning.as_deref().map(|meaning| (*number, meaning))
    }

    /// Gives a name a meaning, in place of what it had.
    pub(super) fn bind(&mut self, name: &str, meaning: Meaning<'t, 'a>) {
        self.count += 1;
        self.put(name, Some(Rc::new(meaning)));
    }

    /// Makes a name one of those that a program fills.
    pub(super) fn forget(&mut self, name: &str) {
        self.put(name, None);
    }

    fn put(&mut self, name: &str, meaning: Option<Rc<Meaning<'t, 'a>>>) {
        self.recent.insert(name.to_owned(), (self.count, meaning));
        if self.recent.len() > MOST_RECENT {
            let mut older = Names::clone(&self.older);
            older.append(&mut self.recent);
            self.older = Rc::new(older);
        }
    }

    /// The names that another state, which came from this one, has bound anew.
    pub(super) fn changed_in(&self, later: &Self) -> Vec<String> {
        let number = |bound: &Self, name: &str| bound.entry(name).map(|(number, _)| number);
        let is_shared = Rc::ptr_eq(&self.older, &later.older);
        let recent = self.recent.keys().chain(later.recent.keys());
        let names: BTreeSet<&String> = recent.chain(later.older.keys().filter(|_| !is_shared)).collect();
        let is_changed = |name: &&&String| later.get(name).is_some() && number(self, name) != number(later, name);
        names.iter().filter(is_changed).map(|name| (*name).clone()).collect()
    }

    /// Counts on from another state, so that what is bound next is told from what was bound there.
    pub(super) fn count_on(&mut self, later: &Self) {
        self.count = self.count.max(later.count);
    }

    /// Macros of this state as another file sees them.
    pub(super) fn exported(self: &Rc<Self>, name: &str) -> Option<Meaning<'t, 'a>> {
        let meaning = self.get(name)?.clone();
        Some(match meaning {
            Meaning::Macro(own) => {
                Meaning::Macro(MacroInFile { home: own.home.clone().or_else(|| Some(Rc::clone(self))), ..own })
            }
            other => other,
        })
    }
}
