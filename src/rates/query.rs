//! Questions to a rate card: a model, a time, a size, and the words that may change a price.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

use crate::money::Currency;

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
    /// Region in which it was served, in the provider's word, if that may change the price.
    pub region: Option<&'a str>,
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
    /// Written faster, as Anthropic's fast mode is.
    Fast,
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

/// The lifetime that was bought for a cache entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// Not stated.
    #[default]
    Default,
    /// `5m`.
    FiveMinutes,
    /// `30m`.
    HalfHour,
    /// `1h`.
    Hour,
    /// `12h`.
    HalfDay,
}

impl Lifetime {
    /// The lifetime of so many microseconds; the default one where none has a price of its own.
    pub fn of_micros(lifetime: i64) -> Self {
        const MINUTE: i64 = 60_000_000;
        match lifetime / MINUTE {
            5 => Self::FiveMinutes,
            30 => Self::HalfHour,
            60 => Self::Hour,
            720 => Self::HalfDay,
            _ => Self::Default,
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Default => "the default time",
            Self::FiveMinutes => "5m",
            Self::HalfHour => "30m",
            Self::Hour => "1h",
            Self::HalfDay => "12h",
        })
    }
}
