//! A part of a report: the sums over one shard of the requests, which `report` merges with those of the other shards.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::SimulateArgs;
use super::summary::SimulationSummary;
use crate::caveat::Caveats;
use crate::commands::args::Output;
use crate::hash;
use crate::report::Format;
use crate::simulation::Record;
use crate::workspace::destination::Destination;
use crate::workspace::logs::{LogFacts, Logs};

/// One of several shards: the requests of one owner, model and profile are all in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Shard {
    /// Its number, from 1.
    number: u64,
    /// Number of shards.
    of: u64,
}

/// The report of one shard.
#[derive(Serialize, Deserialize)]
pub(crate) struct Partial {
    /// The program that wrote it; another one may count otherwise.
    cachecheck: String,
    shard: Shard,
    /// Arguments that change figures, by kind: they must be the same for all shards.
    asked: BTreeMap<String, String>,
    /// Facts about the whole log, in the first shard alone.
    logs: Option<LogFacts>,
    caveats: Caveats,
    summary: SimulationSummary,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err("a shard looks like 2/7, the second of seven".into()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl Shard {
    /// The first shard, which also tells what is known of the whole log.
    pub(super) fn is_first(self) -> bool {
        self.number == 1
    }

    /// The request is one of this shard.
    pub(super) fn holds(self, record: &Record) -> bool {
        let profile = record.applied.as_ref().map(|applied| applied.profile.as_str());
        let parts = [record.scope.as_deref(), record.model.as_deref(), profile];
        let key = parts.into_iter().fold(0, |key, part| hash::chain(key, part.unwrap_or_default().as_bytes()));
        key % u128::from(self.of) == u128::from(self.number - 1)
    }
}

impl Partial {
    /// The report of a shard.
    pub(super) fn new(args: &SimulateArgs, shard: Shard, logs: Logs, summary: SimulationSummary) -> Self {
        let (facts, caveats) = logs.into_facts();
        // Each shard reads the whole log, and the first one tells of it.
        let (logs, caveats) = if shard.is_first() { (Some(facts), caveats) } else { (None, Caveats::default()) };
        Self { cachecheck: env!("CARGO_PKG_VERSION").into(), shard, asked: asked(args), logs, caveats, summary }
    }

    /// Writes it.
    ///
    /// # Errors
    /// The destination cannot be written to.
    pub(super) fn write(&self, out: &mut Destination) -> anyhow::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        Ok(writeln!(out)?)
    }

    /// Reads one from the text of a file with that name.
    ///
    /// # Errors
    /// The text is no part of a report, or one that another version wrote.
    pub(crate) fn read(name: &str, text: &str) -> anyhow::Result<Self> {
        let what = || format!("{name} is not a part of a report as `cachecheck simulate --partial` writes it");
        let version = serde_json::from_str::<Version>(text).with_context(what)?.cachecheck;
        if version != env!("CARGO_PKG_VERSION") {
            bail!("{name} was written by cachecheck {version}, and this is {}", env!("CARGO_PKG_VERSION"));
        }
        serde_json::from_str(text).with_context(what)
    }

    /// The logs and the summary of all shards, which are each there once.
    ///
    /// # Errors
    /// A shard is missing or there twice, or shards are not of the same run.
    pub(crate) fn merge(parts: Vec<Self>) -> anyhow::Result<(Logs, SimulationSummary)> {
        require_all(&parts)?;
        let (mut all_caveats, mut whole, mut merged) = (Caveats::default(), None, None::<SimulationSummary>);
        for Self { logs, caveats, summary, .. } in parts {
            all_caveats.merge(caveats);
            whole = whole.or(logs);
            merged = Some(match merged {
                None => summary,
                Some(mut sums) => {
                    sums.merge(summary);
                    sums
                }
            });
        }
        let (logs, summary) = whole.zip(merged).context("no part tells of the log: the first shard is damaged")?;
        Ok((logs.into_logs(all_caveats), summary))
    }
}

/// Refuses what shards cannot say as exactly as the whole.
pub(super) fn require_exact(args: &SimulateArgs) -> anyhow::Result<()> {
    if args.cache.capacity.is_some() {
        bail!(
            "--capacity is shared by all who use a cache, so that no shard of them can be replayed alone: leave out --partial"
        );
    }
    if !matches!(args.format, Output::Rows | Output::Report(Format::Table)) {
        bail!("a part of a report has one format: leave out --format, and name it to `cachecheck report`");
    }
    Ok(())
}

/// The arguments that change figures, by kind.
fn asked(args: &SimulateArgs) -> BTreeMap<String, String> {
    let logs = &args.logs;
    let read = (&logs.scope, &logs.order, &logs.since, &logs.until, &logs.time_zone, &logs.log_format, &logs.max_line);
    let kinds = [
        ("logs", format!("{:?} {:?}", logs.logs, logs.from)),
        ("options of logs", format!("{read:?}")),
        ("breakdown", format!("{:?} {} {}", args.by, args.parts, args.no_causes)),
        ("cache", format!("{:?}", args.cache)),
        ("prices", format!("{:?}", args.rates)),
    ];
    kinds.map(|(kind, value)| (kind.to_owned(), value)).into()
}

/// The version in a part of a report, whatever else is there.
#[derive(Deserialize)]
struct Version {
    cachecheck: String,
}

/// Refuses parts that are not all shards of one run.
fn require_all(parts: &[Partial]) -> anyhow::Result<()> {
    let Some(first) = parts.first() else { bail!("no part of a report was named") };
    for part in parts {
        if part.shard.of != first.shard.of {
            bail!("the parts are not of one run: shard {} and shard {}", first.shard, part.shard);
        }
        if let Some((kind, _)) = first.asked.iter().find(|(kind, value)| part.asked.get(*kind) != Some(value)) {
            bail!("the parts are not of one run: shards {} and {} differ in their {kind}", first.shard, part.shard);
        }
    }
    let mut numbers: Vec<u64> = parts.iter().map(|part| part.shard.number).collect();
    numbers.sort_unstable();
    if let Some(twice) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        bail!("shard {}/{} was named twice", twice[0], first.shard.of);
    }
    if let Some(missing) = (1..=first.shard.of).find(|number| numbers.binary_search(number).is_err()) {
        bail!("shard {missing}/{} is missing: without it no sum is right", first.shard.of);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!("2/7".parse(), Ok(Shard { number: 2, of: 7 }));
        for wrong in ["0/7", "8/7", "2", "2/", "/7", "-1/7", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
