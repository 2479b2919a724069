//! Money: exact decimals with a currency. Never `f64`.
//!
//! It does not know rates of exchange: amounts of different currencies do not add up.

use rust_decimal::Decimal;

/// A currency by its ISO 4217 code, such as `USD` or `CNY`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(pub String);

/// An amount of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much, exactly.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}
