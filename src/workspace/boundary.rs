//! The boundary of a repository: files that a repository names, rather than a person, are read and written within it alone.
//!
//! A repository may come from a stranger, as in a pull request. Without the boundary its configuration or a link in it could make
//! a check read a secret of the machine, or write to any file. Git's own folder is outside: it holds what a checkout's owner configured,
//! a token to fetch with among it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The one who named a file: a person on the command line, or a repository's configuration. Of a file that a repository names no error
/// quotes a word, since it may hold a secret that would come out in a public log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// A person.
    #[default]
    Person,
    /// A repository.
    Repository,
}

/// The folder that must not be left, links followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Boundary {
    /// `None` if files outside are allowed.
    root: Option<PathBuf>,
}

impl Boundary {
    /// The repository that a folder is in; the folder itself if it is in none.
    pub(crate) fn around(folder: &Path) -> anyhow::Result<Self> {
        let folder = fs::canonicalize(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let root = folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(&folder);
        Ok(Self { root: Some(root.to_path_buf()) })
    }

    /// No boundary: a person allows what lies outside.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Tells whether a file is inside, links followed; also of a file that is not there.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        let Some(root) = &self.root else { return true };
        match fs::canonicalize(path) {
            Ok(real) => is_below(&real, root),
            // A link that leads nowhere may lead somewhere when it is opened.
            Err(_) if fs::symlink_metadata(path).is_ok() => false,
            Err(_) => path.parent().is_some_and(|folder| {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                fs::canonicalize(folder).is_ok_and(|folder| is_below(&folder, root))
            }),
        }
    }

    /// Refuses a file that is outside.
    ///
    /// # Errors
    /// The file is outside.
    pub(crate) fn check(&self, path: &Path) -> anyhow::Result<()> {
        if !self.contains(path) {
            bail!(
                "{} is outside the repository: name it on the command line, or allow it with --allow-outside",
                path.display()
            );
        }
        Ok(())
    }

    /// The regular file that stands at a path, or that a link there leads to, so that it can be replaced. A path with nothing there
    /// is given as it is.
    ///
    /// # Errors
    /// The file is outside, or is no regular file.
    pub(crate) fn target(&self, path: &Path) -> anyhow::Result<PathBuf> {
        self.check(path)?;
        let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(path.to_path_buf()) };
        let real = if metadata.is_symlink() { fs::canonicalize(path)? } else { path.to_path_buf() };
        if !fs::metadata(&real)?.is_file() {
            bail!("{} is not a regular file, so it is not written: remove it first", path.display());
        }
        Ok(real)
    }
}

/// Tells whether a path is in a repository's folder, and not in git's own there.
fn is_below(path: &Path, root: &Path) -> bool {
    path.strip_prefix(root).is_ok_and(|below| !below.components().any(|part| part.as_os_str() == ".git"))
}
