//! One log as several sides: by a time, or by what its requests have in kinds.

use anyhow::bail;

use super::ComparedSides;
use crate::caveat::Code;
use crate::decomposition::Routes;
use crate::report::Caveat;
use crate::report::text::plural;
use crate::simulation::{Record, Settings};
use crate::time::Timestamp;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::sides::{self, Side, Sides};

/// The way in which a log is split.
#[derive(Clone, Copy, Debug)]
pub(super) enum Split {
    /// Requests before a time, and those from it on.
    At(Timestamp),
    /// Requests of each model, in the order in which the models were first asked.
    ByModel,
    /// Requests of each version of the client, in the order in which they were first used; the version is the first of a request's groups.
    ByVersion,
}

impl Split {
    /// The sides of a log, which is replayed as one.
    ///
    /// # Errors
    /// A log that cannot be read, or that has fewer than two sides.
    pub(super) fn read(
        self,
        inputs: &LogInputs,
        settings: Settings,
        routes: &mut Routes,
    ) -> anyhow::Result<(ComparedSides, Logs)> {
        match self {
            Self::At(time) => at(time, inputs, settings, routes),
            Self::ByModel => {
                let (found, logs) = by_value(inputs, settings, routes, |record| record.model.clone())?;
                let named = found
                    .into_iter()
                    .map(|(model, side)| (model.unwrap_or_else(|| "no model".into()), side.of_any_model()));
                Ok((compared("model", "model", named.collect())?, logs))
            }
            Self::ByVersion => {
                let version = |record: &Record| record.groups.as_ref()?.first()?.clone();
                let (found, logs) = by_value(inputs, settings, routes, version)?;
                // A request that names no version is on no side.
                let named = found.into_iter().filter_map(|(version, side)| Some((version?, side)));
                Ok((compared("version", "version of the client", named.collect())?, logs))
            }
        }
    }
}

fn at(
    time: Timestamp,
    inputs: &LogInputs,
    settings: Settings,
    routes: &mut Routes,
) -> anyhow::Result<(ComparedSides, Logs)> {
    let (mut before, mut after, mut has_time) = (Side::default(), Side::default(), false);
    let logs = sides::read(inputs, settings, routes, |record, add| {
        // A request without any time is on no side.
        if let Some(called) = record.replayed_at {
            has_time = true;
            add(if called < time { &mut before } else { &mut after });
        }
    })?;
    if !has_time {
        bail!("no request of the log has a time, so that --split-at cannot divide it");
    }
    for (side, word) in [(&before, "before"), (&after, "from")] {
        if side.totals.requests == 0 {
            bail!("no request {word} {time} (--split-at): there is nothing to compare with");
        }
    }
    Ok((ComparedSides::unnamed(Sides::pair(before, after)), logs))
}

/// The sides of a log by the value that they have; of some nothing may be known.
fn compared(what: &'static str, words: &str, found: Vec<(String, Side)>) -> anyhow::Result<ComparedSides> {
    let (known, unknown): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, side)| side.has_hits());
    let left_out = unknown
        .into_iter()
        .map(|(name, side)| Code::SideWithoutHits.caveat(Some(side.totals.requests), &[("name", &name)]));
    let left_out: Vec<Caveat> = left_out.collect();
    let (names, sides): (Vec<String>, Vec<Side>) = known.into_iter().unzip();
    let mut sides = sides.into_iter();
    match (sides.next(), names.len()) {
        (Some(first), 2..) => {
            let sides = Sides { first, others: sides.collect() };
            Ok(ComparedSides { sides, names, what, left_out })
        }
        (_, count) => {
            let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
            let kinds = plural(count as u64, what);
            let left_out = left_out.iter().map(|caveat| format!("; {}", caveat.text)).collect::<String>();
            bail!(
                "--split-by {what} compares each {words} with the one before it, and the log names {kinds}{names}{left_out}; --split-at divides it by time"
            )
        }
    }
}

/// One side for each value that requests have, in the order in which the values come up.
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
