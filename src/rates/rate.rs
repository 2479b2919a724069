//! Rates: the prices that a card answers with.

use std::sync::Arc;

use jiff::civil::Date;

use super::card::{PriceList, Row};
use super::offer::Resold;
use super::prices::Prices;
use super::query::CacheMode;
use super::schedule::Period;
use super::surcharge::Surcharge;
use crate::money::Currency;

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
    /// The factor on the row's prices, which `prices` have in them.
    pub surcharge: Option<Arc<Surcharge>>,
}

impl Rate {
    /// The currency of all its prices.
    pub fn currency(&self) -> Currency {
        self.list.currency
    }
}
