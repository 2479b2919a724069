//! `parse --redact`: what becomes of each exchange, and where the key comes from.
//!
//! The key is read from a file, put into a new file, or made for one run and shown once.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, anyhow};

use super::{Args, tell};
use crate::hash::Key;
use crate::log::{Exchange, Input};
use crate::profile::Profiles;
use crate::report::text::plural;
use crate::simulation::Simulation;

/// Takes the texts out of exchanges.
pub(super) struct Redaction {
    simulation: Simulation<'static>,
    key: Key,
    /// Requests by the profile they were counted under and its blocks.
    counted: BTreeMap<(Option<String>, u64), u64>,
}

impl Redaction {
    /// As the arguments ask; `None` where texts are to stay.
    pub(super) fn new(args: &Args) -> anyhow::Result<Option<Self>> {
        if !args.redact {
            return Ok(None);
        }
        let simulation = Simulation::new(Profiles::builtin(), args.counting.settings()?);
        Ok(Some(Self { simulation, key: key(args.key_file.as_deref())?, counted: BTreeMap::new() }))
    }

    /// The exchange without its texts.
    pub(super) fn apply(&mut self, exchange: Exchange) -> Exchange {
        let exchange = self.simulation.redact(exchange, &self.key);
        if let Input::Redacted(redacted) = &exchange.request.input {
            *self.counted.entry((redacted.profile.clone(), redacted.block_size)).or_default() += 1;
        }
        exchange
    }

    /// Says what the redacted lines are good for.
    pub(super) fn tell(&self) {
        for ((profile, size), requests) in &self.counted {
            let profile = profile.as_deref().map_or("no profile known".into(), |name| format!("profile {name}"));
            tell(&format!(
                "{} redacted in blocks of {size} ({profile}): ledgers and divergences are known to the block",
                plural(*requests, "request")
            ));
        }
    }
}

/// The key of the file, which is made where there is none; without a file a key for this run.
pub(super) fn key(file: Option<&Path>) -> anyhow::Result<Key> {
    let Some(file) = file else {
        let text = Key::random().context("the system gives no randomness for a key")?;
        tell(&format!(
            "redacted with a new key that is shown only here: {text} (in a file for --key-file, it redacts other logs alike)"
        ));
        return of_text(&text).context("a new key is too short");
    };
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(file)?,
        read => read.with_context(|| format!("cannot read the key file {}", file.display()))?,
    };
    let short = || anyhow!("{}: a key has {} letters or more", file.display(), Key::SHORTEST);
    of_text(&text).ok_or_else(short)
}

/// A line feed at the end, as editors put it, is no part of the key.
fn of_text(text: &str) -> Option<Key> {
    Key::new(text.trim().as_bytes())
}

/// Writes a new key to a file that only its owner may read.
fn make(file: &Path) -> anyhow::Result<String> {
    let text = Key::random().context("the system gives no randomness for a key")?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut opened| writeln!(opened, "{text}"));
    written.with_context(|| format!("cannot write a new key to {}", file.display()))?;
    tell(&format!("made a new key: {}; keep it where the redacted log does not go", file.display()));
    Ok(text)
}
