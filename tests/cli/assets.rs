//! `completions/` and `man/` are generated from the command line's definition and committed for packagers; a wheel takes them by links in
//! `packaging/wheel/`. The table of providers in README is made from the profiles. Built-in profiles and rates are written as YAML, with
//! comments, and stand in the program as JSON, which is read in a tenth of the time at every start.
//!
//! `CACHECHECK_RENEW=1 cargo test --test cli assets` writes them anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap_complete::Shell;
use serde_json::Value;

use crate::program::{ROOT, run};

/// The tree that installs as it stands: what is in `share/` goes to `/usr/share`, or to `share/` of a Python environment.
const SHARE: &str = "packaging/wheel/data/share";

/// The files of a folder, name to content.
type Files = BTreeMap<String, String>;

#[test]
fn the_completions_are_up_to_date() {
    up_to_date("completions", |folder| {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            clap_complete::generate_to(shell, &mut cachecheck::cli::command(), "cachecheck", folder).unwrap();
        }
    });
    // Each is installed under the name and in the folder in which its shell looks for it; PowerShell has none of its own.
    for (file, installed) in [
        ("cachecheck.bash", "bash-completion/completions/cachecheck"),
        ("_cachecheck", "zsh/site-functions/_cachecheck"),
        ("cachecheck.fish", "fish/vendor_completions.d/cachecheck.fish"),
        ("_cachecheck.ps1", "powershell/completions/cachecheck.ps1"),
        ("cachecheck.elv", "elvish/lib/cachecheck.elv"),
    ] {
        is_linked(&format!("completions/{file}"), installed);
    }
}

#[test]
fn the_man_pages_are_up_to_date_and_every_subcommand_has_one() {
    up_to_date("man", |folder| clap_mangen::generate_to(cachecheck::cli::command(), folder).unwrap());
    for subcommand in cachecheck::cli::command().get_subcommands() {
        let page = Path::new(ROOT).join(format!("man/cachecheck-{}.1", subcommand.get_name()));
        assert!(page.is_file(), "{} is missing", page.display());
    }
    for name in files(&Path::new(ROOT).join("man")).keys() {
        is_linked(&format!("man/{name}"), &format!("man/man1/{name}"));
    }
}

/// A file of the repository is in the tree that installs, as a link, so that it stands in one place.
fn is_linked(file: &str, installed: &str) {
    let link = Path::new(ROOT).join(SHARE).join(installed);
    let up = "../".repeat(4 + installed.matches('/').count());
    #[cfg(unix)]
    if std::env::var_os("CACHECHECK_RENEW").is_some_and(|value| value == "1") && !link.exists() {
        std::os::unix::fs::symlink(format!("{up}{file}"), &link).unwrap();
    }
    let linked = fs::read_link(&link).map(|target| target.to_string_lossy().replace('\\', "/"));
    // Git for Windows may write a link as a file that holds its target.
    let linked = linked.or_else(|_| fs::read_to_string(&link));
    assert_eq!(
        linked.ok(),
        Some(format!("{up}{file}")),
        "renew it with: CACHECHECK_RENEW=1 cargo test --test cli assets"
    );
}

#[test]
fn the_table_of_providers_in_the_readme_is_what_the_profiles_say() {
    const START: &str = "<!-- providers: made by `CACHECHECK_RENEW=1 cargo test --test cli assets` -->\n";
    const END: &str = "<!-- end of providers -->";
    let path = Path::new(ROOT).join("README.md");
    let readme = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = readme.split_once(START).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let fresh = providers(&run(&["profiles", "--format", "json"]).good());
    if std::env::var_os("CACHECHECK_RENEW").is_some_and(|value| value == "1") {
        fs::write(&path, format!("{before}{START}{fresh}{END}{after}")).unwrap();
    } else {
        assert_eq!(table, fresh, "renew it with: CACHECHECK_RENEW=1 cargo test --test cli assets");
    }
}

#[test]
fn the_built_in_data_are_what_their_yaml_says() {
    json_of("src/profile/builtin.json", &["src/profile/builtin.yaml"]);
    json_of("src/profile/unpredicted.json", &["src/profile/unpredicted.yaml"]);
    // Makers before those who sell what others make.
    let sellers = ["rules", "deepseek", "openai", "anthropic", "google", "others", "clouds"];
    let rates = sellers.map(|name| format!("src/rates/builtin/{name}.yaml"));
    json_of("src/rates/builtin.json", &rates.each_ref().map(String::as_str));
    let listed: Vec<String> = files(&Path::new(ROOT).join("src/rates/builtin")).into_keys().collect();
    assert!(listed.len() == sellers.len(), "a file of rates is not read: {listed:?}");
}

/// Compares a file of JSON with what files of YAML say together, or writes it anew where the user asks for that.
fn json_of(json: &str, yaml: &[&str]) {
    let read = |path: &&str| serde_yaml::from_str(&fs::read_to_string(Path::new(ROOT).join(path)).unwrap()).unwrap();
    let whole = yaml.iter().map(read).reduce(joined).unwrap_or_default();
    let (fresh, path) = (in_lines(&whole), Path::new(ROOT).join(json));
    if std::env::var_os("CACHECHECK_RENEW").is_some_and(|value| value == "1") {
        fs::write(&path, fresh).unwrap();
    } else {
        let committed = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(committed == fresh, "{json} is stale; renew it with: CACHECHECK_RENEW=1 cargo test --test cli assets");
    }
}

