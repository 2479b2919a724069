//! Rates: what a provider charged for a model at an instant, from where that is known, and what a request costs at it.
//!
//! A rate card holds price lists; a price list holds the rows of one provider in one currency from one source. The built-in
//! card is data (`builtin/`), and a card of the user's extends or replaces it. What the card does not say is a gap with
//! a name ([`NoRate`]), never a guess. It does not know rates of exchange, taxes, discounts by contract, free quotas, or the
//! margin of a host between the provider and the user.

mod card;
mod cost;
mod lookup;
mod no_rate;
mod offer;
mod pattern;
mod prices;
mod schedule;
mod stale;
mod text;

use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::money::Currency;

pub use card::{CardError, PriceList, RateCard, Row, RowPrices};
pub use cost::{Cost, Lifetime, Usage, Written};
pub use no_rate::{ANOTHER_CARD, NoRate};
pub use offer::{Offer, Resold, Wanted};
pub use pattern::ModelPattern;
pub use prices::{Price, Prices, WritePrices};
pub use schedule::{Calendar, Period, Schedule};
pub use stale::{older, stale};

/// A question to a rate card.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// The model as the request or the response names it; capitals do not matter.
    pub model: &'a str,
    /// Seller; `None` is the one that the name tells, else the model's maker.
    pub provider: Option<&'a str>,
    /// Start of the request.
    pub at: Option<Timestamp>,
    /// `None` is US dollars, or the card's first currency of the model where it has none in dollars.
    pub currency: Option<Currency>,
    /// The service tier asked for.
    pub tier: Tier,
    /// Kind of cache that hits come from: one that was asked for, or one that is always on.
    pub cache: CacheMode,
    /// The size of the whole prompt, hits included, which chooses the context tier.
    pub prompt_tokens: u64,
}

/// A service level with a price of its own: faster or slower than standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The list price.
    #[default]
    Standard,
    /// Answered within hours, usually at half the price.
    Batch,
    /// Answered when there is room.
    Flex,
    /// Answered first.
    Priority,
}

/// The way in which a prompt came into the cache; a few providers charge reads by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheMode {
    /// The provider caches by itself.
    #[default]
    Implicit,
    /// The request marked what to cache.
    Explicit,
}

/// The prices that hold for a query, and how they are known.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The list they come from: provider, currency, source, date of retrieval.
    pub list: Arc<PriceList>,
    /// The row of it: models, validity, tiers.
    pub row: Arc<Row>,
    /// The prices of the hour.
    pub prices: Arc<Prices>,
    /// Kind of cache whose read price applies.
    pub cache: CacheMode,
    /// Peak or off-peak, where the row has a schedule.
    pub period: Option<Period>,
    /// The row has no start date: its prices are those seen on this day, used for any other too.
    pub as_of: Option<Date>,
    /// Charged as a working day beyond the end of the holiday calendar.
    pub holidays_unknown: bool,
    /// The seller, where it is another than the list's provider and passes the prices on.
    pub resold: Option<Resold>,
}

impl Rate {
    /// The currency of all its prices.
    pub fn currency(&self) -> Currency {
        self.list.currency
    }
}

/// The card of the program itself, read when first asked for.
static BUILTIN: LazyLock<Arc<RateCard>> = LazyLock::new(|| match RateCard::standalone(&FILES) {
    Ok(card) => Arc::new(card),
    // Not reachable in a program whose tests passed: they read the card.
    Err(error) => unreachable!("the built-in rate card does not read: {error}"),
});

/// Its files: makers before those who sell what others make.
const FILES: [&str; 7] = [
    include_str!("builtin/rules.yaml"),
    include_str!("builtin/deepseek.yaml"),
    include_str!("builtin/openai.yaml"),
    include_str!("builtin/anthropic.yaml"),
    include_str!("builtin/google.yaml"),
    include_str!("builtin/others.yaml"),
    include_str!("builtin/clouds.yaml"),
];

impl RateCard {
    /// The built-in card.
    pub fn builtin() -> Arc<Self> {
        Arc::clone(&BUILTIN)
    }
}

impl Tier {
    /// The tier behind the word a provider's response says it with (OpenAI's and Anthropic's SDK types, 2026-11).
    pub fn of_response(word: &str) -> Option<Self> {
        match word {
            "default" | "standard" | "on_demand" => Some(Self::Standard),
            "batch" => Some(Self::Batch),
            "flex" => Some(Self::Flex),
            "priority" => Some(Self::Priority),
            _ => None,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
        })
    }
}

#[cfg(test)]
mod tests;
