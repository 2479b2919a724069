//! `completions/` and `man/` are generated from the command line's definition and committed for packagers.
//!
//! `CACHECHECK_RENEW=1 cargo test --test cli assets` writes them anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap_complete::Shell;

use crate::program::ROOT;

/// The files of a folder, name to content.
type Files = BTreeMap<String, String>;

#[test]
fn the_completions_are_up_to_date() {
    up_to_date("completions", |folder| {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            clap_complete::generate_to(shell, &mut cachecheck::cli::command(), "cachecheck", folder).unwrap();
        }
    });
}

#[test]
fn the_man_pages_are_up_to_date() {
    up_to_date("man", |folder| clap_mangen::generate_to(cachecheck::cli::command(), folder).unwrap());
}

#[test]
fn every_subcommand_has_its_man_page() {
    for subcommand in cachecheck::cli::command().get_subcommands() {
        let page = Path::new(ROOT).join(format!("man/cachecheck-{}.1", subcommand.get_name()));
        assert!(page.is_file(), "{} is missing", page.display());
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
