//! `simulate --follow`: the report of a window of time, renewed while a log grows.
//!
//! Each time the log is read from its beginning, so the figures are those of `--since` at that moment, whatever was appended, packed or
//! put in another file; and the program sleeps nine times as long as that took, so that it takes a tenth of a core at most. The
//! window ends now: this is the one place that looks at the clock.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;

use super::SimulateArgs;
use super::summary::SimulationSummary;
use crate::commands::Outcome;
use crate::commands::args::{Output, duration, share};
use crate::money::{Decimal, fraction};
use crate::report::text::{percent, plural};
use crate::time::{SignedDuration, Timestamp, format_duration};
use crate::workspace::destination::Destination;
use crate::workspace::logs::LogInputs;
use crate::workspace::output::line_on_stderr;

/// Options of following a log.
#[derive(Debug, Args)]
#[command(next_help_heading = "Following")]
pub(super) struct FollowArgs {
    /// Repeat the report on the last hour while the log grows
    ///
    /// With -o FILE, the file is replaced each time.
    #[arg(long, conflicts_with_all = ["since", "until", "skip_first"])]
    pub(super) follow: bool,

    /// Length of the period up to now that is reported on, such as 15m [default: 1h]
    #[arg(long, requires = "follow", value_name = "DURATION", value_parser = duration)]
    window: Option<SignedDuration>,

    /// Time between two reports; at least nine times as long as one takes [default: 10s]
    #[arg(long, requires = "follow", value_name = "DURATION", value_parser = duration)]
    every: Option<SignedDuration>,

    /// Stop with exit code 1 once the billed hit ratio of the window is below this share, such as 0.5 or 50%
    #[arg(long, requires = "follow", value_name = "SHARE", value_parser = share)]
    fail_under: Option<Decimal>,

    /// Least number of requests in the window before --fail-under is applied [default: 1]
    #[arg(long, requires = "fail_under", value_name = "N")]
    fail_from: Option<u64>,
}

/// The figures of a report that a limit is held against.
pub(super) struct Billed {
    pub(super) requests: u64,
    /// The highest that the ratio may be, where hits are not all known.
    pub(super) hit_ratio: Option<f64>,
    /// It may be lower, too.
    is_a_range: bool,
}

impl Billed {
    pub(super) fn from_summary(summary: &SimulationSummary) -> Self {
        let totals = summary.tally.totals();
        let range = totals.account.hit_ratio_range();
        Self {
            requests: totals.requests,
            hit_ratio: range.map(|(_, most)| most).or(totals.account.hit_ratio()),
            is_a_range: range.is_some_and(|(least, most)| least < most),
        }
    }
}

/// Reports until the limit breaks.
pub(super) fn run(args: &SimulateArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    if args.format == Output::Rows {
        bail!("--follow renews totals: --format jsonl has none");
    }
    let window = args.follow.window.unwrap_or(SignedDuration::from_hours(1));
    let every = args.follow.every.unwrap_or(SignedDuration::from_secs(10)).unsigned_abs();
    let mut is_first = true;
    loop {
        let begin = Instant::now();
        match inputs(args, window).and_then(|inputs| super::report_once(args, &inputs, None, out)) {
            Ok(billed) => {
                out.publish()?;
                if let Some(words) = args.follow.broken(&billed, window) {
                    line_on_stderr(&words);
                    return Ok(Outcome::Failed);
                }
            }
            Err(error) if is_first => return Err(error),
            // A log that is moved away is there again a moment later, as a rule.
            Err(error) => line_on_stderr(&format!("{error:#}; tried again")),
        }
        is_first = false;
        thread::sleep(every.max(begin.elapsed().saturating_mul(9)).min(Duration::from_secs(86_400)));
        out.begin_again()?;
    }
}

/// The logs as they are now, with the window that ends now; it may be empty.
fn inputs(args: &SimulateArgs, window: SignedDuration) -> anyhow::Result<LogInputs> {
    let mut inputs = args.logs.inputs_by("simulate", &args.by.by)?;
    if inputs.named.sources.iter().any(|source| source.name == "-") {
        bail!("--follow reads the log again and again, which stdin cannot be: name a file or a folder");
    }
    inputs.period.since = Timestamp::now().checked_sub(window).ok();
    inputs.may_be_empty = true;
    Ok(inputs)
}

impl FollowArgs {
    /// Says that the limit is broken.
    fn broken(&self, billed: &Billed, window: SignedDuration) -> Option<String> {
        let (limit, ratio) = (self.fail_under?, billed.hit_ratio?);
        let counts = billed.requests >= self.fail_from.unwrap_or(1);
        (counts && ratio < fraction(limit)).then(|| {
            format!(
                "the hit ratio of the last {} is {}{} ({}), below the {} of --fail-under",
                format_duration(window),
                percent(ratio),
                if billed.is_a_range { " at most" } else { "" },
                plural(billed.requests, "request"),
                percent(fraction(limit))
            )
        })
    }
}
