//! Profiles by name, or from a file of the user's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::profile::{Profile, Profiles};

/// The profile of that name, or the one in that file.
pub(crate) fn read(name: &str) -> anyhow::Result<Arc<Profile>> {
    if let Some(profile) = Profiles::builtin().named(name) {
        return Ok(Arc::clone(profile));
    }
    let path = Path::new(name);
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml && !path.exists() {
        bail!("no profile `{name}`; `cachecheck profiles` lists them, and a YAML file can be named");
    }
    let yaml = std::fs::read_to_string(path).with_context(|| format!("cannot read profile {name}"))?;
    Profiles::custom(&yaml).map(Arc::new).with_context(|| format!("cannot read profile {name}"))
}
