//! Surcharges: factors on all prices of some models where a request asks for a region.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use super::pattern::ModelPattern;
use super::text::from_text;
use super::{NoRate, Query, Rate, RateCard};
use crate::exchange::REGIONAL;
use crate::money::Decimal;

/// A factor on the prices of some models.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surcharge {
    /// The seller who charges it.
    pub provider: String,
    /// The region, in the provider's word.
    pub region: String,
    /// The factor on all prices of tokens.
    #[serde(deserialize_with = "from_text")]
    pub factor: Decimal,
    /// The models that are charged so, by names of their rows.
    pub models: Vec<ModelPattern>,
    /// Source that says so, and as of when.
    pub source: String,
    /// The day on which it was read there.
    #[serde(deserialize_with = "from_text")]
    pub retrieved: Date,
}

impl RateCard {
    /// The rate with what its region costs more.
    ///
    /// # Errors
    /// The region is one of the provider's own words, and no factor is known for it.
    pub(super) fn with_surcharge(&self, rate: Rate, query: &Query<'_>) -> Result<Rate, NoRate> {
        let Some(region) = query.region else { return Ok(rate) };
        let seller = rate.resold.map_or(rate.list.provider.as_str(), |resold| resold.seller);
        let is_its = |surcharge: &&Arc<Surcharge>| {
            surcharge.provider == seller
                && surcharge.region.eq_ignore_ascii_case(region)
                && rate.row.models.iter().any(|row| surcharge.models.iter().any(|model| model.is_of(row.as_str())))
        };
        match self.cards().flat_map(|card| &card.surcharges).find(is_its) {
            Some(surcharge) => {
                let prices = Arc::new(rate.prices.times(surcharge.factor));
                Ok(Rate { prices, surcharge: Some(Arc::clone(surcharge)), ..rate })
            }
            None if region == REGIONAL => Ok(rate),
            None => Err(NoRate::NoRegion { model: query.model.to_owned(), region: region.to_owned() }),
        }
    }
}
