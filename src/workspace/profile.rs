//! Profiles by name, or from a file of the user's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use super::boundary::NamedBy;
use super::files;
use crate::profile::{Profile, Profiles};

/// The profile of that name, or the one in that file.
pub(crate) fn read(name: &str, by: NamedBy) -> anyhow::Result<Arc<Profile>> {
    if let Some(profile) = Profiles::builtin().named(name) {
        return Ok(Arc::clone(profile));
    }
    let path = Path::new(name);
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml && !path.exists() {
        bail!("no profile `{name}`; `cachecheck profiles` lists them, and a YAML file can be named");
    }
    let yaml = match by {
        NamedBy::Person => files::named_text(path, files::SMALL),
        NamedBy::Repository => files::text(path, files::SMALL),
    };
    let yaml = yaml.with_context(|| format!("cannot read profile {name}"))?;
    let profile = Profiles::custom(&yaml).map(Arc::new);
    profile.map_err(|error| match by {
        NamedBy::Person => anyhow!("cannot read profile {name}: {error}"),
        NamedBy::Repository => {
            let place = position(&error.to_string()).map(|(line, column)| format!(":{line}:{column}"));
            anyhow!(
                "{name}{}: not a valid profile; `cachecheck simulate LOG --profile {name}` shows the mistake",
                place.unwrap_or_default()
            )
        }
    })
}

/// The line and the column that a message of the YAML reader ends with.
fn position(message: &str) -> Option<(u64, u64)> {
    let (_, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let digits = column.split(|letter: char| !letter.is_ascii_digit()).next()?;
    Some((line.parse().ok()?, digits.parse().ok()?))
}
