//! The difference between an invoice and a log, split into what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Invoice, Ledger};
use crate::exchange::ModelName;
use crate::money::{Decimal, Money};
use crate::report::text::{money, percent, plural};
use crate::report::{Cell, Column, Fact, Table};

/// A share of the invoice below which it is reconciled.
const RECONCILED: (i64, u32) = (1, 2);

/// An invoice beside a log.
#[derive(Debug)]
pub(in crate::commands::cost) struct InvoiceGap {
    invoice: Money,
    ours: Money,
    parts: Vec<Part>,
    unpriced: u64,
    has_days: bool,
}

/// A part of the difference.
#[derive(Debug)]
struct Part {
    code: &'static str,
    amount: Decimal,
    words: String,
}

impl InvoiceGap {
    /// Splits the difference. Days and items are known only of an export.
    pub(in crate::commands::cost) fn new(invoice: &Invoice, ours: Money, ledger: &Ledger) -> Self {
        let mut parts = if invoice.lines.is_empty() { Vec::new() } else { split(invoice, ledger) };
        let gap = invoice.amount.amount - ours.amount;
        let rest = gap - parts.iter().map(|part| part.amount).sum::<Decimal>();
        if !rest.is_zero() {
            let words = if invoice.lines.is_empty() {
                "one amount says neither of which days nor of which models it is: an export by day and model does"
                    .to_owned()
            } else {
                "nothing in the export tells it".to_owned()
            };
            parts.push(Part { code: "unexplained", amount: rest, words });
        }
        let has_days = !invoice.lines.is_empty();
        Self { invoice: invoice.amount, ours, parts, unpriced: ledger.unpriced, has_days }
    }

    fn gap(&self) -> Money {
        Money::new(self.invoice.amount - self.ours.amount, self.invoice.currency)
    }

    fn is_reconciled(&self) -> bool {
        let (share, digits) = RECONCILED;
        self.gap().amount.abs() <= self.invoice.amount.abs() * Decimal::new(share, digits)
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
            self.gap().share_of(&self.invoice).map_or_else(String::new, |share| format!(" ({})", percent(share.abs())));
        let side = if self.gap().amount.is_sign_negative() { "below" } else { "above" };
        let apart = Money::new(self.gap().amount.abs(), self.invoice.currency);
        if self.is_reconciled() {
            return format!(
                "The invoice of {} is reconciled: it is {}{share} {side} what the log costs.",
                money(&self.invoice),
                money(&apart)
            );
        }
        let mut said =
            format!("The invoice of {} is {}{share} {side} what the log costs", money(&self.invoice), money(&apart));
        let largest = self.parts.iter().filter(|part| part.code != "unexplained").max_by_key(|part| part.amount.abs());
        if let Some(part) = largest.filter(|part| !part.amount.is_zero()) {
            let amount = Money::new(part.amount, self.invoice.currency);
            said += &format!("; most of it, {}, is {}", money(&amount), part.words);
        } else if !self.has_days {
            said += "; an export by day and model would tell why";
        }
        if self.unpriced > 0 {
            said +=
                &format!("; {} of the log without a price would close a part of it", plural(self.unpriced, "request"));
        }
        said + "."
    }
}

/// The parts that an export tells.
fn split(invoice: &Invoice, ledger: &Ledger) -> Vec<Part> {
    let days: BTreeSet<&str> = ledger.costs.keys().map(|(day, _)| day.as_str()).collect();
    let models: BTreeSet<&str> = ledger.costs.keys().map(|(_, model)| model.as_str()).collect();
    let (mut uncovered, mut uncovered_days) = (Decimal::ZERO, BTreeSet::new());
    let (mut unlogged, mut unlogged_items) = (Decimal::ZERO, BTreeSet::new());
    let mut charged: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    for line in &invoice.lines {
        if !days.contains(line.day.as_str()) {
            uncovered += line.amount;
            uncovered_days.insert(line.day.as_str());
        } else if let Some(model) = model_of(&line.item, &models) {
            *charged.entry((&line.day, model)).or_default() += line.amount;
        } else {
            unlogged += line.amount;
            unlogged_items.insert(line.item.as_str());
        }
    }
    let mut parts = Vec::new();
    let mut push = |code, amount: Decimal, words: String| {
        if !amount.is_zero() {
            parts.push(Part { code, amount, words });
        }
    };
    push(
        "dates_not_covered",
        uncovered,
        format!("charged on {} of which the log has no call", plural(uncovered_days.len() as u64, "day")),
    );
    let first = unlogged_items.iter().next().copied().unwrap_or_default();
    push(
        "models_not_logged",
        unlogged,
        format!("for {} that no call of the log has, such as `{first}`", plural(unlogged_items.len() as u64, "item")),
    );
    let (prices, calls, unbilled) = by_day_and_model(&charged, ledger, &models);
    push("prices_differ", prices, "another price: each day differs by the same factor".into());
    push(
        "calls_not_logged",
        calls,
        "above the log on days and of models that it has: calls that were not logged, or other token counts".into(),
    );
    push(
        "not_charged",
        unbilled,
        "below the log on days and of models that it has: calls that were not charged, or other token counts".into(),
    );
    parts
}

