//! Time as logs write it: RFC 3339, seconds, milliseconds or microseconds since 1970, HTTP dates.
//!
//! It never asks the clock: every instant in a result comes from the input.

use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
pub use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Reads the timestamp of a JSON value: a number since 1970 or any text that [`parse`] takes.
pub fn from_json(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => from_epoch(number.as_f64()?),
        Value::String(text) => parse(text),
        Value::Object(_) => of_database(value),
        _ => None,
    }
}

/// Reads an instant as exports of databases write it: `MongoDB`'s `{"$date": …}`, in text or as `{"$numberLong": "…"}` of milliseconds, and
/// Firestore's `{"_seconds": …, "_nanoseconds": …}`.
fn of_database(value: &Value) -> Option<Timestamp> {
    if let Some(date) = value.get("$date") {
        return match date.get("$numberLong") {
            Some(millis) => Timestamp::from_millisecond(millis.as_str()?.parse().ok()?).ok(),
            None => from_json(date).filter(|_| !date.is_object()),
        };
    }
    let part = |names: [&str; 2]| names.into_iter().find_map(|name| value.get(name)).and_then(Value::as_i64);
    let nanoseconds = part(["_nanoseconds", "nanos"]).unwrap_or(0);
    let seconds = part(["_seconds", "seconds"]).filter(|seconds| *seconds >= FIRST_INSTANT)?;
    Timestamp::new(seconds, i32::try_from(nanoseconds).ok()?).ok()
}

/// Reads RFC 3339, a date alone (midnight UTC), a date and time without a zone (UTC), an HTTP date, or a number since 1970.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(number) = text.parse::<f64>() {
        return from_epoch(number);
    }
    if let Ok(civil) = text.parse::<jiff::civil::DateTime>() {
        return civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    }
    rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()).or_else(|| of_server(text))
}

/// Reads a time as servers and warehouses write it: nginx and Apache (`02/Nov/2026:10:00:00 +0000`), Go's logger (`2026/11/02 10:00:00`),
/// `BigQuery` (`2026-11-02 10:00:00 UTC`).
fn of_server(text: &str) -> Option<Timestamp> {
    if let Ok(time) = Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text) {
        return Some(time);
    }
    let utc = text.strip_suffix(" UTC").unwrap_or(text);
    let dashed = if utc.get(4..5) == Some("/") { utc.replacen('/', "-", 2) } else { utc.to_owned() };
    if dashed == text {
        return None;
    }
    dashed.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Before 1973 a number is a counter from some start, not an instant of a log.
const FIRST_INSTANT: i64 = 100_000_000;

/// True if an instant counts from the start of a trace rather than from 1970.
pub fn is_relative(time: Timestamp) -> bool {
    time.as_second() < FIRST_INSTANT
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, distinguished by their size: the four ranges do not overlap
/// for any instant between 1973 and 5138.
fn from_epoch(number: f64) -> Option<Timestamp> {
    const UNITS: [(f64, f64); 4] = [(1e11, 1e9), (1e14, 1e6), (1e17, 1e3), (1e20, 1.0)];
    #[expect(clippy::cast_precision_loss, reason = "a round number")]
    if !number.is_finite() || number < FIRST_INSTANT as f64 {
        return None;
    }
    let (_, nanoseconds) = UNITS.into_iter().find(|(below, _)| number < *below)?;
    // Microseconds are the finest a double holds for today's instants.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the largest unit's range")]
    let micros = (number * nanoseconds / 1e3).round() as i64;
    Timestamp::from_microsecond(micros).ok()
}

/// Reads a duration such as `90s`, `10m`, `24h`, `3d`, or a bare number of seconds.
///
/// `humantime` was tried: it has no bare numbers, which logs have, and takes `1M` for a month of 30.44 days beside `1m` for a minute.
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let number: f64 = digits.parse().ok()?;
    SignedDuration::try_from_secs_f64(number * seconds).ok().filter(|duration| !duration.is_negative())
}

/// Writes a duration as [`parse_duration`] reads it, in the largest unit that keeps it whole.
pub fn format_duration(duration: SignedDuration) -> String {
    let millis = duration.as_millis();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    let unit = units.into_iter().find(|(size, unit)| millis % size == 0 && (*unit != "d" || millis > 3 * size));
    match unit {
        Some((size, unit)) if millis > 0 => format!("{}{unit}", millis / size),
        _ => format!("{millis}ms"),
    }
}

/// A duration in whole microseconds, in which caches count.
pub fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A time that may not be known, written as a text that has all its digits.
pub mod as_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::Timestamp;

    /// Writes a time.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(|time| time.to_string()).serialize(serializer)
    }

    /// Reads a time.
    ///
    /// # Errors
    /// Those of the deserializer; a text that is no time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        parse(text).map(Timestamp::as_second)
    }

    #[test]
    fn every_way_logs_write_one_instant_reads_the_same() {
        let ways = ["2026-05-22T14:07:05Z", "2026-05-22T16:07:05+02:00", "2026-05-22T14:07:05", "2026-05-22 14:07:05"];
        let numbers = ["1779458825", "1779458825.0", "1779458825000", "1779458825000000", "1779458825000000000"];
        let servers = ["22/May/2026:16:07:05 +0200", "2026/05/22 14:07:05", "2026-05-22 14:07:05 UTC"];
        for text in ways.into_iter().chain(numbers).chain(servers).chain(["Fri, 22 May 2026 14:07:05 GMT"]) {
            assert_eq!(seconds(text), Some(1_779_458_825), "{text}");
        }
        assert_eq!(seconds("2026-04-05"), Some(1_775_347_200));
    }

    #[test]
    fn databases_write_an_instant_as_an_object() {
        for value in [
            serde_json::json!({"$date": "2026-05-22T14:07:05Z"}),
            serde_json::json!({"$date": {"$numberLong": "1779458825000"}}),
            serde_json::json!({"_seconds": 1_779_458_825, "_nanoseconds": 0}),
        ] {
            assert_eq!(from_json(&value).map(Timestamp::as_second), Some(1_779_458_825), "{value}");
        }
        assert_eq!(from_json(&serde_json::json!({"seconds": 5})), None, "a duration");
    }

    #[test]
    fn what_is_not_a_time_is_none() {
        for text in ["", "yesterday", "-5", "0", "NaN", "1e300", "12:30"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_read_and_write() {
        for (text, back) in [("90", "90s"), ("10m", "10m"), ("24h", "24h"), ("3d", "72h"), ("7d", "7d"), ("5ms", "5ms")]
        {
            assert_eq!(format_duration(parse_duration(text).unwrap()), back, "{text}");
        }
        for text in ["", "h", "-5s", "5 parsecs", "1e999d"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
