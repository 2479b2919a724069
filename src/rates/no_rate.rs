//! Gaps: why a rate card has no price. A gap is an answer, and reports name it.

use std::error::Error;
use std::fmt;

use jiff::Timestamp;

use super::query::{Lifetime, Tier};
use crate::money::Currency;

/// The reason why there is no price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRate {
    /// The card does not know the model, or not at that provider.
    UnknownModel {
        /// As it was asked for.
        model: String,
        /// As it was asked for.
        provider: Option<String>,
    },
    /// Several sell the model, its maker is not among them, and none was named.
    SeveralSellers {
        /// As it was asked for.
        model: String,
        /// The sellers, by the names of their price lists.
        sellers: Vec<String>,
    },
    /// The card knows the model, but not in that currency.
    NoCurrency {
        /// As it was asked for.
        model: String,
        /// The currency asked for.
        wanted: Currency,
        /// The currencies it has.
        available: Vec<Currency>,
    },
    /// The card knows the model, but not at that service tier.
    NoTier {
        /// As it was asked for.
        model: String,
        /// The tier asked for.
        wanted: Tier,
        /// The tiers it has.
        available: Vec<Tier>,
    },
    /// No row covers the date.
    Uncovered {
        /// As it was asked for.
        model: String,
        /// The currency asked for or chosen.
        currency: Currency,
        /// The instant asked for.
        at: Timestamp,
    },
    /// The price depends on the time, and none was given.
    NoTime {
        /// As it was asked for.
        model: String,
    },
    /// No row is for prompts of that size.
    NoContextTier {
        /// As it was asked for.
        model: String,
        /// The size of the prompt.
        prompt_tokens: u64,
    },
    /// The provider charges by region, and nothing is known of that one.
    NoRegion {
        /// As it was asked for.
        model: String,
        /// The region, in the provider's word.
        region: String,
    },
    /// No price of cache reads was published.
    NoReadPrice {
        /// The row's models.
        model: String,
    },
    /// Cache writes are charged, but the price of this lifetime is not in the card.
    NoWritePrice {
        /// The row's models.
        model: String,
        /// The lifetime asked for.
        lifetime: Lifetime,
    },
}

impl NoRate {
    /// The reason in words that are the same for all requests that share it, whenever they were made and however long they are.
    pub fn of_any_request(&self) -> String {
        match self {
            Self::Uncovered { model, currency, .. } => {
                format!("no {currency} price for {model}: no row of the card covers the time of the request")
            }
            Self::NoContextTier { model, .. } => format!("no price for {model} with a prompt of that size"),
            Self::UnknownModel { .. } => format!("{self} ({ANOTHER_CARD})"),
            _ => self.to_string(),
        }
    }

    /// True if a card that this one extends may still answer.
    pub(super) fn leaves_open(&self) -> bool {
        match self {
            Self::UnknownModel { .. } | Self::NoCurrency { .. } | Self::NoTier { .. } | Self::Uncovered { .. } => true,
            Self::SeveralSellers { .. }
            | Self::NoTime { .. }
            | Self::NoContextTier { .. }
            | Self::NoRegion { .. }
            | Self::NoReadPrice { .. }
            | Self::NoWritePrice { .. } => false,
        }
    }
}

impl fmt::Display for NoRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownModel { model, provider: None } => {
                write!(f, "no price for {model}: the model is not in the card")
            }
            Self::UnknownModel { model, provider: Some(provider) } => {
                write!(f, "no price for {model} at {provider}: not in the card")
            }
            Self::SeveralSellers { model, sellers } => {
                let first = sellers.iter().take(TOLD).cloned().collect::<Vec<String>>();
                let more = if sellers.len() > TOLD { ", …" } else { "" };
                write!(f, "no price for {model} from its maker; sold by {}{more}: --provider names one", listed(&first))
            }
            Self::NoCurrency { model, wanted, available } => {
                let from = available.first().map(ToString::to_string).unwrap_or_default();
                write!(f, "no price for {model} in {wanted}, only in {}; ", listed(available))?;
                write!(f, "--fx {from}/{wanted}=RATE exchanges it, or `fx` under `pricing` in cachecheck.yaml")
            }
            Self::NoTier { model, wanted, available } => {
                write!(f, "no {wanted} price for {model}, only {}", listed(available))
            }
            Self::Uncovered { model, currency, at } => {
                write!(f, "no {currency} price for {model} at {at}: no row of the card covers that time")
            }
            Self::NoTime { model } => write!(f, "no price for {model} without a time: its price depends on it"),
            Self::NoContextTier { model, prompt_tokens } => {
                write!(f, "no price for {model} with a prompt of {prompt_tokens} tokens")
            }
            Self::NoRegion { model, region } => {
                write!(f, "no price for {model} served in the region `{region}`: not in the card")
            }
            Self::NoReadPrice { model } => {
                write!(f, "no price for cache reads of {model}: none is published (a card of your own can add one)")
            }
            Self::NoWritePrice { model, lifetime } => {
                write!(f, "no price for cache writes of {model} that live {lifetime}")
            }
        }
    }
}

/// The way out if the card does not have something.
pub const ANOTHER_CARD: &str = "--rates reads a card, `cachecheck rates import` makes one";

/// The number of sellers that are named.
const TOLD: usize = 5;

impl Error for NoRate {}

fn listed<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
