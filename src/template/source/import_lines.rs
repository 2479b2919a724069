//! Lines that import: which names of which files each language's code brings in, and passes on.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Language, signs};

/// One name that a file imports.
pub(super) struct Import {
    /// Its name in the other file; `None` for all that the file holds.
    pub(super) name: Option<String>,
    /// Its name here; empty where all of the other file have their own names.
    pub(super) local: String,
    /// The path of the other file as it is told; `None` where each of its names is meant.
    pub(super) module: Option<String>,
    /// The files in which it may stand, the likeliest first.
    pub(super) files: Vec<String>,
    /// The bytes of its name here.
    pub(super) span: Range<usize>,
}

static PYTHON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|\*|[^\n(#]+)").ok());
static PYTHON_MODULE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*import[ \t]+([\w., \t]+)").ok());
static PYTHON_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"([A-Za-z_][\w.]*)(?:\s+as\s+(\w+))?").ok());
static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = r"(?:(\w+)[ \t]*,?[ \t]*)?(?:\{([^}]*)\}|\*[ \t]+as[ \t]+(\w+))?";
    Regex::new(&format!(r#"(?m)^[ \t]*import[ \t]+{names}[ \t]*from[ \t]*['"]([^'"\n]+)['"]"#)).ok()
});
/// `const { RULES } = require('./texts')`, `const texts = await import('./texts')`.
static REQUIRED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[ \t]*(?:const|let|var)[ \t]+(?:\{([^}]*)\}|(\w+))[ \t]*=[ \t]*(?:await[ \t]+)?(?:require|import)\([ \t]*['"]([^'"\n]+)['"][ \t]*\)"#)
        .ok()
});
/// `export * from './texts'`, `export { RULES as HOUSE } from './texts'`.
static PASSED_ON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^[ \t]*export[ \t]+(?:\*(?:[ \t]+as[ \t]+(\w+))?|\{([^}]*)\})[ \t]*from[ \t]*['"]([^'"\n]+)['"]"#)
        .ok()
});
/// `export { RULES as HOUSE }`, `export default RULES`.
static EXPORTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*export[ \t]+(?:\{([^}]*)\}[ \t]*(?:;|$)|default[ \t]+(\w+)[ \t]*(?:;|$))").ok()
});
/// A short name of a folder or a file in a project's settings: `"shared/*": ["src/shared/*"]`.
static ALIAS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"\n]+)"\s*:\s*\[\s*"([^"\n]+)""#).ok());
static BASE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""baseUrl"\s*:\s*"([^"\n]+)""#).ok());

/// A package of Go in a list of imports, perhaps with a name here.
static GO_PACKAGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^[ \t]*(?:import[ \t]+)?(\w+[ \t]+)?"([\w./-]+)"[ \t]*$"#).ok());
/// A member of a class by its name: `Texts.RULES`, `Texts.Rules`.
static MEMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b([A-Z]\w*)\.([A-Z]\w*)\b").ok());
static RELATIVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^[ \t]*require_relative[ \t]*\(?[ \t]*['"]([^'"\n]+)['"]"#).ok());
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:type\s+)?([A-Za-z_]\w*)(?:(?:\s+as\s+|\s*:\s*)(\w+))?").ok());

/// The imports of names that may be prompts: constants by convention, and those whose own name or file's name says so. What a file passes on
/// counts where another file imports it.
pub(super) fn imports(source: &str, language: &Language, settings: &str, is_first: bool) -> Vec<Import> {
    match language.name {
        "python" => python(source, is_first),
        _ if is_script(language) => script(source, settings, is_first),
        "go" if is_first => go(source),
        "java" | "csharp" if is_first => of_classes(source, language.endings[0]),
        "ruby" => ruby(source),
        _ => Vec::new(),
    }
}

pub(super) fn is_script(language: &Language) -> bool {
    ["typescript", "javascript"].contains(&language.name)
}

/// Tells whether code imports what may be a prompt from a folder by a name that a project's settings may know.
pub(super) fn are_by_folder(source: &str) -> bool {
    let modules = SCRIPT.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| {
        let names = [1, 2, 3].into_iter().filter_map(|group| captures.get(group));
        let names: Vec<&str> = names.map(|name| name.as_str()).collect();
        Some((names.join(","), captures.get(4)?.as_str()))
    });
    let mut modules = modules.filter(|(_, module)| !module.starts_with('.'));
    modules.any(|(list, module)| names(&list, 0).iter().any(|(name, ..)| is_wanted(name, module)))
}

/// The names of a file that others know by another name, with that.
pub(super) fn exported(source: &str, language: &Language) -> Vec<(String, String)> {
    if !is_script(language) {
        return Vec::new();
    }
    let found = EXPORTED.iter().flat_map(|pattern| pattern.captures_iter(source)).flat_map(|captures| {
        let list = captures.get(1).map(|list| names(list.as_str(), 0)).unwrap_or_default();
        let usual = captures.get(2).map(|own| (own.as_str().to_owned(), "default".to_owned()));
        let renamed = list.into_iter().map(|(own, outside, _)| (own, outside)).filter(|(own, outside)| own != outside);
        renamed.chain(usual).collect::<Vec<_>>()
    });
    found.collect()
}

/// Tells whether a name may be a prompt, or the file that it is imported from holds some.
pub(super) fn is_wanted(name: &str, module: &str) -> bool {
    super::origin::is_constant(name) || signs::names_a_prompt(name) || is_of_prompts(module)
}

/// Tells whether the name of a file says that it holds prompts. A package of another purpose may have `prompt` in its name: the module itself
/// says it, or a folder of prompts.
fn is_of_prompts(module: &str) -> bool {
    let mut parts = module.rsplit('/');
    parts.next().is_some_and(signs::names_a_prompt) || parts.any(|part| part == "prompts")
}

/// Tells whether code names a member of a module that may be a prompt: `texts.RULES`.
fn uses(source: &str, module: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = format!("{module}.");
    source.match_indices(&start).any(|(at, _)| {
        let name = &source[at + start.len()..];
        let name = &name[..name.find(|letter| !is_letter(letter)).unwrap_or(name.len())];
        !source[..at].ends_with(|letter| is_letter(letter) || letter == '.') && is_wanted(name, "")
    })
}

/// The names in a list of imports with the bytes at which each stands here.
fn names(list: &str, at: usize) -> Vec<(String, String, Range<usize>)> {
    names_by(NAME.as_ref(), list, at)
}

fn names_by(pattern: Option<&Regex>, list: &str, at: usize) -> Vec<(String, String, Range<usize>)> {
    let Some(pattern) = pattern else { return Vec::new() };
    let list = without_comments(list);
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

/// A list of names with blanks in place of comments.
fn without_comments(list: &str) -> String {
    let line = |line: &str| {
        let at = line.find('#').into_iter().chain(line.find("//")).min().unwrap_or(line.len());
        let blanks = line[at..].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        line[..at].chars().chain(blanks).collect::<String>()
    };
    list.split_inclusive('\n').map(line).collect()
}

fn python(source: &str, is_first: bool) -> Vec<Import> {
    let mut found = python_modules(source);
    for captures in PYTHON.iter().flat_map(|pattern| pattern.captures_iter(source)) {
        let (Some(module), Some(list)) = (captures.get(1), captures.get(2)) else { continue };
        let path = module.as_str().trim_start_matches('.');
        let up = match module.as_str().len() - path.len() {
            0 => String::new(),
            1 => "./".to_owned(),
            dots => "../".repeat(dots - 1),
        };
        let module = path.replace('.', "/");
        let files = if module.is_empty() {
            vec![format!("{up}__init__.py")]
        } else {
            vec![format!("{up}{module}.py"), format!("{up}{module}/__init__.py")]
        };
        if list.as_str() == "*" {
            let span = list.range();
            let all = Import { name: None, local: String::new(), module: Some(module.clone()), files, span };
            found.extend((!is_first || is_of_prompts(&module)).then_some(all));
            continue;
        }
        for (name, local, span) in names(list.as_str(), list.start()) {
            let below = if module.is_empty() { name.clone() } else { format!("{module}/{name}") };
            if !is_wanted(&name, &module) && !uses(source, &local) {
                continue;
            }
            // `from package import module`.
            let below = vec![format!("{up}{below}.py")];
            let whole = Import {
                name: None,
                local: local.clone(),
                module: Some(module.clone()),
                files: below,
                span: span.clone(),
            };
            let own = Import { name: Some(name), local, module: Some(module.clone()), files: files.clone(), span };
            found.extend([own, whole]);
        }
    }
    found
}

/// Modules that Python imports whole: `import prompts`, `import house.prompts as texts`.
fn python_modules(source: &str) -> Vec<Import> {
    let lists = PYTHON_MODULE.iter().flat_map(|pattern| pattern.captures_iter(source));
    let modules = lists
        .filter_map(|captures| captures.get(1))
        .flat_map(|list| names_by(PYTHON_NAME.as_ref(), list.as_str(), list.start()));
    let import = |(name, local, span): (String, String, Range<usize>)| {
        let module = name.replace('.', "/");
        let files = vec![format!("{module}.py"), format!("{module}/__init__.py")];
        (is_of_prompts(&module) || uses(source, &local)).then_some(Import {
            name: None,
            local,
            module: Some(module),
            files,
            span,
        })
    };
    modules.filter_map(import).collect()
}

fn script(source: &str, settings: &str, is_first: bool) -> Vec<Import> {
    let mut found = Vec::new();
    let mut add = |name: Option<&str>, local: &str, span: Range<usize>, module: &str| {
        let paths = paths(module, settings);
        // A package is no file of the repository.
        let Some(path) = paths.first() else { return };
        let ends = [".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js"];
        let bare = |path: &str| {
            let bare = [".js", ".ts", ".mjs"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
            bare.to_owned()
        };
        let module = bare(path);
        let wanted = name.filter(|name| *name != "default").unwrap_or(local);
        let is_all = name.is_none() && (local.is_empty() || uses(source, local));
        if is_all || is_wanted(wanted, &module) {
            let files = paths.iter().flat_map(|path| ends.map(|end| format!("{}{end}", bare(path)))).collect();
            found.push(Import {
                name: name.map(str::to_owned),
                local: local.to_owned(),
                module: Some(module),
                files,
                span,
            });
        }
    };
    for captures in SCRIPT.iter().flat_map(|pattern| pattern.captures_iter(source)) {
        let Some(module) = captures.get(4).map(|module| module.as_str()) else { continue };
        if let Some(own) = captures.get(1).filter(|own| own.as_str() != "type") {
            add(Some("default"), own.as_str(), own.range(), module);
        }
        if let Some(all) = captures.get(3) {
            add(None, all.as_str(), all.range(), module);
        }
        for (name, local, span) in captures.get(2).map(|list| names(list.as_str(), list.start())).unwrap_or_default() {
            add(Some(&name), &local, span, module);
        }
    }
    for captures in REQUIRED.iter().flat_map(|pattern| pattern.captures_iter(source)) {
        let Some(module) = captures.get(3).map(|module| module.as_str()) else { continue };
        if let Some(all) = captures.get(2) {
            add(None, all.as_str(), all.range(), module);
        }
        for (name, local, span) in captures.get(1).map(|list| names(list.as_str(), list.start())).unwrap_or_default() {
            add(Some(&name), &local, span, module);
        }
    }
    for captures in PASSED_ON.iter().flat_map(|pattern| pattern.captures_iter(source)).filter(|_| !is_first) {
        let (Some(whole), Some(module)) = (captures.get(0), captures.get(3).map(|module| module.as_str())) else {
            continue;
        };
        let Some(list) = captures.get(2) else {
            add(None, captures.get(1).map_or("", |own| own.as_str()), whole.range(), module);
            continue;
        };
        for (name, local, span) in names(list.as_str(), list.start()) {
            add(Some(&name), &local, span, module);
        }
    }
    found
}

/// Tells whether code may hold a prompt, so that it is worth reading the files around it.
fn may_hold_prompts(source: &str) -> bool {
    ["rompt", "ontent", "nstruction"].iter().any(|word| source.contains(word))
}

/// The constants of the other files of a package of Go, and those of packages of prompts.
fn go(source: &str) -> Vec<Import> {
    if !may_hold_prompts(source) {
        return Vec::new();
    }
    let own = Import { name: None, local: String::new(), module: None, files: vec!["./*.go".into()], span: 0..0 };
    let others = GO_PACKAGE.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| {
        let path = captures.get(2)?;
        let last = path.as_str().rsplit('/').next()?;
        let local = captures.get(1).map_or(last, |local| local.as_str().trim()).to_owned();
        // The path of a package begins with that of its module, which is not told here.
        let ends = path.as_str().match_indices('/').map(|(at, _)| &path.as_str()[at + 1..]);
        let files = ends.map(|end| format!("{end}/*.go")).collect();
        is_of_prompts(path.as_str()).then(|| Import { name: None, local, module: None, files, span: path.range() })
    });
    std::iter::once(own).chain(others).collect()
}

/// The constants of other classes that code names, each in a file of its own: `Texts.RULES`.
fn of_classes(source: &str, ending: &str) -> Vec<Import> {
    let mut known = BTreeSet::new();
    let named = MEMBER.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| {
        let (class, member) = (captures.get(1)?, captures.get(2)?);
        let is_here = ["class", "record", "interface", "enum"]
            .iter()
            .any(|kind| source.contains(&format!("{kind} {}", class.as_str())));
        let is_meant = signs::names_a_prompt(class.as_str()) || is_wanted(member.as_str(), "");
        (is_meant && !is_here && known.insert(class.as_str())).then_some(class)
    });
    let import = |class: regex::Match<'_>| {
        let name = class.as_str();
        let imported = source.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'));
        let path = imported.map(str::trim).find(|path| path.ends_with(&format!(".{name}")));
        let told = path.map(|path| format!("{}.{ending}", path.replace('.', "/")));
        let files = told.into_iter().chain([format!("./{name}.{ending}")]).collect();
        Import { name: Some(name.to_owned()), local: name.to_owned(), module: None, files, span: class.range() }
    };
    named.map(import).collect()
}

/// Files that Ruby takes in whole.
fn ruby(source: &str) -> Vec<Import> {
    let files = RELATIVE.iter().flat_map(|pattern| pattern.captures_iter(source)).filter_map(|captures| {
        let path = captures.get(1)?;
        let up = if path.as_str().starts_with('.') { "" } else { "./" };
        let file = format!("{up}{}.rb", path.as_str().trim_end_matches(".rb"));
        Some(Import { name: None, local: String::new(), module: None, files: vec![file], span: path.range() })
    });
    files.filter(|_| may_hold_prompts(source)).collect()
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
