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
    let mut found: Vec<(Option<String>, Side)> = Vec::new();
    let logs = sides::read(inputs, settings, routes, |record: &Record, add| {
        let at = found.iter().position(|(model, _)| *model == record.model).unwrap_or_else(|| {
            found.push((record.model.clone(), Side::default()));
            found.len() - 1
        });
        add(&mut found[at].1);
    })?;
    let names: Vec<&str> = found.iter().map(|(model, _)| model.as_deref().unwrap_or("no model")).collect();
    if names.len() != 2 {
        let models = plural(names.len() as u64, "model");
        bail!("--split-by model compares two models, and the log has {models}: {}", names.join(", "));
    }
    let mut sides = found.into_iter().map(|(_, side)| side.of_any_model());
    match (sides.next(), sides.next()) {
        (Some(before), Some(after)) => Ok((Sides { before, after }, logs)),
        _ => bail!("there is nothing to compare with"),
    }
}
