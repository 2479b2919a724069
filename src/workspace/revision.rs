//! Files in git: their content in a revision, and their changes since.

use std::cell::RefCell;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::files;
use super::folder::Folder;
use super::git_session::GitSession;
use crate::report::Report;

/// A revision of the repository that a folder is in.
#[derive(Debug)]
pub(crate) struct Revision {
    /// As a person wrote it.
    pub(crate) name: String,
    /// The id of its tree.
    tree: String,
    /// This folder as seen from the repository's root, with a slash behind it; nothing in the root.
    prefix: String,
    /// The folder from which paths are seen.
    folder: Folder,
    /// Looks paths up in the tree.
    lookup: RefCell<Option<GitSession>>,
    /// Hashes the files that are here as git would store them.
    hashing: RefCell<Option<GitSession>>,
}

/// The content of a revision at a path.
#[derive(Debug)]
pub(crate) enum Had {
    /// A file, as a checkout would write it.
    File(Vec<u8>),
    /// No file.
    Nothing,
    /// Unknown: the path now belongs to another repository, such as a submodule, or to none.
    Elsewhere,
}

/// The changes to files since a revision, by their paths as seen from a folder.
#[derive(Debug, Default)]
pub(crate) struct Since {
    /// Old and new paths of what git takes for the same file.
    renamed: Vec<(String, String)>,
    /// Paths that are no longer there.
    pub(crate) gone: Vec<String>,
    /// The folder from which they are seen.
    folder: Folder,
}

impl Revision {
    /// The revision of that name.
    ///
    /// # Errors
    /// Fails if there is none, or no repository.
    pub(crate) fn named(name: &str, folder: Folder) -> anyhow::Result<Self> {
        let prefix = folder.in_repository().with_context(|| format!("cannot look for {name}"))?;
        let told = folder.git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{tree}}")]).unwrap_or_default();
        let tree = String::from_utf8_lossy(&told).trim_end().to_owned();
        // Git also knows what is to be left out, as `^main`.
        if tree.is_empty() || tree.starts_with('^') {
            let shallow =
                folder.git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|told| told.starts_with(b"true"));
            let fetch = "; this clone is shallow, so fetch it first (`git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`)";
            bail!("git knows no revision {name:?}{}", if shallow { fetch } else { "" });
        }
        Ok(Self {
            name: name.to_owned(),
            tree,
            prefix,
            folder,
            lookup: RefCell::default(),
            hashing: RefCell::default(),
        })
    }

    /// A file, links followed.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<Had> {
        let Some(whole) = from_root(&self.prefix, &self.folder.relative(path)?) else { return Ok(Had::Elsewhere) };
        if whole.contains('\n') {
            bail!("{path:?} has a line end in its name: rename it");
        }
        let told = self.look_up(&whole)?;
        match told.strip_prefix("blob ") {
            Some(object) if self.is_as_here(object, &whole, path) => {
                let here = files::named_bytes(&self.folder.path(path), files::LARGE);
                here.map(Had::File).map_err(Into::into)
            }
            // A checkout may have other line endings than the revision.
            Some(object) => {
                self.folder.git(&["cat-file", "--filters", &format!("--path={whole}"), object]).map(Had::File)
            }
            // A link that leads out of the repository, or names its target from the root of the disk.
            None if told.starts_with("symlink ") || is_elsewhere(&self.folder, path) => Ok(Had::Elsewhere),
            None => Ok(Had::Nothing),
        }
        .with_context(|| format!("cannot read {}:{path}", self.name))
    }

    /// Asks git about a path from the root, links followed: `blob` and its id, or the reason why there is none.
    fn look_up(&self, whole: &str) -> anyhow::Result<String> {
        let mut lookup = self.lookup.borrow_mut();
        let session = match &mut *lookup {
            Some(session) => session,
            none => {
                let asked = ["cat-file", "--batch-check=%(objecttype) %(objectname)", "--follow-symlinks"];
                none.insert(GitSession::start(&self.folder, &asked)?)
            }
        };
        let answer = session.ask(&format!("{}:{whole}", self.tree))?;
        // Of a link that leads nowhere in the tree the target follows, by its length in bytes.
        let target = ["symlink ", "dangling ", "loop ", "notdir "].iter().find_map(|kind| answer.strip_prefix(kind));
        if let Some(length) = target.and_then(|length| length.parse::<u64>().ok()) {
            session.skip(length + 1)?;
        }
        Ok(answer)
    }

    /// True if git takes the file that is here for that object, whatever its line endings.
    fn is_as_here(&self, object: &str, whole: &str, path: &str) -> bool {
        if !self.folder.path(path).is_file() {
            return false;
        }
        let mut hashing = self.hashing.borrow_mut();
        if hashing.is_none() {
            *hashing = GitSession::start(&self.folder, &["hash-object", "--stdin-paths"]).ok();
        }
        if let Some(Ok(hashed)) = hashing.as_mut().map(|session| session.ask(whole)) {
            return hashed == object;
        }
        // It ends at a file that it cannot read.
        *hashing = None;
        false
    }

    /// The files under some path, as seen from here, and links.
    pub(crate) fn list(&self, path: &str) -> anyhow::Result<Vec<String>> {
        let listed = self
            .folder
            .git(&["ls-tree", "-r", "-z", &self.tree, "--", path])
            .with_context(|| format!("cannot list {path} at {}", self.name))?;
        let listed = String::from_utf8_lossy(&listed);
        let files = listed.split('\0').filter(|entry| entry.starts_with("100") || entry.starts_with("120"));
        Ok(files.filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned())).collect())
    }

    /// Lists the changes to files since. Git also tells a file that was renamed and changed.
    pub(crate) fn since(&self) -> anyhow::Result<Since> {
        let asked = ["diff", "--no-relative", "--name-status", "-z", "--find-renames", "-l10000", "--diff-filter=RD"];
        let changes = self
            .folder
            .git(&[&asked[..], &[&self.tree, "--"]].concat())
            .with_context(|| format!("cannot tell what changed since {}", self.name))?;
        let up = "../".repeat(self.prefix.matches('/').count());
        let changes = String::from_utf8_lossy(&changes);
        let mut fields = changes.split('\0');
        let mut since = Since { folder: self.folder.clone(), ..Since::default() };
        while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
            let path = self.folder.relative(&format!("{up}{path}"))?;
            let new = if status.starts_with('R') { fields.next() } else { None };
            match new {
                Some(new) => since.renamed.push((path, self.folder.relative(&format!("{up}{new}"))?)),
                None => since.gone.push(path),
            }
        }
        Ok(since)
    }
}

