//! The folder from which a command sees the paths that it is given.

use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};

/// A folder: the one the program was started in, or that of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder the program was started in.
    pub(crate) fn here() -> Self {
        Self::default()
    }

    /// Another folder, by its path as seen from here.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// A path in this folder, as seen from where the program was started.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.join(path)
    }

    /// This folder as a path that is never empty.
    pub(crate) fn as_path(&self) -> &Path {
        if self.0.as_os_str().is_empty() { Path::new(".") } else { &self.0 }
    }

    /// A path as git writes it, seen from this folder: without `.`, and with `..` only in front.
    ///
    /// # Errors
    /// The folder that the program works in is not known.
    pub(crate) fn relative(&self, path: &str) -> anyhow::Result<String> {
        let here = std::env::current_dir().context("cannot find the current folder")?.join(&self.0);
        let (own, whole) = (plain(&here), here.join(path));
        let wanted = plain(&whole);
        let common = own.iter().zip(&wanted).take_while(|(own, wanted)| own == wanted).count();
        let up = own[common..].iter().map(|_| "..".to_owned());
        let down = wanted[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let parts: Vec<String> = up.chain(down).collect();
        Ok(if parts.is_empty() { ".".into() } else { parts.join("/") })
    }

    /// This folder as seen from its repository's root, with a slash behind it; nothing in the root.
    ///
    /// # Errors
    /// There is no repository.
    pub(crate) fn in_repository(&self) -> anyhow::Result<String> {
        let told = self.git(&["rev-parse", "--show-prefix"])?;
        Ok(String::from_utf8_lossy(&told).trim_end_matches('\n').to_owned())
    }

    /// Git in this folder, to be started.
    pub(crate) fn git_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        // A repository may name a program that git runs whenever it looks for changed files.
        command.args(["-c", "core.fsmonitor=false"]).args(arguments).current_dir(self.as_path());
        if std::env::var_os("GIT_WORK_TREE").is_none() {
            // A hook may be given the repository in its environment, and would then take any folder it works in for the root.
            command.env_remove("GIT_DIR");
        }
        command
    }

    /// Runs git in this folder and gives what it writes.
    ///
    /// # Errors
    /// Git cannot be run, or fails.
    pub(crate) fn git(&self, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
        let output = self.git_command(arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| anyhow!("cannot run git: {error}"))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        bail!("git: {}", lines.join(" ").trim_start_matches("fatal: "))
    }
}

/// The parts of a path, with `.` and `..` worked out.
fn plain(path: &Path) -> Vec<Component<'_>> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts
}
