//! The floors of the house: who may name whom, in which file an outside crate may be named, how long a file may be.
//!
//! The sources are read as text, which is enough for code that `cargo fmt` has laid out.

use std::path::{Path, PathBuf};

use crate::program::{ROOT, files, read};

/// The floors, the lowest first, as ARCHITECTURE.md draws them. `src/lib.rs` has the same modules, but rustfmt sorts them.
const FLOORS: &[&str] = &[
    // Primitives.
    "hash",
    "time",
    "calendar",
    "money",
    "span",
    "wildcard",
    "nesting",
    "input",
    "bounded_cache",
    "source",
    "rewind",
    "document",
    "parallel",
    "phase",
    "number",
    "pairs",
    "random",
    "list_diff",
    // Domain.
    "report",
    "exchange",
    "log",
    "prompt",
    "tokens",
    "cache",
    "kv_size",
    "profile",
    "rates",
    "counting",
    "evidence",
    "lengths",
    "account",
    "caveat",
    "simulation",
    "causes",
    "decomposition",
    "change_points",
    "plan",
    "template",
    "lint",
    // For other programs.
    "api",
    // The commands of the program.
    "workspace",
    "commands",
    "cli",
];

/// The homes of outside crates: the places at which each may be named. A crate that is in no folder may be named by tests alone.
const HOMES: &[(&str, &[&str])] = &[
    ("anstyle", &["src/report/format/look.rs"]),
    ("anyhow", &["src/cli/", "src/commands/", "src/workspace/"]),
    ("boon", &[]),
    ("bytesize", &["src/commands/args/value.rs"]),
    ("clap", &["src/cli/", "src/commands/", "src/report/format/mod.rs"]),
    ("clap_complete", &["src/commands/completions.rs"]),
    ("clap_mangen", &[]),
    ("comfy_table", &["src/report/format/table.rs"]),
    ("criterion", &[]),
    ("ctor", &["src/main.rs"]),
    ("csv", &["src/report/", "src/commands/cost/invoice/"]),
    ("getrandom", &["src/hash.rs"]),
    ("hmac", &["src/hash.rs"]),
    ("flate2", &["src/input/packed.rs"]),
    ("glob", &["src/workspace/config/", "src/workspace/sources/"]),
    ("granit_parser", &["src/document/"]),
    ("hashbrown", &["src/cache/index.rs"]),
    ("ignore", &["src/workspace/templates.rs", "src/workspace/config/found.rs", "src/workspace/sources/"]),
    ("indicatif", &["src/workspace/progress.rs"]),
    ("jiff", &["src/time.rs", "src/calendar.rs", "src/rates/", "src/commands/rates/import/"]),
    (
        "memchr",
        &[
            "src/input/mod.rs",
            "src/log/json.rs",
            "src/log/reading/scan.rs",
            "src/log/trace/fast_path.rs",
            "src/log/value_budget.rs",
        ],
    ),
    ("mimalloc", &["src/main.rs"]),
    (
        "minijinja",
        &["src/nesting.rs", "src/prompt/chat_template.rs", "src/report/format/html.rs", "src/template/syntax/jinja/"],
    ),
    ("minijinja_contrib", &["src/prompt/chat_template.rs"]),
    ("percent_encoding", &["src/report/format/sarif.rs"]),
    ("proptest", &[]),
    ("quick_xml", &["src/report/format/junit.rs", "src/workspace/evaluations.rs"]),
    (
        "regex",
        &[
            "src/causes/summary.rs",
            "src/causes/value.rs",
            "src/lint/",
            "src/template/diff/sentence.rs",
            "src/template/unread.rs",
            "src/template/value_form.rs",
            "src/template/source/import_lines.rs",
            "src/template/source/models.rs",
            "src/template/source/patterns.rs",
            "src/template/diff/whole.rs",
            "src/template/likely.rs",
            "src/tokens/huggingface.rs",
            "src/template/source/functions.rs",
            "src/template/shape/baml.rs",
            "src/template/syntax/",
        ],
    ),
    ("regex_syntax", &[]),
    ("rust_decimal", &["src/money.rs"]),
    (
        "serde",
        &[
            "src/rates/",
            "src/log/agent/claude_line.rs",
            "src/log/reading/value.rs",
            "src/log/trace/fast_path.rs",
            "src/cache/policy/",
            "src/profile/",
            "src/prompt/",
            "src/commands/simulate/",
            "src/workspace/",
            "src/commands/rates/import/",
            "src/document/json.rs",
            "src/pairs.rs",
            "src/time.rs",
            "src/money.rs",
            "src/span.rs",
            "src/exchange/mod.rs",
            "src/cache/ledger.rs",
            "src/account/",
            "src/caveat/",
            "src/evidence/",
            "src/report/skipped.rs",
            "src/simulation/",
            "src/causes/",
        ],
    ),
    (
        "serde_json",
        &[
            "src/document/",
            "src/template/",
            "src/exchange/",
            "src/kv_size/",
            "src/log/",
            "src/profile/",
            "src/prompt/",
            "src/rates/card.rs",
            "src/time.rs",
            "src/report/",
            "src/commands/",
            "src/simulation/testimony.rs",
            "src/simulation/tools.rs",
            "src/causes/",
            "src/workspace/evaluations.rs",
            "src/workspace/key_state.rs",
            "src/workspace/key_tables.rs",
            "src/workspace/rows.rs",
            "src/cli/mod.rs",
        ],
    ),
    ("rustix", &["src/main.rs"]),
    (
        "serde_yaml",
        &["src/rates/card.rs", "src/profile/read.rs", "src/workspace/assumptions_file.rs", "src/log/reading/yaml.rs"],
    ),
    ("sha2", &["src/hash.rs"]),
    ("tempfile", &["src/log/spool.rs", "src/rewind.rs", "src/workspace/files.rs", "src/workspace/rows.rs"]),
    ("similar", &["src/list_diff.rs"]),
    ("terminal_size", &["src/cli/appearance.rs"]),
    ("textwrap", &["src/report/format/look.rs", "src/report/format/fit.rs"]),
    ("tiktoken_rs", &["src/tokens/encoding.rs"]),
    ("tokenizers", &["src/tokens/huggingface.rs"]),
    ("toml", &["src/document/", "src/commands/rates/import/models_dev.rs"]),
    ("trycmd", &[]),
    ("tree_sitter", &["src/template/source/"]),
    ("tree_sitter_c_sharp", &["src/template/source/mod.rs"]),
    ("tree_sitter_go", &["src/template/source/mod.rs"]),
    ("tree_sitter_java", &["src/template/source/mod.rs"]),
    ("tree_sitter_python", &["src/template/source/mod.rs"]),
    ("tree_sitter_ruby", &["src/template/source/mod.rs"]),
    ("tree_sitter_typescript", &["src/template/source/mod.rs"]),
    ("unicode_width", &["src/report/format/"]),
    ("xxhash_rust", &["src/hash.rs"]),
    ("zstd", &["src/input/packed.rs"]),
];

