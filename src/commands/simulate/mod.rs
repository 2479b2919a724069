//! `cachecheck simulate`: how much of each prompt should have hit, how much did, and why every other token missed.

mod assumptions;
mod causes;
mod follow;
mod need_of_texts;
mod partial;
mod parts;
mod sentences;
mod summary;
mod unknown_rules;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use follow::{Billed, FollowArgs};
pub(crate) use partial::Partial;
use summary::SimulationSummary;
use wire::{RowCauses, Wire};

use super::Outcome;
use super::args::{ByArgs, CacheArgs, LogArgs, Output, RateArgs, SkipFirstArgs, rows_or_one_of};
use crate::causes::Explained;
use crate::report::OF_TABLES;
use crate::simulation::{Record, Shard};
use crate::workspace::assumptions_file::{self, Assumed};
use crate::workspace::destination::Destination;
use crate::workspace::logs::{LogInputs, Logs, NotesOn};
use crate::workspace::output::{notes_on_stderr, render, skipped_on_stderr};
use crate::workspace::replay::{Replayed, replay};
use crate::workspace::rows::Rows;

/// Replay logs through the provider's cache: what should have hit
///
/// Each request is rendered into the prompt that the model reads, tokenized with the provider's own tokenizer, and looked up in the
/// cache as the earlier requests left it. Hits are predictions: providers cache on a best-effort basis and guarantee none.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    logs: LogArgs,

    #[command(flatten)]
    skip_first: SkipFirstArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = rows_or_one_of(OF_TABLES), default_value = "table")]
    format: Output,

    #[command(flatten)]
    by: ByArgs,

    /// Show also the tokens, hits and costs of each part of the prompts
    ///
    /// Parts are the system text, each tool by name and how many answers call it, history, reasoning, documents, and the question.
    #[arg(long)]
    parts: bool,

    /// Leave out the causes of misses: requests are not compared with each other
    #[arg(long)]
    no_causes: bool,

    /// Sum only one shard of the requests, such as 2/7, the second of seven, and write its part of the report; `cachecheck report` merges the parts
    #[arg(long, value_name = "K/N", conflicts_with_all = ["follow", "skip_first"])]
    partial: Option<Shard>,

    /// Read only the shard's own files, a consecutive part of those named; `report` rejects shards that share a cache
    #[arg(long, requires_all = ["partial", "assumptions"])]
    own_files: bool,

    /// File of decisions over the whole log: order of requests, who shares a cache, how tools were sent; read if it is there, else written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["follow", "skip_first"])]
    assumptions: Option<PathBuf>,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,

    #[command(flatten)]
    follow: FollowArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck simulate logs.jsonl
  cachecheck simulate old.jsonl.gz new.jsonl --by day
  cachecheck simulate logs.jsonl --by day,/metadata/team
  cachecheck simulate logs.jsonl --parts --top 10
  cachecheck simulate logs.jsonl --profile vllm --capacity 50000
  cachecheck simulate logs.jsonl --follow --window 15m --fail-under 50%
  cachecheck simulate - --format jsonl < logs.jsonl | jq 'select(.ledger.diverged > 1000)'

