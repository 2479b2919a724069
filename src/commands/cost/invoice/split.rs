//! The parts of the difference between an export of costs and a log: days, models, requests, counts and prices.

use std::collections::{BTreeMap, BTreeSet};

use super::{CountedCost, Invoice, Ledger, Line, LoggedDay, TokenKind};
use crate::exchange::ModelName;
use crate::money::Decimal;
use crate::report::text::plural;

/// A part of the difference.
#[derive(Debug)]
pub(super) struct GapPart {
    pub(super) code: &'static str,
    pub(super) amount: Decimal,
    pub(super) words: String,
}

impl GapPart {
    pub(super) fn new(code: &'static str, amount: Decimal, words: String) -> Self {
        Self { code, amount, words }
    }
}

/// Differences of days and models that both sides have, by their reason.
#[derive(Debug, Default)]
struct Differences {
    prices: Decimal,
    counts: Decimal,
    calls: Decimal,
    unbilled: Decimal,
}

/// Lines of an export by day and model; the model is empty if a line of that day names none.
type ChargedLines<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Line>>;

/// The parts that an export tells.
pub(super) fn split(invoice: &Invoice, ledger: &Ledger) -> Vec<GapPart> {
    let days: BTreeSet<&str> = ledger.days.keys().map(|(day, _)| day.as_str()).collect();
    let models: BTreeSet<&str> = ledger.days.keys().map(|(_, model)| model.as_str()).collect();
    let whole: BTreeSet<&str> =
        invoice.lines.iter().filter(|line| line.item.is_empty()).map(|line| line.day.as_str()).collect();
    let (mut uncovered, mut uncovered_days) = (Decimal::ZERO, BTreeSet::new());
    let (mut unlogged, mut unlogged_items) = (Decimal::ZERO, BTreeSet::new());
    let mut charged = ChargedLines::new();
    for line in &invoice.lines {
        let day = line.day.as_str();
        if !days.contains(day) {
            uncovered += line.amount;
            uncovered_days.insert(day);
        } else if whole.contains(day) {
            charged.entry((day, "")).or_default().push(line);
        } else if let Some(model) = model_of(&line.item, &models) {
            charged.entry((day, model)).or_default().push(line);
        } else {
            unlogged += line.amount;
            unlogged_items.insert(line.item.as_str());
        }
    }
    let first = unlogged_items.iter().next().copied().unwrap_or_default();
    let Differences { prices, counts, calls, unbilled } = differences(&charged, ledger, &whole);
    let parts = [
        (
            "dates_not_covered",
            uncovered,
            format!("charged on {} of which the log has no request", plural(uncovered_days.len() as u64, "day")),
        ),
        (
            "models_not_logged",
            unlogged,
            format!(
                "for {} that no request of the log has, such as `{first}`",
                plural(unlogged_items.len() as u64, "item")
            ),
        ),
        ("prices_differ", prices, "the price of the same tokens".to_owned()),
        ("token_counts_differ", counts, "other token counts for the requests that the log has".to_owned()),
        (
            "calls_not_logged",
            calls,
            "above the log on days and of models that it has: requests that were not logged, or other token counts"
                .to_owned(),
        ),
        (
            "not_charged",
            unbilled,
            "below the log on days and of models that it has: requests that were not charged, or other token counts"
                .to_owned(),
        ),
    ];
    let parts = parts.into_iter().filter(|(_, amount, _)| !amount.is_zero());
    parts.map(|(code, amount, words)| GapPart::new(code, amount, words)).collect()
}

/// Differences of each model's days. Token counts of the export tell prices from counts. Without them, another price is one where the
/// factor is the same on each of several days; else one side has requests or counts that the other has not.
fn differences(charged: &ChargedLines<'_>, ledger: &Ledger, whole: &BTreeSet<&str>) -> Differences {
    let mut logged: BTreeMap<(&str, &str), LoggedDay> = BTreeMap::new();
    for ((day, model), calls) in &ledger.days {
        let model = if whole.contains(day.as_str()) { "" } else { model.as_str() };
        logged.entry((day, model)).or_default().merge(calls);
    }
    let mut found = Differences::default();
    let models: BTreeSet<&str> = logged.keys().map(|(_, model)| *model).collect();
    for model in models {
        let days: Vec<(&[&Line], &LoggedDay)> = logged
            .iter()
            .filter(|((_, other), _)| *other == model)
            .map(|((day, _), ours)| (charged.get(&(*day, model)).map_or(&[][..], Vec::as_slice), ours))
            .collect();
        let is_factor = is_one_factor(&days);
        for (lines, ours) in days {
            if let Some(sides) = counted(lines, ours) {
                found.add_counted(&sides, lines, ours);
                continue;
            }
            let difference = amount(lines) - ours.total().cost;
            match (is_factor, difference.is_sign_negative()) {
                (true, _) => found.prices += difference,
                (false, false) => found.calls += difference,
                (false, true) => found.unbilled += difference,
            }
        }
    }
    found
}

fn amount(lines: &[&Line]) -> Decimal {
    lines.iter().map(|line| line.amount).sum()
}

