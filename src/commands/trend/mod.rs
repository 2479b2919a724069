//! `cachecheck trend`: hit ratio and cost over time, and where they changed.

mod changes;
mod report;

use anyhow::bail;
use clap::ValueEnum;

use super::Outcome;
use super::args::{LogArgs, ReplayArgs};
use crate::calendar::Unit;
use crate::workspace::destination::Destination;
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};

/// Show hit ratio and cost over time, and where the ratio changed
///
/// Changes are found by binary and circular binary segmentation with permutation tests: of a hundred logs without
/// a change, about one raises a false alarm. Each change is shown with the first request after it and with the cause of misses that grew
/// or vanished with it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrendArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// The periods of the series
    #[arg(long, value_enum, default_value_t)]
    by: Periods,

    #[command(flatten)]
    replay: ReplayArgs,
}

/// Periods of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Periods {
    /// Hours of the time zone
    #[default]
    Hour,
    /// Days of the time zone
    Day,
    /// Weeks, from Monday on
    Week,
    /// Months of the year
    Month,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck trend logs.jsonl
  cachecheck trend logs/*.jsonl --by day --time-zone Europe/Berlin
  cachecheck trend logs.jsonl --since 2026-04-01 --format json | jq '.changes'";

pub(crate) fn run(args: &TrendArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let (inputs, zone) = (args.logs.inputs("trend")?, args.logs.zone());
    let settings = args.replay.settings(&args.logs)?;
    let Replayed { logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    let mut calls = again.causes(&inputs)?;
    calls.retain(|call| inputs.period.holds(call.record.replayed_at));
    if calls.iter().all(|call| call.record.replayed_at.is_none()) {
        bail!("no request of the log has a time, so that nothing can be shown over time");
    }
    let unit = match args.by {
        Periods::Hour => Unit::Hour,
        Periods::Day => Unit::Day,
        Periods::Week => Unit::Week,
        Periods::Month => Unit::Month,
    };
    render(&report::build(calls, logs, unit, &zone), args.replay.format, out)?;
    Ok(Outcome::Done)
}