/// Differences of days and models that both have: another price where the factor is the same on each of several days, else calls that
/// one side has alone.
fn by_day_and_model(
    charged: &BTreeMap<(&str, &str), Decimal>,
    ledger: &Ledger,
    models: &BTreeSet<&str>,
) -> (Decimal, Decimal, Decimal) {
    let (mut prices, mut calls, mut unbilled) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for model in models {
        let of_model = ledger.costs.iter().filter(|((_, other), _)| other == model);
        let days: Vec<(Decimal, Decimal)> = of_model
            .map(|((day, _), ours)| (charged.get(&(day.as_str(), *model)).copied().unwrap_or_default(), *ours))
            .collect();
        let factors: Vec<Decimal> = days.iter().filter_map(|(charged, ours)| charged.checked_div(*ours)).collect();
        let spread = factors.iter().max().zip(factors.iter().min()).map(|(most, least)| most - least);
        let is_factor = factors.len() > 1 && spread.is_some_and(|spread| spread <= Decimal::new(5, 3));
        for (charged, ours) in days {
            let difference = charged - ours;
            match (is_factor, difference.is_sign_negative()) {
                (true, _) => prices += difference,
                (false, false) => calls += difference,
                (false, true) => unbilled += difference,
            }
        }
    }
    (prices, calls, unbilled)
}

/// The model of the log that an item names; of several the one with the longest name.
fn model_of<'a>(item: &str, models: &BTreeSet<&'a str>) -> Option<&'a str> {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let item_letters = letters(item);
    let item_words = words(item);
    let names = |model: &str| -> Option<usize> {
        let names = ModelName::new(model).names;
        let fits = |name: &&String| {
            let name_words = words(name);
            item_letters.contains(&letters(name)) || !name_words.is_empty() && name_words.is_subset(&item_words)
        };
        names.iter().filter(fits).map(String::len).max()
    };
    let fitting = models.iter().filter_map(|model| Some((names(model)?, *model)));
    fitting.max_by_key(|(length, _)| *length).map(|(_, model)| model)
}

/// The words and numbers of a name, in whatever order and however they hang together: AWS writes `Claude4.5Sonnet`.
fn words(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut last_is_digit = false;
    for letter in name.chars() {
        let is_digit = letter.is_ascii_digit();
        if !letter.is_ascii_alphanumeric() || (!word.is_empty() && is_digit != last_is_digit) {
            words.insert(std::mem::take(&mut word));
        }
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        }
        last_is_digit = is_digit;
    }
    words.insert(word);
    words.remove("");
    words
}

#[cfg(test)]
mod tests {
    use super::super::Line;
    use super::*;
    use crate::money::Currency;

    fn ledger(costs: &[(&str, &str, i64)]) -> Ledger {
        let costs = costs.iter().map(|(day, model, cost)| (((*day).into(), (*model).into()), Decimal::from(*cost)));
        Ledger { costs: costs.collect(), ..Ledger::default() }
    }

    fn gap(lines: &[(&str, &str, i64)], ours: i64, ledger: &Ledger) -> InvoiceGap {
        let line = |(day, item, amount): &(&str, &str, i64)| Line {
            day: (*day).into(),
            item: (*item).into(),
            amount: Decimal::from(*amount),
        };
        let lines: Vec<Line> = lines.iter().map(line).collect();
        let amount = Money::new(lines.iter().map(|line| line.amount).sum(), Currency::USD);
        InvoiceGap::new(&Invoice { amount, lines }, Money::new(Decimal::from(ours), Currency::USD), ledger)
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
    fn within_a_percent_it_is_reconciled_and_one_amount_says_no_more() {
        let log = ledger(&[("2026-10-01", "gpt-4o", 100)]);
        assert!(gap(&[("2026-10-01", "gpt-4o", 101)], 100, &log).sentence().contains("is reconciled"));
        let amount = Money::new(Decimal::from(150), Currency::USD);
        let alone = InvoiceGap::new(
            &Invoice { amount, lines: Vec::new() },
            Money::new(Decimal::from(100), Currency::USD),
            &log,
        );
        assert_eq!(parts(&alone), [("unexplained", "50".to_owned())]);
        assert!(alone.sentence().ends_with("an export by day and model would tell why."), "{}", alone.sentence());
    }

    #[test]
    fn items_name_models_in_their_own_ways() {
        let models = BTreeSet::from(["claude-sonnet-4-5", "claude-sonnet-4", "gpt-4o", "gpt-4o-mini"]);
        for (item, model) in [
            ("USE1-Claude4.5Sonnet-input-tokens", "claude-sonnet-4-5"),
            ("Claude Sonnet 4 Usage - Input Tokens", "claude-sonnet-4"),
            ("gpt-4o-mini-2024-07-18, output", "gpt-4o-mini"),
            ("gpt 4o 0806 Inp glbl Tokens", "gpt-4o"),
        ] {
            assert_eq!(model_of(item, &models), Some(model), "{item}");
        }
        assert_eq!(model_of("image models", &models), None);
    }
}
