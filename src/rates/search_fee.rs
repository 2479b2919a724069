//! Fees of web searches that a provider makes for a model: charged by the search, beside the tokens.

use jiff::civil::Date;
use serde::Deserialize;

use super::pattern::ModelPattern;
use super::text::from_text;
use super::{Rate, RateCard};
use crate::exchange::seller_name;
use crate::money::Decimal;

/// The fee of a web search with some models, in the currency of their prices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchFee {
    /// The seller who charges it.
    pub provider: String,
    /// Of one search.
    #[serde(deserialize_with = "from_text")]
    pub each: Decimal,
    /// True if all searches of one request are charged as one.
    #[serde(default)]
    pub once_per_request: bool,
    /// The models that are charged so, by names of their rows.
    pub models: Vec<ModelPattern>,
    /// Source that says so, and as of when.
    pub source: String,
    /// The day on which it was read there.
    #[serde(deserialize_with = "from_text")]
    pub retrieved: Date,
}

impl SearchFee {
    /// The fee of a request with so many searches.
    pub fn charge(&self, searches: u64) -> Decimal {
        self.each * Decimal::from(if self.once_per_request { searches.min(1) } else { searches })
    }
}

impl RateCard {
    /// The fee of a web search with the model of a rate, where the card knows one.
    pub fn search_fee(&self, rate: &Rate) -> Option<&SearchFee> {
        let seller = seller_name(rate.resold.map_or(rate.list.provider.as_str(), |resold| resold.seller));
        let is_its = |fee: &&SearchFee| {
            seller_name(&fee.provider).eq_ignore_ascii_case(seller)
                && rate.row.models.iter().any(|row| fee.models.iter().any(|model| model.is_of(row.as_str())))
        };
        self.cards().flat_map(|card| &card.search_fees).find(is_its)
    }
}
