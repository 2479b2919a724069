//! Rings of imports and names of types: what makes a room hard to read is found when it is new.
//!
//! A ring is a set of files each of which imports, by way of others, each other one. The sources are read as text; a name that a
//! `mod.rs` hands on (`pub use`) is followed to the file that defines it.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{files, read};

/// The most files in a ring.
const LARGEST: usize = 7;

#[test]
fn no_ring_of_imports_is_large() {
    for ring in rings(&imports()) {
        assert!(ring.len() <= LARGEST, "a ring of {} files, {LARGEST} are the most: {ring:?}", ring.len());
    }
}

#[test]
fn no_type_is_defined_twice_in_a_module_tree() {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (module, code) in modules() {
        let tree = module.split("::").next().unwrap_or_default().to_owned();
        for line in code.lines().filter(|line| !line.starts_with(' ')) {
            let words: Vec<&str> = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
            let kind = words.iter().position(|word| ["struct", "enum", "trait", "type"].contains(word));
            let is_definition = line.starts_with("pub") || kind == Some(0);
            let name = kind.filter(|_| is_definition).and_then(|kind| words.get(kind + 1));
            found.entry((tree.clone(), name.copied().unwrap_or_default().to_owned())).or_default().push(module.clone());
        }
    }
    let twice: Vec<_> = found.iter().filter(|((_, name), places)| !name.is_empty() && places.len() > 1).collect();
    assert!(twice.is_empty(), "one name, one thing: {twice:?}");
}

/// The code of each module without comments and tests, by its path (`log::format`).
fn modules() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in files("src", "rs").iter().filter(|file| !file.ends_with("tests.rs")) {
        let path = file.to_string_lossy().replace('\\', "/");
        let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let code = read(file);
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        all.insert(path, lines.collect::<Vec<_>>().join("\n"));
    }
    all
}

/// The modules that each module imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let handed_on: BTreeMap<&String, BTreeMap<String, String>> = modules
        .iter()
        .map(|(module, code)| {
            let paths = used(code).into_iter().filter(|(is_public, _)| *is_public);
            let named = paths.filter_map(|(_, path)| {
                let target = absolute(module, &path).unwrap_or_else(|| format!("{module}::{path}"));
                Some((path.rsplit("::").next()?.to_owned(), target))
            });
            (module, named.collect())
        })
        .collect();
    let home = |path: String| {
        let mut path = path;
        for _ in 0..4 {
            let mut module = path.clone();
            while !modules.contains_key(&module) {
                module.truncate(module.rfind("::")?);
            }
            let name = path[module.len()..].trim_start_matches("::").split("::").next().unwrap_or_default();
            match handed_on[&module].get(name) {
                Some(target) => path.clone_from(target),
                None => return Some(module),
            }
        }
        None
    };
    let targets = |module: &String, code: &String| {
        // What a file hands on it imports only if it uses the name itself.
        let is_used = |path: &str| mentions(code, path.rsplit("::").next().unwrap_or_default()) > 1;
        let imported = used(code).into_iter().filter(|(is_public, path)| !is_public || is_used(path));
        let paths = imported.map(|(_, path)| path).chain(inline(code)).filter_map(|path| {
            let child = format!("{module}::{}", path.split("::").next().unwrap_or_default());
            absolute(module, &path).or_else(|| modules.contains_key(&child).then(|| format!("{module}::{path}")))
        });
        paths.filter_map(home).filter(|target| target != module).collect::<BTreeSet<_>>()
    };
    modules.iter().map(|(module, code)| (module.clone(), targets(module, code))).collect()
}

/// The paths of all `use` declarations, each with whether it hands its name on.
fn used(code: &str) -> Vec<(bool, String)> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        let is_public = line.starts_with("pub");
        if let Some((path, _)) = code[at + 4..].split_once(';').filter(|_| line.is_empty() || is_public) {
            let path: String = path.split_whitespace().collect::<Vec<_>>().join(" ");
            all.extend(expanded(&path).into_iter().map(|path| (is_public, path)));
        }
    }
    all
}

