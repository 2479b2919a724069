//! A part of a report: the sums over one shard of the requests, which `report` merges with those of the other shards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SimulateArgs;
use super::summary::SimulationSummary;
use crate::caveat::Caveats;
use crate::commands::args::{self, Output};
use crate::hash;
use crate::report::Format;
use crate::report::text::plural;
use crate::simulation::{Record, Shard};
use crate::workspace::assumptions_file::{AskedKinds, Assumed};
use crate::workspace::decided::Identity;
use crate::workspace::destination::Destination;
use crate::workspace::log_facts::LogFacts;
use crate::workspace::logs::{LogInputs, Logs};

/// The report of one shard.
#[derive(Serialize, Deserialize)]
pub(crate) struct Partial {
    /// The program that wrote it; another one may count otherwise.
    cachecheck: String,
    shard: Shard,
    /// Arguments that change figures, by kind: they must be the same for all shards.
    asked: AskedKinds,
    /// Facts about the whole log, in the first shard alone.
    logs: Option<LogFacts>,
    /// The shard's own files, if it read no others.
    of_files: Option<OwnFiles>,
    caveats: Caveats,
    summary: SimulationSummary,
}

/// Requests of a shard that read its own files alone.
#[derive(Serialize, Deserialize)]
struct OwnFiles {
    calls: Identity,
    /// The requests of all files together.
    all_calls: Identity,
    /// The keys of requests that depend on each other: none may be in two shards.
    keys: BTreeSet<u128>,
}

/// The request is one of the shard, where each shard replays all of them.
pub(super) fn holds(shard: Shard, record: &Record) -> bool {
    let profile = record.applied.as_ref().map(|applied| applied.profile.as_str());
    let parts = [record.scope.as_deref(), record.model.as_deref(), profile];
    shard.holds(parts.into_iter().fold(0, |key, part| hash::chain(key, part.unwrap_or_default().as_bytes())))
}

impl Partial {
    /// The report of a shard.
    pub(super) fn new(
        args: &SimulateArgs,
        shard: Shard,
        assumed: Option<Assumed>,
        logs: &Logs,
        mut summary: SimulationSummary,
    ) -> Self {
        let (own_facts, own_caveats) = logs.facts();
        let own_files = |assumed: &Assumed| {
            let calls = logs.identity().unwrap_or_default();
            OwnFiles { calls, all_calls: assumed.identity, keys: logs.keys().cloned().unwrap_or_default() }
        };
        let of_files = assumed.as_ref().filter(|_| args.own_files).map(own_files);
        // Without assumptions each shard replays the whole log, and the first one tells of it.
        let is_told = shard.is_first() || assumed.is_some();
        let caveats = if is_told { own_caveats } else { Caveats::default() };
        let facts = if let Some(assumed) = assumed {
            summary.causes = assumed.causes.filter(|_| shard.is_first() && !args.no_causes);
            summary.assumptions = if shard.is_first() { assumed.unjudged } else { Vec::new() };
            assumed.logs
        } else {
            own_facts
        };
        let logs = Some(facts).filter(|_| shard.is_first());
        Self {
            cachecheck: env!("CARGO_PKG_VERSION").into(),
            shard,
            asked: asked(args),
            logs,
            of_files,
            caveats,
            summary,
        }
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
    /// The text is no part of a report, or one that another version wrote. The error quotes nothing of it.
    pub(crate) fn read(name: &str, text: &str) -> anyhow::Result<Self> {
        let no_part = |error: serde_json::Error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            anyhow!("{name} is not a part of a report as `cachecheck simulate --partial` writes it ({place})")
        };
        let version = serde_json::from_str::<Version>(text).map_err(no_part)?.cachecheck;
        if version != env!("CARGO_PKG_VERSION") {
            bail!(
                "{name} was written by cachecheck {version}, and this is {}: make all parts by one",
                env!("CARGO_PKG_VERSION")
            );
        }
        if serde_json::from_str::<Value>(text).is_ok_and(|part| is_beyond_counting(&part["summary"])) {
            bail!("{name} has a count above {LARGEST_COUNT}, which no log reaches: it was changed");
        }
        serde_json::from_str(text).map_err(no_part)
    }

    /// The logs and the summary of all shards, which are each there once.
    ///
    /// # Errors
    /// A shard is missing or there twice, or shards are not of the same run.
    pub(crate) fn merge(parts: Vec<Self>) -> anyhow::Result<(Logs, SimulationSummary)> {
        require_all(&parts)?;
        require_own_files(&parts)?;
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
        let (logs, summary) = whole.zip(merged).context("no part describes the log: the first shard is damaged")?;
        Ok((logs.into_logs(all_caveats), summary))
    }
}

