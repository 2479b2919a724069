//! Money: exact decimals with a currency. Never `f64`.
//!
//! It does not know the rates of exchange of any day: amounts of different currencies do not add up, and the attempt is a typed error.

use std::error::Error;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

pub use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// An amount of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// The exact amount.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// Makes an amount of a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing of that currency.
    pub fn zero(currency: Currency) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// The same money so many times, for instance one day's cost thirty times.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Self {
        Self::new(self.amount * factor, self.currency)
    }

    /// Converts it into another currency, of which one unit of this one buys `rate`.
    #[must_use]
    pub fn exchanged(self, rate: Decimal, into: Currency) -> Self {
        Self::new(self.amount * rate, into)
    }

    /// This money as a share of another's, for people; `None` of nothing.
    pub fn share_of(&self, whole: &Self) -> Option<f64> {
        self.amount.checked_div(whole.amount)?.to_f64()
    }

    /// The amount as machines read it: every decimal, no trailing zeros, no symbol.
    pub fn decimal(&self) -> String {
        self.amount.normalize().to_string()
    }

    /// The sum, or `None` of nothing.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Option<Self>, MixedCurrencies> {
        let mut amounts = amounts.into_iter();
        amounts.next().map(|first| amounts.try_fold(first, Add::add)).transpose()
    }

    fn combine(self, other: Self, amount: impl Fn(Decimal, Decimal) -> Decimal) -> Result<Self, MixedCurrencies> {
        self.currency.same(other.currency).map(|currency| Self::new(amount(self.amount, other.amount), currency))
    }
}

impl Add for Money {
    type Output = Result<Self, MixedCurrencies>;

    fn add(self, other: Self) -> Self::Output {
        self.combine(other, Add::add)
    }
}

impl Sub for Money {
    type Output = Result<Self, MixedCurrencies>;

    fn sub(self, other: Self) -> Self::Output {
        self.combine(other, Sub::sub)
    }
}

/// As people read it: every decimal and at least two, `$0.0074298`, `$1.50`, `CNY 0.10`, `-$2.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut amount = self.amount.abs().normalize();
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        let sign = if self.amount < Decimal::ZERO { "-" } else { "" };
        let symbol = if self.currency == Currency::USD { "$".to_owned() } else { format!("{} ", self.currency) };
        f.pad(&format!("{sign}{symbol}{amount}"))
    }
}

/// A currency by its ISO 4217 code, such as `USD` or `CNY`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The dollar of the United States.
    pub const USD: Self = Self(*b"USD");
    /// The yuan of China.
    pub const CNY: Self = Self(*b"CNY");

    /// The code, three capital letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// This currency, if the other is the same.
    pub fn same(self, other: Self) -> Result<Self, MixedCurrencies> {
        if self == other { Ok(self) } else { Err(MixedCurrencies(self, other)) }
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code: Option<[u8; 3]> = text.as_bytes().try_into().ok();
        match code.map(|code| code.map(|letter| letter.to_ascii_uppercase())) {
            Some(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(NotACurrency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(code: String) -> Result<Self, NotACurrency> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A rate of exchange, one way: one unit of `from` buys `rate` of `into`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency given.
    pub from: Currency,
    /// The currency bought.
    pub into: Currency,
    /// Amount of it that one unit buys.
    pub rate: Decimal,
}

/// `CNY/USD=0.14`: one yuan is worth 0.14 dollars.
impl FromStr for ExchangeRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = |pair: &str, rate: &str| {
            let (from, into) = pair.split_once('/')?;
            let rate = Decimal::from_str_exact(rate).ok().filter(|rate| *rate > Decimal::ZERO && rate.scale() <= 8)?;
            let (from, into) = (from.parse().ok()?, into.parse().ok()?);
            (from != into).then_some(Self { from, into, rate })
        };
        let rate = text.split_once('=').and_then(|(pair, rate)| read(pair, rate));
        rate.ok_or_else(|| "a rate of exchange looks like CNY/USD=0.14, for one yuan worth 0.14 dollars".into())
    }
}

impl fmt::Display for ExchangeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}={}", self.from, self.into, self.rate)
    }
}

/// Two currencies met where only one can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MixedCurrencies(pub Currency, pub Currency);

impl fmt::Display for MixedCurrencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} do not add up without a rate of exchange", self.0, self.1)
    }
}

impl Error for MixedCurrencies {}

/// A text that is no currency code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotACurrency(String);

impl fmt::Display for NotACurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a currency code of three letters such as USD or CNY", self.0)
    }
}

impl Error for NotACurrency {}

/// A number as a fraction, for ratios that are shown.
pub fn fraction(value: Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

/// Reads a share of a whole: `0.6` or `60%`; `None` for what is no number from 0 to 1.
pub fn share(text: &str) -> Option<Decimal> {
    let share = match text.strip_suffix('%') {
        Some(percent) => Decimal::from_str_exact(percent.trim()).ok()? * Decimal::new(1, 2),
        None => Decimal::from_str_exact(text).ok()?,
    };
    Some(share).filter(|share| (Decimal::ZERO..=Decimal::ONE).contains(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Money::new(amount.parse().unwrap(), Currency::USD)
    }

    fn cny(amount: &str) -> Money {
        Money::new(amount.parse().unwrap(), Currency::CNY)
    }

    #[test]
    fn one_currency_adds_up_exactly() {
        assert_eq!(usd("0.1") + usd("0.2"), Ok(usd("0.3")));
        assert_eq!(usd("0.1") - usd("0.2"), Ok(usd("-0.1")));
        assert_eq!(Money::sum([usd("1"), usd("2"), usd("0.5")]), Ok(Some(usd("3.5"))));
        assert_eq!(Money::sum([]), Ok(None));
    }

    #[test]
    fn two_currencies_do_not_add_up() {
        assert_eq!(usd("1") + cny("1"), Err(MixedCurrencies(Currency::USD, Currency::CNY)));
        assert_eq!(cny("1") - usd("1"), Err(MixedCurrencies(Currency::CNY, Currency::USD)));
        assert!(Money::sum([usd("1"), usd("2"), cny("0")]).is_err());
        assert_eq!(usd("1") + cny("14.2").exchanged("0.5".parse().unwrap(), Currency::USD), Ok(usd("8.1")));
    }

    #[test]
    fn every_decimal_is_shown_and_at_least_two() {
        let shown = ["0.0074298", "1.5", "12", "0", "-2", "0.30000"].map(|amount| usd(amount).to_string());
        assert_eq!(shown, ["$0.0074298", "$1.50", "$12.00", "$0.00", "-$2.00", "$0.30"]);
        assert_eq!(cny("0.1").to_string(), "CNY 0.10");
        assert_eq!(usd("0.30000").decimal(), "0.3");
    }

    #[test]
    fn a_rate_of_exchange_goes_one_way() {
        let rate: ExchangeRate = "cny/USD=0.14".parse().unwrap();
        assert_eq!((rate.from, rate.into, rate.to_string().as_str()), (Currency::CNY, Currency::USD, "CNY/USD=0.14"));
        for text in ["", "CNY=0.14", "CNY/USD", "CNY/USD=0", "CNY/USD=-1", "CNY/CNY=1", "CNY/USD=1e2", "CNY/USD=x"] {
            assert!(text.parse::<ExchangeRate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_currency_is_three_letters() {
        assert_eq!("cny".parse(), Ok(Currency::CNY));
        assert!(["", "US", "USDT", "U$D", "é1"].iter().all(|code| code.parse::<Currency>().is_err()));
    }
}