/// Two documents as one: lists go on, objects have the keys of both.
fn joined(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Array(mut first), Value::Array(second)) => {
            first.extend(second);
            first.into()
        }
        (Value::Object(mut first), Value::Object(second)) => {
            for (key, value) in second {
                match first.get_mut(&key) {
                    Some(known) => *known = joined(known.take(), value),
                    None => drop(first.insert(key, value)),
                }
            }
            first.into()
        }
        (first, second) => panic!("{first} and {second} are of two kinds"),
    }
}

/// JSON with a line for each element of a list that is the whole or stands in it, so that changes are seen line by line.
fn in_lines(whole: &Value) -> String {
    let list = |list: &Vec<Value>| {
        let lines: Vec<String> = list.iter().map(Value::to_string).collect();
        format!("[\n{}\n]", lines.join(",\n"))
    };
    let field = |(key, value): (&String, &Value)| {
        format!("{}: {}", Value::from(key.as_str()), value.as_array().map_or(value.to_string(), list))
    };
    match whole {
        Value::Array(elements) => list(elements) + "\n",
        Value::Object(fields) => format!("{{\n{}\n}}\n", fields.iter().map(field).collect::<Vec<_>>().join(",\n")),
        other => panic!("{other} is neither a list nor an object"),
    }
}

/// The table: one row for each provider, with its rules and what recorded calls say of them, in the order of the profiles.
fn providers(json: &str) -> String {
    let report: Value = serde_json::from_str(json).unwrap();
    let mut rows: Vec<Provider> = Vec::new();
    for profile in report["tables"]["profiles"].as_array().unwrap() {
        let name = profile["provider"].as_str().unwrap();
        if !rows.iter().any(|row| row.name == name) {
            rows.push(Provider { name: name.into(), ..Provider::default() });
        }
        let row = rows.iter_mut().find(|row| row.name == name).unwrap();
        let rule = profile["rule"].as_str().unwrap();
        let rule = rule.split(", from ").next().unwrap().to_owned();
        if !row.rules.contains(&rule) {
            row.rules.push(rule);
        }
        let exactness = &profile["exactness"];
        if let (Some(exact), Some(of)) = (exactness["exact"].as_u64(), exactness["of"].as_u64()) {
            let sum = row.exact.entry(exactness["what"].as_str().unwrap().into()).or_default();
            *sum = (sum.0 + exact, sum.1 + of);
        }
    }
    let (ruled, others): (Vec<Provider>, Vec<Provider>) =
        rows.into_iter().partition(|row| row.rules != [NOTHING_PREDICTED]);
    let names = others.into_iter().map(|row| row.name).collect::<Vec<_>>().join("; ");
    let last = Provider { name: names, rules: vec![NOTHING_PREDICTED.into()], ..Provider::default() };
    let head = "| provider | rule | as predicted, of recorded requests (2026-11) |\n|---|---|---|\n".to_owned();
    head + &ruled.iter().chain([&last]).map(Provider::row).collect::<String>()
}

/// The rule of providers whose hits follow none.
const NOTHING_PREDICTED: &str = "nothing predicted; reported hits, writes and costs are analysed";

/// One row of the table of providers.
#[derive(Default)]
struct Provider {
    name: String,
    rules: Vec<String>,
    /// Recorded calls as predicted, and all, by what was counted.
    exact: BTreeMap<String, (u64, u64)>,
}

impl Provider {
    fn row(&self) -> String {
        let counts = self.exact.iter().map(|(what, (exact, of))| format!("{exact} of {of} {what}"));
        let counts = counts.collect::<Vec<_>>().join("; ");
        format!("| {} | {} | {} |\n", self.name, self.rules.join("; "), if counts.is_empty() { "–" } else { &counts })
    }
}

/// Compares what `generate` writes with what is committed, or commits it where the user asks for that.
fn up_to_date(folder: &str, generate: impl Fn(&Path)) {
    let fresh = tempfile::tempdir().unwrap();
    generate(fresh.path());
    let fresh = files(fresh.path());
    let committed = Path::new(ROOT).join(folder);
    if std::env::var_os("CACHECHECK_RENEW").is_some_and(|value| value == "1") {
        renew(&committed, &fresh);
    }
    let committed = files(&committed);
    let stale: Vec<&String> = fresh
        .keys()
        .chain(committed.keys().filter(|name| !fresh.contains_key(*name)))
        .filter(|name| fresh.get(*name) != committed.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "{folder}/ is not what the command line says now: {stale:?}\n\
         renew it with: CACHECHECK_RENEW=1 cargo test --test cli assets"
    );
}

fn renew(folder: &Path, fresh: &Files) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    for (name, content) in fresh {
        fs::write(folder.join(name), content).unwrap();
    }
}

fn files(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else { return Files::new() };
    let entries = entries.map(|entry| entry.unwrap());
    // A checkout may have turned line feeds into carriage returns and line feeds.
    let content = |path: &Path| fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    entries.map(|entry| (entry.file_name().into_string().unwrap(), content(&entry.path()))).collect()
}
