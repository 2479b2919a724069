//! Imports: constants of other files that code names, as texts that stand where they are imported.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Language;
use super::signs;
use super::value::{TextValue, Value};
use super::walk::Walk;
use crate::document::SourceMap;
use crate::template::{Beside, Choice, Fragment, Passage, Placeholder, ReadBeside};

/// The most files through which a constant is followed.
const DEEPEST: usize = 3;

/// One name that a file imports.
struct Import {
    /// Its name in the other file; `None` for all that the file holds.
    name: Option<String>,
    /// Its name here.
    local: String,
    /// The files in which it may stand, the likeliest first.
    files: Vec<String>,
    /// The bytes of its name here.
    span: Range<usize>,
}

static PYTHON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(#]+)").ok());
static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[ \t]*import[ \t]+(?:\{([^}]*)\}|\*[ \t]+as[ \t]+(\w+))[ \t]*from[ \t]*['"]([^'"\n]+)['"]"#).ok()
});
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:type\s+)?([A-Za-z_]\w*)(?:\s+as\s+(\w+))?").ok());

/// The texts of the constants that a file imports, by their names in it.
pub(super) fn texts(source: &str, language: &Language, beside: &Beside) -> BTreeMap<String, TextValue> {
    followed(source, "", language, beside, 0)
}

/// The files that a file imports constants from, and those that these name.
pub(super) fn beside(source: &str, language: &Language, read: ReadBeside<'_>) -> Beside {
    let files = |text: &str, file: &str| -> Vec<String> {
        imports(text, language).into_iter().flat_map(|import| import.files).map(|name| seen_from(file, &name)).collect()
    };
    Beside::collect([source], files, read)
}

fn followed(
    source: &str,
    file: &str,
    language: &Language,
    beside: &Beside,
    depth: usize,
) -> BTreeMap<String, TextValue> {
    let mut found = BTreeMap::new();
    if depth == DEEPEST || beside.is_empty() {
        return found;
    }
    let mut modules: BTreeMap<String, BTreeMap<String, TextValue>> = BTreeMap::new();
    for import in imports(source, language) {
        for name in import.files.iter().map(|name| seen_from(file, name)) {
            let Some(text) = beside.get(&name) else { continue };
            let module = modules.entry(name.clone()).or_insert_with(|| {
                let known = followed(text, &name, language, beside, depth + 1);
                constants(text, language, known)
            });
            if let Some(constant) = &import.name {
                let Some(text) = module.get(constant) else { continue };
                found.insert(import.local.clone(), standing_at(text, &import.span));
            } else {
                let named = |constant: &String| format!("{}.{constant}", import.local);
                let all = module.iter().map(|(constant, text)| (named(constant), standing_at(text, &import.span)));
                found.extend(all);
            }
            break;
        }
    }
    found
}

/// The texts that a file binds outside functions, and those that it imports.
fn constants(text: &str, language: &Language, known: BTreeMap<String, TextValue>) -> BTreeMap<String, TextValue> {
    let Some(statements) = language.statements(text) else { return known };
    let mut found = known.clone();
    for (name, variable) in Walk::bound_by(text, language.name, &statements, known) {
        if let Value::Text(text) = variable {
            found.insert(name, text);
        }
    }
    found
}

/// A text of another file, all of whose places are those of the name here.
fn standing_at(text: &TextValue, span: &Range<usize>) -> TextValue {
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

/// The imports of names that may be prompts: constants by convention, and those whose own name or file's name says so.
fn imports(source: &str, language: &Language) -> Vec<Import> {
    match language.name {
        "python" => python(source),
        "typescript" | "javascript" => script(source),
        _ => Vec::new(),
    }
}

fn is_wanted(name: &str, module: &str) -> bool {
    super::origin::is_constant(name) || signs::names_a_prompt(name) || signs::names_a_prompt(module)
}

/// The names in a list of imports with the bytes at which each stands here.
fn names(list: &str, at: usize) -> Vec<(String, String, Range<usize>)> {
    let Some(pattern) = NAME.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let mut start = at;
    for part in list.split(',') {
        if let Some(captures) = pattern.captures(part)
            && let Some(name) = captures.get(1)
        {
            let own = captures.get(2).unwrap_or(name);
            found.push((name.as_str().to_owned(), own.as_str().to_owned(), start + own.start()..start + own.end()));
        }
        start += part.len() + 1;
    }
    found
}

fn python(source: &str) -> Vec<Import> {
    let Some(pattern) = PYTHON.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in pattern.captures_iter(source) {
        let (Some(module), Some(list)) = (captures.get(1), captures.get(2)) else { continue };
        let path = module.as_str().trim_start_matches('.');
        let up = match module.as_str().len() - path.len() {
            0 => String::new(),
            1 => "./".to_owned(),
            dots => "../".repeat(dots - 1),
        };
        let path = path.replace('.', "/");
        for (name, local, span) in names(list.as_str(), list.start()) {
            if !is_wanted(&name, &path) {
                continue;
            }
            let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            // `from package import module`.
            let module =
                Import { name: None, local: local.clone(), files: vec![format!("{up}{below}.py")], span: span.clone() };
            let files = if path.is_empty() {
                vec![format!("{up}__init__.py")]
            } else {
                vec![format!("{up}{path}.py"), format!("{up}{path}/__init__.py")]
            };
            found.extend([Import { name: Some(name), local, files, span }, module]);
        }
    }
    found
}

fn script(source: &str) -> Vec<Import> {
    let Some(pattern) = SCRIPT.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in pattern.captures_iter(source) {
        let Some(module) = captures.get(3).map(|module| module.as_str()) else { continue };
        let path = behind_alias(module).unwrap_or(module);
        // A package is no file of the repository.
        if !path.starts_with('.') && path == module {
            continue;
        }
        let bare = [".js", ".ts", ".mjs"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
        let ends = [".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js"];
        let roots: &[&str] = if path == module { &[""] } else { &["", "src/"] };
        let files: Vec<String> =
            roots.iter().flat_map(|root| ends.iter().map(move |end| format!("{root}{bare}{end}"))).collect();
        if let Some(all) = captures.get(2) {
            if is_wanted(all.as_str(), bare) {
                found.push(Import { name: None, local: all.as_str().to_owned(), files, span: all.range() });
            }
        } else if let Some(list) = captures.get(1) {
            let wanted = names(list.as_str(), list.start()).into_iter().filter(|(name, ..)| is_wanted(name, bare));
            found.extend(wanted.map(|(name, local, span)| Import {
                name: Some(name),
                local,
                files: files.clone(),
                span,
            }));
        }
    }
    found
}

/// The path behind an alias of a project's own folder: `@/lib/texts`, `~/texts`, `$lib/texts`, `@lib/texts`, `#lib/texts`. A package of that name is
/// no file of the project.
fn behind_alias(module: &str) -> Option<&str> {
    let path = module.strip_prefix(['@', '~', '$', '#'])?;
    let path = path.strip_prefix('/').unwrap_or(path);
    (!path.is_empty() && path.contains(|letter: char| letter.is_alphanumeric())).then_some(path)
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