A log has one exchange on each line: {\"timestamp\": …, \"request\": …, \"response\": …}, or a request body alone.";

pub(crate) fn run(args: &SimulateArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    if !args.by.by.is_empty() && args.format == Output::Rows {
        bail!(
            "--format jsonl has a line for each exchange and no totals to break down: leave out --by, or take --format json"
        );
    }
    if args.follow.follow {
        return follow::run(args, out);
    }
    let mut inputs = args.skip_first.apply(args.logs.inputs_by("simulate", &args.by.by)?);
    let path = args.assumptions.as_deref().filter(|path| path.exists());
    let assumed = path.map(|path| Assumed::read(path, &partial::asked(args))).transpose()?;
    inputs.are_identified = args.assumptions.is_some();
    inputs.decided = assumed.as_ref().map(|assumed| Arc::clone(&assumed.decided));
    if let Some(shard) = args.partial {
        partial::require_exact(args)?;
        if args.assumptions.is_some() && assumed.is_none() {
            bail!("there is no such file of assumptions: write it with one run over the whole log, without --partial");
        }
        if assumed.as_ref().is_some_and(|assumed| assumed.causes.is_none()) && !args.no_causes {
            bail!(
                "the assumptions were written with --no-causes, and causes can only be found over the whole log: give --no-causes"
            );
        }
        partial::narrow(args, shard, &mut inputs)?;
    }
    report_once(args, &inputs, assumed, out)?;
    Ok(Outcome::Done)
}

/// The records that a run reports on, of those that it replays.
#[derive(Clone, Copy)]
struct Reach {
    /// The shard whose records alone are summed. Assumptions choose the requests of a shard before they are replayed.
    divides_records: Option<Shard>,
    /// The run tells of the whole log too.
    tells_of_whole: bool,
}

/// The figures of a report, and the lines that may stand in its place.
struct Gathered {
    summary: SimulationSummary,
    rows: Rows,
}

impl Reach {
    fn new(args: &SimulateArgs, has_assumptions: bool) -> Self {
        Self {
            divides_records: args.partial.filter(|_| !has_assumptions),
            tells_of_whole: args.partial.is_none_or(|shard| shard.is_first() && !has_assumptions),
        }
    }

    fn holds(self, record: &Record) -> bool {
        self.divides_records.is_none_or(|shard| partial::holds(shard, record))
    }
}

impl Gathered {
    fn add(&mut self, args: &SimulateArgs, reach: Reach, logs: &Logs, record: &Record) -> anyhow::Result<()> {
        if reach.tells_of_whole {
            self.summary.add_to_whole(record);
        }
        if !reach.holds(record) {
            return Ok(());
        }
        if args.format == Output::Rows {
            let causes = if args.no_causes { RowCauses::default() } else { RowCauses::of_record(record) };
            self.rows.add(&wire(logs, record, causes))?;
        }
        self.summary.add(record, args.parts);
        Ok(())
    }
}

/// Reads the logs and reports on them.
fn report_once(
    args: &SimulateArgs,
    inputs: &LogInputs,
    assumed: Option<Assumed>,
    out: &mut Destination,
) -> anyhow::Result<Billed> {
    let mut settings = args.cache.settings_within(&args.rates, &args.logs)?;
    settings.wants_parts = args.parts;
    let reach = Reach::new(args, assumed.is_some());
    let start = || Gathered { summary: SimulationSummary::new(&args.by, args.logs.zone()), rows: Rows::default() };
    let add = |gathered: &mut Gathered, logs: &Logs, record: Record| gathered.add(args, reach, logs, &record);
    let Replayed { logs, gathered: Gathered { mut summary, mut rows }, mut again, taken, decided, .. } =
        replay(inputs, settings, start, add)?;
    if let Some(assumed) = assumed.as_ref().filter(|_| !args.own_files) {
        assumed.require(logs.identity())?;
    }
    let logs = match &assumed {
        // The notes on decisions are those of the run that made them.
        Some(assumed) if args.partial.is_none() => assumed.logs.clone().into_logs(logs.facts().1),
        _ => logs,
    };
    if args.no_causes || !reach.tells_of_whole {
        summary.causes = None;
    } else if summary.needs_texts.is_there {
        let explained = again.explain(inputs)?;
        if args.format == Output::Rows {
            rows = explained_rows(&explained, &logs, reach)?;
        }
        summary.causes = Some((explained.sums, explained.together));
    }
    let billed = Billed::from_summary(&summary);
    match args.format {
        Output::Rows => {
            rows.write(out)?;
            notes_on_stderr(&logs.caveats(NotesOn::Costs));
            skipped_on_stderr(&logs.faults.skipped, false);
        }
        Output::Report(format) => {
            if let Some(assumed) = &assumed {
                summary.assumptions.clone_from(&assumed.unjudged);
            } else if reach.tells_of_whole {
                summary.assumptions = again.assumptions(inputs, &taken)?;
            }
            if let Some(path) = args.assumptions.as_deref().filter(|_| assumed.is_none()) {
                let found = (&*summary.assumptions, summary.causes.as_ref());
                assumptions_file::write(path, partial::asked(args), &decided, &logs, found)?;
            }
            match args.partial {
                Some(shard) => Partial::new(args, shard, assumed, &logs, summary).write(out)?,
                None => render(&summary.report(logs, format), format, out)?,
            }
        }
    }
    Ok(billed)
}

/// The lines of the records, with the causes that only their texts tell.
fn explained_rows(explained: &Explained, logs: &Logs, reach: Reach) -> anyhow::Result<Rows> {
    let mut rows = Rows::default();
    let is_asked = |(index, record): &(usize, &Record)| explained.asked[*index] && reach.holds(record);
    for (index, record) in explained.records.iter().enumerate().filter(is_asked) {
        let causes = RowCauses::new(&explained.causes[index], explained.given_back[index]);
        rows.add(&wire(logs, record, causes))?;
    }
    Ok(rows)
}

fn wire<'a>(logs: &'a Logs, record: &'a Record, causes: RowCauses) -> Wire<'a> {
    let parent = wire::parent_of(record).map(|place| logs.source(place));
    Wire::new(record, logs.source(record.place), parent, causes)
}
