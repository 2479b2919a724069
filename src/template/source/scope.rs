//! Scopes: the names of a module, a class or a function. What an arm of a branch changes lies above what was known before it, so that an
//! arm costs what it changes, however many names there are.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::code::Call;
use super::value::{SiteId, Value};
use crate::template::Passage;
use crate::template::class::ExpressionClass;

/// A variable, as far as the code that was read tells.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) value: Value,
    pub(super) class: ExpressionClass,
    pub(super) site: Option<SiteId>,
    /// The function whose value it is, if nothing else is known of it.
    pub(super) made_by: Option<String>,
    /// The number of times that it was bound again.
    pub(super) bound: usize,
    /// The number that it is.
    pub(super) number: Option<Passage>,
    /// The number is the place of an item in a list that is gone over.
    pub(super) is_place: bool,
    /// The call of a function of this file whose value it is.
    pub(super) made: Option<Rc<Call>>,
}

impl Variable {
    /// A variable of which nothing is known but its class.
    pub(super) fn unknown(class: ExpressionClass) -> Self {
        Self {
            value: Value::Unknown,
            class,
            site: None,
            made_by: None,
            bound: 0,
            number: None,
            is_place: false,
            made: None,
        }
    }
}

/// Variables by name.
pub(super) type Layer = BTreeMap<String, Variable>;

/// The names of a module, a class or a function.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The variables that were bound outside branches, and those that each arm that is walked over now has bound or changed.
    layers: Vec<Layer>,
    pub(super) is_function: bool,
}

impl Scope {
    pub(super) fn new(is_function: bool) -> Self {
        Self { layers: vec![Layer::default()], is_function }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.layers.iter().rev().find_map(|layer| layer.get(name))
    }

    /// The names that begin so, each once.
    pub(super) fn names_from(&self, start: &str) -> Vec<String> {
        let from = |layer: &'_ Layer| -> Vec<String> {
            let names = layer.range(start.to_owned()..).map(|(name, _)| name);
            names.take_while(|name| name.starts_with(start)).cloned().collect()
        };
        self.layers.iter().flat_map(from).collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// A variable to be changed, in this arm alone.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Variable> {
        let (top, below) = self.layers.split_last_mut()?;
        if !top.contains_key(name) {
            let known = below.iter().rev().find_map(|layer| layer.get(name))?;
            top.insert(name.to_owned(), known.clone());
        }
        top.get_mut(name)
    }

    pub(super) fn insert(&mut self, name: &str, variable: Variable) {
        if let Some(top) = self.layers.last_mut() {
            top.insert(name.to_owned(), variable);
        }
    }

    /// Begins an arm of a branch.
    pub(super) fn open(&mut self) {
        self.layers.push(Layer::default());
    }

    /// Ends an arm, and gives what it bound or changed.
    pub(super) fn close(&mut self) -> Layer {
        self.layers.pop().unwrap_or_default()
    }

    pub(super) fn into_variables(self) -> impl Iterator<Item = (String, Variable)> {
        self.layers.into_iter().flatten()
    }
}
