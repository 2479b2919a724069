//! The account: the price of one request, its bill, and bills added up, one sum for each currency.
//!
//! Every command asks this room about money: `simulate`, `cost` and `curve` of logs, `diff`, `check` and `lint` of templates, and
//! the calculator. It knows nothing of prompts and caches; the caller brings the tokens.

mod bill;
mod logged;
mod offers;
mod pricing;
mod storage;
mod sums;
#[cfg(test)]
mod tests;
mod unit_prices;

pub use bill::{Bill, Billable, Charge, HitBasis, Reported};
pub use logged::LoggedAs;
pub use offers::{Offered, Offers};
pub use pricing::{Pricing, Quote};
pub use storage::Storage;
pub use sums::{Account, CostKind, Sums, per_million};
pub use unit_prices::UnitPrices;
