//! `cachecheck compare`: why the hit ratio of one log differs from that of another, in parts that sum to the difference.

mod report;
mod split;
mod steps;
mod words;

use std::slice;

use anyhow::bail;
use clap::ValueEnum;

use split::Split;

use super::Outcome;
use super::args::{LogArgs, ReplayArgs};
use crate::decomposition::Routes;
use crate::report::Caveat;
use crate::workspace::destination::Destination;
use crate::workspace::group_by::GroupBy;
use crate::workspace::output::render;
use crate::workspace::sides::{self, Side, Sides};

/// Show why the hit ratio changed between two logs, or within one
///
/// Both sides are replayed by the same rules. The difference is divided among seven factors, as Shapley values that sum to it: the
/// turns that conversations have, the time between uses, the mix of models and routes, the size of prompts, changes before stable
/// text, the provider, and the rest: first requests and unexplained misses.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE, mut_arg("logs", |logs| logs.num_args(1..=2).help(LOGS).long_help(LOGS)))]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Divide one log at this time, and compare both halves
    ///
    /// The second has the requests from that time on.
    #[arg(long, value_name = "TIME")]
    split_at: Option<String>,

    /// Divide one log by this, and compare each value with the one before
    ///
    /// Values stand in the order of their first requests.
    #[arg(long, value_enum, conflicts_with = "split_at")]
    split_by: Option<SplitBy>,

    #[command(flatten)]
    replay: ReplayArgs,
}

/// A way to split one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SplitBy {
    /// The model as requested
    Model,
    /// The version of the client, such as Claude Code or Codex
    Version,
}

const USAGE: &str = "cachecheck compare [OPTIONS] <BEFORE> <AFTER>
       cachecheck compare [OPTIONS] <LOG> --split-at <TIME>
       cachecheck compare [OPTIONS] <LOG> --split-by <model|version>";

/// Sides that are compared, with their names.
struct ComparedSides {
    sides: Sides,
    /// The values that they have, in the same order; none where they are two logs, or before and after a time.
    names: Vec<String>,
    /// The kind of these values.
    what: &'static str,
    /// Caveats on the values of which no hits are known.
    left_out: Vec<Caveat>,
}

impl ComparedSides {
    fn unnamed(sides: Sides) -> Self {
        Self { sides, names: Vec::new(), what: "", left_out: Vec::new() }
    }
}

const LOGS: &str = "The log before and the log after, or one log that is split; - is stdin";

const EXAMPLES: &str = "\
Examples:
  cachecheck compare monday.jsonl tuesday.jsonl
  cachecheck compare logs.jsonl --split-at 2026-04-09T14:00 --time-zone Europe/Berlin
  cachecheck compare logs.jsonl --split-by model
  cachecheck compare --from claude --split-by version
  cachecheck compare monday.jsonl tuesday.jsonl --format json | jq '.parts'";

pub(crate) fn run(args: &CompareArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    args.logs.require_any("compare")?;
    let mut routes = Routes::default();
    let settings = args.replay.settings(&args.logs)?;
    let (compared, logs) = match (&args.logs.logs[..], args.split()?) {
        ([before, after], None) if before == "-" && after == "-" => {
            bail!("stdin can be read only once: name a file for one of the logs")
        }
        ([before, after], None) => {
            let mut read = |name: &String, settings| {
                let inputs = args.logs.inputs_of(slice::from_ref(name), "compare")?;
                let mut side = Side::default();
                let logs = sides::read(&inputs, settings, &mut routes, |_, add| add(&mut side))?;
                anyhow::Ok((side, logs))
            };
            let again = args.replay.settings(&args.logs)?;
            let ((before, old), (after, new)) = (read(before, settings)?, read(after, again)?);
            (ComparedSides::unnamed(Sides::pair(before, after)), vec![old, new])
        }
        ([] | [_], Some(split)) => {
            let by = if let Split::ByVersion = split { &[GroupBy::Version][..] } else { &[] };
            let (compared, logs) = split.read(&args.logs.inputs_by("compare", by)?, settings, &mut routes)?;
            (compared, vec![logs])
        }
        ([] | [_], None) => {
            bail!("one log is compared with itself: name a second one, or --split-at a time or --split-by model")
        }
        (_, _) => bail!("--split-at and --split-by divide one log, and more than one is named: leave the others out"),
    };
    render(&report::build(&compared, logs, &args.logs.zone())?, args.replay.format, out)?;
    Ok(Outcome::Done)
}

impl CompareArgs {
    fn split(&self) -> anyhow::Result<Option<Split>> {
        Ok(match (&self.split_at, self.split_by) {
            (Some(text), _) => match self.logs.zone().read(text) {
                Some(time) => Some(Split::At(time)),
                None => bail!("--split-at: a time looks like 2026-04-05 or 2026-04-05T16:30:00Z"),
            },
            (None, Some(SplitBy::Model)) => Some(Split::ByModel),
            (None, Some(SplitBy::Version)) => Some(Split::ByVersion),
            (None, None) => None,
        })
    }
}