impl Since {
    /// The path that a file had.
    pub(crate) fn old_path(&self, path: &str) -> Option<&str> {
        let path = self.folder.relative(path).ok()?;
        self.renamed.iter().find(|(_, new)| *new == path).map(|(old, _)| old.as_str())
    }
}

/// Names files as seen from the repository's root, from where those who show a report's findings beside the code look for them. Without
/// a repository that is where the program was started. The report's files are named as seen from `folder`, or from where the
/// program was started.
pub(crate) fn name_from_root(report: &mut Report, folder: &Folder) {
    let prefix = |seen_from: &Folder| {
        let outside = || Folder::here().relative(&seen_from.as_path().to_string_lossy()).unwrap_or_default();
        seen_from.in_repository().unwrap_or_else(|_| outside())
    };
    let (here, prefixes) = (Folder::here(), [prefix(folder), prefix(&Folder::here())]);
    let findings = report.findings.iter_mut().flat_map(|finding| [Some(&mut finding.place), finding.end.as_mut()]);
    let gates = report.gates.iter_mut().map(|gate| gate.place.as_mut());
    for place in findings.chain(gates).flatten() {
        // Files that are in a revision alone, or came through a pipe, are in no folder.
        if !Path::new(&place.path).is_relative() {
            continue;
        }
        let seen = [folder, &here].iter().position(|folder| folder.path(&place.path).exists());
        if let Some(path) = seen.and_then(|seen| from_root(&prefixes[seen], &place.path)) {
            place.path = path;
        }
    }
}

/// A path as seen from the repository's root; `None` where it leads out of it.
fn from_root(prefix: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// True if the file that is at a path now, links followed, is outside the repository that the folder is in.
fn is_elsewhere(folder: &Folder, path: &str) -> bool {
    let top = |folder: &Path| {
        let mut git = Command::new("git");
        git.args(["rev-parse", "--show-toplevel"])
            .current_dir(folder)
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE");
        git.output().ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    let Ok(real) = folder.path(path).canonicalize() else { return false };
    real.parent().is_some_and(|parent| top(parent) != top(folder.as_path()))
}
