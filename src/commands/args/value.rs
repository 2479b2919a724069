//! Values of arguments: durations, capacities, sizes, times and tiers, as a person writes them.

use std::num::NonZeroUsize;

use bytesize::ByteSize;

use crate::money::{self, Decimal};
use crate::rates::Tier;
use crate::template::Syntax;
use crate::time::{self, SignedDuration, Timestamp};
use crate::workspace::traffic::MOST_REQUESTS;

/// Reads `90s`, `10m`, `24h` or `3d`.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration = time::parse_duration(text).ok_or("a duration looks like 90s, 10m, 24h or 3d")?;
    let is_counted = i64::try_from(duration.as_micros()).is_ok();
    is_counted.then_some(duration).ok_or_else(|| "the duration is too long".into())
}

/// Reads a duration, or `never` for one without end.
pub(crate) fn lifetime(text: &str) -> Result<SignedDuration, String> {
    if text == "never" {
        return Ok(SignedDuration::MAX);
    }
    duration(text).map_err(|error| format!("{error}; `never` is a lifetime without end"))
}

/// Reads `5000`, `20k` or `1M`.
pub(crate) fn capacity(text: &str) -> Result<u64, String> {
    let blocks = scaled(text).filter(|blocks| *blocks > 0);
    blocks.ok_or_else(|| "a capacity looks like 5000, 20k or 1M, in blocks".into())
}

/// Reads `50000`, `500k`, `64MB` or `1.5GiB`.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let bytes = text.parse::<ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
    bytes.ok_or_else(|| "a size looks like 50000, 500k, 64MB or 1.5GiB".into())
}

/// Reads a number of which there is one at least.
pub(super) fn one_or_more(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "a number from 1 on is wanted".into())
}

/// Reads a number of requests a day.
pub(crate) fn requests_per_day(text: &str) -> Result<u64, String> {
    let most = MOST_REQUESTS;
    text.parse()
        .ok()
        .filter(|count| *count <= most)
        .ok_or_else(|| format!("a whole number of requests up to {most} is wanted"))
}

/// A whole number in ones, thousands, millions or billions.
fn scaled(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" => 1,
        "k" | "K" => 1000,
        "m" | "M" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    time::parse(text).ok_or_else(|| "a time looks like 2026-04-05 or 2026-04-05T16:30:00Z".into())
}

/// Reads a time, or a duration before the last request.
pub(super) fn beginning(text: &str) -> Result<String, String> {
    let is_known = time_back(text).is_some() || instant(text).is_ok();
    is_known.then(|| text.to_owned()).ok_or_else(|| {
        "a time looks like 2026-04-05 or 2026-04-05T16:30:00Z, and 2h is the time of the last two hours".into()
    })
}

/// A duration with its unit; a bare number is a time.
pub(super) fn time_back(text: &str) -> Option<SignedDuration> {
    let has_unit = text.ends_with(|letter: char| letter.is_ascii_alphabetic());
    time::parse_duration(text).filter(|_| has_unit)
}

/// Checks a time that is read in a zone named elsewhere.
pub(super) fn time_of_zone(text: &str) -> Result<String, String> {
    instant(text).map(|_| text.to_owned())
}

pub(super) fn tier(text: &str) -> Result<Tier, String> {
    Tier::of_response(text).ok_or_else(|| "a service tier is standard, batch, flex or priority".into())
}

/// Reads the name of a syntax of templates.
pub(super) fn syntax(name: &str) -> Result<Syntax, String> {
    let names = Syntax::ALL.map(Syntax::name).join(", ");
    Syntax::named(name).ok_or_else(|| format!("unknown syntax; known are {names}"))
}

/// Reads `0.01` or `1%`.
pub(crate) fn share(text: &str) -> Result<Decimal, String> {
    money::share(text).ok_or_else(|| "a share looks like 0.01 or 1%, and is at most 1".into())
}

/// Reads a share that leaves something.
pub(super) fn share_below_all(text: &str) -> Result<Decimal, String> {
    share(text)
        .ok()
        .filter(|share| *share < Decimal::ONE)
        .ok_or_else(|| "a share looks like 0.5 or 50%, and is below 1".into())
}
