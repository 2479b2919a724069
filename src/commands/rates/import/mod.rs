//! `cachecheck rates import`: a card made from LiteLLM's `model_prices` JSON or from the TOML files of models.dev.
//!
//! Prices go over as decimal text, never through a binary fraction. Neither source says since when its prices hold, nor does it
//! say when it was read: the user gives the day of retrieval, since this program never asks the clock.

mod litellm;
mod models_dev;
mod off_peak;
mod write;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use jiff::civil::Date;

use crate::commands::Outcome;
use crate::money::Decimal;
use crate::rates::{ModelPattern, RateCard, Tier};
use crate::workspace::files;

/// Make a rate card from LiteLLM's model prices (JSON) or models.dev's (TOML), on stdout
///
/// The card is a file for --rates. Its prices are used for any time, as those of the day of retrieval; with --since they are used
/// from that day on, and the built-in card for the time before.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// LiteLLM's JSON file, or models.dev's TOML files under providers/NAME/models/
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,

    /// Day on which the price file was retrieved, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    retrieved: Date,

    /// First day on which the prices are valid
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,

    /// Only these models, such as gpt-5 or 'claude-*'; may be repeated
    #[arg(long, value_name = "PATTERN")]
    model: Vec<String>,

    /// Only this provider; also the provider of a TOML file whose path does not name it
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck rates import model_prices_and_context_window.json --retrieved 2026-11-01 > litellm.yaml
  cachecheck rates import model_prices.json --retrieved 2026-11-01 --since 2026-11-01 --model 'claude-*' > claude.yaml
  cachecheck rates import providers/deepseek/models/*.toml --retrieved 2026-07-02 > models-dev.yaml
  cachecheck cost logs.jsonl --rates litellm.yaml";

/// One row of the card to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Imported {
    provider: String,
    models: Vec<String>,
    tier: Tier,
    context_over: u64,
    context_up_to: Option<u64>,
    priced: Priced,
    /// Lower prices at some hours.
    off_peak: Option<off_peak::OffPeak>,
}

/// The prices of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Priced {
    /// By the card's keys, per million tokens.
    prices: Vec<(&'static str, Decimal)>,
    /// Of writes, by lifetime.
    writes: Vec<(&'static str, Decimal)>,
}

/// The prices that a source gave.
#[derive(Debug, Default, PartialEq, Eq)]
struct Harvest {
    rows: Vec<Imported>,
    /// Entries left out, each with the reason.
    left_out: Vec<(String, &'static str)>,
    /// Things that a card has no place for.
    remarks: Vec<String>,
}

pub(super) fn run(args: &ImportArgs, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut harvest = Harvest::default();
    for file in &args.files {
        let text = files::named_text(Path::new(file), files::LARGE).with_context(|| format!("cannot read {file}"))?;
        let is_toml = Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        let read = if is_toml { models_dev::read(&text, file, args.provider.as_deref()) } else { litellm::read(&text) };
        harvest.append(read.with_context(|| format!("cannot import {file}"))?);
    }
    harvest.rows.retain(|row| args.wants(row));
    if harvest.rows.is_empty() {
        bail!("no price per token in {} for the models and the provider asked for", args.files.join(", "));
    }
    let yaml = write::card(&harvest, args);
    // Imported cards must read again with `--rates`, which takes what is printed here.
    RateCard::read(&yaml).map_err(|error| anyhow::anyhow!("the imported card cannot be read: {error}"))?;
    out.write_all(yaml.as_bytes())?;
    Ok(Outcome::Done)
}

impl ImportArgs {
    fn wants(&self, row: &Imported) -> bool {
        let fits = |pattern: &String| row.models.iter().any(|model| ModelPattern::new(pattern).is_of(model));
        (self.model.is_empty() || self.model.iter().any(fits))
            && self.provider.as_deref().is_none_or(|provider| provider.eq_ignore_ascii_case(&row.provider))
    }
}

impl Harvest {
    /// Gives the standard rows of a model lower prices at some hours.
    fn price_by_hours(&mut self, name: &str, hours: &off_peak::OffPeak) {
        let is_of = |row: &&mut Imported| {
            row.models.first().is_some_and(|first| first == name) && row.tier == Tier::Standard && row.context_over == 0
        };
        self.rows.iter_mut().filter(is_of).for_each(|row| row.off_peak = Some(hours.clone()));
    }

    fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.left_out.extend(other.left_out);
        self.remarks.extend(other.remarks);
    }
}

/// A number as it is written, times a factor of ten, exactly; `None` where a card could not hold it.
fn decimal(text: &str, factor: u64) -> Option<Decimal> {
    let text = text.replace('_', "");
    let text = text.trim_matches('"').trim_start_matches('+');
    let number = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    };
    let price = number?.checked_mul(Decimal::from(factor))?.normalize();
    let fits = !price.is_sign_negative() && price <= Decimal::from(1_000_000) && price.scale() <= 12;
    fits.then_some(price)
}

/// The lifetime that a provider's only write price is for: OpenAI's 30 minutes, Anthropic's 5 (2026-11); others do not say.
fn write_lifetime(provider: &str, model: &str) -> &'static str {
    if model.contains("claude") || provider == "anthropic" {
        "5m"
    } else if ["openai", "azure"].contains(&provider) {
        "30m"
    } else {
        "any"
    }
}

/// Price lists write a write price of zero for "no surcharge" (LiteLLM on DeepSeek and GLM), not for free tokens.
fn charged(price: Option<Decimal>) -> Option<Decimal> {
    price.filter(|price| !price.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_over_digit_by_digit() {
        let million = |text| decimal(text, 1_000_000).map(|price| price.to_string());
        assert_eq!(million("2.8e-07").as_deref(), Some("0.28"));
        assert_eq!(million("0.00000028").as_deref(), Some("0.28"));
        assert_eq!(million("5.46875e-07").as_deref(), Some("0.546875"));
        assert_eq!(million("3E-6").as_deref(), Some("3"));
        assert_eq!(million("3.0000000000000004e-07"), None, "more decimals than a card holds: not rounded");
        assert_eq!(decimal("1_000.5", 1).map(|price| price.to_string()).as_deref(), Some("1000.5"));
        for text in ["-1e-6", "null", "", "true", "1e9"] {
            assert_eq!(million(text), None, "{text}");
        }
    }
}
