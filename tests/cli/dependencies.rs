//! Crates that the program is built of: licences that may be passed on, one source, and no more crates than there were.
//!
//! `cargo deny` holds the same and the advisories, for which it takes the network; this takes none.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::program::{ROOT, read};

/// The crates that the program links or that run while it is built, on Linux. A change that takes more says why in its line of
/// `Cargo.toml` and raises the number; one that takes fewer lowers it.
const MOST: usize = 192;

#[test]
fn every_crate_has_a_licence_that_may_be_passed_on() {
    let deny: toml::Value = toml::from_str(&read("deny.toml")).unwrap();
    let allowed: Vec<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    for (name, licence) in linked() {
        // An AND inside of an OR would be refused, which is the safe side.
        let holds = licence
            .replace('/', " OR ")
            .split(" AND ")
            .all(|part| part.trim_matches(['(', ')']).split(" OR ").any(|one| allowed.contains(&one.trim())));
        assert!(holds, "{name} has the licence `{licence}`, which deny.toml does not allow");
    }
}

#[test]
fn every_crate_comes_from_one_registry_with_a_checksum() {
    for package in read("Cargo.lock").split("[[package]]\n").skip(1) {
        let value = |key: &str| package.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
        let (name, source) = (value("name").unwrap(), value("source"));
        assert!(name == "\"cachecheck\"" || value("checksum").is_some(), "{name} has no checksum");
        let is_known = source.is_none_or(|source| source.contains("github.com/rust-lang/crates.io-index"));
        assert!(is_known, "{name} comes from {source:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_number_of_crates_does_not_grow_unseen() {
    let count = linked().len();
    assert!(count <= MOST, "{count} crates are linked or run while building, {MOST} before");
}

/// The crates that are linked or run while building, each version for itself, with the licence of each.
fn linked() -> BTreeMap<String, String> {
    let mut cargo = Command::new(env!("CARGO"));
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
    cargo
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host])
        .current_dir(ROOT);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let graph: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = graph["resolve"]["nodes"].as_array().unwrap();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![graph["resolve"]["root"].as_str().unwrap()]);
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            let deps = nodes.iter().find(|node| node["id"] == id).unwrap()["deps"].as_array().unwrap();
            let is_built = |dep: &&Value| dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev");
            waiting.extend(deps.iter().filter(is_built).map(|dep| dep["pkg"].as_str().unwrap()));
        }
    }
    let packages = graph["packages"].as_array().unwrap();
    let of = |package: &Value| {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        (format!("{} {}", text("name"), text("version")), text("license"))
    };
    packages.iter().filter(|package| seen.contains(package["id"].as_str().unwrap())).map(of).collect()
}
