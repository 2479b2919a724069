//! One log as two sides: by a time, or by what its calls have in two kinds.

use anyhow::bail;

use crate::decomposition::Routes;
use crate::report::text::plural;
use crate::simulation::{Record, Settings};
use crate::time::Timestamp;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::sides::{self, Side, Sides};

/// The way in which a log is split.
#[derive(Clone, Copy, Debug)]
pub(super) enum Split {
    /// Calls before a time, and those from it on.
    At(Timestamp),
    /// Calls of the first model, and those of the other.
    ByModel,
    /// Calls of the client's first version, and those of the other; the version is the first of a call's groups.
    ByVersion,
}

impl Split {
    /// The two sides of a log, which is replayed as one.
    ///
    /// # Errors
    /// A log that cannot be read, or of which one side is empty.
    pub(super) fn read(
        self,
        inputs: &LogInputs,
        settings: Settings,
        routes: &mut Routes,
    ) -> anyhow::Result<(Sides, Logs)> {
        match self {
            Self::At(time) => at(time, inputs, settings, routes),
            Self::ByModel => by_model(inputs, settings, routes),
            Self::ByVersion => by_version(inputs, settings, routes),
        }
    }
}

fn at(time: Timestamp, inputs: &LogInputs, settings: Settings, routes: &mut Routes) -> anyhow::Result<(Sides, Logs)> {
    let (mut before, mut after) = (Side::default(), Side::default());
    let logs = sides::read(inputs, settings, routes, |record, add| {
        // A call without any time is on no side.
        if let Some(called) = record.replayed_at {
            add(if called < time { &mut before } else { &mut after });
        }
    })?;
    for (side, word) in [(&before, "before"), (&after, "from")] {
        if side.totals.requests == 0 {
            bail!("no call {word} {time} (--split-at): there is nothing to compare with");
        }
    }
    Ok((Sides { before, after }, logs))
}

fn by_model(inputs: &LogInputs, settings: Settings, routes: &mut Routes) -> anyhow::Result<(Sides, Logs)> {
    let (mut found, logs) = by_value(inputs, settings, routes, |record| record.model.clone())?;
    let names: Vec<&str> = found.iter().map(|(model, _)| model.as_deref().unwrap_or("no model")).collect();
    if names.len() != 2 {
        let models = plural(names.len() as u64, "model");
        bail!("--split-by model compares two models, and the log has {models}: {}", names.join(", "));
    }
    let mut sides = found.drain(..).map(|(_, side)| side.of_any_model());
    match (sides.next(), sides.next()) {
        (Some(before), Some(after)) => Ok((Sides { before, after }, logs)),
        _ => bail!("there is nothing to compare with"),
    }
}

fn by_version(inputs: &LogInputs, settings: Settings, routes: &mut Routes) -> anyhow::Result<(Sides, Logs)> {
    let version = |record: &Record| record.groups.as_ref()?.first()?.clone();
    let (found, logs) = by_value(inputs, settings, routes, version)?;
    let mut versions: Vec<(String, Side)> =
        found.into_iter().filter_map(|(version, side)| Some((version?, side))).collect();
    let names: Vec<String> = versions.iter().map(|(version, _)| version.clone()).collect();
    if versions.len() != 2 {
        let found = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        let kinds = plural(names.len() as u64, "version");
        bail!(
            "--split-by version compares two versions of the client, and the log names {kinds}{found}; --split-at divides it by time"
        );
    }
    match (versions.pop(), versions.pop()) {
        (Some((_, after)), Some((_, before))) => Ok((Sides { before, after }, logs)),
        _ => bail!("there is nothing to compare with"),
    }
}

/// One side for each value that calls have, in the order in which the values come up.
type ByValue = Vec<(Option<String>, Side)>;

fn by_value(
    inputs: &LogInputs,
    settings: Settings,
    routes: &mut Routes,
    value: impl Fn(&Record) -> Option<String>,
) -> anyhow::Result<(ByValue, Logs)> {
    let mut found: ByValue = Vec::new();
    let logs = sides::read(inputs, settings, routes, |record: &Record, add| {
        let value = value(record);
        let at = found.iter().position(|(known, _)| *known == value).unwrap_or_else(|| {
            found.push((value, Side::default()));
            found.len() - 1
        });
        add(&mut found[at].1);
    })?;
    Ok((found, logs))
}
