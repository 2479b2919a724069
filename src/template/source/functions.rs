//! The functions of a file, and how often a file gives each name a value.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::code::{Function, Statement};
use super::value::TextValue;

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

/// Functions that are being followed.
#[derive(Default)]
pub(super) struct Following {
    pub(super) count: usize,
    pub(super) within: Vec<String>,
    /// The variables that are followed to the calls which make them.
    pub(super) names: Vec<String>,
    /// The role of the message that the innermost of them returns.
    pub(super) role: Option<String>,
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

static IMPORTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:from[ \t]+[.\w]+[ \t]+import[ \t]+(\([^)]*\)|[^\n(#]+)|import[ \t]+(?:\{([^}]*)\}|(\w+)[ \t]+from\b))").ok()
});

/// The names that Python's `from … import` and JavaScript's `import {…}` bring into a file.
pub(super) fn imported(source: &str) -> BTreeSet<&str> {
    let lists = IMPORTED.iter().flat_map(|pattern| pattern.captures_iter(source));
    let lists =
        lists.filter_map(|captures| captures.get(1).or(captures.get(2)).or(captures.get(3))).map(|list| list.as_str());
    let one = |entry: &'_ str| {
        entry.trim_matches(['(', ')', ' ', '\n', '\r', '\t']).rsplit(' ').next().unwrap_or_default().len()
    };
    let entries = lists.flat_map(|list| list.split(','));
    entries
        .map(|entry| entry.trim_matches(['(', ')', ' ', '\n', '\r', '\t']))
        .map(|entry| &entry[entry.len() - one(entry)..])
        .collect()
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
