//! `--only`: the requests that a file names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::report::text::plural;
use crate::workspace::files;

/// The requests that a file names, each as `source:line`.
pub(super) struct Only {
    path: PathBuf,
    /// The line of each name of a request, and whether the request was found.
    named: BTreeMap<String, (usize, bool)>,
}

impl Only {
    /// Reads the names of requests.
    ///
    /// # Errors
    /// The file cannot be read, or names no request.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = files::named_text(path, files::LARGE).with_context(|| format!("cannot read {}", path.display()))?;
        let lines = text.lines().map(str::trim).enumerate().filter(|(_, name)| !name.is_empty());
        let named: BTreeMap<String, (usize, bool)> =
            lines.map(|(index, name)| (name.to_owned(), (index + 1, false))).collect();
        if named.is_empty() {
            bail!("{}: names no request; it needs one SOURCE:LINE per line", path.display());
        }
        Ok(Self { path: path.to_owned(), named })
    }

    /// True if a request is among them.
    pub(super) fn takes(&mut self, call: &str) -> bool {
        self.named.get_mut(call).map(|(_, is_found)| *is_found = true).is_some()
    }

    /// Fails if one of the requests is not in the logs: what is written would lack it.
    pub(super) fn require_all(&self) -> anyhow::Result<()> {
        let missing: Vec<usize> =
            self.named.values().filter(|(_, is_found)| !*is_found).map(|(line, _)| *line).collect();
        let Some(first) = missing.iter().min() else { return Ok(()) };
        bail!(
            "{}:{first}: names a request that is not in these logs ({} of {} such); name the logs as they were when the file was made",
            self.path.display(),
            missing.len(),
            plural(self.named.len() as u64, "name")
        )
    }
}
