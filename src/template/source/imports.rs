//! Imports: constants of other files that code names, as texts that stand where they are imported.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
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
    let names = r"(?:(\w+)[ \t]*,?[ \t]*)?(?:\{([^}]*)\}|\*[ \t]+as[ \t]+(\w+))?";
    Regex::new(&format!(r#"(?m)^[ \t]*import[ \t]+{names}[ \t]*from[ \t]*['"]([^'"\n]+)['"]"#)).ok()
});
/// A short name of a folder or a file in a project's settings: `"shared/*": ["src/shared/*"]`.
static ALIAS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"\n]+)"\s*:\s*\[\s*"([^"\n]+)""#).ok());
static BASE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""baseUrl"\s*:\s*"([^"\n]+)""#).ok());

/// The file in which a project of TypeScript names its folders.
const SETTINGS: &str = "tsconfig.json";
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:type\s+)?([A-Za-z_]\w*)(?:\s+as\s+(\w+))?").ok());

/// The texts of the constants that a file imports, by their names in it.
pub(super) fn texts(source: &str, language: &Language, beside: &Beside) -> BTreeMap<String, TextValue> {
    followed(source, "", language, &mut Modules { beside, known: BTreeMap::new() }, 0)
}

/// The files that are followed, each with the texts that it gives from a depth on: several files may import one.
struct Modules<'a> {
    beside: &'a Beside,
    known: BTreeMap<(String, usize), Rc<BTreeMap<String, TextValue>>>,
}

impl Modules<'_> {
    /// The texts that a file binds or imports, as seen from one that is followed so deep.
    fn texts(&mut self, name: &str, language: &Language, depth: usize) -> Option<Rc<BTreeMap<String, TextValue>>> {
        let text = self.beside.get(name)?;
        let key = (name.to_owned(), depth);
        if let Some(known) = self.known.get(&key) {
            return Some(Rc::clone(known));
        }
        let imported = followed(text, name, language, self, depth + 1);
        let texts = Rc::new(constants(text, language, imported));
        self.known.insert(key, Rc::clone(&texts));
        Some(texts)
    }
}

/// The files that a file imports constants from, and those that these name.
pub(super) fn beside(source: &str, language: &Language, read: ReadBeside<'_>) -> Beside {
    let settings = if is_script(language) && imports_by_folder(source) { read(SETTINGS) } else { None };
    let settings = settings.unwrap_or_default();
    let files = |text: &str, file: &str| -> Vec<String> {
        let files = imports(text, language, &settings).into_iter().flat_map(|import| import.files);
        let own = (file.is_empty() && !settings.is_empty()).then(|| SETTINGS.to_owned());
        files.map(|name| seen_from(file, &name)).chain(own).collect()
    };
    Beside::collect([source], files, read)
}

fn is_script(language: &Language) -> bool {
    ["typescript", "javascript"].contains(&language.name)
}

/// Tells whether code imports what may be a prompt from a folder by a name that a project's settings may know.
fn imports_by_folder(source: &str) -> bool {
    let modules = SCRIPT.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| {
        let names = [1, 2, 3].into_iter().filter_map(|group| captures.get(group));
        let names: Vec<&str> = names.map(|name| name.as_str()).collect();
        Some((names.join(","), captures.get(4)?.as_str()))
    });
    let mut modules = modules.filter(|(_, module)| !module.starts_with('.'));
    modules.any(|(list, module)| names(&list, 0).iter().any(|(name, ..)| is_wanted(name, module)))
}

