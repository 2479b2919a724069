//! States of keyed caches: the entries that a day leaves to the next, in a folder with the settings under which they were kept.

use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::files;
use super::key_tables::{cannot_write, draft, finish_both, rows, write_row};
use crate::cache::{Instant, KeyedCache, KeyedEntry};
use crate::simulation::{halves, of_halves};

/// Settings on which the entries of a state rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StateSettings {
    /// Version of the program.
    pub(crate) cachecheck: String,
    /// Microseconds of the lifetime that was asked for; `None` for that of each rule.
    pub(crate) lifetime: Option<i64>,
    /// Microseconds of the delay that was asked for; `None` for that of each rule.
    pub(crate) delay: Option<i64>,
    /// The profile that was named.
    pub(crate) profile: Option<String>,
    /// The name of the secret of the keys; `None` before the first call.
    pub(crate) key_name: Option<String>,
}

/// The row of an entry.
#[derive(Serialize, Deserialize)]
struct EntryRow {
    key_high: i64,
    key_low: i64,
    last_use: i64,
    open_from: i64,
    lifetime: Option<i64>,
    owner: i64,
    least_core: u64,
}

/// The names of the two files.
const SETTINGS: &str = "settings.json";
const ENTRIES: &str = "state.jsonl";

impl EntryRow {
    fn new(entry: &KeyedEntry) -> Self {
        let (key_high, key_low) = halves(entry.key);
        let (last_use, open_from) = (entry.last_use.micros(), entry.open_from.micros());
        Self {
            key_high,
            key_low,
            last_use,
            open_from,
            lifetime: entry.lifetime,
            owner: entry.owner,
            least_core: entry.least_core,
        }
    }

    fn entry(&self) -> KeyedEntry {
        KeyedEntry {
            key: of_halves(self.key_high, self.key_low),
            last_use: Instant::from_micros(self.last_use),
            open_from: Instant::from_micros(self.open_from),
            lifetime: self.lifetime,
            owner: self.owner,
            least_core: self.least_core,
        }
    }
}

/// The entries in a folder, which must have been kept under these settings; also gives the name of the secret of their keys.
///
/// # Errors
/// There is no state in the folder, or one that was kept under others.
pub(crate) fn read(folder: &Path, settings: &StateSettings) -> anyhow::Result<(KeyedCache, Option<String>)> {
    let name = folder.display();
    let path = folder.join(SETTINGS);
    let text = files::named_text(&path, files::SMALL).with_context(|| format!("cannot read {}", path.display()))?;
    let kept: StateSettings = serde_json::from_str(&text)
        .with_context(|| format!("{name} is not a state as `cachecheck hits --state-out` writes it"))?;
    if kept.cachecheck != settings.cachecheck {
        bail!(
            "{name} was written by cachecheck {}, and this is {}: replay the earlier days again, or use that version",
            kept.cachecheck,
            settings.cachecheck
        );
    }
    let same = StateSettings { key_name: kept.key_name.clone(), ..settings.clone() };
    if kept != same {
        bail!("{name} was written with another lifetime, delay or profile: use the same");
    }
    let mut cache = KeyedCache::default();
    for row in rows::<EntryRow>(folder.join(ENTRIES))? {
        if !cache.take_up(row?.entry()) {
            bail!("{name} has an entry twice, so it was changed: replay the earlier days again");
        }
    }
    Ok((cache, kept.key_name))
}

/// Writes the entries into a folder; gives their number. What fails leaves the state that was there before.
///
/// # Errors
/// The folder cannot be written to.
pub(crate) fn write(folder: &Path, settings: &StateSettings, cache: &KeyedCache) -> anyhow::Result<u64> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let (mut entries, mut kept_under, mut number) = (draft(folder, ENTRIES)?, draft(folder, SETTINGS)?, 0);
    for entry in cache.entries() {
        write_row(&mut entries, &EntryRow::new(&entry)).with_context(|| cannot_write(folder, ENTRIES))?;
        number += 1;
    }
    write_row(&mut kept_under, settings).with_context(|| cannot_write(folder, SETTINGS))?;
    finish_both(folder, [(ENTRIES, entries), (SETTINGS, kept_under)])?;
    Ok(number)
}