/// Chooses the shard that is replayed, and the files that are read for it.
///
/// # Errors
/// The shard cannot be replayed by itself.
pub(super) fn narrow(args: &SimulateArgs, shard: Shard, inputs: &mut LogInputs) -> anyhow::Result<()> {
    inputs.shard = Some(shard);
    if args.own_files {
        if !inputs.traits.is_empty() {
            bail!("--by user, route, turn or tool needs the calls of all files: leave out --own-files");
        }
        if inputs.skip_first.is_some() {
            bail!("--skip-first counts the requests of all files: leave out --own-files");
        }
        inputs.own_sources = Some(inputs.named.of_shard(shard)?);
    }
    Ok(())
}

/// Refuses what shards cannot say as exactly as the whole.
pub(super) fn require_exact(args: &SimulateArgs) -> anyhow::Result<()> {
    if args.cache.capacity.is_some() {
        bail!(
            "--capacity is shared by all who use a cache, so that no shard of them can be replayed alone: leave out --partial"
        );
    }
    if args.format == Output::Rows && !args.no_causes {
        bail!(
            "the causes of a request are found over the whole log, so that the rows of a shard have none: add --no-causes, or take the rows of one run without --partial"
        );
    }
    if !matches!(args.format, Output::Rows | Output::Report(Format::Table)) {
        bail!("a part of a report has one format: leave out --format, and name it to `cachecheck report`");
    }
    Ok(())
}

/// The arguments that change figures, by kind.
pub(super) fn asked(args: &SimulateArgs) -> AskedKinds {
    let mut kinds = args::asked(&args.logs, &args.cache);
    let own = [
        ("breakdown", format!("{:?} {} {}", args.by, args.parts, args.no_causes)),
        ("prices", format!("{:?}", args.rates)),
        ("way to divide", format!("assumptions {} own files {}", args.assumptions.is_some(), args.own_files)),
    ];
    kinds.extend(own.map(|(kind, value)| (kind.to_owned(), value)));
    kinds
}

/// The version in a part of a report, whatever else is there.
#[derive(Deserialize)]
struct Version {
    cachecheck: String,
}

/// The largest count in a part: thousands of parts with it can be added without an overflow.
const LARGEST_COUNT: u64 = 1 << 53;

/// True if a number is larger than any count. Sums of ratios are kept in fractions of a trillionth, and are.
fn is_beyond_counting(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| key != "ratios" && is_beyond_counting(value)),
        Value::Array(list) => list.iter().any(is_beyond_counting),
        Value::Number(number) => {
            let is_small = |size: u64| size <= LARGEST_COUNT;
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            !size.map_or(number.as_f64().is_some_and(|size| size.abs() < 1e15), is_small)
        }
        _ => false,
    }
}

/// Refuses parts that are not all shards of one run.
fn require_all(parts: &[Partial]) -> anyhow::Result<()> {
    let Some(first) = parts.first() else { bail!("no part of a report named") };
    for part in parts {
        if part.shard.of != first.shard.of {
            bail!("the parts are not from one run: shard {} and shard {}", first.shard, part.shard);
        }
        if let Some((kind, _)) = first.asked.iter().find(|(kind, value)| part.asked.get(*kind) != Some(value)) {
            bail!("the parts are not from one run: shards {} and {} differ in their {kind}", first.shard, part.shard);
        }
    }
    let mut numbers: Vec<u64> = parts.iter().map(|part| part.shard.number).collect();
    numbers.sort_unstable();
    if let Some((twice, _)) = numbers.iter().zip(numbers.iter().skip(1)).find(|(number, next)| number == next) {
        bail!("shard {twice}/{} was named twice: name each part once", first.shard.of);
    }
    if let Some(missing) = (1..=first.shard.of).find(|number| numbers.binary_search(number).is_err()) {
        bail!("shard {missing}/{} is missing, so that the sums would be wrong: name its part, too", first.shard.of);
    }
    Ok(())
}

/// Refuses shards of files in which requests that depend on each other were replayed apart, or that have other requests than all files
/// together.
fn require_own_files(parts: &[Partial]) -> anyhow::Result<()> {
    let (mut calls, mut all_calls) = (Identity::default(), None);
    let mut owners: BTreeMap<u128, Shard> = BTreeMap::new();
    for (shard, files) in parts.iter().filter_map(|part| Some((part.shard, part.of_files.as_ref()?))) {
        calls.merge(files.calls);
        all_calls = Some(files.all_calls);
        let both = |key: &&u128| owners.contains_key(key);
        let shared: Vec<Shard> = files.keys.iter().filter(both).map(|key| owners[key]).collect();
        if let Some(other) = shared.first() {
            let caches = plural(shared.len() as u64, "cache");
            bail!(
                "the files of shards {other} and {shard} hold requests to the same {caches}: leave out --own-files, so that each shard reads all files and keeps them together"
            );
        }
        owners.extend(files.keys.iter().map(|key| (*key, shard)));
    }
    if all_calls.is_some_and(|all| all != calls) {
        bail!(
            "the files of the shards hold other requests than those that the assumptions were made from: write the assumptions again"
        );
    }
    Ok(())
}
