//! `cachecheck rates`: what is in the rate card, mistakes in a card of the user's, and cards made from others' price files.

mod check;
mod import;
mod list;

use super::Outcome;
use super::args::one_of;
use crate::money::Currency;
use crate::report::{Format, OF_TABLES};
use crate::time::Timestamp;
use crate::workspace::destination::Destination;

/// List prices in the rate card, with their dates and sources
///
/// Prices are per million tokens. A row without a start date has the prices of the day on which it was retrieved; it is used for
/// other days too, and marked `as of`. Requests that no row covers have no price, and `cost` says so; your own card can add it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct RatesArgs {
    #[command(subcommand)]
    action: Option<Action>,

    /// Only this model [default: all models]
    #[arg(value_name = "MODEL")]
    model: Option<String>,

    /// Only prices valid at this time, such as 2026-08-18T02:00Z
    #[arg(long, value_name = "TIME", value_parser = super::args::instant)]
    at: Option<Timestamp>,

    /// Only prices in this currency, such as CNY
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,

    /// Only prices of this provider
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,

    /// Your own rate card, searched before the built-in one
    #[arg(long, value_name = "FILE")]
    rates: Option<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Check(check::RatesCheckArgs),
    Import(import::ImportArgs),
}

const EXAMPLES: &str = "\
Examples:
  cachecheck rates
  cachecheck rates deepseek-v4-pro
  cachecheck rates deepseek-v4-flash --at 2026-08-18T02:00Z     at that hour: peak or off-peak
  cachecheck rates --provider deepseek --currency CNY --format csv
  cachecheck rates check our-contract.yaml
  cachecheck rates import model_prices.json --retrieved 2026-11-01 > litellm.yaml

A card of your own:
  price_lists:
  - provider: ours
    currency: USD
    source: our contract, 2026-01
    retrieved: 2026-01-15
    rows:
    - models: [house-large, \"house-large-20*\"]
      valid_from: 2026-01-01
      prices: {input: \"0.20\", cache_read: \"0.02\", cache_write: {5m: \"0.25\"}, output: \"0.80\"}";

pub(crate) fn run(args: &RatesArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    match &args.action {
        None => list::run(args, out),
        Some(Action::Check(args)) => check::run(args, out),
        Some(Action::Import(args)) => import::run(args, out),
    }
}