/// The longest a file may be, in lines.
const LONGEST: usize = 500;

#[test]
fn a_module_names_only_modules_before_it() {
    for file in files("src", "rs") {
        let Some(own) = floor_of(&file) else { continue };
        for named in names_after(&read(&file), "crate::") {
            let Some(other) = FLOORS.iter().position(|floor| *floor == named) else { continue };
            assert!(other <= own, "{}: `{}` names `{named}`, which stands above it", file.display(), FLOORS[own]);
        }
    }
}

#[test]
fn every_module_has_its_floor() {
    let lib = read("src/lib.rs");
    let modules = lib.lines().filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
    let mut modules: Vec<&str> = modules.collect();
    let mut floors = FLOORS.to_vec();
    modules.sort_unstable();
    floors.sort_unstable();
    assert_eq!(modules, floors, "give each module of src/lib.rs its place in FLOORS");
    for file in files("src", "rs") {
        let is_root = ["src/lib.rs", "src/main.rs"].iter().any(|root| file == Path::new(root));
        assert!(is_root || floor_of(&file).is_some(), "{} is in no module of src/lib.rs", file.display());
    }
}

#[test]
fn an_outside_crate_is_named_only_where_it_lives() {
    for file in files("src", "rs").iter().filter(|file| !is_test(file)) {
        let code = without_tests(&read(file));
        let path = slashed(file);
        for (outside, homes) in HOMES {
            let at_home = homes.iter().any(|home| path.starts_with(home));
            assert!(at_home || !names(&code, outside), "{path} names `{outside}`, which lives in {homes:?}");
        }
    }
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = read("Cargo.toml");
    let sections = manifest.split("\n[").filter(|section| section.contains("dependencies]\n"));
    for line in sections.flat_map(str::lines).filter(|line| !line.starts_with('#')) {
        let Some((name, _)) = line.split_once(" = ") else { continue };
        let name = name.replace('-', "_");
        assert!(HOMES.iter().any(|(known, _)| *known == name), "say in this test where `{name}` may be named");
    }
}

