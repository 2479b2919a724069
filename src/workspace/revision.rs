//! What git knows: a file as a revision has it, and what became of files since.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};

use super::templates::from_here;
use crate::report::Report;

/// A revision of the repository that the program works in.
#[derive(Debug)]
pub(crate) struct Revision {
    /// As a person wrote it.
    pub(crate) name: String,
    /// The id of its tree.
    tree: String,
    /// This folder as seen from the repository's root, with a slash behind it; nothing in the root.
    prefix: String,
}

/// What a revision has by a path.
#[derive(Debug)]
pub(crate) enum Had {
    /// A file, as a checkout would write it.
    File(Vec<u8>),
    /// No file.
    Nothing,
    /// That cannot be told: what is there now belongs to another repository, such as a submodule, or to none.
    Elsewhere,
}

/// What became of files since a revision, by their paths as seen from here.
#[derive(Debug, Default)]
pub(crate) struct Since {
    /// Old and new paths of what git takes for the same file.
    renamed: Vec<(String, String)>,
    /// What is no longer there.
    pub(crate) gone: Vec<String>,
}

impl Revision {
    /// The revision of that name.
    ///
    /// # Errors
    /// Where there is none, or no repository.
    pub(crate) fn named(name: &str) -> anyhow::Result<Self> {
        let prefix = prefix().with_context(|| format!("cannot look for {name}"))?;
        let told = git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{tree}}")]).unwrap_or_default();
        let tree = String::from_utf8_lossy(&told).trim_end().to_owned();
        // Git also knows what is to be left out, as `^main`.
        if tree.is_empty() || tree.starts_with('^') {
            let shallow = git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|told| told.starts_with(b"true"));
            let fetch = "; this clone is shallow, so fetch it first (`git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`)";
            bail!("git knows no revision {name:?}{}", if shallow { fetch } else { "" });
        }
        Ok(Self { name: name.to_owned(), tree, prefix })
    }

    /// A file, links followed.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<Had> {
        let Some(whole) = from_root(&self.prefix, &from_here(path)?) else { return Ok(Had::Elsewhere) };
        if whole.contains('\n') {
            bail!("{path:?} has a line end in its name: rename it");
        }
        let asked = ["cat-file", "--batch-check=%(objecttype) %(objectname)", "--follow-symlinks"];
        let told = git_told(&asked, format!("{}:{whole}\n", self.tree).as_bytes())?;
        let told = String::from_utf8_lossy(&told);
        match told.trim_end().strip_prefix("blob ") {
            Some(object) if is_as_here(object, &whole, path) => std::fs::read(path).map(Had::File).map_err(Into::into),
            // A checkout may have other line endings than the revision.
            Some(object) => git(&["cat-file", "--filters", &format!("--path={whole}"), object]).map(Had::File),
            // A link that leads out of the repository, or names its target from the root of the disk.
            None if told.starts_with("symlink ") || is_elsewhere(path) => Ok(Had::Elsewhere),
            None => Ok(Had::Nothing),
        }
        .with_context(|| format!("cannot read {}:{path}", self.name))
    }

    /// The files under some path, as seen from here, and links.
    pub(crate) fn list(&self, path: &str) -> anyhow::Result<Vec<String>> {
        let listed = git(&["ls-tree", "-r", "-z", &self.tree, "--", path])
            .with_context(|| format!("cannot list {path} at {}", self.name))?;
        let listed = String::from_utf8_lossy(&listed);
        let files = listed.split('\0').filter(|entry| entry.starts_with("100") || entry.starts_with("120"));
        Ok(files.filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned())).collect())
    }

    /// What became of files since. Git also tells a file that was renamed and changed.
    pub(crate) fn since(&self) -> anyhow::Result<Since> {
        let asked = ["diff", "--no-relative", "--name-status", "-z", "--find-renames", "-l10000", "--diff-filter=RD"];
        let changes = git(&[&asked[..], &[&self.tree, "--"]].concat())
            .with_context(|| format!("cannot tell what changed since {}", self.name))?;
        let up = "../".repeat(self.prefix.matches('/').count());
        let changes = String::from_utf8_lossy(&changes);
        let mut fields = changes.split('\0');
        let mut since = Since::default();
        while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
            let path = from_here(&format!("{up}{path}"))?;
            let new = if status.starts_with('R') { fields.next() } else { None };
            match new {
                Some(new) => since.renamed.push((path, from_here(&format!("{up}{new}"))?)),
                None => since.gone.push(path),
            }
        }
        Ok(since)
    }
}

impl Since {
    /// The path that a file had.
    pub(crate) fn old_path(&self, path: &str) -> Option<&str> {
        let path = from_here(path).ok()?;
        self.renamed.iter().find(|(_, new)| *new == path).map(|(old, _)| old.as_str())
    }
}

/// Names files as seen from the repository's root, from where those who show a report's findings beside the code look for them. Without
/// a repository that is where the program was started, from where this folder is seen as `entered`.
pub(crate) fn name_from_root(report: &mut Report, entered: &Path) {
    let prefix = prefix().unwrap_or_else(|_| entered.to_string_lossy().into_owned());
    let findings = report.findings.iter_mut().flat_map(|finding| [Some(&mut finding.place), finding.end.as_mut()]);
    let gates = report.gates.iter_mut().map(|gate| gate.place.as_mut());
    for place in findings.chain(gates).flatten() {
        // What is in a revision alone, or came through a pipe, is in no folder.
        let is_here = Path::new(&place.path).is_relative() && Path::new(&place.path).exists();
        if let Some(path) = from_root(&prefix, &place.path).filter(|_| is_here) {
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

/// This folder as seen from the repository's root, with a slash behind it; nothing in the root.
fn prefix() -> anyhow::Result<String> {
    let told = git(&["rev-parse", "--show-prefix"])?;
    Ok(String::from_utf8_lossy(&told).trim_end_matches('\n').to_owned())
}

/// Whether what is at a path now, links followed, is not of the repository that the program works in.
fn is_elsewhere(path: &str) -> bool {
    let top = |folder: &Path| {
        let mut git = Command::new("git");
        git.args(["rev-parse", "--show-toplevel"])
            .current_dir(folder)
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE");
        git.output().ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    let Ok(real) = Path::new(path).canonicalize() else { return false };
    real.parent().is_some_and(|folder| top(folder) != top(Path::new(".")))
}

/// Whether git takes the file that is here for that object, whatever its line endings.
fn is_as_here(object: &str, whole: &str, path: &str) -> bool {
    let hashed = Path::new(path).is_file().then(|| git(&["hash-object", &format!("--path={whole}"), "--", path]));
    hashed.and_then(Result::ok).is_some_and(|hashed| hashed.trim_ascii_end() == object.as_bytes())
}

fn git(arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    git_told(arguments, &[])
}

/// Runs git here, tells it something, and gives what it writes.
fn git_told(arguments: &[&str], told: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if std::env::var_os("GIT_WORK_TREE").is_none() {
        // A hook may be told the repository, and would then take any folder it works in for the root.
        command.env_remove("GIT_DIR");
    }
    let mut child = command.spawn().map_err(|error| anyhow!("cannot run git: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(told).context("cannot tell git")?;
    }
    let output = child.wait_with_output().context("cannot hear git")?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    bail!("git: {}", lines.join(" ").trim_start_matches("fatal: "))
}
