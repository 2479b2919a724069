//! `cachecheck report`: the parts of a simulation that ran in shards, merged into its report.

use std::path::Path;

use anyhow::Context;

use super::Outcome;
use super::args::one_of;
use super::simulate::Partial;
use crate::report::{Format, OF_TABLES};
use crate::workspace::destination::Destination;
use crate::workspace::files;
use crate::workspace::output::render;

/// Merge the parts that `simulate --partial` wrote into one report
///
/// The report is the one that `simulate` writes, to the byte. All shards are needed, in any order.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    /// Parts of a report, one of each shard
    #[arg(value_name = "PARTIAL", required = true)]
    partials: Vec<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck simulate logs.jsonl --partial 1/2 -o 1.partial
  cachecheck simulate logs.jsonl --partial 2/2 -o 2.partial
  cachecheck report 1.partial 2.partial";

pub(crate) fn run(args: &ReportArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let read = |name: &String| {
        let text = files::named_text(Path::new(name), files::LARGE).with_context(|| format!("cannot read {name}"))?;
        Partial::read(name, &text)
    };
    let parts = args.partials.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let (logs, summary) = Partial::merge(parts)?;
    render(&summary.report(logs, args.format), args.format, out)?;
    Ok(Outcome::Done)
}
