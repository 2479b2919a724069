//! Stale cards: a warning where prices were retrieved long before the requests they are for.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::RateCard;
use crate::time::Timestamp;

/// Days after which a card may well be behind the prices.
const STALE_DAYS: i32 = 90;

/// The warning, where the card's newest prices are too old for the time of the last request.
pub fn stale(card: &RateCard, last: Option<Timestamp>) -> Option<String> {
    let day = last?.to_zoned(TimeZone::UTC).date();
    let retrieved = card.retrieved()?;
    let days = (day - retrieved).get_days();
    (days > STALE_DAYS).then(|| {
        format!(
            "the card's newest prices were retrieved on {retrieved}, {days} days before {day}: newer ones go into a file \
             for --rates"
        )
    })
}

/// The age of prices that are as of one day, where the last request came more than a week after it.
pub fn older(retrieved: Date, last: Timestamp) -> Option<String> {
    let days = (last.to_zoned(TimeZone::UTC).date() - retrieved).get_days();
    let age = match days {
        ..=7 => return None,
        8..=13 => format!("{days} days"),
        _ => format!("{} weeks", days / 7),
    };
    Some(format!(
        "prices were retrieved on {retrieved}, {age} before the last request of this log: newer ones go into a file for --rates"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_stale_after_ninety_days() {
        let warning = |time: &str| stale(&RateCard::builtin(), time.parse().ok());
        assert_eq!(warning("2026-11-01T00:00Z"), None);
        assert_eq!(warning("2027-01-30T23:59Z"), None);
        assert!(warning("2027-01-31T00:00Z").is_some_and(|warning| warning.contains("91 days")));
        assert_eq!(stale(&RateCard::builtin(), None), None);
    }

    #[test]
    fn prices_of_one_day_are_as_old_as_the_log_is_younger() {
        let told = |time: &str| older("2026-11-01".parse().unwrap(), time.parse().unwrap());
        assert_eq!(told("2026-11-08T23:00Z"), None);
        assert!(told("2026-11-12T00:00Z").is_some_and(|told| told.contains("11 days before the last request")));
        assert!(told("2027-01-03T00:00Z").is_some_and(|told| told.contains("9 weeks before")));
    }
}
