//! Imports: constants of other files that code names, as texts that stand where they are imported.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::Language;
use super::go;
use super::import_lines::{self, Import, is_wanted};
use super::value::{TextValue, Value};
use super::walk::Walk;
use crate::document::SourceMap;
use crate::template::{Beside, Choice, Fragment, Passage, Placeholder, ReadBeside};

/// The most files through which a constant is followed.
const DEEPEST: usize = 3;

/// The file in which a project of TypeScript names its folders.
const SETTINGS: &str = "tsconfig.json";

/// The texts of the constants that a file imports, by their names in it.
pub(super) fn texts(source: &str, language: &Language, beside: &Beside) -> BTreeMap<String, Value> {
    followed(source, "", language, &mut Modules { beside, known: BTreeMap::new() }, 0)
}

/// The files that are followed, each with the texts that it gives from a depth on: several files may import one.
struct Modules<'a> {
    beside: &'a Beside,
    known: BTreeMap<(String, usize), Rc<BTreeMap<String, Value>>>,
}

impl Modules<'_> {
    /// The texts that a file binds or imports, as seen from one that is followed so deep.
    fn texts(&mut self, name: &str, language: &Language, depth: usize) -> Option<Rc<BTreeMap<String, Value>>> {
        let text = self.beside.get(name)?;
        let key = (name.to_owned(), depth);
        if let Some(known) = self.known.get(&key) {
            return Some(Rc::clone(known));
        }
        let imported = followed(text, name, language, self, depth + 1);
        // The files of a package are many.
        let declared = (language.name == "go").then(|| go::declarations(text));
        let texts = Rc::new(constants(declared.as_deref().unwrap_or(text), language, imported));
        self.known.insert(key, Rc::clone(&texts));
        Some(texts)
    }
}

/// The files that a file imports constants from, and those that these name.
pub(super) fn beside(source: &str, language: &Language, read: ReadBeside<'_>) -> Beside {
    let is_by_folder = import_lines::is_script(language) && import_lines::are_by_folder(source);
    let settings = if is_by_folder { read(SETTINGS) } else { None };
    let settings = settings.unwrap_or_default();
    let files = |text: &str, file: &str| -> Vec<String> {
        let files = import_lines::imports(text, language, &settings, file.is_empty())
            .into_iter()
            .flat_map(|import| import.files);
        let own = (file.is_empty() && !settings.is_empty()).then(|| SETTINGS.to_owned());
        files.map(|name| seen_from(file, &name)).chain(own).collect()
    };
    Beside::collect([source], files, read)
}

fn followed(
    source: &str,
    file: &str,
    language: &Language,
    modules: &mut Modules<'_>,
    depth: usize,
) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    if depth == DEEPEST || modules.beside.is_empty() {
        return found;
    }
    let settings = modules.beside.get(SETTINGS).unwrap_or_default();
    for import in import_lines::imports(source, language, settings, file.is_empty()) {
        for name in import.files.iter().map(|name| seen_from(file, name)) {
            let Some(module) = modules.texts(&name, language, depth) else { continue };
            let given = given(&module, &import, source);
            if !given.is_empty() {
                found.extend(given);
                break;
            }
        }
    }
    found
}

/// The constants of a file that an import brings, by their names here: one with the entries of a record that it is, or all.
fn given(module: &BTreeMap<String, Value>, import: &Import, source: &str) -> Vec<(String, Value)> {
    let named = |(name, value): (&String, &Value)| {
        let local = match &import.name {
            Some(constant) if name == constant => import.local.clone(),
            Some(constant) if name.strip_suffix("()") == Some(constant) => format!("{}()", import.local),
            Some(constant) => format!("{}.{}", import.local, name.strip_prefix(constant)?.strip_prefix('.')?),
            None if !import.local.is_empty() => format!("{}.{name}", import.local),
            None => name.clone(),
        };
        let own = name.split(['.', '(']).next().unwrap_or(name);
        let is_of_all = import.name.is_none() && import.local.is_empty();
        let is_left_out = is_of_all
            && match &import.module {
                Some(module) => !is_wanted(own, module),
                None => !source.contains(own),
            };
        (!is_left_out).then(|| (local, standing_at(value, &import.span)))
    };
    module.iter().filter_map(named).collect()
}

/// The texts that a file binds outside functions, and those that it imports.
fn constants(text: &str, language: &Language, known: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let Some(statements) = language.statements(text) else { return known };
    let mut found = known.clone();
    for (name, value) in Walk::bound_by(text, language.name, &statements, known) {
        if matches!(value, Value::Text(_) | Value::List(..)) {
            found.insert(name, value);
        }
    }
    for (own, outside) in import_lines::exported(text, language) {
        if let Some(value) = found.get(&own) {
            found.insert(outside, value.clone());
        }
    }
    found
}

/// Texts of another file, all of whose places are those of the name here.
fn standing_at(value: &Value, span: &Range<usize>) -> Value {
    match value {
        Value::Text(text) => Value::Text(text_at(text, span)),
        // The words of a list are known by its items alone.
        Value::List(items, _) => {
            let item = |item: &Value| match item {
                Value::Text(text) => Value::Text(TextValue { has_own_words: true, ..text_at(text, span) }),
                _ => Value::Text(TextValue::too_large(span.start)),
            };
            Value::List(items.items().iter().map(item).collect(), None)
        }
        _ => Value::Unknown,
    }
}

fn text_at(text: &TextValue, span: &Range<usize>) -> TextValue {
    TextValue {
        content: text.content.iter().map(|fragment| moved(fragment, span)).collect::<Vec<Fragment>>().into(),
        is_filled: text.is_filled,
        ..TextValue::default()
    }
}

fn moved(fragment: &Fragment, span: &Range<usize>) -> Fragment {
    match fragment {
        Fragment::Text(passage) => {
            Fragment::Text(Passage { text: passage.text.clone(), map: SourceMap::pinned(span.start) })
        }
        Fragment::Value(value) => Fragment::Value(Placeholder { span: span.clone(), ..value.clone() }),
        Fragment::Choice(choice) => Fragment::Choice(Choice {
            branches: choice
                .branches
                .iter()
                .map(|branch| branch.iter().map(|fragment| moved(fragment, span)).collect())
                .collect(),
            span: span.clone(),
            ..choice.clone()
        }),
    }
}

/// A name that a file gives, as the first file would give it.
fn seen_from(file: &str, name: &str) -> String {
    if file.is_empty() || !name.starts_with('.') {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| ![".", ".."].contains(last)) => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