fn is_one_factor(days: &[(&[&Line], &LoggedDay)]) -> bool {
    let factors: Vec<Decimal> =
        days.iter().filter_map(|(lines, ours)| amount(lines).checked_div(ours.total().cost)).collect();
    let spread = factors.iter().max().zip(factors.iter().min()).map(|(most, least)| most - least);
    factors.len() > 1 && spread.is_some_and(|spread| spread <= Decimal::new(5, 3))
}

/// Pairs of tokens with one price, as they were charged and as they were logged: of each kind if every line names one, else of all together.
/// Nothing where a line has no quantity, or one whose unit cannot be told.
fn counted(lines: &[&Line], ours: &LoggedDay) -> Option<Vec<(CountedCost, CountedCost)>> {
    if lines.is_empty() {
        return None;
    }
    let kinds: Option<Vec<TokenKind>> = lines.iter().map(|line| kind_of(&line.item)).collect();
    let Some(kinds) = kinds else {
        let ours = ours.total();
        let quantity = lines.iter().map(|line| line.quantity).sum::<Option<Decimal>>()?;
        let cost = amount(lines);
        return Some(vec![(CountedCost { tokens: in_tokens(quantity, cost, ours)?, cost }, ours)]);
    };
    let mut charged: BTreeMap<TokenKind, (Decimal, Decimal)> = BTreeMap::new();
    for (line, kind) in lines.iter().zip(kinds) {
        let sum = charged.entry(kind).or_default();
        sum.0 += line.quantity?;
        sum.1 += line.amount;
    }
    let all: BTreeSet<TokenKind> = charged.keys().chain(ours.kinds.keys()).copied().collect();
    let sides = all.into_iter().map(|kind| {
        let ours = ours.kinds.get(&kind).copied().unwrap_or_default();
        let (quantity, cost) = charged.get(&kind).copied().unwrap_or_default();
        Some((CountedCost { tokens: in_tokens(quantity, cost, ours)?, cost }, ours))
    });
    sides.collect()
}

/// A quantity in tokens. Exports count tokens, thousands or millions of them: the unit whose price is nearest to ours counts.
fn in_tokens(quantity: Decimal, cost: Decimal, ours: CountedCost) -> Option<Decimal> {
    if quantity.is_zero() || ours.cost.is_zero() {
        return Some(quantity);
    }
    let expected = cost.checked_mul(ours.tokens)?.checked_div(ours.cost)?;
    let thousand = Decimal::ONE_THOUSAND;
    let units = [quantity, quantity.checked_mul(thousand)?, quantity.checked_mul(thousand * thousand)?];
    let apart = |tokens: &Decimal| -> Option<Decimal> {
        let factor = tokens.checked_div(expected)?;
        Some(if factor < Decimal::ONE { Decimal::ONE.checked_div(factor)? } else { factor })
    };
    let nearest = units.into_iter().filter_map(|tokens| Some((apart(&tokens)?, tokens))).min()?;
    (nearest.0 <= Decimal::from(30)).then_some(nearest.1)
}

impl Differences {
    /// Splits a day whose tokens are known on both sides. The number of requests, if the export has it, tells requests from counts.
    fn add_counted(&mut self, sides: &[(CountedCost, CountedCost)], lines: &[&Line], ours: &LoggedDay) {
        let mut counts = Decimal::ZERO;
        for (charged, logged) in sides {
            let same_price = logged.cost.checked_div(logged.tokens).map(|price| price * charged.tokens);
            let expected = same_price.unwrap_or(charged.cost).round_dp(12);
            self.prices += charged.cost - expected;
            counts += expected - logged.cost;
        }
        let total = ours.total();
        let charged: Decimal = sides.iter().map(|(charged, _)| charged.tokens).sum();
        let more = match requests(lines) {
            Some(requests) => {
                let apart = Decimal::from(requests) - Decimal::from(ours.requests);
                let share = apart.checked_div(Decimal::from(ours.requests)).unwrap_or_default();
                (share * total.cost).round_dp(12)
            }
            None if (charged - total.tokens).abs() <= total.tokens * Decimal::new(1, 3) => Decimal::ZERO,
            None => counts,
        };
        *if more.is_sign_negative() { &mut self.unbilled } else { &mut self.calls } += more;
        self.counts += counts - more;
    }
}

/// The requests of a day: lines of different kinds repeat them, lines of one kind add up.
fn requests(lines: &[&Line]) -> Option<u64> {
    let mut by_kind: BTreeMap<Option<TokenKind>, u64> = BTreeMap::new();
    for line in lines {
        *by_kind.entry(kind_of(&line.item)).or_default() += line.requests?;
    }
    by_kind.into_values().max()
}

/// The kind of tokens that an item names.
fn kind_of(item: &str) -> Option<TokenKind> {
    let item = item.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| item.contains(word));
    if has(&["output", "outp", "completion"]) {
        Some(TokenKind::Output)
    } else if has(&["uncached", "cache miss"]) {
        Some(TokenKind::Miss)
    } else if has(&["cache write", "cache-write", "cache_write", "creation"]) {
        Some(TokenKind::Written)
    } else if has(&["cached", "cache read", "cache-read", "cache_read", "cache hit", "cchd"]) {
        Some(TokenKind::Hit)
    } else if has(&["input", " inp ", "prompt"]) {
        Some(TokenKind::Miss)
    } else {
        None
    }
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
    use super::*;

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
