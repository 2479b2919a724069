//! The difference between an invoice and a log, split into what is known of it.

use super::split::{GapPart, split};
use super::{Invoice, Ledger};
use crate::money::{Decimal, Money};
use crate::report::text::{money, percent, plural};
use crate::report::{Cell, Column, Fact, Table};

/// A share of what the log costs below which the invoice is reconciled.
const RECONCILED: (i64, u32) = (1, 2);

/// An invoice beside a log.
#[derive(Debug)]
pub(in crate::commands::cost) struct InvoiceGap {
    invoice: Money,
    ours: Money,
    parts: Vec<GapPart>,
    unpriced: u64,
    undated: u64,
    has_days: bool,
    has_currency: bool,
}

impl InvoiceGap {
    /// Splits the difference. Days and items are known only of an export.
    pub(in crate::commands::cost) fn new(invoice: &Invoice, ours: Money, ledger: &Ledger) -> Self {
        let mut parts = if invoice.lines.is_empty() { Vec::new() } else { split(invoice, ledger) };
        let gap = invoice.amount.amount - ours.amount;
        let rest = gap - parts.iter().map(|part| part.amount).sum::<Decimal>();
        if !rest.is_zero() {
            let words = if invoice.lines.is_empty() {
                "a single amount does not say which days and models it covers: an export by day and model does"
                    .to_owned()
            } else {
                "nothing in the export explains it".to_owned()
            };
            parts.push(GapPart::new("unexplained", rest, words));
        }
        let has_days = !invoice.lines.is_empty();
        Self {
            invoice: invoice.amount,
            ours,
            parts,
            unpriced: ledger.unpriced,
            undated: ledger.undated,
            has_days,
            has_currency: invoice.has_currency,
        }
    }

    fn gap(&self) -> Money {
        Money::new(self.invoice.amount - self.ours.amount, self.invoice.currency)
    }

    fn is_reconciled(&self) -> bool {
        let (share, digits) = RECONCILED;
        self.gap().amount.abs() <= self.ours.amount.abs() * Decimal::new(share, digits)
    }

    /// For scripts: `invoice` {`amount`, `currency`, `gap`, `parts`}.
    pub(in crate::commands::cost) fn fact(&self) -> Fact {
        let amount = |amount| Cell::Exact(Money::new(amount, self.invoice.currency));
        let parts = self
            .parts
            .iter()
            .map(|part| Cell::Map(vec![("part", Cell::Text(part.code.into())), ("amount", amount(part.amount))]));
        let entries = vec![
            ("amount", amount(self.invoice.amount)),
            ("currency", Cell::Text(self.invoice.currency.to_string())),
            ("gap", amount(self.gap().amount)),
            ("reconciled", Cell::Text(if self.is_reconciled() { "yes" } else { "no" }.into())),
            ("parts", Cell::List(parts.collect())),
        ];
        Fact::hidden("invoice", Cell::Map(entries))
    }

    /// The parts for a person.
    pub(in crate::commands::cost) fn table(&self) -> Table {
        let columns = [("part", "part"), ("amount", "amount"), ("what", "what it is")];
        let row = |code: &str, amount: Decimal, words: &str| {
            vec![
                Cell::Text(code.into()),
                Cell::Money(Money::new(amount, self.invoice.currency)),
                Cell::Text(words.into()),
            ]
        };
        let mut rows = vec![row("log", self.ours.amount, "what the log costs by its tokens and the card's prices")];
        rows.extend(self.parts.iter().map(|part| row(&part.code.replace('_', " "), part.amount, &part.words)));
        rows.push(row("invoice", self.invoice.amount, "what was charged"));
        Table {
            key: "invoice_parts",
            title: "from the log to the invoice".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows,
        }
    }

    /// The sentence on it.
    pub(in crate::commands::cost) fn sentence(&self) -> String {
        let share =
            self.gap().share_of(&self.ours).map_or_else(String::new, |share| format!(" ({})", percent(share.abs())));
        let currency = if self.has_currency {
            String::new()
        } else {
            format!(" (no currency was named: {} is taken)", self.invoice.currency)
        };
        let side = if self.gap().amount.is_sign_negative() { "below" } else { "above" };
        let apart = Money::new(self.gap().amount.abs(), self.invoice.currency);
        if self.is_reconciled() {
            return format!(
                "The invoice of {}{currency} is reconciled: it is {}{share} {side} what the log costs.",
                money(&self.invoice),
                money(&apart)
            );
        }
        let mut said = format!(
            "The invoice of {}{currency} is {}{share} {side} what the log costs",
            money(&self.invoice),
            money(&apart)
        );
        let largest = self.parts.iter().filter(|part| part.code != "unexplained").max_by_key(|part| part.amount.abs());
        if let Some(part) = largest.filter(|part| !part.amount.is_zero()) {
            let amount = Money::new(part.amount.abs(), self.invoice.currency);
            said += &format!("; most of it, {}, is {}", money(&amount), part.words);
        } else if !self.has_days {
            said += "; an export by day and model would show why";
        }
        if self.unpriced > 0 {
            said += &format!(
                "; {} of the log without a price would explain a part of it",
                plural(self.unpriced, "request")
            );
        }
        if self.has_days && self.undated > 0 {
            said +=
                &format!("; {} of the log without a time match no day of the export", plural(self.undated, "request"));
        }
        said + "."
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CountedCost, Line, LoggedDay, TokenKind};
    use super::*;
    use crate::money::Currency;

