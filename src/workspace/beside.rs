//! Files beside a template that it names itself: read within its repository alone, on the disk or in a revision.

use std::path::{Path, PathBuf};

use super::boundary::Boundary;
use super::files;
use super::revision::{Had, Revision};

/// Reads what a template on the disk names.
pub(crate) fn on_disk(template: &Path, boundary: &Boundary) -> impl Fn(&str) -> Option<String> {
    let whole = std::path::absolute(template).unwrap_or_else(|_| template.to_path_buf());
    let folders: Vec<PathBuf> =
        whole.ancestors().skip(1).take_while(|folder| boundary.contains(folder)).map(Path::to_path_buf).collect();
    let boundary = boundary.clone();
    move |name| {
        if let Some((below, ending)) = all_of(name) {
            let files = |folder: &PathBuf| files_in(&folder.join(below), ending, &whole, &boundary);
            return near(name, &folders)?.iter().map(files).find(|texts| !texts.is_empty());
        }
        let is_readable = |path: &PathBuf| boundary.contains(path) && path.is_file() && files::regular(path).is_ok();
        let path = near(name, &folders)?.iter().map(|folder| folder.join(name)).find(is_readable)?;
        String::from_utf8(files::named_bytes(&path, files::LARGE).ok()?).ok()
    }
}

/// Reads what a template of a revision names.
pub(crate) fn in_revision<'r>(template: &str, revision: &'r Revision) -> impl Fn(&str) -> Option<String> + use<'r> {
    let parts: Vec<&str> = template.split('/').collect();
    let below = (0..parts.len()).rev().map(|count| parts[..count].join("/"));
    // Folders above the one that the program works in, up to the repository's.
    let above = (1..=revision.depth()).map(|count| vec![".."; count].join("/"));
    let folders: Vec<String> = below.chain(above).collect();
    let whole = template.to_owned();
    move |name| {
        if let Some((below, ending)) = all_of(name) {
            let files = |folder: &String| files_of(revision, &joined(folder, below), ending, &whole);
            return near(name, &folders)?.iter().map(files).find(|texts| !texts.is_empty());
        }
        near(name, &folders)?.iter().find_map(|folder| read_in(revision, &joined(folder, name)))
    }
}

fn read_in(revision: &Revision, path: &str) -> Option<String> {
    match revision.read(path).ok()? {
        Had::File(bytes) => String::from_utf8(bytes).ok(),
        Had::Nothing | Had::Elsewhere => None,
    }
}

fn joined(folder: &str, name: &str) -> String {
    let name = name.trim_start_matches("./");
    [folder, name].into_iter().filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

/// The most files of a package that are read, and their bytes.
const MOST_FILES: usize = 100;
const MOST_BYTES: usize = 1_000_000;

/// The folder and the ending of a name that stands for all files of a folder: `./*.go`.
fn all_of(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once("/*.").filter(|(_, ending)| ending.chars().all(char::is_alphanumeric))
}

/// Tells whether a file of a package is read for another one: not its tests.
fn is_of_package(path: &str, ending: &str) -> bool {
    let stem = path.strip_suffix(ending).and_then(|path| path.strip_suffix('.'));
    stem.is_some_and(|stem| !stem.ends_with("_test"))
}

/// The texts of all files of a package, one behind the other; none of one that is too large.
fn behind_each_other(texts: impl Iterator<Item = String>) -> String {
    let mut all = String::new();
    for text in texts.take(MOST_FILES) {
        all.push_str(&text);
        all.push('\n');
        if all.len() > MOST_BYTES {
            return String::new();
        }
    }
    all
}

/// The texts of the files in a folder but for the template's own.
fn files_in(folder: &Path, ending: &str, template: &Path, boundary: &Boundary) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_read = |path: &PathBuf| {
        is_of_package(&path.to_string_lossy(), ending)
            && path.as_path() != template
            && boundary.contains(path)
            && path.is_file()
            && files::regular(path).is_ok()
    };
    let mut paths: Vec<PathBuf> = entries.filter(is_read).collect();
    paths.sort();
    behind_each_other(
        paths.iter().filter_map(|path| String::from_utf8(files::named_bytes(path, files::LARGE).ok()?).ok()),
    )
}

/// The same of a folder of a revision.
fn files_of(revision: &Revision, folder: &str, ending: &str, template: &str) -> String {
    let below = if folder.is_empty() { ".".to_owned() } else { format!("{folder}/") };
    let is_in = |path: &String| {
        path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder
            && is_of_package(path, ending)
            && path != template
    };
    let mut paths: Vec<String> = revision.list(&below).unwrap_or_default().into_iter().filter(is_in).collect();
    paths.sort();
    behind_each_other(paths.iter().filter_map(|path| read_in(revision, path)))
}

/// The folders in which a name may be meant: that of the template alone where it begins with a dot, else that and those above it. `None`
/// for a name that begins at the root of the disk.
fn near<'f, F>(name: &str, folders: &'f [F]) -> Option<&'f [F]> {
    if name.is_empty() || name.starts_with(['/', '\\', '~']) || name.contains([':', '\0', '\n']) {
        return None;
    }
    Some(if name.starts_with('.') { folders.get(..1).unwrap_or_default() } else { folders })
}