fn followed(
    source: &str,
    file: &str,
    language: &Language,
    modules: &mut Modules<'_>,
    depth: usize,
) -> BTreeMap<String, TextValue> {
    let mut found = BTreeMap::new();
    if depth == DEEPEST || modules.beside.is_empty() {
        return found;
    }
    let settings = modules.beside.get(SETTINGS).unwrap_or_default();
    for import in imports(source, language, settings) {
        for name in import.files.iter().map(|name| seen_from(file, name)) {
            let Some(module) = modules.texts(&name, language, depth) else { continue };
            if let Some(constant) = &import.name {
                // The entries of a record stand for it.
                let entry = |(name, text): (&String, &TextValue)| {
                    let key = name.strip_prefix(constant)?.strip_prefix('.')?;
                    Some((format!("{}.{key}", import.local), standing_at(text, &import.span)))
                };
                let entries: Vec<(String, TextValue)> = module.iter().filter_map(entry).collect();
                let Some(text) = module.get(constant) else {
                    if entries.is_empty() {
                        continue;
                    }
                    found.extend(entries);
                    break;
                };
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
fn imports(source: &str, language: &Language, settings: &str) -> Vec<Import> {
    match language.name {
        "python" => python(source),
        _ if is_script(language) => script(source, settings),
        _ => Vec::new(),
    }
}

fn is_wanted(name: &str, module: &str) -> bool {
    // A package of another purpose may have `prompt` in its name: the module itself says it, or a folder of prompts.
    let mut parts = module.rsplit('/');
    let is_of_prompts = parts.next().is_some_and(signs::names_a_prompt) || parts.any(|part| part == "prompts");
    super::origin::is_constant(name) || signs::names_a_prompt(name) || is_of_prompts
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

fn script(source: &str, settings: &str) -> Vec<Import> {
    let Some(pattern) = SCRIPT.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in pattern.captures_iter(source) {
        let Some(module) = captures.get(4).map(|module| module.as_str()) else { continue };
        let paths = paths(module, settings);
        // A package is no file of the repository.
        let Some(path) = paths.first() else { continue };
        let ends = [".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js"];
        let bare = |path: &str| {
            let bare = [".js", ".ts", ".mjs"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
            bare.to_owned()
        };
        let wanted = bare(path);
        let files: Vec<String> = paths.iter().flat_map(|path| ends.map(|end| format!("{}{end}", bare(path)))).collect();
        let mut add = |name: Option<String>, local: String, span: Range<usize>| {
            if is_wanted(name.as_ref().filter(|name| *name != "default").unwrap_or(&local), &wanted) {
                found.push(Import { name, local, files: files.clone(), span });
            }
        };
        if let Some(own) = captures.get(1).filter(|own| own.as_str() != "type") {
            add(Some("default".into()), own.as_str().to_owned(), own.range());
        }
        if let Some(all) = captures.get(3) {
            add(None, all.as_str().to_owned(), all.range());
        } else if let Some(list) = captures.get(2) {
            for (name, local, span) in names(list.as_str(), list.start()) {
                add(Some(name), local, span);
            }
        }
    }
    found
}

/// The paths without endings at which a module may stand, the likeliest first; none for a package.
fn paths(module: &str, settings: &str) -> Vec<String> {
    if module.starts_with('.') {
        return vec![module.to_owned()];
    }
    let base = BASE.as_ref().and_then(|base| Some(base.captures(settings)?.get(1)?.as_str()));
    let plain = |path: &str| path.trim_start_matches("./").trim_matches('/').to_owned();
    let below = |path: &str| match base.map(plain).filter(|base| !base.is_empty() && base != ".") {
        Some(base) => format!("{base}/{}", plain(path)),
        None => plain(path),
    };
    let told = ALIAS.iter().flat_map(|alias| alias.captures_iter(settings)).filter_map(|captures| {
        let (alias, target) = (captures.get(1)?.as_str(), captures.get(2)?.as_str());
        match alias.strip_suffix('*') {
            Some(start) => Some(below(&target.replace('*', module.strip_prefix(start)?))),
            None => (alias == module).then(|| below(target)),
        }
    });
    let mut found: Vec<String> = told.collect();
    if let Some(path) = behind_alias(module) {
        found.extend([path.to_owned(), format!("src/{path}")]);
    } else if base.is_some() {
        found.push(below(module));
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
