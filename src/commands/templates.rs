//! Template files: read from disk, from stdin or from a revision of a git repository.

use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow, bail};
use ignore::WalkBuilder;

use crate::source::Source;
use crate::template::TemplateFile;

/// The endings by which templates are found in a folder.
const ENDINGS: [&str; 15] = [
    "yaml", "yml", "json", "toml", "prompty", "prompt", "txt", "md", "j2", "jinja", "jinja2", "mustache", "hbs", "erb",
    "tmpl",
];

/// Reads `PATH`, `REV:PATH` or `-`.
///
/// # Errors
/// What cannot be read, and what is not text.
pub(crate) fn read(name: &str) -> anyhow::Result<TemplateFile> {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read stdin")?;
        bytes
    } else {
        match (Path::new(name).exists(), name.split_once(':')) {
            (false, Some((revision, path))) => show(revision, path)?,
            _ => std::fs::read(name).with_context(|| format!("cannot read {name}"))?,
        }
    };
    of(name, bytes)
}

/// Reads a path of a revision.
pub(crate) fn read_at(revision: &str, path: &str) -> anyhow::Result<TemplateFile> {
    of(&format!("{revision}:{path}"), show(revision, path)?)
}

fn of(label: &str, bytes: Vec<u8>) -> anyhow::Result<TemplateFile> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            bail!("{label}: not text: byte {at} is not UTF-8")
        }
    };
    if text.contains('\0') {
        bail!("{label}: not text: it has null bytes")
    }
    Ok(TemplateFile::read(Source::new(label, text)))
}

/// The templates below a folder by their endings, sorted, and how many files are none; hidden files and what git ignores are left
/// out.
pub(crate) fn walk(folder: &Path) -> anyhow::Result<(Vec<PathBuf>, u64)> {
    let (mut found, mut others) = (Vec::new(), 0);
    for entry in WalkBuilder::new(folder).require_git(false).sort_by_file_name(std::ffi::OsStr::cmp).build() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        if is_template(&entry.path().to_string_lossy()) {
            found.push(entry.into_path());
        } else {
            others += 1;
        }
    }
    Ok((found, others))
}

/// Whether a file's ending is one of a template's; our own configuration is none.
pub(crate) fn is_template(path: &str) -> bool {
    !path.ends_with("cachecheck.yaml") && path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// The content of a path in a revision.
fn show(revision: &str, path: &str) -> anyhow::Result<Vec<u8>> {
    git(&["show", &format!("{revision}:{}", relative(path))]).with_context(|| format!("cannot read {revision}:{path}"))
}

/// The paths of a revision under some path, as seen from here.
pub(crate) fn list_at(revision: &str, path: &str) -> anyhow::Result<Vec<String>> {
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", revision, "--", path])
        .with_context(|| format!("cannot list {path} at {revision}"))?;
    let listed = String::from_utf8_lossy(&listed);
    Ok(listed.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// What became of files since a revision, by their paths as seen from here.
#[derive(Debug, Default)]
pub(crate) struct Since {
    /// Old and new paths of what git takes for the same file.
    renamed: Vec<(String, String)>,
    /// What is no longer there.
    pub(crate) gone: Vec<String>,
}

impl Since {
    /// Asks git, which also tells a file that was renamed and changed.
    pub(crate) fn revision(revision: &str) -> anyhow::Result<Self> {
        let asked = ["diff", "--name-status", "-z", "--find-renames", "-l10000", "--diff-filter=RD", revision, "--"];
        let changes = git(&asked).with_context(|| format!("cannot tell what changed since {revision}"))?;
        let up = git(&["rev-parse", "--show-cdup"])?;
        let up = String::from_utf8_lossy(&up).trim().to_owned();
        let changes = String::from_utf8_lossy(&changes);
        let mut fields = changes.split('\0');
        let mut since = Self::default();
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

    /// The path that a file had.
    pub(crate) fn old_path(&self, path: &str) -> Option<&str> {
        let path = from_here(path).ok()?;
        self.renamed.iter().find(|(_, new)| *new == path).map(|(old, _)| old.as_str())
    }
}

/// A path as git writes it, seen from here: without `.`, and with `..` only in front.
///
/// # Errors
/// Where the folder the program works in is not known.
pub(crate) fn from_here(path: &str) -> anyhow::Result<String> {
    let here = std::env::current_dir().context("cannot tell the folder this is")?;
    let mut wanted: Vec<Component<'_>> = Vec::new();
    let whole = here.join(path);
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(wanted.pop()),
            part => wanted.push(part),
        }
    }
    let own: Vec<Component<'_>> = here.components().collect();
    let common = own.iter().zip(&wanted).take_while(|(own, wanted)| own == wanted).count();
    let up = own[common..].iter().map(|_| "..".to_owned());
    let down = wanted[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    Ok(if parts.is_empty() { ".".into() } else { parts.join("/") })
}

/// Runs git here and gives what it writes.
pub(crate) fn git(arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new("git").args(arguments).output().map_err(|error| anyhow!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("git: {}", said.trim().trim_start_matches("fatal: "))
}

/// A path as git wants it behind a revision, seen from here and not from the root.
fn relative(path: &str) -> String {
    if path.starts_with("./") || path.starts_with("../") || path.starts_with('/') {
        path.into()
    } else {
        format!("./{path}")
    }
}
