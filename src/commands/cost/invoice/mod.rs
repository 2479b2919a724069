//! `cost --invoice`: what a provider charged, held against what the log costs, and the difference split into what is known of it.

mod file;
mod gap;
mod split;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow, bail};

pub(super) use gap::InvoiceGap;

use crate::money::{Currency, Decimal, Money};
use crate::rates::{Cost, Usage};
use crate::simulation::Record;
use crate::workspace::files;

/// A provider's charge: one amount, or an export with an amount for each day and item.
#[derive(Clone, Debug)]
pub(super) struct Invoice {
    pub(super) amount: Money,
    /// The currency was named; else it is taken to be that of the costs, or the dollar.
    pub(super) has_currency: bool,
    /// Empty where the amount alone was given.
    pub(super) lines: Vec<Line>,
}

/// One line of an export.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// As `2026-10-01`, in UTC.
    pub(super) day: String,
    /// Subject of the charge: a model, a meter, a kind of usage.
    pub(super) item: String,
    pub(super) amount: Decimal,
    /// Tokens, thousands or millions of them: the export rarely says which.
    pub(super) quantity: Option<Decimal>,
    pub(super) requests: Option<u64>,
}

/// The costs of a log by day and model, for an invoice that tells both.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By day and the model's name, as it answered or else as it was asked for.
    pub(super) days: BTreeMap<(String, String), LoggedDay>,
    /// Requests without a cost, and without a time.
    pub(super) unpriced: u64,
    pub(super) undated: u64,
}

/// The requests of one model on one day.
#[derive(Debug, Default, Clone)]
pub(super) struct LoggedDay {
    pub(super) requests: u64,
    pub(super) kinds: BTreeMap<TokenKind, CountedCost>,
}

/// Tokens and their cost.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct CountedCost {
    pub(super) tokens: Decimal,
    pub(super) cost: Decimal,
}

/// Kinds of tokens that have a price each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TokenKind {
    Miss,
    Hit,
    Written,
    Output,
}

impl Invoice {
    /// The same amount in a currency that it did not name.
    pub(super) fn in_currency(&self, currency: Currency) -> Self {
        Self { amount: Money::new(self.amount.amount, currency), ..self.clone() }
    }

    /// The amount, such as `123.45 EUR` or `$123.45`, or the export in a file of that name.
    ///
    /// # Errors
    /// Neither of them, or a file in which no cost is found.
    pub(super) fn read(given: &str) -> anyhow::Result<Self> {
        if let Some(amount) = amount(given) {
            let has_currency = given.chars().any(|sign| sign.is_alphabetic() || "$€¥".contains(sign));
            return Ok(Self { amount, has_currency, lines: Vec::new() });
        }
        let text = files::named_text(Path::new(given), files::LARGE).with_context(|| {
            format!("--invoice {given} is neither an amount such as \"123.45 EUR\" nor a file that can be read")
        })?;
        let (currency, lines) = file::lines(&text).map_err(|reason| anyhow!("--invoice {given}: {reason}"))?;
        if lines.is_empty() {
            bail!("--invoice {given}: no line with a cost");
        }
        let amount = Money::new(lines.iter().map(|line| line.amount).sum(), currency);
        Ok(Self { amount, has_currency: true, lines })
    }
}

/// An amount with its currency before or behind it; without one the dollar stands for it.
fn amount(text: &str) -> Option<Money> {
    let text = text.trim();
    let (currency, number) = match (text.strip_prefix('$'), text.strip_prefix('€'), text.strip_prefix('¥')) {
        (Some(rest), _, _) => (Currency::USD, rest),
        (_, Some(rest), _) => ("EUR".parse().ok()?, rest),
        (_, _, Some(rest)) => (Currency::CNY, rest),
        _ => {
            let (before, behind) = text.split_once(' ').unwrap_or((text, "USD"));
            match behind.parse() {
                Ok(currency) => (currency, before),
                Err(_) => (before.parse().ok()?, behind),
            }
        }
    };
    let amount: Decimal = number.trim().replace(',', "").parse().ok()?;
    file::is_plausible(&amount).then(|| Money::new(amount, currency))
}

impl Ledger {
    /// Takes note of a request.
    pub(super) fn add(&mut self, record: &Record) {
        let cost = record.bill.billed_cost().or_else(|| Some(record.bill.bounds?.1));
        let Some(cost) = cost else {
            self.unpriced += 1;
            return;
        };
        let Some(time) = record.time else {
            self.undated += 1;
            return;
        };
        let day = time.to_string()[..10].to_owned();
        let model = record.answered.clone().or_else(|| record.model.clone()).unwrap_or_default();
        let at_most = Usage { miss_tokens: record.bill.prompt_tokens.unwrap_or_default(), ..Usage::default() };
        let usage = record.bill.billed().map_or(at_most, |(_, charge)| charge.usage);
        self.days.entry((day, model)).or_default().add(&usage, &cost);
    }
}

impl LoggedDay {
    fn add(&mut self, usage: &Usage, cost: &Cost) {
        self.requests += 1;
        let parts = [
            (TokenKind::Miss, usage.miss_tokens, cost.miss),
            (TokenKind::Hit, usage.hit_tokens, cost.hit),
            (TokenKind::Written, usage.written.total(), cost.written),
            (TokenKind::Output, usage.output_tokens, cost.answer + cost.reasoning),
        ];
        for (kind, tokens, cost) in parts {
            let counted = self.kinds.entry(kind).or_default();
            counted.tokens += Decimal::from(tokens);
            counted.cost += cost;
        }
    }

    /// Requests of another model on the same day, for an export that names no models.
    pub(super) fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        for (kind, more) in &other.kinds {
            let counted = self.kinds.entry(*kind).or_default();
            counted.tokens += more.tokens;
            counted.cost += more.cost;
        }
    }

    /// All kinds as one.
    pub(super) fn total(&self) -> CountedCost {
        self.kinds.values().fold(CountedCost::default(), |sum, kind| CountedCost {
            tokens: sum.tokens + kind.tokens,
            cost: sum.cost + kind.cost,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_its_currency_before_or_behind_it() {
        let read = |text: &str| amount(text).map(|amount| (amount.decimal(), amount.currency.code().to_owned()));
        let expected = |amount: &str, currency: &str| Some((amount.to_owned(), currency.to_owned()));
        assert_eq!(read("123.45 EUR"), expected("123.45", "EUR"));
        assert_eq!(read("USD 1,234.5"), expected("1234.5", "USD"));
        assert_eq!(read("$7"), expected("7", "USD"));
        assert_eq!(read("7.10"), expected("7.1", "USD"));
        assert_eq!(read("october.csv"), None);
    }
}
