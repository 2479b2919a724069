//! Surcharges: factors on all prices of some models where a request asks for a region.

use jiff::civil::Date;
use serde::Deserialize;

use super::card::Row;
use super::pattern::ModelPattern;
use super::text::from_text;
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

impl Surcharge {
    /// True if it is charged on a row's models.
    pub fn is_of(&self, row: &Row) -> bool {
        row.models.iter().any(|row| self.models.iter().any(|model| model.is_of(row.as_str())))
    }
}