    /// A log of misses that cost one dollar a token.
    fn ledger(costs: &[(&str, &str, i64)]) -> Ledger {
        let day = |cost: i64| {
            let counted = CountedCost { tokens: cost.into(), cost: cost.into() };
            LoggedDay { requests: 10, kinds: [(TokenKind::Miss, counted)].into() }
        };
        let days = costs.iter().map(|(date, model, cost)| (((*date).into(), (*model).into()), day(*cost)));
        Ledger { days: days.collect(), ..Ledger::default() }
    }

    fn gap(lines: &[(&str, &str, i64)], ours: i64, ledger: &Ledger) -> InvoiceGap {
        let lines: Vec<_> = lines.iter().map(|(day, item, amount)| (*day, *item, *amount, None, None)).collect();
        counted_gap(&lines, ours, ledger)
    }

    type Charged<'a> = (&'a str, &'a str, i64, Option<i64>, Option<u64>);

    fn counted_gap(lines: &[Charged<'_>], ours: i64, ledger: &Ledger) -> InvoiceGap {
        let line = |(day, item, amount, quantity, requests): &Charged<'_>| Line {
            day: (*day).into(),
            item: (*item).into(),
            amount: Decimal::from(*amount),
            quantity: quantity.map(Decimal::from),
            requests: *requests,
        };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let amount = Money::new(lines.iter().map(|line| line.amount).sum(), Currency::USD);
        InvoiceGap::new(
            &Invoice { amount, has_currency: true, lines },
            Money::new(Decimal::from(ours), Currency::USD),
            ledger,
        )
    }

    fn parts(gap: &InvoiceGap) -> Vec<(&'static str, String)> {
        let sum: Decimal = gap.parts.iter().map(|part| part.amount).sum();
        assert_eq!(sum, gap.gap().amount, "the parts sum to the gap");
        gap.parts.iter().map(|part| (part.code, part.amount.normalize().to_string())).collect()
    }

    #[test]
    fn the_gap_is_split_by_day_and_model() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 10), ("2026-10-02", "gpt-4o", 20)]);
        let lines = [
            ("2026-09-30", "gpt-4o-2024-08-06, input", 5),
            ("2026-10-01", "gpt-4o-2024-08-06, input", 10),
            ("2026-10-01", "image models", 3),
            ("2026-10-02", "gpt-4o-2024-08-06, input", 27),
        ];
        let found = gap(&lines, 30, &log);
        let expected = [("dates_not_covered", "5"), ("models_not_logged", "3"), ("calls_not_logged", "7")];
        assert_eq!(parts(&found), expected.map(|(code, amount)| (code, amount.to_owned())));
        assert!(found.sentence().contains("above what the log costs; most of it, $7.0000"), "{}", found.sentence());
    }

    #[test]
    fn the_same_factor_on_each_day_is_another_price() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 10), ("2026-10-02", "gpt-4o", 20)]);
        let found = gap(&[("2026-10-01", "gpt-4o", 11), ("2026-10-02", "gpt-4o", 22)], 30, &log);
        assert_eq!(parts(&found), [("prices_differ", "3".to_owned())]);
    }

    #[test]
    fn token_counts_tell_prices_calls_and_counts_apart() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 1000), ("2026-10-02", "gpt-4o", 2000)]);
        let found = |lines: &[Charged<'_>]| {
            let found = counted_gap(lines, 3000, &log);
            parts(&found).into_iter().map(|(code, amount)| format!("{code} {amount}")).collect::<Vec<_>>()
        };
        let (first, second) = (("2026-10-01", "gpt-4o, input"), ("2026-10-02", "gpt-4o, input"));
        let same = (first.0, first.1, 1000, Some(1000), None);
        // The same 2,000 tokens at 1.5.
        assert_eq!(found(&[same, (second.0, second.1, 3000, Some(2000), None)]), ["prices_differ 1000"]);
        // 500 tokens more at the same price; ten requests were logged.
        assert_eq!(found(&[same, (second.0, second.1, 2500, Some(2500), None)]), ["calls_not_logged 500"]);
        assert_eq!(found(&[same, (second.0, second.1, 2500, Some(2500), Some(10))]), ["token_counts_differ 500"]);
        assert_eq!(
            found(&[same, (second.0, second.1, 2500, Some(2500), Some(12))]),
            ["token_counts_differ 100", "calls_not_logged 400"]
        );
        // Thousands of tokens, at 1.5 a token, and 500 tokens fewer.
        let thousands = (second.0, second.1, 2250, Some(2), None);
        assert_eq!(found(&[same, thousands]), ["prices_differ 250"]);
        assert_eq!(found(&[same, (second.0, second.1, 1500, Some(1500), None)]), ["not_charged -500"]);
    }

    #[test]
    fn an_export_by_day_alone_is_held_against_the_days_sums() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 10), ("2026-10-01", "o3", 20)]);
        assert_eq!(parts(&gap(&[("2026-10-01", "", 35)], 30, &log)), [("calls_not_logged", "5".to_owned())]);
    }

    #[test]
    fn within_a_percent_it_is_reconciled_and_one_amount_says_no_more() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 100)]);
        assert!(gap(&[("2026-10-01", "gpt-4o", 101)], 100, &log).sentence().contains("is reconciled"));
        let amount = Money::new(Decimal::from(150), Currency::USD);
        let alone = InvoiceGap::new(
            &Invoice { amount, has_currency: true, lines: Vec::new() },
            Money::new(Decimal::from(100), Currency::USD),
            &log,
        );
        assert_eq!(parts(&alone), [("unexplained", "50".to_owned())]);
        assert!(alone.sentence().ends_with("an export by day and model would show why."), "{}", alone.sentence());
    }
}
