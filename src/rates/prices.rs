//! Prices: what one row charges per million tokens, kind by kind.

use std::fmt;

use serde::Deserialize;

use super::query::Lifetime;
use crate::money::Decimal;

/// Prices per million tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Of prompt tokens that were neither read from the cache nor written to it.
    pub input: Price,
    /// Of prompt tokens read from the cache; absent: it is not published.
    pub cache_read: Option<Price>,
    /// The same from a cache that was asked for, where that differs.
    pub cache_read_explicit: Option<Price>,
    /// Of prompt tokens written to the cache, instead of the input price; absent: no surcharge.
    #[serde(default)]
    pub cache_write: WritePrices,
    /// Of output tokens.
    pub output: Price,
    /// Of the output tokens that are reasoning, where that differs.
    pub reasoning_output: Option<Price>,
    /// Of a million tokens kept for an hour.
    pub storage_per_hour: Option<Price>,
}

impl Prices {
    /// All prices of tokens by a factor; what storage costs is the same everywhere.
    pub(super) fn times(&self, factor: Decimal) -> Self {
        let by = |price: Price| price.times(factor);
        let WritePrices { any, five_minutes, half_hour, hour, half_day } = &self.cache_write;
        Self {
            input: by(self.input),
            cache_read: self.cache_read.map(by),
            cache_read_explicit: self.cache_read_explicit.map(by),
            cache_write: WritePrices {
                any: any.map(by),
                five_minutes: five_minutes.map(by),
                half_hour: half_hour.map(by),
                hour: hour.map(by),
                half_day: half_day.map(by),
            },
            output: by(self.output),
            reasoning_output: self.reasoning_output.map(by),
            storage_per_hour: self.storage_per_hour,
        }
    }
}

/// Write prices per lifetime of what is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WritePrices {
    /// Whatever the lifetime.
    any: Option<Price>,
    #[serde(rename = "5m")]
    five_minutes: Option<Price>,
    #[serde(rename = "30m")]
    half_hour: Option<Price>,
    #[serde(rename = "1h")]
    hour: Option<Price>,
    #[serde(rename = "12h")]
    half_day: Option<Price>,
}

impl WritePrices {
    /// The price for one lifetime, as far as listed.
    pub fn price(&self, lifetime: Lifetime) -> Option<Price> {
        match lifetime {
            Lifetime::Default => self.shortest(),
            Lifetime::FiveMinutes => self.five_minutes.or(self.any),
            Lifetime::HalfHour => self.half_hour.or(self.any),
            Lifetime::Hour => self.hour.or(self.any),
            Lifetime::HalfDay => self.half_day.or(self.any),
        }
    }

    /// Every price there is, by the lifetime it is for; one for whatever lifetime stands under the default.
    pub fn listed(&self) -> impl Iterator<Item = (Lifetime, Price)> {
        let prices = [
            (Lifetime::Default, self.any),
            (Lifetime::FiveMinutes, self.five_minutes),
            (Lifetime::HalfHour, self.half_hour),
            (Lifetime::Hour, self.hour),
            (Lifetime::HalfDay, self.half_day),
        ];
        prices.into_iter().filter_map(|(lifetime, price)| Some((lifetime, price?)))
    }

    /// True if nothing is charged for writing.
    pub fn is_empty(&self) -> bool {
        self.shortest().is_none()
    }

    // Every provider's default lifetime is the shortest it sells: Anthropic and Moonshot 5 minutes, OpenAI 30 (2026-11).
    fn shortest(&self) -> Option<Price> {
        self.any.or(self.five_minutes).or(self.half_hour).or(self.hour).or(self.half_day)
    }
}

/// A price per million tokens, exactly as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Price(Decimal);

impl Price {
    /// For one million tokens.
    pub fn per_million(self) -> Decimal {
        self.0
    }

    fn times(self, factor: Decimal) -> Self {
        Self((self.0 * factor).normalize())
    }

    /// For so many tokens, exactly.
    pub fn cost(self, tokens: u64) -> Decimal {
        charge(Decimal::from(tokens), self.0)
    }
}

/// The cost of tokens at a price for a million of them, exactly.
pub(crate) fn charge(tokens: Decimal, per_million: Decimal) -> Decimal {
    tokens * per_million * Decimal::new(1, 6)
}

impl TryFrom<String> for Price {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // A million per million tokens with twelve decimals leaves room for 79 billion tokens before a product would round.
        match Decimal::from_str_exact(&text) {
            Ok(price) if price.is_sign_negative() => Err(format!("the price `{text}` is negative")),
            Ok(price) if price > Decimal::from(1_000_000) || price.scale() > 12 => {
                Err(format!("the price `{text}` is above a million or has more than twelve decimals"))
            }
            Ok(price) => Ok(Self(price.normalize())),
            Err(_) => Err(format!("`{text}` is not a price such as \"0.028\"")),
        }
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
