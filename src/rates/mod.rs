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
mod query;
mod rate;
mod schedule;
mod search_fee;
mod stale;
mod surcharge;
mod text;

use std::fmt;
use std::sync::{Arc, LazyLock};

pub use card::{CardError, PriceList, RateCard, Row, RowPrices};
pub use cost::{Cost, Usage, Written};
pub use no_rate::{ANOTHER_CARD, NoRate};
pub use offer::{Offer, Resold, Wanted};
pub use pattern::ModelPattern;
pub(crate) use prices::charge;
pub use prices::{Price, Prices, WritePrices};
pub use query::{CacheMode, Lifetime, Query, Tier};
pub use rate::Rate;
pub use schedule::{Calendar, Period, Schedule};
pub use search_fee::SearchFee;
pub use stale::{older, stale};
pub use surcharge::Surcharge;

/// The card of the program itself, read when first asked for. `builtin.json` is made of the files in `builtin/`.
static BUILTIN: LazyLock<Arc<RateCard>> = LazyLock::new(|| match RateCard::standalone(include_str!("builtin.json")) {
    Ok(card) => Arc::new(card),
    // Not reachable in a program whose tests passed: they read the card.
    Err(error) => unreachable!("the built-in rate card does not read: {error}"),
});

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
            // The longer words are those of Google's Agent Platform (`TrafficType` of its reference, 2026-11).
            "flex" | "on_demand_flex" => Some(Self::Flex),
            "priority" | "on_demand_priority" => Some(Self::Priority),
            "fast" => Some(Self::Fast),
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
            Self::Fast => "fast",
        })
    }
}

#[cfg(test)]
mod tests;
