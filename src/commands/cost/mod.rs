//! `cachecheck cost`: what requests cost, what they would have cost without a cache, and what the best cache would make of them.
//!
//! Two ways in: logs, or the numbers of one request (the calculator).

mod break_even;
mod calculator;
mod invoice;
mod logs;
mod report;
mod request;
mod sentence;
mod writes;

use anyhow::{anyhow, bail};
use clap::ValueEnum;

use calculator::CalculatorArgs;

use super::Outcome;
use super::args::{ByArgs, CacheArgs, LogArgs, RateArgs, one_of};
use crate::report::{Format, OF_TABLES};
use crate::workspace::destination::Destination;
use crate::workspace::output::render;

/// Show costs: as billed, without a cache, and with the best cache
///
/// With logs, requests are billed at the hits that the provider reported, or at predicted hits if the log has no report; the result
/// says which. Without logs it is a calculator for one request: give --model, its tokens, and --at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE)]
pub(crate) struct CostArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,

    #[command(flatten)]
    by: ByArgs,

    /// Scale the cost from the time span of the log to 30 days
    #[arg(long)]
    monthly: bool,

    /// Charge of the provider, such as "123.45 EUR", or its export of costs
    ///
    /// The difference to the log is split into what is known of it. Exports are by day: JSON or CSV of OpenAI, Anthropic, AWS or Azure.
    #[arg(long, value_name = "AMOUNT|FILE")]
    invoice: Option<String>,

    #[command(flatten)]
    calculator: CalculatorArgs,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const USAGE: &str = "cachecheck cost [OPTIONS] <LOG>...
       cachecheck cost --model <NAME> --prompt-tokens <TOKENS> --at <TIME>
         --hit-ratio <RATIO> [OPTIONS]";

/// Said where no log is named.
const CALCULATOR: &str = "Without a log, the numbers of one request are wanted: cachecheck cost --model deepseek-chat --at 2026-04-05 --prompt-tokens 100000 \
                          --hit-ratio 0.6 --output-tokens 2000";

const EXAMPLES: &str = "\
Examples:
  cachecheck cost logs.jsonl
  cachecheck cost logs.jsonl --by model --monthly
  cachecheck cost logs.jsonl --by /metadata/team --format csv
  cachecheck cost logs.jsonl --rates our-contract.yaml --fx CNY/USD=0.14
  cachecheck cost october.jsonl --invoice costs-october.csv
  cachecheck cost logs.jsonl --strict                 exit code 2 where a request has no price

  One request of 100,000 prompt tokens, 60 % of them hits, at the prices of a day:
  cachecheck cost --model deepseek-chat --at 2026-04-05 --prompt-tokens 100000 --hit-ratio 0.6 --output-tokens 2000
  cachecheck cost --model deepseek-chat --at 2026-04-05 --hit-tokens 60000 --miss-tokens 40000 --requests-per-day 5000
  cachecheck cost --model deepseek-chat --at 2026-04-05 --prompt-tokens 100000 --sweep hit-ratio

  What a better hit ratio saves, and what a charged cache write is worth:
  cachecheck cost --model gpt-4o --prompt-tokens 10000 --hit-ratio-before 34.6% --hit-ratio 85.7%
  cachecheck cost --model claude-sonnet-4-6 --prompt-tokens 20000 --hit-tokens 0 --written-tokens 20000";

/// The axis of a table of costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sweep {
    /// Hit ratios from 0 to 100 %
    HitRatio,
}

impl CostArgs {
    /// The options that were given and say something of logs alone.
    fn of_logs(&self) -> Vec<&'static str> {
        [self.cache.given(), self.logs.given()].concat()
    }
}

pub(crate) fn run(args: &CostArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let report = match (!args.logs.is_named(), args.calculator.is_given()) {
        (false, false) => logs::report(args)?,
        (false, true) => bail!(
            "a log brings its own models and tokens: leave out {}, or leave out --model, --prompt-tokens and the other options of one request",
            args.logs.logs.join(" ")
        ),
        (true, true) if args.monthly || !args.by.by.is_empty() || args.invoice.is_some() => {
            bail!("--monthly, --invoice and --by need a log; --requests-per-day N makes a month of one request")
        }
        (true, true) if !args.of_logs().is_empty() => bail!(
            "without a log nothing is read or replayed: leave out {}, or name a log in place of --model, --prompt-tokens and the options of one request",
            args.of_logs().join(", ")
        ),
        (true, true) => calculator::report(&args.calculator, &args.rates, args.format)?,
        (true, false) => {
            args.logs.require_any("cost").map_err(|none| anyhow!("{none}\n{CALCULATOR}"))?;
            logs::report(args)?
        }
    };
    render(&report, args.format, out)?;
    Ok(Outcome::Done)
}
