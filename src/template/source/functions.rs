//! The functions of a file, what constructors give the fields of objects, and how often a file gives each name a value.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::code::{Function, Statement};
use super::scope::Scope;
use super::value::{TextValue, Value};
use super::walk::Walk;

/// The functions of a file by name; of a name that several have, none.
pub(super) type Functions<'a> = BTreeMap<&'a str, Option<&'a Function>>;

/// Notes the functions of a module and of its classes.
pub(super) fn functions<'a>(statements: &'a [Statement], found: &mut Functions<'a>) {
    for statement in statements {
        match statement {
            Statement::Function(function) => {
                let name = function.name.as_deref().unwrap_or_default();
                found.entry(name).and_modify(|known| *known = None).or_insert(Some(function));
            }
            Statement::Class(class) => functions(&class.body, found),
            _ => {}
        }
    }
}

/// Notes the parameters of functions, without the object that methods are given.
pub(super) fn sign(statements: &[Statement], found: &mut BTreeMap<String, Vec<String>>) {
    for statement in statements {
        match statement {
            Statement::Function(function) => {
                let own = |parameter: &&String| !["self", "cls"].contains(&parameter.as_str());
                let parameters: Vec<String> = function.parameters.iter().filter(own).cloned().collect();
                let name = function.name.clone().unwrap_or_default();
                found.entry(name).and_modify(Vec::clear).or_insert(parameters);
                sign(&function.body, found);
            }
            Statement::Class(class) => sign(&class.body, found),
            Statement::Branch { arms, .. } => arms.iter().for_each(|arm| sign(arm, found)),
            Statement::Repeat { body, .. } => sign(body, found),
            Statement::Bind { .. } | Statement::Return(_) | Statement::Do(_) => {}
        }
    }
}

impl Walk<'_> {
    /// Tells whether a function of that name makes an object of the class around it.
    pub(super) fn is_constructor(&self, name: &str) -> bool {
        let is_class = || self.path.iter().rev().nth(1).is_some_and(|class| class == name);
        ["__init__", "__post_init__", "constructor", "initialize"].contains(&name) || is_class()
    }

    /// Keeps the texts that a constructor gives the fields of an object, for the methods that are read after it: those that the file gives
    /// a value but once.
    pub(super) fn keep_fields(&mut self, scope: Scope) {
        for (name, variable) in scope.into_variables() {
            let own = ["self.", "this.", "@"].iter().find_map(|start| name.strip_prefix(start));
            let is_text =
                matches!(variable.value, Value::Text(_) | Value::Message(_) | Value::Messages(..) | Value::List(..));
            let Some(own) = own.filter(|_| is_text && self.fields.get(name.as_str()) == Some(&1)) else { continue };
            // Java and C# leave `this` out.
            if ["java", "csharp"].contains(&self.language) {
                self.insert(own, variable.clone());
            }
            self.insert(&name, variable);
        }
    }
}

/// Functions that are being followed.
#[derive(Default)]
pub(super) struct Following {
    pub(super) count: usize,
    pub(super) within: Vec<String>,
    /// Texts that the innermost of them returns.
    pub(super) returned: Option<Vec<TextValue>>,
}

/// The number of times that a file gives a value to each name: assignments, counters and keyword arguments.
pub(super) fn assigned(source: &str) -> BTreeMap<&str, usize> {
    let is_letter = |letter: u8| letter == b'_' || letter.is_ascii_alphanumeric() || letter >= 0x80;
    let (bytes, mut at, mut found) = (source.as_bytes(), 0, BTreeMap::new());
    while at < bytes.len() {
        if !is_letter(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_letter(bytes[at]) {
            at += 1;
        }
        let behind = source[at..].trim_start_matches([' ', '\t']);
        let counts = behind.starts_with("++")
            || behind.starts_with("--")
            || source[..start].ends_with("++")
            || source[..start].ends_with("--");
        let operator = behind.trim_start_matches(['+', '-', '*', '/', '%', ':', '|', '&', '?']);
        let is_assigned = operator.starts_with('=') && !operator.starts_with("==") && !operator.starts_with("=>");
        if counts || is_assigned {
            *found.entry(&source[start..at]).or_insert(0) += if counts { 2 } else { 1 };
        }
    }
    found
}

static FIELD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)((?:\bself\.|\bthis\.|@)\w+)[ \t]*(?::[^=\n]*)?[-+|?&]{0,2}=(?:[^=~>]|$)").ok());

/// The number of times that a file gives a value to each field of an object, or more of it.
pub(super) fn assigned_fields(source: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    let names = FIELD.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| captures.get(1));
    names.for_each(|name| *found.entry(name.as_str()).or_insert(0) += 1);
    found
}