/// The paths that stand in expressions and types, outside of `use`: `har::Har`, `super::a::b`.
fn inline(code: &str) -> Vec<String> {
    let is_use = |line: &&str| !line.trim_start().trim_start_matches("pub ").starts_with("use ");
    let code = code.lines().filter(is_use).collect::<Vec<_>>().join("\n");
    // A visibility (`pub(in a::b)`) names a module and imports nothing.
    let parts = code.split("(in ").enumerate();
    let code: String =
        parts.map(|(index, part)| if index == 0 { part } else { part.split_once(')').unwrap_or_default().1 }).collect();
    let words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
    let words = words.map(|word| word.trim_matches(':')).filter(|word| word.contains("::"));
    words.filter(|word| word.starts_with(|letter: char| letter.is_lowercase())).map(str::to_owned).collect()
}

/// The places at which a name stands in code.
fn mentions(code: &str, name: &str) -> usize {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| *word == name).count()
}

/// The paths of a list `a::{b, c::{d, e}}`.
fn expanded(path: &str) -> Vec<String> {
    let Some((start, list)) = path.split_once('{') else {
        let name = path.split(" as ").next().unwrap_or_default().trim();
        return vec![name.trim_end_matches("::self").trim_end_matches("::*").to_owned()];
    };
    let (mut depth, mut items) = (1, vec![String::new()]);
    for letter in list.chars() {
        depth = match letter {
            '{' => depth + 1,
            '}' => depth - 1,
            _ => depth,
        };
        match items.last_mut() {
            _ if depth == 0 => break,
            _ if depth == 1 && letter == ',' => items.push(String::new()),
            Some(item) => item.push(letter),
            None => {}
        }
    }
    let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
    items.flat_map(|item| expanded(&format!("{}{item}", start.trim()))).collect()
}

/// A path from the crate's root; `None` for another crate's, or a child's.
fn absolute(module: &str, path: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    let (mut base, mut rest) = (module.to_owned(), path);
    while let Some(above) = rest.strip_prefix("super::") {
        base = base.rsplit_once("::").map_or_else(String::new, |(parent, _)| parent.to_owned());
        rest = above;
    }
    let rest = rest.strip_prefix("self::").unwrap_or(rest);
    (rest != path).then(|| format!("{base}::{rest}").trim_start_matches("::").to_owned())
}

/// The sets of modules that reach each other.
fn rings(imports: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = imports
        .keys()
        .map(|module| {
            let (mut found, mut next) = (BTreeSet::new(), vec![module]);
            while let Some(module) = next.pop() {
                next.extend(imports[module].iter().filter(|target| found.insert(*target)));
            }
            (module, found)
        })
        .collect();
    let ring = |module: &&String| -> Vec<String> {
        let back = reached[module].iter().filter(|other| reached[**other].contains(*module));
        back.map(|other| (*other).clone()).collect()
    };
    reached.keys().map(ring).filter(|ring| ring.len() > 1).collect()
}

#[test]
fn this_test_can_read_too() {
    assert_eq!(expanded("super::a::{self, b::{C, D as E}}"), ["super::a", "super::a::b::C", "super::a::b::D"]);
    assert_eq!(
        inline("pub(in crate::a) fn b() {\n    use c::d;\n    e::f(G::new(), super::h)\n}"),
        ["e::f", "super::h"]
    );
    assert_eq!(absolute("log::body::chat", "super::api::Api").as_deref(), Some("log::body::api::Api"));
    let path = |from: &str, to: &str| (from.to_owned(), [to.to_owned()].into());
    let ring = rings(&BTreeMap::from([path("a", "b"), path("b", "a"), path("c", "a")]));
    assert_eq!(ring, BTreeSet::from([vec!["a".to_owned(), "b".to_owned()]]));
}
