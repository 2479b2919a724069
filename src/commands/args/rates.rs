//! Arguments on money: at which prices, in which currency.

use std::sync::Arc;

use clap::Args;

use super::value::{tier, time_of_zone};
use crate::account::Pricing;
use crate::calendar::Zone;
use crate::money::{Currency, ExchangeRate};
use crate::rates::{RateCard, Tier};
use crate::workspace::boundary::NamedBy;
use crate::workspace::config::Config;
use crate::workspace::rate_card;

/// Options for prices and currencies.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Prices")]
pub(crate) struct RateArgs {
    /// Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<String>,

    /// The one who named it: a person, or a repository's configuration.
    #[arg(skip)]
    pub(crate) rates_by: NamedBy,

    /// Currency of the prices, such as CNY [default: USD]
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<Currency>,

    /// Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated
    #[arg(long, value_name = "FROM/INTO=RATE")]
    pub(crate) fx: Vec<ExchangeRate>,

    /// Time of requests that have none in the log, such as 2026-04-05
    #[arg(long, value_name = "TIME", value_parser = time_of_zone)]
    pub(crate) at: Option<String>,

    /// Service tier of requests that name none: standard, batch, flex or priority
    #[arg(long, value_name = "TIER", value_parser = tier, default_value = "standard", hide_default_value = true)]
    pub(crate) tier: Tier,

    /// Provider that bills the requests, such as azure-openai [default: the model's maker]
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
}

impl RateArgs {
    /// The same, with what is left open here as the configuration says it.
    pub(crate) fn or(&self, config: &Config) -> anyhow::Result<Self> {
        let (rates, rates_by) = match &self.rates {
            Some(rates) => (Some(rates.clone()), NamedBy::Person),
            None => (config.rate_card()?, NamedBy::Repository),
        };
        Ok(Self {
            rates,
            rates_by,
            currency: self.currency.or(config.pricing.currency),
            fx: if self.fx.is_empty() { config.pricing.fx.clone() } else { self.fx.clone() },
            at: self.at.clone().or_else(|| config.pricing.at.map(|at| at.to_string())),
            tier: self.tier,
            provider: self.provider.clone().or_else(|| config.pricing.provider.clone()),
        })
    }

    /// Makes the pricing that these arguments ask for, where no time zone is named.
    pub(crate) fn pricing(&self) -> anyhow::Result<Pricing> {
        self.pricing_in(&Zone::default())
    }

    /// The same, with times that name no zone as of this one.
    pub(crate) fn pricing_in(&self, zone: &Zone) -> anyhow::Result<Pricing> {
        Ok(Pricing {
            card: self.card()?,
            provider: self.provider.clone(),
            tier: self.tier,
            currency: self.currency,
            exchange: self.fx.clone(),
            at: self.at.as_deref().and_then(|at| zone.read(at)),
        })
    }

    /// The user's card or the built-in one.
    pub(crate) fn card(&self) -> anyhow::Result<Arc<RateCard>> {
        let own = self.rates.as_deref().map(|file| rate_card::read(file, self.rates_by)).transpose()?;
        Ok(own.map_or_else(RateCard::builtin, Arc::new))
    }
}
