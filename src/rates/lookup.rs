//! Lookup: from an offer to the one row that answers a query, or to the first thing that is missing.
//!
//! The order of the questions: currency, service tier, date, context tier, hour. Where several rows are left, the first in the
//! card counts.

use std::sync::Arc;

use super::card::{PriceList, Row, RowPrices};
use super::offer::{Candidate, Offer, Wanted};
use super::prices::Prices;
use super::schedule::Answer;
use super::surcharge::Surcharge;
use super::{NoRate, Query, Rate, RateCard};
use crate::exchange::{REGIONAL, seller_name};
use crate::money::Currency;

impl RateCard {
    /// The prices that hold for the query: this card's, or those of the card it extends.
    pub fn rate(&self, query: &Query<'_>) -> Result<Rate, NoRate> {
        let offer = self.offer(&Wanted::new(query.model, query.provider))?;
        self.rate_of(&offer, query)
    }

    /// The prices of an offer that hold for the query, whose model and provider are the offer's.
    pub fn rate_of(&self, offer: &Offer, query: &Query<'_>) -> Result<Rate, NoRate> {
        let query = &Query { model: &offer.model, region: query.region.or(offer.region.as_deref()), ..*query };
        let mut gap = None;
        for rows in offer.levels() {
            match self.rate_among(rows, offer, query) {
                Err(deeper) if deeper.leaves_open() => gap = Some(deeper),
                answer => return answer,
            }
        }
        Err(gap.unwrap_or_else(|| NoRate::UnknownModel { model: offer.model.clone(), provider: None }))
    }

    fn rate_among(&self, rows: Vec<Candidate<'_>>, offer: &Offer, query: &Query<'_>) -> Result<Rate, NoRate> {
        let rows = in_currency(rows, query)?;
        let rows = of_first_seller(rows);
        let rows = of_tier(rows, query)?;
        let rows = at_time(rows, query)?;
        let (list, row) = of_size(rows, query)?;
        let rate = self.at_hour(list, row, query)?;
        self.with_surcharge(Rate { resold: offer.resold, ..rate }, query)
    }

    fn at_hour(&self, list: &Arc<PriceList>, row: &Arc<Row>, query: &Query<'_>) -> Result<Rate, NoRate> {
        let as_of = (row.valid_from.is_none() || query.at.is_none()).then_some(list.retrieved);
        let flat = |prices: &Arc<Prices>| Rate {
            list: Arc::clone(list),
            row: Arc::clone(row),
            prices: Arc::clone(prices),
            cache: query.cache,
            period: None,
            as_of,
            holidays_unknown: false,
            resold: None,
            surcharge: None,
        };
        match &row.prices {
            RowPrices::Flat(prices) => Ok(flat(prices)),
            RowPrices::Scheduled { schedule, peak, off_peak } => {
                let (Some(at), Some(schedule)) = (query.at, self.schedules.get(schedule)) else {
                    return Err(no_time(query));
                };
                let Answer { period, holidays_unknown } = schedule.at(at, &self.calendars);
                let prices = period.choose(peak, off_peak);
                Ok(Rate { period: Some(period), holidays_unknown, ..flat(prices) })
            }
        }
    }
}

impl RateCard {
    /// The rate with what its region costs more.
    ///
    /// # Errors
    /// The region is one of the provider's own words, and no factor is known for it.
    fn with_surcharge(&self, rate: Rate, query: &Query<'_>) -> Result<Rate, NoRate> {
        let Some(region) = query.region else { return Ok(rate) };
        let seller = rate.resold.map_or(rate.list.provider.as_str(), |resold| resold.seller);
        let is_its = |surcharge: &&Arc<Surcharge>| {
            seller_name(&surcharge.provider).eq_ignore_ascii_case(seller_name(seller))
                && surcharge.region.eq_ignore_ascii_case(region)
                && surcharge.is_of(&rate.row)
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

fn in_currency<'a>(mut rows: Vec<Candidate<'a>>, query: &Query<'_>) -> Result<Vec<Candidate<'a>>, NoRate> {
    let mut available: Vec<Currency> = Vec::new();
    for (list, _) in &rows {
        if !available.contains(&list.currency) {
            available.push(list.currency);
        }
    }
    let default = if available.contains(&Currency::USD) { Currency::USD } else { rows[0].0.currency };
    let wanted = query.currency.unwrap_or(default);
    rows.retain(|(list, _)| list.currency == wanted);
    found(rows).ok_or_else(|| NoRate::NoCurrency { model: query.model.to_owned(), wanted, available })
}

/// The rows of the first provider: a model may have makers in several countries.
fn of_first_seller(mut rows: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let provider = rows.first().map(|(list, _)| list.provider.as_str());
    rows.retain(|(list, _)| Some(list.provider.as_str()) == provider);
    rows
}

fn of_tier<'a>(mut rows: Vec<Candidate<'a>>, query: &Query<'_>) -> Result<Vec<Candidate<'a>>, NoRate> {
    let mut available: Vec<_> = rows.iter().map(|(_, row)| row.tier).collect();
    available.sort_unstable();
    available.dedup();
    rows.retain(|(_, row)| row.tier == query.tier);
    found(rows).ok_or_else(|| NoRate::NoTier { model: query.model.to_owned(), wanted: query.tier, available })
}

/// A row with a start date before one without: the latter only says what was seen on one day, which is also the day of a
/// query without a time.
fn at_time<'a>(mut rows: Vec<Candidate<'a>>, query: &Query<'_>) -> Result<Vec<Candidate<'a>>, NoRate> {
    let Some(at) = query.at else {
        rows.retain(|(list, row)| row.covers(list.seen_at()));
        return found(rows).ok_or_else(|| no_time(query));
    };
    let currency = rows[0].0.currency;
    let (dated, undated): (Vec<_>, Vec<_>) =
        rows.into_iter().filter(|(_, row)| row.covers(at)).partition(|(_, row)| row.valid_from.is_some());
    let uncovered = || NoRate::Uncovered { model: query.model.to_owned(), currency, at };
    found(dated).or_else(|| found(undated)).ok_or_else(uncovered)
}

/// The row with the highest threshold that the prompt exceeds; it prices the whole request.
fn of_size<'a>(rows: Vec<Candidate<'a>>, query: &Query<'_>) -> Result<Candidate<'a>, NoRate> {
    let fitting = rows.into_iter().filter(|(_, row)| row.takes(query.prompt_tokens));
    // The first of equals, where `max_by_key` alone would take the last.
    fitting
        .rev()
        .max_by_key(|(_, row)| row.context_over)
        .ok_or_else(|| NoRate::NoContextTier { model: query.model.to_owned(), prompt_tokens: query.prompt_tokens })
}

fn no_time(query: &Query<'_>) -> NoRate {
    NoRate::NoTime { model: query.model.to_owned() }
}

fn found<T>(rows: Vec<T>) -> Option<Vec<T>> {
    (!rows.is_empty()).then_some(rows)
}
