//! Values for people: thousands apart, ratios never rounded up to a whole, money with its sign.

use super::Cell;
use crate::money::{Currency, Decimal, Money};

/// The text for a value that is not known.
pub(super) const UNKNOWN: &str = "–";

/// A value for people.
pub(super) fn human(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => thousands(*count),
        Cell::Difference(count) => {
            let sign = if *count < 0 { "-" } else { "" };
            format!("{sign}{}", thousands(count.unsigned_abs()))
        }
        Cell::Bytes(bytes) => memory(*bytes),
        Cell::Ratio(ratio) => percent(*ratio),
        Cell::Points(difference) => points(*difference),
        Cell::Money(amount) => money(amount),
        Cell::Exact(amount) => exact(amount),
        Cell::Place(place) => place.to_string(),
        Cell::Map(entries) => {
            entries.iter().map(|(key, value)| format!("{key} {}", human(value))).collect::<Vec<_>>().join(", ")
        }
        Cell::List(items) => items.iter().map(human).collect::<Vec<_>>().join(", "),
        Cell::Unknown => UNKNOWN.into(),
    }
}

/// A value for machines that read text: digits only, empty where unknown.
pub(super) fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Count(count) | Cell::Bytes(count) => count.to_string(),
        Cell::Difference(count) => count.to_string(),
        Cell::Ratio(ratio) | Cell::Points(ratio) => rounded(*ratio).to_string(),
        Cell::Money(amount) | Cell::Exact(amount) => amount.decimal(),
        Cell::Unknown => String::new(),
        Cell::Map(entries) => {
            entries.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect::<Vec<_>>().join(" ")
        }
        Cell::List(items) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Cell::Place(place) => place.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

/// Bytes in the largest unit of which there is one, to a tenth.
fn memory(bytes: u64) -> String {
    let (unit, name) = if bytes >= 1 << 30 { (1_u64 << 30, "GiB") } else { (1 << 20, "MiB") };
    let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    let whole = u64::try_from(tenths / 10).unwrap_or(u64::MAX);
    if bytes > 0 && tenths == 0 {
        return format!("<0.1 {name}");
    }
    format!("{}.{} {name}", thousands(whole), tenths % 10)
}

/// A ratio to six digits.
pub fn rounded(ratio: f64) -> f64 {
    (ratio * 1e6).round() / 1e6
}

/// Amounts of different currencies, in words: `$1.50 and CNY 0.10`.
pub fn amounts(amounts: &[Money]) -> String {
    amounts.iter().map(money).collect::<Vec<_>>().join(" and ")
}

/// A count with its noun: `1 request`, `2 requests`.
pub fn plural(count: u64, noun: &str) -> String {
    let count = (thousands(count), count == 1);
    match (count, noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']))) {
        ((count, true), _) => format!("{count} {noun}"),
        ((count, false), Some(stem)) => format!("{count} {stem}ies"),
        ((count, false), None) => format!("{count} {noun}s"),
    }
}

/// Words at the beginning of a sentence.
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A text on one line, its white space as single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A count, thousands apart.
pub fn thousands(count: u64) -> String {
    grouped(&count.to_string())
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// A difference with its sign, thousands apart: `+3,129`, `-12`.
pub fn difference(count: i64) -> String {
    let sign = if count < 0 { "-" } else { "+" };
    format!("{sign}{}", thousands(count.unsigned_abs()))
}

/// To a tenth of a percent; what is below one is never shown as 100 %, what is above zero never as 0 %.
pub fn percent(ratio: f64) -> String {
    if ratio < 0.0 {
        return format!("-{}", percent(-ratio));
    }
    let tenths = (ratio * 1000.0).round() / 10.0;
    if ratio < 1.0 && tenths >= 100.0 {
        ">99.9 %".into()
    } else if ratio > 0.0 && tenths == 0.0 {
        "<0.1 %".into()
    } else {
        format!("{tenths:.1} %")
    }
}

/// A difference of shares in points, to a tenth.
pub fn points(difference: f64) -> String {
    percent(difference).replace('%', "points")
}

/// To the cent from a hundred on, below it to three digits that say something.
pub fn money(amount: &Money) -> String {
    let value = amount.amount;
    let places = if value.abs() >= Decimal::ONE_HUNDRED || value.is_zero() { 2 } else { 4 };
    let rounded = value.round_dp(places);
    let shown = if rounded.is_zero() { value.round_sf(2).unwrap_or(value) } else { rounded };
    let digits = shown.abs();
    let digits = if shown == rounded { format!("{digits:.*}", places as usize) } else { digits.to_string() };
    with_currency(amount, &digits)
}

/// A bar for a share, as long as `longest` for the whole, to an eighth of a letter.
pub(crate) fn bar(share: f64, longest: u8) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to eight times 255")]
    let eighths = (share.clamp(0.0, 1.0) * f64::from(longest) * 8.0).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), PARTS[eighths % 8])
}

/// To the last decimal, and at least two.
fn exact(amount: &Money) -> String {
    let value = amount.amount.abs().normalize();
    with_currency(amount, &format!("{value:.*}", value.scale().max(2) as usize))
}

fn with_currency(amount: &Money, digits: &str) -> String {
    let sign = if amount.amount < Decimal::ZERO { "-" } else { "" };
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let digits = format!("{}{rest}", grouped(whole));
    match amount.currency {
        Currency::USD => format!("{sign}${digits}"),
        Currency::CNY => format!("{sign}¥{digits}"),
        currency => format!("{sign}{digits} {}", currency.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_in_the_unit_that_fits() {
        let told = [1, 1 << 20, (1 << 30) - (1 << 20), 1 << 30, 160_000_000_000, 5 << 40].map(memory);
        assert_eq!(told, ["<0.1 MiB", "1.0 MiB", "1,023.0 MiB", "1.0 GiB", "149.0 GiB", "5,120.0 GiB"]);
    }

    #[test]
    fn a_ratio_below_one_is_never_a_hundred_percent() {
        assert_eq!(percent(0.99999), ">99.9 %");
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(percent(0.000_01), "<0.1 %");
        assert_eq!(percent(0.1234), "12.3 %");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        let dollars = |text: &str| money(&Money::new(text.parse().unwrap(), Currency::USD));
        assert_eq!(dollars("1234.5678"), "$1,234.57");
        assert_eq!(dollars("-428625"), "-$428,625.00");
        assert_eq!(dollars("0.0137"), "$0.0137");
        assert_eq!(dollars("0.00000123"), "$0.0000012");
        assert_eq!(dollars("-0.5"), "-$0.5000");
        assert_eq!(dollars("0"), "$0.00");
    }
}
