//! Files that globs of a configuration name.
//!
//! Folders are walked as git sees them, each once: a link to a folder is not followed, so that links in circles cost nothing.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use glob::Pattern;
use ignore::WalkBuilder;

use super::matches;
use crate::workspace::folder::Folder;

/// Files that globs name, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// As seen from the configuration's folder, sorted, each once.
    pub(crate) paths: Vec<String>,
    /// Errors at folders that could not be read, and at what is no regular file.
    pub(crate) unreadable: Vec<String>,
}

/// Files that some globs name. Those that git ignores are left out if `ignores` says so.
///
/// # Errors
/// A pattern that is no glob.
pub(super) fn files(folder: &Folder, globs: &[String], ignores: bool) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for glob in globs {
        let glob = glob.trim_start_matches("./");
        let pattern = Pattern::new(glob).map_err(|error| anyhow!("glob {glob}: {error}"))?;
        let (start, rest) = literal(glob);
        if rest.as_os_str().is_empty() {
            // The very path, which git may ignore.
            found.paths.extend(folder.path(glob).is_file().then(|| glob.to_owned()));
        } else if folder.as_path().join(&start).is_dir() {
            walk(folder, &start, &rest, &pattern, ignores, &mut found);
        }
    }
    found.paths.sort();
    found.paths.dedup();
    Ok(found)
}

fn walk(folder: &Folder, start: &Path, rest: &Path, pattern: &Pattern, ignores: bool, found: &mut Found) {
    let root = folder.as_path().join(start);
    let mut builder = WalkBuilder::new(&root);
    builder.standard_filters(ignores).require_git(false).hidden(false);
    builder.filter_entry(|entry| entry.file_name() != ".git");
    if !rest.components().any(|part| part.as_os_str() == "**") {
        builder.max_depth(Some(rest.components().count()));
    }
    for entry in builder.build() {
        let path = match entry {
            Ok(entry) => entry.into_path(),
            Err(error) => {
                found.unreadable.push(error.to_string());
                continue;
            }
        };
        let below = path.strip_prefix(&root).unwrap_or(&path);
        let seen = start.join(below).to_string_lossy().replace('\\', "/");
        match matches(pattern, &seen) {
            true if path.is_file() => found.paths.push(seen),
            // A pipe, a device, a link that leads nowhere.
            true if !path.is_dir() => found.unreadable.push(format!("{seen} is no regular file")),
            _ => {}
        }
    }
}

/// The folders at the beginning of a glob that are no patterns, and the rest; nothing of a glob that is none.
fn literal(glob: &str) -> (PathBuf, PathBuf) {
    let is_pattern = |part: &std::ffi::OsStr| part.to_string_lossy().contains(['*', '?', '[']);
    let parts: Vec<_> = Path::new(glob).components().collect();
    let first = parts.iter().position(|part| is_pattern(part.as_os_str())).unwrap_or(parts.len());
    (parts[..first].iter().collect(), parts[first..].iter().collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(folder: &Path, globs: &[&str]) -> Vec<String> {
        let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        files(&Folder::new(folder), &globs, true).unwrap().paths
    }

    #[test]
    fn globs_name_files_as_a_shell_does() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", "prompts/b.md", "prompts/deep/c.md", ".github/d.md", "prompts/ignored.md", ".gitignore"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, if name == ".gitignore" { "ignored.md\n" } else { "" }).unwrap();
        }
        let found = |globs: &[&str]| found(folder.path(), globs);
        assert_eq!(found(&["*.md"]), ["a.md"]);
        assert_eq!(found(&["prompts/*.md", "./prompts/b.md"]), ["prompts/b.md"]);
        assert_eq!(found(&["prompts/**/*.md"]), ["prompts/b.md", "prompts/deep/c.md"]);
        assert_eq!(found(&["**/*.md"]), [".github/d.md", "a.md", "prompts/b.md", "prompts/deep/c.md"]);
        assert_eq!(found(&["prompts/deep/../*.md"]), ["prompts/deep/../b.md"]);
        assert_eq!(found(&["prompts/ignored.md"]), ["prompts/ignored.md"], "named outright");
        assert!(found(&["prompts", "nothing/*.md", "nothing.md"]).is_empty());
        let all = files(&Folder::new(folder.path()), &["prompts/*.md".into()], false).unwrap();
        assert_eq!(all.paths, ["prompts/b.md", "prompts/ignored.md"], "logs are often ignored by git");
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_cost_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.md"), "").unwrap();
        for name in ["one", "two", "three"] {
            std::os::unix::fs::symlink(".", folder.path().join(name)).unwrap();
        }
        assert_eq!(found(folder.path(), &["**/*.md"]), ["a.md"]);
    }
}
