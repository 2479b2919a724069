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
    move |name| {
        near(name, &folders)?.iter().find_map(|folder| {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            match revision.read(&path).ok()? {
                Had::File(bytes) => String::from_utf8(bytes).ok(),
                Had::Nothing | Had::Elsewhere => None,
            }
        })
    }
}

/// The folders in which a name may be meant: that of the template alone where it begins with a dot, else that and those above it. `None`
/// for a name that begins at the root of the disk.
fn near<'f, F>(name: &str, folders: &'f [F]) -> Option<&'f [F]> {
    if name.is_empty() || name.starts_with(['/', '\\', '~']) || name.contains([':', '\0', '\n']) {
        return None;
    }
    Some(if name.starts_with('.') { folders.get(..1).unwrap_or_default() } else { folders })
}
