//! Prices as rows of a table: what a card charges, since when, from where.

use crate::account::{Pricing, Quote};
use crate::caveat::Code;
use crate::money::{Currency, Money};
use crate::rates::{Lifetime, Period, Price, PriceList, Prices, Row, RowPrices};
use crate::report::{Caveat, Cell, Column};
use crate::template::Layout;
use crate::template::diff::quote;
use crate::time::Timestamp;

/// The columns that [`cells`] fills.
pub(crate) fn columns() -> Vec<Column> {
    let columns = [
        ("provider", "provider"),
        ("models", "models"),
        ("tier", "tier"),
        ("context", "context"),
        ("hours", "hours"),
        ("input", "input"),
        ("cache_read", "cache read"),
        ("cache_write", "cache write"),
        ("output", "output"),
        ("currency", "currency"),
        ("valid_from", "since"),
        ("valid_until", "until"),
        ("as_of", "as of"),
        ("source", "source"),
        ("retrieved", "retrieved"),
    ];
    columns.map(|(key, title)| Column::new(key, title)).into()
}

/// Prices of a row at all hours, or in one of its schedule's periods.
pub(crate) fn cells(list: &PriceList, row: &Row, prices: &Prices, period: Option<Period>) -> Vec<Cell> {
    let price = |price: Price| amount(price, list.currency);
    let models: Vec<&str> = row.models.iter().map(crate::rates::ModelPattern::as_str).collect();
    let as_of = row.valid_from.is_none().then(|| list.retrieved.to_string());
    vec![
        Cell::Text(list.provider.clone()),
        Cell::Text(models.join(", ")),
        Cell::Text(row.tier.to_string()),
        Cell::Text(context(row)),
        Cell::Text(hours(row, period)),
        price(prices.input),
        Cell::exact(prices.cache_read.map(|price| Money::new(price.per_million(), list.currency))),
        Cell::text(writes(prices)),
        price(prices.output),
        Cell::Text(list.currency.to_string()),
        Cell::text(row.valid_from.map(|at| at.to_string())),
        Cell::text(row.valid_until.map(|at| at.to_string())),
        Cell::text(as_of),
        Cell::Text(list.source.clone()),
        Cell::Text(list.retrieved.to_string()),
    ]
}

/// Limits of one price that stands for all requests: the hour, the day, the holidays that are known, an exchange rate.
pub(crate) fn caveats(quote: &Quote, at: Option<Timestamp>) -> Vec<Caveat> {
    let rate = &quote.rate;
    let hour = at.zip(rate.period).map(|(at, period)| match period {
        Period::OffPeak => format!("at the off-peak price of {at}; peak hours cost more"),
        Period::Peak => format!("at the peak price of {at}; off-peak hours cost less"),
    });
    let holidays = rate.holidays_unknown.then(|| Code::HolidaysUnknown.alone());
    let because = [
        (Code::PriceOfHour, hour),
        (Code::PricesOfOneDay, rate.as_of.map(|day| day.to_string())),
        (Code::UncertainPrice, rate.row.doubt.clone()),
        (Code::Exchanged, quote.exchange.map(|exchange| exchange.to_string())),
    ];
    let because = because.into_iter().filter_map(|(code, reason)| Some(code.because(&reason?)));
    because.chain(holidays).collect()
}

/// The same of the price that templates are held against.
pub(crate) fn caveats_for(layout: &Layout, pricing: &Pricing) -> Vec<Caveat> {
    quote(0, layout, pricing).map_or_else(|_| Vec::new(), |quote| caveats(&quote, pricing.at))
}

/// The prices of a row, each with the period it is for.
pub(crate) fn of_row(row: &Row) -> Vec<(&Prices, Option<Period>)> {
    match &row.prices {
        RowPrices::Flat(prices) => vec![(prices, None)],
        RowPrices::Scheduled { peak, off_peak, .. } => {
            vec![(peak, Some(Period::Peak)), (off_peak, Some(Period::OffPeak))]
        }
    }
}

/// Names the lifetime of a write in one word.
pub(crate) fn lifetime(lifetime: Lifetime) -> String {
    if lifetime == Lifetime::Default { "any".into() } else { lifetime.to_string() }
}

fn amount(price: Price, currency: Currency) -> Cell {
    Cell::Exact(Money::new(price.per_million(), currency))
}

/// `5m 3.75, 1h 6`; nothing where writes cost what any prompt token costs.
fn writes(prices: &Prices) -> Option<String> {
    let listed = prices.cache_write.listed().map(|(time, price)| format!("{} {price}", lifetime(time)));
    Some(listed.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
}

fn context(row: &Row) -> String {
    match (row.context_over, row.context_up_to) {
        (0, None) => "any".into(),
        (0, Some(limit)) => format!("up to {limit}"),
        (over, None) => format!("over {over}"),
        (over, Some(limit)) => format!("over {over}, up to {limit}"),
    }
}

fn hours(row: &Row, period: Option<Period>) -> String {
    match (&row.prices, period) {
        (RowPrices::Scheduled { schedule, .. }, Some(period)) => format!("{period} ({schedule})"),
        _ => "all".into(),
    }
}