#[test]
fn every_file_says_what_it_is() {
    for file in rust_files() {
        assert!(read(&file).starts_with("//!"), "{} does not begin with what it is", file.display());
    }
}

#[test]
fn no_file_is_too_long() {
    for file in rust_files() {
        let lines = read(&file).lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines; {LONGEST} are the most", file.display());
    }
}

/// Kinds of policies, and of the places at which they keep entries. A cache that is none has no kind.
const KINDS: [&str; 8] = [
    "AnyPolicy::Blocks",
    "AnyPolicy::Units",
    "AnyPolicy::ReplayedWindow",
    "AnyPolicy::Steps",
    "AnyPolicy::Breakpoints",
    "Places::Nowhere",
    "Places::Steps",
    "Places::BlockEnds",
];

#[test]
fn the_cache_alone_tells_policies_apart() {
    for file in files("src", "rs").iter().filter(|file| !file.starts_with("src/cache") && !is_test(file)) {
        let code = without_tests(&read(file));
        let found: Vec<_> = KINDS.iter().filter(|kind| code.contains(**kind)).collect();
        assert!(found.is_empty(), "{}: ask the policy in place of telling {found:?} apart", file.display());
    }
}

#[test]
fn every_built_in_profile_names_its_source() {
    let yaml = read("src/profile/builtin.yaml");
    let profiles: Vec<serde_yaml::Value> = serde_yaml::from_str(&yaml).unwrap();
    assert!(!profiles.is_empty());
    for profile in profiles {
        for key in ["name", "about", "source", "retrieved"] {
            let text = profile.get(key).and_then(serde_yaml::Value::as_str).unwrap_or_default();
            assert!(!text.is_empty(), "a built-in profile has no `{key}`: {profile:?}");
        }
    }
}

/// The floor that a file belongs to; `None` for the roots.
fn floor_of(file: &Path) -> Option<usize> {
    let module = file.strip_prefix("src").ok()?.components().next()?.as_os_str().to_str()?;
    FLOORS.iter().position(|floor| *floor == module.trim_end_matches(".rs"))
}

/// The names that stand behind a path's beginning, such as `log` in `crate::exchange::Usage` or `crate::{log, time}`.
fn names_after<'a>(code: &'a str, start: &str) -> Vec<&'a str> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for (at, _) in code.match_indices(start) {
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            _ if code[..at].ends_with(is_name) => {}
            Some(list) => found.extend(heads(list)),
            None => found.push(rest.split(|letter| !is_name(letter)).next().unwrap_or_default()),
        }
    }
    found
}

/// The first names of the paths in a list `a, b::{c, d}, e}`.
fn heads(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (1, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || depth == 1 && letter == ',' {
            found.push(list[start..at].trim().split("::").next().unwrap_or_default());
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// True if code names an outside crate: as the beginning of a path, or in a `use` by itself.
fn names(code: &str, outside: &str) -> bool {
    let is_beginning =
        |at: usize| !code[..at].ends_with(|letter: char| letter.is_alphanumeric() || "_:".contains(letter));
    [format!("{outside}::"), format!("use {outside};")]
        .iter()
        .any(|path| code.match_indices(path.as_str()).any(|(at, _)| is_beginning(at)))
}

/// Code up to its inline tests, which stand at a file's end.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// True if a file is compiled for tests alone: it stands in a folder of tests, or its parent says so.
fn is_test(file: &Path) -> bool {
    let in_tests = file.components().any(|part| part.as_os_str() == "tests");
    let parent = Path::new(ROOT).join(file).with_file_name("mod.rs");
    let module = file.file_stem().unwrap_or_default().to_string_lossy();
    let declared = ["", "pub(super) "].map(|seen| format!("#[cfg(test)]\n{seen}mod {module};"));
    let is_declared = |parent: String| declared.iter().any(|declared| parent.contains(declared));
    in_tests || std::fs::read_to_string(parent).is_ok_and(is_declared)
}

fn rust_files() -> Vec<PathBuf> {
    ["src", "tests", "benches"].into_iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn slashed(file: &Path) -> String {
    file.to_string_lossy().replace('\\', "/")
}

#[test]
fn this_test_can_read() {
    assert_eq!(
        names_after("use crate::{log, time::{self, Timestamp}}; crate::hash::digest(); pub(crate) x", "crate::"),
        ["log", "time", "hash"]
    );
    assert!(names("use csv::Writer;", "csv") && names("let x = csv::Writer::new();", "csv"));
    assert!(!names("super::csv::write()", "csv") && !names("my_csv::write()", "csv"));
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {\nb"), "a\n");
}
